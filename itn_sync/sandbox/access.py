"""Who calls, and whether they may: access tokens and the scopes of each method."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from itn_sync.sandbox.credentials import PROJECT
from itn_sync.sandbox.discovery import Method
from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.exchange import Request
from itn_sync.sandbox.tokens import is_revoked, opened, sealed
from itn_sync.sandbox.world import State

_LIFE = timedelta(seconds=3599)
_PREFIX = "ya29."
_SIGN_IN = (
    "Expected OAuth 2 access token, login cookie or other valid authentication credential."
    " See https://developers.google.com/identity/sign-in/web/devconsole-project."
)


@dataclass(frozen=True)
class Caller:
    """The person a token stands for, the scopes it carries, the Cloud project that uses it."""

    user: str
    scopes: frozenset[str]
    project: str = PROJECT


@dataclass(frozen=True)
class Consent:
    """How an application came to a token: `grant` is common to all tokens of one consent."""

    client: str = ""
    project: str = PROJECT
    grant: str = ""
    offline: bool = False


NO_CONSENT = Consent()
"""Of the service account, which the domain's administrator trusts."""


def issue(
    state: State,
    user: str,
    scopes: frozenset[str],
    now: datetime,
    consent: Consent = NO_CONSENT,
) -> str:
    """An access token that says for itself who holds it, for what, until when."""
    content: Json = {"sub": user, "scopes": sorted(scopes), "exp": int((now + _LIFE).timestamp())}
    if consent is not NO_CONSENT:
        content |= asdict(consent)
    return _PREFIX + sealed(state, "access", content)


def read_token(state: State, token: str, now: datetime) -> Json | None:
    """What a living access token of ours says; None for any other."""
    grant = opened(state, "access", token.removeprefix(_PREFIX))
    if grant is None or not token.startswith(_PREFIX) or grant["exp"] <= now.timestamp():
        return None
    return None if is_revoked(state, token, grant.get("grant", "")) else grant


def caller_of(state: State, request: Request, now: datetime) -> Caller:
    """The holder of the request's token; raises 401 where it is missing, forged or expired."""
    token = bearer_token(request)
    if not token:
        raise _missing()
    grant = read_token(state, token, now)
    if grant is None:
        raise _unusable()
    return Caller(grant["sub"], frozenset(grant["scopes"]), grant.get("project", PROJECT))


def bearer_token(request: Request) -> str:
    """The token in the Authorization header or the `access_token` parameter."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and token.strip():
        return token.strip()
    return request.parameter("access_token") or request.parameter("oauth_token")


def require_scope(caller: Caller, method: Method) -> None:
    """Raise 403 unless the token carries one of the scopes the document lists."""
    if method.scopes & caller.scopes:
        return
    metadata = {"method": method.id, "service": f"{method.api}.googleapis.com"}
    raise ApiError(
        403,
        "Request had insufficient authentication scopes.",
        reason="insufficientPermissions",
        legacy_message="Insufficient Permission",
        details=(_error_info("ACCESS_TOKEN_SCOPE_INSUFFICIENT", metadata),),
        headers={
            "WWW-Authenticate": 'Bearer realm="https://accounts.google.com/",'
            f' error="insufficient_scope", scope="{" ".join(sorted(method.scopes))}"'
        },
    )


def _missing() -> ApiError:
    return ApiError(
        401,
        f"Request is missing required authentication credential. {_SIGN_IN}",
        reason="required",
        legacy_message="Login Required.",
        location="Authorization",
        location_type="header",
        details=(_error_info("CREDENTIALS_MISSING", {}),),
        headers={"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'},
    )


def _unusable() -> ApiError:
    return ApiError(
        401,
        f"Request had invalid authentication credentials. {_SIGN_IN}",
        reason="authError",
        legacy_message="Invalid Credentials",
        location="Authorization",
        location_type="header",
        headers={
            "WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
        },
    )


def _error_info(reason: str, metadata: dict[str, str]) -> dict[str, object]:
    return {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": metadata,
    }
