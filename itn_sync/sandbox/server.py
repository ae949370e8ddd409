"""The HTTP server: threads, kept-alive connections, loopback only.

`serve` runs it beside a test; `run_sandbox` is the `itn-sync sandbox` command.
"""

from __future__ import annotations

import json
import signal
import socket
import sys
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Self

from werkzeug.serving import BaseWSGIServer, make_server

from itn_sync.sandbox import behaviours, control
from itn_sync.sandbox.connection import Connection
from itn_sync.sandbox.credentials import write_credentials
from itn_sync.sandbox.oauth_clients import keep_default_client, write_client_file
from itn_sync.sandbox.routes import warm_up
from itn_sync.sandbox.runs import Runs, Sync
from itn_sync.sandbox.tenant import Tenant
from itn_sync.sandbox.tokens import make_signing_key
from itn_sync.sandbox.world import World, now, put_setting, set_now

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_HOST = "127.0.0.1"
_BACKLOG = 128


@dataclass
class RunningSandbox:
    """A sandbox that answers at `url`; `credentials` is its service account's key file."""

    url: str
    credentials: Path
    data: Path
    tenant: Tenant
    _server: BaseWSGIServer
    _lines: set[socket.socket]

    def close(self) -> None:
        """Stop answering; what was answered is on disk."""
        self._server.shutdown()
        self._server.server_close()
        for line in tuple(self._lines):
            _shut(line)
        self.tenant.world.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()


def _shut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # closed meanwhile


def serve(
    data: Path,
    *,
    port: int = 0,
    school: str = "empty",
    domain: str = "ecole.example",
    sync: Sync | None = None,
    start: datetime | None = None,
) -> RunningSandbox:
    """Start a sandbox in a thread, its state in the folder `data`; port 0 picks a free one.

    Its clock starts at `start`, if that is given. `sync` is what the home page's button runs;
    without one the page says what to type instead.
    `school="demo"` fills an empty world with the demo school. Raises OSError if the port is taken.
    """
    behaviours.load()
    warm_up()
    data.mkdir(parents=True, exist_ok=True)

    class Handler(Connection):
        lines: ClassVar[set[socket.socket]] = set()

    with socket.create_server((_HOST, port), backlog=_BACKLOG) as listener:
        port = listener.getsockname()[1]
        # Werkzeug would end the process where the port is taken; a socket of ours raises OSError.
        server = make_server(
            _HOST, port, _unused_app, threaded=True, request_handler=Handler, fd=listener.fileno()
        )
    url = f"http://{_HOST}:{port}/"
    tenant = Handler.tenant = _tenant(data, url, domain)
    tenant.runs = Runs(sync, tenant.world.now)
    if start:
        with tenant.world.transaction(write=True) as state:
            set_now(state, start)
    if school == "demo":
        _fill(tenant)
    _write_config(data, url)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    credentials = data / "service-account.json"
    return RunningSandbox(url, credentials, data, tenant, server, Handler.lines)


def run_sandbox(port: int, data: Path, school: str, domain: str) -> int:
    """Serve until SIGTERM or SIGINT; print one JSON line when connections are accepted."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        running = serve(data, port=port, school=school, domain=domain)
    except OSError as error:
        print(f"itn-sync sandbox: {error}", file=sys.stderr)  # noqa: T201  (the command's output)
        return 1
    with running:
        announcement = {
            "url": running.url,
            "credentials": str(running.credentials.resolve()),
            "config": str((data / "google.toml").resolve()),
        }
        print(json.dumps(announcement), flush=True)  # noqa: T201  (the command's output)
        stop.wait()
    return 0


def _tenant(data: Path, url: str, domain: str) -> Tenant:
    account = write_credentials(data / "service-account.json", url)
    world = World(data / "world.sqlite")
    with world.transaction(write=True) as state:
        make_signing_key(state)
        put_setting(state, "domain", domain)
        client = keep_default_client(state, account)
    write_client_file(data / "client_secret.json", client, url)
    return Tenant(world, domain.lower(), url, account)


def _fill(tenant: Tenant) -> None:
    """The demo school, unless something is here already."""
    from itn_sync.sandbox.seed import demo_school  # noqa: PLC0415  (an empty school needs none)

    if not tenant.world.is_empty():
        return
    with tenant.world.transaction(write=False) as state:
        instant = now(state)
    control.import_document(tenant, demo_school(instant))


def _write_config(data: Path, url: str) -> None:
    credentials = json.dumps(str((data / "service-account.json").resolve()), ensure_ascii=False)
    (data / "google.toml").write_text(
        f'[google]\nroot_url = "{url}"\ncredentials = {credentials}\nlate_request_seconds = 2\n',
        "utf-8",
    )


def _unused_app(_environ: WSGIEnvironment, _start: StartResponse) -> list[bytes]:
    """Werkzeug's server wants an application; the handler answers by itself."""
    return []
