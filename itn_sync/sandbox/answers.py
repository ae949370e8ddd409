"""How an answer leaves: masked JSON, a download, nothing, or an error in its envelope."""

from __future__ import annotations

import re

from werkzeug.http import parse_range_header

from itn_sync.sandbox import masks
from itn_sync.sandbox.call import Answer, Media, default_fields_of, requires_fields
from itn_sync.sandbox.discovery import Method
from itn_sync.sandbox.errors import ApiError, Json, unimplemented
from itn_sync.sandbox.exchange import JSON_TYPE, Request, Response, encoded, json_response

_CALLBACK = re.compile(r"[A-Za-z_$][\w$.]{0,99}")


def finished(called: Method, params: Json, given: Answer, request: Request) -> Response:
    """The behaviour's answer as HTTP: masked JSON, a download, or nothing."""
    if given is None:
        return Response(204, b"", "")
    if isinstance(given, Media):
        return _download(given, request)
    mask = response_mask(called, params)
    shown = encoded(masks.masked(mask, given), pretty=params["prettyPrint"])
    callback = params.get("callback")
    if callback and _CALLBACK.fullmatch(callback):
        script = b"// API callback\n" + callback.encode() + b"(" + shown + b");"
        return Response(200, script, "text/javascript; charset=UTF-8")
    return Response(200, shown, JSON_TYPE)


def require_json(called: Method, params: Json) -> None:
    """Raise 501 where Google would answer in protocol buffers: nothing here speaks them."""
    if params.get("alt") == "proto":
        raise unimplemented(f"alt=proto of {called.id}")


def response_mask(called: Method, params: Json) -> masks.Mask:
    """What of the answer was asked for; raises 400 for unknown fields or where a mask is due."""
    text = params.get("fields") or ""
    if not text and requires_fields(called.id):
        raise ApiError(
            400,
            "The 'fields' parameter is required for this method.",
            reason="required",
            location="fields",
        )
    text = text or default_fields_of(called.id)
    return masks.read_mask(text, called.api, called.response) if text else {}


def error_response(request: Request, api: str, error: ApiError) -> Response:
    """The error in the API's own envelope, or in the one that `$.xgafv` asks for."""
    style = {"1": "drive", "2": "forms"}.get(request.parameter("$.xgafv"), api)
    return json_response(error.envelope(style), error.code, error.headers)


def _download(media: Media, request: Request) -> Response:
    """The bytes, or the part of them that a `Range` header asks for; 416 for one beyond the end."""
    wanted = parse_range_header(request.headers.get("range"))
    size = len(media.content)
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        return Response(200, media.content, media.mime_type)
    span = wanted.range_for_length(size)
    if span is None:
        return Response(416, b"", "text/html", {"Content-Range": f"bytes */{size}"})
    headers = {"Content-Range": f"bytes {span[0]}-{span[1] - 1}/{size}"}
    return Response(206, media.content[span[0] : span[1]], media.mime_type, headers)
