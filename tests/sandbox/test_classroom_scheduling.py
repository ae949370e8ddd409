"""Posts that publish themselves at their hour (facts §4.3, `scheduledTime`)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.classroom_posts import (
    Class,
    advance,
    class_of,
    every_kind,
    workspace_now,
)
from tests.sandbox.classrooms import STUDENT, TEACHER, Service, refusal


@pytest.fixture
def room(service: Service) -> Class:
    return class_of(service)


def in_hours(sandbox: RunningSandbox, hours: float) -> str:
    moment = datetime.fromisoformat(workspace_now(sandbox).replace("Z", "+00:00"))
    return (moment + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


@every_kind
def test_a_scheduled_draft_is_published_when_its_hour_comes(
    room: Class, sandbox: RunningSandbox, kind: str
) -> None:
    at = in_hours(sandbox, 1)
    draft = room.create(kind, state="DRAFT", scheduledTime=at)
    assert draft["scheduledTime"].startswith(at[:19])
    assert room.list(kind, STUDENT) == []
    advance(sandbox, 3700)
    found = room.list(kind, STUDENT)
    assert [post["id"] for post in found] == [draft["id"]]
    assert found[0]["updateTime"].startswith(at[:19]), "at its hour, whenever somebody looks"
    assert "scheduledTime" not in found[0]


def test_an_archived_class_publishes_nothing_until_it_is_active_again(
    room: Class, sandbox: RunningSandbox
) -> None:
    room.create("announcements", state="DRAFT", scheduledTime=in_hours(sandbox, 1))
    courses = room.client("classroom", TEACHER).courses()

    def become(state: str) -> None:
        body = {"courseState": state}
        courses.patch(id=room.id, updateMask="courseState", body=body).execute()

    become("ARCHIVED")
    advance(sandbox, 3700)
    assert room.list("announcements", STUDENT) == []
    become("ACTIVE")
    assert len(room.list("announcements", STUDENT)) == 1


@every_kind
def test_a_schedule_is_for_drafts_and_for_the_future(
    room: Class, sandbox: RunningSandbox, kind: str
) -> None:
    soon, past = in_hours(sandbox, 1), in_hours(sandbox, -1)
    for at in ("0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"):
        assert refusal(room.creation(kind, scheduledTime=at))[0] == 400
    assert refusal(room.creation(kind, state="PUBLISHED", scheduledTime=soon))[0] == 400
    assert refusal(room.creation(kind, state="DRAFT", scheduledTime=past))[0] == 400
    post = room.create(kind)
    assert refusal(room.change(kind, post["id"], "scheduledTime", scheduledTime=soon))[0] == 400


def test_a_schedule_is_moved_dropped_or_overtaken(room: Class, sandbox: RunningSandbox) -> None:
    kind = "announcements"
    first = room.create(kind, state="DRAFT", scheduledTime=in_hours(sandbox, 1))["id"]
    second = room.create(kind, state="DRAFT", scheduledTime=in_hours(sandbox, 1))["id"]
    third = room.create(kind, state="DRAFT", scheduledTime=in_hours(sandbox, 1))["id"]
    room.patch(kind, first, "scheduled_time", scheduledTime=in_hours(sandbox, 5))
    assert "scheduledTime" not in room.patch(kind, second, "scheduledTime")
    assert "scheduledTime" not in room.patch(kind, third, "state", state="PUBLISHED")
    advance(sandbox, 7200)
    assert [post["id"] for post in room.list(kind)] == [third]
    advance(sandbox, 4 * 3600)
    assert [post["id"] for post in room.list(kind)] == [first, third]
