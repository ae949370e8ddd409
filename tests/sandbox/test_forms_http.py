"""Forms through Google's own client over real HTTP (facts 3)."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from googleapiclient.errors import HttpError

from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.conftest import Service
from tests.sandbox.forms_world import FORM_ID, form

BODY = "https://www.googleapis.com/auth/forms.body"
READ = "https://www.googleapis.com/auth/forms.responses.readonly"


def bring(sandbox: RunningSandbox, **more: Any) -> None:
    content = {"forms": [form(**more)]}
    answer = requests.post(f"{sandbox.url}sandbox/v1/import", json=content, timeout=10)
    assert answer.ok, answer.text


def response(number: int) -> dict[str, Any]:
    instant = f"2026-09-01T08:00:{number:02d}Z"
    return {"responseId": f"r{number}", "createTime": instant, "answers": {"1a000001": ["é😀"]}}


def error_of(caught: pytest.ExceptionInfo[HttpError]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(caught.value.content)["error"]
    return found


def test_a_form_is_made_filled_and_read(service: Service) -> None:
    forms = service("forms", scopes=[BODY]).forms()
    made = forms.create(body={"info": {"title": "Inscription"}}).execute()
    item = {"title": "Nom", "questionItem": {"question": {"textQuestion": {}, "required": True}}}
    requests_ = [{"createItem": {"item": item, "location": {"index": 0}}}]
    answer = forms.batchUpdate(formId=made["formId"], body={"requests": requests_}).execute()
    (question_id,) = answer["replies"][0]["createItem"]["questionId"]
    (found,) = forms.get(formId=made["formId"]).execute()["items"]
    assert found["questionItem"]["question"] == {
        "questionId": question_id,
        "required": True,
        "textQuestion": {},
    }


def test_a_refused_request_is_told_as_forms_tells_it(service: Service) -> None:
    forms = service("forms", scopes=[BODY]).forms()
    made = forms.create(body={"info": {"title": "x"}}).execute()
    requests_ = [{"deleteItem": {"location": {"index": 0}}}]
    with pytest.raises(HttpError) as caught:
        forms.batchUpdate(formId=made["formId"], body={"requests": requests_}).execute()
    assert error_of(caught)["status"] == "INVALID_ARGUMENT"
    assert "errors" not in error_of(caught)


def test_responses_need_their_own_scope(sandbox: RunningSandbox, service: Service) -> None:
    bring(sandbox, responses=[response(1)])
    with pytest.raises(HttpError) as caught:
        service("forms", scopes=[BODY]).forms().responses().list(formId=FORM_ID).execute()
    assert caught.value.status_code == 403
    listed = service("forms", scopes=[READ]).forms().responses().list(formId=FORM_ID).execute()
    assert [r["responseId"] for r in listed["responses"]] == ["r1"]
    assert "formId" not in listed["responses"][0]


def test_list_next_and_the_filter_go_together(sandbox: RunningSandbox, service: Service) -> None:
    bring(sandbox, responses=[response(number) for number in range(9)])
    responses = service("forms", scopes=[READ]).forms().responses()
    since = "timestamp >= 2026-09-01T08:00:04Z"
    fields = "responses(responseId,lastSubmittedTime),nextPageToken"
    request, seen = responses.list(formId=FORM_ID, filter=since, pageSize=2, fields=fields), []
    while request is not None:
        page = request.execute()
        seen += [found["responseId"] for found in page["responses"]]
        request = responses.list_next(request, page)
    assert sorted(seen) == ["r4", "r5", "r6", "r7", "r8"]


def test_answers_come_whole_through_the_wire(sandbox: RunningSandbox, service: Service) -> None:
    bring(sandbox, responses=[response(1)])
    forms = service("forms", scopes=[READ]).forms()
    found = forms.responses().get(formId=FORM_ID, responseId="r1").execute()
    assert found["answers"]["1a000001"]["textAnswers"]["answers"] == [{"value": "é😀"}]
    assert found["formId"] == FORM_ID
