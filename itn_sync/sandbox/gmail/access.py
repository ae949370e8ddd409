"""Whose mailbox a call may open, and how much of it."""

from __future__ import annotations

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.errors import failed_precondition, forbidden
from itn_sync.sandbox.world import State, declare_schema

_METADATA = "https://www.googleapis.com/auth/gmail.metadata"
_READING = frozenset(
    {
        "https://mail.google.com/",
        "https://www.googleapis.com/auth/gmail.modify",
        "https://www.googleapis.com/auth/gmail.readonly",
        "https://www.googleapis.com/auth/gmail.compose",
    }
)

declare_schema(
    """
CREATE TABLE IF NOT EXISTS gmail_account (
    address TEXT PRIMARY KEY,
    bouncing INTEGER NOT NULL DEFAULT 0,
    disabled INTEGER NOT NULL DEFAULT 0
)
"""
)


def mailbox_of(call: Call) -> str:
    """The address of the mailbox that `userId` names.

    Raises 403 for another person's, 400 where the caller has no mailbox: a bare service account,
    or a person without mail (facts 7.3).
    """
    if call.user.endswith(".iam.gserviceaccount.com"):
        raise failed_precondition("Precondition check failed.")
    asked = str(call.params.get("userId") or "me").lower()
    if asked not in {"me", call.user}:
        raise forbidden(f"Delegation denied for {call.user}")
    if is_disabled(call.state, call.user):
        raise failed_precondition("Mail service not enabled")
    return call.user


def declare(state: State, address: str, *, what: str) -> None:
    """Declare an address `bouncing` (it does not exist) or `disabled` (a person without mail)."""
    column = {"bouncing": "bouncing", "disabled": "disabled"}[what]
    state.execute(
        f"INSERT INTO gmail_account (address, {column}) VALUES (?, 1)"  # noqa: S608 (name from the dict)
        f" ON CONFLICT (address) DO UPDATE SET {column} = 1",
        (address.lower(),),
    )


def is_disabled(state: State, address: str) -> bool:
    """True when the address was declared to be without mail."""
    return _flag(state, address, "disabled")


def is_unreachable(state: State, address: str) -> bool:
    """True when mail to the address comes back: unknown, without mail, or a reserved domain."""
    domain = address.rpartition("@")[2]
    reserved = domain in {"invalid", "invalid.example"} or domain.endswith(".invalid")
    declared = _flag(state, address, "bouncing") or _flag(state, address, "disabled")
    return reserved or declared


def _flag(state: State, address: str, column: str) -> bool:
    row = state.execute("SELECT * FROM gmail_account WHERE address = ?", (address,)).fetchone()
    return row is not None and bool(row[column])


def sees_headers_only(call: Call) -> bool:
    """True when the token's only way into messages is the gmail.metadata scope."""
    return _METADATA in call.scopes and not call.scopes & _READING


def refuse_search(call: Call) -> None:
    """Raises 403 when a metadata-only caller searches (`q`)."""
    if call.params.get("q") is not None and sees_headers_only(call):
        raise forbidden("Metadata scope does not support 'q' parameter")


def refuse_format(call: Call, wanted: str) -> None:
    """Raises 403 when a metadata-only caller asks for a body."""
    if wanted in {"full", "raw"} and sees_headers_only(call):
        raise forbidden(f"Metadata scope doesn't allow format {wanted.upper()}")
