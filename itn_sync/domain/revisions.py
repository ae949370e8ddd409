"""What an edited answer changed in a row, and whether somebody must be told.

The version of a row is its memory: it goes up once per edit that matters, so that the mail about
that edit has a key of its own, and goes out once even if a run dies between the row and the mail.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from itn_sync.domain.privacy import Confidential
from itn_sync.domain.seen import Cell, Row
from itn_sync.domain.serials import french_date, serial_date
from itn_sync.domain.tabs import Format, Tab


@dataclass(frozen=True)
class Revision:
    """The version to write and what the last edit changed, one French line per column."""

    version: int
    changes: str


def revise(
    tab: Tab,
    prior: Row | None,
    cells: Mapping[str, Cell],
    *,
    watched: Collection[str],
    edited: bool,
    first: int = 1,
) -> Revision:
    """The revision of a row that now wants `cells`.

    `edited` says that the student submitted again since `prior` was written: without that, a
    difference is a cell to repair, not news. A row without `prior` begins at version `first`.
    """
    if prior is None:
        return Revision(first, "")
    before = Revision(max(1, int(prior.number_in("version"))), prior.text("changes"))
    if not edited:
        return before
    changed = [key for key in cells if not same_cell(prior.cells.get(key), cells[key])]
    told = [key for key in changed if key in watched]
    lines = "\n".join(_line(tab, key, prior.cells.get(key), cells[key]) for key in told)
    return Revision(before.version + bool(told), lines or before.changes)


def same_cell(one: Cell, other: Cell) -> bool:
    """Equal as people see it: a blank is a blank, a date is the same to the millisecond."""
    if isinstance(one, float | int) and isinstance(other, float | int):
        return abs(one - other) < 1e-8
    return one == other or (_is_blank(one) and _is_blank(other))


def _is_blank(cell: Cell) -> bool:
    return cell in (None, "", Confidential(""))


def _line(tab: Tab, key: str, before: Cell, after: Cell) -> str:
    column = tab.column(key)
    if column.confidential:
        return "Les précisions confidentielles ont changé"
    return f"{column.heading} : {_shown(column.format, before)} → {_shown(column.format, after)}"


def _shown(shape: Format, value: Cell) -> str:
    if _is_blank(value):
        return "(vide)"
    if shape is Format.DATE and isinstance(value, float | int):
        return french_date(serial_date(value))
    return " ".join(str(value).split())
