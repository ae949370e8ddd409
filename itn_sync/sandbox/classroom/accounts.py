"""Accounts that must exist: of the people who are asked for, and of who owns a class."""

from __future__ import annotations

from sqlite3 import Row

from itn_sync.sandbox.classroom.access import classroom_error, user_of
from itn_sync.sandbox.errors import not_found
from itn_sync.sandbox.world import State


def is_gone(state: State, address: str) -> bool:
    """Whether the account was deleted, or never was: mail to it is declared to come back."""
    row = state.execute(
        "SELECT bouncing FROM gmail_account WHERE address = ?", (address.lower(),)
    ).fetchone()
    return row is not None and bool(row["bouncing"])


def account_of(state: State, given: str, me: str) -> str:
    """As `user_of`, for somebody who must exist: 404 for an account that does not."""
    address = user_of(state, given, me)
    if is_gone(state, address):
        raise not_found()
    return address


def require_active_owner(state: State, course: Row) -> None:
    """Raise 400 @InactiveCourseOwner where the owner's account was deleted (common-errors)."""
    if is_gone(state, course["owner"]):
        text = "The account of the course owner is deleted."
        raise classroom_error(400, "InactiveCourseOwner", text)
