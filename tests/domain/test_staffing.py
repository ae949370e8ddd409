"""Roles that nobody holds (S42, S176) and absences that nobody covers (S170)."""

from __future__ import annotations

from datetime import date

from itn_sync.domain.school import Absence, Assignment, Person, Role, School, Section, Site
from itn_sync.domain.staffing import (
    SCOPE,
    Vacancy,
    holder_of_every_role,
    staffing_problems,
    vacancies,
)

ANNE = Person("anne", "Anne", "anne@ecole.example")
TODAY = date(2026, 11, 23)
HELD = tuple(Assignment(r, (ANNE,)) for r in Role if r is not Role.REFERENT_DIGITAL)


def school(*assignments: Assignment, absences: tuple[Absence, ...] = ()) -> School:
    return School(
        name="École",
        sites=(Site("namur", "Namur"), Site("bruxelles", "Bruxelles")),
        sections=(
            Section("cess", "CESS", ("namur",)),
            Section("cap", "CAP", ("namur", "bruxelles")),
        ),
        assignments=(*HELD, *assignments),
        absences=absences,
        persons=(ANNE,),
    )


def test_a_role_that_nobody_holds_at_all_is_one_line() -> None:
    assert vacancies(school()) == (Vacancy(Role.REFERENT_DIGITAL),)


def test_a_role_that_is_held_everywhere_is_none() -> None:
    assert vacancies(school(Assignment(Role.REFERENT_DIGITAL, (ANNE,)))) == ()


def test_a_role_may_be_vacant_at_one_site_or_for_one_section_there() -> None:
    in_brussels = Assignment(Role.REFERENT_DIGITAL, (ANNE,), sites=("bruxelles",))
    for_cap = Assignment(Role.REFERENT_DIGITAL, (ANNE,), sections=("cap",))
    assert vacancies(school(in_brussels)) == (Vacancy(Role.REFERENT_DIGITAL, "namur"),)
    assert vacancies(school(for_cap)) == (Vacancy(Role.REFERENT_DIGITAL, "namur", "cess"),)


def test_a_role_without_person_counts_as_vacant() -> None:
    assert vacancies(school(Assignment(Role.REFERENT_DIGITAL, ()))) == (
        Vacancy(Role.REFERENT_DIGITAL),
    )


def test_the_school_is_told_which_role_and_where_to_name_somebody() -> None:
    (problem,) = staffing_problems(school(), TODAY)
    assert problem.key == "school/role/referent_numerique"
    assert problem.scope == SCOPE
    assert "numérique" in problem.where
    assert "config/school.toml" in problem.mend


def test_the_school_is_told_of_an_absence_only_while_nobody_covers_it() -> None:
    digital = Assignment(Role.REFERENT_DIGITAL, (ANNE,))
    absence = Absence("anne", "", TODAY, date(2026, 12, 4))
    alone = school(digital, absences=(absence,))
    (problem,) = staffing_problems(alone, TODAY)
    assert problem.where == "Absence : Anne, jusqu'au 4/12/2026"
    assert list(staffing_problems(alone, date(2026, 12, 5))) == []


def test_whoever_holds_every_role_alone_is_named() -> None:
    digital = Assignment(Role.REFERENT_DIGITAL, (ANNE,))
    assert holder_of_every_role(school(digital)) is ANNE


def test_nobody_holds_every_role_where_one_is_vacant_or_shared() -> None:
    somebody_else = Person("bob", "Bob", "bob@ecole.example")
    assert holder_of_every_role(school()) is None
    shared = Assignment(Role.REFERENT_DIGITAL, (ANNE, somebody_else))
    assert holder_of_every_role(school(shared)) is None
