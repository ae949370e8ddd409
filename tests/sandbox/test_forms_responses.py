"""Reading responses (facts 3.1, 3.2)."""

from __future__ import annotations

import pytest

from itn_sync.sandbox import files
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.forms.imports import import_forms
from itn_sync.sandbox.world import State
from tests.sandbox.drive_world import EDITOR, NOW, STRANGER, Do, caller, refused
from tests.sandbox.forms_world import FORM_ID, form

LIST = "forms.forms.responses.list"


@pytest.fixture
def state(state: State) -> State:
    """With the form of every kind of question in it."""
    import_forms(state, [form()], NOW)
    return state


@pytest.fixture
def do(state: State) -> Do:
    return caller(state)


def response(number: int, **more: object) -> Json:
    instant = f"2026-09-01T08:00:{number:02d}.5Z"
    answers = {"1a000001": [f"Personne {number}"]}
    return {"responseId": f"r{number}", "createTime": instant, "answers": answers, **more}


def bring(state: State, *responses: Json) -> None:
    import_forms(state, [{"id": FORM_ID, "responses": list(responses)}], NOW)


def listed(do: Do, **params: object) -> list[str]:
    return [r["responseId"] for r in do(LIST, formId=FORM_ID, **params).get("responses", [])]


def test_no_responses_is_no_key_at_all(do: Do) -> None:
    assert do(LIST, formId=FORM_ID) == {}


def test_a_response_is_shown_as_google_shows_it(do: Do, state: State) -> None:
    bring(state, response(1, respondentEmail="a@etudiant.example"))
    shown = {
        "responseId": "r1",
        "createTime": "2026-09-01T08:00:01.500Z",
        "lastSubmittedTime": "2026-09-01T08:00:01.500Z",
        "respondentEmail": "a@etudiant.example",
        "answers": {
            "1a000001": {
                "questionId": "1a000001",
                "textAnswers": {"answers": [{"value": "Personne 1"}]},
            }
        },
    }
    assert do(LIST, formId=FORM_ID) == {"responses": [shown]}
    got = do("forms.forms.responses.get", formId=FORM_ID, responseId="r1")
    assert got == {"formId": FORM_ID, **shown}


def test_pages_hold_everything_once_in_no_order_of_time(do: Do, state: State) -> None:
    bring(state, *[response(n) for n in range(20)])
    seen: list[str] = []
    token = ""
    for _ in range(7):
        page = do(LIST, formId=FORM_ID, pageSize=3, pageToken=token)
        seen += [r["responseId"] for r in page["responses"]]
        token = page.get("nextPageToken", "")
    assert not token
    assert sorted(seen) == sorted(f"r{n}" for n in range(20))
    assert seen != [f"r{n}" for n in range(20)]
    assert seen == listed(do)


def test_a_page_size_of_zero_is_the_largest_and_more_is_coerced(do: Do, state: State) -> None:
    bring(state, *[response(n) for n in range(3)])
    assert len(listed(do, pageSize=0)) == len(listed(do, pageSize=9_999_999)) == 3
    with refused(400):
        listed(do, pageSize=-1)


@pytest.mark.parametrize("token", ["x", "bnVsbA==", "é"])
def test_a_token_serves_only_the_query_that_made_it(do: Do, state: State, token: str) -> None:
    bring(state, response(1), response(2))
    page = do(LIST, formId=FORM_ID, pageSize=1)
    with refused(400, "page token"):
        listed(
            do,
            pageToken=page["nextPageToken"],
            filter="timestamp > 2026-09-01T00:00:00Z",
        )
    with refused(400, "page token"):
        listed(do, pageToken=token)


def test_an_edited_response_passes_the_filter_again(do: Do, state: State) -> None:
    bring(state, response(1), response(2), response(3))
    after = "timestamp > 2026-09-01T08:00:02.5Z"
    assert listed(do, filter=after) == ["r3"]
    assert sorted(listed(do, filter=after.replace(">", ">="))) == ["r2", "r3"]
    bring(state, response(1, lastSubmittedTime="2026-09-01T09:00:00Z"))
    assert sorted(listed(do, filter=after)) == ["r1", "r3"]
    edited = do("forms.forms.responses.get", formId=FORM_ID, responseId="r1")
    assert edited["createTime"] == "2026-09-01T08:00:01.500Z"
    assert edited["lastSubmittedTime"] == "2026-09-01T09:00:00Z"


def test_a_filter_that_google_does_not_know_is_a_400(do: Do) -> None:
    with refused(400, "Invalid filter"):
        listed(do, filter="createTime > 2026-09-01T00:00:00Z")


def test_only_editors_read_responses(do: Do, state: State) -> None:
    bring(state, response(1))
    assert do(LIST, user=EDITOR, formId=FORM_ID)["responses"]
    with refused(403, "The caller does not have permission"):
        do(LIST, user=STRANGER, formId=FORM_ID)
    files.share(state, FORM_ID, role="reader", type="user", email=STRANGER)
    with refused(403, "The caller does not have permission"):
        do(LIST, user=STRANGER, formId=FORM_ID)


def test_an_unknown_response_is_404(do: Do) -> None:
    with refused(404):
        do("forms.forms.responses.get", formId=FORM_ID, responseId="r9")


def test_files_come_as_upload_answers(do: Do, state: State) -> None:
    file = {"fileId": "1f", "fileName": "cess.pdf", "mimeType": "application/pdf"}
    bring(state, response(1) | {"answers": {"1a00001b": [file]}})
    (found,) = do(LIST, formId=FORM_ID)["responses"]
    assert found["answers"]["1a00001b"]["fileUploadAnswers"]["answers"] == [file]


def test_new_responses_are_no_change_of_the_form(do: Do, state: State) -> None:
    before = do("forms.forms.get", formId=FORM_ID)["revisionId"]
    bring(state, response(1))
    assert do("forms.forms.get", formId=FORM_ID)["revisionId"] == before
    import_forms(state, [form([])], NOW)
    assert do("forms.forms.get", formId=FORM_ID)["revisionId"] != before


def test_a_bad_instant_in_an_import_is_refused(state: State) -> None:
    with refused(400, "is not an instant"):
        bring(state, response(1) | {"createTime": "hier"})
