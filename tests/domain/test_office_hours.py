"""No mail at night or on closed days, but the one that answers a student's own click (F31)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.domain.ground import OfficeHours
from itn_sync.domain.plan import Plan
from itn_sync.domain.school import Kind
from itn_sync.domain.serials import SCHOOL_TIME, french_moment
from tests.school import CALENDAR, FORM, Paper, a_response, answering, ground, number

FRIDAY_NIGHT = datetime(2026, 9, 11, 22, tzinfo=SCHOOL_TIME)
SUNDAY = datetime(2026, 9, 13, 3, tzinfo=SCHOOL_TIME)
MONDAY = date(2026, 9, 14)
ASKED = a_response("r1", Kind.VA, at=FRIDAY_NIGHT)
TOLD = f"case/{number(Kind.VA)}/told/1"
UNTIL = "partira le lundi 14 septembre à 8 h"


def templates(plan: Plan) -> tuple[list[str], list[str]]:
    """What goes out, and what waits."""
    return [m.template for m in plan.mails], [m.template for m in plan.waiting]


def log(paper: Paper, key: str = TOLD) -> tuple[object, object]:
    """State and explanation in `Envois`."""
    row = paper.row("envois", key)
    return row["state"], row.get("reason") or ""


def test_a_request_made_at_night_is_acknowledged_at_once_and_told_in_the_morning() -> None:
    paper = Paper()
    assert templates(paper.run(ASKED, today=FRIDAY_NIGHT)) == (["acknowledgement"], ["case_opened"])
    assert log(paper) == ("En attente", UNTIL)
    assert templates(paper.run(ASKED, today=SUNDAY)) == ([], ["case_opened"])
    assert paper.plan(paper.seen(ASKED), SUNDAY).is_empty
    assert templates(paper.run(ASKED, today=MONDAY)) == (["case_opened"], [])
    assert log(paper) == ("Envoyé", "")
    assert paper.run(today=MONDAY + timedelta(1)).mails == ()


def test_the_acknowledgement_waits_as_well_where_the_school_says_so() -> None:
    paper = Paper(hours=OfficeHours(acknowledge_at_once=False))
    waiting = ["case_opened", "acknowledgement"]
    assert templates(paper.run(ASKED, today=FRIDAY_NIGHT)) == ([], waiting)
    assert log(paper, f"registration/{FORM}/r1/acknowledged/1") == ("En attente", UNTIL)


def test_an_edit_of_the_same_night_is_told_with_the_request_in_one_mail() -> None:
    paper = Paper()
    paper.run(ASKED, today=FRIDAY_NIGHT)
    edited = a_response(
        "r1", Kind.VA, at=FRIDAY_NIGHT, edited=FRIDAY_NIGHT + timedelta(hours=1), phone="081 02"
    )
    assert templates(paper.run(edited, today=SUNDAY))[1] == ["case_opened"]
    assert log(paper) == ("Remplacé", "")
    paper.run(edited, today=MONDAY)
    assert [m.template for m in paper.sent if m.row[0] == "dossiers"].count("case_opened") == 1


def test_a_request_withdrawn_the_same_night_disturbs_nobody() -> None:
    paper = Paper()
    paper.run(ASKED, today=FRIDAY_NIGHT)
    withdrawn = answering(
        a_response("r1", at=FRIDAY_NIGHT, edited=FRIDAY_NIGHT + timedelta(hours=1)), va="non"
    )
    assert templates(paper.run(withdrawn, today=SUNDAY)) == (["acknowledgement"], [])
    assert paper.run(withdrawn, today=MONDAY).mails == ()


def test_an_answer_deleted_the_same_night_disturbs_nobody_and_the_log_says_so() -> None:
    paper = Paper()
    paper.run(ASKED, today=FRIDAY_NIGHT)
    paper.run(today=SUNDAY, listed=["another"])
    assert log(paper) == ("Non envoyé", "devenu inutile avant de partir")
    assert paper.run(today=MONDAY).mails == ()


def test_an_agreement_taken_back_the_same_night_leaves_no_mail_waiting() -> None:
    paper = Paper(hours=OfficeHours(acknowledge_at_once=False))
    paper.run(ASKED, today=FRIDAY_NIGHT)
    later = FRIDAY_NIGHT + timedelta(hours=1)
    paper.run(a_response("r1", at=FRIDAY_NIGHT, edited=later, consent=""), today=SUNDAY)
    assert "En attente" not in {row["state"] for row in paper.tables["envois"].values()}


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2026-09-08T07:59", "mardi 8 septembre à 8 h"),
        ("2026-09-08T18:00", "mercredi 9 septembre à 8 h"),
        ("2026-10-30T18:00", "mardi 3 novembre à 8 h"),
        ("2026-11-10T20:00", "jeudi 12 novembre à 8 h"),
        ("2027-02-28T12:00", "lundi 1er mars à 8 h"),
        ("2028-02-28T23:00", "mardi 29 février à 8 h"),
        ("2027-03-27T12:00", "lundi 29 mars à 8 h"),
    ],
)
def test_what_falls_due_while_the_school_is_closed_waits_for_its_next_hour(
    now: str, opening: str
) -> None:
    instant = datetime.fromisoformat(now).replace(tzinfo=SCHOOL_TIME)
    assert french_moment(ground(today=instant).next_opening) == opening


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)))  # noqa: DTZ001  (hypothesis)
def test_mails_go_out_at_the_first_open_minute_and_not_before(naive: datetime) -> None:
    now, hours = naive.replace(tzinfo=UTC), OfficeHours()
    opening = hours.next_opening(now, CALENDAR)
    assert ground(today=opening).is_office_hour
    assert ground(today=now).is_office_hour == (opening == now)
    before = [now + n * timedelta(minutes=30) for n in range(96)]
    assert not any(ground(today=instant).is_office_hour for instant in before if instant < opening)


def test_half_hours_are_said() -> None:
    half_past = datetime(2026, 12, 1, 8, 30, tzinfo=SCHOOL_TIME)
    assert french_moment(half_past) == "mardi 1er décembre à 8 h 30"
