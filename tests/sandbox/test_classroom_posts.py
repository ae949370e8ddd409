"""Announcements, work and materials of a class: who posts, who sees, what may change.

Sources: the `create`, `get`, `patch` and `delete` methods of the three kinds in the
`classroom.v1` discovery document; facts §4.2 and §4.3.
"""

from __future__ import annotations

from typing import Any

import pytest

from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.classroom_posts import (
    ALL_STATES,
    KINDS,
    LINK,
    Class,
    class_of,
    every_kind,
    workspace_now,
)
from tests.sandbox.classrooms import (
    ADMIN,
    COLLEAGUE,
    STUDENT,
    TEACHER,
    Service,
    add_teacher,
    refusal,
)


@pytest.fixture
def room(service: Service) -> Class:
    return class_of(service)


def for_students(post: dict[str, Any]) -> dict[str, Any]:
    """The post without the folder of what is handed in."""
    return {name: value for name, value in post.items() if name != "assignment"}


def deletion(room: Class, kind: str, post_id: str, user: str = TEACHER) -> Any:
    return room.posts(kind, user).delete(courseId=room.id, id=post_id)


@every_kind
def test_a_post_says_who_made_it_when_and_where_it_is(
    room: Class, sandbox: RunningSandbox, kind: str
) -> None:
    post = room.create(kind)
    profile = room.client("classroom", TEACHER).userProfiles().get(userId="me").execute()
    assert post["creatorUserId"] == profile["id"]
    assert post["courseId"] == room.id
    assert post["creationTime"] == post["updateTime"] <= workspace_now(sandbox)
    assert post["alternateLink"].startswith(room.course["alternateLink"])
    assert post["assigneeMode"] == "ALL_STUDENTS"
    assert room.get(kind, post["id"]) == post
    assert room.get(kind, post["id"], STUDENT) == for_students(post)
    assert room.list(kind, STUDENT) == [for_students(post)]


@every_kind
def test_only_teachers_of_the_class_post(room: Class, service: Service, kind: str) -> None:
    for user in (STUDENT, ADMIN):
        assert refusal(room.creation(kind, user))[:2] == (403, "PERMISSION_DENIED"), user
    assert refusal(room.creation(kind, COLLEAGUE))[0] == 404, "a stranger is not told it exists"
    add_teacher(service, room.id, COLLEAGUE)
    room.creation(kind, COLLEAGUE).execute()


@every_kind
def test_a_post_is_a_draft_unless_told_otherwise(room: Class, kind: str) -> None:
    post = room.creation(kind).execute()
    assert post["state"] == "DRAFT"
    assert "alternateLink" not in post
    unspecified = {
        "announcements": "ANNOUNCEMENT_STATE_UNSPECIFIED",
        "courseWork": "COURSE_WORK_STATE_UNSPECIFIED",
        "courseWorkMaterials": "COURSEWORK_MATERIAL_STATE_UNSPECIFIED",
    }
    assert room.creation(kind, state=unspecified[kind]).execute()["state"] == "DRAFT"


@every_kind
def test_drafts_are_listed_only_when_asked_for_and_never_to_students(
    room: Class, kind: str
) -> None:
    draft = room.create(kind, state="DRAFT")
    assert room.list(kind) == []
    assert room.list(kind, states=["DRAFT"]) == [draft]
    assert room.list(kind, ADMIN, states=["DRAFT"])[0]["id"] == draft["id"]
    assert room.list(kind, STUDENT, states=ALL_STATES) == []
    hidden = room.posts(kind, STUDENT).get(courseId=room.id, id=draft["id"])
    assert refusal(hidden)[:2] == (403, "PERMISSION_DENIED")


@every_kind
def test_publishing_a_draft_shows_it_to_the_class_for_good(room: Class, kind: str) -> None:
    draft = room.create(kind, state="DRAFT")
    post = room.patch(kind, draft["id"], "state", state="PUBLISHED")
    assert room.list(kind, STUDENT) == [for_students(post)]
    for state in ("DRAFT", "DELETED"):
        request = room.change(kind, draft["id"], "state", state=state)
        assert refusal(request)[:2] == (400, "INVALID_ARGUMENT")


@every_kind
def test_what_is_deleted_stays_visible_to_teachers_only(room: Class, kind: str) -> None:
    post = room.create(kind)
    assert deletion(room, kind, post["id"]).execute() == {}
    assert room.list(kind) == []
    assert [p["id"] for p in room.list(kind, states=["DELETED"])] == [post["id"]]
    assert room.list(kind, STUDENT, states=["DELETED"]) == []
    assert "alternateLink" not in room.get(kind, post["id"])
    assert refusal(deletion(room, kind, post["id"]))[:2] == (400, "FAILED_PRECONDITION")
    changed = room.change(kind, post["id"], "state", state="PUBLISHED")
    assert refusal(changed)[:2] == (400, "FAILED_PRECONDITION")


@every_kind
def test_a_draft_that_is_deleted_leaves_no_trace(room: Class, kind: str) -> None:
    draft = room.create(kind, state="DRAFT")
    deletion(room, kind, draft["id"]).execute()
    assert room.list(kind, states=ALL_STATES) == []
    assert refusal(deletion(room, kind, draft["id"]))[0] == 404


@every_kind
def test_students_change_and_delete_nothing(room: Class, kind: str) -> None:
    post = room.create(kind)
    change = room.change(kind, post["id"], "state", STUDENT, state="PUBLISHED")
    assert refusal(change)[:2] == (403, "PERMISSION_DENIED")
    assert refusal(deletion(room, kind, post["id"], STUDENT))[0] == 403


@every_kind
def test_a_change_needs_a_mask_of_fields_that_may_change(room: Class, kind: str) -> None:
    post = room.create(kind)
    for mask in ("", " ", "materials", "assigneeMode", "creationTime", "state,nonsense", "*"):
        status = refusal(room.change(kind, post["id"], mask, state="PUBLISHED"))[:2]
        assert status == (400, "INVALID_ARGUMENT"), mask
    assert room.get(kind, post["id"]) == post


@every_kind
def test_a_change_touches_nothing_but_what_the_mask_names(room: Class, kind: str) -> None:
    post = room.create(kind)
    name = "text" if kind == "announcements" else "title"
    changed = room.patch(kind, post["id"], name, **{name: "Autre"}, state="DRAFT")
    assert changed[name] == "Autre"
    assert changed["state"] == "PUBLISHED"
    assert changed["updateTime"] > post["updateTime"]
    assert changed["creationTime"] == post["creationTime"]
    assert refusal(room.change(kind, post["id"], name))[0] == 400, "a title cannot be empty"


def test_optional_fields_are_cleared_by_naming_them(room: Class) -> None:
    topic = room.posts("topics").create(courseId=room.id, body={"name": "A"}).execute()["topicId"]
    post = room.create("courseWorkMaterials", description="À lire", topicId=topic)
    cleared = room.patch("courseWorkMaterials", post["id"], "description,topic_id")
    assert not {"description", "topicId"} & set(cleared)


def test_what_is_empty_is_left_out(room: Class) -> None:
    work = room.create("courseWork", description="", maxPoints=0, gradingPeriodId="", dueTime=None)
    assert not {"description", "maxPoints", "gradingPeriodId", "dueTime"} & set(work)


def test_a_post_needs_a_topic_of_its_own_class(room: Class, service: Service) -> None:
    other = class_of(service)
    topic = other.posts("topics").create(courseId=other.id, body={"name": "A"}).execute()
    request = room.creation("courseWorkMaterials", topicId=topic["topicId"])
    assert refusal(request)[:2] == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("announcements", {"text": ""}),
        ("announcements", {"text": "x" * 30_001}),
        ("courseWorkMaterials", {"title": ""}),
        ("courseWorkMaterials", {"title": "x" * 3_001}),
        ("courseWorkMaterials", {"description": "x" * 30_001}),
        ("courseWork", {"title": ""}),
        ("courseWork", {"state": "DELETED"}),
        ("courseWorkMaterials", {"materials": [LINK] * 21}),
    ],
)
def test_what_is_too_long_too_many_or_empty_is_refused(
    room: Class, kind: str, body: dict[str, Any]
) -> None:
    assert refusal(room.creation(kind, **body))[:2] == (400, "INVALID_ARGUMENT")


def test_a_title_may_look_like_anything(room: Class) -> None:
    title = "COURSE_WORK_STATE_UNSPECIFIED"
    assert room.create("courseWork", title=title)["title"] == title


def test_longest_texts_and_twenty_attachments_are_taken(room: Class) -> None:
    post = room.create(
        "courseWorkMaterials", title="t" * 3_000, description="d" * 30_000, materials=[LINK] * 20
    )
    assert len(post["materials"]) == 20


@every_kind
def test_an_archived_class_takes_no_posts(room: Class, kind: str) -> None:
    post = room.create(kind)
    courses = room.client("classroom", TEACHER).courses()
    body = {"courseState": "ARCHIVED"}
    courses.patch(id=room.id, updateMask="courseState", body=body).execute()
    for request in (
        room.creation(kind),
        room.change(kind, post["id"], "state", state="PUBLISHED"),
        deletion(room, kind, post["id"]),
    ):
        code, status, message = refusal(request)
        assert (code, status) == (400, "FAILED_PRECONDITION")
        assert message.startswith("@CourseNotModifiable")
    assert room.list(kind, STUDENT) == [for_students(post)]


@every_kind
def test_a_post_is_found_under_its_own_class_and_kind_only(
    room: Class, service: Service, kind: str
) -> None:
    post = room.create(kind)
    other = class_of(service)
    assert refusal(other.posts(kind).get(courseId=other.id, id=post["id"]))[0] == 404
    for wrong in set(KINDS) - {kind}:
        assert refusal(room.posts(wrong).get(courseId=room.id, id=post["id"]))[0] == 404
    assert refusal(room.posts(kind, COLLEAGUE).list(courseId=room.id))[0] == 403
