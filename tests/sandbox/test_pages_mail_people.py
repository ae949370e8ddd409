"""What a person does in a mailbox: write, answer, sort, label, search, open attachments."""

from __future__ import annotations

import base64
import re
from email.message import EmailMessage
from email.policy import SMTP
from html import unescape
from typing import Any

import pytest
import requests

from itn_sync.sandbox.pages.mail_view import File
from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.conftest import Service
from tests.sandbox.gmail_mail import imported, later, mailbox
from tests.sandbox.pages_school import SECRETARIAT, page, post

REFERENT = "referent.va@ecole.example"
STUDENT = "aline@etudiant.example"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def received(**more: Any) -> dict[str, Any]:
    """A student's mail, as the import takes it."""
    first = {
        "from": f"Aline Dupré <{STUDENT}>",
        "to": f"{REFERENT}, {SECRETARIAT}",
        "subject": "Ma demande",
        "text": "Bonjour,\nvoici ma demande.",
        "messageId": "<demande@etudiant.example>",
    }
    return first | more


@pytest.fixture
def threads(service: Service) -> Any:
    return service("gmail", REFERENT).users().threads()


def put(sandbox: RunningSandbox, *mails: dict[str, Any]) -> None:
    imported(sandbox, mailboxes=[{"address": REFERENT, "messages": list(mails)}])


def only_thread(threads: Any, **asked: Any) -> str:
    [found] = threads.list(userId="me", includeSpamTrash=True, **asked).execute()["threads"]
    return str(found["id"])


def labels_of(threads: Any, thread: str) -> set[str]:
    found = threads.get(userId="me", id=thread, format="minimal").execute()
    return {label for message in found["messages"] for label in message.get("labelIds", ())}


def act(sandbox: RunningSandbox, **sent: Any) -> requests.Response:
    path = f"mail/{REFERENT}/threads"
    answer = post(sandbox, path, data={"dossier": "INBOX"} | sent, allow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer


def compose(sandbox: RunningSandbox, **sent: str) -> requests.Response:
    whole = {"to": STUDENT, "subject": "Rendez-vous", "text": "Bonjour", "action": "send"} | sent
    return post(sandbox, f"mail/{REFERENT}/drafts", data=whole)


def test_a_conversation_is_one_line_and_opens_whole(sandbox: RunningSandbox, threads: Any) -> None:
    answer = {"headers": {"References": "<demande@etudiant.example>"}, "messageId": "<2@x.example>"}
    put(sandbox, received(), received(subject="Re: Ma demande", text="J’ajoute ceci.", **answer))
    listed = page(sandbox, f"mail/{REFERENT}").text
    assert listed.count('name="fil"') == 1
    assert "(2)" in listed
    opened = page(sandbox, f"mail/{REFERENT}?id={only_thread(threads)}").text.split("<article")[1]
    assert opened.index("voici ma demande.") < opened.index("J’ajoute ceci.")


def test_a_message_id_opens_its_conversation(sandbox: RunningSandbox, service: Service) -> None:
    references = {"headers": {"References": "<demande@etudiant.example>"}}
    put(sandbox, received(), received(text="la suite", messageId="<2@x.example>", **references))
    messages = service("gmail", REFERENT).users().messages()
    newest = messages.list(userId="me").execute()["messages"][0]
    assert newest["id"] != newest["threadId"]
    assert "voici ma demande." in page(sandbox, f"mail/{REFERENT}?id={newest['id']}").text


@pytest.mark.parametrize(
    ("action", "gained", "lost"),
    [
        ("archive", set(), {"INBOX"}),
        ("read", set(), {"UNREAD"}),
        ("spam", {"SPAM"}, {"INBOX"}),
        ("trash", {"TRASH"}, {"INBOX"}),
        ("star", {"STARRED"}, set()),
    ],
)
def test_a_ticked_conversation_goes_where_one_says(
    sandbox: RunningSandbox, threads: Any, action: str, gained: set[str], lost: set[str]
) -> None:
    put(sandbox, received())
    thread = only_thread(threads)
    before = labels_of(threads, thread)
    answer = act(sandbox, action=action, fil=thread)
    assert labels_of(threads, thread) == (before | gained) - lost
    assert 'role="status"' in page(sandbox, answer.headers["Location"]).text


def test_what_was_thrown_away_comes_back_or_goes_for_good(
    sandbox: RunningSandbox, threads: Any
) -> None:
    put(sandbox, received())
    thread = only_thread(threads)
    act(sandbox, action="trash", fil=thread)
    assert "Ma demande" in page(sandbox, f"mail/{REFERENT}?dossier=TRASH").text
    act(sandbox, action="restore", fil=thread)
    assert "INBOX" in labels_of(threads, thread)
    act(sandbox, action="trash", fil=thread)
    act(sandbox, action="delete", fil=thread)
    assert mailbox(sandbox, REFERENT)["messages"] == []
    act(sandbox, action="archive", fil=thread)  # gone meanwhile: passed over


def test_nothing_ticked_is_said(sandbox: RunningSandbox) -> None:
    location = act(sandbox, action="archive").headers["Location"]
    assert "Cochez d’abord une conversation." in page(sandbox, location).text


def test_a_star_in_the_list_turns_on_and_off(sandbox: RunningSandbox, threads: Any) -> None:
    put(sandbox, received())
    thread = only_thread(threads)
    act(sandbox, star=thread)
    assert "STARRED" in labels_of(threads, thread)
    assert "Ma demande" in page(sandbox, f"mail/{REFERENT}?dossier=STARRED").text
    act(sandbox, unstar=thread)
    assert "STARRED" not in labels_of(threads, thread)


def test_labels_are_put_on_made_and_taken_off(
    sandbox: RunningSandbox, threads: Any, service: Service
) -> None:
    put(sandbox, received(labelIds=["INBOX", "À suivre"]))
    thread = only_thread(threads)
    act(sandbox, action="label", fil=thread, nouvelle="Dossiers/VA")
    labels = service("gmail", REFERENT).users().labels().list(userId="me").execute()["labels"]
    ids = {label["name"]: label["id"] for label in labels if label["type"] == "user"}
    assert labels_of(threads, thread) == {"INBOX", ids["Dossiers/VA"]}
    shown = page(sandbox, f"mail/{REFERENT}?dossier={ids['Dossiers/VA']}").text
    assert "Ma demande" in shown
    assert "Dossiers/VA" in shown


def test_a_conversation_with_a_draft_can_be_labelled(sandbox: RunningSandbox, threads: Any) -> None:
    put(sandbox, received())
    thread = only_thread(threads)
    compose(sandbox, action="save", reponse=thread, subject="Re: Ma demande")
    opened = page(sandbox, f"mail/{REFERENT}?id={thread}").text
    link = re.search(r'href="(/mail/[^"]*dossier=DRAFT[^"]*)">Modifier ce brouillon', opened)
    assert link
    assert "Enregistrer" in page(sandbox, unescape(link[1])).text
    act(sandbox, action="star", fil=thread)
    [draft] = mailbox(sandbox, REFERENT)["drafts"]
    assert draft["labelIds"] == ["DRAFT"]
    assert "STARRED" in labels_of(threads, thread)


def test_an_answer_joins_the_conversation_on_both_sides(
    sandbox: RunningSandbox, threads: Any
) -> None:
    put(sandbox, received())
    thread = only_thread(threads)
    sheet = page(sandbox, f"mail/{REFERENT}?reponse={thread}").text
    assert 'value="Re: Ma demande"' in sheet
    assert f'value="Aline Dupré &lt;{STUDENT}&gt;"' in sheet
    assert "&gt; voici ma demande." in sheet
    sent = compose(sandbox, reponse=thread, subject="Re: Ma demande", text="D'accord.")
    assert "Message envoyé." in sent.text
    found = threads.get(userId="me", id=thread).execute()["messages"]
    assert len(found) == 2
    [arrived] = mailbox(sandbox, STUDENT)["messages"]
    assert arrived["headers"]["In-Reply-To"] == "<demande@etudiant.example>"


def test_an_answer_to_all_leaves_oneself_out(sandbox: RunningSandbox, threads: Any) -> None:
    put(sandbox, received(cc="Chef <direction@ecole.example>"))
    sheet = page(sandbox, f"mail/{REFERENT}?reponse={only_thread(threads)}&tous=1").text
    copies = re.search(r'name="cc" value="([^"]*)"', sheet)
    assert copies
    assert unescape(copies[1]) == f'{SECRETARIAT}, "Chef" <direction@ecole.example>'


def test_a_new_mail_leaves_with_copies_and_signature(
    sandbox: RunningSandbox, service: Service
) -> None:
    own = service("gmail", REFERENT).users().settings().sendAs()
    signed = {"signature": "<p>La référente VA</p>"}
    own.patch(userId="me", sendAsEmail=REFERENT, body=signed).execute()
    assert "La référente VA</textarea>" in page(sandbox, f"mail/{REFERENT}?nouveau=1").text
    compose(sandbox, cc=SECRETARIAT, bcc="Édith <direction@ecole.example>")
    for address in (STUDENT, SECRETARIAT, "direction@ecole.example"):
        [arrived] = mailbox(sandbox, address)["messages"]
        assert (arrived["subject"], arrived["cc"]) == ("Rendez-vous", SECRETARIAT)
        assert arrived["bcc"] == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"to": ""}, "indiquez au moins un destinataire."),
        ({"to": "pas une adresse"}, "«À» n’est pas valable"),
        ({"cc": "pas une adresse"}, "«Cc» n’est pas valable"),
    ],
)
def test_a_refused_mail_keeps_what_was_typed(
    sandbox: RunningSandbox, typed: dict[str, str], said: str
) -> None:
    answer = compose(sandbox, text="Un long texte", **typed)
    assert answer.status_code == 400
    assert said in answer.text
    assert "Un long texte</textarea>" in answer.text
    assert mailbox(sandbox, REFERENT)["messages"] == []


def test_a_message_is_handed_on_with_its_files(sandbox: RunningSandbox, threads: Any) -> None:
    put(sandbox, {"raw": base64.urlsafe_b64encode(with_files()).decode()})
    thread = only_thread(threads)
    sheet = page(sandbox, f"mail/{REFERENT}?transfert={thread}").text
    assert 'value="Fwd: Copies"' in sheet
    assert "Message transféré" in sheet
    compose(sandbox, to=SECRETARIAT, subject="Fwd: Copies", text="Voyez.", transfert=thread)
    assert f"De : {STUDENT}" in sheet
    [arrived] = mailbox(sandbox, SECRETARIAT)["messages"]
    opened = page(sandbox, f"mail/{SECRETARIAT}?id={arrived['id']}").text
    assert {"bulletin été.txt", "piège.html"} <= set(re.findall(r"<bdi>([^<]*)</bdi></a>", opened))


def test_a_person_writes_under_the_default_alias(sandbox: RunningSandbox) -> None:
    alias = {"sendAsEmail": "va@ecole.example", "displayName": "Équipe VA", "isDefault": True}
    imported(sandbox, mailboxes=[{"address": REFERENT, "sendAs": [alias]}])
    compose(sandbox)
    [arrived] = mailbox(sandbox, STUDENT)["messages"]
    assert arrived["from"] == "Équipe VA <va@ecole.example>"


def test_a_new_mail_is_kept_as_a_draft(sandbox: RunningSandbox) -> None:
    saved = compose(sandbox, action="save", to="")
    assert "Brouillon enregistré." in saved.text
    [draft] = mailbox(sandbox, REFERENT)["drafts"]
    assert draft["subject"] == "Rendez-vous"


def test_a_search_is_gmails(sandbox: RunningSandbox) -> None:
    put(sandbox, received(), received(subject="Autre chose", messageId="<b@x.example>"))
    found = page(sandbox, f"mail/{REFERENT}?q=subject:autre from:aline").text
    assert "Autre chose" in found
    assert found.count('name="fil"') == 1
    later(sandbox, 10)
    assert "Aucun message trouvé" in page(sandbox, f"mail/{REFERENT}?q=-in:inbox").text


def test_a_long_folder_is_shown_in_pages(sandbox: RunningSandbox) -> None:
    put(
        sandbox,
        *(received(subject=f"Demande {n}", messageId=f"<{n}@x.example>") for n in range(35)),
    )
    first = page(sandbox, f"mail/{REFERENT}").text
    assert first.count('name="fil"') == 30
    older = re.search(r'href="([^"]*page=[^"]*)">Messages plus anciens', first)
    assert older
    second = page(sandbox, unescape(older[1])).text
    assert second.count('name="fil"') == 5
    assert "Messages les plus récents" in second


def with_files() -> bytes:
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = STUDENT, REFERENT, "Copies"
    made.set_content("Voyez les copies.")
    made.add_alternative('<p>Voyez <img src="cid:logo"></p>', subtype="html")
    [_, markup] = made.iter_parts()
    markup.add_related(PICTURE, "image", "png", cid="<logo>", filename="logo.png")
    made.add_attachment("Bulletin, été", subtype="plain", filename="bulletin été.txt")
    made.add_attachment("<script>alert(1)</script>", subtype="html", filename="piège.html")
    return made.as_bytes()


def test_attachments_open_or_are_saved_and_run_nothing(
    sandbox: RunningSandbox, threads: Any
) -> None:
    put(sandbox, {"raw": base64.urlsafe_b64encode(with_files()).decode()})
    opened = page(sandbox, f"mail/{REFERENT}?id={only_thread(threads)}").text
    assert "data:image/png;base64," in opened
    assert "logo.png" not in opened.split('<details class="headers"')[0].split("srcdoc")[2:]
    links = [unescape(link) for link in re.findall(r'href="(/mail/[^"]*/files/[^"?]*)"', opened)]
    text, markup = (page(sandbox, link) for link in links)
    assert text.text.strip() == "Bulletin, été"
    assert text.headers["Content-Disposition"].startswith("inline")
    assert markup.headers["Content-Type"] == "application/octet-stream"
    assert markup.headers["Content-Disposition"] == "attachment; filename*=UTF-8''pi%C3%A8ge.html"
    for answer in (text, markup):
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    saved = page(sandbox, f"{links[0]}?enregistrer=1")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert page(sandbox, links[0].rpartition("/")[0] + "/ANGjdJ-x").status_code == 404


def test_the_original_is_shown_as_text(sandbox: RunningSandbox, threads: Any) -> None:
    put(sandbox, received(html="<script>alert(1)</script>"))
    path = f"mail/{REFERENT}/messages/{only_thread(threads)}/original"
    shown = page(sandbox, path).text
    assert "Message-ID: &lt;demande@etudiant.example&gt;" in shown
    assert "<script>alert" not in shown
    saved = page(sandbox, f"{path}?enregistrer=1")
    assert saved.headers["Content-Disposition"].endswith(".eml")
    assert b"Message-ID: <demande@etudiant.example>" in saved.content


def test_a_returned_mail_shows_why(sandbox: RunningSandbox, threads: Any) -> None:
    imported(sandbox, bouncing=["inconnu@ecole.example"])
    compose(sandbox, to=f"inconnu@ecole.example, {STUDENT}")
    assert len(mailbox(sandbox, STUDENT)["messages"]) == 1
    opened = page(sandbox, f"mail/{REFERENT}?id={only_thread(threads)}").text
    assert "Adresse introuvable" in opened
    assert "état-de-remise.txt" in opened


def test_a_page_can_ask_whether_mail_came(sandbox: RunningSandbox) -> None:
    path = f"mail/{REFERENT}/newest?dossier=INBOX"
    assert page(sandbox, path).text == ""
    put(sandbox, received())
    [arrived] = mailbox(sandbox, REFERENT)["messages"]
    assert page(sandbox, path).text == arrived["id"]
    assert page(sandbox, f"mail/{REFERENT}/newest?dossier=SENT").text == ""
    assert f'data-newest="{arrived["id"]}"' in page(sandbox, f"mail/{REFERENT}").text


def test_what_is_no_address_has_no_mailbox(sandbox: RunningSandbox) -> None:
    assert page(sandbox, "mail/personne").status_code == 404


@pytest.mark.parametrize(
    ("size", "words"),
    [(1, "1 octet"), (900, "900 octets"), (1536, "1,5 ko"), (5 * 1024**2, "5 Mo")],
)
def test_sizes_are_said_in_french(size: int, words: str) -> None:
    assert " ".join(File("id", "nom", "text/plain", size).weight.split()) == words


def test_one_chooses_who_one_is(sandbox: RunningSandbox) -> None:
    put(sandbox, received())
    shown = page(sandbox, f"mail?user={REFERENT}")
    assert shown.url.endswith(f"/mail/{REFERENT}")
    assert f"<option selected>{REFERENT}</option>" in shown.text
    assert page(sandbox, "mail").url == sandbox.url


def test_an_unknown_action_changes_nothing(sandbox: RunningSandbox, threads: Any) -> None:
    put(sandbox, received())
    thread = only_thread(threads)
    sent = {"action": "explode", "fil": thread}
    assert post(sandbox, f"mail/{REFERENT}/threads", data=sent).status_code == 404
    assert post(sandbox, f"mail/{REFERENT}/drafts", data=sent).status_code == 404
    assert labels_of(threads, thread) == {"INBOX", "UNREAD"}
