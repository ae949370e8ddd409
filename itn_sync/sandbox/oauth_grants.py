"""What a person may be asked for, and the one-time codes that their yes becomes.

Source: https://developers.google.com/identity/protocols/oauth2/native-app and RFC 7636 (PKCE).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache

from itn_sync.sandbox.discovery import APIS, document, names_scope
from itn_sync.sandbox.oauth_clients import Client, client_of
from itn_sync.sandbox.world import State, declare_schema

declare_schema(
    """
    CREATE TABLE IF NOT EXISTS oauth_code (
        code TEXT PRIMARY KEY, expires REAL NOT NULL, grant_text TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS oauth_consent (
        client TEXT NOT NULL, user TEXT NOT NULL, scope TEXT NOT NULL,
        PRIMARY KEY (client, user, scope))
    """
)

_CODE_LIFE = timedelta(minutes=10)
_METHODS = ("", "plain", "S256")
_CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{43,128}")

# Scopes of no API here, which clients ask beside those of the documents.
SIGN_IN_SCOPES = frozenset(
    {
        "openid",
        "email",
        "profile",
        "https://www.googleapis.com/auth/userinfo.email",
        "https://www.googleapis.com/auth/userinfo.profile",
        "https://spreadsheets.google.com/feeds",
    }
)

_FULL_NAMES = {
    name: f"https://www.googleapis.com/auth/userinfo.{name}" for name in ("email", "profile")
}


@cache
def known_scopes() -> frozenset[str]:
    """Every scope that a document names, and those of signing in."""
    named = (document(api).get("auth", {}).get("oauth2", {}).get("scopes", {}) for api in APIS)
    return frozenset().union(*named) | SIGN_IN_SCOPES


def full_scope(scope: str) -> str:
    """The name under which Google grants it; some clients take the longer one for a change."""
    return _FULL_NAMES.get(scope, scope)


def is_scope(text: str) -> bool:
    """Whether Google has such a scope, be it of an API that the sandbox does not play."""
    return text in known_scopes() or names_scope(text)


class UnaskableError(Exception):
    """The request is shown to the person as an error, never sent back to the application."""

    def __init__(self, status: int, error: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.error = error
        self.detail = detail


@dataclass(frozen=True)
class Asking:
    """A checked authorization request: who asks for what, and where the answer goes."""

    client: Client
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str = ""
    challenge: str = ""
    challenge_method: str = ""
    offline: bool = True
    nonce: str = ""
    prompt: frozenset[str] = frozenset()
    login_hint: str = ""
    with_earlier: bool = False
    """`include_granted_scopes`: what was granted to the application before counts too."""


@dataclass(frozen=True)
class Grant:
    """What a code stands for."""

    client: str
    redirect_uri: str
    user: str
    scopes: list[str]
    challenge: str
    challenge_method: str
    offline: bool
    nonce: str


def read_asking(state: State, query: Mapping[str, str]) -> Asking:
    """The request that an authorization address carries; raises UnaskableError."""
    for name in ("client_id", "response_type", "redirect_uri", "scope"):
        if not query.get(name):
            raise UnaskableError(400, "invalid_request", f"Missing required parameter: {name}")
    client = client_of(state, query["client_id"])
    if client is None:
        raise UnaskableError(401, "invalid_client", "The OAuth client was not found.")
    if not client.may_redirect_to(query["redirect_uri"]):
        raise _wrong_redirect(query["redirect_uri"])
    if query["response_type"] != "code":
        detail = f"Invalid response_type: {query['response_type']}"
        raise UnaskableError(400, "unsupported_response_type", detail)
    _check_challenge(query)
    return Asking(
        client=client,
        redirect_uri=query["redirect_uri"],
        scopes=_scopes(query["scope"]),
        state=query.get("state", ""),
        challenge=query.get("code_challenge", ""),
        challenge_method=query.get("code_challenge_method", ""),
        offline=_wants_offline(client, query.get("access_type", "")),
        nonce=query.get("nonce", ""),
        prompt=frozenset(query.get("prompt", "").split()),
        login_hint=query.get("login_hint", "").lower(),
        with_earlier=query.get("include_granted_scopes") == "true",
    )


def _wrong_redirect(uri: str) -> UnaskableError:
    if uri.startswith("urn:ietf:wg:oauth:2.0:oob"):
        return UnaskableError(400, "invalid_request", "The out-of-band (OOB) flow is blocked.")
    return UnaskableError(400, "redirect_uri_mismatch", f"redirect_uri={uri}")


def _check_challenge(query: Mapping[str, str]) -> None:
    method, challenge = query.get("code_challenge_method", ""), query.get("code_challenge", "")
    if method not in _METHODS or (method and not challenge):
        raise UnaskableError(400, "invalid_request", f"Invalid code_challenge_method: {method}")
    if challenge and not _CHALLENGE.fullmatch(challenge):
        raise UnaskableError(400, "invalid_request", "Invalid code_challenge.")


def _scopes(text: str) -> tuple[str, ...]:
    asked = tuple(dict.fromkeys(map(full_scope, text.split())))
    wrong = [scope for scope in asked if not is_scope(scope)]
    if wrong or not asked:
        detail = f"Some requested scopes were invalid. {{invalid=[{', '.join(wrong)}]}}"
        raise UnaskableError(400, "invalid_scope", detail)
    return asked


def _wants_offline(client: Client, access_type: str) -> bool:
    """Installed applications get a refresh token unless they ask for none; web ones on demand."""
    return access_type == "offline" or (client.kind == "installed" and access_type != "online")


def consented(state: State, client_id: str, user: str) -> frozenset[str]:
    """Every scope that `user` has granted to the client."""
    rows = state.execute(
        "SELECT scope FROM oauth_consent WHERE client = ? AND user = ?", (client_id, user.lower())
    ).fetchall()
    return frozenset(row["scope"] for row in rows)


def forget_consent(state: State, client_id: str, user: str) -> None:
    """What a revocation does: the application has to ask anew."""
    state.execute("DELETE FROM oauth_consent WHERE client = ? AND user = ?", (client_id, user))


def grant_code(
    state: State, asking: Asking, user: str, scopes: frozenset[str], now: datetime
) -> tuple[str, list[str]]:
    """The person said yes: the code for the application, and the scopes it stands for."""
    user, client_id = user.lower(), asking.client.id
    before = consented(state, client_id, user) if asking.with_earlier else frozenset()
    granted = sorted(scopes | before)
    state.executemany(
        "INSERT OR IGNORE INTO oauth_consent VALUES (?, ?, ?)",
        [(client_id, user, scope) for scope in scopes],
    )
    grant = Grant(
        client_id,
        asking.redirect_uri,
        user,
        granted,
        asking.challenge,
        asking.challenge_method,
        asking.offline,
        asking.nonce,
    )
    code = f"4/0A{secrets.token_urlsafe(48)}"
    expires = (now + _CODE_LIFE).timestamp()
    state.execute(
        "INSERT INTO oauth_code VALUES (?, ?, ?)", (code, expires, json.dumps(asdict(grant)))
    )
    return code, granted


def take_code(state: State, code: str, now: datetime) -> Grant | None:
    """What the code stands for; it is used up. None if it is unknown, used or too old."""
    row = state.execute(
        "DELETE FROM oauth_code WHERE code = ? RETURNING expires, grant_text", (code,)
    ).fetchone()
    if row is None or row["expires"] <= now.timestamp():
        return None
    return Grant(**json.loads(row["grant_text"]))


def verifies(grant: Grant, verifier: str) -> bool:
    """Whether `verifier` is what the challenge was made of (RFC 7636, 4.6)."""
    if not grant.challenge:
        return True
    made = verifier
    if grant.challenge_method == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        made = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return hmac.compare_digest(made.encode(), grant.challenge.encode())
