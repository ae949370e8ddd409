"""A person gives an application access in a real browser."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Page

from itn_sync.sandbox.server import RunningSandbox
from tests.browsers import barriers, fits
from tests.journeys import test_browser_form

pytestmark = pytest.mark.browser
school = test_browser_form.school


def asked(school: RunningSandbox) -> tuple[str, str]:
    """The address that the application opens, and where it waits for the answer."""
    client = json.loads((school.data / "client_secret.json").read_text("utf-8"))["installed"]
    # Another origin than the page's: the browser has to let the form lead there.
    waiting = f"{client['redirect_uris'][0]}:{urlsplit(school.url).port}/"
    scopes = [f"https://www.googleapis.com/auth/{name}" for name in ("forms.body", "gmail.send")]
    query = {
        "client_id": client["client_id"],
        "response_type": "code",
        "redirect_uri": waiting,
        "scope": " ".join(scopes),
        "state": "s1",
    }
    return f"{client['auth_uri']}?{urlencode(query)}", waiting


def landed(page: Page, waiting: str) -> dict[str, list[str]]:
    page.wait_for_url(f"{waiting}?*")
    return parse_qs(urlsplit(page.url).query)


def test_a_person_allows_a_part_of_what_is_asked(school: RunningSandbox, screen: Page) -> None:
    address, waiting = asked(school)
    screen.goto(address)
    assert fits(screen)
    assert barriers(screen) == []
    screen.get_by_label("Direction").check()
    screen.get_by_label("Envoyer des mails en votre nom").uncheck()
    screen.get_by_role("button", name="Autoriser").click()
    answer = landed(screen, waiting)
    assert answer["state"] == ["s1"]
    assert answer["scope"] == ["https://www.googleapis.com/auth/forms.body"]
    assert answer["code"]


def test_a_person_refuses(school: RunningSandbox, screen: Page) -> None:
    address, waiting = asked(school)
    screen.goto(address)
    screen.get_by_role("button", name="Refuser").click()
    assert landed(screen, waiting)["error"] == ["access_denied"]


def test_a_stranger_is_told_which_addresses_there_are(school: RunningSandbox, screen: Page) -> None:
    screen.goto(asked(school)[0])
    screen.get_by_label("Ou une autre adresse").fill("x@ailleurs.example")
    screen.get_by_role("button", name="Autoriser").click()
    assert "choisissez une adresse en @ecole.example" in screen.get_by_role("alert").inner_text()
