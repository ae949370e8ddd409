"""From an HTTP request to a method's behaviour and back: what every method has in common.

In Google's order: route (404), token (401), quota (429), scope (403), parameters and body (400),
then the behaviour in one transaction, committed before the answer leaves.
"""

from __future__ import annotations

import sqlite3
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from itn_sync.sandbox import routes, uploads
from itn_sync.sandbox.access import Caller, caller_of, require_scope
from itn_sync.sandbox.answers import error_response, finished, require_json, response_mask
from itn_sync.sandbox.call import (
    Answer,
    Call,
    Media,
    behaviour_of,
)
from itn_sync.sandbox.credentials import PROJECT, WEB_PROJECT
from itn_sync.sandbox.discovery import Method, method
from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.exchange import (
    LineDroppedError,
    Request,
    Response,
    not_found_page,
)
from itn_sync.sandbox.faults import suffered
from itn_sync.sandbox.params import read_params
from itn_sync.sandbox.requestlog import DROPPED, Entry
from itn_sync.sandbox.schemas import read_body
from itn_sync.sandbox.tenant import Tenant
from itn_sync.sandbox.world import State, now


@dataclass(frozen=True)
class Prepared:
    """A request that passed every check common to all methods."""

    method: Method
    caller: Caller
    params: Json
    body: Json
    media: Media | None = None


def answer(tenant: Tenant, request: Request) -> Response | None:
    """The answer to a call of an API method; None when the path is no method's."""
    if uploads.is_continuation(request):
        return _continued_upload(tenant, request)
    route = routes.find(request.http_method, request.path)
    return None if route is None else answer_route(tenant, request, route)


def answer_route(tenant: Tenant, request: Request, route: routes.Route) -> Response:
    """The answer to a call whose method is known."""
    return noted(tenant, request, route.method.id, lambda: _executed(tenant, request, route))


def noted(
    tenant: Tenant, request: Request, method_id: str, execute: Callable[[], Response]
) -> Response:
    """Execute under the faults in force, turn errors into envelopes, and write the log."""
    status, size = DROPPED, 0
    try:
        guarded = partial(_with_envelopes, request, method_id, execute)
        response = suffered(tenant.faults.draw(method_id), method_id, guarded)
        if response.cut is None:
            status, size = response.status, len(response.body)
        return response
    finally:
        with tenant.world.transaction(write=False) as state:
            at = now(state)
            who = _caller_name(tenant, request)
        tenant.log.add(Entry(at, method_id, who, status, len(request.body), size))


def open_call(
    tenant: Tenant, method_id: str, /, *, user: str, body: Json | None = None, **params: Any
) -> Any:
    """Run a method as `user` in a transaction of its own, past the HTTP door; raises ApiError."""
    called = method(method_id)
    project = WEB_PROJECT if called.api == "classroom" else PROJECT
    caller = Caller(user.lower(), called.scopes, project)
    return perform(tenant, Prepared(called, caller, called.defaults | params, body or {}))


def perform(
    tenant: Tenant, prepared: Prepared, after: Callable[[State, Answer], None] | None = None
) -> Answer:
    """The behaviour's answer, committed together with what `after` does with it.

    A GET that has to write after all (the first look into a new mailbox) is run again as a writer.
    """
    function = behaviour_of(prepared.method.id)
    if prepared.method.reads_only:
        try:
            with tenant.world.transaction(write=False) as state:
                return function(_call(tenant, prepared, state))
        except sqlite3.OperationalError as error:
            if "readonly" not in str(error):
                raise
    with tenant.world.transaction(write=True) as state:
        given = function(_call(tenant, prepared, state))
        if after is not None:
            after(state, given)
        return given


def admitted(tenant: Tenant, request: Request, called: Method) -> Caller:
    """The caller, if they may call this method now; raises 401, 429 or 403."""
    with tenant.world.transaction(write=False) as state:
        instant = now(state)
        caller = caller_of(state, request, instant)
        tenant.quotas.charge(state, called, caller.user, instant)
    require_scope(caller, called)
    return caller


def _executed(tenant: Tenant, request: Request, route: routes.Route) -> Response:
    called = route.method
    caller = admitted(tenant, request, called)
    params = read_params(called, route.params, request.query, route.ignored)
    require_json(called, params)
    response_mask(called, params)
    if route.upload:
        return _uploaded(tenant, request, Prepared(called, caller, params, {}))
    prepared = Prepared(called, caller, params, read_body(called, request.body))
    return finished(called, params, perform(tenant, prepared), request)


def _uploaded(tenant: Tenant, request: Request, prepared: Prepared) -> Response:
    kind = uploads.kind_of(request, prepared.params)
    metadata, media = uploads.read(kind, request)
    whole = replace(prepared, body=read_body(prepared.method, metadata), media=media)
    if kind == "resumable":
        behaviour_of(whole.method.id)
        with tenant.world.transaction(write=True) as state:
            draft = uploads.Draft(
                whole.method.id, whole.caller.user, whole.caller.scopes, whole.params, whole.body
            )
            return uploads.begin(state, request, draft)
    return finished(whole.method, whole.params, perform(tenant, whole), request)


def _continued_upload(tenant: Tenant, request: Request) -> Response:
    """A chunk of a resumable upload; the last one calls the method."""
    with tenant.world.transaction(write=False) as state:
        session = uploads.session_of(state, request)
    if session is None:
        return not_found_page(request.path)
    draft = session.draft
    return noted(tenant, request, draft.method_id, lambda: _chunk(tenant, request, session))


def _chunk(tenant: Tenant, request: Request, session: uploads.Session) -> Response:
    with tenant.world.transaction(write=True) as state:
        progress = uploads.receive(state, request, session)
    if isinstance(progress, Response):
        return progress
    draft = session.draft
    caller = Caller(draft.user, draft.scopes)
    prepared = Prepared(method(draft.method_id), caller, draft.params, draft.body, progress)
    given: Answer = session.answer
    if given is None:
        keep = partial(uploads.complete, session=session)
        given = perform(tenant, prepared, keep)
    return finished(prepared.method, prepared.params, given, request)


def _call(tenant: Tenant, prepared: Prepared, state: State) -> Call:
    return Call(
        method=prepared.method,
        user=prepared.caller.user,
        state=state,
        now=now(state),
        params=prepared.params,
        body=prepared.body,
        media=prepared.media,
        scopes=prepared.caller.scopes,
        project=prepared.caller.project,
        domain=tenant.domain,
        root_url=tenant.root_url,
    )


def _with_envelopes(request: Request, method_id: str, execute: Callable[[], Response]) -> Response:
    try:
        return execute()
    except ApiError as error:
        return error_response(request, method_id.partition(".")[0], error)
    except LineDroppedError:
        raise
    except Exception:
        # A client never sees a traceback; the operator does.
        traceback.print_exc(file=sys.stderr)
        broken = ApiError(500, "Internal error encountered.", reason="backendError")
        return error_response(request, method_id.partition(".")[0], broken)


def _caller_name(tenant: Tenant, request: Request) -> str:
    try:
        with tenant.world.transaction(write=False) as state:
            return caller_of(state, request, now(state)).user
    except ApiError:
        return ""
