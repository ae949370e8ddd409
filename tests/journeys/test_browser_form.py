"""A student, a secretary and a referent in a real browser, on the demo school."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from googleapiclient.discovery import build_from_document
from playwright.sync_api import Page, expect

from itn_sync.sandbox.discovery_pages import relocated
from itn_sync.sandbox.seed import TRACKING_SHEET, WORKER
from itn_sync.sandbox.seed_form import REGISTRATION_FORM
from itn_sync.sandbox.server import RunningSandbox, serve
from tests.browsers import fits
from tests.sandbox.conftest import credentials

pytestmark = pytest.mark.browser

FORM = f"forms/d/e/{REGISTRATION_FORM}/viewform"
TRACKING = f"spreadsheets/d/{TRACKING_SHEET}/edit?user=secretariat%40ecole.example"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    with serve(tmp_path_factory.mktemp("school"), school="demo") as running:
        yield running


def api(school: RunningSandbox, name: str, scope: str) -> Any:
    scopes = [f"https://www.googleapis.com/auth/{scope}"]
    chosen = credentials(school.credentials, WORKER, scopes)
    return build_from_document(relocated(name, school.url), credentials=chosen)


def answers_of(school: RunningSandbox, last_name: str) -> list[dict[str, list[str]]]:
    with api(school, "forms", "forms.responses.readonly") as forms:
        listed = forms.forms().responses().list(formId=REGISTRATION_FORM).execute()
    given = [
        {
            key: [one["value"] for one in answer["textAnswers"]["answers"]]
            for key, answer in response["answers"].items()
            if "textAnswers" in answer
        }
        for response in listed["responses"]
    ]
    return [answers for answers in given if answers.get("1a000001") == [last_name]]


def fill_in(page: Page, last_name: str) -> None:
    page.get_by_label("Nom *", exact=True).fill(last_name)
    page.get_by_label("Prénom").fill("Élodie 🌸")
    page.get_by_label("Adresse e-mail").fill("elodie@etudiant.example")
    page.get_by_label("Date de naissance").fill("1996-04-17")
    page.get_by_label("Namur", exact=True).check()
    page.get_by_label("Section", exact=False).select_option("CAP")
    page.get_by_role("group", name="Titres déjà obtenus").get_by_label("CESS").check()
    for need, answer in (("valorisation", "Oui"), ("raisonnable", "Non"), ("aide pour", "Oui")):
        page.get_by_role("group", name=need).get_by_label(answer).check()
    page.get_by_role("group", name="planning").get_by_label("Non").check()
    page.get_by_label("Mardi, Soirée").check()
    page.get_by_label("4 sur 5").check()


def test_a_student_registers_forgets_the_consent_mends_it_and_edits(
    school: RunningSandbox, screen: Page
) -> None:
    width = screen.viewport_size["width"] if screen.viewport_size else 0
    name = f"Bodartin-{width}"
    screen.goto(school.url + FORM)
    assert fits(screen)
    fill_in(screen, name)
    screen.get_by_role("button", name="Envoyer").click()
    assert "Consentement" in screen.get_by_role("alert").inner_text()
    assert screen.get_by_label("Prénom").input_value() == "Élodie 🌸"
    assert answers_of(school, name) == []

    screen.get_by_label("J'accepte que l'école").check()
    screen.get_by_role("button", name="Envoyer").click()
    assert "bien été enregistrée" in screen.get_by_role("status").inner_text()
    [answers] = answers_of(school, name)
    assert answers["1a000002"] == ["Élodie 🌸"]
    assert answers["1a000009"] == ["Oui"]
    assert answers["1a000012"] == ["Soirée"]
    assert answers["1a00001a"] == ["4"]

    screen.get_by_role("link", name="Modifier votre réponse").click()
    assert screen.get_by_label("Mardi, Soirée").is_checked()
    screen.get_by_role("group", name="raisonnable").get_by_label("Oui").check()
    screen.get_by_role("button", name="Enregistrer les modifications").click()
    assert "bien été modifiée" in screen.get_by_role("status").inner_text()
    [answers] = answers_of(school, name)
    assert answers["1a00000b"] == ["Oui"]


def cell_value(school: RunningSandbox, a1: str) -> Any:
    with api(school, "sheets", "spreadsheets.readonly") as sheets:
        values = sheets.spreadsheets().values()
        found = values.get(spreadsheetId=TRACKING_SHEET, range=f"'Feuille 1'!{a1}").execute()
    return found.get("values", [[""]])[0][0]


def test_a_secretary_types_into_the_sheet_by_mouse_and_keyboard(
    school: RunningSandbox, screen: Page
) -> None:
    screen.goto(school.url + TRACKING)
    assert fits(screen)
    screen.locator("#B2").dblclick()
    screen.keyboard.type("Contacté")
    screen.keyboard.press("Enter")
    screen.locator("#B2", has_text="Contacté").wait_for()
    assert cell_value(school, "B2") == "Contacté"

    screen.locator("#B2").click()
    screen.keyboard.press("ArrowDown")
    screen.keyboard.type("12,5")
    screen.keyboard.press("Enter")
    screen.locator("#B3", has_text="12,5").wait_for()
    assert cell_value(school, "B3") == "12,5"
    for cell in ("B2", "B3"):
        screen.locator(f"#{cell}").click()
        screen.keyboard.press("Delete")
        expect(screen.locator(f"#{cell}")).to_have_text("")


def offer_choices(school: RunningSandbox) -> None:
    column = {"sheetId": 0, "startRowIndex": 1, "startColumnIndex": 2, "endColumnIndex": 3}
    values = [{"userEnteredValue": value} for value in ("À contacter", "Clos")]
    rule = {"condition": {"type": "ONE_OF_LIST", "values": values}, "strict": True}
    request = {"setDataValidation": {"range": column, "rule": rule}}
    with api(school, "sheets", "spreadsheets") as sheets:
        sheets.spreadsheets().batchUpdate(
            spreadsheetId=TRACKING_SHEET, body={"requests": [request]}
        ).execute()


def test_a_secretary_picks_a_status_from_the_dropdown(school: RunningSandbox, screen: Page) -> None:
    offer_choices(school)
    screen.goto(school.url + TRACKING)
    for status in ("À contacter", "Clos"):
        screen.locator("#C2").dblclick()
        screen.get_by_label("au choix").select_option(status)
        screen.locator("#C2", has_text=status).wait_for()
        assert cell_value(school, "C2") == status


def test_a_referent_opens_the_mailbox_from_the_home_page(
    school: RunningSandbox, screen: Page
) -> None:
    screen.goto(school.url)
    assert fits(screen)
    screen.get_by_role("link", name="Référente aménagements raisonnables referent.ar@").click()
    assert "Aucun message" in screen.get_by_role("main").inner_text()
    assert fits(screen)
