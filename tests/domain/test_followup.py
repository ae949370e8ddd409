"""No request rests: reminders and escalations in school days, each once (S4, S115, S140, F06)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.domain.actions import SendMail
from itn_sync.domain.school import Absence, Assignment, Kind, Person, Role
from itn_sync.domain.seen import DeedState
from itn_sync.domain.serials import SCHOOL_TIME, date_serial
from tests.school import (
    ASSIGNMENTS,
    CALENDAR,
    CORALIE,
    MONDAY,
    VALERIE,
    VICTOR,
    Paper,
    a_response,
    a_school,
    number,
)

DIANE = Person("dir", "Diane Direction", "direction@ecole.example")
SCHOOL = a_school(*ASSIGNMENTS, Assignment(Role.DIRECTION, (DIANE,)))
CASE = number(Kind.VA)
DUE = date(2026, 9, 14)
"""Five school days after Monday 7 September."""


def opened(kind: Kind = Kind.VA, at: datetime = MONDAY) -> Paper:
    """A school where one request was made and told, in the run of that day."""
    paper = Paper(SCHOOL)
    paper.run(a_response("r1", kind, at=at), today=at.date())
    paper.sent.clear()
    return paper


LATE = ("case_late", "case_escalated")


def follow(paper: Paper, first: date, days: int) -> list[tuple[date, str]]:
    """A run each day; who was told on which day that the case is late."""
    heard = []
    for day in (first + timedelta(n) for n in range(days)):
        paper.run(today=day)
        heard += [(day, mail.recipient) for mail in late(paper.sent)]
        paper.sent.clear()
    return heard


def late(mails: Iterable[SendMail]) -> list[SendMail]:
    """The reminders and escalations among `mails`."""
    return [mail for mail in mails if mail.template in LATE]


def test_the_owner_then_the_coordinator_then_the_direction_hear_once_each() -> None:
    heard = follow(opened(), date(2026, 9, 8), 60)
    assert heard == [
        (date(2026, 9, 15), VALERIE.email),
        (date(2026, 9, 18), CORALIE.email),
        (date(2026, 9, 23), DIANE.email),
    ]


def test_nobody_hears_on_the_day_itself() -> None:
    assert follow(opened(), date(2026, 9, 8), 7) == []


@pytest.mark.parametrize("cells", [{"contacted": date_serial(DUE)}, {"status": "En cours"}])
def test_nobody_hears_once_the_student_was_contacted(cells: dict[str, float | str]) -> None:
    paper = opened()
    paper.type("dossiers", CASE, **cells)
    assert follow(paper, date(2026, 9, 8), 60) == []


def test_a_contact_after_the_reminder_ends_it_there() -> None:
    paper = opened()
    follow(paper, date(2026, 9, 8), 9)
    paper.type("dossiers", CASE, contacted=date_serial(date(2026, 9, 16)))
    assert follow(paper, date(2026, 9, 17), 60) == []


def test_a_try_without_answer_stops_the_clock_for_five_school_days() -> None:
    paper = opened()
    paper.type("dossiers", CASE, attempt_1=date_serial(DUE), channel_1="Téléphone")
    assert follow(paper, date(2026, 9, 15), 7) == []
    assert paper.row("dossiers", CASE)["delay"] == "En pause"
    assert follow(paper, date(2026, 9, 22), 1) == [(date(2026, 9, 22), VALERIE.email)]


def test_after_the_last_try_the_case_may_be_closed_and_nobody_is_late() -> None:
    paper = opened()
    tries = {f"attempt_{n}": date_serial(date(2026, 9, 7 + n)) for n in (1, 2, 3)}
    paper.type("dossiers", CASE, **tries)
    assert follow(paper, date(2026, 9, 11), 60) == []
    assert paper.row("dossiers", CASE)["next_step"] == "Peut être clos «sans réponse»"
    assert paper.row("dossiers", CASE)["delay"] == "Sans réponse"


@pytest.mark.parametrize(
    ("asked", "reminded"),
    [
        (datetime(2026, 10, 26, 9, tzinfo=UTC), date(2026, 11, 4)),  # over 1 and 2 November
        (datetime(2026, 11, 5, 9, tzinfo=UTC), date(2026, 11, 16)),  # over 11 November
        (datetime(2026, 12, 17, 9, tzinfo=UTC), date(2027, 1, 8)),  # over the winter holidays
        (datetime(2028, 2, 24, 9, tzinfo=UTC), date(2028, 3, 3)),  # over 29 February
    ],
)
def test_holidays_do_not_count(asked: datetime, reminded: date) -> None:
    paper = opened(at=asked)
    heard = follow(paper, asked.date() + timedelta(1), 40)
    assert heard[0] == (reminded, VALERIE.email)


def test_a_late_run_gives_each_step_its_time() -> None:
    paper = opened()
    heard = follow(paper, date(2026, 10, 5), 10)
    assert [day for day, _ in heard] == [
        date(2026, 10, 5),
        date(2026, 10, 8),
        date(2026, 10, 13),
    ]


def test_an_answer_read_weeks_later_is_told_before_anybody_is_reminded() -> None:
    paper = Paper(SCHOOL)
    plan = paper.run(a_response("r1", Kind.VA), today=date(2026, 9, 28))
    assert late(plan.mails) == []
    paper.sent.clear()
    assert follow(paper, date(2026, 9, 29), 1) == [(date(2026, 9, 29), VALERIE.email)]


@pytest.mark.parametrize("hour", [0, 7, 18, 23])
def test_no_reminder_goes_out_at_night(hour: int) -> None:
    paper = opened()
    now = datetime(2026, 9, 15, hour, 30, tzinfo=SCHOOL_TIME)
    assert paper.plan(paper.seen(), now).mails == ()


def test_no_reminder_goes_out_on_a_closed_day() -> None:
    paper = opened(at=datetime(2026, 11, 3, 9, tzinfo=UTC))
    assert follow(paper, date(2026, 11, 11), 1) == []
    assert follow(paper, date(2026, 11, 12), 1) == [(date(2026, 11, 12), VALERIE.email)]


def test_whoever_stands_in_for_the_owner_is_reminded() -> None:
    paper = opened()
    away = Absence(VALERIE.key, VICTOR.key, date(2026, 9, 15), date(2026, 9, 30))
    paper.school = replace(SCHOOL, absences=(away,))
    assert follow(paper, date(2026, 9, 15), 1) == [(date(2026, 9, 15), VICTOR.email)]


def test_a_coordinator_who_owns_the_case_is_not_told_twice() -> None:
    alone = (Assignment(Role.COORDINATOR, (CORALIE,)), Assignment(Role.DIRECTION, (DIANE,)))
    paper = Paper(replace(SCHOOL, assignments=alone))
    paper.run(a_response("r1", Kind.VA))
    paper.sent.clear()
    assert [who for _, who in follow(paper, date(2026, 9, 8), 60)] == [CORALIE.email, DIANE.email]


def test_a_reminder_under_way_is_taken_back_when_the_student_is_contacted() -> None:
    paper = opened()
    (mail,) = late(paper.plan(paper.seen(), date(2026, 9, 15)).mails)
    paper.send(mail, DeedState.DRAFTED)
    paper.type("dossiers", CASE, contacted=date_serial(DUE))
    plan = paper.plan(paper.seen(), date(2026, 9, 15))
    assert late(plan.mails) == []
    assert [unwanted.supersedes for unwanted in plan.not_sent] == [(mail.key,)]


def test_a_request_made_again_is_late_again() -> None:
    paper = opened()
    assert len(follow(paper, date(2026, 9, 8), 20)) == 3
    morning = datetime(2026, 10, 1, 8, tzinfo=UTC)
    paper.run(a_response("r1", edited=morning), today=date(2026, 10, 1))
    again = a_response("r1", Kind.VA, edited=morning + timedelta(days=1))
    paper.run(again, today=date(2026, 10, 2))
    paper.sent.clear()
    assert follow(paper, date(2026, 10, 5), 10) == [(date(2026, 10, 12), VALERIE.email)]


def test_a_reminder_says_how_late_and_not_what_an_ar_asks() -> None:
    paper = opened(Kind.AR)
    (mail,) = late(paper.plan(paper.seen(), date(2026, 9, 16)).mails)
    assert mail.why == (
        "Zoé Dupont : premier contact attendu le 14/09/2026, en retard de 2 jours d'école"
    )
    assert mail.context["case"]["details"] == ""
    assert mail.plan == "S115"


@given(st.lists(st.booleans(), min_size=30, max_size=30))
def test_however_runs_are_missed_nobody_hears_twice_or_out_of_order(ran: list[bool]) -> None:
    paper = opened()
    mails: list[SendMail] = []
    for offset, runs in enumerate(ran):
        if runs:
            paper.run(today=date(2026, 9, 8) + timedelta(offset))
            mails += late(paper.sent)
            paper.sent.clear()
    order = [VALERIE.email, CORALIE.email, DIANE.email]
    assert [mail.recipient for mail in mails] == order[: len(mails)]


# Hand-over and refusal


def test_a_case_handed_over_goes_to_whom_the_cell_names() -> None:
    paper = opened()
    paper.type("dossiers", CASE, handed_to="victor acquis")
    paper.run(a_response("r1", Kind.VA), today=date(2026, 9, 9))
    row = paper.row("dossiers", CASE)
    assert (row["owner_email"], row["owner_why"]) == (VICTOR.email, "transmis par Valérie Acquis")
    told = {(mail.recipient, mail.template) for mail in paper.sent}
    assert told == {(VALERIE.email, "case_handed_over"), (VICTOR.email, "case_opened")}


def test_a_case_refused_goes_to_the_coordinator_once() -> None:
    paper = opened()
    paper.type("dossiers", CASE, refused="Je connais l'étudiant")
    for day in (9, 10):
        paper.run(a_response("r1", Kind.VA), today=date(2026, 9, day))
    row = paper.row("dossiers", CASE)
    assert (row["owner_email"], row["owner_why"]) == (CORALIE.email, "refusé par Valérie Acquis")
    assert len([m for m in paper.sent if m.recipient == CORALIE.email]) == 1


def test_a_name_that_nobody_bears_is_an_anomaly_and_moves_nothing() -> None:
    paper = opened()
    paper.type("dossiers", CASE, handed_to="Vladimir")
    plan = paper.run(a_response("r1", Kind.VA), today=date(2026, 9, 9))
    (raised,) = (change for change in plan.rows if change.tab == "anomalies")
    assert raised.cells["where"] == f"Dossiers, dossier {CASE}, colonne «Transmettre à»"
    assert paper.row("dossiers", CASE)["owner_email"] == VALERIE.email


@given(st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.integers(0, 30))
def test_counting_school_days_undoes_adding_them(day: date, count: int) -> None:
    assert CALENDAR.school_days(day, CALENDAR.after(day, count)) == count


# What people type, and what comes back


@pytest.mark.parametrize("column", ["contacted", "attempt_1"])
@pytest.mark.parametrize("typed", [24112026.0, -5e6, 1e300, date_serial(date(2062, 11, 24))])
def test_a_date_that_cannot_be_meant_is_an_anomaly_and_stops_no_clock(
    column: str, typed: float
) -> None:
    paper = opened()
    paper.type("dossiers", CASE, **{column: typed})
    assert follow(paper, date(2026, 9, 15), 1) == [(date(2026, 9, 15), VALERIE.email)]
    (raised,) = paper.tables["anomalies"].values()
    assert raised["what"] == "Ce n'est pas la date d'un jour passé."


@pytest.mark.parametrize(
    ("typed", "late", "anomalies"), [("a contacter", 1, 0), ("contacte", 0, 0), ("Plus tard", 1, 1)]
)
def test_a_status_is_understood_however_it_is_spelt(typed: str, late: int, anomalies: int) -> None:
    paper = opened()
    paper.type("dossiers", CASE, status=typed)
    assert len(follow(paper, date(2026, 9, 15), 1)) == late
    assert len(paper.tables["anomalies"]) == anomalies


def test_what_was_noted_before_a_withdrawal_says_nothing_of_the_new_request() -> None:
    paper = opened()
    paper.type("dossiers", CASE, status="Clos", contacted=date_serial(date(2026, 9, 9)))
    paper.run(today=date(2026, 9, 10))
    first = datetime(2026, 9, 14, 8, tzinfo=UTC)
    paper.run(a_response("r1", edited=first), today=date(2026, 9, 14))
    again = a_response("r1", Kind.VA, edited=first + timedelta(days=1))
    paper.run(again, today=date(2026, 9, 15))
    closed = [mail for mail in paper.sent if mail.template == "case_closed"]
    assert len(closed) == 1
    paper.sent.clear()
    heard = follow(paper, date(2026, 9, 16), 10)
    assert heard == [(date(2026, 9, 23), VALERIE.email)]
    for status in ("En cours", "Clos"):
        paper.type("dossiers", CASE, status=status)
        paper.run(today=date(2026, 9, 29))
    assert len([mail for mail in paper.sent if mail.template == "case_closed"]) == 1


def test_nobody_works_on_an_answer_that_was_deleted() -> None:
    paper = opened()
    paper.run(today=date(2026, 9, 10), listed=["r9"])
    assert follow(paper, date(2026, 9, 11), 20) == []
    paper.type("dossiers", CASE, status="Clos")
    paper.run(today=date(2026, 10, 2))
    assert paper.sent == []


def test_a_refusal_after_a_hand_over_counts() -> None:
    paper = opened()
    paper.type("dossiers", CASE, handed_to="Victor Acquis")
    paper.run(a_response("r1", Kind.VA), today=date(2026, 9, 9))
    paper.type("dossiers", CASE, refused="Ce n'est pas pour moi")
    paper.run(a_response("r1", Kind.VA), today=date(2026, 9, 10))
    assert paper.row("dossiers", CASE)["owner_email"] == CORALIE.email
    paper.run(a_response("r1", Kind.VA), today=date(2026, 9, 11))
    assert paper.row("dossiers", CASE)["owner_email"] == CORALIE.email


def test_a_try_after_the_reminder_gives_the_student_time_before_anybody_else_hears() -> None:
    paper = opened()
    assert follow(paper, date(2026, 9, 15), 1) == [(date(2026, 9, 15), VALERIE.email)]
    paper.type("dossiers", CASE, attempt_1=date_serial(date(2026, 9, 16)))
    assert follow(paper, date(2026, 9, 16), 20)[0] == (date(2026, 9, 28), CORALIE.email)


def test_a_reminder_begun_by_day_does_not_leave_at_night() -> None:
    paper = opened()
    (mail,) = late(paper.plan(paper.seen(), date(2026, 9, 15)).mails)
    paper.send(mail, DeedState.BEGUN)
    night = datetime(2026, 9, 19, 3, tzinfo=SCHOOL_TIME)
    assert paper.plan(paper.seen(), night).mails == ()
    assert late(paper.plan(paper.seen(), date(2026, 9, 21)).mails) != []


def test_what_was_sent_stays_as_it_was_sent_in_the_log() -> None:
    paper = opened()
    follow(paper, date(2026, 9, 15), 1)
    key = next(key for key in paper.tables["envois"] if "/late/" in key)
    before = dict(paper.row("envois", key))
    away = Absence(VALERIE.key, VICTOR.key, date(2026, 9, 16), date(2026, 9, 30))
    paper.school = replace(SCHOOL, absences=(away,))
    paper.run(today=date(2026, 9, 17))
    assert paper.row("envois", key) == before
