"""`Étudiants`: one row per student and section, and where the three lists differ (S40, F11).

Registered, on the Classroom roster, in the attendance register: each difference is said with its
mend. Nobody is deleted: who leaves a roster that was read whole is `Retiré`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from itn_sync.domain.actions import WriteRow
from itn_sync.domain.ground import Ground
from itn_sync.domain.seen import Cell, Row
from itn_sync.domain.serials import date_serial, french_date, serial_date
from itn_sync.domain.states_attendance import (
    ENROLLED,
    GONE,
    INVITED,
    ONLY_IN_REGISTER,
    ONLY_REGISTERED,
    YES,
)
from itn_sync.domain.students import Named, Student, by_name, known_units, namesakes
from itn_sync.domain.tracking_attendance import STUDENTS
from itn_sync.domain.units import Unit


@dataclass(frozen=True)
class Lists:
    """What was read whole in this run: only there can somebody be missing."""

    units: Mapping[str, Unit]
    rosters: frozenset[str]
    registers: frozenset[str]
    known: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The UEs of everybody in `Étudiants`, as an earlier run read them, by row id."""

    @cached_property
    def once_read(self) -> frozenset[str]:
        """The UEs whose roster some run has read."""
        return frozenset().union(*self.known.values())

    def unread(self, keys: frozenset[str]) -> frozenset[str]:
        """Those UEs whose roster is not known today."""
        return frozenset(key for key in keys if key in self.units) - self.rosters


def student_rows(
    students: Mapping[str, Student],
    lists: Lists,
    births: Mapping[str, float],
    ground: Ground,
) -> Iterator[WriteRow]:
    """A row per student, and what became of those who are nowhere any more.

    `births` are dates of birth by registration, for a person to compare namesakes.
    """
    known, named = ground.seen.table(STUDENTS.key).rows, by_name(students.values())
    for student in students.values():
        row = known.get(student.row_id)
        yield _row(_with_unread(student, row, lists), row, named, lists, births, ground)
    for row in known.values():
        if row.id not in students and row.text("status") != GONE:
            yield from _gone(row, lists, ground)


def is_enrolled(student: Student, unit: str, lists: Lists) -> bool:
    """False for who has left the Classroom of a UE: nobody warns them.

    Who never was on it, or was only invited, follows the UE as the register says.
    """
    if not student.user_id:
        return True
    if unit in lists.rosters:
        return unit in student.enrolled | student.invited
    mine = lists.known.get(student.row_id)
    return mine is None or unit in mine or unit not in lists.once_read


def _with_unread(student: Student, row: Row | None, lists: Lists) -> Student:
    """What `Étudiants` had holds for UEs whose roster could not be read."""
    kept = student.enrolled | lists.unread(known_units(row))
    fields = {**student.__dict__, "enrolled": kept}
    return Student(**fields)


def _row(
    student: Student,
    row: Row | None,
    named: Named,
    lists: Lists,
    births: Mapping[str, float],
    ground: Ground,
) -> WriteRow:
    status = _status(student)
    cells: dict[str, Cell] = {
        "id": student.row_id,
        "last_name": student.last_name,
        "first_name": student.first_name,
        "email": student.email,
        "site": ground.school.site_name(student.place[0]),
        "section": ground.school.section_name(student.place[1]),
        "units": _unit_names(student.enrolled | student.invited, lists),
        "status": status,
        "since": (row.number_in("since") if row else 0) or date_serial(ground.today),
        "left_on": _left_on(row, ground) if status == GONE else None,
        "registrations": f"{len(student.registrations)}" if student.registrations else "",
        "gap": "\n".join(gaps(student, row, lists)),
        "namesake": _namesake(student, named, births),
        "person": student.person,
        "user_id": student.user_id,
        "unit_keys": " ".join(sorted(student.enrolled)),
    }
    return WriteRow(
        STUDENTS.key, student.row_id, cells, why=f"{student.name} : {status}", plan="S40"
    )


def _status(student: Student) -> str:
    if student.enrolled:
        return ENROLLED
    if student.invited:
        return INVITED
    if student.user_id:
        return GONE
    return ONLY_REGISTERED if student.registrations else ONLY_IN_REGISTER


def _left_on(row: Row | None, ground: Ground) -> float:
    return (row.number_in("left_on") if row else 0) or date_serial(ground.today)


def gaps(student: Student, row: Row | None, lists: Lists) -> Iterator[str]:
    """What one list has of a student and another has not, each with its mend."""
    if _status(student) == GONE:
        return
    on_classroom = student.enrolled | student.invited
    verified = row is not None and row.text("verified") == YES
    if on_classroom and not student.registrations and not verified:
        yield (
            "Sur Classroom, sans inscription : vérifier son inscription, "
            "puis choisir «Oui» dans «Inscription vérifiée»."
        )
    if student.registrations and not on_classroom and not lists.unread(frozenset(lists.units)):
        yield "Inscrit, mais sur aucun Classroom de la section : l'y inviter."
    if student.invited - student.enrolled:
        names = _unit_names(student.invited - student.enrolled, lists)
        yield f"Invité, pas encore entré : {names}. Lui rappeler l'invitation."
    if student.registered_in - on_classroom - lists.unread(student.registered_in):
        names = _unit_names(student.registered_in - on_classroom, lists)
        yield f"Au registre, pas sur Classroom : {names}. L'inviter, ou vérifier sa ligne."
    missing = (student.enrolled & lists.registers) - student.registered_in
    if missing:
        yield f"Sur Classroom, pas au registre : {_unit_names(missing, lists)}. L'y ajouter."


def _gone(row: Row, lists: Lists, ground: Ground) -> Iterator[WriteRow]:
    """Somebody whom no list names any more, once all the rosters that had them were read."""
    if lists.unread(known_units(row)):
        return
    cells: dict[str, Cell] = {
        "status": GONE,
        "left_on": date_serial(ground.today),
        "gap": "",
        "namesake": "",
        "unit_keys": "",
    }
    why = f"{row.text('first_name')} {row.text('last_name')} : {GONE}"
    yield WriteRow(STUDENTS.key, row.id, cells, why=why, plan="S40")


def _namesake(student: Student, named: Named, births: Mapping[str, float]) -> str:
    """Who may be the same person under another address; a person confirms it."""
    if not student.enrolled or student.registrations:
        return ""
    lines = []
    for other in namesakes(student, named):
        if not other.registrations or other.enrolled:
            continue
        born = births.get(other.registrations[0], 0)
        day = f", né(e) le {french_date(serial_date(born))}" if born else ""
        lines.append(f"Peut-être {other.name}{day}, inscrit avec {other.email}")
    return "\n".join(lines)


def _unit_names(keys: frozenset[str], lists: Lists) -> str:
    units = lists.units
    return ", ".join(sorted(units[key].name if key in units else key for key in keys))
