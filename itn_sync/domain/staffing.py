"""Roles that nobody holds, and absences without substitute (plan S42, S170, S176)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from itn_sync.domain.school import ROLE_LABEL, Absence, Person, Role, School
from itn_sync.domain.seen import Problem
from itn_sync.domain.serials import french_date

SCOPE = "school"
"""The scope of every problem of this file."""


@dataclass(frozen=True)
class Vacancy:
    """`role` is held by nobody at `site` for `section` (keys; "" means everywhere, every one)."""

    role: Role
    site: str = ""
    section: str = ""


def vacancies(school: School) -> tuple[Vacancy, ...]:
    """Every role that nobody holds somewhere, in as few lines as tell it."""
    return tuple(v for role in Role for v in _vacancies(school, role))


def _vacancies(school: School, role: Role) -> Iterator[Vacancy]:
    places = [(site, s.key) for s in school.sections for site in s.sites]
    empty = [place for place in places if not school.holders(role, *place)]
    if empty == places:
        yield Vacancy(role)
        return
    for site in school.sites:
        there = [section for key, section in places if key == site.key]
        vacant = [section for key, section in empty if key == site.key]
        if there and vacant == there:
            yield Vacancy(role, site.key)
        else:
            yield from (Vacancy(role, site.key, section) for section in vacant)


def holder_of_every_role(school: School) -> Person | None:
    """Whoever holds each role alone; None when there is a second person anywhere."""
    holders = {person for assignment in school.assignments for person in assignment.persons}
    if len(holders) != 1 or {a.role for a in school.assignments if a.persons} != set(Role):
        return None
    return holders.pop()


def staffing_problems(school: School, today: date) -> Iterator[Problem]:
    """What the school must settle so that no request waits for nobody."""
    for vacancy in vacancies(school):
        yield _vacancy_problem(school, vacancy)
    persons = {person.key: person for person in school.persons}
    for absence in school.absences:
        person = persons.get(absence.person)
        away = absence.first <= today <= absence.last
        if person and away and school.present(person, today) is None:
            yield _absence_problem(absence, person.name)


def _vacancy_problem(school: School, vacancy: Vacancy) -> Problem:
    site = next((s.name for s in school.sites if s.key == vacancy.site), "toutes implantations")
    section = next((s.name for s in school.sections if s.key == vacancy.section), "toutes sections")
    label = ROLE_LABEL[vacancy.role]
    return Problem(
        key="/".join((SCOPE, "role", vacancy.role, vacancy.site, vacancy.section)).rstrip("/"),
        scope=SCOPE,
        where=f"Rôle «{label}» ({site}, {section})",
        what="Personne ne tient ce rôle : les demandes vont à la personne de référence.",
        mend="Nommer quelqu'un sous [[role]] dans config/school.toml.",
    )


def _absence_problem(absence: Absence, name: str) -> Problem:
    return Problem(
        key=f"{SCOPE}/absence/{absence.person}",
        scope=SCOPE,
        where=f"Absence : {name}, jusqu'au {french_date(absence.last)}",
        what="Personne ne remplace : les demandes vont à la personne suivante du rôle.",
        mend="Ajouter «substitute» à son [[absence]] dans config/school.toml.",
    )
