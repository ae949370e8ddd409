"""The token endpoint: assertions, codes and refresh tokens become access tokens; revocation.

Source: https://developers.google.com/identity/protocols/oauth2/service-account,
https://developers.google.com/identity/protocols/oauth2/native-app and facts 2.
"""

from __future__ import annotations

import base64
import secrets
from urllib.parse import unquote

from itn_sync.sandbox.access import NO_CONSENT, Consent, issue, read_token
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.exchange import Request, Response, json_response
from itn_sync.sandbox.oauth_assertions import RefusedError, asserted, bad_grant
from itn_sync.sandbox.oauth_clients import Client, client_of
from itn_sync.sandbox.oauth_grants import Grant, forget_consent, take_code, verifies
from itn_sync.sandbox.oauth_identity import id_token
from itn_sync.sandbox.tenant import Tenant
from itn_sync.sandbox.tokens import is_revoked, opened, revoke, sealed
from itn_sync.sandbox.world import State, now

_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_REFRESH_PREFIX = "1//0"


def token_endpoint(tenant: Tenant, request: Request) -> Response:
    """`POST /token`: jwt-bearer, authorization_code and refresh_token, with Google's errors."""
    form = _basic_credentials(request) | request.form
    grant = form.get("grant_type", "")
    try:
        with tenant.world.transaction(write=grant == "authorization_code") as state:
            return json_response(_granted(tenant, state, form))
    except RefusedError as refused:
        return refused.response


def revoke_endpoint(tenant: Tenant, request: Request) -> Response:
    """`/revoke` by GET or POST: a token is dead from now on, and all those of its consent."""
    token = request.form.get("token") or request.parameter("token")
    if not token:
        return _said("invalid_request", "Missing required parameter: token")
    with tenant.world.transaction(write=True) as state:
        grant = _refresh_grant(state, token) or read_token(state, token, now(state))
        if grant is None:
            return _said("invalid_token", "Token expired or revoked")
        revoke(state, grant.get("grant") or token)
        forget_consent(state, grant.get("client", ""), grant["sub"])
    return json_response({})


def _said(error: str, description: str) -> Response:
    return json_response({"error": error, "error_description": description}, 400)


def _basic_credentials(request: Request) -> dict[str, str]:
    """Who the client is, where it says so in the header (RFC 6749, 2.3.1)."""
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return {}
    try:
        client_id, _, secret = base64.b64decode(text).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": unquote(client_id), "client_secret": unquote(secret)}


def refresh_token(
    state: State, user: str, scopes: list[str], client: Client, grant: str = ""
) -> str:
    """A refresh token of `user` for `client`, as a person's consent makes it."""
    content = {
        "sub": user.lower(),
        "scopes": sorted(scopes),
        "client": client.id,
        "grant": grant or secrets.token_hex(8),
    }
    return _REFRESH_PREFIX + sealed(state, "refresh", content)


def _refresh_grant(state: State, token: str) -> Json | None:
    """What a living refresh token stands for."""
    grant = opened(state, "refresh", token.removeprefix(_REFRESH_PREFIX))
    if grant is None or is_revoked(state, grant["grant"]):
        return None
    return grant


def _granted(tenant: Tenant, state: State, form: dict[str, str]) -> Json:
    grant = form.get("grant_type", "")
    if grant == _JWT_BEARER:
        return _answer(state, *asserted(tenant, state, form.get("assertion", "")))
    if grant == "authorization_code":
        return _from_code(tenant, state, form)
    if grant == "refresh_token":
        return _from_refresh_token(state, form)
    raise RefusedError(400, "unsupported_grant_type", f"Invalid grant_type: {grant}")


def _client(state: State, form: dict[str, str]) -> Client:
    """The client that asks, if it proves to be itself."""
    client = client_of(state, form.get("client_id", ""))
    if client is None:
        raise RefusedError(401, "invalid_client", "The OAuth client was not found.")
    if "client_secret" not in form:
        raise RefusedError(400, "invalid_request", "client_secret is missing.")
    if not client.knows(form["client_secret"]):
        raise RefusedError(401, "invalid_client", "Unauthorized")
    return client


def _from_code(tenant: Tenant, state: State, form: dict[str, str]) -> Json:
    """A person's yes becomes tokens, once."""
    client = _client(state, form)
    if not form.get("code"):
        raise RefusedError(400, "invalid_request", "Missing required parameter: code")
    grant = take_code(state, form["code"], now(state))
    if grant is None or grant.client != client.id:
        raise bad_grant("Malformed auth code." if "/" not in form["code"] else "Bad Request")
    if form.get("redirect_uri") != grant.redirect_uri:
        raise RefusedError(400, "redirect_uri_mismatch", "Bad Request")
    _require_verifier(grant, form.get("code_verifier", ""))
    return _first_tokens(tenant, state, client, grant)


def _require_verifier(grant: Grant, verifier: str) -> None:
    if grant.challenge and not verifier:
        raise bad_grant("Missing code verifier.")
    if not verifies(grant, verifier):
        raise bad_grant("Invalid code verifier.")


def _first_tokens(tenant: Tenant, state: State, client: Client, grant: Grant) -> Json:
    consent = Consent(client.id, client.project, secrets.token_hex(8), grant.offline)
    answer = _answer(state, grant.user, frozenset(grant.scopes), consent)
    answer["scope"] = " ".join(grant.scopes)
    if grant.offline:
        answer["refresh_token"] = refresh_token(
            state, grant.user, grant.scopes, client, consent.grant
        )
    if "openid" in grant.scopes:
        answer["id_token"] = id_token(tenant, state, grant, answer["access_token"])
    return answer


def _from_refresh_token(state: State, form: dict[str, str]) -> Json:
    client = _client(state, form)
    grant = _refresh_grant(state, form.get("refresh_token", ""))
    if grant is None or grant["client"] != client.id:
        raise bad_grant("Token has been expired or revoked.")
    granted = frozenset(grant["scopes"])
    asked = frozenset(form.get("scope", "").split()) or granted
    if not asked <= granted:
        raise RefusedError(400, "invalid_scope", "Some requested scopes were invalid.")
    consent = Consent(client.id, client.project, grant["grant"], offline=True)
    return _answer(state, grant["sub"], asked, consent) | {"scope": " ".join(sorted(asked))}


def _answer(
    state: State, subject: str, scopes: frozenset[str], consent: Consent = NO_CONSENT
) -> Json:
    return {
        "access_token": issue(state, subject, scopes, now(state), consent),
        "expires_in": 3599,
        "token_type": "Bearer",
    }
