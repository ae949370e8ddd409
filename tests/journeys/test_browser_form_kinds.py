"""Every kind of question filled in by a person in a real browser, and forms of several sections."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from itn_sync.sandbox.control import import_document
from itn_sync.sandbox.forms.store import page_of_responses
from itn_sync.sandbox.server import RunningSandbox, serve
from tests.browsers import barriers, fits
from tests.sandbox.forms_world import EVERY_KIND, FORM_ID, choice, form, question

pytestmark = pytest.mark.browser

MORE = [
    {
        "itemId": "fee0000a",
        "title": "Plan d'accès",
        "imageItem": {"image": {"altText": "Le bâtiment B"}},
    },
    {
        "itemId": "fee0000b",
        "title": "Présentation",
        "videoItem": {"video": {"youtubeUri": "https://www.youtube.com/watch?v=abc"}},
    },
    question(
        "1a0000f1", "Pouces", {"ratingQuestion": {"iconType": "THUMB_UP", "ratingScaleLevel": 10}}
    ),
    question(
        "1a0000f2", "Coeurs", {"ratingQuestion": {"iconType": "HEART", "ratingScaleLevel": 3}}
    ),
    question("1a0000f3", "De zéro à dix", {"scaleQuestion": {"low": 0, "high": 10}}),
]
SECTIONS = [
    question("1a000001", "Nom", {"textQuestion": {}}, required=True),
    question(
        "1a000002",
        "Suivez-vous déjà un cours ?",
        choice("RADIO", "Oui", "Non", "Fini", Oui="fee00002", Fini="SUBMIT_FORM"),
        required=True,
    ),
    {"itemId": "fee00001", "title": "Votre projet", "pageBreakItem": {}},
    question("1a000003", "Projet", {"textQuestion": {}}, required=True),
    {"itemId": "fee00002", "title": "Votre cours", "pageBreakItem": {}},
    question("1a000004", "Cours", {"textQuestion": {}}, required=True),
]

Answers = dict[str, Any]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    with serve(tmp_path_factory.mktemp("forms")) as running:
        yield running


def open_form(sandbox: RunningSandbox, page: Page, items: list[Any], **more: Any) -> None:
    sandbox.tenant.world.reset()
    import_document(sandbox.tenant, {"forms": [form(items, **more)]})
    page.goto(f"{sandbox.url}forms/d/e/{FORM_ID}/viewform")


def answers(sandbox: RunningSandbox) -> Answers:
    """The values of the only response, by question id; file names of an upload."""
    with sandbox.tenant.world.transaction(write=False) as state:
        [(_, response)] = page_of_responses(state, FORM_ID, since=0, after=-1, limit=9)
    return {
        key: [
            one.get("value") or one.get("fileName")
            for one in (given.get("textAnswers") or given["fileUploadAnswers"])["answers"]
        ]
        for key, given in response["answers"].items()
    }


def send(page: Page) -> None:
    page.get_by_role("button", name="Envoyer").click()
    assert "bien été enregistrée" in page.get_by_role("status").inner_text()


def test_every_kind_of_question_is_answered(
    sandbox: RunningSandbox, screen: Page, tmp_path: Path
) -> None:
    open_form(sandbox, screen, [*EVERY_KIND, *MORE])
    assert fits(screen)
    assert barriers(screen) == []
    assert screen.get_by_role("img", name="Image : Le bâtiment B").is_visible()
    screen.get_by_label("Nom *").fill("Élodie 🌸")
    screen.get_by_label("Remarque").fill("Une ligne\nDeux lignes")
    screen.get_by_label("Namur").check()
    screen.get_by_label("CESS", exact=True).check()
    screen.get_by_label("Autre :").check()
    screen.get_by_label("Autre réponse").fill("Diplôme étranger")
    screen.get_by_label("Section").select_option("CAP")
    screen.get_by_role("group", name="Aisance").get_by_label("4").check()
    screen.get_by_label("3 sur 5").check()
    screen.get_by_label("Naissance").fill("1996-04-17")
    screen.get_by_label("Jour").fill("29")
    screen.get_by_label("Mois").fill("2")
    screen.get_by_label("Rendez-vous").fill("2026-12-01T14:30")
    screen.get_by_label("Appel").fill("09:05")
    screen.get_by_label("Trajet").fill("01:15:30")
    screen.get_by_label("Lundi, Soirée").check()
    paper = tmp_path / "titre.pdf"
    paper.write_bytes(b"%PDF-1.4")
    screen.get_by_label("Titre", exact=True).set_input_files(paper)
    screen.get_by_label("10 sur 10").check()
    screen.get_by_label("2 sur 3").check()
    screen.get_by_role("group", name="De zéro à dix").get_by_label("0", exact=True).check()
    send(screen)
    assert fits(screen)
    assert barriers(screen) == []
    assert answers(sandbox) == {
        "1a000001": ["Élodie 🌸"],
        "1a000002": ["Une ligne\nDeux lignes"],
        "1a000003": ["Namur"],
        "1a000004": ["CESS", "Diplôme étranger"],
        "1a000005": ["CAP"],
        "1a000006": ["4"],
        "1a000007": ["3"],
        "1a000008": ["1996-04-17"],
        "1a000009": ["02-29"],
        "1a00000a": ["2026-12-01 14:30"],
        "1a00000b": ["09:05"],
        "1a00000c": ["01:15:30"],
        "1a000011": ["Soirée"],
        "1a00001b": ["titre.pdf"],
        "1a0000f1": ["10"],
        "1a0000f2": ["2"],
        "1a0000f3": ["0"],
    }


def test_the_confirmation_leads_back_to_the_whole_answer(
    sandbox: RunningSandbox, screen: Page
) -> None:
    open_form(sandbox, screen, EVERY_KIND)
    screen.get_by_label("Nom *").fill("Avant")
    screen.get_by_label("Autre :").check()
    screen.get_by_label("Autre réponse").fill("Brevet")
    screen.get_by_label("Jour").fill("3")
    screen.get_by_label("Mois").fill("11")
    send(screen)
    screen.get_by_role("link", name="Modifier votre réponse").click()
    assert screen.get_by_label("Autre réponse").input_value() == "Brevet"
    assert screen.get_by_label("Jour").input_value() == "03"
    screen.get_by_label("Nom *").fill("Après")
    screen.get_by_role("button", name="Enregistrer les modifications").click()
    assert "bien été modifiée" in screen.get_by_role("status").inner_text()
    assert answers(sandbox) == {
        "1a000001": ["Après"],
        "1a000004": ["Brevet"],
        "1a000009": ["11-03"],
    }


def test_sections_come_one_at_a_time_and_want_their_answers(
    sandbox: RunningSandbox, screen: Page
) -> None:
    open_form(sandbox, screen, SECTIONS)
    onwards = screen.get_by_role("button", name="Suivant")
    assert not screen.get_by_role("button", name="Envoyer").is_visible()
    onwards.click()
    assert screen.get_by_text("Cette question est obligatoire.").count() == 2
    assert barriers(screen) == []
    assert fits(screen)
    screen.get_by_label("Nom *").fill("Ada")
    screen.get_by_label("Oui").check()
    onwards.click()
    assert screen.get_by_role("heading", name="Votre cours").is_visible()
    assert not screen.get_by_label("Projet").is_visible(), "the choice leads past it"
    screen.get_by_role("button", name="Précédent").click()
    assert screen.get_by_label("Nom *").input_value() == "Ada"
    onwards.click()
    screen.get_by_label("Cours *").fill("Anglais")
    send(screen)
    assert answers(sandbox) == {"1a000001": ["Ada"], "1a000002": ["Oui"], "1a000004": ["Anglais"]}


def test_a_choice_may_end_the_form(sandbox: RunningSandbox, screen: Page) -> None:
    open_form(sandbox, screen, SECTIONS)
    screen.get_by_label("Nom *").fill("Ada")
    screen.get_by_label("Fini").check()
    assert not screen.get_by_role("button", name="Suivant").is_visible()
    send(screen)
    assert answers(sandbox) == {"1a000001": ["Ada"], "1a000002": ["Fini"]}


@pytest.mark.parametrize("state", [{"isPublished": True}, {}], ids=["closed", "unpublished"])
def test_a_form_that_takes_no_answers_says_so(
    sandbox: RunningSandbox, screen: Page, state: dict[str, bool]
) -> None:
    open_form(sandbox, screen, EVERY_KIND, publishSettings={"publishState": state})
    assert "n’accepte plus de réponses" in screen.get_by_role("main").inner_text()
    assert barriers(screen) == []
    assert fits(screen)
