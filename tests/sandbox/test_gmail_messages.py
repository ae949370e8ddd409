"""Reading, listing and labelling messages and conversations."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.sandbox.gmail_mail import (
    ME,
    STUDENT,
    Json,
    body,
    decoded,
    encoded,
    headers_of,
    imported,
    later,
    mail,
    mailbox,
    refusal,
)


@pytest.fixture
def users(service: Any) -> Any:
    return service("gmail").users()


@pytest.fixture
def messages(users: Any) -> Any:
    return users.messages()


def received(sandbox: Any, *mails: Json) -> None:
    imported(sandbox, mailboxes=[{"address": ME, "messages": list(mails)}])


def inserted(messages: Any, message: Any = None, **more: Any) -> Json:
    answer: Json = messages.insert(userId="me", body=body(message, **more)).execute()
    return answer


def with_attachment() -> Any:
    message = mail("Voici & bravo, l'été", html="<p>Voici</p>", subject="Reçu – été")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="diplôme.pdf")
    return message


def test_full_gives_the_mime_tree(messages: Any) -> None:
    answer = inserted(messages, with_attachment())
    found = messages.get(userId="me", id=answer["id"]).execute()
    root = found["payload"]
    alternative, attached = root["parts"]
    text, html = alternative["parts"]
    assert (root["partId"], alternative["partId"], html["partId"]) == ("", "0", "0.1")
    assert headers_of(found)["Subject"] == "Reçu – été"
    assert decoded(text["body"]["data"]).decode().strip() == "Voici & bravo, l'été"
    assert (attached["filename"], attached["body"]["size"]) == ("diplôme.pdf", 4)
    assert "data" not in attached["body"]
    assert found["snippet"] == "Voici &amp; bravo, l&#39;été"
    assert found["sizeEstimate"] > 100
    assert re.fullmatch(r"\d{13}", found["internalDate"])
    assert found["historyId"].isdecimal()


def test_an_attachment_is_fetched_by_its_id(messages: Any) -> None:
    answer = inserted(messages, with_attachment())
    found = messages.get(userId="me", id=answer["id"]).execute()
    token = found["payload"]["parts"][1]["body"]["attachmentId"]
    attachments = messages.attachments()
    got = attachments.get(userId="me", messageId=answer["id"], id=token).execute()
    assert (got["size"], decoded(got["data"])) == (4, b"%PDF")
    bad = attachments.get(userId="me", messageId=answer["id"], id="autre")
    assert refusal(bad) == (400, "Invalid attachment token", "invalidArgument")


def test_latin_1_text_is_answered_in_utf_8(messages: Any) -> None:
    raw = b"To: a@b.example\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n\xe9t\xe9"
    answer = messages.insert(userId="me", body={"raw": encoded(raw)}).execute()
    payload = messages.get(userId="me", id=answer["id"]).execute()["payload"]
    assert decoded(payload["body"]["data"]).decode() == "été"


def test_raw_gives_back_what_was_inserted(messages: Any) -> None:
    source = with_attachment()
    answer = inserted(messages, source)
    found = messages.get(userId="me", id=answer["id"], format="raw").execute()
    assert decoded(found["raw"]) == source.as_bytes()
    assert "payload" not in found


def test_minimal_has_no_payload_and_metadata_only_headers(messages: Any) -> None:
    answer = inserted(messages)
    minimal = messages.get(userId="me", id=answer["id"], format="minimal").execute()
    assert set(minimal) >= {"id", "threadId", "snippet", "sizeEstimate", "internalDate"}
    assert "payload" not in minimal
    metadata = messages.get(
        userId="me", id=answer["id"], format="metadata", metadataHeaders=["to", "Subject"]
    ).execute()
    assert headers_of(metadata) == {"To": STUDENT, "Subject": "Votre demande"}
    assert "body" not in metadata["payload"]


@pytest.mark.parametrize(
    ("message_id", "expected"),
    [
        ("abcdef0123456789", (404, "Requested entity was not found.", "notFound")),
        ("pas-un-id", (400, "Invalid id value", "invalidArgument")),
    ],
)
def test_unknown_and_impossible_ids(users: Any, message_id: str, expected: Any) -> None:
    assert refusal(users.messages().get(userId="me", id=message_id)) == expected
    assert refusal(users.threads().get(userId="me", id=message_id)) == expected


def test_a_list_holds_ids_newest_first_page_by_page(messages: Any, sandbox: Any) -> None:
    days = [{"subject": f"Jour {day}", "date": f"2026-10-0{day}T08:00:00Z"} for day in (2, 5, 1)]
    received(sandbox, *days)
    seen, request = [], messages.list(userId="me", maxResults=1)
    while request:
        page = request.execute()
        assert page["resultSizeEstimate"] == 3
        assert [set(item) for item in page["messages"]] == [{"id", "threadId"}]
        seen += page["messages"]
        request = messages.list_next(request, page)
    full = [messages.get(userId="me", id=item["id"]).execute() for item in seen]
    assert [headers_of(message)["Subject"] for message in full] == ["Jour 5", "Jour 2", "Jour 1"]


def test_a_page_token_of_nowhere_is_refused(messages: Any) -> None:
    assert refusal(messages.list(userId="me", pageToken="nulle part"))[0] == 400


def test_an_empty_list_has_no_messages_key(messages: Any) -> None:
    assert messages.list(userId="me").execute() == {"resultSizeEstimate": 0}


def test_label_ids_are_all_required(messages: Any, sandbox: Any) -> None:
    received(sandbox, {"labelIds": ["INBOX"]}, {"labelIds": ["INBOX", "UNREAD"]})
    both = messages.list(userId="me", labelIds=["INBOX", "UNREAD"]).execute()
    assert both["resultSizeEstimate"] == 1
    assert messages.list(userId="me", labelIds="INBOX").execute()["resultSizeEstimate"] == 2
    assert refusal(messages.list(userId="me", labelIds="Nul"))[1] == "Invalid label: Nul"


def test_spam_and_trash_are_left_out_unless_asked(messages: Any, sandbox: Any) -> None:
    received(sandbox, {"labelIds": ["SPAM"]}, {"labelIds": ["TRASH"]}, {"labelIds": ["INBOX"]})

    def count(**query: Any) -> int:
        return int(messages.list(userId="me", **query).execute()["resultSizeEstimate"])

    assert (count(), count(includeSpamTrash=True)) == (1, 3)
    assert (count(labelIds="TRASH"), count(q="in:spam"), count(q="in:anywhere")) == (1, 1, 3)


def test_search_lags_behind_the_send_but_labels_do_not(messages: Any, sandbox: Any) -> None:
    answer = messages.send(userId="me", body=body(mail(subject="Réf. AV-7K3Q2M"))).execute()
    sought = messages.list(userId="me", q="in:sent AV-7K3Q2M")
    assert "messages" not in sought.execute()
    assert messages.list(userId="me", labelIds="SENT").execute()["resultSizeEstimate"] == 1
    assert messages.get(userId="me", id=answer["id"]).execute()["id"] == answer["id"]
    later(sandbox, 5)
    assert sought.execute()["messages"][0]["id"] == answer["id"]


def test_the_lag_is_a_setting(messages: Any, sandbox: Any) -> None:
    imported(sandbox, gmail=[{"searchLagSeconds": 0}])
    messages.send(userId="me", body=body(mail(subject="Immédiat"))).execute()
    assert messages.list(userId="me", q="subject:immediat").execute()["resultSizeEstimate"] == 1


def test_our_message_id_finds_nothing(messages: Any, sandbox: Any) -> None:
    ours = mail(Message_ID="<le-notre@itn.example>")
    answer = messages.send(userId="me", body=body(ours)).execute()
    later(sandbox, 5)
    found = messages.list(userId="me", q="in:sent rfc822msgid:<le-notre@itn.example>").execute()
    assert found == {"resultSizeEstimate": 0}
    real = headers_of(messages.get(userId="me", id=answer["id"]).execute())["Message-ID"]
    found = messages.list(userId="me", q=f"rfc822msgid:{real}").execute()
    assert found["messages"][0]["id"] == answer["id"]


def test_the_metadata_scope_opens_headers_only(service: Any, messages: Any) -> None:
    answer = messages.send(userId="me", body=body()).execute()
    scope = "https://www.googleapis.com/auth/gmail.metadata"
    narrow = service("gmail", scopes=[scope]).users().messages()
    found = narrow.get(userId="me", id=answer["id"], format="metadata").execute()
    assert headers_of(found)["To"] == STUDENT
    assert refusal(narrow.get(userId="me", id=answer["id"])) == (
        403,
        "Metadata scope doesn't allow format FULL",
        "forbidden",
    )
    sought = narrow.list(userId="me", q="in:sent")
    assert refusal(sought) == (403, "Metadata scope does not support 'q' parameter", "forbidden")
    assert narrow.list(userId="me", labelIds="SENT").execute()["resultSizeEstimate"] == 1


def test_labels_go_on_and_off(messages: Any, sandbox: Any) -> None:
    received(sandbox, {})
    one = messages.list(userId="me").execute()["messages"][0]["id"]
    change = {"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]}
    answer = messages.modify(userId="me", id=one, body=change).execute()
    assert set(answer["labelIds"]) == {"INBOX", "STARRED"}
    messages.trash(userId="me", id=one).execute()
    found = messages.get(userId="me", id=one, format="minimal").execute()
    assert set(found["labelIds"]) == {"STARRED", "TRASH"}
    assert messages.untrash(userId="me", id=one).execute()["labelIds"] == ["STARRED"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"addLabelIds": ["SENT"]}, "Invalid label: SENT"),
        ({"removeLabelIds": ["DRAFT"]}, "Invalid label: DRAFT"),
        ({"addLabelIds": ["Label_99"]}, "labelId not found"),
        ({"addLabelIds": ["Accompagnement"]}, "Invalid label: Accompagnement"),
        ({}, "No label add or removes specified"),
        (
            {"addLabelIds": ["STARRED"], "removeLabelIds": ["STARRED"]},
            "Cannot both add and remove the same label",
        ),
    ],
)
def test_some_labels_are_gmails_alone(messages: Any, change: Json, message: str) -> None:
    answer = inserted(messages)
    request = messages.modify(userId="me", id=answer["id"], body=change)
    assert refusal(request) == (400, message, "invalidArgument")


def test_a_draft_carries_no_other_label(users: Any) -> None:
    draft = users.drafts().create(userId="me", body={"message": body()}).execute()
    star = {"addLabelIds": ["STARRED"]}
    request = users.messages().modify(userId="me", id=draft["message"]["id"], body=star)
    assert refusal(request)[0] == 400


def test_many_messages_change_at_once(messages: Any, sandbox: Any) -> None:
    received(sandbox, {}, {}, {})
    ids = [item["id"] for item in messages.list(userId="me").execute()["messages"]]
    change = {"ids": ids[:2], "removeLabelIds": ["UNREAD"]}
    assert not messages.batchModify(userId="me", body=change).execute()
    assert messages.list(userId="me", labelIds="UNREAD").execute()["resultSizeEstimate"] == 1
    messages.batchDelete(userId="me", body={"ids": [*ids[:2], "abcdef"]}).execute()
    assert mailbox(sandbox, ME)["messages"][0]["id"] == ids[2]
    assert not messages.delete(userId="me", id=ids[2]).execute()
    assert refusal(messages.delete(userId="me", id=ids[2]))[0] == 404


def test_a_reply_joins_its_thread_on_both_sides(service: Any, messages: Any) -> None:
    first = messages.send(userId="me", body=body(mail(to="direction@ecole.example"))).execute()
    real = headers_of(messages.get(userId="me", id=first["id"]).execute())["Message-ID"]
    reply = mail(
        to="direction@ecole.example",
        subject="Re: Votre demande",
        In_Reply_To=real,
        References=real,
    )
    thread = {"threadId": first["threadId"]}
    second = messages.send(userId="me", body=body(reply, **thread)).execute()
    assert second["threadId"] == first["threadId"]
    theirs = service("gmail", user="direction@ecole.example").users().threads()
    threads = theirs.list(userId="me").execute()["threads"]
    assert len(threads) == 1
    assert len(theirs.get(userId="me", id=threads[0]["id"]).execute()["messages"]) == 2


def test_a_thread_id_alone_groups_only_on_our_side(messages: Any, sandbox: Any) -> None:
    first = messages.send(userId="me", body=body()).execute()
    thread = {"threadId": first["threadId"]}
    second = messages.send(userId="me", body=body(mail("Suite"), **thread)).execute()
    assert second["threadId"] == first["threadId"]
    assert len({found["threadId"] for found in mailbox(sandbox, STUDENT)["messages"]}) == 2


def test_another_subject_or_an_unknown_thread_does_not_join(messages: Any) -> None:
    first = messages.send(userId="me", body=body()).execute()
    other = body(mail(subject="Autre chose"), threadId=first["threadId"])
    assert messages.send(userId="me", body=other).execute()["threadId"] != first["threadId"]
    nowhere = messages.send(userId="me", body=body(threadId="abcdef0123456789"))
    assert refusal(nowhere)[0] == 404


def test_threads_are_trashed_labelled_and_deleted_whole(users: Any) -> None:
    first = users.messages().send(userId="me", body=body()).execute()
    thread = {"threadId": first["threadId"]}
    users.messages().send(userId="me", body=body(mail("Suite"), **thread)).execute()
    threads = users.threads()
    star = {"addLabelIds": ["STARRED"]}
    starred = threads.modify(userId="me", id=first["threadId"], body=star).execute()
    assert [set(m["labelIds"]) for m in starred["messages"]] == [{"SENT", "STARRED"}] * 2
    threads.trash(userId="me", id=first["threadId"]).execute()
    assert threads.list(userId="me").execute() == {"resultSizeEstimate": 0}
    threads.untrash(userId="me", id=first["threadId"]).execute()
    assert threads.list(userId="me").execute()["threads"][0]["id"] == first["threadId"]
    threads.delete(userId="me", id=first["threadId"]).execute()
    assert users.getProfile(userId="me").execute()["messagesTotal"] == 0


def test_import_takes_the_date_of_the_header_and_insert_the_present(messages: Any) -> None:
    old = mail(Date="Thu, 01 Oct 2026 08:00:00 +0200")
    first = messages.import_(userId="me", body=body(old, labelIds=["INBOX"])).execute()
    second = inserted(messages, old)
    dates = [
        messages.get(userId="me", id=found["id"]).execute()["internalDate"]
        for found in (first, second)
    ]
    assert dates[0] == "1790834400000"
    assert dates[1] != dates[0]


def test_history_tells_what_happened_since(users: Any) -> None:
    start = users.getProfile(userId="me").execute()["historyId"]
    draft = users.drafts().create(userId="me", body={"message": body()}).execute()
    sent = users.drafts().send(userId="me", body={"id": draft["id"]}).execute()
    star = {"addLabelIds": ["STARRED"]}
    users.messages().modify(userId="me", id=sent["id"], body=star).execute()
    answer = users.history().list(userId="me", startHistoryId=start).execute()
    kinds = [(set(entry) - {"id", "messages"}).pop() for entry in answer["history"]]
    assert sorted(kinds) == ["labelsAdded", "messagesAdded", "messagesAdded", "messagesDeleted"]
    profile = users.getProfile(userId="me").execute()
    assert answer["historyId"] == profile["historyId"]
    only = users.history().list(
        userId="me", startHistoryId=start, historyTypes=["messageAdded"], labelId="SENT"
    )
    added = only.execute()["history"]
    assert [entry["messagesAdded"][0]["message"]["id"] for entry in added] == [sent["id"]]


def test_history_of_an_unknown_past_is_not_found(users: Any) -> None:
    for start in ("1", "999999999"):
        assert refusal(users.history().list(userId="me", startHistoryId=start))[0] == 404


def test_history_that_is_too_old_is_forgotten(users: Any, sandbox: Any) -> None:
    """«Typically valid for at least a week»: users.history.list."""
    imported(sandbox, gmail=[{"historyKeptDays": 7}])
    start = users.getProfile(userId="me").execute()["historyId"]
    for _ in range(2):
        users.messages().insert(userId="me", body=body()).execute()
    later(sandbox, 8 * 86_400)
    users.messages().insert(userId="me", body=body()).execute()
    assert refusal(users.history().list(userId="me", startHistoryId=start))[0] == 404
    now = users.getProfile(userId="me").execute()["historyId"]
    assert "history" not in users.history().list(userId="me", startHistoryId=now).execute()


def test_history_comes_in_pages(users: Any) -> None:
    start = users.getProfile(userId="me").execute()["historyId"]
    made = [users.messages().insert(userId="me", body=body()).execute()["id"] for _ in range(5)]
    found: list[str] = []
    request = users.history().list(userId="me", startHistoryId=start, maxResults=2)
    while request is not None:
        page = request.execute()
        found += [entry["messages"][0]["id"] for entry in page["history"]]
        request = users.history().list_next(request, page)
    assert found == made


def test_no_push_is_promised(users: Any) -> None:
    """There is no Pub/Sub here: a watch that never tells anything would be a lie."""
    topic = {"topicName": "projects/sandbox-project/topics/mail"}
    assert refusal(users.watch(userId="me", body=topic))[0] == 501
    assert not users.stop(userId="me").execute()
