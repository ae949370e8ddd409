"""Who is told what, once (S114-S115, F31), followed over runs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from itn_sync.domain.actions import NotSent, SendMail
from itn_sync.domain.notices import acknowledgement
from itn_sync.domain.requests import cases_of
from itn_sync.domain.school import Assignment, Kind, Role
from itn_sync.domain.seen import DeedState, Response
from itn_sync.domain.told import told_key
from itn_sync.domain.tracking import ACCOMMODATIONS, CASES, REGISTRATIONS
from tests.school import (
    CORALIE,
    MONDAY,
    NOEMIE,
    OFFICE_BRUSSELS,
    OFFICE_NAMUR,
    VALERIE,
    VICTOR,
    Paper,
    a_response,
    a_school,
    ground,
    number,
    read,
)

DAY = timedelta(days=1)
ACK = "registration/inscription/r1/acknowledged/"


def news(mails: tuple[SendMail, ...]) -> list[tuple[str, str]]:
    """Recipient and template of the mails to the school."""
    return [(m.recipient, m.template) for m in mails if m.template != "acknowledgement"]


def rows_only(paper: Paper, response: Response) -> tuple[SendMail, ...]:
    """A run that wrote its rows and no mail (quota spent); the mails it owed."""
    plan = paper.plan(paper.seen(response))
    for change in plan.rows:
        paper.write(change)
    return plan.mails


def ack(response: Response) -> SendMail | NotSent:
    registration = read(response)
    return acknowledgement(registration, cases_of(registration, ground()), 1, ground())


def test_every_case_tells_its_owner_and_the_registration_its_student() -> None:
    plan = Paper().run(a_response("r1", *Kind))
    assert news(plan.mails) == [
        (VALERIE.email, "case_opened"),
        ("referent.ar@ecole.example", "case_opened"),
        (NOEMIE.email, "case_opened"),
        (OFFICE_NAMUR.email, "case_opened"),
        (OFFICE_NAMUR.email, "case_opened"),
    ]
    assert plan.mails[-1].recipient == "zoe@etudiant.example"


def test_a_second_run_right_after_finds_nothing_to_do() -> None:
    paper = Paper()
    paper.run(a_response("r1", *Kind, needs="dyslexie"))
    assert paper.run(a_response("r1", *Kind, needs="dyslexie")).is_empty


def test_the_owners_mail_says_who_what_where_why_and_by_when() -> None:
    (mail, _) = Paper().run(a_response("r1", Kind.VA, va_details="UE 3")).mails
    assert mail.key == told_key(number(Kind.VA), 1)
    assert mail.why == ("Zoé Dupont : Valorisation des acquis (VA), nouvelle demande (Référent VA)")
    assert mail.row == (CASES.key, number(Kind.VA))
    assert mail.context["owner_why"] == "Référent VA"
    assert mail.context["contact_name"] == CORALIE.name
    assert mail.context["confidential_row"] is None
    assert mail.context["case"] == {
        "number": number(Kind.VA),
        "kind": "va",
        "kind_label": "Valorisation des acquis (VA)",
        "student": "Zoé Dupont",
        "email": "zoe@etudiant.example",
        "phone": "0470 00 00 00",
        "site": "Namur",
        "section": "CAP",
        "details": "UE 3",
        "opened": date(2026, 9, 7),
        "due": date(2026, 9, 14),
        "overdue": False,
    }


def test_the_mail_about_an_accommodation_leads_to_the_confidential_row_and_says_nothing() -> None:
    (mail, _) = Paper().run(a_response("r1", Kind.AR, needs="dyslexie")).mails
    assert mail.context["confidential_row"] == (ACCOMMODATIONS.key, number(Kind.AR))
    assert mail.context["case"]["details"] == ""
    assert "dyslexie" not in repr(mail)


def test_a_mail_names_an_unknown_place_as_it_was_typed() -> None:
    (mail, _) = Paper().run(a_response("r1", Kind.VA, site="Liège", section="Bois")).mails
    assert (mail.context["case"]["site"], mail.context["case"]["section"]) == ("Liège", "Bois")


def test_without_personne_de_reference_the_signature_names_the_role() -> None:
    paper = Paper(a_school(Assignment(Role.REFERENT_VA, (VALERIE,))))
    (mail, _) = paper.run(a_response("r1", Kind.VA)).mails
    assert mail.context["contact_name"] == "Personne de référence du plan d'accompagnement"
    assert mail.context["contact_email"] == ""


def test_a_date_that_has_passed_is_not_promised_any_more() -> None:
    for today, overdue in ((date(2026, 9, 14), False), (date(2026, 9, 15), True)):
        told, ack = Paper().run(a_response("r1", Kind.VA), today=today).mails[:2]
        assert told.context["case"]["overdue"] is overdue
        assert ack.context["requests"][0]["overdue"] is overdue


# The student


def test_the_student_reads_what_was_understood_who_will_call_and_by_when() -> None:
    mail = ack(a_response("r1", Kind.VA, Kind.AR, needs="dyslexie", va_details="UE 3"))
    assert isinstance(mail, SendMail)
    assert mail.row == (REGISTRATIONS.key, "inscription/r1")
    va, ar = mail.context["requests"]
    assert (va["owner_name"], va["due"], va["details"]) == (
        VALERIE.name,
        date(2026, 9, 14),
        "UE 3",
    )
    assert (ar["kind_label"], ar["details"]) == ("Aménagement raisonnable (AR)", "")
    assert not mail.context["changed"]
    assert "dyslexie" not in repr(mail)


def test_a_student_whose_address_is_none_gets_nothing_and_the_log_says_why() -> None:
    answer = ack(a_response("r1", email="zoé chez moi"))
    assert isinstance(answer, NotSent)
    assert answer.reason == "l'adresse e-mail «zoé chez moi» n'en est pas une"


def test_a_student_without_consent_gets_no_mail() -> None:
    assert Paper().run(a_response("r1", Kind.VA, consent="")).mails == ()


def test_a_request_that_nobody_gets_is_acknowledged_without_a_name() -> None:
    paper = Paper(a_school(Assignment(Role.DIRECTION, (VALERIE,))))
    plan = paper.run(a_response("r1", Kind.VA))
    (told,) = plan.not_sent
    assert told.reason == "Référent VA : personne, ni personne de référence"
    (mail,) = plan.mails
    (request,) = mail.context["requests"]
    assert (request["owner_name"], request["owner_email"]) == ("", "")


def test_a_request_withdrawn_is_not_acknowledged_any_more() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.VA, Kind.PLANNING))
    plan = paper.run(a_response("r1", Kind.VA, edited=MONDAY + DAY))
    (mail,) = (m for m in plan.mails if m.template == "acknowledgement")
    assert mail.key == f"{ACK}2"
    assert mail.supersedes == (f"{ACK}1",)
    assert mail.context["changed"]
    assert mail.why.endswith("(réponse modifiée)")
    assert [r["kind_label"] for r in mail.context["requests"]] == ["Valorisation des acquis (VA)"]


# Edits


def test_an_edit_that_matters_is_told_once_with_what_changed() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.VA))
    edit = a_response("r1", Kind.VA, phone="0499", edited=MONDAY + DAY)
    (mail,) = paper.run(edit).mails
    assert (mail.template, mail.key) == ("case_changed", told_key(number(Kind.VA), 2))
    assert mail.context["changes"] == ["Téléphone : 0470 00 00 00 → 0499"]
    assert mail.why.endswith("réponse modifiée par l'étudiant")
    assert paper.run(edit).mails == ()


def test_an_edit_that_does_not_matter_tells_nobody() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.VA))
    plan = paper.run(a_response("r1", Kind.VA, heard_from="SIEP", edited=MONDAY + DAY))
    assert plan.mails == ()
    assert paper.row("inscriptions", "inscription/r1")["heard_from"] == "SIEP"


def test_va_then_ar_then_va_tells_the_va_referent_again_under_a_new_key() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.VA))
    paper.run(a_response("r1", Kind.AR, edited=MONDAY + DAY))
    paper.run(a_response("r1", Kind.VA, edited=MONDAY + 2 * DAY))
    to_valerie = [(m.key, m.template) for m in paper.sent if m.recipient == VALERIE.email]
    assert to_valerie == [
        (told_key(number(Kind.VA), 1), "case_opened"),
        (told_key(number(Kind.VA), 2), "case_withdrawn"),
        (told_key(number(Kind.VA), 3), "case_changed"),
    ]
    assert len({m.key for m in paper.sent}) == len(paper.sent)


def test_a_case_that_moves_is_new_to_its_new_owner_and_gone_for_the_old_one() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.PLANNING))
    plan = paper.run(a_response("r1", Kind.PLANNING, site="Bruxelles", edited=MONDAY + DAY))
    assert news(plan.mails) == [
        (OFFICE_NAMUR.email, "case_handed_over"),
        (OFFICE_BRUSSELS.email, "case_opened"),
    ]
    handed_over = plan.mails[0]
    assert handed_over.recipient_name == handed_over.context["owner_name"] == OFFICE_NAMUR.name
    assert handed_over.context["new_owner_name"] == OFFICE_BRUSSELS.name


def test_later_edits_of_a_case_that_moved_go_to_the_new_owner_alone() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.PLANNING))
    paper.run(a_response("r1", Kind.PLANNING, site="Bruxelles", edited=MONDAY + DAY))
    later = a_response("r1", Kind.PLANNING, site="Bruxelles", phone="0499", edited=MONDAY + 2 * DAY)
    assert news(paper.run(later).mails) == [(OFFICE_BRUSSELS.email, "case_changed")]


def test_a_case_that_moves_to_nobody_is_taken_from_its_owner_all_the_same() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.PLANNING))
    paper.school = a_school(
        Assignment(Role.SECRETARIAT, (OFFICE_NAMUR,), sites=("namur",)),
    )
    moved = a_response("r1", Kind.PLANNING, site="Bruxelles", edited=MONDAY + DAY)
    (handed_over, _) = paper.run(moved).mails
    assert handed_over.template == "case_handed_over"
    assert handed_over.context["new_owner_name"] == ""
    assert handed_over.why.endswith("n'a pas encore de nouveau référent")


def test_an_old_owner_whom_the_settings_no_longer_name_is_called_by_their_address() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.PLANNING))
    paper.school = a_school(Assignment(Role.SECRETARIAT, (OFFICE_BRUSSELS,)))
    moved = a_response("r1", Kind.PLANNING, site="Bruxelles", edited=MONDAY + DAY)
    assert paper.run(moved).mails[0].recipient_name == OFFICE_NAMUR.email


# When mails could not go out in between


def test_an_owner_who_was_never_told_hears_of_a_new_request_not_of_a_change() -> None:
    paper = Paper()
    rows_only(paper, a_response("r1", Kind.VA))
    plan = paper.run(a_response("r1", Kind.VA, phone="0499", edited=MONDAY + DAY))
    told = plan.mails[0]
    assert (told.template, told.key) == ("case_opened", told_key(number(Kind.VA), 2))
    assert told.supersedes == (told_key(number(Kind.VA), 1),)


def test_an_owner_who_was_never_told_is_not_told_of_the_withdrawal_and_the_log_says_so() -> None:
    paper = Paper()
    rows_only(paper, a_response("r1", Kind.VA))
    plan = paper.run(a_response("r1", edited=MONDAY + DAY))
    assert news(plan.mails) == []
    one, two = (paper.row("envois", told_key(number(Kind.VA), n)) for n in (1, 2))
    assert (one["state"], two["state"]) == ("Remplacé", "Non envoyé")
    assert two["recipient"] == VALERIE.email
    assert two["reason"] == "demande retirée avant que le référent n'en ait été prévenu"


def test_a_withdrawal_that_concerns_nobody_is_logged_too() -> None:
    paper = Paper(a_school(Assignment(Role.DIRECTION, (VALERIE,))))
    paper.run(a_response("r1", Kind.VA))
    (told,) = paper.run(a_response("r1", edited=MONDAY + DAY)).not_sent
    assert (told.recipient, told.template) == ("", "case_withdrawn")


@pytest.mark.parametrize("state", [DeedState.SENDING, DeedState.HELD])
def test_an_owner_who_may_have_been_told_is_told_of_the_withdrawal(state: DeedState) -> None:
    paper = Paper()
    (told, _) = rows_only(paper, a_response("r1", Kind.VA))
    paper.send(told, state)
    plan = paper.run(a_response("r1", edited=MONDAY + DAY))
    assert news(plan.mails) == [(VALERIE.email, "case_withdrawn")]


@pytest.mark.parametrize("state", [DeedState.BEGUN, DeedState.DRAFTED, DeedState.FAILED])
def test_an_owner_whose_mail_surely_did_not_go_out_is_not(state: DeedState) -> None:
    paper = Paper()
    (told, _) = rows_only(paper, a_response("r1", Kind.VA))
    paper.send(told, state)
    assert news(paper.run(a_response("r1", edited=MONDAY + DAY)).mails) == []


def test_a_mail_that_went_out_before_the_settings_took_the_request_away_stays_as_logged() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.VA))
    plan = paper.run(a_response("r1"))  # the same answer, now understood as no request
    assert (plan.mails, plan.not_sent) == ((), ())
    row = paper.row("envois", told_key(number(Kind.VA), 1))
    assert (row["message"], row["state"]) == ("Nouvelle demande", "Envoyé")


def test_a_handing_over_that_could_not_be_told_is_told_after_the_next_edit() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.PLANNING))
    rows_only(paper, a_response("r1", Kind.PLANNING, site="Bruxelles", edited=MONDAY + DAY))
    edit = a_response("r1", Kind.PLANNING, site="Bruxelles", phone="9", edited=MONDAY + 2 * DAY)
    plan = paper.run(edit)
    assert news(plan.mails) == [
        (OFFICE_NAMUR.email, "case_handed_over"),
        (OFFICE_BRUSSELS.email, "case_opened"),
    ]
    assert plan.mails[0].key == f"case/{number(Kind.PLANNING)}/handed-over/2"


def test_a_handing_over_is_told_though_the_new_owner_heard_of_it_first() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.PLANNING))
    moved = a_response("r1", Kind.PLANNING, site="Bruxelles", edited=MONDAY + DAY)
    _, told, *_ = rows_only(paper, moved)
    paper.send(told)
    edit = a_response("r1", Kind.PLANNING, site="Bruxelles", phone="9", edited=MONDAY + 2 * DAY)
    assert news(paper.run(edit).mails) == [
        (OFFICE_NAMUR.email, "case_handed_over"),
        (OFFICE_BRUSSELS.email, "case_changed"),
    ]


def test_a_request_withdrawn_before_its_new_owner_heard_of_it_is_told_to_the_old_one_alone() -> (
    None
):
    paper = Paper()
    paper.run(a_response("r1", Kind.PLANNING))
    moved = a_response("r1", Kind.PLANNING, site="Bruxelles", edited=MONDAY + DAY)
    rows_only(paper, moved)
    withdrawn = paper.run(a_response("r1", site="Bruxelles", edited=MONDAY + 2 * DAY))
    assert news(withdrawn.mails) == [(OFFICE_NAMUR.email, "case_handed_over")]


def test_an_owner_to_whom_the_case_comes_back_hears_of_a_new_request() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.PLANNING))
    handed_over, *_ = rows_only(
        paper, a_response("r1", Kind.PLANNING, site="Bruxelles", edited=MONDAY + DAY)
    )
    paper.send(handed_over)
    plan = paper.run(a_response("r1", Kind.PLANNING, edited=MONDAY + 2 * DAY))
    assert news(plan.mails) == [(OFFICE_NAMUR.email, "case_opened")]


def test_a_handing_over_is_told_once_though_the_new_owner_hears_of_it_later() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.PLANNING))
    moved = a_response("r1", Kind.PLANNING, site="Bruxelles", edited=MONDAY + DAY)
    handed_over, *_ = rows_only(paper, moved)
    paper.send(handed_over)
    edit = a_response("r1", Kind.PLANNING, site="Bruxelles", phone="9", edited=MONDAY + 2 * DAY)
    assert news(paper.run(edit).mails) == [(OFFICE_BRUSSELS.email, "case_opened")]


def test_a_case_that_moves_twice_is_handed_over_twice() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.PLANNING))
    paper.run(a_response("r1", Kind.PLANNING, site="Bruxelles", edited=MONDAY + DAY))
    plan = paper.run(a_response("r1", Kind.PLANNING, edited=MONDAY + 2 * DAY))
    assert news(plan.mails) == [
        (OFFICE_BRUSSELS.email, "case_handed_over"),
        (OFFICE_NAMUR.email, "case_opened"),
    ]


def test_a_first_owner_who_was_never_told_is_not_told_that_the_case_left() -> None:
    paper = Paper()
    rows_only(paper, a_response("r1", Kind.PLANNING))
    moved = a_response("r1", Kind.PLANNING, site="Bruxelles", edited=MONDAY + DAY)
    assert news(paper.run(moved).mails) == [(OFFICE_BRUSSELS.email, "case_opened")]


def test_somebody_standing_in_keeps_the_case_and_hears_of_its_edits() -> None:
    paper = Paper(a_school(Assignment(Role.REFERENT_VA, (VICTOR,))))
    paper.run(a_response("r1", Kind.VA))
    paper.school = a_school()
    edit = a_response("r1", Kind.VA, phone="0499", edited=MONDAY + DAY)
    assert news(paper.run(edit).mails) == [(VICTOR.email, "case_changed")]
