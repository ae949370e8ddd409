"""How fast the sandbox answers: `python -m tests.benchmarks.sandbox_speed`.

It runs as a process of its own, as users start it. Figures are for the machine it runs on.
"""

from __future__ import annotations

import http.client
import json
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials

from itn_sync.sandbox.seed import TRACKING_SHEET, WORKER

SCOPES = ["https://www.googleapis.com/auth/spreadsheets"]
BIG = "1GrandeFeuilleDeMesure0000000000000000000001"
ROWS, COLUMNS = 30_000, 30
ONE_CELL = quote("'Feuille 1'!A1")


@dataclass(frozen=True)
class Running:
    """A sandbox in a process of its own."""

    process: subprocess.Popen[str]
    address: str
    token: str
    started_in: float

    def request(self, verb: str, path: str, body: str = "") -> bytes:
        """A call as it goes over the line."""
        head = (
            f"{verb} {path} HTTP/1.1\r\nHost: {self.address}\r\n"
            f"Authorization: Bearer {self.token}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return (head + body).encode()

    def ask(self, verb: str, path: str, body: object = None) -> bytes:
        """One call through an ordinary client; a wrong answer ends the measure."""
        line = http.client.HTTPConnection(self.address, timeout=60)
        sent = None if body is None else json.dumps(body)
        line.request(verb, path, sent, {"Authorization": f"Bearer {self.token}"})
        answer = line.getresponse()
        text = answer.read()
        line.close()
        if answer.status >= 300:
            raise SystemExit(text.decode())
        return text


@contextmanager
def sandbox(folder: Path) -> Iterator[Running]:
    """`itn-sync sandbox --school demo` until the context ends."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "itn_sync", "sandbox", "--port", "0", "--school", "demo"]
    with subprocess.Popen(
        [*command, "--data", str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        announced = json.loads(process.stdout.readline())
        seconds = time.perf_counter() - begun
        address = urlsplit(announced["url"]).netloc
        yield Running(process, address, _token(announced["credentials"]), seconds)
        process.send_signal(signal.SIGTERM)


def _token(file: str) -> str:
    person = Credentials.from_service_account_file(file, scopes=SCOPES, subject=WORKER)  # type: ignore[no-untyped-call]  # (google-auth)
    person.refresh(Request())
    return str(person.token)


def rate(running: Running, clients: int, calls: int, request: bytes) -> float:
    """Calls per second over kept-alive lines, each with one call under way.

    Plain sockets and one selector: a client library would cost more than the answer does.
    """
    host, _, port = running.address.partition(":")
    with selectors.DefaultSelector() as selector, ExitStack() as lines:
        for _ in range(clients):
            line = lines.enter_context(socket.create_connection((host, int(port))))
            selector.register(line, selectors.EVENT_READ)
            line.sendall(request)
        begun = time.perf_counter()
        answered = 0
        while answered < calls:
            for key, _ in selector.select():
                read_answer(key.fileobj)  # type: ignore[arg-type]  # (a socket, as registered)
                answered += 1
                key.fileobj.sendall(request)  # type: ignore[union-attr]  # (a socket, as registered)
        return answered / (time.perf_counter() - begun)


def read_answer(line: socket.socket) -> None:
    """Take one whole answer off the line; a wrong one ends the measure."""
    text = line.recv(2**16)
    while b"\r\n\r\n" not in text:
        text += line.recv(2**16)
    head, _, body = text.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 2"):
        raise SystemExit(text.decode())
    length = int(head.lower().partition(b"content-length:")[2].split(None, 1)[0])
    while len(body) < length:
        body += line.recv(2**16)


def measure(running: Running) -> Iterator[tuple[str, str]]:
    """Name and figure of each measure."""
    yield "start, with a new demo school", f"{running.started_in:.2f} s"
    yield "memory at rest", memory(running, "VmRSS")
    values = f"/v4/spreadsheets/{TRACKING_SHEET}/values/{ONE_CELL}"
    typed = json.dumps({"values": [[17]]})
    write = running.request("PUT", f"{values}?valueInputOption=RAW", typed)
    read = running.request("GET", values)
    for clients in (1, 4, 16):
        yield f"durable writes, {clients} clients", f"{rate(running, clients, 800, write):.0f}/s"
    for clients in (1, 4, 16):
        yield f"one-cell reads, {clients} clients", f"{rate(running, clients, 3200, read):.0f}/s"
    yield "memory at the highest, so far", memory(running, "VmHWM")
    yield from measure_big(running)
    yield "memory at the highest, then", memory(running, "VmHWM")


def measure_big(running: Running) -> Iterator[tuple[str, str]]:
    """Put a large sheet there and read it whole."""
    rows = [[f"r{row}c{column}" for column in range(COLUMNS)] for row in range(ROWS)]
    sheet = {"title": "Grande", "values": rows}
    book = {"id": BIG, "title": "Mesure", "owner": WORKER, "sheets": [sheet]}
    running.ask("POST", "/sandbox/v1/import", {"spreadsheets": [book]})
    fields = "sheets.data.rowData.values.formattedValue"
    grid = urlencode({"includeGridData": "true", "fields": fields})
    for name, path in (
        ("values.get", f"/v4/spreadsheets/{BIG}/values/Grande"),
        ("values.get again", f"/v4/spreadsheets/{BIG}/values/Grande"),
        ("grid data", f"/v4/spreadsheets/{BIG}?{grid}"),
    ):
        begun = time.perf_counter()
        size = len(running.ask("GET", path))
        seconds = time.perf_counter() - begun
        yield f"{ROWS} × {COLUMNS} cells, {name}", f"{seconds:.2f} s, {size / 2**20:.0f} MiB"


def memory(running: Running, key: str) -> str:
    """The process's resident memory; Linux only."""
    try:
        lines = Path(f"/proc/{running.process.pid}/status").read_text("ascii").splitlines()
    except FileNotFoundError:
        return "not known on this system"
    kibibytes = next(int(line.split()[1]) for line in lines if line.startswith(key))
    return f"{kibibytes / 1024:.0f} MiB"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place, sandbox(Path(place)) as one:
        for name, figure in measure(one):
            print(f"{figure:>18}  {name}", flush=True)  # noqa: T201  (its purpose)
