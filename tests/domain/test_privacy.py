"""Health-related text does not leak by accident (design section 7, S32, S155)."""

from __future__ import annotations

import copy
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.domain.privacy import Confidential, mentions_health

SECRET = "J'ai une dyslexie sévère"


def test_a_confidential_text_is_shown_by_nothing_but_reveal() -> None:
    text = Confidential(SECRET)
    assert text.reveal() == SECRET
    for shown in (str(text), repr(text), repr([text]), "%s" % text):  # noqa: UP031 (that form too)
        assert SECRET not in shown


def test_formatting_a_confidential_text_is_refused() -> None:
    with pytest.raises(TypeError, match="reveal"):
        f"{Confidential(SECRET)}"


def test_a_log_of_a_confidential_text_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("x").warning("answer: %s %r", Confidential(SECRET), Confidential(SECRET))
    assert SECRET not in caplog.text
    assert "<confidentiel>" in caplog.text


def test_a_confidential_text_compares_copies_and_knows_when_it_is_empty() -> None:
    assert Confidential(SECRET) == copy.deepcopy(Confidential(SECRET)) != Confidential("autre")
    assert Confidential(SECRET)
    assert not Confidential("")


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        "Je suis MALADE depuis mars",
        "certificat médical à l'appui",
        "Suivi par un psychologue",
        "TDA/H",
        "un TDAH diagnostiqué",
        "aménagement  raisonnable",
        "me\u0301decin",
        "burn-out",
        "je suis enceinte",
        "en fauteuil roulant",
        "I have a disability",
        "je suis sourde d'une oreille",
        "une déficience visuelle",
        "syndrome d'Asperger",
        "un AVC l'an dernier",
        "je suis bègue",
        "à mobilité réduite",
    ],
)
def test_words_of_health_are_noticed(text: str) -> None:
    assert mentions_health(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Puis-je suivre les cours du soir ?",
        "Où sont distribués les syllabus ?",
        "C'est absurde",
        "Bruxelles",
        "Mon employeur demande une attestation",
        "dystribution",
        "Médias sociaux",
        "Le docteur ès lettres Sidali Tocqueville",
        "en sourdine",
    ],
)
def test_everyday_questions_are_not(text: str) -> None:
    assert not mentions_health(text)


@given(st.text(), st.text())
def test_a_word_of_health_is_noticed_wherever_it_stands(before: str, after: str) -> None:
    assert mentions_health(f"{before}\nhandicap\n{after}")
