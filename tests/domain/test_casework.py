"""What follows from people's columns: council, pieces, closing, digest (S115, S139, S163)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from itn_sync.domain.actions import SendMail
from itn_sync.domain.school import Kind
from itn_sync.domain.seen import Cell, DeedState
from itn_sync.domain.serials import SCHOOL_TIME, date_serial
from tests.school import CORALIE, VALERIE, Paper, a_response, number

CASE, AR_CASE = number(Kind.VA), number(Kind.AR)
WEDNESDAY = date(2026, 9, 9)


def opened(*kinds: Kind) -> Paper:
    """A school where these requests were made and told on Monday 7 September."""
    paper = Paper()
    answer = a_response("r1", *kinds, va_details="UE 3", titles="CESS", needs="Plus de temps")
    paper.run(answer)
    paper.sent.clear()
    return paper


def drafted(paper: Paper, template: str) -> None:
    """A run writes that mail and dies before it sends it."""
    plan = paper.plan(paper.seen(), WEDNESDAY)
    for change in plan.rows:
        paper.write(change)
    (mail,) = (mail for mail in plan.mails if mail.template == template)
    paper.send(mail, DeedState.DRAFTED)


def the_log(paper: Paper, part: str) -> list[Cell]:
    """What `Envois` shows of the mails with that in their key."""
    return [row["state"] for key, row in paper.tables["envois"].items() if part in key]


def sent(paper: Paper, template: str) -> list[SendMail]:
    return [mail for mail in paper.sent if mail.template == template]


# Council


def test_a_va_passed_on_is_before_the_council_with_what_it_needs() -> None:
    paper = opened(Kind.VA)
    paper.type("dossiers", CASE, status="Transmis au CE", evidence="CV")
    paper.run(today=WEDNESDAY)
    row = paper.row("transferts_ce", CASE)
    assert row["passed_on"] == date_serial(WEDNESDAY)
    assert (row["details"], row["titles"]) == ("UE 3", "CESS")
    assert row["missing"] == "Copie du titre"
    assert row["owner"] == VALERIE.name


def test_of_an_ar_the_council_learns_nothing_confidential() -> None:
    paper = opened(Kind.AR)
    paper.type("dossiers", AR_CASE, status="Transmis au CE")
    paper.run(today=WEDNESDAY)
    row = paper.row("transferts_ce", AR_CASE)
    assert "Plus de temps" not in str(row)
    assert row["details"] == (
        "À demander à la personne de référence : rien de confidentiel n'est copié ici"
    )
    assert row.get("missing") in (None, "")


def test_the_councils_decision_comes_back_to_the_case() -> None:
    paper = opened(Kind.VA)
    paper.type("dossiers", CASE, status="Transmis au CE")
    paper.run(today=WEDNESDAY)
    paper.type("transferts_ce", CASE, decision="Accordée en partie", reasons="UE 3 seulement")
    paper.run(today=WEDNESDAY)
    assert paper.row("dossiers", CASE)["council"] == (
        "Accordée en partie · UE 3 seulement · à notifier"
    )
    paper.type("transferts_ce", CASE, notified=date_serial(date(2026, 9, 11)))
    paper.run(today=date(2026, 9, 11))
    assert str(paper.row("dossiers", CASE)["council"]).endswith("notifiée le 11/09/2026")


def test_why_an_ar_was_decided_so_stays_with_the_council() -> None:
    paper = opened(Kind.AR)
    paper.type("dossiers", AR_CASE, status="Transmis au CE")
    paper.run(today=WEDNESDAY)
    paper.type("transferts_ce", AR_CASE, decision="Accordée", reasons="Dyslexie attestée")
    paper.run(today=WEDNESDAY)
    assert paper.row("dossiers", AR_CASE)["council"] == "Accordée · à notifier"


def test_a_request_that_no_council_decides_is_not_passed_on() -> None:
    paper = opened(Kind.DIGITAL)
    paper.type("dossiers", number(Kind.DIGITAL), status="Transmis au CE")
    paper.run(today=WEDNESDAY)
    assert paper.tables["transferts_ce"] == {}


# Pieces


def test_missing_pieces_are_listed_and_asked_for_once() -> None:
    paper = opened(Kind.VA)
    assert paper.row("dossiers", CASE)["missing"] == "CV\nCopie du titre"
    assert sent(paper, "case_evidence") == []
    paper.type("dossiers", CASE, contacted=date_serial(WEDNESDAY), evidence="reçu : copie du titre")
    for offset in range(10):
        paper.run(today=WEDNESDAY + timedelta(offset))
    (mail,) = sent(paper, "case_evidence")
    assert mail.recipient == "zoe@etudiant.example"
    assert mail.context["pieces"] == ("CV",)


def test_a_request_for_pieces_is_taken_back_when_they_arrive_and_made_again_if_need_be() -> None:
    paper = opened(Kind.VA)
    paper.type("dossiers", CASE, contacted=date_serial(WEDNESDAY))
    drafted(paper, "case_evidence")
    paper.type("dossiers", CASE, evidence="toutes")
    paper.run(today=WEDNESDAY)
    assert sent(paper, "case_evidence") == []
    assert the_log(paper, "/evidence/") == ["Remplacé"]
    paper.type("dossiers", CASE, evidence="CV")
    for day in (WEDNESDAY, WEDNESDAY + timedelta(1)):
        paper.run(today=day)
    (mail,) = sent(paper, "case_evidence")
    assert mail.context["pieces"] == ("Copie du titre",)


@pytest.mark.parametrize("typed", ["toutes", "CV, copie du titre", "Tout est là"])
def test_a_student_who_gave_everything_is_asked_for_nothing(typed: str) -> None:
    paper = opened(Kind.VA)
    paper.type("dossiers", CASE, contacted=date_serial(WEDNESDAY), evidence=typed)
    paper.run(today=WEDNESDAY)
    assert sent(paper, "case_evidence") == []
    assert paper.row("dossiers", CASE)["missing"] == ""


@pytest.mark.parametrize(("seen_on", "asked"), [(None, 1), (date_serial(WEDNESDAY), 0)])
def test_an_ar_document_is_asked_for_unless_it_was_seen(seen_on: float | None, asked: int) -> None:
    paper = opened(Kind.AR)
    paper.type("ar", AR_CASE, evidence_seen=seen_on)
    paper.type("dossiers", AR_CASE, contacted=date_serial(WEDNESDAY))
    paper.run(today=WEDNESDAY)
    assert len(sent(paper, "case_evidence")) == asked
    assert paper.row("dossiers", AR_CASE).get("missing") in (None, "")


# Closing


def test_the_student_learns_the_outcome_once() -> None:
    paper = opened(Kind.VA)
    paper.type("dossiers", CASE, status="Clos", contacted=1.0, follow_up="VA accordée pour l'UE 3")
    for offset in range(5):
        paper.run(today=WEDNESDAY + timedelta(offset))
    (mail,) = sent(paper, "case_closed")
    assert mail.recipient == "zoe@etudiant.example"
    assert mail.context["outcome"] == "VA accordée pour l'UE 3"
    assert not mail.context["unanswered"]
    assert paper.row("dossiers", CASE)["closed"] == date_serial(WEDNESDAY)


@pytest.mark.parametrize(
    ("kind", "said"), [(Kind.AR, "Tiers-temps"), (Kind.VA, "Reporté : hospitalisation")]
)
def test_no_mail_repeats_what_is_confidential(kind: Kind, said: str) -> None:
    paper = opened(kind)
    paper.type("dossiers", number(kind), status="Clos", follow_up=said)
    paper.run(today=WEDNESDAY)
    (mail,) = sent(paper, "case_closed")
    assert mail.context["outcome"] == ""


def test_a_student_nobody_reached_is_told_so() -> None:
    paper = opened(Kind.VA)
    paper.type("dossiers", CASE, status="Clos", attempt_1=date_serial(WEDNESDAY))
    paper.run(today=WEDNESDAY)
    (mail,) = sent(paper, "case_closed")
    assert mail.context["unanswered"]


def test_a_case_opened_again_is_not_closed_any_more() -> None:
    paper = opened(Kind.VA)
    paper.type("dossiers", CASE, status="Clos")
    paper.run(today=WEDNESDAY)
    paper.type("dossiers", CASE, status="En cours")
    paper.run(today=WEDNESDAY)
    assert paper.row("dossiers", CASE)["closed"] is None


def test_an_outcome_is_taken_back_when_the_case_is_opened_again_and_told_when_it_closes() -> None:
    paper = opened(Kind.VA)
    paper.type("dossiers", CASE, status="Clos", follow_up="VA refusée")
    drafted(paper, "case_closed")
    paper.type("dossiers", CASE, status="En cours")
    paper.run(today=WEDNESDAY)
    assert sent(paper, "case_closed") == []
    assert the_log(paper, "/closed/") == ["Remplacé"]
    paper.type("dossiers", CASE, status="Clos", follow_up="VA accordée")
    for day in (WEDNESDAY, WEDNESDAY + timedelta(1)):
        paper.run(today=day)
    (mail,) = sent(paper, "case_closed")
    assert mail.context["outcome"] == "VA accordée"


# Digest


def test_each_owner_and_the_coordinator_get_one_digest_a_week() -> None:
    paper = opened(Kind.VA)
    for offset in range(14):
        paper.run(today=date(2026, 9, 8) + timedelta(offset))
    weekly = [(mail.key.split("/")[1], mail.recipient) for mail in sent(paper, "digest")]
    assert sorted(weekly) == [
        ("2026-W38", CORALIE.email),
        ("2026-W38", VALERIE.email),
        ("2026-W39", CORALIE.email),
        ("2026-W39", VALERIE.email),
    ]


def test_a_digest_sorts_late_open_and_closed() -> None:
    paper = opened(Kind.VA, Kind.DIGITAL, Kind.PLANNING)
    paper.type("dossiers", number(Kind.DIGITAL), contacted=date_serial(WEDNESDAY))
    paper.type("dossiers", number(Kind.PLANNING), status="Clos")
    paper.run(today=date(2026, 9, 15))
    paper.sent.clear()
    paper.run(today=date(2026, 9, 21))
    digest = next(mail for mail in sent(paper, "digest") if mail.recipient == CORALIE.email)
    listed = {key: [c["number"] for c in digest.context[key]] for key in ("late", "open", "closed")}
    assert listed == {
        "late": [CASE],
        "open": [number(Kind.DIGITAL)],
        "closed": [number(Kind.PLANNING)],
    }


def test_a_week_that_begins_on_a_holiday_has_its_digest_on_the_next_school_day() -> None:
    paper = opened(Kind.VA)
    paper.run(today=date(2026, 11, 2))
    assert sent(paper, "digest") == []
    paper.run(today=date(2026, 11, 3))
    assert sent(paper, "digest") != []


@pytest.mark.parametrize("first", range(14, 19))
def test_the_digest_goes_with_the_weeks_first_run_in_office_hours(first: int) -> None:
    paper = opened(Kind.VA)
    night = datetime(2026, 9, first, 3, tzinfo=SCHOOL_TIME)
    assert paper.plan(paper.seen(), night).mails == ()
    for day in range(first, 21):
        paper.run(today=date(2026, 9, day))
        assert len(sent(paper, "digest")) == 2, day


def test_what_was_opened_in_the_week_waits_for_the_next_weeks_digest() -> None:
    paper = Paper()
    paper.run(today=date(2026, 9, 7))
    paper.run(a_response("r1", Kind.VA), today=date(2026, 9, 8))
    paper.run(today=date(2026, 9, 10))
    assert sent(paper, "digest") == []
    paper.run(today=date(2026, 9, 16))
    assert len(sent(paper, "digest")) == 2


def test_who_has_nothing_to_read_gets_nothing() -> None:
    paper = Paper()
    paper.run(today=date(2026, 9, 14))
    assert paper.sent == []


def test_nothing_that_nobody_waits_for_goes_out_at_night() -> None:
    paper = opened(Kind.VA)
    paper.type("dossiers", CASE, status="Clos", contacted=date_serial(WEDNESDAY))
    night = datetime(2026, 9, 14, 22, tzinfo=SCHOOL_TIME)
    assert paper.plan(paper.seen(), night).mails == ()
