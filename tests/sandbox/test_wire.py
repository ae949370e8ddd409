"""What any client of any method sees: routes, tokens, scopes, parameters, bodies, answers.

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
from itn_sync.sandbox.exchange import Response
from itn_sync.sandbox.paging import page
from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.conftest import Service, Session, scopes_of
from tests.sandbox.lent import control, error_of, lent

ALIASES = "v1/courses/7/aliases"
RUBRICS = "v1/courses/7/courseWork/8/rubrics"
CLASSROOM = scopes_of("classroom")


def _list_aliases(call: Call) -> Json:
    aliases = [{"alias": f"d:{n}"} for n in range(7)]
    shown, token = page(aliases, call, default=3, maximum=5)
    return {"aliases": shown} | ({"nextPageToken": token} if token else {})


def _echo(call: Call) -> Json:
    call.state.execute("INSERT OR REPLACE INTO setting VALUES ('world.echo', ?)", (call.user,))
    return dict(call.body)


@pytest.fixture(autouse=True)
def behaviours() -> Iterator[None]:
    """Aliases are listed, a rubric comes back as it was sent."""
    with (
        lent("classroom.courses.aliases.list", _list_aliases),
        lent("classroom.courses.courseWork.rubrics.create", _echo),
    ):
        yield


@pytest.fixture
def teacher(session: Session) -> requests.Session:
    """A session that may do everything in Classroom."""
    return session(scopes=CLASSROOM)


def test_an_unknown_address_is_googles_html_404(session: Session) -> None:
    answer = session().get("v1/nothing/<here>")
    assert answer.status_code == 404
    assert "<script" not in answer.text
    assert "Error 404 (Not Found)!!1" in answer.text


def test_a_method_without_behaviour_says_which(teacher: requests.Session) -> None:
    answer = teacher.get("v1/courses/7/courseWork/8/rubrics/9")
    assert answer.status_code == 501
    assert error_of(answer)["status"] == "UNIMPLEMENTED"
    assert "classroom.courses.courseWork.rubrics.get" in error_of(answer)["message"]


@pytest.mark.parametrize(
    ("authorization", "reason", "challenge"),
    [
        ({}, "required", 'Bearer realm="https://accounts.google.com/"'),
        ({"Authorization": "Bearer rubbish"}, "authError", "invalid_token"),
        ({"Authorization": "Bearer ya29.AAAA"}, "authError", "invalid_token"),
        ({"Authorization": "Basic eHg6eHg="}, "required", "Bearer"),
    ],
)
def test_without_a_good_token_there_is_no_answer(
    sandbox: RunningSandbox, authorization: dict[str, str], reason: str, challenge: str
) -> None:
    answer = requests.get(f"{sandbox.url}drive/v3/files", headers=authorization, timeout=5)
    error = error_of(answer)
    assert (answer.status_code, error["status"]) == (401, "UNAUTHENTICATED")
    assert error["errors"][0]["reason"] == reason
    assert error["errors"][0]["location"] == "Authorization"
    assert challenge in answer.headers["WWW-Authenticate"]


def test_a_token_dies_after_an_hour_of_the_workspaces_clock(
    sandbox: RunningSandbox, teacher: requests.Session
) -> None:
    assert teacher.get(ALIASES).ok
    bearer = teacher.credentials.token  # type: ignore[attr-defined]  # (an AuthorizedSession)
    control(sandbox, "POST", "clock", {"advance": 3600})
    headers = {"Authorization": f"Bearer {bearer}"}
    stale = requests.get(f"{sandbox.url}{ALIASES}", headers=headers, timeout=5)
    assert stale.status_code == 401
    assert teacher.get(ALIASES).ok, "google-auth refreshes after a 401"


def test_a_missing_scope_is_named_with_the_method(session: Session) -> None:
    narrow = session(scopes=["https://www.googleapis.com/auth/forms.body.readonly"])
    error = error_of(narrow.get("v1/forms/abc/responses"))
    assert error["code"] == 403
    detail = error["details"][0]
    assert detail["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    assert detail["metadata"]["method"] == "forms.forms.responses.list"
    assert "errors" not in error
    legacy = error_of(narrow.get("drive/v3/files"))
    assert legacy["errors"][0]["reason"] == "insufficientPermissions"


def test_google_checks_the_token_before_the_query(
    sandbox: RunningSandbox, session: Session
) -> None:
    assert requests.get(f"{sandbox.url}{ALIASES}?x=1", timeout=5).status_code == 401
    narrow = session(scopes=["https://www.googleapis.com/auth/forms.body"])
    assert narrow.get(f"{ALIASES}?x=1").status_code == 403


def test_an_unknown_parameter_is_refused_in_googles_words(teacher: requests.Session) -> None:
    error = error_of(teacher.get(ALIASES, params={"foo": "1"}))
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert error["message"] == (
        'Invalid JSON payload received. Unknown name "foo": Cannot bind query parameter.'
        " Field 'foo' could not be found in request message."
    )


@pytest.mark.parametrize(
    ("query", "field", "wording"),
    [
        ("pageSize=abc", "page_size", "Invalid value at 'page_size' (TYPE_INT32), \"abc\""),
        ("pageSize=3000000000", "page_size", "(TYPE_INT32)"),
        ("prettyPrint=maybe", "pretty_print", "(TYPE_BOOL)"),
        ("alt=yaml", "alt", "yaml"),
    ],
)
def test_a_bad_parameter_names_its_field(
    teacher: requests.Session, query: str, field: str, wording: str
) -> None:
    error = error_of(teacher.get(f"{ALIASES}?{query}"))
    assert error["code"] == 400
    assert wording in error["message"]
    assert error["details"][0]["fieldViolations"][0]["field"] == field


@pytest.mark.parametrize("query", ["page_size=2", "pageSize=2", "pageSize=2&prettyPrint=False"])
def test_both_spellings_and_python_booleans_are_taken(
    teacher: requests.Session, query: str
) -> None:
    assert len(teacher.get(f"{ALIASES}?{query}").json()["aliases"]) == 2


def test_pages_follow_one_another_and_end(service: Service) -> None:
    aliases = service("classroom").courses().aliases()
    request, sizes, seen = aliases.list(courseId="7", pageSize=2), [], []
    while request is not None:
        answer = request.execute()
        sizes.append(len(answer["aliases"]))
        seen += [alias["alias"] for alias in answer["aliases"]]
        request = aliases.list_next(request, answer)
    assert sizes == [2, 2, 2, 1]
    assert seen == [f"d:{n}" for n in range(7)]


@pytest.mark.parametrize(("asked", "given"), [("", 3), ("pageSize=0", 3), ("pageSize=99", 5)])
def test_page_sizes_have_a_default_and_a_ceiling(
    teacher: requests.Session, asked: str, given: int
) -> None:
    assert len(teacher.get(f"{ALIASES}?{asked}").json()["aliases"]) == given


def test_a_negative_page_size_is_refused(teacher: requests.Session) -> None:
    assert teacher.get(f"{ALIASES}?pageSize=-1").status_code == 400


def test_a_page_token_belongs_to_its_query(teacher: requests.Session, session: Session) -> None:
    token = teacher.get(ALIASES).json()["nextPageToken"]
    here = {"pageToken": token, "pageSize": 1, "fields": "aliases"}
    assert teacher.get(ALIASES, params=here).json() == {"aliases": [{"alias": "d:3"}]}
    other_course = teacher.get("v1/courses/8/aliases", params={"pageToken": token})
    assert other_course.status_code == 400
    colleague = session("direction@ecole.example", CLASSROOM)
    assert colleague.get(ALIASES, params={"pageToken": token}).status_code == 400
    assert teacher.get(ALIASES, params={"pageToken": token[:-3] + "AAA"}).status_code == 400


@pytest.mark.parametrize(
    ("body", "message", "field"),
    [
        (
            {"titl": "x"},
            'Invalid JSON payload received. Unknown name "titl" at \'rubric\': Cannot find field.',
            "rubric",
        ),
        (
            {"criteria": [{"levels": [{"points": "many"}]}]},
            "Invalid value at 'rubric.criteria[0].levels[0].points' (TYPE_DOUBLE), \"many\"",
            "rubric.criteria[0].levels[0].points",
        ),
        ({"id": 12}, "Invalid value at 'rubric.id' (TYPE_STRING), 12", "rubric.id"),
        (
            {"creationTime": "yesterday"},
            "Invalid value at 'rubric.creation_time'"
            ' (type.googleapis.com/google.protobuf.Timestamp), "yesterday"',
            "rubric.creation_time",
        ),
        (
            {"criteria": "none"},
            "Invalid value at 'rubric.criteria'"
            ' (type.googleapis.com/google.apps.classroom.v1.Criterion), "none"',
            "rubric.criteria",
        ),
    ],
)
def test_a_wrong_body_names_every_field(
    teacher: requests.Session, body: Json, message: str, field: str
) -> None:
    error = error_of(teacher.post(RUBRICS, json=body))
    assert (error["code"], error["message"]) == (400, message)
    violation = error["details"][0]["fieldViolations"][0]
    assert violation == {"field": field, "description": message}


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"[1]",
        b"nothing",
        b'{"id": NaN}',
        b"\xff\xfe{}",
        b'{"id": "\\ud800"}',
        b'{"criteria": ' + b"[" * 100_000,
        b'{"id": ' + b"9" * 5000 + b"}",
        b'"text"',
    ],
)
def test_what_is_no_json_object_is_a_400(teacher: requests.Session, raw: bytes) -> None:
    answer = teacher.post(RUBRICS, data=raw, headers={"Content-Type": "application/json"})
    assert (answer.status_code, error_of(answer)["status"]) == (400, "INVALID_ARGUMENT")


def test_nulls_are_absent_and_snake_case_is_understood(teacher: requests.Session) -> None:
    sent = {"id": None, "source_spreadsheet_id": "s", "criteria": [{"title": None}]}
    assert teacher.post(RUBRICS, json=sent).json() == {
        "sourceSpreadsheetId": "s",
        "criteria": [{}],
    }


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
        ("criteria(*),criteria/title", {"criteria": [{"title": "a"}, {"title": "b"}]}),
    ],
)
def test_fields_choose_what_is_answered(
    teacher: requests.Session, fields: str, shown: Json | None
) -> None:
    rubric = {
        "id": "1",
        "criteria": [{"id": "x", "title": "a", "levels": [{"points": 1, "id": "l"}]}, {"title": "b"}],
    }
    answer = teacher.post(RUBRICS, json=rubric, params={"fields": fields}).json()
    if fields.startswith("criteria(*)"):
        assert answer["criteria"][0]["title"] == "a"
    else:
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
        _echo(call)
        raise RuntimeError

    with lent("classroom.courses.aliases.create", write_then_fail):
        teacher.post(ALIASES, json={})
    with sandbox.tenant.world.transaction(write=False) as state:
        found = state.execute("SELECT 1 FROM setting WHERE key = 'world.echo'").fetchone()
    assert found is None


def test_a_get_may_write_when_it_must(teacher: requests.Session) -> None:
    def first_look(call: Call) -> Json:
        _echo(call)
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
    assert (longer.status_code, longer.content) == (200, b"0123456789")


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
    http = gspread.http_client.HTTPClient(None, narrow)
    with pytest.raises(gspread.exceptions.APIError) as caught:
        http.request("post", "v4/spreadsheets", json={"properties": {"title": "x"}})
    assert caught.value.code == 403


def test_a_response_is_a_plain_value() -> None:
    with pytest.raises(AttributeError):
        Response().status = 201  # type: ignore[misc]  # (frozen: that is the point)


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
