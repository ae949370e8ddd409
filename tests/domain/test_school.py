"""Sites, roles, absences and school days (S4, S134, S167-S177)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.domain.school import (
    Absence,
    Assignment,
    Calendar,
    Closure,
    Person,
    Role,
    School,
    Section,
    Site,
)

ANNE, BRUNO, CHLOE = (
    Person(key, key.title(), f"{key}@ecole.example") for key in ("anne", "bruno", "chloe")
)
MONDAY = date(2026, 11, 23)


def school(*assignments: Assignment, absences: tuple[Absence, ...] = ()) -> School:
    return School(
        name="École",
        sites=(Site("namur", "Namur"), Site("bruxelles", "Bruxelles", ("Etterbeek",))),
        sections=(Section("elec", "Électricien-automaticien", ("bruxelles",)),),
        assignments=assignments,
        absences=absences,
        persons=(ANNE, BRUNO, CHLOE),
    )


def away(person: Person, substitute: str, first: date = MONDAY, last: date = MONDAY) -> Absence:
    return Absence(person.key, substitute, first, last)


@pytest.mark.parametrize("typed", ["Bruxelles", "BRUXELLES ", "etterbeek", "bruxelles"])
def test_a_site_is_known_by_its_aliases_in_any_case(typed: str) -> None:
    found = school().site(typed)
    assert found is not None
    assert found.key == "bruxelles"


def test_a_section_is_known_without_accents_and_an_unknown_one_is_not() -> None:
    assert school().section("electricien automaticien") == school().sections[0]
    assert school().section("Boulangerie") is None
    assert school().section("") is None
    assert school().site("…") is None


def test_whoever_holds_a_role_for_a_section_comes_before_those_of_a_site_and_of_all() -> None:
    everywhere = Assignment(Role.SECRETARIAT, (ANNE,))
    for_site = Assignment(Role.SECRETARIAT, (BRUNO, ANNE), sites=("bruxelles",))
    for_section = Assignment(Role.SECRETARIAT, (CHLOE,), sections=("elec",))
    held = school(everywhere, for_site, for_section)
    assert held.holders(Role.SECRETARIAT, "bruxelles", "elec") == (CHLOE, BRUNO, ANNE)
    assert held.holders(Role.SECRETARIAT, "namur", "") == (ANNE,)
    assert held.holders(Role.DIRECTION, "namur", "") == ()


def test_a_substitute_stands_in_on_the_first_and_the_last_day_only() -> None:
    last = MONDAY + timedelta(days=4)
    held = school(absences=(away(ANNE, "bruno", MONDAY, last),))
    days = [MONDAY - timedelta(days=1), MONDAY, last, last + timedelta(days=1)]
    assert [held.present(ANNE, day) for day in days] == [ANNE, BRUNO, BRUNO, ANNE]


def test_a_substitute_who_is_away_has_one_too() -> None:
    held = school(absences=(away(ANNE, "bruno"), away(BRUNO, "chloe")))
    assert held.present(ANNE, MONDAY) == CHLOE


def test_nobody_is_present_when_substitutes_point_at_each_other_or_nowhere() -> None:
    circle = school(absences=(away(ANNE, "bruno"), away(BRUNO, "anne")))
    assert circle.present(ANNE, MONDAY) is None
    assert school(absences=(away(ANNE, ""),)).present(ANNE, MONDAY) is None


def test_a_substitute_may_hold_no_role() -> None:
    held = school(Assignment(Role.REFERENT_AR, (ANNE,)), absences=(away(ANNE, "chloe"),))
    assert held.present(ANNE, MONDAY) == CHLOE


def test_a_deadline_jumps_weekends_holidays_and_closures() -> None:
    calendar = Calendar(
        frozenset({date(2026, 11, 11)}),
        (Closure("automne", date(2026, 10, 19), date(2026, 10, 30)),),
    )
    assert calendar.after(date(2026, 10, 16), 1) == date(2026, 11, 2)
    assert calendar.after(date(2026, 11, 10), 1) == date(2026, 11, 12)
    assert calendar.after(date(2026, 11, 13), 5) == date(2026, 11, 20)
    assert calendar.after(date(2026, 11, 14), 0) == date(2026, 11, 14)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 30), st.integers(0, 40))
def test_a_deadline_is_a_school_day_that_many_school_days_later(
    day: date, school_days: int, closed_days: int
) -> None:
    closure = Closure("fermé", day, day + timedelta(days=closed_days))
    calendar = Calendar(frozenset({day + timedelta(days=50)}), (closure,))
    due = calendar.after(day, school_days)
    between = [day + timedelta(days=n) for n in range(1, (due - day).days + 1)]
    assert sum(map(calendar.is_school_day, between)) == school_days
    assert school_days == 0 or calendar.is_school_day(due)
