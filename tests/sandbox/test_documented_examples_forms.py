"""The examples of the Forms API's own guides.

Sources: https://developers.google.com/workspace/forms/api/guides/create-form-quiz,
…/guides/update-form-quiz, …/guides/retrieve-forms-responses.
"""

from __future__ import annotations

from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.sandbox.conftest import Service

_QUESTION = {
    "createItem": {
        "item": {
            "title": "In what year did the United States land a mission on the moon?",
            "questionItem": {
                "question": {
                    "required": True,
                    "choiceQuestion": {
                        "type": "RADIO",
                        "options": [
                            {"value": "1965"},
                            {"value": "1967"},
                            {"value": "1969"},
                            {"value": "1971"},
                        ],
                        "shuffle": True,
                    },
                }
            },
        },
        "location": {"index": 0},
    }
}


@pytest.fixture
def forms(service: Service) -> Any:
    return service("forms").forms()


@pytest.fixture
def form_id(forms: Any) -> str:
    """The guide's new form."""
    body = {"info": {"title": "Quickstart form"}}
    found: str = forms.create(body=body).execute()["formId"]
    return found


def test_a_question_is_added_to_a_new_form(forms: Any, form_id: str) -> None:
    update = {"requests": [_QUESTION]}
    answer = forms.batchUpdate(formId=form_id, body=update).execute()
    created = answer["replies"][0]["createItem"]
    (item,) = forms.get(formId=form_id).execute()["items"]
    assert item["itemId"] == created["itemId"]
    assert [item["questionItem"]["question"]["questionId"]] == created["questionId"]
    assert item["questionItem"]["question"]["choiceQuestion"]["shuffle"] is True


def test_a_form_becomes_a_quiz(forms: Any, form_id: str) -> None:
    settings = {"settings": {"quizSettings": {"isQuiz": True}}, "updateMask": "quizSettings.isQuiz"}
    forms.batchUpdate(formId=form_id, body={"requests": [{"updateSettings": settings}]}).execute()
    assert forms.get(formId=form_id).execute()["settings"]["quizSettings"] == {"isQuiz": True}


def test_a_description_is_added(forms: Any, form_id: str) -> None:
    text = "Please complete this quiz based on this week's readings for class."
    info = {"info": {"description": text}, "updateMask": "description"}
    forms.batchUpdate(formId=form_id, body={"requests": [{"updateFormInfo": info}]}).execute()
    shown = forms.get(formId=form_id).execute()["info"]
    assert (shown["title"], shown["description"]) == ("Quickstart form", text)


def test_a_video_is_added_and_an_item_moved(forms: Any, form_id: str) -> None:
    item = {
        "title": "Homework video",
        "description": "Quizzes in Google Forms",
        "videoItem": {"video": {"youtubeUri": "https://www.youtube.com/watch?v=Lt5HqPvM-eI"}},
    }
    video = {"createItem": {"item": item, "location": {"index": 0}}}
    move = {"moveItem": {"originalLocation": {"index": 0}, "newLocation": {"index": 1}}}
    forms.batchUpdate(formId=form_id, body={"requests": [_QUESTION, video, move]}).execute()
    titles = [one["title"] for one in forms.get(formId=form_id).execute()["items"]]
    assert titles == [_QUESTION["createItem"]["item"]["title"], "Homework video"]  # type: ignore[index]  # (a literal)


def test_a_stale_revision_changes_nothing(forms: Any, form_id: str) -> None:
    first = forms.get(formId=form_id).execute()["revisionId"]
    forms.batchUpdate(formId=form_id, body={"requests": [_QUESTION]}).execute()
    stale = {"requests": [_QUESTION], "writeControl": {"requiredRevisionId": first}}
    with pytest.raises(HttpError) as refused:
        forms.batchUpdate(formId=form_id, body=stale).execute()
    assert refused.value.status_code == 400
    assert len(forms.get(formId=form_id).execute()["items"]) == 1


def test_nothing_but_the_title_is_taken_at_creation(forms: Any) -> None:
    body = {"info": {"title": "Quickstart form", "description": "not yet"}}
    with pytest.raises(HttpError, match="batchUpdate"):
        forms.create(body=body).execute()
