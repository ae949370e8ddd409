"""The control endpoints under `/sandbox/v1/`: what no Google offers, for tests and rehearsals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from itn_sync.sandbox.call import importers
from itn_sync.sandbox.credentials import authorized_user
from itn_sync.sandbox.errors import ApiError, Json, forbidden, invalid, not_found
from itn_sync.sandbox.exchange import Request, Response, json_response
from itn_sync.sandbox.faults import read_fault
from itn_sync.sandbox.oauth import refresh_token
from itn_sync.sandbox.oauth_assertions import delegate, delegated_scopes
from itn_sync.sandbox.oauth_clients import client_file, client_of, new_client
from itn_sync.sandbox.oauth_grants import known_scopes
from itn_sync.sandbox.quotas import change_settings, settings
from itn_sync.sandbox.schemas import parse_json
from itn_sync.sandbox.tenant import Tenant
from itn_sync.sandbox.world import now, rfc3339, set_now

PREFIX = "/sandbox/v1/"


def answer_control(tenant: Tenant, request: Request) -> Response:
    """The answer of a control endpoint; errors in the modern envelope."""
    name, _, rest = request.path.removeprefix(PREFIX).partition("/")
    endpoint = _ENDPOINTS.get((request.http_method, name))
    try:
        if endpoint is None or (rest and name != "mailboxes"):
            raise not_found(f"No control endpoint {request.http_method} {request.path}.")
        if request.is_of_another_site:
            raise forbidden("A page of another site controls nothing here.")
        return json_response(endpoint(tenant, request))
    except ApiError as error:
        return json_response(error.envelope("forms"), error.code)


def import_document(tenant: Tenant, content: Json) -> Json:
    """Run every importer named in `content` in one transaction; how many items each took."""
    known = importers()
    if unknown := set(content) - set(known):
        raise invalid(f"Unknown kind {sorted(unknown)[0]!r}; known: {', '.join(known)}.")
    for kind, items in content.items():
        if not isinstance(items, list) or not all(isinstance(i, dict | str) for i in items):
            raise invalid(f"{kind!r} must be a list of objects or addresses.", kind)
    with tenant.world.transaction(write=True) as state:
        for kind, run in known.items():
            if kind in content:
                _run_importer(kind, lambda: run(state, content[kind], now(state)))  # noqa: B023  (called at once)
    return {"imported": {kind: len(items) for kind, items in content.items()}}


def _run_importer(kind: str, run: Callable[[], None]) -> None:
    try:
        run()
    except KeyError as error:
        raise invalid(f"An item of {kind!r} lacks {error.args[0]!r}.", kind) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise invalid(f"An item of {kind!r} is malformed: {error}", kind) from error


def _health(tenant: Tenant, _request: Request) -> Json:
    with tenant.world.transaction(write=False) as state:
        instant = now(state)
    return {
        "status": "ok",
        "now": rfc3339(instant),
        "domain": tenant.domain,
        "url": tenant.root_url,
    }


def _reset(tenant: Tenant, _request: Request) -> Json:
    tenant.world.reset()
    tenant.faults.arm([])
    tenant.quotas.clear()
    tenant.log.clear()
    tenant.runs.clear()
    return {}


def _get_delegation(tenant: Tenant, _request: Request) -> Json:
    with tenant.world.transaction(write=False) as state:
        return {"scopes": sorted(delegated_scopes(state))}


def _put_delegation(tenant: Tenant, request: Request) -> Json:
    scopes = _body(request).get("scopes")
    if scopes is not None and not _strings(scopes):
        raise invalid("scopes is a list of scope addresses, or null for all.", "scopes")
    with tenant.world.transaction(write=True) as state:
        delegate(state, scopes)
    return _get_delegation(tenant, request)


def _delete_delegation(tenant: Tenant, request: Request) -> Json:
    with tenant.world.transaction(write=True) as state:
        delegate(state, None)
    return _get_delegation(tenant, request)


def _authorize_user(tenant: Tenant, request: Request) -> Json:
    """What a person's consent to an installed app gives: an authorized-user file."""
    body = _body(request)
    user, scopes = body.get("user"), body.get("scopes", sorted(known_scopes()))
    if not isinstance(user, str) or "@" not in user or not _strings(scopes):
        raise invalid("Give a user (an address) and optionally scopes (a list).", "user")
    with tenant.world.transaction(write=False) as state:
        client = client_of(state, body.get("client_id") or tenant.account.client_id)
        if client is None:
            raise invalid("There is no client with that client_id.", "client_id")
        token = refresh_token(state, user, scopes, client)
    return authorized_user(client.id, client.secret, token, tenant.root_url)


def _register_client(tenant: Tenant, request: Request) -> Json:
    """Another application, of a Cloud project of its own: its `client_secret.json`."""
    with tenant.world.transaction(write=True) as state:
        return client_file(new_client(state, _body(request)), tenant.root_url)


def _import(tenant: Tenant, request: Request) -> Json:
    return import_document(tenant, _body(request))


def _get_clock(tenant: Tenant, request: Request) -> Json:
    return {"now": _health(tenant, request)["now"]}


def _move_clock(tenant: Tenant, request: Request) -> Json:
    body = _body(request)
    with tenant.world.transaction(write=True) as state:
        set_now(state, _wanted_instant(body, now(state)))
    return _get_clock(tenant, request)


def _wanted_instant(body: Json, current: datetime) -> datetime:
    advance = body.get("advance")
    try:
        if isinstance(advance, int | float) and not isinstance(advance, bool):
            return current + timedelta(seconds=advance)
        return _instant(str(body.get("now", "")))
    except (ValueError, OverflowError):
        raise invalid('Give {"now": RFC3339} or {"advance": seconds}.', "now") from None


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text.replace("Z", "+00:00").replace(" ", "+"))
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _get_requests(tenant: Tenant, request: Request) -> Json:
    since = request.parameter("since")
    try:
        return tenant.log.summary(_instant(since) if since else None)
    except ValueError:
        raise invalid("since is an RFC3339 instant.", "since") from None


def _delete_requests(tenant: Tenant, _request: Request) -> Json:
    tenant.log.clear()
    return {}


def _get_faults(tenant: Tenant, _request: Request) -> Json:
    return {"faults": tenant.faults.report()}


def _put_faults(tenant: Tenant, request: Request) -> Json:
    """Takes `{"faults": […]}`, a list, or one fault."""
    body = parse_json(request.body)
    items = body.get("faults", [body]) if isinstance(body, dict) else body
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise invalid("faults is a list of objects.", "faults")
    try:
        tenant.faults.arm([read_fault(item) for item in items])
    except ValueError as error:
        raise invalid(str(error), "faults") from None
    return _get_faults(tenant, request)


def _delete_faults(tenant: Tenant, request: Request) -> Json:
    report = _get_faults(tenant, request)
    tenant.faults.arm([])
    return report


def _get_quotas(tenant: Tenant, _request: Request) -> Json:
    with tenant.world.transaction(write=False) as state:
        return settings(state)


def _put_quotas(tenant: Tenant, request: Request) -> Json:
    try:
        with tenant.world.transaction(write=True) as state:
            change_settings(state, _body(request))
    except ValueError as error:
        raise invalid(str(error), "mode") from None
    tenant.quotas.clear()
    return _get_quotas(tenant, request)


def _get_mailbox(tenant: Tenant, request: Request) -> Json:
    # Imported when asked: a sandbox without Gmail still has the other endpoints.
    from itn_sync.sandbox.gmail.inspect import mailbox  # noqa: PLC0415  (same)

    address = unquote(request.path.removeprefix(f"{PREFIX}mailboxes/"))
    if "@" not in address:
        raise invalid("Name a mailbox by its address.", "address")
    with tenant.world.transaction(write=False) as state:
        return mailbox(state, address.lower())


def _body(request: Request) -> Json:
    body: Any = parse_json(request.body) if request.body.strip() else {}
    if not isinstance(body, dict):
        raise invalid("The body must be a JSON object.")
    return body


def _strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


_ENDPOINTS: dict[tuple[str, str], Callable[[Tenant, Request], Json]] = {
    ("GET", "health"): _health,
    ("POST", "reset"): _reset,
    ("GET", "delegation"): _get_delegation,
    ("PUT", "delegation"): _put_delegation,
    ("DELETE", "delegation"): _delete_delegation,
    ("POST", "authorized-users"): _authorize_user,
    ("POST", "oauth-clients"): _register_client,
    ("POST", "import"): _import,
    ("GET", "clock"): _get_clock,
    ("POST", "clock"): _move_clock,
    ("GET", "requests"): _get_requests,
    ("DELETE", "requests"): _delete_requests,
    ("GET", "faults"): _get_faults,
    ("PUT", "faults"): _put_faults,
    ("DELETE", "faults"): _delete_faults,
    ("GET", "quotas"): _get_quotas,
    ("PUT", "quotas"): _put_quotas,
    ("GET", "mailboxes"): _get_mailbox,
}
