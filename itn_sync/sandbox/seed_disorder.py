"""What teachers do to the demo school's registers, as people do: each a way to go wrong.

Made of `seed_cases.toml`; a disorder comes once the sessions that it is about were held.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from babel.dates import format_date

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.seed_marks import Cell, Register, Session, disorders
from itn_sync.sandbox.seed_students import names_by_email

_DATE, _COURSE, _PERIODS = range(3)
_LAST_NAME, _FIRST_NAME = 1, 2

Typed = str | float


@dataclass
class Edit:
    """What a teacher types into which cells, which cells they merge and which rows they copy."""

    cells: dict[Cell, Typed]
    merges: list[tuple[int, int, int]] = field(default_factory=list)
    """Row, first column, end column."""
    copies: list[tuple[int, int]] = field(default_factory=list)
    """A row, and the one that becomes like it."""


def typed(register: Register, marks: dict[Cell, str], today: date) -> Edit:
    """The marks, and whatever else happened to the register."""
    edit = Edit(dict(marks))
    held = register.held(today)
    for disorder in disorders(register.unit):
        change = _CHANGES.get(disorder["kind"])
        if change and len(held) > disorder.get("session", 1):
            change(edit, register, held, disorder)
    return edit


def _session(held: tuple[Session, ...], disorder: Json) -> Session:
    number: int = disorder["session"]
    return held[number - 1]


def _cell(edit: Edit, register: Register, held: tuple[Session, ...], disorder: Json) -> None:
    row = register.rows[disorder["student"]]
    edit.cells[row, _session(held, disorder).column] = disorder["text"]


def _date_as_text(
    edit: Edit, _register: Register, held: tuple[Session, ...], disorder: Json
) -> None:
    """The apostrophe is how one types a text that looks like something else."""
    session = _session(held, disorder)
    words = format_date(session.day, "EEEE d MMMM", locale="fr_BE")
    edit.cells[_DATE, session.column] = f"'{words}"


def _no_periods(edit: Edit, _register: Register, held: tuple[Session, ...], disorder: Json) -> None:
    edit.cells[_PERIODS, _session(held, disorder).column] = ""


def _session_twice(
    edit: Edit, register: Register, held: tuple[Session, ...], disorder: Json
) -> None:
    """A second column for one evening, noted from memory: one mark is not the same."""
    session = _session(held, disorder)
    _column(edit, register, session, session.day, {disorder["student"]: disorder["text"]})


def _outside(edit: Edit, register: Register, held: tuple[Session, ...], _disorder: Json) -> None:
    """An evening added by hand under last year's date."""
    day = held[0].day.replace(year=held[0].day.year - 1)
    _column(edit, register, held[0], day, dict.fromkeys(register.rows, "P"))


def _column(
    edit: Edit, register: Register, like: Session, day: date, others: dict[str, str]
) -> None:
    column = register.end_column
    heading: dict[Cell, Typed] = {
        (_DATE, column): day.strftime("%d/%m/%Y"),
        (_COURSE, column): like.course,
        (_PERIODS, column): like.periods,
    }
    edit.cells |= heading
    for student, row in register.rows.items():
        noted = others.get(student) or edit.cells.get((row, like.column))
        if noted:
            edit.cells[row, column] = noted


def _student_twice(
    edit: Edit, register: Register, _held: tuple[Session, ...], disorder: Json
) -> None:
    """Typed again below, since nobody saw the line that was there; one mark is not the same."""
    first, last = names_by_email()[disorder["student"]]
    above = register.rows[disorder["student"]]
    noted = {column: mark for (row, column), mark in edit.cells.items() if row == above}
    noted |= {min(noted): "AJ"}
    _row(edit, register, (last, first), noted)


def _row_copied(edit: Edit, register: Register, _held: tuple[Session, ...], disorder: Json) -> None:
    edit.copies.append((register.rows[disorder["student"]], register.end_row))


def _added_by_hand(
    edit: Edit, register: Register, held: tuple[Session, ...], disorder: Json
) -> None:
    columns = [session.column for session in held]
    noted: dict[int, Typed] = dict.fromkeys(columns, "P")
    noted |= dict(zip(columns, disorder["marks"].split(), strict=False))
    _row(edit, register, (disorder["last_name"], disorder["first_name"]), noted)


def _row(edit: Edit, register: Register, names: tuple[str, str], noted: dict[int, Typed]) -> None:
    row = register.end_row
    edit.cells |= {(row, _LAST_NAME): names[0], (row, _FIRST_NAME): names[1]}
    edit.cells |= {(row, column): mark for column, mark in noted.items()}


def _merged(edit: Edit, register: Register, held: tuple[Session, ...], disorder: Json) -> None:
    """One certificate over two evenings."""
    row, column = register.rows[disorder["student"]], _session(held, disorder).column
    edit.cells |= {(row, column): "CM", (row, column + 1): ""}
    edit.merges.append((row, column, column + 2))


_Change = Callable[[Edit, Register, tuple[Session, ...], Json], None]
_CHANGES: dict[str, _Change] = {
    "cell": _cell,
    "date_as_text": _date_as_text,
    "no_periods": _no_periods,
    "session_twice": _session_twice,
    "outside": _outside,
    "student_twice": _student_twice,
    "row_copied": _row_copied,
    "added_by_hand": _added_by_hand,
    "merged": _merged,
}
