"""`Étudiants`: where the three lists differ, each difference with its mend (S40, F11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from itn_sync.domain.report_tabs import ANOMALIES
from itn_sync.domain.school import Kind
from itn_sync.domain.seen import Cell
from itn_sync.domain.serials import date_serial
from itn_sync.domain.states_attendance import (
    ENROLLED,
    GONE,
    INVITED,
    ONLY_IN_REGISTER,
    ONLY_REGISTERED,
    YES,
)
from itn_sync.domain.tracking_attendance import STUDENTS
from tests.classes import ALI, MATH, OCTOBER, ZOE, Evenings, a_member, evenings
from tests.school import a_response

PEDA = replace(MATH, key="peda", name="Pédagogie")
DAY = timedelta(days=1)
CROWD = tuple(a_member(f"Élève Numéro{n}") for n in range(10))
ANSWER = a_response("r1", Kind.VA, first_name="Zoe", email=ZOE.email)
"""Zoé's registration, in the section of MATH."""


def student(school: Evenings, last_name: str = "Dupont") -> dict[str, Cell]:
    (row,) = [r for r in school.tables[STUDENTS.key].values() if r["last_name"] == last_name]
    return row


def gap(school: Evenings, last_name: str = "Dupont") -> str:
    return str(student(school, last_name).get("gap", ""))


def statuses(school: Evenings) -> list[str]:
    return sorted(str(row["status"]) for row in school.tables[STUDENTS.key].values())


def test_registered_on_classroom_and_in_the_register_there_is_no_gap() -> None:
    school = evenings("P")
    school.run(ANSWER)
    assert (student(school)["status"], gap(school)) == (ENROLLED, "")
    assert student(school)["registrations"] == "1"
    assert student(school)["units"] == "Mathématiques 1"
    assert student(school)["since"] == date_serial(OCTOBER)


def test_on_classroom_without_registration() -> None:
    school = evenings("P")
    school.run()
    assert gap(school).startswith("Sur Classroom, sans inscription : vérifier son inscription")
    (row,) = [k for k, r in school.tables[STUDENTS.key].items() if r["last_name"] == "Dupont"]
    school.type(STUDENTS.key, row, verified=YES)
    school.run()
    assert gap(school) == ""


def test_registered_and_on_no_classroom() -> None:
    school = evenings("P")
    school.on_classroom("math1", ALI)
    school.books["math1"].marks.clear()
    school.run(ANSWER)
    assert student(school)["status"] == ONLY_REGISTERED
    assert gap(school) == "Inscrit, mais sur aucun Classroom de la section : l'y inviter."


def test_invited_and_not_yet_in() -> None:
    school = evenings("P")
    school.on_classroom("math1", ALI, invited=[ZOE])
    school.run(ANSWER)
    assert student(school)["status"] == INVITED
    assert "Invité, pas encore entré : Mathématiques 1. Lui rappeler l'invitation." in gap(school)


def test_in_the_register_and_not_on_classroom() -> None:
    school = evenings("P")
    school.books["math1"].row(a_member("Ida Noire"), "P", id="x")
    school.run()
    assert student(school, "Noire")["status"] == ONLY_IN_REGISTER
    assert gap(school, "Noire") == (
        "Au registre, pas sur Classroom : Mathématiques 1. L'inviter, ou vérifier sa ligne."
    )


def test_on_classroom_and_not_in_the_register() -> None:
    school = evenings("P")
    school.on_classroom("math1", ZOE, ALI, a_member("Max Petit"))
    school.run()
    assert "Sur Classroom, pas au registre : Mathématiques 1. L'y ajouter." in gap(school, "Petit")


def test_who_leaves_every_roster_is_gone_with_a_date_and_stays_in_the_sheet() -> None:
    school = evenings("P")
    school.run()
    school.on_classroom("math1", ALI)
    school.run(today=OCTOBER + DAY)
    school.run(today=OCTOBER + 9 * DAY)
    row = student(school)
    assert (row["status"], row["left_on"]) == (GONE, date_serial(OCTOBER + DAY))
    assert row["since"] == date_serial(OCTOBER)
    assert gap(school) == ""


def test_who_is_on_no_list_at_all_is_gone_and_not_deleted() -> None:
    school = evenings("P")
    school.run()
    school.on_classroom("math1", ALI)
    del school.books["math1"].marks[next(iter(school.books["math1"].marks))]
    school.run(today=OCTOBER + DAY)
    assert student(school)["status"] == GONE
    assert school.run(today=OCTOBER + 2 * DAY).rows == ()


def test_who_comes_back_is_enrolled_again() -> None:
    school = evenings("P")
    for day, members in enumerate(((ZOE, ALI), (ALI,), (ZOE, ALI))):
        school.on_classroom("math1", *members)
        school.run(today=OCTOBER + day * DAY)
    assert student(school)["status"] == ENROLLED
    assert student(school)["left_on"] in (None, "")


def test_a_roster_that_cannot_be_read_changes_nobody() -> None:
    school = evenings("P")
    school.run()
    school.unread = {"math1"}
    plan = school.run(today=OCTOBER + DAY)
    assert [change for change in plan.rows if change.tab == STUDENTS.key] == []
    assert statuses(school) == [ENROLLED, ENROLLED]


def test_one_unread_roster_of_two_takes_no_ue_from_anybody() -> None:
    school = evenings("P")
    school.organise(PEDA, ZOE)
    school.run()
    school.unread = {"peda"}
    school.run(today=OCTOBER + DAY)
    assert student(school)["units"] == "Mathématiques 1, Pédagogie"
    assert student(school)["unit_keys"] == "math1 peda"


@pytest.mark.parametrize("left", [0, 5, 6])
@pytest.mark.parametrize("forced", [False, True])
def test_an_emptied_or_halved_roster_is_not_believed_until_a_person_says_so(
    left: int, forced: bool
) -> None:
    school = Evenings()
    school.organise(MATH, *CROWD)
    school.run()
    school.on_classroom("math1", *CROWD[:left])
    school.forced = forced
    school.run(today=OCTOBER + DAY)
    lost = 0 if not forced else 10 - left
    assert statuses(school).count(GONE) == lost
    said = [str(row["what"]) for row in school.tables[ANOMALIES.key].values()]
    doubted = f"{left} étudiants au lieu de 10 : la liste n'est pas prise en compte."
    assert (doubted in said) is not forced


def test_a_roster_that_lost_a_few_is_believed() -> None:
    school = Evenings()
    school.organise(MATH, *CROWD)
    school.run()
    school.on_classroom("math1", *CROWD[:7])
    school.run(today=OCTOBER + DAY)
    assert statuses(school).count(GONE) == 3


def test_a_namesake_is_shown_with_the_birth_date_and_joined_once_confirmed() -> None:
    school = evenings("P")
    other = a_response(
        "r1", Kind.VA, first_name="Zoé", email="zoe@prive.example", birth_date="1999-02-28"
    )
    school.run(other)
    school.run(other)
    (key,) = [k for k, r in school.tables[STUDENTS.key].items() if r["email"] == ZOE.email]
    row = school.tables[STUDENTS.key][key]
    assert row["namesake"] == (
        "Peut-être Zoé Dupont, né(e) le 28/02/1999, inscrit avec zoe@prive.example"
    )
    school.type(STUDENTS.key, key, same=YES)
    school.run(other)
    assert (row["registrations"], row["gap"], row["namesake"]) == ("1", "", "")
    (gone,) = [r for r in school.tables[STUDENTS.key].values() if r["email"] == "zoe@prive.example"]
    assert gone["status"] == GONE
    assert school.run(other).is_empty
