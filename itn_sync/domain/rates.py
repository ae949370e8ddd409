"""The rate of absence that the plan speaks of: unexcused periods ÷ planned periods (S55, S126).

Exact arithmetic: at 10 % exactly the threshold of 10 % is reached. What is not recorded is no
absence; a dispense leaves the base; what comes after an abandon counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import takewhile

from itn_sync.domain.register import Register
from itn_sync.domain.register_marks import Entry
from itn_sync.domain.register_problems import cell_name
from itn_sync.domain.units import Counts, Periods, Session

_EXCUSED = frozenset({Counts.EXCUSED, Counts.CERTIFIED})
_UNEXCUSED = frozenset({Counts.UNEXCUSED, Counts.LATE})
_TREND = 28
"""Days that the trend looks back."""


@dataclass(frozen=True)
class Base:
    """What rates are a share of: the planned periods of the UE, or those held so far."""

    held: bool = False
    minimum: Periods = 0
    """Of periods held, before there is a rate at all."""


PLANNED = Base()


@dataclass(frozen=True, slots=True)
class Missed:
    """A session that a student missed, whole or in part, with the cell that says so."""

    session: Session
    periods: Periods
    counts: Counts
    row: int
    column: int

    @property
    def cell(self) -> str:
        """The cell as people see it: `F12`."""
        return cell_name(self.row, self.column)


@dataclass(frozen=True)
class Rate:
    """A student's rate in a UE (or one course of it), with all that it is made of."""

    base: Periods
    """Periods; 0 when there is nothing to take a share of."""
    unexcused: Periods
    excused: Periods
    missed: tuple[Missed, ...]
    """What was missed without excuse, in order."""
    justified: tuple[Missed, ...] = ()
    recorded: int = 0
    """Sessions in which something is noted of this student."""
    in_a_row: int = 0
    """Sessions missed without excuse at the end of what is recorded."""
    before: Periods = 0
    """Unexcused periods four weeks ago."""
    left: date | None = None

    @property
    def share(self) -> Fraction:
        """Unexcused ÷ base, 0 without a base."""
        return Fraction(self.unexcused) / self.base if self.base > 0 else Fraction(0)


def rate_in(register: Register, person: str, base: Base, today: date) -> Rate:
    """The rate of `person` in the whole UE."""
    entries, left = _until_abandon(register.entries.get(person, ()))
    if base.held:
        entries = [entry for entry in entries if entry.session.day <= today]
    out = _periods(entries, {Counts.OUT})
    whole = _held(register, today) if base.held else register.unit.periods
    if base.held and whole - out < base.minimum:
        whole = out
    return _rate(entries, max(whole - out, 0), left, today)


def course_rates(register: Register, person: str, today: date) -> dict[str, Rate]:
    """The rate in each course of the UE, a share of the course's sessions in the register."""
    entries, left = _until_abandon(register.entries.get(person, ()))
    return {
        course: _rate(mine, max(planned - _periods(mine, {Counts.OUT}), 0), left, today)
        for course, planned in _courses(register.sessions).items()
        for mine in [[e for e in entries if e.session.course == course]]
    }


def _rate(entries: list[Entry], base: Periods, left: date | None, today: date) -> Rate:
    missed = tuple(_missed(entries, _UNEXCUSED))
    justified = tuple(_missed(entries, _EXCUSED))
    return Rate(
        base=base,
        unexcused=sum((m.periods for m in missed), 0),
        excused=sum((m.periods for m in justified), 0),
        missed=missed,
        justified=justified,
        recorded=len(entries),
        in_a_row=_in_a_row(entries, today),
        before=sum((m.periods for m in missed if (today - m.session.day).days >= _TREND), 0),
        left=left,
    )


def _until_abandon(entries: tuple[Entry, ...]) -> tuple[list[Entry], date | None]:
    """What counts: nothing from an abandon on."""
    kept = list(takewhile(lambda entry: entry.counts is not Counts.LEFT, entries))
    return kept, entries[len(kept)].session.day if len(kept) < len(entries) else None


def _missed(entries: Iterable[Entry], counts: frozenset[Counts]) -> Iterator[Missed]:
    for e in entries:
        if e.is_missed and e.counts in counts:
            yield Missed(e.session, e.periods, e.counts, e.row, e.column)


def _in_a_row(entries: list[Entry], today: date) -> int:
    """Sessions missed up to today, the last ones; what is excused beforehand is still to come."""
    held = [entry for entry in entries if entry.session.day <= today]
    return sum(1 for _ in takewhile(_is_absence, reversed(held)))


def _is_absence(entry: Entry) -> bool:
    return entry.counts is Counts.UNEXCUSED


def _periods(entries: Iterable[Entry], counts: set[Counts]) -> Periods:
    return sum((e.periods for e in entries if e.counts in counts), 0)


def _held(register: Register, today: date) -> Periods:
    """Periods of the sessions that somebody recorded: those were held."""
    return sum((s.periods for s in register.recorded if s.day <= today), 0)


def _courses(sessions: Iterable[Session]) -> dict[str, Periods]:
    planned: dict[str, Periods] = {}
    for session in sessions:
        planned[session.course] = planned.get(session.course, 0) + session.periods
    return planned
