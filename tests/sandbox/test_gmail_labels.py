"""Labels that people and programs make, beside Gmail's own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.gmail_mail import ME, body, imported, refusal


@pytest.fixture
def labels(service: Any) -> Any:
    return service("gmail").users().labels()


def test_a_new_mailbox_has_gmails_labels(labels: Any) -> None:
    found = labels.list(userId="me").execute()["labels"]
    names = {label["id"] for label in found}
    assert names >= {"INBOX", "SENT", "DRAFT", "TRASH", "SPAM", "STARRED", "UNREAD", "IMPORTANT"}
    assert {label["type"] for label in found} == {"system"}
    assert len([name for name in names if name.startswith("CATEGORY_")]) == 5


def test_a_label_is_made_changed_and_deleted(labels: Any) -> None:
    made = labels.create(userId="me", body={"name": "Accompagnement/VA"}).execute()
    assert (made["type"], made["labelListVisibility"]) == ("user", "labelShow")
    hidden = labels.patch(userId="me", id=made["id"], body={"labelListVisibility": "labelHide"})
    assert hidden.execute()["name"] == "Accompagnement/VA"
    assert labels.update(userId="me", id=made["id"], body={"name": "VA"}).execute() == {
        "id": made["id"],
        "name": "VA",
        "messageListVisibility": "show",
        "labelListVisibility": "labelShow",
        "type": "user",
    }
    assert not labels.delete(userId="me", id=made["id"]).execute()
    assert refusal(labels.get(userId="me", id=made["id"]))[0] == 404


def test_deleting_a_label_takes_it_off_the_messages(service: Any, labels: Any) -> None:
    messages = service("gmail").users().messages()
    made = labels.create(userId="me", body={"name": "VA"}).execute()
    one = messages.insert(userId="me", body=body(labelIds=[made["id"], "INBOX"])).execute()
    labels.delete(userId="me", id=made["id"]).execute()
    found = messages.get(userId="me", id=one["id"], format="minimal").execute()
    assert found["labelIds"] == ["INBOX"]


def test_two_labels_cannot_share_a_name(labels: Any) -> None:
    labels.create(userId="me", body={"name": "VA"}).execute()
    again = labels.create(userId="me", body={"name": "va"})
    assert refusal(again) == (409, "Label name exists or conflicts", "aborted")


@pytest.mark.parametrize("name", ["", "   ", "inbox", "x" * 226])
def test_reserved_and_empty_names_are_refused(labels: Any, name: str) -> None:
    request = labels.create(userId="me", body={"name": name})
    assert refusal(request) == (400, "Invalid label name", "invalidArgument")


def test_a_color_outside_the_palette_is_refused(labels: Any) -> None:
    color = {"backgroundColor": "#123456", "textColor": "#ffffff"}
    status, text, _ = refusal(labels.create(userId="me", body={"name": "VA", "color": color}))
    assert (status, text) == (400, "Label color #123456 is not on the allowed color palette")


def test_a_color_takes_both_shades(labels: Any) -> None:
    half = {"backgroundColor": "#16a766"}
    assert refusal(labels.create(userId="me", body={"name": "VA", "color": half}))[0] == 400
    whole = half | {"textColor": "#ffffff"}
    made = labels.create(userId="me", body={"name": "VA", "color": whole}).execute()
    assert labels.get(userId="me", id=made["id"]).execute()["color"] == whole


def test_gmails_own_labels_stay(labels: Any) -> None:
    assert refusal(labels.delete(userId="me", id="INBOX"))[1] == "Invalid delete request"
    change = labels.patch(userId="me", id="INBOX", body={"name": "Boîte"})
    assert refusal(change)[1] == "Invalid update request"


def test_a_label_counts_messages_and_threads(labels: Any, sandbox: Any) -> None:
    read = {"labelIds": ["INBOX"], "messageId": "<a@x.example>"}
    answer = {"labelIds": ["INBOX", "UNREAD"], "headers": {"References": "<a@x.example>"}}
    imported(sandbox, mailboxes=[{"address": ME, "messages": [read, answer, {}]}])
    inbox = labels.get(userId="me", id="INBOX").execute()
    assert (inbox["messagesTotal"], inbox["messagesUnread"]) == (3, 2)
    assert (inbox["threadsTotal"], inbox["threadsUnread"]) == (2, 2)
