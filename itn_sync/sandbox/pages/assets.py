"""The pages' style sheets, scripts and pictures, served from the package."""

from __future__ import annotations

import re
from importlib import resources

from werkzeug import Response
from werkzeug.exceptions import NotFound

from itn_sync.sandbox.pages.visit import Visit

_TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "mjs": "text/javascript",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "woff2": "font/woff2",
}
_NAME = re.compile(rf"(?:\w[\w-]*/)*\w[\w.-]*\.(?P<kind>{'|'.join(_TYPES)})", re.ASCII)


def serve(visit: Visit, name: str) -> Response:
    """One of our own files, in `static/` or a folder of it; raises NotFound for any other name.

    A browser keeps it and asks with its fingerprint: unchanged, the answer is 304 without content.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise NotFound
    file = resources.files("itn_sync.sandbox.pages").joinpath("static", *name.split("/"))
    if not file.is_file():
        raise NotFound
    response = Response(file.read_bytes(), mimetype=_TYPES[match["kind"]])
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(visit.request)
    return response
