"""What the demo school's teachers note in their registers: most are present, some show a case.

A register is read as a teacher reads it: dates, courses and periods above, names at the left.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.seed_students import seed_file, students

_EPOCH = date(1899, 12, 30)
_FIRST_ROW = 3
_LAST_NAME, _FIRST_NAME = 1, 2
_AS_IT_IS = "."
_SHARES = {"secondaire": 0.1, "superieur": 0.2}
_UNRECORDED = timedelta(weeks=3)

Cell = tuple[int, int]
"""Row and column, 0-based."""


@dataclass(frozen=True)
class Session:
    """A session's column, with its heading."""

    column: int
    day: date
    course: str
    periods: float


@dataclass(frozen=True)
class Register:
    """The tab of a UE; `rows` are the students' row numbers with their addresses (or names)."""

    unit: Json
    sessions: tuple[Session, ...]
    rows: dict[str, int]

    def held(self, today: date) -> tuple[Session, ...]:
        """Those of yesterday and before: an evening's marks are noted by the next day."""
        return tuple(session for session in self.sessions if session.day < today)

    @property
    def end_row(self) -> int:
        """The row below the last student."""
        return max(self.rows.values(), default=_FIRST_ROW - 1) + 1

    @property
    def end_column(self) -> int:
        """The column after the last session."""
        return max((session.column for session in self.sessions), default=_FIRST_NAME + 1) + 1


def read_register(unit: Json, values: Sequence[Sequence[Any]]) -> Register:
    """The register that a tab's values show."""
    heads = [*values[:_FIRST_ROW], *([] for _ in range(_FIRST_ROW))][:_FIRST_ROW]
    sessions = tuple(
        Session(column, _EPOCH + timedelta(days=day), str(course), float(periods))
        for column, (day, course, periods) in enumerate(zip_longest(*heads))
        if isinstance(day, int | float) and isinstance(periods, int | float)
    )
    return Register(unit, sessions, _rows(unit, values))


def _rows(unit: Json, values: Sequence[Sequence[Any]]) -> dict[str, int]:
    """The students' rows; of two with one name, the first row is the first's."""
    addresses: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in students():
        if unit["key"] in one.units:
            addresses[one.last_name, one.first_name].append(one.email)
    rows: dict[str, int] = {}
    for number, row in enumerate(values[_FIRST_ROW:], start=_FIRST_ROW):
        last, first = (*map(str, row[_LAST_NAME : _FIRST_NAME + 1]), "", "")[:2]
        if last or first:
            known = addresses[last, first]
            rows[known.pop(0) if known else f"{first} {last}"] = number
    return rows


def marks_of(register: Register, today: date, *, later: bool = False) -> dict[Cell, str]:
    """The marks of every session held; with `later` those that a certificate changed since."""
    sessions, recorded = register.held(today), _recorded(register, today)
    cases = {case["student"]: case for case in _cases(register.unit)}
    marks: dict[Cell, str] = {}
    for student, row in register.rows.items():
        case = cases.get(student)
        if later:
            noted = _scripted(case, sessions, case.get("later", "")) if case else {}
        elif case:
            noted = _attended(case, sessions) | _scripted(case, sessions, case["marks"])
        else:
            noted = dict(_ordinary(register.unit, student, sessions))
        marks |= {(row, column): mark for column, mark in noted.items() if column in recorded}
    return marks


def _cases(unit: Json) -> list[Json]:
    return [case for case in seed_file("seed_cases.toml")["case"] if case["unit"] == unit["key"]]


def disorders(unit: Json) -> list[Json]:
    """What its teachers did to this UE's register."""
    found = seed_file("seed_cases.toml")["disorder"]
    return [disorder for disorder in found if disorder["unit"] == unit["key"]]


def _recorded(register: Register, today: date) -> set[int]:
    """The columns of sessions held whose marks are not still to come."""
    held = register.held(today)
    if held and any(one["kind"] == "unrecorded" for one in disorders(register.unit)):
        since = held[-1].day - _UNRECORDED
        held = tuple(session for session in held if session.day <= since)
    return {session.column for session in held}


def _scripted(case: Json, sessions: Sequence[Session], script: str) -> dict[int, str]:
    """The marks that a case is about, by column."""
    marks = script.split()
    start = len(sessions) - len(marks) if case.get("last") else 0
    columns = [session.column for session in sessions[max(start, 0) :]]
    noted = zip(columns, marks, strict=False)
    return {column: mark for column, mark in noted if mark != _AS_IT_IS}


def _attended(case: Json, sessions: Sequence[Session]) -> dict[int, str]:
    """Present, until they are gone for good."""
    marks = case["marks"].split()
    ends = case.get("gone") or marks[-1] == "abandon"
    here = sessions[: len(marks)] if ends else sessions
    return {session.column: "P" for session in here}


def _ordinary(unit: Json, student: str, sessions: Sequence[Session]) -> Iterator[tuple[int, str]]:
    """Most sessions attended, well below what anybody is warned at."""
    dice = hashlib.shake_128(f"{unit['key']} {student}".encode()).digest(2 * len(sessions) or 2)
    left = unit["periods"] * _SHARES[unit["level"]] / 2
    for number, session in enumerate(sessions):
        chance = int.from_bytes(dice[2 * number : 2 * number + 2]) % 1000
        mark, missed = _thrown(chance, session.periods, distance=unit.get("distance", False))
        if missed > left:
            mark, missed = "P", 0
        left -= missed
        yield session.column, mark


def _thrown(chance: int, periods: float, *, distance: bool) -> tuple[str, float]:
    """A mark, and how many unexcused periods it stands for."""
    for below, mark, missed in (
        (18, "A", periods),
        (34, "R1", 1),
        (54, "AJ", 0),
        (74, "CM", 0),
        (78, "D", 0),
        (374, "M" if distance else "P", 0),
    ):
        if chance < below:
            return mark, missed
    return "P", 0
