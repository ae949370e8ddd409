"""The examples of Classroom's own guides.

Sources: https://developers.google.com/workspace/classroom/guides/manage-courses,
…/guides/manage-aliases, …/guides/manage-users, …/guides/manage-coursework, …/guides/batch.
"""

from __future__ import annotations

from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.sandbox.conftest import Service

_ADMIN = "admin@ecole.example"
_STUDENT = "aline@ecole.example"
_COURSE = {
    "name": "10th Grade Biology",
    "section": "Period 2",
    "descriptionHeading": "Welcome to 10th Grade Biology",
    "description": "We'll be learning about the structure of living creatures.",
    "room": "301",
    "ownerId": "me",
    "courseState": "PROVISIONED",
}


@pytest.fixture
def courses(service: Service) -> Any:
    return service("classroom").courses()


@pytest.fixture
def class_of_one(service: Service, courses: Any) -> str:
    """The guide's course, accepted by its teacher, with one student."""
    course_id: str = courses.create(body=_COURSE | {"courseState": "ACTIVE"}).execute()["id"]
    students = service("classroom", _ADMIN).courses().students()
    students.create(courseId=course_id, body={"userId": _STUDENT}).execute()
    return course_id


def test_a_course_is_provisioned_then_accepted(courses: Any) -> None:
    course = courses.create(body=_COURSE).execute()
    assert course["courseState"] == "PROVISIONED"
    assert {key: course[key] for key in ("name", "section", "room")} == {
        "name": "10th Grade Biology",
        "section": "Period 2",
        "room": "301",
    }
    accept = {"id": course["id"], "updateMask": "courseState", "body": {"courseState": "ACTIVE"}}
    assert courses.patch(**accept).execute()["courseState"] == "ACTIVE"


def test_update_and_patch_change_what_they_are_said_to(courses: Any) -> None:
    course = courses.create(body=_COURSE).execute()
    whole = course | {"section": "Period 3", "room": "302"}
    assert courses.update(id=course["id"], body=whole).execute()["section"] == "Period 3"
    part = {"section": "Period 4", "room": "303"}
    patched = courses.patch(id=course["id"], updateMask="section,room", body=part).execute()
    assert (patched["section"], patched["room"]) == ("Period 4", "303")
    assert patched["description"] == _COURSE["description"]


def test_an_alias_given_as_id_names_the_course_to_the_whole_domain(service: Service) -> None:
    courses = service("classroom", _ADMIN).courses()
    course = courses.create(body=_COURSE | {"id": "d:school_math_101"}).execute()
    assert course["id"].isdecimal()
    assert courses.get(id="d:school_math_101").execute()["id"] == course["id"]
    listed = courses.aliases().list(courseId=course["id"]).execute()["aliases"]
    assert listed == [{"alias": "d:school_math_101"}]
    with pytest.raises(HttpError) as taken:
        courses.create(body=_COURSE | {"id": "d:school_math_101"}).execute()
    assert taken.value.status_code == 409


def test_only_an_administrator_makes_domain_aliases(courses: Any) -> None:
    course = courses.create(body=_COURSE).execute()
    aliases = courses.aliases()
    with pytest.raises(HttpError) as refused:
        aliases.create(courseId=course["id"], body={"alias": "d:math"}).execute()
    assert refused.value.status_code == 403
    made = aliases.create(courseId=course["id"], body={"alias": "p:math"}).execute()
    assert made == {"alias": "p:math"}


def test_a_student_enrols_with_the_code(service: Service, courses: Any) -> None:
    course = courses.create(body=_COURSE | {"courseState": "ACTIVE"}).execute()
    mine = service("classroom", _STUDENT).courses().students()
    enrol = {"courseId": course["id"], "body": {"userId": "me"}}
    with pytest.raises(HttpError) as refused:
        mine.create(**enrol).execute()
    assert refused.value.status_code == 403
    student = mine.create(**enrol, enrollmentCode=course["enrollmentCode"]).execute()
    assert student["courseId"] == course["id"]
    with pytest.raises(HttpError) as twice:
        mine.create(**enrol, enrollmentCode=course["enrollmentCode"]).execute()
    assert twice.value.status_code == 409


def test_the_guides_course_work_is_seen_turned_in_and_graded(
    service: Service, courses: Any, class_of_one: str
) -> None:
    work = {
        "title": "Ant colonies",
        "description": "Read the article about ant colonies and complete the quiz.",
        "materials": [
            {"link": {"url": "http://example.com/ant-colonies"}},
            {"link": {"url": "http://example.com/ant-quiz"}},
        ],
        "workType": "ASSIGNMENT",
        "state": "PUBLISHED",
        "maxPoints": 100,
    }
    made = courses.courseWork().create(courseId=class_of_one, body=work).execute()
    at = {"courseId": class_of_one, "courseWorkId": made["id"]}
    theirs = service("classroom", _STUDENT).courses().courseWork().studentSubmissions()
    (own,) = theirs.list(**at, userId="me").execute()["studentSubmissions"]
    assert own["state"] in ("NEW", "CREATED")
    assert theirs.turnIn(**at, id=own["id"], body={}).execute() == {}
    submissions = courses.courseWork().studentSubmissions()
    (turned_in,) = submissions.list(**at, states=["TURNED_IN"]).execute()["studentSubmissions"]
    grades = {"assignedGrade": 99, "draftGrade": 80}
    mask = "assignedGrade,draftGrade"
    graded = submissions.patch(**at, id=turned_in["id"], updateMask=mask, body=grades).execute()
    assert (graded["assignedGrade"], graded["draftGrade"]) == (99, 80)
    assert submissions.return_(**at, id=own["id"], body={}).execute() == {}
    assert theirs.get(**at, id=own["id"]).execute()["state"] == "RETURNED"


def test_course_work_is_created_by_the_courses_teacher_only(
    service: Service, class_of_one: str
) -> None:
    work = {"title": "Ant colonies", "workType": "ASSIGNMENT"}
    for user in (_ADMIN, _STUDENT):
        other = service("classroom", user).courses().courseWork()
        with pytest.raises(HttpError) as refused:
            other.create(courseId=class_of_one, body=work).execute()
        assert refused.value.status_code == 403


def test_a_draft_is_hidden_from_the_class(
    service: Service, courses: Any, class_of_one: str
) -> None:
    draft = {"text": "Not yet", "state": "DRAFT"}
    courses.announcements().create(courseId=class_of_one, body=draft).execute()
    theirs = service("classroom", _STUDENT).courses().announcements()
    assert theirs.list(courseId=class_of_one).execute() == {}
    both = courses.announcements().list(courseId=class_of_one, announcementStates=["DRAFT"])
    assert len(both.execute()["announcements"]) == 1
