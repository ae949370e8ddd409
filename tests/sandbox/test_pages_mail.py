"""A person opens a mailbox, reads, and takes a draft in hand; the Gmail API tells the rest."""

from __future__ import annotations

import base64
import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from html import unescape
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from itn_sync.sandbox.pages.bidi import correspondents, isolated
from itn_sync.sandbox.pages.mail_text import Typed, edited
from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.conftest import Service
from tests.sandbox.pages_school import WORKER, page, post

REFERENT = "referent.va@ecole.example"
SENT, DRAFTS = f"mail/{WORKER}?dossier=SENT", f"mail/{WORKER}?dossier=DRAFT"
PLAIN = "Bonjour,\n\nUne demande vous attend."
MARKUP = "<p style='color:red'>Bonjour</p><script>alert(1)</script>"


def message(*, html: str = MARKUP, subject: str = "Nouvelle demande") -> bytes:
    made = EmailMessage(policy=SMTP)
    made["To"] = f"Référente <{REFERENT}>"
    made["Subject"] = subject
    made["X-ITN-Sync-Key"] = "owner/1"
    made.set_content(PLAIN)
    if html:
        made.add_alternative(html, subtype="html")
    return made.as_bytes()


def raw(content: bytes) -> dict[str, Any]:
    return {"raw": base64.urlsafe_b64encode(content).decode()}


@pytest.fixture
def draft(service: Service) -> str:
    drafts = service("gmail", WORKER).users().drafts()
    made = drafts.create(userId="me", body={"message": raw(message())}).execute()
    return str(made["id"])


def content_of(service: Service, draft_id: str) -> Any:
    drafts = service("gmail", WORKER).users().drafts()
    found = drafts.get(userId="me", id=draft_id, format="raw").execute()
    return message_from_bytes(base64.urlsafe_b64decode(found["message"]["raw"]), policy=SMTP)


def act(sandbox: RunningSandbox, draft_id: str, action: str, **changes: str) -> Any:
    whole = {"to": REFERENT, "subject": "Nouvelle demande", "text": PLAIN} | changes
    sent = whole | {"action": action}
    return post(sandbox, f"mail/{WORKER}/drafts/{draft_id}", data=sent, allow_redirects=False)


def open_first(sandbox: RunningSandbox, folder: str) -> str:
    listed = page(sandbox, folder).text
    link = re.search(r'href="/(mail/[^"]*id=[^"]+)"', listed)
    assert link, listed
    return page(sandbox, unescape(link[1])).text


def test_an_empty_mailbox_says_so(sandbox: RunningSandbox) -> None:
    assert (
        "Aucun message dans «<bdi>Boîte de réception</bdi>»"
        in page(sandbox, f"mail/{REFERENT}").text
    )


def test_a_message_is_listed_by_both_sides(sandbox: RunningSandbox, service: Service) -> None:
    service("gmail", WORKER).users().messages().send(userId="me", body=raw(message())).execute()
    received = page(sandbox, f"mail/{REFERENT}").text
    assert "Nouvelle demande" in received
    assert WORKER in received
    assert "Non lu" in received
    assert REFERENT in page(sandbox, SENT).text


REVERSING = "\u202eelpmaxe.elocé@noitcerid"  # drawn as another address


def test_a_name_cannot_turn_the_text_around_it(sandbox: RunningSandbox, service: Service) -> None:
    sent = message(subject=REVERSING).replace(
        b"To: ", f"Cc: {REVERSING} <x@y.example>\nTo: ".encode()
    )
    service("gmail", WORKER).users().messages().send(userId="me", body=raw(sent)).execute()
    listed, opened = page(sandbox, SENT).text, open_first(sandbox, SENT)
    assert f'<span class="subject" dir="auto">{REVERSING}</span>' in listed
    assert f"<bdi>Référente</bdi> &lt;{REFERENT}&gt;" in listed
    assert f"<title>\u2068{REVERSING}\u2069 – " in opened
    assert f"<bdi>{REVERSING}</bdi> &lt;x@y.example&gt;" in opened


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("", []),
        ("a@x.example", [("a@x.example", "")]),
        ("<a@x.example>", [("", "<a@x.example>")]),
        (
            "<b> <a@x.example>, É <b@x.example>",
            [("<b>", " <a@x.example>, "), ("É", " <b@x.example>")],
        ),
    ],
)
def test_names_are_told_from_addresses(line: str, found: list[tuple[str, str]]) -> None:
    assert correspondents(line) == found


def test_a_text_does_not_end_its_own_isolation() -> None:
    assert isolated("a\u2069\u202eb") == "\u2068a\u202eb\u2069"


def test_its_html_is_shown_in_a_closed_frame(sandbox: RunningSandbox, service: Service) -> None:
    service("gmail", WORKER).users().messages().send(userId="me", body=raw(message())).execute()
    opened = open_first(sandbox, f"mail/{REFERENT}")
    frame = re.search(r'<iframe[^>]*sandbox="([^"]*)" srcdoc="([^"]*)"', opened)
    assert frame
    assert "allow-scripts" not in frame[1]
    assert "allow-same-origin" not in frame[1]
    assert MARKUP in unescape(frame[2])
    assert "<script>alert" not in opened
    assert "Une demande vous attend." in opened, "the text version"
    assert "X-ITN-Sync-Key" in opened, "the headers"


def test_hostile_subjects_are_inert(sandbox: RunningSandbox, service: Service) -> None:
    hostile = raw(message(subject="<img src=x onerror=alert(1)> 🌸 مرحبا", html=""))
    service("gmail", WORKER).users().messages().send(userId="me", body=hostile).execute()
    opened = open_first(sandbox, f"mail/{REFERENT}")
    assert "<img" not in opened
    assert "&lt;img src=x onerror=alert(1)&gt; 🌸 مرحبا" in opened


def test_a_person_changes_a_draft(sandbox: RunningSandbox, service: Service, draft: str) -> None:
    assert "Brouillon" in open_first(sandbox, DRAFTS)
    answer = act(sandbox, draft, "save", subject="Autre objet, été", text="Je vous appelle.\r\nÀ +")
    assert answer.status_code == 303
    changed = content_of(service, draft)
    assert changed["Subject"] == "Autre objet, été"
    assert changed["X-ITN-Sync-Key"] == "owner/1"
    assert changed.get_content_type() == "text/plain"
    assert changed.get_content().splitlines() == ["Je vous appelle.", "À +"]


def test_a_draft_sent_as_it_was_keeps_its_html(
    sandbox: RunningSandbox, service: Service, draft: str
) -> None:
    to = f"Référente <{REFERENT}>"
    assert "dossier=SENT" in act(sandbox, draft, "send", to=to).headers["Location"]
    inbox = service("gmail", REFERENT).users().messages()
    [received] = inbox.list(userId="me").execute()["messages"]
    payload = inbox.get(userId="me", id=received["id"]).execute()["payload"]
    assert [part["mimeType"] for part in payload["parts"]] == ["text/plain", "text/html"]
    assert draft not in page(sandbox, DRAFTS).text


def test_a_draft_sent_twice_leaves_once(
    sandbox: RunningSandbox, service: Service, draft: str
) -> None:
    act(sandbox, draft, "send")
    assert act(sandbox, draft, "send").status_code in {400, 404}
    inbox = service("gmail", REFERENT).users().messages()
    assert len(inbox.list(userId="me").execute()["messages"]) == 1


def test_a_deleted_draft_is_gone(sandbox: RunningSandbox, service: Service, draft: str) -> None:
    assert act(sandbox, draft, "delete").status_code == 303
    with pytest.raises(HttpError, match="404"):
        content_of(service, draft)


def test_a_draft_to_nobody_is_not_sent(
    sandbox: RunningSandbox, service: Service, draft: str
) -> None:
    answer = act(sandbox, draft, "send", to="")
    assert answer.status_code == 400
    assert "Demande refusée" in answer.text
    assert content_of(service, draft)["X-ITN-Sync-Key"] == "owner/1"


def test_an_unknown_message_or_folder_is_a_french_404(sandbox: RunningSandbox) -> None:
    for path in (f"mail/{REFERENT}?id=18c0ffee", f"mail/{REFERENT}?dossier=NOWHERE"):
        answer = page(sandbox, path)
        assert (answer.status_code, "Page introuvable" in answer.text) == (404, True)


def test_an_unchanged_draft_is_the_same_bytes() -> None:
    before = message()
    browser_text = PLAIN.replace("\n", "\r\n")
    shown = {"to": f"Référente <{REFERENT}>", "subject": "Nouvelle demande"}
    assert edited(before, Typed(**shown, text=browser_text)) == before


def test_line_breaks_cannot_add_a_header() -> None:
    after = edited(
        message(), Typed(to=REFERENT, subject="Objet\r\nBcc: pirate@pirate.example", text="x")
    )
    assert message_from_bytes(after, policy=SMTP)["Bcc"] is None


def test_a_changed_text_keeps_the_attachments_and_the_copies() -> None:
    before = EmailMessage(policy=SMTP)
    before["To"], before["Cc"] = REFERENT, "copie@ecole.example"
    before.set_content(PLAIN)
    before.add_alternative(MARKUP, subtype="html")
    before.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="lettre.pdf")
    typed = Typed(to=REFERENT, text="Autre texte, été")
    after = message_from_bytes(edited(before.as_bytes(), typed), policy=SMTP)
    assert [part.get_content_type() for part in after.walk()] == [
        "multipart/mixed",
        "text/plain",
        "application/pdf",
    ]
    [text] = [part for part in after.walk() if part.get_content_type() == "text/plain"]
    assert text.get_content().strip() == "Autre texte, été"
    assert after["Cc"] == "copie@ecole.example"


def test_a_draft_of_html_alone_shows_its_words(sandbox: RunningSandbox, service: Service) -> None:
    only_html = EmailMessage(policy=SMTP)
    only_html["To"] = REFERENT
    only_html.set_content("<p>Bonjour <b>Aline</b></p>", subtype="html")
    drafts = service("gmail", WORKER).users().drafts()
    drafts.create(userId="me", body={"message": raw(only_html.as_bytes())}).execute()
    assert re.search(r"<textarea[^>]*>\s*Bonjour Aline</textarea>", open_first(sandbox, DRAFTS))
