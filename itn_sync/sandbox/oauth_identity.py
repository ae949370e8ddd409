"""Who a token's holder is: ID tokens, tokeninfo, userinfo, and where clients learn about them.

Source: https://developers.google.com/identity/openid-connect/openid-connect
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

from google.auth import crypt, jwt

from itn_sync.sandbox.access import bearer_token, read_token
from itn_sync.sandbox.classroom.access import user_id
from itn_sync.sandbox.drive.people import display_name
from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.exchange import Request, Response, json_response
from itn_sync.sandbox.oauth_documents import ISSUER, certs, openid_configuration, unpadded
from itn_sync.sandbox.oauth_grants import Grant
from itn_sync.sandbox.tenant import Tenant
from itn_sync.sandbox.world import State, now

_EMAIL = frozenset({"email", "https://www.googleapis.com/auth/userinfo.email"})
_PROFILE = frozenset({"profile", "https://www.googleapis.com/auth/userinfo.profile"})
_NAMES = {"id": "sub", "verified_email": "email_verified"}
"""Version 2's names of version 3's claims."""


def id_token(tenant: Tenant, state: State, grant: Grant, access_token: str) -> str:
    """Who consented, signed, for the client that asked for `openid`."""
    digest = hashlib.sha256(access_token.encode()).digest()
    issued = int(now(state).timestamp())
    claims = {
        "iss": ISSUER,
        "azp": grant.client,
        "aud": grant.client,
        **_person(tenant, grant.user, frozenset(grant.scopes), state),
        "at_hash": unpadded(digest[:16]),
        "iat": issued,
        "exp": issued + 3600,
    }
    if grant.nonce:
        claims["nonce"] = grant.nonce
    account = tenant.account
    signer: Any = crypt.RSASigner.from_string(account.private_pem, account.key_id)  # type: ignore[no-untyped-call]  # (google-auth)
    signed: bytes = jwt.encode(signer, claims)  # type: ignore[no-untyped-call]  # (same)
    return signed.decode()


def tokeninfo(tenant: Tenant, request: Request) -> Response:
    """What an access token or an ID token says, for whoever holds it."""
    proof = request.form.get("id_token") or request.parameter("id_token")
    if proof:
        return _id_token_info(tenant, proof)
    token = request.form.get("access_token") or bearer_token(request)
    with tenant.world.transaction(write=False) as state:
        instant = now(state)
        grant = read_token(state, token, instant) if token else None
    if grant is None:
        return _invalid_value()
    left = int(grant["exp"] - instant.timestamp())
    version = _version_of(request.path)
    told = _told_v3(tenant, grant, left) if version == 3 else _told_v1(tenant, grant, left)
    return json_response(told)


def _told_v3(tenant: Tenant, grant: Json, left: int) -> Json:
    client = _client_of(tenant, grant)
    person = _claims(tenant, grant)
    told = {"azp": client, "aud": client, "scope": " ".join(grant["scopes"])}
    told |= {"exp": str(grant["exp"]), "expires_in": str(left)}
    told |= {"access_type": "offline" if grant.get("offline") else "online"}
    if "email" in person:
        told |= {"sub": person["sub"], "email": person["email"], "email_verified": "true"}
    elif "openid" in grant["scopes"]:
        told["sub"] = person["sub"]
    return told


def _told_v1(tenant: Tenant, grant: Json, left: int) -> Json:
    client = _client_of(tenant, grant)
    person = _claims(tenant, grant)
    told: Json = {"issued_to": client, "audience": client, "scope": " ".join(grant["scopes"])}
    told |= {
        "expires_in": left,
        "access_type": "offline" if grant.get("offline") else "online",
    }
    if "email" in person:
        told |= {"user_id": person["sub"], "email": person["email"], "verified_email": True}
    return told


def _client_of(tenant: Tenant, grant: Json) -> str:
    return str(grant.get("client") or tenant.account.client_id)


def _id_token_info(tenant: Tenant, proof: str) -> Response:
    try:
        header: Any = jwt.decode_header(proof)  # type: ignore[no-untyped-call]  # (google-auth)
        claims: Any = jwt.decode(proof, verify=False)  # type: ignore[no-untyped-call]  # (same)
        signed, _, mark = proof.rpartition(".")
        signature = base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4))
    except ValueError:
        return _invalid_value()
    with tenant.world.transaction(write=False) as state:
        over = claims.get("exp", 0) <= now(state).timestamp()
    if over or not tenant.account.verifier.verify(signed.encode(), signature):
        return _invalid_value()
    told = {name: _as_text(value) for name, value in claims.items()}
    return json_response(told | {name: header[name] for name in ("alg", "kid", "typ")})


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _invalid_value() -> Response:
    told = {"error": "invalid_token", "error_description": "Invalid Value"}
    return json_response(told, 400)


def userinfo(tenant: Tenant, request: Request) -> Response:
    """The person behind a token that carries a scope of signing in; else 401."""
    with tenant.world.transaction(write=False) as state:
        grant = read_token(state, bearer_token(request), now(state))
    version = _version_of(request.path)
    if grant is None or not frozenset(grant["scopes"]) & (_EMAIL | _PROFILE | {"openid"}):
        return _no_userinfo(version)
    claims = _claims(tenant, grant)
    if version == 3:
        return json_response(claims)
    ours = {claim: name for name, claim in _NAMES.items()}
    return json_response({ours.get(claim, claim): value for claim, value in claims.items()})


def _no_userinfo(version: int) -> Response:
    if version == 3:
        told = {"error": "invalid_request", "error_description": "Invalid Credentials"}
        return json_response(told, 401)
    error = ApiError(401, "Request is missing required authentication credential.")
    return json_response(error.envelope("forms"), 401)


def _version_of(path: str) -> int:
    """`/oauth2/v3/…` and the endpoints of OpenID Connect are version 3, the older ones 1 and 2."""
    return 2 if "/v1/" in path or "/v2/" in path else 3


def _claims(tenant: Tenant, grant: Json) -> Json:
    with tenant.world.transaction(write=True) as state:
        return _person(tenant, grant["sub"], frozenset(grant["scopes"]), state)


def _person(tenant: Tenant, user: str, scopes: frozenset[str], state: State) -> Json:
    """The claims about `user` that the scopes let a client read."""
    name = display_name(state, user)
    given, _, family = name.partition(" ")
    claims: Json = {"sub": user_id(state, user)}
    if scopes & _EMAIL:
        claims |= {"email": user, "email_verified": True}
    if scopes & _PROFILE:
        claims |= {"name": name, "given_name": given, "family_name": family or given}
    if user.endswith(f"@{tenant.domain}"):
        claims["hd"] = tenant.domain
    return claims


_INFO_PATHS = ("/tokeninfo", *(f"/oauth2/v{version}/tokeninfo" for version in (1, 2, 3)))
_PERSON_PATHS = (
    "/v1/userinfo",  # openidconnect.googleapis.com
    "/userinfo/v2/me",
    *(f"/oauth2/v{version}/userinfo" for version in (1, 2, 3)),
)

ENDPOINTS: dict[tuple[str, str], Callable[[Tenant, Request], Response]] = {
    ("GET", "/.well-known/openid-configuration"): lambda tenant, _: openid_configuration(tenant),
    ("GET", "/oauth2/v3/certs"): lambda tenant, _: certs(tenant),
    **{(verb, path): tokeninfo for verb in ("GET", "POST") for path in _INFO_PATHS},
    **{(verb, path): userinfo for verb in ("GET", "POST") for path in _PERSON_PATHS},
}
"""What a request for one of these paths gets."""
