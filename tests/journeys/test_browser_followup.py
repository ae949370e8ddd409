"""From the form to the reminder in a browser, the clock moved by its buttons (S4, S115)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import partial

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from itn_sync import live
from itn_sync.demo import Place, stage
from itn_sync.domain.tracking import CASES
from itn_sync.sandbox.seed import TRACKING_SHEET
from tests.journeys.test_browser_sync import register, synchronise

pytestmark = pytest.mark.browser

TUESDAY = "2026-09-15T07:00:00Z"
"""Before any seeded registration, so that only this test's cases can be late."""


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A demo on that Tuesday; the seeded registrations are of a later day."""
    home = tmp_path_factory.mktemp("demo")
    with stage(home, 0, sync=partial(live.run, home, os.environ)) as opened:
        clock = f"{opened.url}sandbox/v1/clock"
        requests.post(clock, json={"now": TUESDAY}, timeout=30).raise_for_status()
        yield opened


def later(page: Page, url: str, button: str) -> None:
    page.goto(url)
    page.get_by_role("button", name=button).click()


def told(page: Page, words: str) -> int:
    """How many mails of the latest run say that."""
    return page.locator(".lines li.done", has_text=words).count()


def test_a_late_request_is_reminded_and_one_that_was_contacted_is_not(
    place: Place, browser: Browser
) -> None:
    page = browser.new_page()
    for name in ("Attentive", "Oubliee"):
        register(page, place.url, name)
    synchronise(page, place.url)
    assert told(page, "nouvelle demande") >= 2
    note_contact(page, place.url, "Attentive")
    later(page, place.url, "Dans une semaine")
    synchronise(page, place.url)
    assert told(page, "rappel") == 0, "the date itself is not late"
    later(page, place.url, "Demain")
    synchronise(page, place.url)
    reminders = page.locator(".lines li.done", has_text="rappel").all_inner_texts()
    assert reminders
    assert all("Oubliee" in text for text in reminders)
    assert "Rien à faire" in synchronise(page, place.url)
    later(page, place.url, "Dans une semaine")
    synchronise(page, place.url)
    assert told(page, "demande en retard") == len(reminders)
    page.close()


def note_contact(page: Page, url: str, name: str) -> None:
    """The secretary writes a date in «Premier contact le» of each case of `name`."""
    cases = page.locator(".lines li.done", has_text=f"{name} : ").get_by_role("link")
    links = [link.get_attribute("href") or "" for link in cases.all()]
    rows = {
        re.search(r"gid=(\d+)&range=A(\d+)", link) for link in links if str(CASES.sheet_id) in link
    }
    assert rows
    column = "ABCDEFGHIJKLMNOP"[[c.key for c in CASES.columns].index("contacted")]
    for found in filter(None, rows):
        place = f"user=secretariat%40ecole.example&gid={found[1]}&cell={column}{found[2]}"
        page.goto(f"{url}spreadsheets/d/{TRACKING_SHEET}/edit?{place}")
        cell = page.locator(f"[id='{column}{found[2]}']")
        cell.click()
        page.keyboard.type("16/09/2026")
        page.keyboard.press("Enter")
        expect(cell).to_contain_text("16/09/2026")
