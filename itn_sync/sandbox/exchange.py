"""One HTTP request and its answer as plain values, shared by the wire, batches and uploads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

JSON_TYPE = "application/json; charset=UTF-8"
HTML_TYPE = "text/html; charset=UTF-8"

# Python indents JSON forty times more slowly than it writes it on one line; a person who looks at
# an answer looks at a small one.
_PRETTY_UP_TO = 100_000


class LineDroppedError(ConnectionError):
    """The connection is to be closed without a (whole) answer."""


@dataclass(frozen=True)
class Request:
    """A request as it came; `path` is still percent-encoded, header names are lower case."""

    http_method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    root_url: str = "http://127.0.0.1/"

    def parameter(self, name: str, default: str = "") -> str:
        """The last value of a query parameter."""
        return next((value for key, value in reversed(self.query) if key == name), default)

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form that was posted, the last value of each."""
        given = parse_qs(self.body.decode("latin-1"))
        return {name: values[-1] for name, values in given.items()}

    @property
    def is_of_another_site(self) -> bool:
        """Whether a browser sent it from a page that is not ours; programs do not say."""
        return self.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}


@dataclass(frozen=True)
class Response:
    """An answer; with `cut`, only that many bytes of the body leave before the line drops.

    With `stream` the parts leave one by one as they come, and then the line closes.
    """

    status: int = 200
    body: bytes = b""
    mime_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    stream: Iterable[bytes] | None = None


def encoded(value: Any, *, pretty: bool = True) -> bytes:
    """JSON as UTF-8 bytes, indented where `pretty` and the value is not large."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if pretty and len(text) <= _PRETTY_UP_TO:
        text = json.dumps(value, ensure_ascii=False, indent=2)
    return text.encode()


def json_response(
    value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """An indented JSON answer."""
    return Response(status, encoded(value), JSON_TYPE, headers or {})


def not_found_page(path: str) -> Response:
    """Google's own HTML answer to an address that is no method's."""
    shown = path.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    page = (
        "<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n"
        "  <title>Error 404 (Not Found)!!1</title>\n"
        "  <p><b>404.</b> <ins>That’s an error.</ins>\n"
        f"  <p>The requested URL <code>{shown}</code> was not found on this server. "
        " <ins>That’s all we know.</ins>\n"
    )
    return Response(404, page.encode(), HTML_TYPE)
