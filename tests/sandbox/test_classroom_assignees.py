"""Posts for some students only (`individualStudentsOptions` and `modifyAssignees`)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.classroom_posts import LATECOMER, Class, class_of, every_kind
from tests.sandbox.classrooms import OUTSIDER, STUDENT, TEACHER, Service, refusal


@pytest.fixture
def room(service: Service) -> Class:
    return class_of(service)


@every_kind
def test_a_post_for_some_students_is_hidden_from_the_others(service: Service, kind: str) -> None:
    room = class_of(service, STUDENT, LATECOMER)
    chosen = {"assigneeMode": "INDIVIDUAL_STUDENTS"}
    chosen |= {"individualStudentsOptions": {"studentIds": [STUDENT]}}  # type: ignore[dict-item]  # (mixed)
    post = room.create(kind, **chosen)
    assert post["assigneeMode"] == "INDIVIDUAL_STUDENTS"
    assert len(post["individualStudentsOptions"]["studentIds"][0]) == 21
    assert [p["id"] for p in room.list(kind, STUDENT)] == [post["id"]]
    assert room.list(kind, LATECOMER) == []
    assert refusal(room.posts(kind, LATECOMER).get(courseId=room.id, id=post["id"]))[0] == 403


@every_kind
def test_assignees_are_students_of_the_class_and_need_the_mode(room: Class, kind: str) -> None:
    some = "INDIVIDUAL_STUDENTS"
    for body in (
        {"assigneeMode": some},
        {"assigneeMode": some, "individualStudentsOptions": {"studentIds": [OUTSIDER]}},
        {"assigneeMode": some, "individualStudentsOptions": {"studentIds": ["12345"]}},
        {"individualStudentsOptions": {"studentIds": [STUDENT]}},
    ):
        assert refusal(room.creation(kind, **body))[:2] == (400, "INVALID_ARGUMENT"), body


@pytest.mark.parametrize("kind", ["announcements", "courseWork"])
def test_assignees_are_added_and_removed_later(service: Service, kind: str) -> None:
    room = class_of(service, STUDENT, LATECOMER)
    post = room.create(kind)["id"]
    teacher = room.posts(kind)

    def modify(user: str = TEACHER, **body: Any) -> Any:
        return room.posts(kind, user).modifyAssignees(courseId=room.id, id=post, body=body)

    def some(**options: list[str]) -> dict[str, Any]:
        return {
            "assigneeMode": "INDIVIDUAL_STUDENTS",
            "modifyIndividualStudentsOptions": options,
        }

    modify(**some(addStudentIds=[STUDENT])).execute()
    assert room.list(kind, LATECOMER) == []
    modify(**some(addStudentIds=[LATECOMER], removeStudentIds=[STUDENT])).execute()
    assert [p["id"] for p in room.list(kind, LATECOMER)] == [post]
    assert room.list(kind, STUDENT) == []
    code, status, message = refusal(modify(**some(removeStudentIds=[LATECOMER])))
    assert (code, status) == (400, "FAILED_PRECONDITION")
    assert message.startswith("@EmptyAssignees")
    assert refusal(modify())[0] == 400
    assert refusal(modify(STUDENT, assigneeMode="ALL_STUDENTS"))[0] == 403
    assert modify(assigneeMode="ALL_STUDENTS").execute()["assigneeMode"] == "ALL_STUDENTS"
    assert teacher.get(courseId=room.id, id=post).execute()["assigneeMode"] == "ALL_STUDENTS"
