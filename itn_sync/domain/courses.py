"""Which Classroom course belongs to which UE (F01): the one it names, else the one so called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from itn_sync.domain.names import fold
from itn_sync.domain.school import School
from itn_sync.domain.units import Unit


@dataclass(frozen=True)
class Course:
    """A Classroom course: its number, its name, and ACTIVE, ARCHIVED…"""

    id: str
    name: str
    state: str = "ACTIVE"


def course_name(unit: Unit, school: School, pattern: str) -> str:
    """The name that a UE's course should have: `Mathématiques 1 – CESS Namur`."""
    return pattern.format(
        unit=unit.name,
        section=school.section_name(unit.section),
        site=school.site_name(unit.site),
        key=unit.key,
        year=unit.year,
    )


def courses_called(name: str, courses: Iterable[Course]) -> tuple[Course, ...]:
    """Those of that name, whatever its case and accents; active ones alone where there are any."""
    found = tuple(course for course in courses if fold(course.name) == fold(name))
    return tuple(course for course in found if course.state == "ACTIVE") or found
