"""Comments and replies over HTTP.

Source: https://developers.google.com/workspace/drive/api/guides/manage-comments
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Service
from tests.sandbox.drive_http import DOCUMENT, http_refused, uploaded

COLLEAGUE = "direction@ecole.example"
STRANGER = "secretariat@ecole.example"


@pytest.fixture
def drive(service: Service) -> Any:
    return service("drive")


@pytest.fixture
def doc(drive: Any) -> str:
    """A Doc on which a colleague may comment."""
    made = uploaded(drive, "À relire", "text/plain", DOCUMENT)
    body = {"type": "user", "role": "commenter", "emailAddress": COLLEAGUE}
    drive.permissions().create(fileId=made, body=body).execute()
    return made


def comment(drive: Any, file: str, content: str = "D'accord ?", **body: Any) -> Any:
    request = drive.comments().create(fileId=file, body={"content": content, **body}, fields="*")
    return request.execute()


def comments(drive: Any, file: str, **params: Any) -> list[Any]:
    found: list[Any] = (
        drive.comments().list(fileId=file, fields="*", **params).execute()["comments"]
    )
    return found


def test_a_comment_is_made_read_changed_and_taken_back(drive: Any, doc: str) -> None:
    quoted = {"mimeType": "text/plain", "value": "À relire"}
    made = comment(drive, doc, "1 < 2 & vrai", quotedFileContent=quoted, anchor='{"r":"head"}')
    assert made["htmlContent"] == "1 &lt; 2 &amp; vrai"
    assert (made["quotedFileContent"], made["anchor"]) == (quoted, '{"r":"head"}')
    assert made["author"]["me"]
    assert "emailAddress" not in made["author"]
    assert not made["resolved"]
    where = {"fileId": doc, "commentId": made["id"]}
    drive.comments().update(**where, body={"content": "Non"}, fields="id").execute()
    assert drive.comments().get(**where, fields="content").execute() == {"content": "Non"}
    drive.comments().delete(**where).execute()
    assert comments(drive, doc) == []
    with http_refused(404, "notFound"):
        drive.comments().get(**where, fields="id").execute()
    (deleted,) = comments(drive, doc, includeDeleted=True)
    assert deleted["deleted"]
    assert "content" not in deleted


def test_comments_need_fields_but_to_delete(drive: Any, doc: str) -> None:
    """The reference of each method: «Required: The fields parameter must be set»."""
    made = comment(drive, doc)["id"]
    for request in (
        drive.comments().create(fileId=doc, body={"content": "a"}),
        drive.comments().list(fileId=doc),
        drive.comments().get(fileId=doc, commentId=made),
        drive.comments().update(fileId=doc, commentId=made, body={"content": "b"}),
    ):
        with http_refused(400, "required", "'fields' parameter is required"):
            request.execute()
    assert len(comments(drive, doc)) == 1, "the refused one was not made"
    drive.comments().delete(fileId=doc, commentId=made).execute()


def test_a_reply_resolves_a_comment_and_another_reopens_it(
    drive: Any, doc: str, service: Service
) -> None:
    made = comment(drive, doc)["id"]
    replies = service("drive", user=COLLEAGUE).replies()
    where = {"fileId": doc, "commentId": made}
    replies.create(**where, body={"content": "Fait"}).execute()
    replies.create(**where, body={"action": "resolve"}).execute()
    (shown,) = comments(drive, doc)
    assert shown["resolved"]
    assert [reply.get("content") for reply in shown["replies"]] == ["Fait", None]
    assert shown["replies"][1]["action"] == "resolve"
    replies.create(**where, body={"action": "reopen", "content": "Pas encore"}).execute()
    assert not comments(drive, doc)[0]["resolved"]
    with http_refused(400, "required"):
        replies.create(**where, body={}).execute()
    with http_refused(400, "invalid"):
        replies.create(**where, body={"action": "close"}).execute()


def test_a_reply_is_changed_and_taken_back_by_its_author_only(
    drive: Any, doc: str, service: Service
) -> None:
    made = comment(drive, doc)["id"]
    other = service("drive", user=COLLEAGUE)
    reply = (
        other.replies().create(fileId=doc, commentId=made, body={"content": "a"}).execute()["id"]
    )
    where = {"fileId": doc, "commentId": made, "replyId": reply}
    other.replies().update(**where, body={"content": "b"}).execute()
    with http_refused(403, "insufficientFilePermissions"):
        drive.replies().update(**where, body={"content": "c"}).execute()
    assert drive.replies().get(**where, fields="content").execute() == {"content": "b"}
    other.replies().delete(**where).execute()
    assert drive.replies().list(fileId=doc, commentId=made).execute()["replies"] == []
    shown = drive.replies().list(fileId=doc, commentId=made, includeDeleted=True).execute()
    assert shown["replies"][0]["deleted"]
    with http_refused(404, "notFound"):
        drive.replies().get(**where).execute()


def test_only_those_who_may_comment_do(drive: Any, doc: str, service: Service) -> None:
    with http_refused(404, "notFound"):
        comment(service("drive", user=STRANGER), doc)
    body = {"type": "user", "role": "reader", "emailAddress": STRANGER}
    drive.permissions().create(fileId=doc, body=body).execute()
    with http_refused(403, "insufficientFilePermissions"):
        comment(service("drive", user=STRANGER), doc)
    made = comment(drive, doc)["id"]
    with http_refused(403, "insufficientFilePermissions"):
        service("drive", user=COLLEAGUE).comments().update(
            fileId=doc, commentId=made, body={"content": "x"}, fields="id"
        ).execute()
    with http_refused(400, "required"):
        comment(drive, doc, "")


def test_a_mention_is_told(drive: Any, doc: str) -> None:
    made = comment(drive, doc, f"@{COLLEAGUE} qu'en pensez-vous ?")
    assert made["mentionedEmailAddresses"] == [COLLEAGUE]


def test_the_latest_news_come_first_and_pages_lose_nothing(drive: Any, doc: str) -> None:
    made = [comment(drive, doc, str(number))["id"] for number in range(5)]
    drive.replies().create(fileId=doc, commentId=made[0], body={"content": "!"}).execute()
    request, found = drive.comments().list(fileId=doc, pageSize=2, fields="*"), []
    while request is not None:
        answer = request.execute()
        found += [one["id"] for one in answer["comments"]]
        request = drive.comments().list_next(request, answer)
    assert found[0] == made[0]
    assert sorted(found) == sorted(made)
    latest = comments(drive, doc)[0]["modifiedTime"]
    assert [one["id"] for one in comments(drive, doc, startModifiedTime=latest)] == [made[0]]
    with http_refused(400, "invalid"):
        comments(drive, doc, startModifiedTime="hier")


def test_a_comment_on_another_file_is_unknown(drive: Any, doc: str) -> None:
    made = comment(drive, doc)["id"]
    other = uploaded(drive, "b", "text/plain")
    with http_refused(404, "notFound", "Comment not found"):
        drive.comments().get(fileId=other, commentId=made, fields="id").execute()
