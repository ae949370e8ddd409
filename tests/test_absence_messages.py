"""What people read about absences: exact, warm, and never a word about health (S126, F14)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from itn_sync.config_files import packaged
from itn_sync.domain.privacy import mentions_health
from itn_sync.messages import Messages, insecable, periodes
from itn_sync.samples import document_samples, samples
from tests.test_messages import Page, words

SIGNED = ("ITN Promotion sociale", "Secrétariat CESS", "secretariat@ecole.example")
MAILS = ("absence_warning", "absence_notice", "absence_alert", "register_reminder")
KNOWN, DOCUMENTS = samples(*SIGNED), document_samples(*SIGNED)
WARNING = KNOWN["absence_warning"][0]
LETTER = DOCUMENTS["absence_letter"][0]
shipped = Messages([packaged("templates")])


def both(name: str, **more: Any) -> Iterator[str]:
    """The text of a message and of its page, as people read it."""
    message = shipped.render(name, {**KNOWN[name][0], **more})
    yield words(message.text)
    yield words(Page(message.html).text)


def letter(**more: Any) -> str:
    return words(Page(shipped.document("absence_letter", {**LETTER, **more})).text)


@pytest.mark.parametrize("name", MAILS)
def test_no_message_speaks_of_health(name: str) -> None:
    for context in KNOWN[name]:
        message = shipped.render(name, context)
        assert not mentions_health(f"{message.subject} {message.text} {Page(message.html).text}")
        assert "Élodie" not in message.subject
        page = Page(message.html)
        assert not page.open
        assert not page.tags & {"table", "script", "img", "link", "style", "iframe", "form"}


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_no_document_speaks_of_health(name: str) -> None:
    for context in DOCUMENTS[name]:
        assert not mentions_health(Page(shipped.document(name, context)).text)


def test_the_subject_invites() -> None:
    subject = shipped.render("absence_warning", WARNING).subject
    assert subject == "Vos absences en Mathématiques 1 : prenons contact"


def test_the_student_reads_the_rate_the_dates_and_what_to_do() -> None:
    for said in both("absence_warning"):
        assert "10 périodes sur 80, soit 12,5 %" in said
        assert "lundi 7 septembre 2026" in said
        assert "2 périodes (retard)" in said
        assert "Remettez votre justificatif au secrétariat" in said
        assert "Coralie Exemple (reference@ecole.example)" in said
        assert "Après 6 périodes d'absence injustifiée de plus" in said
        assert "seuil suivant (20 %)" in said
        assert "secretariat@ecole.example" in said


@pytest.mark.parametrize("applies", [True, False])
def test_the_paid_leave_is_named_where_it_is_at_stake(applies: bool) -> None:
    for said in (*both("absence_warning", paid_leave=applies), letter(paid_leave=applies)):
        assert ("peut entraîner la perte de ce droit" in said) is applies


def test_without_a_further_step_none_is_announced() -> None:
    for said in (*both("absence_warning", remaining="", next_step=""), letter(remaining="")):
        assert "seuil suivant" not in said


def test_sessions_in_a_row_are_named() -> None:
    for said in (*both("absence_warning", in_a_row=3), letter(in_a_row=3)):
        assert "dont 3 séances de suite" in said


def test_the_team_and_the_direction_know_that_the_student_was_not_told() -> None:
    for said in both("absence_notice"):
        assert "Aucun message n'est parti à l'étudiant" in said
    for said in both("absence_alert"):
        assert "Ce message n'a pas été envoyé à l'étudiant" in said


def test_a_message_without_a_row_has_no_link() -> None:
    for name in ("absence_notice", "absence_alert"):
        for said in both(name, row_link=""):
            assert "Ouvrir la ligne" not in said


def test_teachers_read_which_sessions_and_how_many_more() -> None:
    for said in both("register_reminder", count=40):
        assert "40 séances n'ont encore aucune présence" in said
        assert "et 38 de plus" in said
    for said in both(
        "register_reminder", sessions=KNOWN["register_reminder"][1]["sessions"], count=1
    ):
        assert "Une séance n'a encore aucune présence" in said


def test_a_letter_has_an_address_a_date_a_reference_and_a_signature() -> None:
    said = letter(address=("Rue de l'Exemple 1", "5000 Namur"))
    assert "Rue de l'Exemple 1 5000 Namur" in said
    assert "Namur, le mardi 1er décembre 2026" in said
    assert "Réf. MSG-7K3Q2M9X" in said
    assert "Pour ITN Promotion sociale" in said
    assert "Nos messages ne vous parviennent pas par e-mail" in said
    assert "Nous n'avons pas d'adresse e-mail à votre nom" in letter(student_email="")


def test_a_letter_lists_every_date_however_many() -> None:
    many = DOCUMENTS["absence_letter"][1]["missed"]
    said = letter(missed=many)
    assert len(many) == 36
    for one in many:
        assert f"{one['day']:%d/%m/%Y} (1,5 période" in said


def test_what_a_student_is_called_stays_what_it_is() -> None:
    html = shipped.document("absence_letter", {**LETTER, "student": "<b>{{ 7*7 }}</b> & co"})
    assert "b" not in Page(html).tags
    assert "<b>{{ 7*7 }}</b> & co" in words(Page(html).text)


@pytest.mark.parametrize(
    ("number", "shown"),
    [("0", "0 période"), ("1,5", "1,5 période"), ("2", "2 périodes"), ("12,25", "12,25 périodes")],
)
def test_periods_take_their_plural_from_two_on(number: str, shown: str) -> None:
    assert periodes(number) == shown.replace(" ", "\N{NO-BREAK SPACE}")
    assert insecable("12,5 %") == "12,5\N{NO-BREAK SPACE}%"
