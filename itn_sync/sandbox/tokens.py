"""Opaque signed tokens: access, refresh and page tokens carry their own contents.

Nothing is written when one is issued, and one that was tampered with reads as no token at all.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from binascii import Error as Base64Error

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.world import State, declare_schema, get_setting, put_setting

declare_schema("CREATE TABLE IF NOT EXISTS oauth_revoked (token TEXT PRIMARY KEY)")

_KEY = "tokens.key"
_DIGEST_SIZE = 16


def make_signing_key(state: State) -> None:
    """Choose this Workspace's key once; it survives resets and restarts."""
    if get_setting(state, _KEY) is None:
        put_setting(state, _KEY, secrets.token_hex(32))


def sealed(state: State, purpose: str, payload: Json) -> str:
    """`payload` as one URL-safe word, readable by `opened` for the same purpose only."""
    text = json.dumps(payload, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_digest(state, purpose, text) + text).decode().rstrip("=")


def opened(state: State, purpose: str, token: str) -> Json | None:
    """What `sealed` was given, or None if this Workspace did not write the token."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (Base64Error, ValueError):
        return None
    digest, text = raw[:_DIGEST_SIZE], raw[_DIGEST_SIZE:]
    if not hmac.compare_digest(digest, _digest(state, purpose, text)):
        return None
    payload: Json = json.loads(text)
    return payload


def revoke(state: State, mark: str) -> None:
    """From now on a token, or all that carry the mark of one grant, are dead."""
    state.execute("INSERT OR IGNORE INTO oauth_revoked VALUES (?)", (mark,))


def is_revoked(state: State, *marks: str) -> bool:
    """Whether one of these was revoked."""
    query = "SELECT 1 FROM oauth_revoked WHERE token = ?"
    return any(state.execute(query, (mark,)).fetchone() for mark in marks if mark)


def _digest(state: State, purpose: str, text: bytes) -> bytes:
    key = str(get_setting(state, _KEY)).encode()
    return hmac.new(key, purpose.encode() + b"\0" + text, hashlib.sha256).digest()[:_DIGEST_SIZE]
