"""The year's UEs, and what the marks of their registers count as (F01, F12; S55, S126).

The level belongs to the UE, never to the section: one student may follow UEs of both levels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from itn_sync.domain.school import Calendar

Periods = int | Fraction
"""Periods of 50 minutes, exactly: half a period is `Fraction(1, 2)`, never a float."""

_YEAR_BEGINS = 9  # September


class Level(StrEnum):
    """The level of a UE; the plan warns at 10 % in one and at 20 % in the other (S126)."""

    SECONDARY = "secondaire"
    HIGHER = "superieur"


LEVEL_SHOWN = {Level.SECONDARY: "secondaire", Level.HIGHER: "supérieur"}


class Counts(StrEnum):
    """What a mark counts as (circulaire 9593 for the register's own marks)."""

    PRESENT = "presence"
    CERTIFIED = "assimilee"
    """A medical certificate: excused, and a presence before the administration."""
    EXCUSED = "justifiee"
    UNEXCUSED = "injustifiee"
    LATE = "retard"
    """So many periods of the session were missed: `R2`; they count as unexcused."""
    OUT = "hors_base"
    """Neither attended nor missed: the periods leave the base of the rate (D, CH)."""
    LEFT = "abandon"
    """The student left the UE: nothing counts from that session on."""


@dataclass(frozen=True)
class Mark:
    """A mark of the register: what teachers type, what it means, its colour (`#rrggbb`)."""

    code: str
    name: str
    counts: Counts
    colour: str


MARKS = (
    Mark("P", "présent", Counts.PRESENT, "#e3f1e3"),
    Mark("A", "absent", Counts.UNEXCUSED, "#f9dcd9"),
    Mark("CM", "certificat médical", Counts.CERTIFIED, "#dfeaf7"),
    Mark("AJ", "absence justifiée", Counts.EXCUSED, "#dfeaf7"),
    Mark("R", "retard (R2 : deux périodes manquées)", Counts.LATE, "#fdeccf"),
    Mark("D", "dispense partielle", Counts.OUT, "#eeeeee"),
    Mark("M", "cours à distance", Counts.PRESENT, "#e3f1e3"),
    Mark("CH", "co-diplomation", Counts.OUT, "#eeeeee"),
    Mark("abandon", "abandon", Counts.LEFT, "#d9d9d9"),
)
"""The register's marks unless rules.toml says otherwise."""


@dataclass(frozen=True)
class Slot:
    """A weekly session of the timetable: `weekday` 0 is Monday."""

    course: str
    weekday: int
    periods: Periods


@dataclass(frozen=True)
class Session:
    """One session of a UE: its day, the course of the UE, how many periods."""

    day: date
    course: str
    periods: Periods


@dataclass(frozen=True)
class Unit:
    """A UE as it is organised this year, in one section and at one site (keys of school.toml)."""

    key: str
    name: str
    section: str
    site: str
    level: Level
    periods: Periods
    """Planned periods: what rates are a share of."""
    first: date
    last: date
    timetable: tuple[Slot, ...] = ()
    teachers: tuple[str, ...] = ()
    """Addresses; those of the Classroom course join them."""
    classroom: str = ""
    """The Classroom course: its id, an alias `d:…`, or "" to look for it by name."""

    @property
    def year(self) -> str:
        """The school year in which it begins, September to August: `2026-2027`."""
        start = self.first.year - (self.first.month < _YEAR_BEGINS)
        return f"{start}-{start + 1}"

    def sessions(self, calendar: Calendar) -> Iterator[Session]:
        """The sessions of the timetable, in order, on school days."""
        for ahead in range((self.last - self.first).days + 1):
            day = self.first + timedelta(days=ahead)
            if calendar.is_school_day(day):
                slots = (slot for slot in self.timetable if slot.weekday == day.weekday())
                yield from (Session(day, slot.course, slot.periods) for slot in slots)


@dataclass(frozen=True)
class Member:
    """Somebody on a Classroom roster."""

    user_id: str
    email: str
    """"" where the domain hides it."""
    first_name: str
    last_name: str


@dataclass(frozen=True)
class Roster:
    """The Classroom course of a UE as it was read, whole: who is in it, who was invited."""

    unit: str
    course_id: str
    students: tuple[Member, ...]
    teachers: tuple[Member, ...] = ()
    invited: tuple[Member, ...] = ()


Value = str | float | bool | None
"""A cell of a register as Sheets gives it: dates are serial numbers."""


@dataclass(frozen=True)
class Area:
    """A rectangle of cells, 0-based, ends excluded."""

    first_row: int
    end_row: int
    first_column: int
    end_column: int


@dataclass(frozen=True)
class Layout:
    """How a register is laid out, rows and columns 0-based; -1 for what it does not have.

    Wide: a column per session, headed by date, course and periods; a row per student.
    Long: a row per student and session.
    """

    first_row: int = 3
    id_column: int = 0
    """What a row is known by: our id, an e-mail address, or a name."""
    name_columns: tuple[int, ...] = (1, 2)
    """Last name and first name, or one column with both."""
    first_session: int = 4
    date_row: int = 0
    course_row: int = 1
    periods_row: int = 2
    is_long: bool = False
    date_column: int = -1
    course_column: int = -1
    periods_column: int = -1
    mark_column: int = -1
    periods: Periods = 0
    """Of every session where the sheet does not say."""
    marks: Mapping[str, str] = field(default_factory=dict)
    """The sheet's own marks → the codes of `Mark`."""
    situation_column: int = -1
    """What the worker says of a student; only in registers of our own making."""


OURS = Layout(situation_column=3)
"""What `itn-sync attendance create` makes: A id (hidden), B name, C first name, D situation."""


@dataclass(frozen=True)
class Grid:
    """The tab of one UE as it was read."""

    unit: str
    place: str
    """The spreadsheet and the tab, as people find them: `Présences CAP Namur, onglet Pédagogie`."""
    rows: tuple[tuple[Value, ...], ...]
    """Ragged: what is missing at the end of a row is blank."""
    merges: tuple[Area, ...] = ()
    layout: Layout = OURS
    link: str = ""
    """The address that opens the tab."""


@dataclass(frozen=True)
class Classes:
    """What a run read of the year's UEs; what is not here could not be read, or does not exist."""

    units: tuple[Unit, ...] = ()
    rosters: tuple[Roster, ...] = ()
    grids: tuple[Grid, ...] = ()

    def unit(self, key: str) -> Unit:
        """The UE with that key; KeyError for a stranger."""
        return {unit.key: unit for unit in self.units}[key]


NO_CLASSES = Classes()
