"""Takes the pictures of README.md again: the demo school after one run, as a browser shows it.

Run it with `make screenshots`, look at the pictures, commit them.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from playwright.sync_api import Page, sync_playwright

from itn_sync.demo import Place, stage
from itn_sync.sandbox.seed import TRACKING_SHEET

CHROMIUM = Path("/usr/bin/chromium")
IMAGES = Path(__file__).parent.parent / "docs" / "images"
SECRETARY = "secretariat@ecole.example"
REFERENT = "referent.va@ecole.example"


def main() -> None:
    """One demo, one run, one picture per thing that README.md shows."""
    with TemporaryDirectory() as folder, stage(Path(folder), 0) as place:
        run = [sys.executable, "-m", "itn_sync", "run", "--home", str(place.home)]
        subprocess.run(run, check=True)  # noqa: S603  (our own command)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1366, "height": 700})
            take_sheet(page, place)
            take_mail(page, place)
            browser.close()


def take_sheet(page: Page, place: Place) -> None:
    """The tab `Dossiers` as the secretary sees it."""
    page.goto(f"{place.url}spreadsheets/d/{TRACKING_SHEET}/edit?user={quote(SECRETARY)}")
    page.get_by_role("link", name="Dossiers", exact=True).click()
    page.get_by_role("gridcell", name="À contacter").first.wait_for()
    page.screenshot(path=IMAGES / "dossiers.png")


def take_mail(page: Page, place: Place) -> None:
    """The last mail that the VA referent got."""
    page.goto(f"{place.url}mail/{quote(REFERENT)}")
    page.locator(".messages a").first.click()
    page.frame_locator("iframe.body").last.locator("body").wait_for()
    page.screenshot(path=IMAGES / "mail.png")


if __name__ == "__main__":
    main()
