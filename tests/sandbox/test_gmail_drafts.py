"""A draft's life: written, rewritten, sent once, gone (facts 7.2)."""

from __future__ import annotations

from typing import Any

import pytest
from googleapiclient.http import MediaInMemoryUpload

from tests.sandbox.gmail_mail import (
    ME,
    STUDENT,
    body,
    encoded,
    headers_of,
    imported,
    mail,
    mailbox,
    refusal,
)


@pytest.fixture
def users(service: Any) -> Any:
    return service("gmail").users()


@pytest.fixture
def drafts(users: Any) -> Any:
    return users.drafts()


def written(drafts: Any, **more: Any) -> Any:
    return drafts.create(userId="me", body={"message": body(**more)}).execute()


def test_a_new_draft_answers_its_id_message_thread_and_label(drafts: Any) -> None:
    draft = written(drafts)
    message = draft["message"]
    assert set(message) == {"id", "threadId", "labelIds"}
    assert message["labelIds"] == ["DRAFT"]
    assert message["threadId"] == message["id"]
    assert draft["id"] != message["id"]


def test_a_draft_reaches_nobody(drafts: Any, sandbox: Any) -> None:
    written(drafts)
    assert mailbox(sandbox, STUDENT)["messages"] == []
    assert [d["to"] for d in mailbox(sandbox, ME)["drafts"]] == [STUDENT]


def test_sending_makes_a_new_message_and_the_draft_vanishes(drafts: Any, users: Any) -> None:
    draft = written(drafts)
    sent = drafts.send(userId="me", body={"id": draft["id"]}).execute()
    assert sent["labelIds"] == ["SENT"]
    assert sent["id"] != draft["message"]["id"]
    assert sent["threadId"] == draft["message"]["threadId"]
    assert drafts.list(userId="me").execute() == {"resultSizeEstimate": 0}
    assert refusal(users.messages().get(userId="me", id=draft["message"]["id"]))[0] == 404


def test_a_draft_is_sent_once(drafts: Any, sandbox: Any) -> None:
    draft = written(drafts)
    drafts.send(userId="me", body={"id": draft["id"]}).execute()
    again = refusal(drafts.send(userId="me", body={"id": draft["id"]}))
    assert again == (404, "Requested entity was not found.", "notFound")
    assert refusal(drafts.get(userId="me", id=draft["id"]))[0] == 404
    assert refusal(drafts.delete(userId="me", id=draft["id"]))[0] == 404
    assert len(mailbox(sandbox, STUDENT)["messages"]) == 1


def test_updating_a_sent_draft_says_it_is_none(drafts: Any) -> None:
    draft = written(drafts)
    drafts.send(userId="me", body={"id": draft["id"]}).execute()
    update = drafts.update(userId="me", id=draft["id"], body={"message": body()})
    assert refusal(update) == (400, "Message not a draft", "invalidArgument")


def test_the_thread_of_a_lost_send_shows_the_sent_message(drafts: Any, users: Any) -> None:
    draft = written(drafts)
    drafts.send(userId="me", body={"id": draft["id"]}).execute()
    thread = users.threads().get(userId="me", id=draft["message"]["threadId"]).execute()
    assert [message["labelIds"] for message in thread["messages"]] == [["SENT"]]


def test_the_inner_message_id_changes_with_every_update(drafts: Any) -> None:
    draft = written(drafts)
    ids = {draft["message"]["id"]}
    for text in ("Premier essai", "Second essai"):
        update = {"message": body(mail(text))}
        changed = drafts.update(userId="me", id=draft["id"], body=update).execute()
        assert changed["id"] == draft["id"]
        assert changed["message"]["threadId"] == draft["message"]["threadId"]
        ids.add(changed["message"]["id"])
    assert len(ids) == 3


def test_another_subject_moves_the_draft_to_another_thread(drafts: Any) -> None:
    draft = written(drafts)
    update = {"message": body(mail(subject="Tout autre chose"))}
    changed = drafts.update(userId="me", id=draft["id"], body=update).execute()
    assert changed["message"]["threadId"] != draft["message"]["threadId"]


def test_what_is_sent_is_the_last_version(drafts: Any, sandbox: Any) -> None:
    draft = written(drafts)
    update = {"message": body(mail("Corrigé par une personne"))}
    drafts.update(userId="me", id=draft["id"], body=update).execute()
    drafts.send(userId="me", body={"id": draft["id"]}).execute()
    assert "Corrigé" in mailbox(sandbox, STUDENT)["messages"][0]["text"]


def test_send_may_bring_new_content(drafts: Any, sandbox: Any) -> None:
    draft = written(drafts)
    new = {"id": draft["id"], "message": body(mail("Au dernier moment"))}
    drafts.send(userId="me", body=new).execute()
    assert "dernier moment" in mailbox(sandbox, STUDENT)["messages"][0]["text"]


def test_a_deleted_draft_is_gone_for_good(drafts: Any) -> None:
    draft = written(drafts)
    assert not drafts.delete(userId="me", id=draft["id"]).execute()
    assert refusal(drafts.get(userId="me", id=draft["id"]))[0] == 404


def test_a_draft_that_a_person_sent_by_hand_stays_as_an_orphan(
    drafts: Any, users: Any, sandbox: Any
) -> None:
    draft = written(drafts)
    imported(sandbox, sentByPerson=[{"address": ME, "draftId": draft["id"]}])
    orphan = drafts.get(userId="me", id=draft["id"]).execute()
    assert orphan["message"]["labelIds"] == ["SENT"]
    update = drafts.update(userId="me", id=draft["id"], body={"message": body()})
    assert refusal(update)[1] == "Message not a draft"
    drafts.delete(userId="me", id=draft["id"]).execute()
    lost = users.messages().get(userId="me", id=orphan["message"]["id"])
    assert refusal(lost)[0] == 404


def test_drafts_are_listed_newest_first_page_by_page(drafts: Any) -> None:
    ids = [written(drafts)["id"] for _ in range(5)]
    seen, request = [], drafts.list(userId="me", maxResults=2)
    while request:
        page = request.execute()
        assert page["resultSizeEstimate"] == 5
        seen += [draft["id"] for draft in page["drafts"]]
        request = drafts.list_next(request, page)
    assert seen == ids[::-1]


@pytest.mark.parametrize(
    ("draft", "message"),
    [
        ({}, "Missing draft message"),
        ({"message": {"threadId": "12ab"}}, "'raw' RFC822 payload message string or uploading"),
        ({"message": {"raw": "a+/b"}}, "Invalid value at 'draft.message.raw' (TYPE_BYTES)"),
        ({"message": {"raw": "abcde"}}, "Invalid value at 'draft.message.raw' (TYPE_BYTES)"),
        ({"message": {"raw": encoded(b"To: pas une adresse\r\n\r\n")}}, "Invalid To header"),
    ],
)
def test_a_draft_that_is_no_mail_is_refused(drafts: Any, draft: Any, message: str) -> None:
    status, text, reason = refusal(drafts.create(userId="me", body=draft))
    assert (status, reason) in {(400, "invalidArgument"), (400, "badRequest")}
    assert text.startswith(message)


def test_a_draft_without_recipient_is_kept_but_not_sent(drafts: Any) -> None:
    draft = drafts.create(userId="me", body={"message": body(mail(to=""))}).execute()
    send = drafts.send(userId="me", body={"id": draft["id"]})
    assert refusal(send) == (400, "Recipient address required", "invalidArgument")
    assert drafts.get(userId="me", id=draft["id"]).execute()["id"] == draft["id"]


def test_padding_of_raw_is_optional(drafts: Any) -> None:
    for length in range(3):
        raw = encoded(mail("x" * length).as_bytes()).rstrip("=")
        assert drafts.create(userId="me", body={"message": {"raw": raw}}).execute()["id"]


def test_a_private_header_survives_the_sending(drafts: Any, users: Any) -> None:
    message = body(mail(X_ITN_Sync_Key="warning/ue1/aline/2026/10"))
    draft = drafts.create(userId="me", body={"message": message}).execute()
    sent = drafts.send(userId="me", body={"id": draft["id"]}).execute()
    found = users.messages().get(
        userId="me", id=sent["id"], format="metadata", metadataHeaders=["X-ITN-Sync-Key"]
    )
    assert headers_of(found.execute()) == {"X-ITN-Sync-Key": "warning/ue1/aline/2026/10"}


def test_a_draft_may_be_uploaded_and_replaced(drafts: Any, sandbox: Any) -> None:
    first, second = (
        MediaInMemoryUpload(mail(text).as_bytes(), mimetype="message/rfc822")
        for text in ("Première version", "Seconde version")
    )
    draft = drafts.create(userId="me", media_body=first).execute()
    drafts.update(userId="me", id=draft["id"], media_body=second).execute()
    assert "Seconde" in mailbox(sandbox, ME)["drafts"][0]["text"]


def test_compose_scope_is_enough_for_a_draft_and_its_search(service: Any) -> None:
    scope = "https://www.googleapis.com/auth/gmail.compose"
    drafts = service("gmail", scopes=[scope]).users().drafts()
    draft = written(drafts)
    assert drafts.get(userId="me", id=draft["id"], format="full").execute()["message"]["payload"]
    assert "drafts" not in drafts.list(userId="me", q="subject:introuvable").execute()
