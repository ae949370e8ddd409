"""From the form to the reminder in a browser, the clock moved by its buttons (S4, S115)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from itn_sync import live
from itn_sync.demo import Place, stage
from itn_sync.domain.tracking import CASES
from itn_sync.sandbox.seed import TRACKING_SHEET
from itn_sync.sandbox.server import serve
from tests.journeys.test_browser_sync import register, synchronise
from tests.rehearsal import Rehearsal, staged

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
    return page.locator(".lines li.done", has_text=re.compile(words, re.DOTALL)).count()


def test_a_late_request_is_reminded_and_one_that_was_contacted_is_not(
    place: Place, browser: Browser
) -> None:
    page = browser.new_page()
    for name in ("Attentive", "Oubliee"):
        register(page, place.url, name)
    synchronise(page, place.url)
    assert told(page, "nouvelle demande") >= 2
    note_contact(page, place.url, "Attentive", "16/09/2026")
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


@pytest.fixture
def watched_school(tmp_path: Path) -> Iterator[Rehearsal]:
    """A school without registrations whose runs are started on its first page."""
    home = tmp_path / "home"
    with (
        serve(tmp_path / "workspace", sync=partial(live.run, home, os.environ)) as running,
        staged(running, home) as school,
    ):
        yield school


@pytest.mark.parametrize(
    ("asked", "contacted", "steps"),
    [
        # the autumn holidays, 1 November in them, and 11 November
        ("2026-10-16", "19/10/2026", ["2026-11-09", "2026-11-13", "2026-11-18"]),
        # 1 and 11 November on weekdays of a year whose holidays are not listed yet
        ("2027-10-27", "28/10/2027", ["2027-11-05", "2027-11-10", "2027-11-16"]),
        ("2026-12-16", "17/12/2026", ["2027-01-07", "2027-01-12", "2027-01-15"]),
        ("2028-02-24", "25/02/2028", ["2028-03-03", "2028-03-08", "2028-03-13"]),
    ],
    ids=["autumn", "november", "christmas", "leap-day"],
)
def test_each_step_is_on_its_school_day_and_once(
    watched_school: Rehearsal, browser: Browser, asked: str, contacted: str, steps: list[str]
) -> None:
    url, page = watched_school.sandbox.url, browser.new_page()
    watched_school.control("POST", "clock", now=f"{asked}T09:00:00Z")
    for name in ("Attentive", "Oubliee"):
        register(page, url, name)
    synchronise(page, url)
    cases = told(page, "Oubliee : .*nouvelle demande")
    assert cases >= 1
    watched_school.control("POST", "clock", now=f"{asked}T15:00:00Z")
    watched_school.control("POST", "clock", advance=86_400)
    note_contact(page, url, "Attentive", contacted)
    for step, words in zip(steps, ("rappel", *["demande en retard"] * 2), strict=True):
        eve = datetime.fromisoformat(f"{step}T12:00:00+00:00") - timedelta(days=1)
        watched_school.control("POST", "clock", now=eve.isoformat())
        synchronise(page, url)
        assert told(page, words) == 0, f"the eve of {step}"
        later(page, url, "Demain")
        synchronise(page, url)
        lines = page.locator(".lines li.done", has_text=words).all_inner_texts()
        assert len(lines) == cases, step
        assert all("Oubliee" in line for line in lines)
        assert "Rien à faire" in synchronise(page, url)
    page.close()


def note_contact(page: Page, url: str, name: str, day: str) -> None:
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
        page.keyboard.type(day)
        page.keyboard.press("Enter")
        expect(cell).to_contain_text(day)
