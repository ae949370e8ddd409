"""The examples of Drive's own guides, as they stand there (only the addresses' host is another).

Sources: https://developers.google.com/workspace/drive/api/guides/search-files (the table of
queries), …/guides/ref-search-terms (its notes), …/guides/performance (batch requests).
"""

from __future__ import annotations

from typing import Any

import pytest
from googleapiclient.http import MediaInMemoryUpload

from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.conftest import WORKER, Service, Session
from tests.sandbox.lent import control

_COLLEAGUE = "direction@ecole.example"
_FILES: list[dict[str, Any]] = [
    {"name": "folder", "mimeType": "application/vnd.google-apps.folder"},
    {"name": "hello", "mimeType": "text/plain", "content": "hello world, says everybody"},
    {"name": "hello goodbye", "mimeType": "text/plain", "parents": ["folder"]},
    {"name": "quinn's paper\\essay", "mimeType": "text/plain", "content": "an \\authors list"},
    {"name": "photo", "mimeType": "image/png", "properties": {"mass": "1.3kg"}},
    {"name": "HelloWorld", "mimeType": "text/plain", "content": "important"},
]


@pytest.fixture
def found(service: Service) -> Any:
    """`found(q)`: the names of the files that a query finds among the guide's kinds of files."""
    files = service("drive").files()
    ids: dict[str, str] = {}
    for one in _FILES:
        body = {key: value for key, value in one.items() if key != "content"}
        body["parents"] = [ids[name] for name in one.get("parents", ())]
        made = files.create(body=body, media_body=_media(one)).execute()
        ids[one["name"]] = made["id"]
        if one["name"] == "HelloWorld":
            files.update(fileId=made["id"], body={"trashed": True}).execute()
    theirs = service("drive", _COLLEAGUE)
    lent = theirs.files().create(body={"name": "hello from direction"}).execute()
    grant = {"role": "writer", "type": "user", "emailAddress": WORKER}
    theirs.permissions().create(fileId=lent["id"], body=grant).execute()

    def search(query: str) -> set[str]:
        listed = files.list(q=query.replace("1234567", ids["folder"])).execute()
        return {file["name"] for file in listed["files"]}

    return search


def _media(one: dict[str, Any]) -> Any:
    if "content" not in one:
        return None
    return MediaInMemoryUpload(one["content"].encode(), mimetype=one["mimeType"])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("name = 'hello'", {"hello"}),
        ("name contains 'hello' and name contains 'goodbye'", {"hello goodbye"}),
        ("mimeType = 'application/vnd.google-apps.folder'", {"folder"}),
        ("'1234567' in parents", {"hello goodbye"}),
        ("fullText contains 'important' and trashed = true", {"HelloWorld"}),
        ("fullText contains '\"hello world\"'", {"hello"}),
        ("name contains 'quinn\\'s paper\\\\essay'", {"quinn's paper\\essay"}),
        (f"'{_COLLEAGUE}' in writers", {"hello from direction"}),
        ("sharedWithMe and name contains 'hello'", {"hello from direction"}),
        ("properties has { key='mass' and value='1.3kg' }", {"photo"}),
        ("appProperties has { key='additionalID' and value='8e8aceg2af2ge72e78' }", set()),
        (
            "modifiedTime > '2012-06-04T12:00:00' and"
            " (mimeType contains 'image/' or mimeType contains 'video/')",
            {"photo"},
        ),
        ("modifiedTime < '2012-06-04T12:00:00'", set()),
    ],
)
def test_a_query_of_the_table_finds_what_it_is_said_to(
    found: Any, query: str, names: set[str]
) -> None:
    assert found(query) == names


@pytest.mark.parametrize(
    ("query", "absent"),
    [
        ("not name contains 'hello'", "hello"),
        ("mimeType != 'application/vnd.google-apps.folder'", "folder"),
        ("not fullText contains 'hello'", "hello"),
    ],
)
def test_a_negated_query_of_the_table_finds_the_others(found: Any, query: str, absent: str) -> None:
    names = found(query)
    assert absent not in names
    assert "photo" in names


def test_contains_matches_the_beginning_of_a_name_only(found: Any) -> None:
    assert "HelloWorld" in found("name contains 'Hello'")
    assert "HelloWorld" not in found("name contains 'World'")


def test_the_guides_batch_shares_a_file_twice(
    service: Service, session: Session, sandbox: RunningSandbox
) -> None:
    file_id = service("drive").files().create(body={"name": "Rapport"}).execute()["id"]
    inner = "POST https://www.googleapis.com/drive/v3/files/{id}/permissions?fields=id\r\n"
    parts = [
        "Content-Type: application/http\r\n"
        f"content-id: {number}\r\n"
        "content-transfer-encoding: binary\r\n\r\n"
        f"{inner.format(id=file_id)}"
        f"Content-Length: {len(body)}\r\n"
        f"Content-Type: application/json; charset=UTF-8\r\n\r\n{body}"
        for number, body in enumerate(
            (
                '{"emailAddress": "direction@ecole.example", "role": "writer", "type": "user"}',
                '{"domain": "ecole.example", "role": "reader", "type": "domain"}',
            ),
            start=1,
        )
    ]
    answer = session().post(
        "batch/drive/v3",
        data="".join(f"--END_OF_PART\r\n{part}\r\n" for part in parts) + "--END_OF_PART--",
        headers={"Content-Type": "multipart/mixed; boundary=END_OF_PART"},
    )
    assert answer.headers["Content-Type"].startswith("multipart/mixed; boundary=batch_")
    assert answer.text.count("HTTP/1.1 200 OK") == 2
    assert "Content-ID: response-1" in answer.text
    assert control(sandbox, "GET", "requests")["byMethod"]["drive.permissions.create"] == 2
