"""Assertions of the service account: signed by its key, for itself or as a person of the domain.

Source: https://developers.google.com/identity/protocols/oauth2/service-account and facts 2.
"""

from __future__ import annotations

import base64
from binascii import Error as Base64Error
from datetime import timedelta
from typing import Any

from google.auth import jwt

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.exchange import json_response
from itn_sync.sandbox.oauth_grants import is_scope, known_scopes
from itn_sync.sandbox.tenant import Tenant
from itn_sync.sandbox.world import State, get_setting, machine_now, put_setting

_AUDIENCES = ("https://oauth2.googleapis.com/token", "https://accounts.google.com/o/oauth2/token")
_DELEGATION = "world.delegation"
_LONGEST = timedelta(minutes=60)
_SKEW = timedelta(minutes=5)


class RefusedError(Exception):
    """What the endpoint answers instead of a token: `(HTTP status, error, description)`."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.response = json_response({"error": error, "error_description": description}, status)


def delegated_scopes(state: State) -> frozenset[str]:
    """The scopes the administrator granted to the service account."""
    chosen = get_setting(state, _DELEGATION)
    return known_scopes() if chosen is None else frozenset(chosen)


def delegate(state: State, scopes: list[str] | None) -> None:
    """Grant exactly these scopes; None: every scope of the APIs."""
    put_setting(state, _DELEGATION, scopes)


def bad_grant(description: str) -> RefusedError:
    """400 invalid_grant: what was presented is worth nothing (any more)."""
    return RefusedError(400, "invalid_grant", description)


def asserted(tenant: Tenant, state: State, assertion: str) -> tuple[str, frozenset[str]]:
    """The person that the service account is to act as, and for what; raises RefusedError."""
    claims = _verified(tenant, assertion)
    scopes = frozenset(str(claims.get("scope", "")).split())
    if not scopes or not all(map(is_scope, scopes)):
        raise RefusedError(
            400, "invalid_scope", "Invalid OAuth scope or ID token audience provided."
        )
    subject = str(claims.get("sub") or tenant.account.email).lower()
    if subject != tenant.account.email:
        _require_delegation(tenant, state, subject, scopes)
    return subject, scopes


def _require_delegation(tenant: Tenant, state: State, subject: str, scopes: frozenset[str]) -> None:
    local, _, domain = subject.rpartition("@")
    if not local or domain != tenant.domain:
        raise RefusedError(400, "invalid_grant", "Invalid email or User ID")
    if not scopes <= delegated_scopes(state):
        raise RefusedError(
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
        raise bad_grant("Invalid JWT: Failed to parse the assertion.") from None
    if not isinstance(claims, dict) or claims.get("iss") != tenant.account.email:
        raise bad_grant("Invalid grant: account not found")
    if header.get("alg") != "RS256" or not tenant.account.verifier.verify(signed.encode(), mark):
        raise bad_grant("Invalid JWT Signature.")
    _require_timely(claims)
    if claims.get("aud") not in (*_AUDIENCES, f"{tenant.root_url}token"):
        raise bad_grant("Invalid JWT: The audience is not this token endpoint.")
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
        raise bad_grant(
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable"
            " timeframe. Check your iat and exp values in the JWT claim."
        )
