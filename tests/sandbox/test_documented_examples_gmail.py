"""The examples of Gmail's own guides, with their wordings.

Sources: https://developers.google.com/workspace/gmail/api/guides/drafts, …/guides/sending,
…/guides/labels, …/guides/filtering, …/guides/batch.
"""

from __future__ import annotations

import base64
from email.message import EmailMessage
from typing import Any

import pytest
import requests
from googleapiclient.errors import HttpError

from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.conftest import Service, Session, scopes_of
from tests.sandbox.lent import control

_TO = "gduser1@workspacesamples.example"


def _encoded(text: str, **headers: str) -> str:
    """The guides' `create_message`: EmailMessage, base64url."""
    message = EmailMessage()
    message.set_content(text)
    message["To"], message["Subject"] = _TO, "Automated draft"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return base64.urlsafe_b64encode(message.as_bytes()).decode()


@pytest.fixture
def users(service: Service, sandbox: RunningSandbox) -> Any:
    """A mailbox whose search index does not lag."""
    control(sandbox, "POST", "import", {"gmail": [{"searchLagSeconds": 0}]})
    return service("gmail").users()


def test_a_draft_is_a_container_with_a_stable_id(users: Any) -> None:
    drafts = users.drafts()
    raw = _encoded("This is automated draft mail")
    draft = drafts.create(userId="me", body={"message": {"raw": raw}}).execute()
    again = {"message": {"raw": _encoded("This is its replacement")}}
    updated = drafts.update(userId="me", id=draft["id"], body=again).execute()
    assert updated["id"] == draft["id"]
    assert updated["message"]["id"] != draft["message"]["id"]


def test_draft_messages_cannot_have_another_label_than_draft(users: Any) -> None:
    body = {"message": {"raw": _encoded("a draft")}}
    draft = users.drafts().create(userId="me", body=body).execute()
    assert draft["message"]["labelIds"] == ["DRAFT"]
    label = users.labels().create(userId="me", body={"name": "À suivre"}).execute()
    change = {"addLabelIds": [label["id"]]}
    call = users.messages().modify(userId="me", id=draft["message"]["id"], body=change)
    with pytest.raises(HttpError) as refused:
        call.execute()
    assert refused.value.status_code == 400


def test_a_sent_draft_is_deleted_and_a_message_with_another_id_is_returned(users: Any) -> None:
    drafts = users.drafts()
    draft = drafts.create(userId="me", body={"message": {"raw": _encoded("a draft")}}).execute()
    sent = drafts.send(userId="me", body={"id": draft["id"]}).execute()
    assert sent["labelIds"] == ["SENT"]
    assert sent["id"] != draft["message"]["id"]
    with pytest.raises(HttpError, match="not found"):
        drafts.get(userId="me", id=draft["id"]).execute()


def test_a_reply_joins_the_thread_by_its_three_marks(users: Any) -> None:
    first = users.messages().send(userId="me", body={"raw": _encoded("Hello")}).execute()
    mark = {"userId": "me", "id": first["id"], "format": "metadata"}
    shown = users.messages().get(**mark, metadataHeaders=["Message-ID"]).execute()
    (header,) = shown["payload"]["headers"]
    raw = _encoded("And again", References=header["value"], In_Reply_To=header["value"])
    reply = {"raw": raw, "threadId": first["threadId"]}
    second = users.messages().send(userId="me", body=reply).execute()
    assert second["threadId"] == first["threadId"]
    thread = users.threads().get(userId="me", id=first["threadId"]).execute()
    assert [one["id"] for one in thread["messages"]] == [first["id"], second["id"]]


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        (f"to:{_TO}", True),
        ("in:sent after:2014/01/01 before:2014/02/01", False),
        ("in:sent after:2014/01/01", True),
        ("subject:automated", True),
        ("from:someuser@example.com rfc822msgid:<somemsgid@example.com> is:unread", False),
    ],
)
def test_a_query_finds_as_the_guide_on_filtering_says(users: Any, query: str, finds: bool) -> None:
    sent = users.messages().send(userId="me", body={"raw": _encoded("Hello")}).execute()
    listed = users.messages().list(userId="me", q=query).execute()
    assert [one["id"] for one in listed.get("messages", [])] == [sent["id"]] * finds


def test_system_labels_that_cannot_be_applied_by_hand(users: Any) -> None:
    sent = users.messages().send(userId="me", body={"raw": _encoded("Hello")}).execute()
    messages = users.messages()
    for name in ("DRAFT", "SENT"):
        with pytest.raises(HttpError) as refused:
            messages.modify(userId="me", id=sent["id"], body={"removeLabelIds": [name]}).execute()
        assert refused.value.status_code == 400
    starred = messages.modify(userId="me", id=sent["id"], body={"addLabelIds": ["STARRED"]})
    assert set(starred.execute()["labelIds"]) == {"SENT", "STARRED"}


def test_the_guides_batch_has_one_answer_per_part(session: Session) -> None:
    parts = [
        "--batch_foobarbaz\r\n"
        "Content-Type: application/http\r\n"
        f"Content-ID: <item{number}:12930812@barnyard.example.com>\r\n\r\n"
        f"{call}\r\n\r\n"
        for number, call in enumerate(
            (
                "GET /gmail/v1/users/me/profile",
                "POST /gmail/v1/users/me/labels\r\nContent-Type: application/json\r\n"
                'Content-Length: 20\r\n\r\n{"name": "Barnyard"}',
                'GET /gmail/v1/users/me/messages/0\r\nIf-None-Match: "etag/animals"',
            ),
            start=1,
        )
    ]
    answer: requests.Response = session(scopes=scopes_of("gmail")).post(
        "batch/gmail/v1",
        data="".join(parts) + "--batch_foobarbaz--",
        headers={"Content-Type": "multipart/mixed; boundary=batch_foobarbaz"},
    )
    statuses = [line[9:12] for line in answer.text.splitlines() if line.startswith("HTTP/1.1")]
    assert statuses == ["200", "200", "404"]
    for number in (1, 2, 3):
        assert f"Content-ID: <response-item{number}:12930812@barnyard.example.com>" in answer.text
