"""What is particular to course work (the `CourseWork` schema of the discovery document)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.classroom_posts import Class, class_of
from tests.sandbox.classrooms import Service, refusal


@pytest.fixture
def room(service: Service) -> Class:
    return class_of(service)


@pytest.mark.parametrize(
    "body",
    [
        {"workType": "COURSE_WORK_TYPE_UNSPECIFIED"},
        {"workType": "MULTIPLE_CHOICE_QUESTION"},
        {"multipleChoiceQuestion": {"choices": ["a"]}},
        {"dueDate": {"year": 2027, "month": 1, "day": 5}},
        {"dueTime": {"hours": 9}},
        {"dueDate": {"year": 2027, "month": 2, "day": 30}, "dueTime": {"hours": 9}},
        {"maxPoints": -1},
        {"maxPoints": 2.5},
        {"gradingPeriodId": "12"},
    ],
)
def test_work_that_makes_no_sense_is_refused(room: Class, body: dict[str, Any]) -> None:
    assert refusal(room.creation("courseWork", **body))[:2] == (400, "INVALID_ARGUMENT")


def test_work_keeps_its_kind_points_and_choices(room: Class) -> None:
    question = room.create(
        "courseWork",
        workType="MULTIPLE_CHOICE_QUESTION",
        multipleChoiceQuestion={"choices": ["oui", "non"]},
        maxPoints=20,
    )
    assert question["multipleChoiceQuestion"] == {"choices": ["oui", "non"]}
    assert question["maxPoints"] == 20
    assert question["submissionModificationMode"] == "MODIFIABLE_UNTIL_TURNED_IN"
    assert question["associatedWithDeveloper"] is True
    changed = room.change("courseWork", question["id"], "workType", workType="ASSIGNMENT")
    assert refusal(changed)[0] == 400
