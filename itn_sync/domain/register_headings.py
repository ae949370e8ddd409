"""The sessions of a register: the headings of its columns, or the rows of a long one (F12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from itn_sync.domain.names import fold
from itn_sync.domain.register_marks import exact
from itn_sync.domain.register_problems import Notebook, cell_name
from itn_sync.domain.serials import serial_date
from itn_sync.domain.units import Grid, Periods, Session, Unit, Value

_DATE_MEND = "Retaper la date au format jour/mois/année ; la cellule doit être une date."


@dataclass(frozen=True)
class Heading:
    """The cells that say what a session is, as they stand: day, course, periods."""

    day: Value
    course: Value
    periods: Value

    @property
    def is_blank(self) -> bool:
        return all(value in (None, "") for value in (self.day, self.course, self.periods))


@dataclass(frozen=True)
class _Cells:
    """Where these cells are, for a person who must mend them."""

    day: str
    periods: str


def wide_sessions(grid: Grid, unit: Unit, notebook: Notebook) -> dict[int, Session]:
    """The session of every column that has a whole heading; the others are named."""
    layout = grid.layout
    found: dict[int, Session] = {}
    first_of: dict[tuple[date, str], int] = {}
    for column in range(layout.first_session, _width(grid)):
        heading = Heading(*(_at(grid, row, column) for row in _heading_rows(grid)))
        if heading.is_blank and not _has_marks(grid, column):
            continue
        cells = _Cells(
            cell_name(max(layout.date_row, 0), column),
            cell_name(max(layout.periods_row, 0), column),
        )
        session = _session(heading, cells, unit, layout.periods, notebook)
        if session is None:
            continue
        place = (session.day, fold(session.course))
        earlier = first_of.setdefault(place, column)
        if earlier != column:
            _same_session(notebook, grid, earlier, column)
            session = found[earlier]
        found[column] = session
    return found


def long_session(
    row: tuple[Value, ...], number: int, grid: Grid, unit: Unit, notebook: Notebook
) -> Session | None:
    """The session that row `number` of a long register is about."""
    layout = grid.layout
    places = (layout.date_column, layout.course_column, layout.periods_column)
    heading = Heading(*(row[n] if 0 <= n < len(row) else None for n in places))
    cells = _Cells(
        cell_name(number, layout.date_column), cell_name(number, max(layout.periods_column, 0))
    )
    return _session(heading, cells, unit, layout.periods, notebook)


def _session(
    heading: Heading, cells: _Cells, unit: Unit, usual: Periods, notebook: Notebook
) -> Session | None:
    day = _day(heading.day, cells.day, unit, notebook)
    periods = _periods(heading.periods, cells.periods, usual, notebook)
    if day is None or periods is None:
        return None
    course = str(heading.course or "").strip()
    return Session(day, course or _only_course(unit), periods)


def _day(value: Value, cell: str, unit: Unit, notebook: Notebook) -> date | None:
    if value in (None, ""):
        notebook.note("La séance n'a pas de date.", _DATE_MEND, cell)
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        notebook.note("La date est un texte.", _DATE_MEND, cell)
        return None
    day = serial_date(value)
    if not unit.first <= day <= unit.last:
        what = "La date est en dehors de l'UE."
        notebook.note(what, "Corriger la date, ou les dates de l'UE dans units.toml.", cell)
        return None
    return day


def _periods(value: Value, cell: str, usual: Periods, notebook: Notebook) -> Periods | None:
    if value in (None, "") and usual:
        return usual
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else 0
    if number <= 0:
        what = "La séance n'a pas de nombre de périodes."
        notebook.note(what, "Noter combien de périodes elle compte.", cell)
        return None
    return exact(number)


def _only_course(unit: Unit) -> str:
    courses = {slot.course for slot in unit.timetable}
    return courses.pop() if len(courses) == 1 else unit.name


def _same_session(notebook: Notebook, grid: Grid, earlier: int, column: int) -> None:
    row = max(grid.layout.date_row, 0)
    notebook.note(
        "La même séance figure deux fois ; elle compte une fois.",
        "Supprimer une des deux colonnes, ou corriger sa date ou son cours.",
        f"{cell_name(row, earlier)} et {cell_name(row, column)}",
    )


def _heading_rows(grid: Grid) -> tuple[int, int, int]:
    return grid.layout.date_row, grid.layout.course_row, grid.layout.periods_row


def _width(grid: Grid) -> int:
    return max((len(row) for row in grid.rows), default=0)


def _has_marks(grid: Grid, column: int) -> bool:
    return any(_at(grid, row, column) not in (None, "") for row in _data_rows(grid))


def _data_rows(grid: Grid) -> Iterator[int]:
    yield from range(grid.layout.first_row, len(grid.rows))


def _at(grid: Grid, row: int, column: int) -> Value:
    if not 0 <= row < len(grid.rows) or not 0 <= column < len(grid.rows[row]):
        return None
    return grid.rows[row][column]
