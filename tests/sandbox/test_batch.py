"""Batches by Google's own client: parts answered one by one, limits, one API each (facts 1.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from google.auth.transport.requests import Request as AuthRequest
from googleapiclient.http import BatchHttpRequest

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.errors import Json, not_found
from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.conftest import Service, Session
from tests.sandbox.lent import control, lent


def _alias(call: Call) -> Json:
    if call.body.get("alias") == "d:refused":
        raise not_found()
    return {"alias": call.body["alias"]}


@pytest.fixture(autouse=True)
def behaviours() -> Iterator[None]:
    """An alias comes back as it was sent, `d:refused` does not."""
    with lent("classroom.courses.aliases.create", _alias):
        yield


def _run(service: Any, calls: list[Any]) -> list[tuple[Any, Any]]:
    with requests.Session() as line:
        # Left to itself, the batch refreshes the token on a connection that it never closes.
        service._http.credentials.refresh(AuthRequest(line))
    batch: BatchHttpRequest = service.new_batch_http_request()
    outcomes: dict[str, tuple[Any, Any]] = {}

    def note(request_id: str, answer: Any, error: Any) -> None:
        outcomes[request_id] = (answer, error)

    for number, call in enumerate(calls):
        batch.add(call, callback=note, request_id=str(number))
    batch.execute()
    return [outcomes[str(number)] for number in range(len(calls))]


def _create(service: Any, alias: str) -> Any:
    return service.courses().aliases().create(courseId="7", body={"alias": alias})


def test_each_part_has_its_own_outcome(service: Service) -> None:
    classroom = service("classroom")
    calls = [_create(classroom, name) for name in ("d:a", "d:refused", "d:ç")]
    first, second, third = _run(classroom, calls)
    assert first[0] == {"alias": "d:a"}
    assert second[1].status_code == 404
    assert third[0] == {"alias": "d:ç"}


def test_drive_has_a_batch_address_of_its_own(service: Service, sandbox: RunningSandbox) -> None:
    drive = service("drive")
    calls = [drive.files().list(), drive.files().get(fileId="none")]
    listed, missing = _run(drive, calls)
    assert listed[0]["files"] == []
    assert missing[1].status_code == 404
    assert control(sandbox, "GET", "requests")["byMethod"]["batch"] == 1


def test_each_part_counts_as_a_call(service: Service, sandbox: RunningSandbox) -> None:
    classroom = service("classroom")
    _run(classroom, [_create(classroom, f"d:{n}") for n in range(4)])
    counts = control(sandbox, "GET", "requests")["byMethod"]
    assert counts["classroom.courses.aliases.create"] == 4


@pytest.mark.parametrize(("count", "status"), [(50, 200), (51, 400)])
def test_classroom_takes_fifty(session: Session, count: int, status: int) -> None:
    part = 'POST /v1/courses/7/aliases HTTP/1.1\r\n\r\n{"alias": "d:a"}'
    assert _post(session, [part] * count).status_code == status


def test_one_api_per_batch(session: Session) -> None:
    parts = ["GET /v1/forms/abc HTTP/1.1\r\n\r\n", "GET /v4/spreadsheets/abc HTTP/1.1\r\n\r\n"]
    assert _post(session, parts).status_code == 400
    assert _post(session, parts[:1], "batch/drive/v3").status_code == 400
    assert _post(session, parts[:1], "batch/drive/v2").status_code == 404
    assert _post(session, parts[:1], "batch/forms/v1").status_code == 200


def test_parts_without_a_method_and_uploads_fail_alone(session: Session) -> None:
    parts = [
        "GET /nowhere HTTP/1.1\r\n\r\n",
        "GET http://127.0.0.1/drive/v3/files HTTP/1.1\r\n\r\n",
        "POST /upload/drive/v3/files?uploadType=media HTTP/1.1\r\n\r\nabc",
        "GET /drive/v3/files HTTP/1.1\r\n\r\n",
    ]
    body = _post(session, parts).text
    statuses = [line.split()[1] for line in body.splitlines() if line.startswith("HTTP/1.1 ")]
    assert statuses == ["404", "404", "400", "200"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/mixed", b"x"),
        ("multipart/mixed; boundary=b", b"--b\r\n\r\n\r\n--b--"),
        ("multipart/mixed; boundary=b", b"nothing"),
    ],
)
def test_what_is_no_batch_is_a_400(session: Session, kind: str, body: bytes) -> None:
    answer = session().post("batch", data=body, headers={"Content-Type": kind})
    assert answer.status_code == 400


def test_content_ids_come_back_as_the_client_splits_them(session: Session) -> None:
    body = _post(session, ["GET /drive/v3/files HTTP/1.1\r\n\r\n"]).text
    assert "Content-ID: <response-abc + 0>" in body


def _post(session: Session, inner: list[str], path: str = "batch") -> requests.Response:
    scopes = [
        "https://www.googleapis.com/auth/classroom.courses",
        "https://www.googleapis.com/auth/drive",
        "https://www.googleapis.com/auth/forms.body",
    ]
    parts = [
        f"--bb\r\nContent-Type: application/http\r\nContent-ID: <abc\r\n + {n}>\r\n\r\n{one}\r\n"
        for n, one in enumerate(inner)
    ]
    return session(scopes=scopes).post(
        path,
        data="".join(parts) + "--bb--\r\n",
        headers={"Content-Type": "multipart/mixed; boundary=bb"},
    )
