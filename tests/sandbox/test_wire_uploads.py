"""Uploads as Google's client and a browser make them: simple, multipart, resumable (facts 1.1)."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from typing import Any

import pytest
import requests
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload

from itn_sync.sandbox import call as call_register
from itn_sync.sandbox.call import Call
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.conftest import Service, Session
from tests.sandbox.lent import control

FILES = "upload/drive/v3/files"
CONTENT = bytes(range(256)) * 3 + b"\r\n--not a boundary\r\n"


@pytest.fixture
def drive(session: Session) -> requests.Session:
    """A session of the worker's."""
    return session()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    """The calls that reach drive.files.create, which answers the name and the size."""
    calls: list[Call] = []

    def create(call: Call) -> Json:
        calls.append(call)
        assert call.media is not None
        return {"id": str(len(calls)), "name": call.body.get("name", "")}

    monkeypatch.setitem(call_register._BEHAVIOURS, "drive.files.create", create)
    return calls


def _media(size: int = len(CONTENT), chunk: int = -1, *, resumable: bool = False) -> Any:
    content = (CONTENT * (size // len(CONTENT) + 1))[:size]
    return MediaIoBaseUpload(BytesIO(content), "image/png", chunk, resumable)


def test_simple(drive: requests.Session, sent: list[Call]) -> None:
    answer = drive.post(
        FILES, params={"uploadType": "media"}, data=CONTENT, headers={"Content-Type": "image/png"}
    )
    assert answer.ok, answer.text
    assert sent[0].media is not None
    assert (sent[0].media.content, sent[0].media.mime_type) == (CONTENT, "image/png")


def test_multipart_by_googles_client(service: Service, sent: list[Call]) -> None:
    request = service("drive").files().create(body={"name": "été.png"}, media_body=_media())
    assert request.execute()["name"] == "été.png"
    assert sent[0].media is not None
    assert (sent[0].media.content, sent[0].media.mime_type) == (CONTENT, "image/png")


def test_multipart_with_base64_as_scripts_write_it(
    drive: requests.Session, sent: list[Call]
) -> None:
    body = (
        "--xx\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n"
        + json.dumps({"name": "a"})
        + "\r\n--xx\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.b64encode(CONTENT).decode()
        + "\r\n--xx--"
    )
    kind = {"Content-Type": 'multipart/related; boundary="xx"'}
    assert drive.post(f"{FILES}?uploadType=multipart", data=body, headers=kind).ok
    assert sent[0].media is not None
    assert sent[0].media.content == CONTENT


def test_resumable_in_chunks_by_googles_client(service: Service, sent: list[Call]) -> None:
    media = _media(600_000, 256 * 1024, resumable=True)
    request = service("drive").files().create(body={"name": "grand"}, media_body=media)
    progress, answer = [], None
    while answer is None:
        status, answer = request.next_chunk()
        progress.append(status.resumable_progress if status else "done")
    assert progress == [262144, 524288, "done"]
    assert answer["name"] == "grand"
    assert len(sent) == 1
    assert sent[0].media is not None
    assert len(sent[0].media.content) == 600_000


def _open(drive: requests.Session) -> str:
    answer = drive.post(
        f"{FILES}?uploadType=resumable",
        json={"name": "r"},
        headers={"X-Upload-Content-Type": "text/plain"},
    )
    assert answer.status_code == 200
    address: str = answer.headers["Location"]
    return address


def _put(address: str, span: str, data: bytes = b"") -> requests.Response:
    return requests.put(address, data=data, headers={"Content-Range": span}, timeout=5)


def test_an_interrupted_upload_resumes_where_it_was(
    drive: requests.Session, sent: list[Call]
) -> None:
    address = _open(drive)
    assert "Range" not in _put(address, "bytes */10").headers
    first = _put(address, "bytes 0-3/10", b"0123")
    assert (first.status_code, first.headers["Range"]) == (308, "bytes=0-3")
    assert _put(address, "bytes */10").headers["Range"] == "bytes=0-3"
    assert _put(address, "bytes 8-9/10", b"89").status_code == 503, "a hole"
    assert _put(address, "bytes 2-9/10", b"23456789").status_code == 200, "an overlap is fine"
    assert sent[0].media is not None
    assert sent[0].media.content == b"0123456789"
    assert sent[0].media.mime_type == "text/plain"


def test_a_lost_last_answer_is_asked_again_without_a_second_file(
    sandbox: RunningSandbox, drive: requests.Session, sent: list[Call]
) -> None:
    address = _open(drive)
    control(sandbox, "PUT", "faults", {"method": "drive.files.create", "drop": "after", "times": 1})
    with pytest.raises(requests.ConnectionError):
        _put(address, "bytes 0-3/4", b"abcd")
    assert _put(address, "bytes */4").json()["name"] == "r"
    assert len(sent) == 1


def test_a_chunk_sent_again_takes_nothing_back(drive: requests.Session, sent: list[Call]) -> None:
    address = _open(drive)
    _put(address, "bytes 0-7/10", b"01234567")
    assert _put(address, "bytes 0-3/10", b"0123").headers["Range"] == "bytes=0-7"
    assert _put(address, "bytes 8-9/10", b"89").status_code == 200
    assert sent[0].media is not None
    assert sent[0].media.content == b"0123456789"


def test_a_media_of_unknown_length_ends_when_the_client_says_so(
    drive: requests.Session, sent: list[Call]
) -> None:
    address = _open(drive)
    assert _put(address, "bytes 0-3/*", b"0123").status_code == 308
    assert _put(address, "bytes 4-5/6", b"45").status_code == 200
    assert sent[0].media is not None
    assert sent[0].media.content == b"012345"


def test_a_length_that_was_declared_is_kept_to(drive: requests.Session) -> None:
    def opened(length: str) -> requests.Response:
        headers = {"X-Upload-Content-Length": length}
        return drive.post(f"{FILES}?uploadType=resumable", json={}, headers=headers)

    address = opened("10").headers["Location"]
    assert _put(address, "bytes 0-3/4", b"abcd").status_code == 400
    assert _put(address, "bytes 0-3/10", b"abcd").status_code == 308
    for absurd in ("dix", "-1", str(6 * 2**40)):
        assert opened(absurd).status_code == 400


def test_a_session_is_good_for_a_week(sandbox: RunningSandbox, drive: requests.Session) -> None:
    address = _open(drive)
    for days, status in ((6, 308), (2, 404)):
        control(sandbox, "POST", "clock", {"advance": days * 86_400})
        assert _put(address, "bytes */4").status_code == status


def test_googles_client_goes_on_after_a_chunk_whose_answer_was_lost(
    sandbox: RunningSandbox, service: Service, sent: list[Call]
) -> None:
    media = _media(600_000, 256 * 1024, resumable=True)
    request = service("drive").files().create(body={"name": "grand"}, media_body=media)
    request.next_chunk()
    fault = {"method": "drive.files.create", "status": 503, "times": 1}
    control(sandbox, "PUT", "faults", fault)
    with pytest.raises(HttpError):
        request.next_chunk()
    answer = None
    while answer is None:
        _, answer = request.next_chunk()  # asks the session what has arrived
    assert len(sent) == 1
    assert sent[0].media is not None
    assert len(sent[0].media.content) == 600_000


def test_a_resumable_update_replaces_the_bytes(service: Service) -> None:
    files = service("drive").files()
    made = files.create(body={"name": "a"}, media_body=_media(10)).execute()["id"]
    request = files.update(fileId=made, media_body=_media(1000, 400, resumable=True))
    answer = None
    while answer is None:
        _, answer = request.next_chunk()
    assert answer["id"] == made
    assert len(files.get_media(fileId=made).execute()) == 1000


def test_a_cancelled_session_is_gone(drive: requests.Session) -> None:
    address = _open(drive)
    assert requests.delete(address, timeout=5).status_code == 499
    assert _put(address, "bytes 0-3/4", b"abcd").status_code == 404


@pytest.mark.parametrize("span", ["bytes 0-9/4", "bytes x", "bytes 3-1/4"])
def test_a_senseless_range_is_a_400(drive: requests.Session, span: str) -> None:
    assert _put(_open(drive), span, b"abcd").status_code == 400


@pytest.mark.parametrize(
    ("query", "kind", "body"),
    [
        ("uploadType=multipart", "multipart/related", b"x"),
        ("uploadType=multipart", "multipart/related; boundary=b", b"--b\r\n\r\n{}\r\n"),
        ("uploadType=multipart", "application/json", b"{}"),
        ("uploadType=other", "text/plain", b"x"),
    ],
)
def test_a_malformed_upload_is_a_400(
    drive: requests.Session, query: str, kind: str, body: bytes
) -> None:
    answer = drive.post(f"{FILES}?{query}", data=body, headers={"Content-Type": kind})
    assert answer.status_code == 400


def test_a_mail_uploaded_as_bytes_is_a_draft(service: Service) -> None:
    mail = b"To: aline@etudiant.example\r\nSubject: Bonjour\r\n\r\nTexte\r\n"
    media = MediaIoBaseUpload(BytesIO(mail), "message/rfc822")
    drafts = service("gmail").users().drafts()
    made = drafts.create(userId="me", media_body=media).execute()
    found = drafts.get(userId="me", id=made["id"], format="raw").execute()
    assert b"Subject: Bonjour" in base64.urlsafe_b64decode(found["message"]["raw"])


def test_a_refused_upload_opens_no_session(session: Session) -> None:
    narrow = session(scopes=["https://www.googleapis.com/auth/drive.metadata.readonly"])
    assert narrow.post(f"{FILES}?uploadType=resumable", json={}).status_code == 403
    answer = session().post(f"{FILES}?uploadType=resumable", json={"name": 5})
    assert answer.status_code == 400
    assert "Location" not in answer.headers
