"""The token endpoint: assertions of the service account and refresh tokens become access tokens.

Source: https://developers.google.com/identity/protocols/oauth2/service-account and facts 2.
"""

from __future__ import annotations

import base64
import hmac
from binascii import Error as Base64Error
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from google.auth import jwt

from itn_sync.sandbox.access import issue
from itn_sync.sandbox.discovery import APIS, document, names_scope
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.exchange import Request, Response, json_response
from itn_sync.sandbox.tenant import Tenant
from itn_sync.sandbox.tokens import opened, sealed
from itn_sync.sandbox.world import (
    State,
    declare_schema,
    get_setting,
    machine_now,
    now,
    put_setting,
)

declare_schema("CREATE TABLE IF NOT EXISTS oauth_revoked (token TEXT PRIMARY KEY)")

_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_AUDIENCES = ("https://oauth2.googleapis.com/token", "https://accounts.google.com/o/oauth2/token")
_DELEGATION = "world.delegation"
_LONGEST = timedelta(minutes=60)
_SKEW = timedelta(minutes=5)

# Scopes of no API here, which clients ask beside those of the documents.
_SIGN_IN_SCOPES = frozenset(
    {
        "openid",
        "email",
        "profile",
        "https://www.googleapis.com/auth/userinfo.email",
        "https://www.googleapis.com/auth/userinfo.profile",
        "https://spreadsheets.google.com/feeds",
    }
)


class _RefusedError(Exception):
    """What the endpoint answers instead of a token: `(HTTP status, error, description)`."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.response = json_response({"error": error, "error_description": description}, status)


def token_endpoint(tenant: Tenant, request: Request) -> Response:
    """`POST /token`: jwt-bearer and refresh_token grants, with Google's errors."""
    form = {name: values[-1] for name, values in parse_qs(request.body.decode("latin-1")).items()}
    try:
        with tenant.world.transaction(write=False) as state:
            return json_response(_granted(tenant, state, form))
    except _RefusedError as refused:
        return refused.response


def revoke_endpoint(tenant: Tenant, request: Request) -> Response:
    """`POST /revoke`: the refresh token is dead from now on."""
    form = parse_qs(request.body.decode("latin-1"))
    token = form.get("token", [request.parameter("token")])[-1]
    with tenant.world.transaction(write=True) as state:
        if opened(state, "refresh", token) is None:
            description = "Token expired or revoked"
            return json_response({"error": "invalid_token", "error_description": description}, 400)
        state.execute("INSERT OR IGNORE INTO oauth_revoked VALUES (?)", (token,))
    return json_response({})


def refresh_token(state: State, user: str, scopes: list[str]) -> str:
    """A refresh token of `user`, as a person's consent would have made it."""
    return sealed(state, "refresh", {"sub": user.lower(), "scopes": sorted(scopes)})


def delegated_scopes(state: State) -> frozenset[str]:
    """The scopes the administrator granted to the service account."""
    chosen = get_setting(state, _DELEGATION)
    return known_scopes() if chosen is None else frozenset(chosen)


def delegate(state: State, scopes: list[str] | None) -> None:
    """Grant exactly these scopes; None: every scope of the APIs."""
    put_setting(state, _DELEGATION, scopes)


@cache
def known_scopes() -> frozenset[str]:
    """Every scope that a document names, and those of signing in."""
    named = (document(api).get("auth", {}).get("oauth2", {}).get("scopes", {}) for api in APIS)
    return frozenset().union(*named) | _SIGN_IN_SCOPES


def _granted(tenant: Tenant, state: State, form: dict[str, str]) -> Json:
    grant = form.get("grant_type", "")
    if grant == _JWT_BEARER:
        return _from_assertion(tenant, state, form.get("assertion", ""))
    if grant == "refresh_token":
        return _from_refresh_token(tenant, state, form)
    raise _RefusedError(400, "unsupported_grant_type", f"Invalid grant_type: {grant}")


def _from_assertion(tenant: Tenant, state: State, assertion: str) -> Json:
    claims = _verified(tenant, assertion)
    scopes = frozenset(str(claims.get("scope", "")).split())
    if not scopes or not all(map(_is_scope, scopes)):
        raise _RefusedError(
            400, "invalid_scope", "Invalid OAuth scope or ID token audience provided."
        )
    subject = str(claims.get("sub") or tenant.account.email).lower()
    if subject != tenant.account.email:
        _require_delegation(tenant, state, subject, scopes)
    return _answer(state, subject, scopes)


def _is_scope(text: str) -> bool:
    """Whether Google has such a scope, be it of an API that the sandbox does not play."""
    return text in known_scopes() or names_scope(text)


def _require_delegation(tenant: Tenant, state: State, subject: str, scopes: frozenset[str]) -> None:
    local, _, domain = subject.rpartition("@")
    if not local or domain != tenant.domain:
        raise _RefusedError(400, "invalid_grant", "Invalid email or User ID")
    if not scopes <= delegated_scopes(state):
        raise _RefusedError(
            401,
            "unauthorized_client",
            "Client is unauthorized to retrieve access tokens using this method, or client not"
            " authorized for any of the scopes requested.",
        )


def _verified(tenant: Tenant, assertion: str) -> Json:
    """The claims of an assertion that the service account signed, now, for us."""
    signed, _, signature = assertion.rpartition(".")
    try:
        header: Any = jwt.decode_header(assertion)  # type: ignore[no-untyped-call]  # (google-auth)
        claims: Any = jwt.decode(assertion, verify=False)  # type: ignore[no-untyped-call]  # (same)
        mark = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    except (ValueError, Base64Error):
        raise _bad_grant("Invalid JWT: Failed to parse the assertion.") from None
    if not isinstance(claims, dict) or claims.get("iss") != tenant.account.email:
        raise _bad_grant("Invalid grant: account not found")
    if header.get("alg") != "RS256" or not tenant.account.verifier.verify(signed.encode(), mark):
        raise _bad_grant("Invalid JWT Signature.")
    _require_timely(claims)
    if claims.get("aud") not in (*_AUDIENCES, f"{tenant.root_url}token"):
        raise _bad_grant("Invalid JWT: The audience is not this token endpoint.")
    return claims


def _require_timely(claims: Json) -> None:
    """Assertions are dated by the client's clock, so the Workspace's own may be moved freely."""
    current = machine_now().timestamp()
    issued, expires = claims.get("iat"), claims.get("exp")
    timely = (
        isinstance(issued, int | float)
        and isinstance(expires, int | float)
        and issued <= current + _SKEW.total_seconds()
        and expires > current
        and 0 < expires - issued <= _LONGEST.total_seconds()
    )
    if not timely:
        raise _bad_grant(
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable"
            " timeframe. Check your iat and exp values in the JWT claim."
        )


def _from_refresh_token(tenant: Tenant, state: State, form: dict[str, str]) -> Json:
    client_id = form.get("client_id", "").removesuffix(".apps.googleusercontent.com")
    if client_id != tenant.account.client_id:
        raise _RefusedError(401, "invalid_client", "The OAuth client was not found.")
    if not hmac.compare_digest(form.get("client_secret", ""), tenant.account.client_secret):
        raise _RefusedError(401, "invalid_client", "Unauthorized")
    token = form.get("refresh_token", "")
    grant = opened(state, "refresh", token)
    if grant is None or _revoked(state, token):
        raise _bad_grant("Token has been expired or revoked.")
    granted = frozenset(grant["scopes"])
    asked = frozenset(form.get("scope", "").split()) or granted
    if not asked <= granted:
        raise _RefusedError(400, "invalid_scope", "Some requested scopes were invalid.")
    return _answer(state, grant["sub"], asked) | {"scope": " ".join(sorted(asked))}


def _revoked(state: State, token: str) -> bool:
    row = state.execute("SELECT 1 FROM oauth_revoked WHERE token = ?", (token,)).fetchone()
    return row is not None


def _bad_grant(description: str) -> _RefusedError:
    return _RefusedError(400, "invalid_grant", description)


def _answer(state: State, subject: str, scopes: frozenset[str]) -> Json:
    return {
        "access_token": issue(state, subject, scopes, now(state)),
        "expires_in": 3599,
        "token_type": "Bearer",
    }
