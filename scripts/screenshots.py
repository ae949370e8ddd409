"""Takes the pictures of README.md and the guides again: the demo school, as a browser shows it.

Run it with `make screenshots`, look at the pictures, commit them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from itn_sync import live
from itn_sync.demo import stage
from itn_sync.sandbox.runs import Sync
from itn_sync.sandbox.seed import TRACKING_SHEET

CHROMIUM = Path("/usr/bin/chromium")
IMAGES = Path(__file__).parent.parent / "docs" / "images"
DESK: ViewportSize = {"width": 1200, "height": 640}
WIDE: ViewportSize = {"width": 1366, "height": 600}
PHONE: ViewportSize = {"width": 390, "height": 720}
SECRETARY = quote("secretariat@ecole.example")
REFERENT = quote("referent.va@ecole.example")
STUDENT = quote("jb.noirhommel@etudiant.example")
FORM = "forms/d/e/1InscriptionItnPromotionSocialeDemo000000001/viewform"
CLASS = "classroom/c/710000000103"


def main() -> None:
    """One demo, one run started on its home page, one picture per thing that people see."""
    with (
        TemporaryDirectory() as folder,
        stage(Path(folder), 0, sync=sync_of(folder)) as place,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, (size, take) in PICTURES.items():
            picture(browser, place.url, size, take, IMAGES / f"{name}.png")
        browser.close()


def sync_of(folder: str) -> Sync:
    """What the button of the home page runs, as in `itn-sync demo`."""
    return partial(live.run, Path(folder), os.environ)


def picture(
    browser: Browser,
    url: str,
    size: ViewportSize,
    take: Callable[[Page], None],
    file: Path,
) -> None:
    """What `take` leads to, as a window of that size shows it."""
    touch = size is PHONE
    page = browser.new_page(base_url=url, viewport=size, has_touch=touch, locale="fr-BE")
    take(page)
    page.screenshot(path=file)
    page.close()


def run(page: Page) -> None:
    """The home page in the middle of a run."""
    page.goto("/")
    page.get_by_role("button", name="Lancer la synchronisation").click()
    page.locator("#direct li.done").nth(40).wait_for()


def finished(page: Page) -> None:
    """The home page of a phone when the run is over."""
    page.goto("/")
    page.get_by_text("C’est fait :").wait_for(timeout=120_000)
    page.locator("#direct").scroll_into_view_if_needed()
    page.locator("#direct").evaluate("panel => panel.scrollIntoView()")


def fill_in(page: Page) -> None:
    """The form, where a student says what they need."""
    page.goto(FORM)
    page.get_by_role("group", name="valorisation des acquis").get_by_label("Oui").check()
    page.get_by_label("Sur quelles UE").fill("UE Communication : j’ai un certificat de 2019.")
    page.get_by_text("Votre accompagnement").evaluate("title => title.scrollIntoView()")


def tracking(page: Page) -> None:
    """The tab `Dossiers` as the secretary sees it."""
    page.goto(f"spreadsheets/d/{TRACKING_SHEET}/edit?user={SECRETARY}")
    page.get_by_role("link", name="Dossiers", exact=True).click()
    page.get_by_role("gridcell", name="À contacter").first.click()


def mail(page: Page) -> None:
    """The last mail that the VA referent got."""
    page.goto(f"mail/{REFERENT}")
    page.locator(".messages a").first.click()
    page.frame_locator("iframe.body").last.locator("body").wait_for()


def classroom(page: Page) -> None:
    """The materials of a class by topic, as a student sees them."""
    page.goto(f"{CLASS}/travaux?user={STUDENT}")


PICTURES: dict[str, tuple[ViewportSize, Callable[[Page], None]]] = {
    "run": (DESK, run),
    "phone": (PHONE, finished),
    "form": (DESK, fill_in),
    "dossiers": (DESK, tracking),
    "mail": (WIDE, mail),
    "classroom": (DESK, classroom),
}


if __name__ == "__main__":
    main()
