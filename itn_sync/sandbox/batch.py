"""Batches: several calls of one API in one multipart/mixed request.

Sources: https://developers.google.com/workspace/classroom/guides/batch (a part names a path),
https://developers.google.com/workspace/drive/api/guides/performance (or a whole address at
www.googleapis.com), facts 1.3.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from itn_sync.sandbox import routes
from itn_sync.sandbox.discovery import APIS
from itn_sync.sandbox.errors import ApiError, invalid
from itn_sync.sandbox.exchange import Request, Response, json_response, not_found_page
from itn_sync.sandbox.multipart import Part, split_head, split_parts
from itn_sync.sandbox.tenant import Tenant
from itn_sync.sandbox.wire import answer_route, noted

_MOST_CALLS = {"classroom": 50}
_MOST = 100
_FROM_OUTSIDE = ("authorization", "user-agent", "host")


@dataclass(frozen=True)
class _Inner:
    content_id: str
    request: Request
    route: routes.Route | None


def is_batch(request: Request) -> bool:
    """True for `/batch` and `/batch/{api}/{version}`."""
    steps = request.path.split("/")
    return request.http_method == "POST" and steps[1] == "batch" and len(steps) in (2, 4)


def answer_batch(tenant: Tenant, request: Request) -> Response:
    """Every part's own answer, each committed by itself; 400 for a batch that is none."""
    return noted(tenant, request, "batch", lambda: _answered(tenant, request))


def _answered(tenant: Tenant, request: Request) -> Response:
    content_type = request.headers.get("content-type", "")
    if not content_type.lower().startswith("multipart/mixed"):
        raise invalid("Failed to parse batch request, error: the body must be multipart/mixed.")
    parts = split_parts(request.body, content_type)
    inner = [_read_part(part, request) for part in parts]
    _require_one_api(inner, request.path)
    boundary = f"batch_{secrets.token_urlsafe(24)}"
    answers = [_written(boundary, one, _answer_one(tenant, one)) for one in inner]
    body = b"".join(answers) + f"--{boundary}--\r\n".encode()
    return Response(200, body, f"multipart/mixed; boundary={boundary}")


def _read_part(part: Part, outer: Request) -> _Inner:
    line, _, rest = part.content.lstrip().partition(b"\n")
    words = line.decode("latin-1").split()
    if len(words) < 2:
        raise invalid("Failed to parse batch request, error: a part has no request line.")
    target = urlsplit(words[1])
    headers, body = split_head(rest)
    inherited = {name: outer.headers[name] for name in _FROM_OUTSIDE if name in outer.headers}
    path = target.path if target.path.startswith("/") else f"/{target.path}"
    request = Request(
        words[0].upper(),
        path,
        tuple(parse_qsl(target.query, keep_blank_values=True)),
        inherited | headers,
        _body_of(headers, body),
        outer.root_url,
    )
    ours = not target.netloc or target.netloc.endswith(".googleapis.com")
    route = routes.find(request.http_method, path) if ours else None
    return _Inner(part.headers.get("content-id", ""), request, route)


def _body_of(headers: Mapping[str, str], body: bytes) -> bytes:
    length = headers.get("content-length", "")
    return body[: int(length)] if length.isdecimal() else body.strip()


def _require_one_api(inner: list[_Inner], path: str) -> None:
    apis = {one.route.method.api for one in inner if one.route is not None}
    named = path.split("/")[2:]
    if named and (named[0] not in APIS or APIS[named[0]] != named[1]):
        raise ApiError(404, f"There is no batch endpoint {path}.")
    if len(apis | set(named[:1])) > 1:
        raise invalid("All requests of a batch must be for the same API.")
    most = min((_MOST_CALLS.get(api, _MOST) for api in apis), default=_MOST)
    if not 0 < len(inner) <= most:
        raise invalid(f"The batch holds {len(inner)} requests; it may hold 1 to {most}.")


def _answer_one(tenant: Tenant, one: _Inner) -> Response:
    if one.route is None:
        return not_found_page(one.request.path)
    if one.route.upload:
        error = invalid("Media uploads are not supported in a batch.")
        return json_response(error.envelope(one.route.method.api), error.code)
    return answer_route(tenant, one.request, one.route)


def _written(boundary: str, one: _Inner, response: Response) -> bytes:
    reason = HTTPStatus(response.status).phrase
    lines = [f"--{boundary}", "Content-Type: application/http"]
    if one.content_id:
        lines.append(f"Content-ID: {_response_id(one.content_id)}")
    lines += ["", f"HTTP/1.1 {response.status} {reason}"]
    if response.mime_type:
        lines.append(f"Content-Type: {response.mime_type}")
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    lines += [f"Content-Length: {len(response.body)}", "", ""]
    return "\r\n".join(lines).encode("latin-1", "replace") + response.body + b"\r\n"


def _response_id(content_id: str) -> str:
    """`<abc + 1>` comes back as `<response-abc + 1>`."""
    if content_id.startswith("<"):
        return f"<response-{content_id[1:]}"
    return f"response-{content_id}"
