"""A real browser for the tests of a process: one Chromium, a fresh page for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

_CHROMIUM = Path("/usr/bin/chromium")
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
_PARTS = {"font", "image", "script", "stylesheet"}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, whose start takes longer than most tests; a skip where there is none."""
    if not _CHROMIUM.exists():
        pytest.skip(f"no Chromium at {_CHROMIUM}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(params=[(1366, 768), (390, 844)], ids=["desk", "phone"])
def screen(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that fails the test on anything that `complaints` hears."""
    width, height = request.param
    page = browser.new_page(viewport={"width": width, "height": height})
    heard = complaints(page)
    yield page
    page.close()
    assert heard == []


def complaints(page: Page) -> list[str]:
    """Grows with each script error, broken policy and missing part of the page."""
    heard: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        if "Policy" in said.text:
            heard.append(said.text)

    def look(answer: Response) -> None:
        if answer.status >= 400 and answer.request.resource_type in _PARTS:
            heard.append(f"{answer.status} {answer.url}")

    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", hear)
    page.on("response", look)
    return heard


def barriers(page: Page) -> list[str]:
    """What keeps people out, as axe-core sees it: the rule and the first place."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]


def fits(page: Page) -> bool:
    """Nothing makes the page itself scroll sideways."""
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return bool(page.evaluate(overflow) == 0)
