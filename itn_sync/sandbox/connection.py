"""One client's connection: requests read whole, the line kept open between them."""

from __future__ import annotations

import socket
import zlib
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qsl

from werkzeug.serving import WSGIRequestHandler

from itn_sync.sandbox.app import respond
from itn_sync.sandbox.exchange import LineDroppedError, Request, Response, json_response
from itn_sync.sandbox.tenant import Tenant
from itn_sync.sandbox.world import now

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_LARGEST_BODY = 100 * 2**20


class Connection(WSGIRequestHandler):
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
        try:
            super().finish()
        except OSError:
            return  # the client left before the end of its answer

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
            answer = respond(self.tenant, self._request(body), environ)
            if answer.stream is None:
                self._send(answer)
            else:
                self._send_parts(answer, answer.stream)
        except (LineDroppedError, ValueError, OSError):
            self._hang_up()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The request log is `GET /sandbox/v1/requests`; the terminal stays quiet."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The `Date` of an answer: the Workspace's clock, as every instant inside it."""
        with self.tenant.world.transaction(write=False) as state:
            return super().date_time_string(timestamp or now(state).timestamp())

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
            _unpacked(self.headers.get("Content-Encoding", ""), body),
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

    def _send_parts(self, response: Response, parts: Iterable[bytes]) -> None:
        """A body whose length nobody knows yet: it ends where the line does."""
        self.close_connection = True
        self.send_response(response.status, _phrase(response.status))
        self.send_header("Content-Type", _one_line(response.mime_type))
        for name, value in response.headers.items():
            self.send_header(name, _one_line(value))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.flush()
        for part in parts if self.command != "HEAD" else ():
            self.wfile.write(part)
            self.wfile.flush()

    def _hang_up(self) -> None:
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the client was faster


def _unpacked(encoding: str, body: bytes) -> bytes:
    """A body as it was before the client packed it, as Google's Java client does unasked.

    What is not gzip after all stays as it came: the reader of JSON says so.
    """
    if encoding.strip().lower() != "gzip":
        return body
    try:
        return zlib.decompressobj(wbits=31).decompress(body, _LARGEST_BODY)
    except zlib.error:
        return body


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
