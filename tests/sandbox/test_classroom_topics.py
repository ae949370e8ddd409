"""Topics of a class (discovery document `courses.topics`, facts §4.3)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.classroom_posts import Class, class_of
from tests.sandbox.classrooms import COLLEAGUE, STUDENT, TEACHER, Service, add_teacher, refusal


@pytest.fixture
def room(service: Service) -> Class:
    return class_of(service)


def create(room: Class, name: str, user: str = TEACHER) -> Any:
    return room.posts("topics", user).create(courseId=room.id, body={"name": name})


def names(room: Class, user: str = TEACHER) -> list[str]:
    answer = room.posts("topics", user).list(courseId=room.id).execute()
    return [topic["name"] for topic in answer.get("topic", [])]


def test_a_topics_name_is_trimmed_and_its_spaces_collapsed(room: Class) -> None:
    topic = create(room, "  Séance   1 ").execute()
    assert topic["name"] == "Séance 1"
    assert topic["courseId"] == room.id
    assert room.get("topics", topic["topicId"], STUDENT) == topic


def test_a_name_is_taken_once_but_capitals_count(room: Class) -> None:
    create(room, "Séance 1").execute()
    assert refusal(create(room, "Séance  1"))[:2] == (409, "ALREADY_EXISTS")
    create(room, "SÉANCE 1").execute()
    assert names(room, STUDENT) == ["SÉANCE 1", "Séance 1"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_name_is_neither_empty_nor_longer_than_100(room: Class, name: str) -> None:
    assert refusal(create(room, name))[:2] == (400, "INVALID_ARGUMENT")


def test_renaming_to_a_taken_name_is_a_failed_precondition(room: Class) -> None:
    first = create(room, "A").execute()["topicId"]
    create(room, "B").execute()
    request = room.change("topics", first, "name", name="B")
    assert refusal(request)[:2] == (400, "FAILED_PRECONDITION")
    assert room.patch("topics", first, "name", name="A ")["name"] == "A"
    assert refusal(room.change("topics", first, "", name="C"))[0] == 400


def test_a_deleted_topic_leaves_its_posts_without_topic(room: Class) -> None:
    topic = create(room, "A").execute()["topicId"]
    post = room.create("courseWorkMaterials", topicId=topic)
    assert post["topicId"] == topic
    delete = room.posts("topics").delete(courseId=room.id, id=topic)
    assert delete.execute() == {}
    assert "topicId" not in room.get("courseWorkMaterials", post["id"])
    assert refusal(delete)[:2] == (400, "FAILED_PRECONDITION")
    assert refusal(room.posts("topics").get(courseId=room.id, id=topic))[0] == 404
    create(room, "A").execute()


def test_only_teachers_change_topics(room: Class, service: Service) -> None:
    assert refusal(create(room, "A", STUDENT))[:2] == (403, "PERMISSION_DENIED")
    assert refusal(create(room, "A", COLLEAGUE))[0] == 403
    add_teacher(service, room.id, COLLEAGUE)
    create(room, "A", COLLEAGUE).execute()


def test_a_class_has_200_topics_at_most(room: Class) -> None:
    for number in range(200):
        create(room, f"Séance {number}").execute()
    code, status, message = refusal(create(room, "Séance de trop"))
    assert (code, status) == (400, "FAILED_PRECONDITION")
    assert message.startswith("@CourseTopicLimitReached")


def test_pages_of_any_size_lead_to_the_end(room: Class) -> None:
    for number in range(4):
        create(room, f"Séance {number}").execute()
    topics = room.posts("topics")
    for size in range(1, 6):
        found = []
        request = topics.list(courseId=room.id, pageSize=size)
        while request is not None:
            answer = request.execute()
            found += [topic["name"] for topic in answer["topic"]]
            request = topics.list_next(request, answer)
        assert found == ["Séance 3", "Séance 2", "Séance 1", "Séance 0"], f"pages of {size}"
