"""Only the Cloud project that made something changes it (facts §4.2)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.classroom_posts import Class, another_project, class_of, every_kind
from tests.sandbox.classroom_submissions import Work
from tests.sandbox.classrooms import Service, refusal


@pytest.fixture
def room(service: Service) -> Class:
    return class_of(service)


@pytest.fixture
def stranger(room: Class, sandbox: RunningSandbox) -> Iterator[Class]:
    """The same class through another application."""
    with another_project(sandbox) as service:
        yield Class(service, room.course)


@every_kind
def test_only_the_project_that_made_a_post_changes_it(
    room: Class, stranger: Class, kind: str
) -> None:
    """Facts §4.2: another OAuth client, although it acts for the very teacher who posted."""
    post = room.create(kind)
    refused = (
        stranger.change(kind, post["id"], "state", state="PUBLISHED"),
        stranger.posts(kind).delete(courseId=room.id, id=post["id"]),
    )
    for request in refused:
        code, status, message = refusal(request)
        assert (code, status) == (403, "PERMISSION_DENIED")
        assert message == (
            "@ProjectPermissionDenied The Developer Console project is not permitted"
            " to make this request."
        )
    seen = stranger.get(kind, post["id"])
    assert seen["id"] == post["id"]
    assert "associatedWithDeveloper" not in seen
    assert stranger.create(kind)["creatorUserId"] == post["creatorUserId"]


def test_submissions_and_topics_belong_to_the_project_too(room: Class, stranger: Class) -> None:
    work = Work(room)
    topic = room.posts("topics").create(courseId=room.id, body={"name": "A"}).execute()
    submissions = stranger.posts("courseWork").studentSubmissions()
    grade = submissions.patch(**work.only(), updateMask="draftGrade", body={"draftGrade": 1})
    assert refusal(grade)[2].startswith("@ProjectPermissionDenied")
    renamed = stranger.change("topics", topic["topicId"], "name", name="B")
    assert refusal(renamed)[2].startswith("@ProjectPermissionDenied")
