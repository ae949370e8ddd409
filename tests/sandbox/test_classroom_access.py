"""Who finds what of a class, and how people and classes are named on the wire."""

from __future__ import annotations

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import NotFound

from itn_sync.sandbox.classroom.access import web_id
from itn_sync.sandbox.pages.classroom_reading import number_in
from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.classrooms import (
    ADMIN,
    STRANGER,
    STUDENT,
    TEACHER,
    Service,
    enrol,
    open_class,
    refusal,
)


@given(st.integers(min_value=1, max_value=10**18))
def test_the_id_in_a_link_is_read_back(number: int) -> None:
    assert number_in(web_id(str(number))) == str(number)
    assert number_in(str(number)) == str(number)


@given(st.text())
def test_any_other_text_in_a_link_is_a_page_that_is_not_found(text: str) -> None:
    try:
        found = number_in(text)
    except NotFound:
        return
    assert found.isdigit()


def test_a_person_has_one_number_in_every_class(service: Service) -> None:
    numbers = set()
    for name in ("CESS", "CAP"):
        course = open_class(service, name=name)
        enrol(service, course)
        students = service("classroom", TEACHER).courses().students()
        numbers.add(students.list(courseId=course["id"]).execute()["students"][0]["userId"])
    assert len(numbers) == 1
    me = service("classroom", STUDENT).userProfiles().get(userId="me").execute()
    assert numbers == {me["id"]}


@pytest.mark.parametrize("resource", ["announcements", "courseWork", "courseWorkMaterials"])
def test_who_is_only_invited_finds_no_post_and_may_list_none(
    service: Service, resource: str
) -> None:
    """Release notes of 26 June 2023: 404 for one post, the lists stay at 403."""
    course = open_class(service)
    body = {"courseId": course["id"], "userId": STRANGER, "role": "STUDENT"}
    service("classroom", TEACHER).invitations().create(body=body).execute()
    posts = getattr(service("classroom", STRANGER).courses(), resource)()
    assert refusal(posts.get(courseId=course["id"], id="1"))[:2] == (404, "NOT_FOUND")
    assert refusal(posts.create(courseId=course["id"], body={}))[:2] == (404, "NOT_FOUND")
    assert refusal(posts.list(courseId=course["id"]))[:2] == (403, "PERMISSION_DENIED")


def test_a_suspended_class_is_seen_by_its_owner_alone_and_changed_by_nobody(
    sandbox: RunningSandbox, service: Service
) -> None:
    entry = {"id": "700000000009", "name": "CAP", "owner": TEACHER, "students": [STUDENT]}
    content = {"classroom": [entry | {"courseState": "SUSPENDED"}]}
    requests.post(f"{sandbox.url}sandbox/v1/import", json=content, timeout=10).raise_for_status()
    for user in (STUDENT, ADMIN):
        request = service("classroom", user).courses().get(id=entry["id"])
        assert refusal(request)[0] == 403
    courses = service("classroom", TEACHER).courses()
    assert courses.get(id=entry["id"]).execute()["courseState"] == "SUSPENDED"
    change = courses.patch(id=entry["id"], updateMask="name", body={"name": "CAP 2"})
    assert refusal(change)[2].startswith("@CourseNotModifiable ")
    back = courses.patch(id=entry["id"], updateMask="courseState", body={"courseState": "ACTIVE"})
    assert refusal(back)[:2] == (400, "FAILED_PRECONDITION")
