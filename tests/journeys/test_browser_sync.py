"""The demo's story in a browser: fill in the form, press the button, see the row and the mail."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import partial

import pytest
import requests
from playwright.sync_api import Browser, Page
from typer.testing import CliRunner

from itn_sync import live
from itn_sync.cli import app
from itn_sync.demo import Place, stage
from itn_sync.sandbox.seed_form import REGISTRATION_FORM
from tests.browsers import barriers, fits
from tests.journeys.test_browser_form import FORM, fill_in

pytestmark = pytest.mark.browser

ENDED = re.compile("C’est fait|Rien à faire|Fait en partie|pas répondu")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A demo whose first forty registrations are done."""
    home = tmp_path_factory.mktemp("demo")
    sync = partial(live.run, home, os.environ)
    with stage(home, 0, sync=sync) as opened:
        assert CliRunner().invoke(app, ["run", "--home", str(home)]).exit_code == 0
        yield opened


def register(page: Page, url: str, name: str) -> None:
    page.goto(url + FORM)
    fill_in(page, name)
    page.get_by_label("J'accepte que l'école").check()
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_role("status").wait_for()


def synchronise(page: Page, url: str) -> str:
    """Press the button; what the panel says when the run is over."""
    page.goto(url)
    page.get_by_role("button", name="Lancer la synchronisation").click()
    page.get_by_role("status").get_by_text(ENDED).wait_for()
    return page.get_by_role("status").inner_text()


def test_from_the_form_to_the_sheet_and_the_mailbox(place: Place, screen: Page) -> None:
    name = f"Bodartin{screen.viewport_size['width'] if screen.viewport_size else 0}"
    register(screen, place.url, name)
    ending = synchronise(screen, place.url)
    assert re.match(r"C’est fait : \d+ lignes ajoutées.*, 3 messages envoyés", ending), ending
    case = screen.locator(".lines li.done", has_text=f"{name} : Valorisation des acquis (VA) →")
    assert "attribué à" in case.inner_text()
    assert "Référent VA" in case.locator(".why").inner_text()
    assert screen.locator(".lines li:not(.done)").count() == 0
    assert fits(screen)
    assert barriers(screen) == []

    mail = screen.locator(".lines li.done", has_text="nouvelle demande").first
    row, letter = (one.get_by_role("link").get_attribute("href") or "" for one in (case, mail))
    screen.goto(letter)
    assert re.search(r"/mail/referent\.\w+%40ecole\.example\?id=\w+", screen.url)
    assert name in screen.content()
    screen.goto(row)
    screen.get_by_text(name).first.wait_for()

    assert synchronise(screen, place.url) == "Rien à faire : tout est à jour."


def test_the_page_opened_again_shows_the_latest_run(place: Place, browser: Browser) -> None:
    page = browser.new_page()
    register(page, place.url, "Reprise")
    synchronise(page, place.url)
    page.reload()
    assert page.locator(".lines li.done", has_text="Reprise").count() > 0
    page.close()


def test_without_scripts_the_button_works_all_the_same(place: Place, browser: Browser) -> None:
    page = browser.new_page(java_script_enabled=False)
    register(page, place.url, "Sansscript")
    page.goto(place.url)
    page.get_by_role("button", name="Lancer la synchronisation").click()
    for _ in range(100):
        if ENDED.search(page.get_by_role("status").inner_text()):
            break
        page.reload()
    assert page.locator(".lines li.done", has_text="Sansscript").count() > 0
    page.close()


def test_a_failure_is_told_in_french_with_the_remedy(place: Place, screen: Page) -> None:
    fault = {"method": "sheets.*", "status": 403, "reason": "forbidden", "times": 50}
    requests.put(f"{place.url}sandbox/v1/faults", json=fault, timeout=5).raise_for_status()
    try:
        told = synchronise(screen, place.url)
    finally:
        requests.delete(f"{place.url}sandbox/v1/faults", timeout=5).raise_for_status()
    assert told.startswith(("Fait en partie", "L’espace d’essai n’a pas répondu"))
    assert "Relancez la synchronisation" in screen.locator(".mend").inner_text()
    assert barriers(screen) == []
    assert REGISTRATION_FORM in screen.content()
