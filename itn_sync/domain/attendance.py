"""Everything wanted for rosters and attendance: students, rates, warnings, cases (F11–F14, S126).

From what was read of the UEs to rows, mails, letters and register rows; what could not be read
leads to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from itn_sync.domain.absence_mails import Subject
from itn_sync.domain.absence_rows import absence_row
from itn_sync.domain.actions import KeepRegister, NotSent, SendMail, WriteDocument, WriteRow
from itn_sync.domain.attendance_cases import Sent, attendance_cases
from itn_sync.domain.ground import Ground
from itn_sync.domain.rates import course_rates, rate_in
from itn_sync.domain.reading import Reading, read_classes
from itn_sync.domain.register import Register
from itn_sync.domain.register_reminders import register_reminders
from itn_sync.domain.register_upkeep import register_upkeep
from itn_sync.domain.seen import Cell, DeedState, Problem, Row
from itn_sync.domain.serials import french_date, school_day_of
from itn_sync.domain.states_attendance import REGULARISED
from itn_sync.domain.steps import StepKind, steps_of
from itn_sync.domain.student_rows import is_enrolled, student_rows
from itn_sync.domain.told import letter_key, telling_keys
from itn_sync.domain.tracking_attendance import WARNINGS
from itn_sync.domain.warnings import Warned, warnings_of


@dataclass(frozen=True)
class Attended:
    """What rosters and registers lead to."""

    rows: tuple[WriteRow, ...] = ()
    notices: tuple[SendMail | NotSent, ...] = ()
    documents: tuple[WriteDocument, ...] = ()
    registers: tuple[KeepRegister, ...] = ()
    problems: tuple[Problem, ...] = ()
    previews: Mapping[str, SendMail] = field(default_factory=dict)
    """By row of `Avertissements`: the mail as it would go."""


def attended(registrations: tuple[Row, ...], ground: Ground) -> Attended:
    """The whole decision about rosters and attendance."""
    if not ground.seen.classes.units:
        return Attended()
    reading = read_classes(registrations, ground)
    rows = list(student_rows(reading.students, reading.lists, _births(registrations), ground))
    warned: list[Warned] = []
    known = _rows_by_subject(ground)
    for register in reading.registers:
        mine = known.get(register.unit.key, {})
        absences, steps = _of_register(register, mine, reading, ground)
        rows += absences
        warned += steps
    rows += [one.row for one in warned]
    states = {one.row.id: one.row.cells["state"] for one in warned}
    rows += attendance_cases(_sent(states, ground, reading), ground)
    reminders = register_reminders(reading.registers, _teachers(reading), ground)
    return Attended(
        rows=tuple(rows),
        notices=(*(one.notice for one in warned if one.notice), *reminders),
        documents=tuple(one.document for one in warned if one.document),
        registers=tuple(
            register_upkeep(reading.registers, reading.students, reading.lists, ground)
        ),
        problems=(*reading.problems, *(one.problem for one in warned if one.problem)),
        previews={one.row.id: one.mail for one in warned if one.mail},
    )


def _of_register(
    register: Register, known: _Rows, reading: Reading, ground: Ground
) -> tuple[list[WriteRow], list[Warned]]:
    """`known` are the rows of `Avertissements` of this UE: who is out of its register is theirs."""
    absences: list[WriteRow] = []
    warned: list[Warned] = []
    for person in dict.fromkeys((*register.entries, *known)):
        mine = known.get(person, {})
        subject = _subject(person, register, mine, reading, ground)
        if register.entries.get(person) and not _has_left(subject, reading):
            courses = course_rates(register, person, ground.today)
            absences.append(absence_row(subject, courses, ground))
        warned += warnings_of(subject, mine, ground)
    return absences, warned


def _subject(
    person: str, register: Register, mine: Mapping[str, Row], reading: Reading, ground: Ground
) -> Subject:
    unit = register.unit
    known = next((row.text("student") for row in mine.values()), person)
    called = register.names.get(person, (known, ""))
    rate = rate_in(register, person, ground.absences.rule.base, ground.today)
    steps = steps_of(unit, ground.absences.rule)
    subject = Subject(reading.student(person, unit, called), unit, rate, steps)
    if _has_left(subject, reading):
        return replace(subject, gone="n'est plus sur le Classroom de l'UE")
    if rate.left:
        return replace(subject, gone=f"abandon noté le {french_date(rate.left)}")
    return subject


def _has_left(subject: Subject, reading: Reading) -> bool:
    return not is_enrolled(subject.student, subject.unit.key, reading.lists)


def subjects_of(person: str, reading: Reading, ground: Ground) -> Iterator[Subject]:
    """A student in every UE whose register knows them: what `explain` tells."""
    for register in reading.registers:
        if person in register.entries:
            yield _subject(person, register, {}, reading, ground)


_Rows = Mapping[str, Mapping[str, Row]]
"""Rows of `Avertissements` by person and id."""


def _rows_by_subject(ground: Ground) -> dict[str, dict[str, dict[str, Row]]]:
    """The rows of `Avertissements` by UE, person and id."""
    found: dict[str, dict[str, dict[str, Row]]] = {}
    for row in ground.seen.table(WARNINGS.key).rows.values():
        unit = "".join(row.text("key").split("/")[1:2])
        found.setdefault(unit, {}).setdefault(row.text("person"), {})[row.id] = row
    return found


def _births(rows: Iterable[Row]) -> dict[str, float]:
    return {row.id: row.number_in("birth_date") for row in rows}


def _teachers(reading: Reading) -> dict[str, tuple[tuple[str, str], ...]]:
    """Address and name of the teachers of each UE: those of config, else of Classroom."""
    names = {m.email: f"{m.first_name} {m.last_name}" for r in reading.rosters for m in r.teachers}
    of_classroom = {r.unit: tuple(m.email for m in r.teachers if m.email) for r in reading.rosters}
    return {
        key: tuple((email, names.get(email, email)) for email in emails)
        for key, unit in reading.units.items()
        for emails in [unit.teachers or of_classroom.get(key, ())]
    }


def _sent(states: Mapping[str, Cell], ground: Ground, reading: Reading) -> Iterator[Sent]:
    """Every warning that went out this year, from its row and its deeds.

    `states` are those that this run gives to rows.
    """
    deeds = ground.seen.deeds
    for row in ground.seen.table(WARNINGS.key).rows.values():
        kind, unit, year, person, step, *_turn = f"{row.text('key')}////".split("/")
        if kind != _TO_STUDENT or unit not in reading.units:
            continue
        student = reading.student(person, reading.units[unit], (row.text("student"), ""))
        words = f"{row.text('unit')}, {row.text('step')} ({row.text('rate')})"
        for key in telling_keys("/".join((kind, unit, year, person, step)), deeds):
            done = (deeds.get(k) for k in (key, letter_key(key)))
            first = next((d for d in done if d and d.state is DeedState.DONE), None)
            if first:
                over = states.get(row.id, row.text("state")) == REGULARISED
                yield Sent(student, year, school_day_of(first.at), words, over)


_TO_STUDENT = StepKind.WARNING.name.lower()
