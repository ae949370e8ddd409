"""Takes the pictures of README.md and the guides again: the demo school, as a browser shows it.

Run it with `make screenshots`, look at the pictures, commit them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import requests
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from itn_sync import live
from itn_sync.access import enter
from itn_sync.demo import Place, bring_certificates, fill_registers, stage
from itn_sync.domain.tabs import Book, Tab
from itn_sync.domain.tracking import CASES, COUNCILS, RECEPTION
from itn_sync.domain.tracking_attendance import ABSENCES, STUDENTS, WARNINGS
from itn_sync.founding.registers import register_founder
from itn_sync.gateways.register_places import sheet_id_of
from itn_sync.sandbox.runs import Sync
from itn_sync.sandbox.seed import TRACKING_SHEET
from itn_sync.settings import load
from itn_sync.sync import open_sync

CHROMIUM = Path("/usr/bin/chromium")
IMAGES = Path(__file__).parent.parent / "docs" / "images"
DESK: ViewportSize = {"width": 1200, "height": 640}
WIDE: ViewportSize = {"width": 1366, "height": 600}
SHEET: ViewportSize = {"width": 1560, "height": 560}
DESK_SHEET: ViewportSize = {"width": 1830, "height": 420}
ATTENDANCE: ViewportSize = {"width": 1366, "height": 620}
COUNCIL_SHEET: ViewportSize = {"width": 1560, "height": 420}
LETTER: ViewportSize = {"width": 760, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 720}
Picture = tuple[ViewportSize, Callable[[Page], None]]
SECRETARY = quote("secretariat@ecole.example")
REFERENT = quote("referent.va@ecole.example")
STUDENT = quote("jb.noirhommel@etudiant.example")
FORM = "forms/d/e/1InscriptionItnPromotionSocialeDemo000000001/viewform"
CLASS = "classroom/c/710000000103"
TEACHER = quote("helene.dardinelle@ecole.example")
LATE_TEACHER = "dieudonne.kabasengombe@ecole.example"
REGISTER = "spreadsheets/d/1PresencesCessNamurDemo000000000000000000001/edit"


def main() -> None:
    """One demo, one run started on its home page, one picture per thing that people see."""
    with (
        TemporaryDirectory() as folder,
        stage(Path(folder), 0, sync=sync_of(folder)) as place,
        sync_playwright() as playwright,
    ):
        make_registers(place)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        take_all(browser, place.url, PICTURES)
        bring_certificates(place)
        a_week_passes(browser, place.url)
        take_all(browser, place.url, GUIDE_PICTURES)
        a_letter_is_due(browser, place)
        take_all(browser, place.url, ABSENCE_PICTURES)
        browser.close()


def make_registers(place: Place) -> None:
    """The registers, filled in until yesterday, as in `itn-sync demo`."""
    settings = load(place.home, os.environ)
    with enter(settings) as google:
        for _ in register_founder(settings, google).found():
            pass
    fill_registers(place)


def take_all(browser: Browser, url: str, pictures: Mapping[str, Picture]) -> None:
    """Every picture of a set, in its order."""
    for name, (size, take) in pictures.items():
        picture(browser, url, size, take, IMAGES / f"{name}.png")


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


PICTURES: dict[str, Picture] = {
    "run": (DESK, run),
    "phone": (PHONE, finished),
    "form": (DESK, fill_in),
    "dossiers": (DESK, tracking),
    "mail": (WIDE, mail),
    "classroom": (DESK, classroom),
}


# The pictures of the guides: the same school some days later, when people have noted things.


def a_week_passes(browser: Browser, url: str) -> None:
    """People note contacts, a council and a visitor; then the week's first school day comes."""
    page = browser.new_page(base_url=url, viewport=SHEET, locale="fr-BE")
    today = clock(url).date()
    for row, said in noted_in_cases(today).items():
        note(page, CASES, row, said)
    note(page, RECEPTION, 2, visitor(today))
    sync_once_more(page)
    note(page, COUNCILS, 2, {"decision": "Accordée", "reasons": "UE Communication dispensée."})
    monday = today + timedelta(days=7 - today.weekday())
    set_clock(url, f"{monday}T08:00:00Z")
    sync_once_more(page)
    page.close()


def noted_in_cases(today: date) -> Mapping[int, Mapping[str, str]]:
    """By row of `Dossiers`: passed to the council, reached, tried, in hand, closed."""
    day = f"{today:%d/%m/%Y}"
    return {
        2: {"status": "Transmis au CE", "contacted": day},
        3: {"status": "Contacté", "contacted": day},
        4: {"attempt_1": day, "channel_1": "Téléphone"},
        6: {"status": "Transmis au CE", "contacted": day},
        7: {"status": "En cours", "contacted": day},
        8: {"status": "En cours", "contacted": day},
        10: {"status": "Clos", "contacted": day, "follow_up": "Horaires envoyés."},
        14: {"status": "Clos", "contacted": day},
        19: {"contacted": day},
    }


def visitor(today: date) -> Mapping[str, str]:
    """Somebody who came to the desk."""
    return {
        "date": f"{today:%d/%m/%Y}",
        "channel": "Au bureau",
        "last_name": "Quatremainil",
        "first_name": "Lison",
        "email": "lison@etudiant.example",
        "site": "Namur",
        "section": "CAP",
        "requests": "VA, Planning",
        "result": "Rendez-vous fixé",
        "consent": "Oui",
    }


# The pictures of absences: the secretary has decided, and an address has refused its mail.


def a_letter_is_due(browser: Browser, place: Place) -> None:
    """The secretary decides on some warnings; the next day an answer and a refusal are there."""
    page = browser.new_page(base_url=place.url, viewport=SHEET, locale="fr-BE")
    for row, said in decided(place).items():
        note(page, WARNINGS, row, said)
    sync_once_more(page)
    set_clock(place.url, (clock(place.url) + timedelta(days=1)).isoformat())
    sync_once_more(page)
    page.close()


def decided(place: Place) -> Mapping[int, Mapping[str, str]]:
    """By row of `Avertissements`: sent, ignored, put off."""
    by_name = {
        "Ophélie Petitgrandin": {"decision": "Envoyer"},
        "Espérance Tshibolanda": {"decision": "Envoyer"},
        "Hadrien Quertinmonte": {"decision": "Envoyer"},
        "Gaëtane Moulinart": {"decision": "Ignorer", "motive": "L'UE est terminée"},
        "Lucas Delbrassinne-Hotte": {"decision": "Attendre"},
    }
    now = clock(place.url)
    with open_sync(load(place.home, os.environ), lambda: now) as sync:
        snapshot = sync.doors.sources.books[Book.TRACKING].read()
    rows = snapshot.tables[WARNINGS.key].rows.values()
    return {r.number: by_name[r.text("student")] for r in rows if r.text("student") in by_name}


def register(cell: str, page: Page) -> None:
    """A register as its teacher sees it."""
    page.goto(f"{REGISTER}?user={TEACHER}&gid={sheet_id_of('cess_math1')}&cell={cell}")
    page.locator("[aria-busy=false] [aria-selected=true]").first.wait_for()
    page.get_by_role("gridcell", name="CM").first.wait_for()


def note(page: Page, tab: Tab, row: int, said: Mapping[str, str]) -> None:
    """The secretary types into some cells of one row."""
    keys = [column.key for column in tab.columns]
    for key, text in said.items():
        open_tab(page, tab, f"{chr(ord('A') + keys.index(key))}{row}")
        page.get_by_role("grid").press("Escape")
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.keyboard.type(text)
            page.keyboard.press("Enter")


def open_tab(page: Page, tab: Tab, cell: str) -> None:
    """A tab of the tracking spreadsheet as the secretary, at a cell, once it is drawn."""
    place = f"user={SECRETARY}&gid={tab.sheet_id}&cell={cell}"
    page.goto(f"spreadsheets/d/{TRACKING_SHEET}/edit?{place}")
    page.locator("[aria-busy=false] [aria-selected=true]").first.wait_for()


def sheet(tab: Tab, cell: str, shown: str, page: Page) -> None:
    """A tab where one cell says `shown`."""
    open_tab(page, tab, cell)
    page.get_by_role("gridcell", name=shown).first.wait_for()


def sync_once_more(page: Page) -> None:
    """A run from the home page, to its end."""
    page.goto("/")
    page.get_by_role("button", name="Lancer la synchronisation").click()
    page.get_by_text("C’est fait :").wait_for(timeout=120_000)


def clock(url: str) -> datetime:
    """The Workspace's."""
    told = requests.get(f"{url}sandbox/v1/clock", timeout=30).json()
    return datetime.fromisoformat(told["now"])


def set_clock(url: str, now: str) -> None:
    """Move it on."""
    requests.post(f"{url}sandbox/v1/clock", json={"now": now}, timeout=30).raise_for_status()


def letter(mailbox: str, subject: str, page: Page) -> None:
    """The newest mail of a mailbox whose line in the list has that subject."""
    page.goto(f"mail/{quote(mailbox)}")
    page.locator(".messages a", has_text=subject).first.click()
    page.frame_locator("iframe.body").last.locator("body").wait_for()
    frame = page.locator("iframe.body").last
    frame.evaluate("letter => { letter.style.height = '640px'; letter.scrollIntoView(false) }")


GUIDE_PICTURES: dict[str, Picture] = {
    "suivi": (SHEET, partial(sheet, CASES, "J5", "Clos")),
    "transferts-ce": (COUNCIL_SHEET, partial(sheet, COUNCILS, "M3", "Accordée")),
    "accueil": (DESK_SHEET, partial(sheet, RECEPTION, "C3", "Reprise comme inscription")),
    "rappel": (LETTER, partial(letter, "referent.va@ecole.example", "Rappel")),
    "resume": (LETTER, partial(letter, "referent.ar@ecole.example", "semaine")),
}
ABSENCE_PICTURES: dict[str, Picture] = {
    "etudiants": (ATTENDANCE, partial(sheet, STUDENTS, "E2", "Inscrit")),
    "absences": (ATTENDANCE, partial(sheet, ABSENCES, "D3", "Préavis")),
    "avertissements": (ATTENDANCE, partial(sheet, WARNINGS, "G3", "À décider")),
    "avertissement": (LETTER, partial(letter, "ophelie.petitgrandin@etudiant.example", "absences")),
    "registre": (ATTENDANCE, partial(register, "H5")),
    "registre-rappel": (LETTER, partial(letter, LATE_TEACHER, "présences à encoder")),
}


if __name__ == "__main__":
    main()
