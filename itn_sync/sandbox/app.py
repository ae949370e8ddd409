"""Which door a request takes: control, tokens, batches, discovery, API methods, then pages."""

from __future__ import annotations

import re
import sys
import traceback
from dataclasses import replace
from functools import partial
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import werkzeug

from itn_sync.sandbox import batch, control, discovery_pages, oauth, oauth_identity, wire
from itn_sync.sandbox.errors import ApiError
from itn_sync.sandbox.exchange import (
    LineDroppedError,
    Request,
    Response,
    json_response,
    not_found_page,
)
from itn_sync.sandbox.tenant import Tenant

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# Names that only this machine answers to, and Google's own, which no stranger's page can claim:
# anything else would be a web page reaching us through a name of its own (DNS rebinding).
_HOST = re.compile(
    r"(?:localhost|(?:[\w-]+\.)+localhost|127\.0\.0\.1|\[::1\]|(?:[\w-]+\.)+googleapis\.com)(?::\d+)?",
    re.IGNORECASE,
)
_TOKEN_PATHS = ("/token", "/o/oauth2/token", "/oauth2/v4/token")
_REVOKE_PATHS = ("/revoke", "/o/oauth2/revoke")


def respond(tenant: Tenant, request: Request, environ: WSGIEnvironment) -> Response:
    """The answer to any request; raises LineDroppedError where the line must be cut."""
    if not _HOST.fullmatch(request.headers.get("host", "")):
        error = ApiError(403, "This sandbox answers on the loopback address only.")
        return json_response(error.envelope("forms"), error.code)
    try:
        return _answer(tenant, _overridden(request), environ)
    except LineDroppedError:
        raise
    except Exception:
        # A client never sees a traceback; the operator does.
        traceback.print_exc(file=sys.stderr)
        broken = ApiError(500, "Internal error encountered.")
        return json_response(broken.envelope("forms"), broken.code)


def _answer(tenant: Tenant, request: Request, environ: WSGIEnvironment) -> Response:
    if request.path.startswith(control.PREFIX):
        return control.answer_control(tenant, request)
    if request.http_method == "POST" and request.path in _TOKEN_PATHS:
        endpoint = partial(oauth.token_endpoint, tenant, request)
        return wire.noted(tenant, request, "oauth.token", endpoint)
    if request.http_method in {"GET", "POST"} and request.path in _REVOKE_PATHS:
        return oauth.revoke_endpoint(tenant, request)
    if identity := oauth_identity.ENDPOINTS.get((request.http_method, request.path)):
        return identity(tenant, request)
    if batch.is_batch(request):
        return batch.answer_batch(tenant, request)
    return (
        discovery_pages.answer_discovery(request)
        or wire.answer(tenant, request)
        or _page(tenant, request, environ)
        or not_found_page(request.path)
    )


def _overridden(request: Request) -> Request:
    """A GET too long for an address comes as a POST whose body is the query (facts 1.2)."""
    meant = request.headers.get("x-http-method-override", "").upper()
    if request.http_method != "POST" or not meant:
        return request
    form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    if meant != "GET" or not form:
        return replace(request, http_method=meant)
    query = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return replace(request, http_method=meant, query=(*request.query, *query), body=b"")


def _page(tenant: Tenant, request: Request, environ: WSGIEnvironment) -> Response | None:
    pages: Any = import_module("itn_sync.sandbox.pages")
    environ["wsgi.input"] = BytesIO(request.body)
    with werkzeug.Request(environ) as visit:
        open_call = partial(wire.open_call, tenant)
        shown = pages.handle(visit, open_call, tenant.world.transaction, tenant.runs)
    if shown is None:
        return None
    headers = dict(shown.headers)
    mime_type = headers.pop("Content-Type", "")
    headers.pop("Content-Length", None)
    if shown.is_streamed:
        return Response(shown.status_code, b"", mime_type, headers, stream=shown.iter_encoded())
    return Response(shown.status_code, shown.get_data(), mime_type, headers)
