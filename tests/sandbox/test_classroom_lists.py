"""Lists of posts: pages, order, filters (the `list` methods of the discovery document)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.classroom_posts import ALL_STATES, LINK, PLURALS, Class, class_of, every_kind
from tests.sandbox.classrooms import Service, refusal


@pytest.fixture
def room(service: Service) -> Class:
    return class_of(service)


@every_kind
def test_pages_of_any_size_lead_to_the_end(room: Class, kind: str) -> None:
    made = [room.create(kind)["id"] for _ in range(5)]
    posts = room.posts(kind)
    for size in (1, 2, 3, 4, 5, 6, 1000):
        found = []
        request = posts.list(courseId=room.id, pageSize=size)
        while request is not None:
            answer = request.execute()
            found += [post["id"] for post in answer[PLURALS[kind]]]
            request = posts.list_next(request, answer)
        assert found == made[::-1], f"pages of {size}: the last changed first"


@every_kind
def test_without_a_size_a_page_is_short(room: Class, kind: str) -> None:
    for _ in range(21):
        room.create(kind)
    answer = room.posts(kind).list(courseId=room.id).execute()
    assert len(answer[PLURALS[kind]]) == 20
    other = room.posts(kind).list(
        courseId=room.id, pageToken=answer["nextPageToken"], orderBy="updateTime asc"
    )
    assert refusal(other)[:2] == (400, "INVALID_ARGUMENT"), "a token belongs to its query"


@every_kind
def test_lists_are_ordered_by_the_time_of_change(room: Class, kind: str) -> None:
    first, second = room.create(kind)["id"], room.create(kind)["id"]
    name = "text" if kind == "announcements" else "title"
    room.patch(kind, first, name, **{name: "Changé"})
    assert [p["id"] for p in room.list(kind)] == [first, second]
    for order in ("updateTime asc", "updateTime"):
        assert [p["id"] for p in room.list(kind, orderBy=order)] == [second, first]
    for order in ("title", "updateTime down", "updateTime asc desc", ","):
        assert refusal(room.posts(kind).list(courseId=room.id, orderBy=order))[0] == 400, order


def test_work_is_also_ordered_by_its_date(room: Class) -> None:
    noon = {"hours": 12}
    days = (20, 5, 11)
    made = {
        day: room.create(
            "courseWork", dueDate={"year": 2027, "month": 1, "day": day}, dueTime=noon
        )["id"]
        for day in days
    }
    undated = room.create("courseWork")["id"]
    found = [p["id"] for p in room.list("courseWork", orderBy="dueDate asc,updateTime desc")]
    assert found == [made[5], made[11], made[20], undated]


def test_materials_are_found_by_what_is_attached(room: Class) -> None:
    kind, file_id = "courseWorkMaterials", room.file()
    shared = {"driveFile": {"driveFile": {"id": file_id}}}
    both = room.create(kind, materials=[shared, LINK])["id"]
    link = room.create(kind, materials=[LINK], state="DRAFT")["id"]
    room.create(kind)

    def ids(**params: Any) -> list[str]:
        return [p["id"] for p in room.list(kind, states=ALL_STATES, **params)]

    assert ids(materialDriveId=file_id) == [both]
    assert ids(materialLink="ecole.example/hor") == [link, both]
    assert ids(materialDriveId=file_id, materialLink="horaire") == [both]
    assert ids(materialLink="nulle-part") == []
