"""Registers as teachers keep them, made of plain words: `a_register`, `a_grid`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from itn_sync.domain.register import Register, read_register
from itn_sync.domain.serials import date_serial
from itn_sync.domain.units import MARKS, OURS, Grid, Layout, Level, Periods, Session, Unit, Value

FIRST = date(2026, 9, 7)
LAST = date(2027, 6, 25)
AFTER = date(2027, 7, 1)


def a_unit(
    key: str = "math1",
    *,
    level: Level = Level.SECONDARY,
    periods: Periods = 80,
    section: str = "cap",
    site: str = "namur",
    teachers: tuple[str, ...] = ("prof@ecole.example",),
) -> Unit:
    """Mathématiques 1 of CAP in Namur, September to June."""
    name = "Mathématiques 1" if key == "math1" else key
    return Unit(key, name, section, site, level, periods, FIRST, LAST, teachers=teachers)


def sessions(count: int, periods: Periods = 2, course: str = "Math") -> list[Session]:
    """One session every third day from the first on."""
    return [Session(FIRST + timedelta(days=3 * n), course, periods) for n in range(count)]


def a_grid(
    held: Sequence[Session],
    marks: Mapping[str, Sequence[Value]],
    *,
    unit: str = "math1",
    layout: Layout = OURS,
) -> Grid:
    """Our own layout: a column per session, a row per student (by id)."""
    blank: tuple[Value, ...] = ("", "", "", "")
    heads: list[tuple[Value, ...]] = [
        (*blank, *(date_serial(s.day) for s in held)),
        (*blank, *(s.course for s in held)),
        (*blank, *(float(s.periods) for s in held)),
    ]
    rows: list[tuple[Value, ...]] = [
        (who, f"Nom{n}", f"Prénom{n}", "", *cells) for n, (who, cells) in enumerate(marks.items())
    ]
    return Grid(unit, "Présences CAP Namur, onglet Math", (*heads, *rows), layout=layout)


def read(grid: Grid, unit: Unit | None = None, today: date = AFTER) -> Register:
    """The register in `grid`, whose ids are the persons'."""
    return read_register(grid, unit or a_unit(), MARKS, lambda identity, _name: identity, today)


def a_register(held: Sequence[Session], marks: Mapping[str, Sequence[Value]]) -> Register:
    """The register of these sessions and marks."""
    return read(a_grid(held, marks))
