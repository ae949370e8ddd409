"""What Google's help page on searching and its guides show, run as shown."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from typing import Any

import pytest

from tests.sandbox.gmail_mail import ME, imported, later, mailbox

# https://support.google.com/mail/answer/7190: who wrote what, found by the examples of its table.
MAILS: dict[str, dict[str, Any]] = {
    "dinner": {
        "from": "Amy <amy@example.com>",
        "to": "david@example.com",
        "subject": "Dinner",
        "text": "Dinner and movie tonight? Bring the holiday photos of our long vacation.",
        "date": "2004-04-17T12:00:00Z",
        "messageId": "<200503292@example.com>",
        "labelIds": ["INBOX", "STARRED", "friends"],
    },
    "list": {
        "from": "david@example.com",
        "cc": "john@example.com",
        "subject": "Team celebration",
        "text": "The secret of the next birthday: a unicorn.",
        "headers": {"List-Id": "<info.example.com>", "Delivered-To": "username@example.com"},
        "labelIds": ["INBOX", "UNREAD", "IMPORTANT", "CATEGORY_UPDATES"],
    },
    "kept": {
        "from": ME,
        "to": "john@example.com",
        "bcc": "david@example.com",
        "subject": "Payment reminder",
        "text": "Birthday money, no longer a secret. See https://docs.google.com/document/d/1.",
        "labelIds": [],
    },
    "bin": {"from": "amy@example.com", "subject": "Movie", "labelIds": ["TRASH"]},
}

EXAMPLES = {
    "from:me": {"kept"},
    "from:amy@example.com": {"dinner"},
    "to:john@example.com": {"kept", "list"},
    "cc:john@example.com": {"list"},
    "bcc:david@example.com": {"kept"},
    "subject:dinner": {"dinner"},
    "subject:(team celebration)": {"list"},
    "after:2004/04/16 before:2004/04/18": {"dinner"},
    "after:04/16/2004 before:04/18/2004": {"dinner"},
    "older_than:1y": {"dinner"},
    "newer_than:2d": {"list", "kept"},
    "from:amy OR from:david": {"dinner", "list"},
    "{from:amy from:david}": {"dinner", "list"},
    "from:amy AND to:david": {"dinner"},
    "dinner -movie": set(),
    "holiday AROUND 10 vacation": {"dinner"},
    "holiday AROUND 2 vacation": set(),
    '"secret AROUND 25 birthday"': {"list"},
    "secret AROUND 25 birthday": {"list", "kept"},
    "label:friends": {"dinner"},
    "label:important": {"list"},
    "is:important": {"list"},
    "category:primary": {"dinner"},
    "category:updates": {"list"},
    "category:purchases": set(),
    "has:attachment": set(),
    "has:document": {"kept"},
    "has:youtube": set(),
    "list:info@example.com": {"list"},
    '"dinner and movie tonight"': {"dinner"},
    "in:anywhere movie": {"dinner", "bin"},
    "in:archive payment reminder": {"kept"},
    "in:snoozed birthday": set(),
    "is:muted subject:team": set(),
    "is:starred": {"dinner"},
    "is:unread": {"list"},
    "is:read": {"dinner", "kept"},
    "has:yellow-star OR has:purple-question": {"dinner"},
    "deliveredto:username@example.com": {"list"},
    "size:1000000": set(),
    "larger:10M": set(),
    "+unicorn": {"list"},
    "rfc822msgid:200503292@example.com": {"dinner"},
    "has:userlabels": {"dinner"},
    "has:nouserlabels": {"list", "kept"},
}


@pytest.fixture
def users(service: Any) -> Any:
    return service("gmail").users()


def test_every_search_of_the_help_page(users: Any, sandbox: Any) -> None:
    named = [
        mail | {"headers": mail.get("headers", {}) | {"X-Name": name}}
        for name, mail in MAILS.items()
    ]
    imported(sandbox, mailboxes=[{"address": ME, "messages": named}])
    listed = users.messages().list(userId="me", includeSpamTrash=True).execute()["messages"]
    name_of = {}
    for one in listed:
        found = (
            users.messages()
            .get(userId="me", id=one["id"], format="metadata", metadataHeaders=["X-Name"])
            .execute()
        )
        name_of[one["id"]] = found["payload"]["headers"][0]["value"]

    def search(q: str) -> set[str]:
        answer = users.messages().list(userId="me", q=q).execute()
        return {name_of[one["id"]] for one in answer.get("messages", ())}

    assert {q: search(q) for q in EXAMPLES} == EXAMPLES


def test_a_client_synchronises_fully_then_by_history(users: Any) -> None:
    """https://developers.google.com/workspace/gmail/api/guides/sync."""
    raw = base64.urlsafe_b64encode(b"Subject: un\r\n\r\nbonjour").decode()
    for _ in range(3):
        users.messages().insert(userId="me", body={"raw": raw, "labelIds": ["INBOX"]}).execute()
    newest = users.messages().list(userId="me").execute()["messages"][0]["id"]
    start = users.messages().get(userId="me", id=newest, format="minimal").execute()["historyId"]
    assert "history" not in users.history().list(userId="me", startHistoryId=start).execute()
    users.messages().trash(userId="me", id=newest).execute()
    changed = (
        users.history()
        .list(userId="me", startHistoryId=start, historyTypes=["labelAdded", "labelRemoved"])
        .execute()
    )
    labels = [
        (kind, change["labelIds"])
        for record in changed["history"]
        for kind in ("labelsAdded", "labelsRemoved")
        for change in record.get(kind, ())
    ]
    assert sorted(labels) == [("labelsAdded", ["TRASH"]), ("labelsRemoved", ["INBOX"])]


def test_a_label_of_a_thread_stays_off_the_messages_that_come_later(
    users: Any, sandbox: Any
) -> None:
    """https://developers.google.com/workspace/gmail/api/guides/labels: labels are on messages."""
    first = {"subject": "Projet", "messageId": "<p@example.com>"}
    later_one = {"subject": "Re: Projet", "headers": {"In-Reply-To": "<p@example.com>"}}
    imported(sandbox, mailboxes=[{"address": ME, "messages": [first]}])
    label = users.labels().create(userId="me", body={"name": "My-Label"}).execute()["id"]
    thread = users.threads().list(userId="me").execute()["threads"][0]["id"]
    users.threads().modify(userId="me", id=thread, body={"addLabelIds": [label]}).execute()
    later(sandbox, 60)
    imported(sandbox, mailboxes=[{"address": ME, "messages": [later_one]}])
    messages = users.threads().get(userId="me", id=thread, format="minimal").execute()["messages"]
    assert [label in message["labelIds"] for message in messages] == [True, False]


def test_every_address_that_fails_sends_its_own_notice(users: Any, sandbox: Any) -> None:
    """A 200 is no proof of delivery: https://developers.google.com/workspace/gmail/api/guides/handle-errors."""
    gone = ["parti@ecole.example", "inconnu@ailleurs.example"]
    imported(sandbox, bouncing=gone)
    message = EmailMessage()
    message["To"], message["Cc"] = f"{gone[0]}, present@ecole.example", gone[1]
    message["Subject"] = "Réunion"
    message.set_content("À demain")
    raw = base64.urlsafe_b64encode(message.as_bytes()).decode()
    sent = users.messages().send(userId="me", body={"raw": raw}).execute()
    thread = users.threads().get(userId="me", id=sent["threadId"]).execute()["messages"]
    failed = [
        header["value"]
        for notice in thread[1:]
        for header in notice["payload"]["headers"]
        if header["name"] == "X-Failed-Recipients"
    ]
    assert sorted(failed) == sorted(gone)
    assert all("INBOX" in notice["labelIds"] for notice in thread[1:])
    kinds = [part["mimeType"] for part in thread[1]["payload"]["parts"]]
    assert kinds == ["text/plain", "message/delivery-status", "message/rfc822"]
    assert len(mailbox(sandbox, "present@ecole.example")["messages"]) == 1
