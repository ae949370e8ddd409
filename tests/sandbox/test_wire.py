"""What any client of any method sees: routes, tokens, scopes, parameters, bodies, answers.

Sources: facts 1.2, 9, 13. The methods used are classroom ones, with behaviours lent for the tests.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
import requests

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.paging import page
from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.conftest import Service, Session, scopes_of
from tests.sandbox.lent import control, echo, error_of, lent

ALIASES = "v1/courses/7/aliases"
RUBRICS = "v1/courses/7/courseWork/8/rubrics"
CLASSROOM = scopes_of("classroom")


def _list_aliases(call: Call) -> Json:
    aliases = [{"alias": f"d:{n}"} for n in range(7)]
    shown, token = page(aliases, call, default=3, maximum=5)
    return {"aliases": shown} | ({"nextPageToken": token} if token else {})


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
            "Invalid JSON payload received. Unknown name \"titl\" at 'rubric': Cannot find field.",
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


def test_a_packed_body_is_unpacked(teacher: requests.Session) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    packed = gzip.compress(b'{"id": "r1"}')
    assert teacher.post(RUBRICS, data=packed, headers=headers).json() == {"id": "r1"}
    rubbish = teacher.post(RUBRICS, data=b"rubbish", headers=headers)
    assert (rubbish.status_code, error_of(rubbish)["status"]) == (400, "INVALID_ARGUMENT")


def test_a_body_may_come_in_pieces(teacher: requests.Session) -> None:
    pieces = iter([b'{"id": ', b'"r1"}'])
    headers = {"Content-Type": "application/json"}
    assert teacher.post(RUBRICS, data=pieces, headers=headers).json() == {"id": "r1"}


def test_a_patch_may_come_as_a_post(teacher: requests.Session) -> None:
    with lent("classroom.courses.courseWork.rubrics.patch", echo):
        headers = {"X-HTTP-Method-Override": "PATCH"}
        changed = teacher.post(f"{RUBRICS}/9", json={"id": "9"}, headers=headers)
    assert changed.json() == {"id": "9"}


def test_protocol_buffers_are_not_promised(teacher: requests.Session) -> None:
    answer = teacher.get(ALIASES, params={"alt": "proto"})
    assert answer.status_code == 501
    assert "alt=proto of classroom.courses.aliases.list" in error_of(answer)["message"]
