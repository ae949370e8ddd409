"""Drafts left for people, and documents: when they are due, and how `Envois` shows them."""

from __future__ import annotations

from datetime import date

import pytest

from itn_sync.domain.actions import NotSent, SendMail, WriteDocument
from itn_sync.domain.seen import SETTLED, DeedState, Seen
from itn_sync.domain.sendlog import logged_state, mail_problems, mail_rows
from itn_sync.domain.serials import instant_serial
from itn_sync.domain.told import attestation_key, is_document, is_letter, letter_key, may_have_gone
from tests.school import MONDAY, a_deed

WARNING = "warning/math1/2026-2027/ETU-1/10"
LETTER = letter_key(WARNING)
LINK = "https://docs.google.com/document/d/1Lea/edit"
MAIL = SendMail(WARNING, "lea@etudiant.example", "Léa", "absence_warning", {}, "12,5 %")
BY_HAND = SendMail(WARNING, "lea@etudiant.example", "Léa", "absence_warning", {}, "", by_hand=True)
DOCUMENT = WriteDocument(LETTER, "absence_letter", "Courrier – Léa", {}, "12,5 %", recipient="Léa")


@pytest.mark.parametrize("state", list(DeedState))
def test_a_left_draft_is_due_again_only_when_the_mode_changes(state: DeedState) -> None:
    deed = a_deed(WARNING, state)
    assert MAIL.is_due(deed) is (state not in SETTLED)
    assert BY_HAND.is_due(deed) is (state not in SETTLED and state is not DeedState.LEFT)
    assert DOCUMENT.is_due(deed) is (state not in SETTLED)


def test_what_nobody_has_begun_is_due() -> None:
    assert MAIL.is_due(None)
    assert BY_HAND.is_due(None)
    assert DOCUMENT.is_due(None)


def test_a_left_draft_may_have_been_sent_by_its_person() -> None:
    deeds = {WARNING: a_deed(WARNING, DeedState.LEFT)}
    assert may_have_gone(WARNING, Seen(deeds=deeds))


@pytest.mark.parametrize(
    ("action", "state", "shown", "reason"),
    [
        (BY_HAND, DeedState.LEFT, "Brouillon à envoyer", ""),
        (DOCUMENT, DeedState.BEGUN, "En attente", "en attente : erreur 503"),
        (DOCUMENT, DeedState.DONE, "Document fait", LINK),
        (DOCUMENT, DeedState.FAILED, "Non envoyé", "refusé par Drive : erreur 403"),
        (MAIL, DeedState.DONE, "Envoyé", ""),
    ],
)
def test_the_log_says_how_far_it_is(
    action: SendMail | WriteDocument, state: DeedState, shown: str, reason: str
) -> None:
    deed = a_deed(action.key, state, reason or "oubliée" * (state is DeedState.DONE))
    (row,) = mail_rows([action], Seen(deeds={action.key: deed}))
    at = instant_serial(MONDAY) if state is DeedState.DONE else None
    assert (row.cells["state"], row.cells["reason"], row.cells["at"]) == (shown, reason, at)


def test_a_document_that_is_due_waits_under_its_own_label() -> None:
    (row,) = mail_rows([DOCUMENT], Seen())
    assert (row.cells["message"], row.cells["recipient"]) == ("Courrier", "Léa")
    assert row.cells["state"] == "En attente"


def test_a_document_replaces_no_mail() -> None:
    others = NotSent("k", "", "digest", "", "personne")
    assert [row.id for row in mail_rows([DOCUMENT, others], Seen())] == [LETTER, "k"]


def test_a_lost_ledger_knows_what_was_made() -> None:
    assert logged_state("Document fait") is DeedState.DONE
    assert logged_state("Brouillon à envoyer") is DeedState.HELD


def test_a_document_that_drive_refused_is_a_line_with_its_mend() -> None:
    deed = a_deed(LETTER, DeedState.FAILED, "refusé par Drive : erreur 403")
    (problem,) = mail_problems({LETTER: deed})
    assert "n'a pas pu être fait : refusé par Drive : erreur 403." in problem.what
    assert f"itn-sync settle {deed.reference} --again" in problem.mend


def test_documents_are_told_from_mails_by_their_keys() -> None:
    certificate = attestation_key("ETU-1", date(2026, 9, 1), date(2026, 12, 1), date(2026, 12, 2))
    assert certificate == "attestation/ETU-1/20260901/20261201/20261202"
    assert [is_document(key) for key in (WARNING, LETTER, certificate)] == [False, True, True]
    assert [is_letter(key) for key in (WARNING, LETTER, certificate)] == [False, True, False]
