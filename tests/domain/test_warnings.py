"""A student's warning over many runs: right, explained, once (S126, S55, S64, F14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest

from itn_sync.domain.absence_policy import PLAN_POLICY
from itn_sync.domain.actions import SendMail
from itn_sync.domain.plan import Limits, compare
from itn_sync.domain.school import Role
from itn_sync.domain.seen import DeedState
from itn_sync.domain.serials import SCHOOL_TIME, date_serial
from itn_sync.domain.states_attendance import (
    DRAFT,
    HELD,
    IGNORE,
    IGNORED,
    LETTER,
    OUTRUN,
    POSTPONED,
    REGULARISED,
    SEND,
    SENT,
    SETTLING,
    TAKEN_BACK,
    TO_DECIDE,
    WAIT,
)
from itn_sync.domain.steps import AbsenceRule, Step, StepKind
from itn_sync.domain.tracking_attendance import WARNINGS
from itn_sync.domain.units import Level, Session
from itn_sync.domain.warning_state import Mode
from tests.classes import (
    MATH,
    NOVEMBER,
    OCTOBER,
    ZOE,
    Evenings,
    at,
    evenings,
    marked,
)
from tests.school import OFFICE_NAMUR

DAY = timedelta(days=1)
TWICE = ("A", "A")
"""8 of 80 periods: 10 %."""
LESS = ("A", "CM")
"""After a certificate: 5 %."""


def kinds(school: Evenings) -> dict[str, str]:
    """The state of every row by the first word of its key."""
    return {str(row["key"]).split("/")[0]: str(row["state"]) for row in school.warnings()}


def sent_warning(school: Evenings) -> SendMail:
    (mail,) = school.mails()
    return mail


# Review


def test_below_the_step_there_is_no_row_for_the_student() -> None:
    school = evenings("A", "R3")
    school.run()
    assert "warning" not in kinds(school)


def test_a_warning_waits_for_the_secretariat_with_all_that_it_needs_to_decide() -> None:
    school = evenings(*TWICE)
    school.run()
    row = school.warning()
    assert (row["state"], row["student"], row["rate"]) == (TO_DECIDE, "Zoe Dupont", "10 %")
    assert row["step"] == "Avertissement – 10 %"
    assert row["evidence"] == (
        "7/09/2026, Math : 4 périodes (E4)\n10/09/2026, Math : 4 périodes (F4)"
    )
    assert row["reason"] == (
        "8 périodes injustifiées sur 80, soit 10 %, en Mathématiques 1 (secondaire) : "
        "choisir une décision."
    )
    assert school.mails() == []


def test_it_leaves_when_the_secretariat_says_so_and_only_then() -> None:
    school = evenings(*TWICE)
    for day in range(5):
        school.run(today=OCTOBER + day * DAY)
    assert school.mails() == []
    school.choose(SEND)
    school.run(today=OCTOBER + 7 * DAY)
    mail = sent_warning(school)
    assert (mail.recipient, mail.reply_to) == (ZOE.email, OFFICE_NAMUR.email)
    assert [missed["periods"] for missed in mail.context["missed"]] == ["4", "4"]
    assert school.state() == SENT
    assert school.warning()["sent_on"]


def test_a_second_run_changes_nothing_and_sends_nothing() -> None:
    school = evenings(*TWICE)
    school.run()
    school.choose(SEND)
    school.run()
    school.run()
    plan = school.run()
    assert plan.is_empty
    assert len(school.mails()) == 1


@pytest.mark.parametrize("decision", ["envoyer", " ENVOYER ", "Envoyer"])
def test_a_decision_may_be_typed(decision: str) -> None:
    school = evenings(*TWICE)
    school.run()
    school.choose(decision)
    school.run()
    assert len(school.mails()) == 1


def test_nonsense_is_no_decision() -> None:
    school = evenings(*TWICE)
    school.run()
    school.choose("peut-être")
    school.run()
    assert school.state() == TO_DECIDE


def test_to_wait_or_to_ignore_with_a_motive_keeps_it_back() -> None:
    school = evenings(*TWICE)
    school.run()
    school.choose(WAIT)
    school.run()
    assert school.state() == POSTPONED
    school.choose(IGNORE)
    school.run()
    assert (school.state(), "motif" in str(school.warning()["reason"])) == (POSTPONED, True)
    school.choose(IGNORE, "stage à l'étranger")
    school.run()
    assert school.state() == IGNORED
    assert "ignoré (stage à l'étranger)" in str(school.warning()["reason"])
    assert school.mails() == []


# Auto and draft


def test_an_automatic_warning_waits_until_the_register_was_read_twice() -> None:
    school = evenings(*TWICE, mode=Mode.AUTO)
    school.run(today=at(OCTOBER, 7))
    assert school.state() == SETTLING
    school.run(today=at(OCTOBER, 15))
    assert school.mails() == []
    school.run(today=at(OCTOBER + DAY, 7))
    assert (len(school.mails()), school.state()) == (1, SENT)


def test_a_mark_corrected_in_the_settling_delay_warns_nobody() -> None:
    school = evenings(*TWICE, mode=Mode.AUTO)
    school.run()
    marked(school, "A", "P")
    school.run(today=OCTOBER + DAY)
    assert (school.mails(), school.state()) == ([], TAKEN_BACK)
    marked(school, *TWICE)
    school.run(today=OCTOBER + 2 * DAY)
    assert school.state() == SETTLING
    school.run(today=OCTOBER + 3 * DAY)
    assert len(school.mails()) == 1


def test_nothing_leaves_at_night_nor_on_a_closed_day() -> None:
    school = evenings(*TWICE, mode=Mode.AUTO)
    school.run()
    school.run(today=at(OCTOBER + DAY, 20))
    school.run(today=OCTOBER + timedelta(days=6))  # Sunday
    assert school.mails() == []
    school.run(today=OCTOBER + timedelta(days=7))
    assert len(school.mails()) == 1


def test_in_draft_mode_the_secretariat_finds_a_draft_and_sends_it() -> None:
    school = evenings(*TWICE, mode=Mode.DRAFT)
    school.run()
    school.run(today=OCTOBER + DAY)
    key = str(school.warning()["key"])
    assert (school.state(), school.deeds[key].state) == (DRAFT, DeedState.LEFT)
    assert school.mails() == []
    school.deeds[key] = replace(school.deeds[key], state=DeedState.DONE)
    school.run(today=OCTOBER + 2 * DAY)
    assert (school.state(), school.mails()) == (SENT, [])


def test_a_draft_is_taken_back_when_a_certificate_comes() -> None:
    school = evenings(*TWICE, mode=Mode.DRAFT)
    school.run()
    school.run(today=OCTOBER + DAY)
    key = str(school.warning()["key"])
    marked(school, *LESS)
    school.run(today=OCTOBER + 2 * DAY)
    assert school.deeds[key].state is DeedState.SUPERSEDED
    assert school.state() == TAKEN_BACK


def test_a_draft_that_a_person_deleted_comes_back_only_on_request() -> None:
    school = evenings(*TWICE, mode=Mode.DRAFT)
    school.run()
    school.run(today=OCTOBER + DAY)
    key = str(school.warning()["key"])
    school.deeds[key] = replace(school.deeds[key], state=DeedState.WITHDRAWN)
    school.run(today=OCTOBER + 2 * DAY)
    assert (school.state(), school.mails()) == (IGNORED, [])
    school.choose(SEND)
    school.run(today=OCTOBER + 3 * DAY)
    assert sent_warning(school).key == f"{key}/2"


# Certificates


def test_a_certificate_before_the_sending_takes_it_back_and_says_why() -> None:
    school = evenings(*TWICE)
    school.run()
    marked(school, *LESS)
    school.run()
    row = school.warning()
    assert row["state"] == TAKEN_BACK
    assert row["reason"] == (
        "4 périodes injustifiées sur 80, soit 5 %, en Mathématiques 1 (secondaire) : "
        "l'étape n'est plus atteinte."
    )


def test_a_certificate_after_the_sending_regularises_with_date_and_new_rate() -> None:
    school = evenings(*TWICE)
    school.run()
    school.choose(SEND)
    school.run()
    marked(school, *LESS)
    school.run(today=NOVEMBER)
    school.run(today=NOVEMBER + DAY)
    row = school.warning()
    assert (row["state"], row["new_rate"]) == (REGULARISED, "5 %")
    assert row["regularised_on"] == date_serial(NOVEMBER)
    assert row["rate"] == "10 %"


@pytest.mark.parametrize("again", [False, True])
def test_a_regularised_step_warns_again_only_if_the_school_wants_it(again: bool) -> None:
    policy = replace(PLAN_POLICY, again=again)
    school = evenings(*TWICE, mode=Mode.AUTO, policy=policy)
    school.run()
    school.run(today=OCTOBER + DAY)
    marked(school, *LESS)
    school.run(today=OCTOBER + 2 * DAY)
    marked(school, *LESS, "A")
    school.run(today=OCTOBER + 3 * DAY)
    assert school.state() == (SETTLING if again else SENT)
    school.run(today=OCTOBER + 4 * DAY)
    assert len(school.mails()) == 1 + again
    for day in range(5, 8):
        school.run(today=OCTOBER + day * DAY)
    assert len(school.mails()) == 1 + again


def test_a_mail_that_never_left_goes_out_later_under_a_new_turn() -> None:
    school = evenings(*TWICE)
    school.run()
    school.choose(SEND)
    key = str(school.warning()["key"])
    school.try_to_run(killed_after=4)
    assert school.deeds[key].state in {DeedState.BEGUN, DeedState.DRAFTED}
    school.choose(WAIT)
    school.run()
    assert school.deeds[key].state is DeedState.SUPERSEDED
    school.choose(SEND)
    school.run()
    assert [mail.key for mail in school.mails()] == [f"{key}/2"]
    school.run()
    assert (school.state(), len(school.mails())) == (SENT, 1)


def test_a_certificate_while_a_sending_is_unsure_does_not_send_it() -> None:
    """The draft may still be there; it is taken back, never sent because it was begun."""
    school = evenings(*TWICE, mode=Mode.AUTO)
    school.run()
    key = str(school.warning()["key"])
    school.deeds[key] = replace(school.deed(key), state=DeedState.SENDING)
    marked(school, *LESS)
    school.run(today=OCTOBER + DAY)
    assert (school.mails(), school.deeds[key].state) == ([], DeedState.SUPERSEDED)


def test_a_held_mail_is_never_sent_by_a_run() -> None:
    school = evenings(*TWICE)
    school.run()
    key = str(school.warning()["key"])
    school.deeds[key] = replace(school.deed(key), state=DeedState.HELD)
    school.choose(SEND)
    school.run()
    assert (school.mails(), school.state()) == ([], HELD)


# Letters


def without_address() -> Evenings:
    """Classroom hides Zoé's address."""
    school = evenings(*TWICE)
    school.on_classroom("math1", replace(ZOE, email=""))
    school.run()
    school.choose(SEND)
    return school


def test_without_an_address_it_is_a_letter() -> None:
    school = without_address()
    school.run()
    school.run()
    assert (school.mails(), len(school.letters), school.state()) == ([], 1, LETTER)
    assert school.letters[0].recipient == "Zoe Dupont"
    assert "docs.example" in str(school.warning()["letter"])


def test_an_address_that_turns_up_while_a_letter_is_begun_brings_no_mail() -> None:
    for steps in range(30):
        school = without_address()
        school.try_to_run(killed_after=steps)
        if any(key.startswith("letter/") for key in school.deeds):
            break
    (begun,) = [deed for key, deed in school.deeds.items() if key.startswith("letter/")]
    assert begun.state is DeedState.BEGUN
    school.on_classroom("math1", ZOE)
    school.run()
    school.run()
    assert (school.mails(), len(school.letters)) == ([], 1)


def test_an_address_that_vanishes_while_a_mail_is_begun_brings_one_letter() -> None:
    school = evenings(*TWICE)
    school.run()
    school.choose(SEND)
    school.try_to_run(killed_after=4)
    assert school.deeds[str(school.warning()["key"])].state is DeedState.DRAFTED
    school.on_classroom("math1", replace(ZOE, email=""))
    for _ in range(3):
        school.run()
    assert (school.mails(), len(school.letters), school.state()) == ([], 1, LETTER)


def test_a_bounce_brings_one_letter_and_no_second_mail() -> None:
    school = evenings(*TWICE)
    school.run()
    school.choose(SEND)
    school.run()
    school.bounced = {str(school.warning()["key"]): ZOE.email}
    school.run()
    school.bounced = {}
    school.run()
    school.run()
    assert (len(school.mails()), len(school.letters), school.state()) == (1, 1, LETTER)


def test_a_bounce_after_a_certificate_brings_no_letter() -> None:
    school = evenings(*TWICE)
    school.run()
    school.choose(SEND)
    school.run()
    school.bounced = {str(school.warning()["key"]): ZOE.email}
    marked(school, *LESS)
    school.run()
    assert (school.letters, school.state()) == ([], REGULARISED)


# Steps


def test_staff_hear_before_the_warning_and_not_with_it() -> None:
    school = evenings("A", "R3", mode=Mode.AUTO)
    school.run()
    school.run(today=OCTOBER + DAY)
    assert [mail.template for mail in school.sent] == ["absence_notice"]
    assert school.sent[0].recipient == OFFICE_NAMUR.email
    marked(school, *TWICE)
    school.run(today=OCTOBER + 2 * DAY)
    school.run(today=OCTOBER + 3 * DAY)
    assert [mail.template for mail in school.sent] == ["absence_notice", "absence_warning"]


def test_who_is_at_the_warning_at_once_is_announced_to_nobody() -> None:
    school = evenings(*TWICE, mode=Mode.AUTO)
    for day in range(4):
        school.run(today=OCTOBER + day * DAY)
    assert [mail.template for mail in school.sent] == ["absence_warning"]
    assert set(kinds(school)) == {"warning"}


def test_a_notice_that_settles_is_outrun_by_the_warning() -> None:
    school = evenings("A", "R3", mode=Mode.AUTO)
    school.run()
    marked(school, *TWICE)
    school.run(today=OCTOBER + DAY)
    school.run(today=OCTOBER + 2 * DAY)
    assert kinds(school) == {"notice": OUTRUN, "warning": SENT}
    assert [mail.template for mail in school.sent] == ["absence_warning"]


def test_a_certificate_after_the_warning_announces_nothing_to_staff() -> None:
    """Down from 10 to 8 %: the warning that a notice would announce has been sent."""
    school = evenings("A", "A", mode=Mode.AUTO)
    school.run()
    school.run(today=OCTOBER + DAY)
    marked(school, "A", "R3")
    for day in range(2, 6):
        school.run(today=OCTOBER + day * DAY)
    assert [mail.template for mail in school.sent] == ["absence_warning"]


def two_steps() -> AbsenceRule:
    """Warnings at 10 and 15 %."""
    return AbsenceRule(tuple(Step(StepKind.WARNING, Fraction(percent)) for percent in (10, 15)))


def test_a_jump_over_two_steps_tells_the_higher_one_only() -> None:
    policy = replace(PLAN_POLICY, rule=two_steps())
    school = evenings("A", "A", "A", mode=Mode.AUTO, policy=policy)
    for day in range(4):
        school.run(today=OCTOBER + day * DAY)
    assert [mail.key.split("/")[-1] for mail in school.mails()] == ["15"]


def test_nobody_is_warned_downwards() -> None:
    """After 15 % a certificate brings 10 %: the lower step is no news."""
    policy = replace(PLAN_POLICY, rule=two_steps())
    school = evenings("A", "A", "A", mode=Mode.AUTO, policy=policy)
    school.run()
    school.run(today=OCTOBER + DAY)
    marked(school, "A", "A", "CM")
    for day in range(2, 6):
        school.run(today=OCTOBER + day * DAY)
    assert [mail.key.split("/")[-1] for mail in school.mails()] == ["15"]
    assert school.state() == REGULARISED


def test_a_second_warning_joins_the_conversation_of_the_first() -> None:
    policy = replace(PLAN_POLICY, rule=two_steps())
    school = evenings(*TWICE, mode=Mode.AUTO, policy=policy)
    school.run()
    school.run(today=OCTOBER + DAY)
    marked(school, "A", "A", "A")
    school.run(today=OCTOBER + 2 * DAY)
    school.run(today=OCTOBER + 3 * DAY)
    first, second = school.mails()
    assert (first.follows, second.follows) == ("", first.key)


def test_the_direction_hears_of_the_legal_limit() -> None:
    limit = replace(PLAN_POLICY, copies={StepKind.LIMIT: (Role.SECRETARIAT,)})
    school = evenings("A", "A", "A", "A", mode=Mode.AUTO, policy=limit)
    school.run()
    plan = school.run(today=OCTOBER + DAY)
    limits = [n for n in plan.not_sent if n.key.startswith("limit/")]
    assert [n.reason for n in limits] == ["personne ne tient ce rôle"]
    assert len(school.mails()) == 1


def test_of_higher_education_the_step_is_twenty_percent() -> None:
    school = evenings(mode=Mode.AUTO)
    unit = replace(MATH, key="peda", name="Pédagogie", level=Level.HIGHER)
    school.organise(unit, ZOE).row(ZOE, "A", "A", "A", "R3")
    school.run()
    assert "warning" not in kinds(school)
    marked(school, "A", "A", "A", "A", unit="peda")
    school.run()
    assert school.warning()["step"] == "Avertissement – 20 %"


# What the school's year brings


def usual_evenings() -> list[Session]:
    return evenings().books["math1"].held


def test_marks_entered_after_the_ue_has_ended_still_warn() -> None:
    ended = replace(MATH, last=date(2026, 10, 9))
    school = Evenings(policy=replace(PLAN_POLICY, mode=Mode.AUTO))
    school.organise(ended, ZOE)
    school.run(today=NOVEMBER)
    marked(school, *TWICE)
    school.run(today=NOVEMBER + DAY)
    school.run(today=NOVEMBER + 2 * DAY)
    assert len(school.mails()) == 1


@pytest.mark.parametrize(
    ("first", "year"),
    [
        (date(2026, 9, 1), "2026-2027"),
        (date(2027, 1, 11), "2026-2027"),
        (date(2027, 8, 23), "2026-2027"),
        (date(2027, 9, 1), "2027-2028"),
    ],
)
def test_a_step_is_told_once_per_school_year(first: date, year: str) -> None:
    school = Evenings()
    unit = replace(MATH, first=first, last=first + timedelta(days=90))
    held = [replace(s, day=first + timedelta(days=3 * n)) for n, s in enumerate(usual_evenings())]
    school.organise(unit, ZOE, held=held).row(ZOE, *TWICE)
    school.run(today=first + timedelta(days=40))
    assert str(school.warning()["key"]).split("/")[2] == year


def test_next_year_the_same_ue_warns_anew() -> None:
    school = evenings(*TWICE, mode=Mode.AUTO)
    school.run()
    school.run(today=OCTOBER + DAY)
    ahead = timedelta(days=364)
    unit = replace(MATH, first=MATH.first + ahead, last=MATH.last + ahead)
    held = [replace(s, day=s.day + ahead) for s in school.books["math1"].held]
    school.organise(unit, ZOE, held=held).row(ZOE, *TWICE)
    school.run(today=OCTOBER + ahead)
    school.run(today=OCTOBER + ahead + DAY)
    assert sorted(mail.key.split("/")[2] for mail in school.mails()) == ["2026-2027", "2027-2028"]


def test_the_twenty_ninth_of_february_is_a_day_like_others() -> None:
    leap = date(2028, 2, 29)
    unit = replace(MATH, first=date(2028, 1, 10), last=date(2028, 6, 20))
    school = Evenings(policy=replace(PLAN_POLICY, mode=Mode.AUTO))
    held = [replace(s, day=leap + timedelta(days=7 * n)) for n, s in enumerate(usual_evenings())]
    school.organise(unit, ZOE, held=held).row(ZOE, "A", "A")
    school.run(today=leap + timedelta(days=8))
    assert str(school.warning()["evidence"]).startswith("29/02/2028, Math")
    school.run(today=leap + timedelta(days=9))
    assert len(school.mails()) == 1


@pytest.mark.parametrize("change", [date(2026, 10, 25), date(2027, 3, 28)])
def test_the_change_of_the_clock_neither_hastens_nor_doubles_a_warning(change: date) -> None:
    school = evenings(*TWICE, mode=Mode.AUTO)
    begun = datetime(change.year, change.month, change.day, 1, 30, tzinfo=SCHOOL_TIME)
    for hours in range(0, 80, 2):
        instant = begun.astimezone(at(change).tzinfo) + timedelta(hours=hours)
        school.run(today=instant)
        if hours < 19:
            assert school.mails() == []
    assert len(school.mails()) == 1


# The valve


def test_too_many_warnings_at_once_need_a_person() -> None:
    school = evenings(*TWICE, mode=Mode.AUTO)
    school.run()
    seen = school.seen()
    wanted = school.decide(seen, OCTOBER + DAY)
    limits = Limits(200, 0.1, 3, warnings_per_run=0)
    assert compare(wanted, seen, limits).unsafe == ("1 absence warnings in one run, 0 allowed",)


def test_a_row_that_somebody_deleted_comes_back_as_sent() -> None:
    school = evenings(*TWICE)
    school.run()
    school.choose(SEND)
    school.run()
    school.tables[WARNINGS.key].clear()
    school.run()
    assert (school.state(), len(school.mails())) == (SENT, 1)


def test_a_mail_shows_what_it_would_say_until_it_has_gone() -> None:
    school = evenings(*TWICE)
    wanted = school.decide(school.seen())
    (mail,) = [m for m in wanted.previews.values() if m.key.startswith("warning/")]
    assert mail.recipient == ZOE.email
    school.run()
    school.choose(SEND)
    school.run()
    assert not [m for m in school.decide(school.seen()).previews.values() if m.key == mail.key]


def test_a_decision_about_absences_that_were_excused_is_no_decision_about_later_ones() -> None:
    school = evenings(*TWICE)
    school.run()
    school.choose(WAIT)
    school.run()
    marked(school, *LESS)
    school.run()
    assert school.state() == TAKEN_BACK
    school.choose(SEND)  # as one clicks through a list
    school.run()
    marked(school, *TWICE)
    school.run()
    assert (school.mails(), school.state()) == ([], TO_DECIDE)
    assert "ne vaut plus" in str(school.warning()["reason"])
    school.choose("")
    school.run()
    school.choose(SEND)
    school.run()
    assert len(school.mails()) == 1
