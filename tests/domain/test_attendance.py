"""Rosters, registers, warnings, cases together, over many runs (S40, S56, S67, S126, F11–F15)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itn_sync.domain.absence_policy import PLAN_POLICY
from itn_sync.domain.states import CLOSED
from itn_sync.domain.states_attendance import (
    DECISIONS,
    GONE,
    SEND,
    SENT,
    TAKEN_BACK,
    TO_DECIDE,
    TO_SEND,
)
from itn_sync.domain.students import person_of_address
from itn_sync.domain.told import is_warning
from itn_sync.domain.tracking import CASES
from itn_sync.domain.tracking_attendance import ABSENCES, STUDENTS, WARNINGS
from itn_sync.domain.units import Value
from itn_sync.domain.warning_state import Mode
from tests.classes import ALI, MATH, OCTOBER, ZOE, Evenings, a_member, evenings, marked, person
from tests.school import OFFICE_NAMUR

DAY = timedelta(days=1)
TWICE = ("A", "A")
AUTO = replace(PLAN_POLICY, mode=Mode.AUTO)
ENGLISH = replace(MATH, key="anglais", name="Anglais")


def warned(*marks: Value, mode: Mode = Mode.AUTO) -> Evenings:
    """Zoé was warned at the second of two runs."""
    school = evenings(*(marks or TWICE), mode=mode)
    school.run()
    school.run(today=OCTOBER + DAY)
    return school


# Once, whatever happens


MARK = st.sampled_from(["", "P", "A", "A", "CM", "AJ", "R2", "D", "abandon", "?"])
ACT = st.one_of(
    st.tuples(st.just("mark"), st.integers(0, 9), MARK),
    st.tuples(st.just("decide"), st.integers(0, 1), st.sampled_from(["", SEND, *DECISIONS])),
    st.tuples(st.just("mode"), st.integers(0, 2), st.just("")),
    st.tuples(st.just("address"), st.integers(0, 1), st.just("")),
    st.tuples(
        st.sampled_from(["classroom", "bounce", "row", "rename", "rest"]),
        st.integers(0, 1),
        st.just(""),
    ),
)
EVENING = st.tuples(ACT, st.integers(0, 3), st.integers(0, 14) | st.just(99))
"""What a person does, how many days pass, after how many deeds the next run dies."""


def act(school: Evenings, what: str, number: int, value: str) -> None:
    """Something that a person does between two runs."""
    match what:
        case "mark":
            school.books["math1"].marks[person(ZOE)][number] = value
        case "decide":
            for id in school.tables[WARNINGS.key]:
                school.type(WARNINGS.key, id, decision=value, motive="vu" * number)
        case "mode":
            school.policy = replace(school.policy, mode=list(Mode)[number])
        case "address":
            school.on_classroom("math1", replace(ZOE, email=ZOE.email * number), ALI)
        case "classroom":
            school.on_classroom("math1", *[ZOE, ALI][1 - number :])
        case _:
            happen(school, what, number)


def happen(school: Evenings, what: str, number: int) -> None:
    """What nobody means to bring about."""
    if what == "bounce":
        school.bounced = {mail.key: mail.recipient for mail in school.mails()[:number]}
    if what == "row":
        school.tables[WARNINGS.key].clear()
    if what == "rename":
        school.books["math1"].tab = f"Math {number}"
        school.units["math1"] = replace(MATH, name=f"Maths {number}")


@given(st.lists(EVENING, max_size=12), st.sampled_from(Mode))
@settings(deadline=None, max_examples=100)
def test_each_step_is_told_a_student_at_most_once(
    evening: list[tuple[tuple[str, int, str], int, int]], mode: Mode
) -> None:
    """Marks, decisions, modes, addresses and names change; runs die between any two deeds."""
    school = evenings("A", "A", "A", mode=mode)
    today = OCTOBER
    for (what, number, value), days, killed_after in evening:
        act(school, what, number, value)
        today += days * DAY
        school.try_to_run(killed_after, today)
    for _ in range(3):
        today += DAY
        school.run(today=today)
    assert set(school.told(school.mails()).values()) <= {1}
    assert set(school.told(school.letters).values()) <= {1}
    if not any(what == "bounce" for (what, _, _), _, _ in evening):
        assert set(school.told().values()) <= {1}
    assert len({mail.key for mail in school.sent}) == len(school.sent)


@given(st.lists(st.integers(1, 30), max_size=12))
@settings(deadline=None, max_examples=60)
def test_however_often_it_dies_the_warning_leaves_in_the_end(deaths: list[int]) -> None:
    school = evenings(*TWICE, mode=Mode.AUTO)
    for number, steps in enumerate(deaths):
        school.try_to_run(steps, OCTOBER + number % 5 * DAY)
    for day in (14, 15):
        school.run(today=OCTOBER + day * DAY)
    assert list(school.told().values()) == [1]
    assert school.state() == SENT


# Who is warned


def test_a_student_who_has_left_classroom_is_not_warned() -> None:
    school = evenings(*TWICE)
    school.run()
    school.choose(SEND)
    school.on_classroom("math1", ALI)
    school.run()
    assert (school.mails(), school.state()) == ([], TAKEN_BACK)
    assert "Classroom" in str(school.warning()["reason"])


def test_who_has_left_stays_so_while_the_roster_cannot_be_read() -> None:
    school = evenings(*TWICE, mode=Mode.AUTO)
    school.on_classroom("math1", ALI, a_member("Eve Martin"), ZOE)
    school.run()
    school.on_classroom("math1", ALI, a_member("Eve Martin"))
    school.run(today=OCTOBER + DAY)
    school.unread = {"math1"}
    for day in range(2, 5):
        school.run(today=OCTOBER + day * DAY)
    assert school.mails() == []


def test_a_roster_that_cannot_be_read_stops_no_warning_of_those_it_had() -> None:
    school = evenings(*TWICE, mode=Mode.AUTO)
    school.run()
    school.unread = {"math1"}
    school.run(today=OCTOBER + DAY)
    assert len(school.mails()) == 1


def test_a_roster_that_was_never_read_stops_no_warning() -> None:
    school = evenings(*TWICE, mode=Mode.AUTO)
    english = school.organise(ENGLISH, ZOE)
    english.row(ZOE, *TWICE)
    school.unread = {"anglais"}
    school.run()
    school.run(today=OCTOBER + DAY)
    assert sorted(mail.key.split("/")[1] for mail in school.mails()) == ["anglais", "math1"]


def test_who_was_only_invited_is_warned_as_the_register_says() -> None:
    school = evenings(*TWICE, mode=Mode.AUTO)
    school.on_classroom("math1", ALI, invited=[ZOE])
    school.run()
    school.run(today=OCTOBER + DAY)
    assert [mail.recipient for mail in school.mails()] == [ZOE.email]
    assert not [k for k in school.run(today=OCTOBER + DAY).registers if k.situations]


def test_an_abandon_after_the_warning_is_no_certificate() -> None:
    school = warned()
    marked(school, *TWICE, "abandon")
    school.run(today=OCTOBER + 2 * DAY)
    assert (school.state(), "abandon" in str(school.warning()["reason"])) == (SENT, True)


def test_an_abandon_before_the_sending_takes_it_back() -> None:
    school = evenings(*TWICE)
    school.run()
    school.choose(SEND)
    marked(school, *TWICE, "abandon")
    school.run()
    assert (school.mails(), school.state()) == ([], TAKEN_BACK)


def test_a_row_taken_out_of_the_register_takes_its_warning_back() -> None:
    school = evenings(*TWICE)
    school.run()
    del school.books["math1"].marks[person(ZOE)]
    school.run()
    assert (school.state(), school.warning()["student"]) == (TAKEN_BACK, "Zoe Dupont")


def test_a_renamed_tab_ue_or_student_is_not_warned_twice() -> None:
    school = warned()
    school.books["math1"].tab = "Mathématiques (mardi)"
    school.units["math1"] = replace(MATH, name="Mathématiques de base")
    married = replace(ZOE, last_name="Durand", email="zoe.durand@etudiant.example")
    school.on_classroom("math1", married, ALI)
    for day in range(2, 6):
        school.run(today=OCTOBER + day * DAY)
    assert list(school.told().values()) == [1]
    assert len(school.warnings()) == 1
    (student,) = [
        row for row in school.tables[STUDENTS.key].values() if row["last_name"] == "Durand"
    ]
    assert student["email"] == "zoe.durand@etudiant.example"


def test_the_same_ue_at_both_sites_is_two_ues() -> None:
    school = evenings(*TWICE, mode=Mode.AUTO)
    brussels = replace(MATH, key="math1_bxl", site="bruxelles")
    school.organise(brussels, ZOE).row(ZOE, "A", "P")
    school.run()
    school.run(today=OCTOBER + DAY)
    assert [mail.key.split("/")[1] for mail in school.mails()] == ["math1"]
    assert len(school.tables[ABSENCES.key]) == 3
    assert len([r for r in school.tables[STUDENTS.key].values() if r["last_name"] == "Dupont"]) == 2


def test_a_student_in_two_sections_is_warned_in_each_for_itself() -> None:
    school = evenings(*TWICE, mode=Mode.AUTO)
    school.organise(replace(MATH, key="cess_math", section="cess"), ZOE).row(ZOE, *TWICE)
    school.run()
    school.run(today=OCTOBER + DAY)
    assert len(school.told()) == 2
    (case,) = school.tables[CASES.key].values()
    assert len(str(case["details"]).splitlines()) == 2


def test_the_case_is_of_the_section_in_which_the_student_was_warned() -> None:
    school = evenings("P", mode=Mode.AUTO)
    cess = replace(MATH, key="cess_math", section="cess")
    school.organise(cess, ZOE).row(ZOE, *TWICE)
    school.organise(replace(MATH, key="bxl", site="bruxelles"), ZOE).row(ZOE, "P")
    school.run()
    school.run(today=OCTOBER + DAY)
    (case,) = school.tables[CASES.key].values()
    assert (case["section"], case["site"]) == ("CESS", "Namur")


def test_who_changes_section_keeps_the_one_warning() -> None:
    school = warned()
    school.organise(replace(MATH, key="cess_math", section="cess"), ZOE).row(ZOE, "P")
    school.on_classroom("math1", ALI)
    for day in range(2, 6):
        school.run(today=OCTOBER + day * DAY)
    assert list(school.told().values()) == [1]
    assert school.state() == SENT
    assert len(school.tables[CASES.key]) == 1


def test_a_row_copied_whole_for_somebody_else_warns_nobody_wrongly() -> None:
    """The copy keeps the hidden number; only the name tells whose marks they are."""
    school = evenings("P", "P", mode=Mode.AUTO)
    copied = (person(ZOE), "Venu", "Nouveau", "", "A", "A")
    school.books["math1"].strays.append(copied)
    school.run()
    school.run(today=OCTOBER + DAY)
    assert [mail.recipient for mail in school.mails()] == []
    said = [str(row["what"]) for row in school.tables["anomalies"].values()]
    assert any("même numéro caché" in what for what in said)


# The case


def test_a_warning_opens_a_case_with_a_date_to_answer_by() -> None:
    school = warned()
    (case,) = school.tables[CASES.key].values()
    assert (case["kind"], case["student"], case["email"]) == ("Assiduité", "Zoe Dupont", ZOE.email)
    assert case["owner_email"] == OFFICE_NAMUR.email
    assert case["next_step"] == "Attendre la réponse à l'avertissement jusqu'au 20/10/2026"


def test_without_an_answer_the_next_step_is_a_meeting() -> None:
    school = warned()
    school.run(today=OCTOBER + 10 * DAY)
    (case,) = school.tables[CASES.key].values()
    assert case["next_step"] == (
        "Proposer une rencontre individuelle : sans réponse depuis le 20/10/2026"
    )


def test_once_every_absence_is_excused_the_case_waits_for_nothing() -> None:
    school = warned()
    school.books["math1"].note(person(ZOE), "CM", "CM")
    school.run(today=OCTOBER + 10 * DAY)
    school.run(today=OCTOBER + 11 * DAY)
    (case,) = school.tables[CASES.key].values()
    assert case["next_step"] == "Absences régularisées : peut être clos"
    assert not [mail for mail in school.sent if mail.template == "case_late"]


def test_a_second_warning_updates_the_case_and_reopens_a_closed_one() -> None:
    school = warned()
    english = school.organise(ENGLISH, ZOE)
    (number,) = school.tables[CASES.key]
    school.type(CASES.key, number, status=CLOSED)
    english.row(ZOE, *TWICE)
    school.run(today=OCTOBER + 2 * DAY)
    assert school.row(CASES.key, number)["opening"] == 1.0
    school.run(today=OCTOBER + 3 * DAY)
    case = school.row(CASES.key, number)
    assert (case["version"], case["opening"]) == (2.0, 2.0)
    assert "Anglais" in str(case["details"])
    assert str(case["next_step"]).startswith("Attendre la réponse")
    school.run(today=OCTOBER + 4 * DAY)
    assert school.row(CASES.key, number)["opening"] == 2.0


def test_a_letter_opens_a_case_as_a_mail_does() -> None:
    school = evenings(*TWICE, mode=Mode.AUTO)
    school.on_classroom("math1", replace(ZOE, email=""), ALI)
    school.run()
    school.run(today=OCTOBER + DAY)
    assert len(school.letters) == len(school.tables[CASES.key]) == 1


def test_a_case_keeps_a_warning_that_was_told_a_second_time() -> None:
    school = evenings(*TWICE, policy=replace(PLAN_POLICY, again=True), mode=Mode.AUTO)
    for day, marks in enumerate((TWICE, TWICE, ("A", "CM"), ("A", "CM", "A"), ("A", "CM", "A"))):
        marked(school, *marks)
        school.run(today=OCTOBER + day * DAY)
    (case,) = school.tables[CASES.key].values()
    assert case["version"] == 2.0
    assert len(school.mails()) == 2


# Teachers


def test_teachers_are_asked_for_missing_marks_once_a_week() -> None:
    school = evenings("P", "P")
    marked(school, "P", "P", who=ALI)
    for day in range(14):
        school.run(today=OCTOBER + day * DAY)
    reminders = [mail for mail in school.sent if mail.template == "register_reminder"]
    assert [mail.recipient for mail in reminders] == ["prof@ecole.example"] * 2
    assert reminders[0].context["count"] == 8


def test_no_teacher_is_asked_where_all_is_recorded() -> None:
    school = evenings(*["P"] * 10)
    school.run()
    assert school.sent == []


# What the sheets say


def test_absences_say_why_no_warning_went() -> None:
    school = evenings("A", "CM")
    school.run()
    row = school.row(ABSENCES.key, f"math1/{person(ZOE)}")
    assert row["why"] == (
        "4 périodes injustifiées sur 80, soit 5 %, en Mathématiques 1 (secondaire). "
        "Pas d'avertissement : justificatif pour le 10/09/2026, taux 5 %, "
        "encore 4 périodes avant 10 %."
    )


def test_who_left_is_said_so_in_the_register_and_newcomers_get_a_row() -> None:
    school = evenings("P")
    school.run()
    newcomer = a_member("Max Petit")
    school.on_classroom("math1", ALI, newcomer)
    (kept,) = school.decide(school.seen()).registers
    assert kept.added == ((person(newcomer), "Petit", "Max"),)
    assert kept.situations == {person(ZOE): "Parti le 12/10/2026"}
    assert person_of_address(newcomer.email) == person(newcomer)


def test_a_name_typed_by_hand_is_warned_by_letter_only_when_somebody_decides() -> None:
    school = evenings("P")
    school.books["math1"].row(a_member("Ida Noire"), *TWICE, id="x")
    school.run()
    (row,) = [r for r in school.warnings() if str(r["key"]).startswith("warning/")]
    assert (row["state"], row["student"], row.get("email")) == (TO_DECIDE, "Ida Noire", None)
    school.choose(SEND)
    school.run()
    assert [letter.recipient for letter in school.letters] == ["Ida Noire"]


def test_out_of_hours_the_row_says_that_it_is_to_be_sent() -> None:
    school = evenings(*TWICE)
    school.run()
    school.choose(SEND)
    school.run(today=OCTOBER + 5 * DAY)
    assert (school.state(), school.mails()) == (TO_SEND, [])


@pytest.mark.parametrize("forced", [False, True])
def test_an_emptied_roster_moves_nobody_unless_a_person_says_so(forced: bool) -> None:
    school = evenings("P")
    school.run()
    school.on_classroom("math1")
    school.forced = forced
    plan = school.run(today=OCTOBER + DAY)
    states = {str(row["status"]) for row in school.tables[STUDENTS.key].values()}
    assert (states == {GONE}) is forced
    assert bool(plan.registers) is forced
    assert not [key for key in school.deeds if is_warning(key)]
