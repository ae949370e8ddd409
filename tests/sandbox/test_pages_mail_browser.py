"""A referent and the worker's mailbox in a real browser, at a desk and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from itn_sync.sandbox.server import RunningSandbox
from tests.browsers import barriers, fits
from tests.sandbox.gmail_mail import imported, mailbox

pytestmark = pytest.mark.browser

at_desk = pytest.mark.parametrize("screen", [(1366, 768)], ids=["desk"], indirect=True)

REFERENT = "referent.va@ecole.example"
WORKER = "itn-sync@ecole.example"
STUDENT = "aline@etudiant.example"
MARKUP = "<p>Bonjour <b>référente</b></p><script>parent.document.title = 'pris'</script>"


@pytest.fixture
def inbox(sandbox: RunningSandbox) -> str:
    """The address of a mailbox with a formatted mail, a plain one and a label."""
    mails: list[dict[str, Any]] = [
        {
            "from": STUDENT,
            "subject": "Question",
            "text": "À quelle heure ?",
            "messageId": "<q@x.y>",
        },
        {"from": WORKER, "subject": "Nouvelle demande", "text": "Bonjour", "html": MARKUP},
    ]
    labels = ["Dossiers/VA"]
    imported(sandbox, mailboxes=[{"address": REFERENT, "messages": mails, "labels": labels}])
    return f"{sandbox.url}mail/{REFERENT}"


def is_accessible(page: Page) -> bool:
    """No violation of axe-core's rules, and nothing scrolls the page sideways."""
    assert barriers(page) == []
    return fits(page)


def on_phone(page: Page) -> bool:
    return page.viewport_size is not None and page.viewport_size["width"] < 600


def test_an_unread_message_is_bold_until_it_is_opened(
    sandbox: RunningSandbox, inbox: str, screen: Page
) -> None:
    screen.goto(inbox)
    assert is_accessible(screen)
    line = screen.locator(".messages li", has_text="Nouvelle demande")
    assert line.locator(".subject").evaluate("e => getComputedStyle(e).fontWeight") == "700"
    line.get_by_role("link").click()
    body = screen.frame_locator("iframe.body")
    expect(body.get_by_text("référente")).to_be_visible()
    expect(screen.get_by_role("button", name="Marquer comme non lu")).to_be_visible()
    assert is_accessible(screen)
    assert "pris" not in screen.title()
    read = [
        one["subject"]
        for one in mailbox(sandbox, REFERENT)["messages"]
        if "UNREAD" not in one["labelIds"]
    ]
    assert read == ["Nouvelle demande"]
    if on_phone(screen):
        expect(line).to_be_hidden()
        screen.get_by_role("link", name="← Boîte de réception").click()
    assert line.locator(".subject").evaluate("e => getComputedStyle(e).fontWeight") == "400"


def test_the_keyboard_alone_opens_and_answers(
    sandbox: RunningSandbox, inbox: str, screen: Page
) -> None:
    screen.goto(inbox)
    screen.get_by_role("link", name="Nouvelle demande").focus()
    screen.keyboard.press("ArrowDown")
    screen.keyboard.press("Enter")
    answer = screen.get_by_role("link", name="Répondre", exact=True)
    answer.focus()
    screen.keyboard.press("Enter")
    expect(screen.get_by_label("Message", exact=True)).to_be_focused()
    assert is_accessible(screen)
    screen.keyboard.type("À neuf heures.")
    screen.get_by_role("button", name="Envoyer").press("Enter")
    expect(screen.get_by_role("status")).to_have_text("Message envoyé.")
    [arrived] = mailbox(sandbox, STUDENT)["messages"]
    assert arrived["text"].startswith("À neuf heures.")
    assert arrived["headers"]["In-Reply-To"] == "<q@x.y>"


def test_a_person_corrects_a_draft_of_the_worker_and_sends_it(
    sandbox: RunningSandbox, screen: Page
) -> None:
    draft = {"to": STUDENT, "subject": "Votre demande", "text": "Bonjour", "labelIds": ["DRAFT"]}
    imported(sandbox, mailboxes=[{"address": WORKER, "messages": [draft | {"html": MARKUP}]}])
    screen.goto(f"{sandbox.url}mail/{WORKER}")
    screen.get_by_role("link", name="Brouillons").click()
    screen.locator(".messages").get_by_role("link", name="Votre demande").click()
    assert is_accessible(screen)
    screen.get_by_label("Message", exact=True).fill("Bonjour Aline,\nà demain.")
    screen.get_by_role("button", name="Enregistrer").click()
    expect(screen.get_by_label("Message", exact=True)).to_have_value("Bonjour Aline,\nà demain.")
    screen.get_by_role("button", name="Envoyer").click()
    screen.wait_for_url("**dossier=SENT**")
    [arrived] = mailbox(sandbox, STUDENT)["messages"]
    assert (arrived["text"].splitlines(), arrived["html"]) == (["Bonjour Aline,", "à demain."], "")


@at_desk
def test_a_mail_to_nobody_says_what_is_missing(inbox: str, screen: Page) -> None:
    screen.goto(inbox)
    screen.get_by_role("link", name="Nouveau message").click()
    screen.get_by_label("Objet").fill("Sans adresse")
    screen.get_by_role("button", name="Envoyer").click()
    expect(screen.get_by_role("alert")).to_contain_text("indiquez au moins un destinataire")
    assert is_accessible(screen)
    screen.get_by_label("À", exact=True).fill(STUDENT)
    screen.get_by_role("button", name="Envoyer").click()
    expect(screen.locator(".messages").get_by_role("link", name="Sans adresse")).to_be_visible()


@at_desk
def test_conversations_are_ticked_starred_and_labelled(inbox: str, screen: Page) -> None:
    screen.goto(inbox)
    expect(screen.get_by_role("button", name="Archiver")).to_be_hidden()
    screen.get_by_role("checkbox", name="Cocher : Question").check()
    screen.get_by_role("button", name="Archiver").click()
    expect(screen.get_by_role("status")).to_have_text("Conversation archivée.")
    expect(screen.locator(".messages li")).to_have_count(1)
    screen.get_by_role("button", name="Suivre : Nouvelle demande").click()
    pressed = screen.get_by_role("button", name="Suivre : Nouvelle demande", pressed=True)
    expect(pressed).to_be_visible()
    screen.locator(".messages").get_by_role("link", name="Nouvelle demande").click()
    screen.get_by_text("Étiquettes").click()
    screen.get_by_label("Dossiers/VA").check()
    assert is_accessible(screen)
    screen.get_by_role("button", name="Appliquer").click()
    expect(screen.locator(".tools .chip")).to_have_text("Dossiers/VA")


@at_desk
def test_a_text_not_kept_is_not_lost_unasked(inbox: str, screen: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    screen.on("dialog", stay)
    screen.goto(f"{inbox}?nouveau=1")
    screen.get_by_label("Objet").press_sequentially("Presque fini")
    screen.get_by_role("link", name="Brouillons").click(no_wait_after=True)
    expect(screen.get_by_label("Objet")).to_have_value("Presque fini")
    assert asked == ["beforeunload"]
    screen.remove_listener("dialog", stay)
    screen.on("dialog", lambda dialog: dialog.accept())


@at_desk
def test_another_person_is_chosen_from_the_list(
    sandbox: RunningSandbox, inbox: str, screen: Page
) -> None:
    imported(sandbox, mailboxes=[{"address": WORKER, "messages": [{"subject": "Pour le robot"}]}])
    screen.goto(inbox)
    screen.get_by_label("Vous êtes").select_option(WORKER)
    expect(screen.get_by_role("link", name="Pour le robot")).to_be_visible()
    assert screen.url.endswith(f"/mail/{WORKER}")


@at_desk
def test_mail_that_comes_is_seen_without_being_asked_for(
    sandbox: RunningSandbox, inbox: str, screen: Page
) -> None:
    screen.clock.install()
    screen.goto(inbox)
    imported(sandbox, mailboxes=[{"address": REFERENT, "messages": [{"subject": "Tout frais"}]}])
    screen.clock.run_for(5000)
    screen.get_by_role("link", name="Tout frais").click()
    again = screen.get_by_role("button", name="Nouveaux messages : actualiser")
    expect(again).to_be_hidden()
    imported(sandbox, mailboxes=[{"address": REFERENT, "messages": [{"subject": "Encore un"}]}])
    screen.clock.run_for(5000)
    again.click()
    expect(screen.get_by_role("link", name="Encore un")).to_be_visible()


def test_everything_works_without_the_script(
    sandbox: RunningSandbox, inbox: str, browser: Browser
) -> None:
    plain = browser.new_page(java_script_enabled=False)
    plain.goto(inbox)
    plain.get_by_role("link", name="Question").click()
    plain.get_by_role("button", name="Marquer comme lu").click()
    expect(plain.get_by_role("status")).to_have_text("Conversation marquée comme lue.")
    plain.get_by_label("Vous êtes").select_option(REFERENT)
    plain.get_by_role("button", name="Changer").click()
    expect(plain.locator(".messages li.unread")).to_have_count(1)
    plain.close()
    assert len(mailbox(sandbox, REFERENT)["messages"]) == 2
