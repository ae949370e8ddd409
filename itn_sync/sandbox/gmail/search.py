"""A search (`q`) as a condition on stored messages.

Dates are days of Pacific time, as Google reads them through the API; digits alone are seconds
since 1970 (https://developers.google.com/workspace/gmail/api/guides/filtering).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from itn_sync.sandbox.gmail.label_names import label_id
from itn_sync.sandbox.gmail.query import AllOf, Node, Not, Term, parse, terms
from itn_sync.sandbox.gmail.store import milliseconds
from itn_sync.sandbox.gmail.text import words
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
_LABELLED = "EXISTS (SELECT 1 FROM gmail_message_label l WHERE l.seq = m.seq AND l.label {test})"


@dataclass(frozen=True)
class Condition:
    """A SQL expression over `gmail_message m` and its arguments."""

    sql: str
    values: tuple[object, ...] = ()


@dataclass(frozen=True)
class Searcher:
    """Who searches, and when."""

    state: State
    mailbox: str
    now: datetime


_NOTHING = Condition("0")


def condition(searcher: Searcher, query: str) -> Condition | None:
    """What a message must satisfy; None when the query says nothing."""
    return _compile(searcher, parse(query))


def looks_everywhere(query: str) -> bool:
    """True when the query itself names Trash, Spam or everything."""
    return any(
        term.field in {"in", "is", "label"} and term.value.casefold() in _EVERYWHERE
        for term in terms(parse(query))
    )


def has_label(label: str) -> Condition:
    """The message carries the label id."""
    return Condition(_LABELLED.format(test="= ?"), (label,))


def without_label(*labels: str) -> Condition:
    """The message carries none of the label ids."""
    marks = ", ".join("?" * len(labels))
    return Condition("NOT " + _LABELLED.format(test=f"IN ({marks})"), labels)


def all_of(conditions: Sequence[Condition]) -> Condition:
    """Every one of them; a balanced tree, as SQLite limits an expression's depth."""
    return _join("AND", conditions)


def _join(operator: str, conditions: Sequence[Condition]) -> Condition:
    if len(conditions) == 1:
        return conditions[0]
    middle = len(conditions) // 2
    left, right = _join(operator, conditions[:middle]), _join(operator, conditions[middle:])
    return Condition(f"({left.sql} {operator} {right.sql})", left.values + right.values)


def _compile(searcher: Searcher, node: Node) -> Condition | None:
    if isinstance(node, Term):
        return _READERS[node.field](searcher, node.value)
    if isinstance(node, Not):
        inner = _compile(searcher, node.node)
        return inner and _negated(inner)
    parts = [part for child in node.nodes if (part := _compile(searcher, child))]
    return _join("AND" if isinstance(node, AllOf) else "OR", parts) if parts else None


def _negated(inner: Condition) -> Condition:
    return Condition(f"NOT ({inner.sql})", inner.values)


def _containing(column: str, sought: str) -> Condition | None:
    return Condition(f"instr(m.{column}, ?) > 0", (sought,)) if sought else None


def _anywhere(_: Searcher, value: str) -> Condition | None:
    return _containing("words", words(value))


def _in_column(*columns: str) -> Callable[[Searcher, str], Condition | None]:
    def read(searcher: Searcher, value: str) -> Condition | None:
        sought = words(searcher.mailbox if value.casefold() == "me" else value)
        found = [part for column in columns if (part := _containing(column, sought))]
        return _join("OR", found) if found else None

    return read


def _message_id(_: Searcher, value: str) -> Condition:
    return Condition("m.message_id = ?", (f"<{value.strip('<>')}>",))


def _labelled(searcher: Searcher, value: str) -> Condition | None:
    name = value.casefold()
    if name == "anywhere":
        return None
    if name == "read":
        return without_label("UNREAD")
    found = label_id(searcher.state, searcher.mailbox, name)
    return has_label(found) if found else _NOTHING


def _category(_: Searcher, value: str) -> Condition:
    name = "PERSONAL" if value.casefold() == "primary" else value.upper()
    return has_label(f"CATEGORY_{name}")


def _has(_: Searcher, value: str) -> Condition | None:
    name = value.casefold()
    if name == "attachment":
        return Condition("m.has_attachment")
    if name in _LINKS:
        return _containing("words", words(_LINKS[name]))
    user_label = Condition(_LABELLED.format(test="LIKE 'Label\\_%' ESCAPE '\\'"))
    return {"userlabels": user_label, "nouserlabels": _negated(user_label)}.get(name, _NOTHING)


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


_READERS: dict[str, Callable[[Searcher, str], Condition | None]] = {
    "": _anywhere,
    "after": _dated(">="),
    "bcc": _in_column("bcc"),
    "before": _dated("<"),
    "category": _category,
    "cc": _in_column("cc"),
    "deliveredto": _in_column("recipients", "cc", "bcc"),
    "filename": _in_column("filenames"),
    "from": _in_column("sender"),
    "has": _has,
    "in": _labelled,
    "is": _labelled,
    "label": _labelled,
    "larger": _sized(">"),
    "list": _anywhere,
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
