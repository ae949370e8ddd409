"""The year's rosters and registers, read together: who the students are, in which register (F11).

A roster that is not believed, and a register that could not be read, are no part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from itn_sync.domain.ground import Ground
from itn_sync.domain.ownership import Place
from itn_sync.domain.register import Register, read_register
from itn_sync.domain.rosters import trusted_rosters
from itn_sync.domain.seen import Problem, Row
from itn_sync.domain.states import DELETED
from itn_sync.domain.states_attendance import YES
from itn_sync.domain.student_rows import Lists
from itn_sync.domain.students import (
    Directory,
    Student,
    by_name,
    enrolled_students,
    known_directory,
    known_units,
    namesakes,
    registered_students,
    row_id,
)
from itn_sync.domain.tracking_attendance import STUDENTS
from itn_sync.domain.units import Roster, Unit


@dataclass(frozen=True)
class Reading:
    """The registers read, and everybody in them."""

    units: Mapping[str, Unit]
    students: Mapping[str, Student]
    registers: tuple[Register, ...]
    lists: Lists
    problems: tuple[Problem, ...]
    rosters: tuple[Roster, ...]

    def student(self, person: str, unit: Unit, called: tuple[str, str]) -> Student:
        """Somebody of a register; who is nowhere else is what they are `called`."""
        place = place_of(unit)
        known = self.students.get(row_id(person, place))
        last_name, first_name = called
        return known or Student(person, place, last_name, first_name)


def place_of(unit: Unit) -> Place:
    """The site and section of a UE."""
    return unit.site, unit.section


def read_classes(registrations: Iterable[Row], ground: Ground) -> Reading:
    """Who the students are and what their registers say; `registrations` are rows."""
    units = {unit.key: unit for unit in ground.seen.classes.units}
    table = ground.seen.table(STUDENTS.key)
    rosters, problems = trusted_rosters(
        ground.seen.classes.rosters, units, table, forced=ground.forced
    )
    directory = known_directory(table)
    active = [row for row in registrations if row.text("state") != DELETED]
    students = registered_students(
        active, _places(active, ground), enrolled_students(rosters, units, directory), directory
    )
    students = _confirmed(students, table.rows)
    registers = tuple(_registers(ground, units, directory))
    lists = Lists(
        units,
        frozenset(r.unit for r in rosters),
        frozenset(r.unit.key for r in registers),
        {id: known_units(row) for id, row in table.rows.items()},
    )
    return Reading(
        units=units,
        students=_with_registers(students, registers, table.rows),
        registers=registers,
        lists=lists,
        problems=(*problems, *(p for register in registers for p in register.problems)),
        rosters=rosters,
    )


def _registers(
    ground: Ground, units: Mapping[str, Unit], directory: Directory
) -> Iterator[Register]:
    for grid in ground.seen.classes.grids:
        unit = units[grid.unit]
        place = place_of(unit)

        def person_of(identity: str, name: str, place: Place = place) -> str:
            return directory.row(identity, name, place)

        yield read_register(grid, unit, ground.absences.marks, person_of, ground.today)


def _with_registers(
    students: Mapping[str, Student], registers: Iterable[Register], rows: Mapping[str, Row]
) -> dict[str, Student]:
    """Everybody with the registers that know them, and those who are only there."""
    found = dict(students)
    for register in registers:
        for person, name in register.names.items():
            key = "/".join((person, *place_of(register.unit)))
            known = found.get(key) or _remembered(key, person, name, place_of(register.unit), rows)
            found[key] = replace(known, registered_in=known.registered_in | {register.unit.key})
    return found


def _remembered(
    key: str, person: str, name: tuple[str, str], place: Place, rows: Mapping[str, Row]
) -> Student:
    """Somebody who is in a register alone, as `Étudiants` knows them from before."""
    row = rows.get(key)
    if row is None:
        return Student(person, place, *name)
    last_name, first_name = row.text("last_name"), row.text("first_name")
    return Student(person, place, last_name, first_name, row.text("email"), row.text("user_id"))


def _confirmed(students: Mapping[str, Student], rows: Mapping[str, Row]) -> dict[str, Student]:
    """Registrations under another address, once a person said that it is the same student."""
    found, named = dict(students), by_name(students.values())
    for key, student in students.items():
        row = rows.get(key)
        if row is None or row.text("same") != YES or student.registrations:
            continue
        for other in namesakes(student, named):
            if other.registrations and not other.enrolled:
                found.pop(other.row_id, None)
                found[key] = replace(found[key], registrations=other.registrations)
    return found


def _places(rows: Iterable[Row], ground: Ground) -> dict[str, Place]:
    """Site and section of each registration whose both are known."""
    found: dict[str, Place] = {}
    for row in rows:
        site, section = (
            ground.school.site(row.text("site")),
            ground.school.section(row.text("section")),
        )
        if site and section:
            found[row.id] = (site.key, section.key)
    return found
