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
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Self
from urllib.parse import parse_qsl

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from itn_sync.sandbox import behaviours, control
from itn_sync.sandbox.app import respond
from itn_sync.sandbox.credentials import write_credentials
from itn_sync.sandbox.exchange import LineDroppedError, Request, Response, json_response
from itn_sync.sandbox.routes import warm_up
from itn_sync.sandbox.tenant import Tenant
from itn_sync.sandbox.tokens import make_signing_key
from itn_sync.sandbox.world import World, now, put_setting

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_HOST = "127.0.0.1"
_LARGEST_BODY = 100 * 2**20


class _Handler(WSGIRequestHandler):
    """One connection: reads requests whole, keeps the line open between them."""

    tenant: ClassVar[Tenant]
    lines: ClassVar[set[socket.socket]]
    disable_nagle_algorithm = True
    wbufsize = 2**16

    def setup(self) -> None:
        super().setup()
        self.lines.add(self.connection)

    def finish(self) -> None:
        self.lines.discard(self.connection)
        super().finish()

    def run_wsgi(self) -> None:
        # Werkzeug's own loop closes the connection after each answer; a client that makes
        # thousands of small calls would run out of ports.
        environ = self.make_environ()
        try:
            body = self._read_body(environ)
            if body is None:
                self.close_connection = True
                self._send(json_response({"error": {"code": 413, "message": "Too large."}}, 413))
                return
            self._send(respond(self.tenant, self._request(body), environ))
        except (LineDroppedError, ValueError, OSError):
            self._hang_up()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The request log is `GET /sandbox/v1/requests`; the terminal stays quiet."""

    def _read_body(self, environ: WSGIEnvironment) -> bytes | None:
        """The whole body; None where it is larger than any API takes."""
        if environ.get("wsgi.input_terminated"):
            body: bytes = environ["wsgi.input"].read(_LARGEST_BODY + 1)
            return body if len(body) <= _LARGEST_BODY else None
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > _LARGEST_BODY or length < 0:
            return None
        body = self.rfile.read(length)
        if len(body) < length:
            raise LineDroppedError
        return body

    def _request(self, body: bytes) -> Request:
        # http.server reads the request line as Latin-1; an unencoded accent is UTF-8 all the same.
        target = self.path.encode("latin-1", "replace").decode("utf-8", "replace")
        path, _, query = target.partition("?")
        if not path.startswith("/"):
            path = "/" + path.partition("://")[2].partition("/")[2]
        return Request(
            self.command,
            path,
            tuple(parse_qsl(query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            body,
            self.tenant.root_url,
        )

    def _send(self, response: Response) -> None:
        self.send_response(response.status, _phrase(response.status))
        if response.mime_type:
            self.send_header("Content-Type", _one_line(response.mime_type))
        for name, value in response.headers.items():
            self.send_header(name, _one_line(value))
        if response.status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body[: response.cut])
        self.wfile.flush()
        if response.cut is not None:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the client was faster


def _one_line(value: str) -> str:
    """A header value that cannot begin another header: media types are what a client said."""
    return (
        "".join(c for c in value if c.isprintable()).encode("latin-1", "replace").decode("latin-1")
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


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
    data: Path, *, port: int = 0, school: str = "empty", domain: str = "ecole.example"
) -> RunningSandbox:
    """Start a sandbox in a thread, its state in the folder `data`; port 0 picks a free one.

    `school="demo"` fills an empty world with the demo school. Raises OSError if the port is taken.
    """
    behaviours.load()
    warm_up()
    data.mkdir(parents=True, exist_ok=True)

    class Handler(_Handler):
        lines: ClassVar[set[socket.socket]] = set()

    server = make_server(_HOST, port, _unused_app, threaded=True, request_handler=Handler)
    url = f"http://{_HOST}:{server.server_port}/"
    tenant = Handler.tenant = _tenant(data, url, domain)
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
