"""Somebody else's bytes as an answer: whatever they hold runs nothing and reads nothing of ours."""

from __future__ import annotations

from urllib.parse import quote

from werkzeug import Response

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
SHOWN_IN_PLACE = PICTURES | {"application/pdf", "text/plain"}


def foreign(content: bytes, kind: str, name: str, *, opens: bool) -> Response:
    """The bytes to look at if `opens` (a kind of SHOWN_IN_PLACE), else to save as `name`."""
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    response = Response(content, content_type=kind + charset)
    disposition = "inline" if opens else "attachment"
    response.headers["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(name, '')}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    if kind != "application/pdf":  # a sandboxed PDF viewer shows nothing at all
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
