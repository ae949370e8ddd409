"""What any client sees of any answer: masks, formats, errors, HTTP itself, discovery.

Sources: facts 1.2, 9, 13. The methods used are classroom ones that have no behaviour of their own.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any

import gspread
import pytest
import requests
from googleapiclient.errors import HttpError

from itn_sync.sandbox.call import Call, Media
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.conftest import Service, Session, scopes_of
from tests.sandbox.lent import echo, error_of, lent

ALIASES = "v1/courses/7/aliases"
RUBRICS = "v1/courses/7/courseWork/8/rubrics"
CLASSROOM = scopes_of("classroom")


def _list_aliases(_call: Call) -> Json:
    return {"aliases": [{"alias": f"d:{n}"} for n in range(2)]}


@pytest.fixture(autouse=True)
def behaviours() -> Iterator[None]:
    """Aliases are listed, a rubric comes back as it was sent."""
    with (
        lent("classroom.courses.aliases.list", _list_aliases),
        lent("classroom.courses.courseWork.rubrics.create", echo),
    ):
        yield


@pytest.fixture
def teacher(session: Session) -> requests.Session:
    """A session that may do everything in Classroom."""
    return session(scopes=CLASSROOM)


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ("id", {"id": "1"}),
        ("*", None),
        ("criteria/title", {"criteria": [{"title": "a"}, {"title": "b"}]}),
        ("criteria.title,id", {"id": "1", "criteria": [{"title": "a"}, {"title": "b"}]}),
        (
            "criteria(id,levels/points)",
            {"criteria": [{"id": "x", "levels": [{"points": 1}]}, {}]},
        ),
        ("id,criteria(*),criteria/title", None),
    ],
)
def test_fields_choose_what_is_answered(
    teacher: requests.Session, fields: str, shown: Json | None
) -> None:
    rubric = {
        "id": "1",
        "criteria": [
            {"id": "x", "title": "a", "levels": [{"points": 1, "id": "l"}]},
            {"title": "b"},
        ],
    }
    answer = teacher.post(RUBRICS, json=rubric, params={"fields": fields}).json()
    assert answer == (shown or rubric)


@pytest.mark.parametrize("fields", ["nothing", "criteria/nothing", "id(", "id)", "a,,b", "id/x"])
def test_an_unknown_field_is_refused_and_nothing_is_done(
    sandbox: RunningSandbox, teacher: requests.Session, fields: str
) -> None:
    assert teacher.post(RUBRICS, json={}, params={"fields": fields}).status_code == 400
    with sandbox.tenant.world.transaction(write=False) as state:
        row = state.execute("SELECT 1 FROM setting WHERE key = 'world.echo'").fetchone()
    assert row is None


def test_a_legacy_api_words_a_bad_mask_its_own_way(session: Session) -> None:
    error = error_of(session().get("drive/v3/files?fields=foo"))
    assert error["message"] == "Invalid field selection foo"
    entry = error["errors"][0]
    assert (entry["reason"], entry["location"]) == ("invalidParameter", "fields")


def test_xgafv_chooses_the_error_format(session: Session) -> None:
    modern = error_of(session().get("drive/v3/files/none?$.xgafv=2"))
    legacy = error_of(session().get("v1/forms/none?$.xgafv=1"))
    assert "errors" not in modern
    assert legacy["errors"][0]["reason"] == "notFound"


def test_a_long_get_may_come_as_a_post(teacher: requests.Session) -> None:
    answer = teacher.post(
        ALIASES,
        data={"pageSize": "2", "fields": "aliases"},
        headers={"x-http-method-override": "GET"},
    )
    assert answer.json() == {"aliases": [{"alias": "d:0"}, {"alias": "d:1"}]}


def test_answers_are_indented_unless_told(teacher: requests.Session) -> None:
    assert "\n" in teacher.get(ALIASES).text
    assert "\n" not in teacher.get(f"{ALIASES}?prettyPrint=false").text


def test_a_callback_wraps_the_answer(teacher: requests.Session) -> None:
    answer = teacher.get(f"{ALIASES}?callback=show")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.text.startswith("// API callback\nshow({")


def test_a_crash_is_an_envelope_and_never_a_traceback(
    teacher: requests.Session, capfd: pytest.CaptureFixture[str]
) -> None:
    def crash(_call: Call) -> Json:
        raise ZeroDivisionError("secret detail")

    with lent("classroom.courses.aliases.create", crash):
        answer = teacher.post(ALIASES, json={})
    assert answer.status_code == 500
    assert error_of(answer)["message"] == "Internal error encountered."
    assert "secret detail" not in answer.text
    assert "secret detail" in capfd.readouterr().err


def test_a_failed_method_leaves_nothing_behind(
    sandbox: RunningSandbox, teacher: requests.Session
) -> None:
    def write_then_fail(call: Call) -> Json:
        echo(call)
        raise RuntimeError

    with lent("classroom.courses.aliases.create", write_then_fail):
        teacher.post(ALIASES, json={})
    with sandbox.tenant.world.transaction(write=False) as state:
        found = state.execute("SELECT 1 FROM setting WHERE key = 'world.echo'").fetchone()
    assert found is None


def test_a_get_may_write_when_it_must(teacher: requests.Session) -> None:
    def first_look(call: Call) -> Json:
        echo(call)
        return {"userId": call.user}

    with lent("classroom.courses.students.get", first_look):
        answer = teacher.get("v1/courses/7/students/me")
    assert answer.json() == {"userId": "itn-sync@ecole.example"}


def test_encoded_slashes_and_colons_stay_in_their_parameter(teacher: requests.Session) -> None:
    seen: list[Json] = []

    def note(call: Call) -> Json:
        seen.append(call.params)
        return {}

    with lent("classroom.courses.aliases.delete", note):
        teacher.delete("v1/courses/d%3Aa%2Fb%20c/aliases/d%3A%C3%A9t%C3%A9")
    assert seen[0]["courseId"] == "d:a/b c"
    assert seen[0]["alias"] == "d:été"


def test_a_download_answers_bytes_and_ranges(teacher: requests.Session) -> None:
    def bytes_of(_call: Call) -> Media:
        return Media(b"0123456789", "text/plain\r\nX-Evil: 1")

    with lent("classroom.courses.aliases.create", bytes_of):
        whole = teacher.post(ALIASES, json={})
        part = teacher.post(ALIASES, json={}, headers={"Range": "bytes=2-4"})
        longer = teacher.post(ALIASES, json={}, headers={"Range": "bytes=0-104857599"})
    assert (whole.status_code, whole.content) == (200, b"0123456789")
    assert "X-Evil" not in whole.headers
    assert (part.status_code, part.content) == (206, b"234")
    assert part.headers["Content-Range"] == "bytes 2-4/10"
    assert (longer.status_code, longer.content) == (206, b"0123456789")


def test_only_loopback_names_are_answered(sandbox: RunningSandbox) -> None:
    def status(host: str) -> int:
        url = f"{sandbox.url}sandbox/v1/health"
        return requests.get(url, headers={"Host": host}, timeout=5).status_code

    assert status("evil.example") == 403
    assert status("127.0.0.1.evil.example") == 403
    assert status("localhost:1") == 200
    assert status("sheets.googleapis.com") == 200


def test_a_connection_serves_many_requests(sandbox: RunningSandbox) -> None:
    host, port = "127.0.0.1", int(sandbox.url.rpartition(":")[2].strip("/"))
    with socket.create_connection((host, port), timeout=5) as line, line.makefile("rb") as answers:
        for _ in range(3):
            line.sendall(b"GET /sandbox/v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert answers.readline() == b"HTTP/1.1 200 OK\r\n"
            length = 0
            while (header := answers.readline()) != b"\r\n":
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            assert json.loads(answers.read(length))["status"] == "ok"


def test_a_huge_body_is_refused_before_it_is_read(sandbox: RunningSandbox) -> None:
    host, port = "127.0.0.1", int(sandbox.url.rpartition(":")[2].strip("/"))
    with socket.create_connection((host, port), timeout=5) as line:
        head = "POST /v1/forms HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999\r\n\r\n"
        line.sendall(head.encode())
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "path",
    [
        "discovery/v1/apis/sheets/v4/rest",
        "$discovery/rest?version=v4",
        "$discovery/rest?version=v4&api=sheets",
    ],
)
def test_discovery_documents_point_at_the_sandbox(sandbox: RunningSandbox, path: str) -> None:
    found = requests.get(f"{sandbox.url}{path}", timeout=5).json()
    assert found["name"] == "sheets"
    assert found["rootUrl"] == found["baseUrl"] == found["mtlsRootUrl"] == sandbox.url


def test_the_host_chooses_the_document(sandbox: RunningSandbox) -> None:
    url = f"{sandbox.url}$discovery/rest?version=v1"
    gmail = requests.get(url, headers={"Host": "gmail.googleapis.com"}, timeout=5)
    assert gmail.json()["name"] == "gmail"
    assert requests.get(url, timeout=5).status_code == 404


def test_drives_base_keeps_its_service_path(sandbox: RunningSandbox) -> None:
    found = requests.get(f"{sandbox.url}discovery/v1/apis/drive/v3/rest", timeout=5).json()
    assert found["baseUrl"] == f"{sandbox.url}drive/v3/"
    listed = requests.get(f"{sandbox.url}discovery/v1/apis", timeout=5).json()["items"]
    assert {item["id"] for item in listed} >= {"forms:v1", "drive:v3", "sheets:v4"}


def test_googles_client_raises_its_own_errors(service: Service) -> None:
    forms = service("forms").forms()
    with pytest.raises(HttpError) as caught:
        forms.create(body={"info": {"title": "x"}, "itemz": []}).execute()
    assert caught.value.status_code == 400
    assert caught.value.error_details[0]["fieldViolations"][0]["field"] == "form"


def test_gspread_reads_a_refusal(session: Session) -> None:
    narrow = session(scopes=["https://www.googleapis.com/auth/spreadsheets.readonly"])
    http = gspread.http_client.HTTPClient(None, narrow)  # type: ignore[arg-type]  # (the session signs)
    with pytest.raises(gspread.exceptions.APIError) as caught:
        http.request("post", "v4/spreadsheets", json={"properties": {"title": "x"}})
    assert caught.value.code == 403


def _values(session: requests.Session, values: Any) -> requests.Response:
    made = session.post("v4/spreadsheets", json={}).json()["spreadsheetId"]
    path = f"v4/spreadsheets/{made}/values/A1?valueInputOption=RAW"
    return session.put(path, json={"values": values, "majorDimension": None})


def test_nulls_survive_inside_values(session: Session) -> None:
    answer = _values(session(), [["a", None, "c"]])
    assert answer.json()["updatedRange"].endswith("A1:C1")


def test_values_must_be_rows(session: Session) -> None:
    message = error_of(_values(session(), ["a"]))["message"]
    assert message == (
        "Invalid value at 'data.values[0]' (type.googleapis.com/google.protobuf.ListValue), \"a\""
    )
