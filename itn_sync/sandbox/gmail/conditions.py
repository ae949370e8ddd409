"""Conditions on stored messages: pieces of SQL with their arguments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_LABELLED = "EXISTS (SELECT 1 FROM gmail_message_label l WHERE l.seq = m.seq AND l.label {test})"
_HEADER = (
    "EXISTS (SELECT 1 FROM gmail_message_header h"
    " WHERE h.seq = m.seq AND h.name IN ({marks}) AND instr(h.words, ?) > 0)"
)


@dataclass(frozen=True)
class Condition:
    """A SQL expression over `gmail_message m` and its arguments."""

    sql: str
    values: tuple[object, ...] = ()


NOTHING = Condition("0")


def has_label(label: str) -> Condition:
    """The message carries the label id."""
    return Condition(_LABELLED.format(test="= ?"), (label,))


def has_user_label() -> Condition:
    """The message carries a label that a person made."""
    return Condition(_LABELLED.format(test="LIKE 'Label\\_%' ESCAPE '\\'"))


def without_label(*labels: str) -> Condition:
    """The message carries none of the label ids."""
    return Condition("NOT " + _LABELLED.format(test=f"IN ({_marks(labels)})"), labels)


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def containing(column: str, sought: str) -> Condition | None:
    """The words are in that column; None where there are no words to look for."""
    return Condition(f"instr(m.{column}, ?) > 0", (sought,)) if sought else None


def header_containing(names: Sequence[str], sought: str) -> Condition | None:
    """The words are in a header of one of those names (lower case)."""
    if not sought:
        return None
    return Condition(_HEADER.format(marks=_marks(names)), (*names, sought))


def negated(inner: Condition) -> Condition:
    """What does not satisfy it."""
    return Condition(f"NOT ({inner.sql})", inner.values)


def all_of(conditions: Sequence[Condition]) -> Condition:
    """Every one of them."""
    return _join("AND", conditions)


def any_of(conditions: Sequence[Condition]) -> Condition:
    """One of them at least."""
    return _join("OR", conditions)


def _join(operator: str, conditions: Sequence[Condition]) -> Condition:
    """A balanced tree, as SQLite limits an expression's depth."""
    if len(conditions) == 1:
        return conditions[0]
    middle = len(conditions) // 2
    left, right = _join(operator, conditions[:middle]), _join(operator, conditions[middle:])
    return Condition(f"({left.sql} {operator} {right.sql})", left.values + right.values)
