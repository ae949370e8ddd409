"""The home page, and what holds for every page."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.pages_school import (
    FORM,
    SECRETARIAT,
    SHEET,
    every_kind,
    fill,
    form,
    page,
    post,
    spreadsheet,
)


@pytest.fixture
def school(sandbox: RunningSandbox) -> RunningSandbox:
    people = [{"email": "direction@ecole.example", "name": "La <i>direction</i>"}]
    sheets = [spreadsheet([["Nom"]])]
    fill(sandbox, people=people, spreadsheets=sheets, forms=[form(every_kind())])
    return sandbox


PAGES = {
    "home": "/",
    "form": f"/forms/d/e/{FORM}/viewform",
    "sheet": f"/spreadsheets/d/{SHEET}",
    "mail": "/mail/direction@ecole.example",
    "no page": "/mail/",
}


def test_the_home_page_leads_to_everything(school: RunningSandbox) -> None:
    home = page(school, "/").text
    for link in (
        f'href="/forms/d/e/{FORM}/viewform"',
        f'href="/spreadsheets/d/{SHEET}/edit?user={quote(SECRETARIAT)}"',
        'href="/mail/direction%40ecole.example"',
    ):
        assert link in home, link
    assert "La &lt;i&gt;direction&lt;/i&gt;" in home


def test_a_reversed_name_stays_in_its_place(sandbox: RunningSandbox) -> None:
    name = "\u202enoitcerid"
    people = [{"email": "direction@ecole.example", "name": name}]
    sheets = [spreadsheet([["Nom"]]) | {"title": name}]
    fill(sandbox, people=people, spreadsheets=sheets, forms=[form([]) | {"title": name}])
    home, sheet = page(sandbox, "/").text, page(sandbox, PAGES["sheet"]).text
    places = re.findall(rf"<(\w+)([^>]*)>{name}<", home)
    assert len(places) == 6, "form and sheet in the story and below, person, mailbox"
    assert all(tag == "bdi" or 'dir="auto"' in attributes for tag, attributes in places)
    assert f">\u2068{name}\u2069 – direction@ecole.example<" in sheet


def test_an_empty_world_has_a_home_page_too(sandbox: RunningSandbox) -> None:
    assert "Aucun formulaire" in page(sandbox, "/").text


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_every_page_is_french_and_runs_only_our_scripts(school: RunningSandbox, path: str) -> None:
    answer = page(school, path)
    policy = answer.headers["Content-Security-Policy"]
    assert '<html lang="fr">' in answer.text
    assert "default-src 'none'; script-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert not re.search(r'<script(?! src="/assets/)| style=| on\w+="', answer.text)


@pytest.mark.parametrize("name", ["pages.css", "home.css", "live.js", "icon.svg"])
def test_style_and_scripts_are_served(sandbox: RunningSandbox, name: str) -> None:
    answer = page(sandbox, f"assets/{name}")
    assert answer.status_code == 200
    assert len(answer.content) > 100


@pytest.mark.parametrize("path", ["assets/..%2f__init__.py", "forms/d/e/", "spreadsheets/d/x/y"])
def test_an_address_that_leads_nowhere_says_so_in_french(
    sandbox: RunningSandbox, path: str
) -> None:
    answer = page(sandbox, path)
    assert answer.status_code == 404
    assert "Page introuvable" in answer.text


def test_an_address_typed_wrong_says_so_in_french(sandbox: RunningSandbox) -> None:
    typed = page(sandbox, "accueil", headers={"Sec-Fetch-Mode": "navigate"})
    assert (typed.status_code, "Page introuvable" in typed.text) == (404, True)
    assert "That’s an error" in page(sandbox, "accueil").text  # what a client gets


def test_another_site_cannot_post_here(school: RunningSandbox) -> None:
    answer = post(
        school,
        f"forms/d/e/{FORM}/formResponse",
        data={"entry.00000001": "x"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
    assert "Accès refusé" in answer.text


def test_a_page_is_not_opened_the_wrong_way(school: RunningSandbox) -> None:
    assert page(school, f"forms/d/e/{FORM}/formResponse").status_code == 405
