"""The pages' style sheet and scripts, served from the package."""

from __future__ import annotations

from importlib import resources

from werkzeug import Response
from werkzeug.exceptions import NotFound

from itn_sync.sandbox.pages.visit import Visit

_TYPES = {"pages.css": "text/css", "sheet.js": "text/javascript", "icon.svg": "image/svg+xml"}


def serve(_visit: Visit, name: str) -> Response:
    """One of our own files; raises NotFound for any other name."""
    if name not in _TYPES:
        raise NotFound
    content = resources.files("itn_sync.sandbox.pages").joinpath("static", name).read_bytes()
    response = Response(content, mimetype=_TYPES[name])
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
