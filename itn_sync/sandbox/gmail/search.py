"""A search (`q`) as a condition on stored messages.

Dates are days of Pacific time, as Google reads them through the API; digits alone are seconds
since 1970 (https://developers.google.com/workspace/gmail/api/guides/filtering).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from itn_sync.sandbox.gmail.conditions import (
    NOTHING,
    Condition,
    all_of,
    any_of,
    containing,
    has_label,
    has_user_label,
    header_containing,
    negated,
    without_label,
)
from itn_sync.sandbox.gmail.label_names import label_id
from itn_sync.sandbox.gmail.query import AllOf, Near, Node, Not, Term, parse, terms
from itn_sync.sandbox.gmail.store import milliseconds
from itn_sync.sandbox.gmail.text import are_near, words
from itn_sync.sandbox.world import State

_PACIFIC = timezone(timedelta(hours=-8))
_UNITS = {"h": 1 / 24, "d": 1, "m": 30, "y": 365}
_SIZES = {"": 1, "k": 1024, "m": 1024**2}
_LINKS = {
    "drive": "drive.google.com",
    "document": "docs.google.com/document",
    "spreadsheet": "docs.google.com/spreadsheets",
    "presentation": "docs.google.com/presentation",
    "youtube": "youtube.com",
}
_EVERYWHERE = {"trash", "spam", "anywhere", "bin"}


@dataclass(frozen=True)
class Searcher:
    """Who searches, and when."""

    state: State
    mailbox: str
    now: datetime


def condition(searcher: Searcher, query: str) -> Condition | None:
    """What a message must satisfy; None when the query says nothing."""
    return _compile(searcher, parse(query))


def looks_everywhere(query: str) -> bool:
    """True when the query itself names Trash, Spam or everything."""
    return any(
        term.field in {"in", "is", "label"} and term.value.casefold() in _EVERYWHERE
        for term in terms(parse(query))
    )


def _compile(searcher: Searcher, node: Node) -> Condition | None:
    if isinstance(node, Term):
        return _READERS[node.field](searcher, node.value)
    if isinstance(node, Not):
        inner = _compile(searcher, node.node)
        return inner and negated(inner)
    if isinstance(node, Near):
        return _close_together(searcher, node)
    parts = [part for child in node.nodes if (part := _compile(searcher, child))]
    if not parts:
        return None
    return all_of(parts) if isinstance(node, AllOf) else any_of(parts)


def _close_together(searcher: Searcher, node: Near) -> Condition | None:
    left, right = words(node.left.value), words(node.right.value)
    if not left or not right:
        return _anywhere(searcher, f"{left} {right}")
    searcher.state.create_function("gmail_near", 5, are_near, deterministic=True)
    return Condition("gmail_near(m.words, ?, ?, ?, ?)", (left, right, node.distance, node.ordered))


def _anywhere(_: Searcher, value: str) -> Condition | None:
    return containing("words", words(value))


def _in_column(*columns: str) -> Callable[[Searcher, str], Condition | None]:
    def read(searcher: Searcher, value: str) -> Condition | None:
        sought = words(searcher.mailbox if value.casefold() == "me" else value)
        found = [part for column in columns if (part := containing(column, sought))]
        return any_of(found) if found else None

    return read


def _message_id(_: Searcher, value: str) -> Condition:
    return Condition("m.message_id = ?", (f"<{value.strip('<>')}>",))


def _header(*names: str) -> Callable[[Searcher, str], Condition | None]:
    def read(_: Searcher, value: str) -> Condition | None:
        return header_containing(names, words(value))

    return read


def _labelled(searcher: Searcher, value: str) -> Condition | None:
    name = value.casefold()
    if name == "anywhere":
        return None
    if name in _STATES:
        return _STATES[name]
    found = label_id(searcher.state, searcher.mailbox, name)
    return has_label(found) if found else NOTHING


def _category(_: Searcher, value: str) -> Condition:
    """The tab; what lies in the inbox under no other tab is «primary»."""
    if value.casefold() not in {"primary", "personal"}:
        return has_label(f"CATEGORY_{value.upper()}")
    elsewhere = without_label(*(f"CATEGORY_{name}" for name in _OTHER_TABS))
    return all_of([any_of([has_label("CATEGORY_PERSONAL"), has_label("INBOX")]), elsewhere])


def _has(_: Searcher, value: str) -> Condition | None:
    name = value.casefold()
    if name == "attachment":
        return Condition("m.has_attachment")
    if name in _LINKS:
        return containing("words", words(_LINKS[name]))
    if name == "yellow-star":
        return has_label("STARRED")
    user_label = has_user_label()
    return {"userlabels": user_label, "nouserlabels": negated(user_label)}.get(name, NOTHING)


def _dated(comparison: str) -> Callable[[Searcher, str], Condition | None]:
    def read(_: Searcher, value: str) -> Condition | None:
        instant = _instant(value)
        if instant is None:
            return None
        return Condition(f"m.internal_date {comparison} ?", (milliseconds(instant),))

    return read


def _aged(comparison: str) -> Callable[[Searcher, str], Condition | None]:
    def read(searcher: Searcher, value: str) -> Condition | None:
        found = re.fullmatch(r"(\d{1,4})([hdmy])", value, re.ASCII | re.IGNORECASE)
        if not found:
            return None
        age = timedelta(days=int(found[1]) * _UNITS[found[2].lower()])
        edge = milliseconds(searcher.now) - round(age.total_seconds() * 1000)
        return Condition(f"m.internal_date {comparison} ?", (edge,))

    return read


def _instant(value: str) -> datetime | None:
    numbers = [int(text) for text in re.findall(r"\d{1,12}", value, re.ASCII)]
    try:
        if len(numbers) == 1:
            return datetime.fromtimestamp(numbers[0], UTC)
        first, second, third = numbers
        year, month, day = (first, second, third) if first > 31 else (third, first, second)
        return datetime(year, month, day, tzinfo=_PACIFIC)
    except (ValueError, OverflowError, OSError):
        return None


def _sized(comparison: str) -> Callable[[Searcher, str], Condition | None]:
    def read(_: Searcher, value: str) -> Condition | None:
        found = re.fullmatch(r"(\d{1,12})([km]?)b?", value, re.ASCII | re.IGNORECASE)
        if not found:
            return None
        return Condition(f"m.size {comparison} ?", (int(found[1]) * _SIZES[found[2].lower()],))

    return read


_OTHER_TABS = ("FORUMS", "PROMOTIONS", "SOCIAL", "UPDATES")
_STATES = {
    "read": without_label("UNREAD"),
    "archive": without_label("INBOX", "SENT", "DRAFT", "CHAT", "SPAM", "TRASH"),
}

_READERS: dict[str, Callable[[Searcher, str], Condition | None]] = {
    "": _anywhere,
    "after": _dated(">="),
    "bcc": _in_column("bcc"),
    "before": _dated("<"),
    "category": _category,
    "cc": _in_column("cc"),
    "deliveredto": _header("delivered-to"),
    "filename": _in_column("filenames"),
    "from": _in_column("sender"),
    "has": _has,
    "in": _labelled,
    "is": _labelled,
    "label": _labelled,
    "larger": _sized(">"),
    "list": _header("list-id", "list-post"),
    "newer": _dated(">="),
    "newer_than": _aged(">"),
    "older": _dated("<"),
    "older_than": _aged("<="),
    "rfc822msgid": _message_id,
    "size": _sized(">"),
    "smaller": _sized("<"),
    "subject": _in_column("subject"),
    "to": _in_column("recipients", "cc", "bcc"),
}
