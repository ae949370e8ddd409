"""What students hand in: whose it is, who sees what of it, grades, lateness.

Sources: `courses.courseWork.studentSubmissions` in the `classroom.v1` discovery document;
developers.google.com/workspace/classroom/guides/key-concepts/grades and …/manage-grades.
"""

from __future__ import annotations

from typing import Any

import pytest
import requests

from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.classroom_posts import LATECOMER, Class, advance, class_of
from tests.sandbox.classroom_submissions import Work
from tests.sandbox.classrooms import (
    ADMIN,
    COLLEAGUE,
    STUDENT,
    TEACHER,
    Service,
    add_teacher,
    enrol,
    refusal,
)


@pytest.fixture
def work(service: Service) -> Work:
    return Work(class_of(service, STUDENT, LATECOMER))


def test_every_student_has_a_submission_from_the_publication_on(work: Work) -> None:
    found = work.list()
    assert len(found) == 2
    assert {one["state"] for one in found} == {"NEW"}
    assert {one["courseWorkType"] for one in found} == {"ASSIGNMENT"}
    assert all("creationTime" not in one for one in found), "nobody has opened it"
    assert work.list() == found, "they are the same when looked at again"
    assert work.get(STUDENT) == work.list(STUDENT)[0]


def test_a_draft_has_no_submissions(service: Service) -> None:
    draft = Work(class_of(service), state="DRAFT")
    draft.room.patch("courseWork", draft.id, "maxPoints", maxPoints=10)
    assert draft.list() == []
    draft.room.patch("courseWork", draft.id, "state", state="PUBLISHED")
    (one,) = draft.list(states=["SUBMISSION_STATE_UNSPECIFIED"])
    assert "submissionHistory" not in one


def test_students_see_their_own_submission_only(work: Work) -> None:
    (own,) = work.list(STUDENT)
    (other,) = work.list(LATECOMER)
    assert own["id"] != other["id"]
    assert refusal(work.api(STUDENT).get(**work.where, id=other["id"]))[:2] == (
        403,
        "PERMISSION_DENIED",
    )
    assert refusal(work.api(STUDENT).list(**work.where, userId=LATECOMER))[0] == 403
    assert work.list(STUDENT, userId="me") == [own]
    assert {one["id"] for one in work.list(ADMIN)} == {own["id"], other["id"]}
    assert refusal(work.api(COLLEAGUE).list(**work.where))[0] == 403


def test_teachers_choose_whose_submissions_they_see(work: Work) -> None:
    (own,) = work.list(STUDENT)
    assert work.list(userId=STUDENT) == work.list(userId=own["userId"])
    assert [one["id"] for one in work.list(userId=STUDENT)] == [own["id"]]
    assert work.list(userId=COLLEAGUE) == []
    assert refusal(work.api().list(**work.where, userId="1234"))[0] == 404


def test_a_scope_for_ones_own_work_shows_no_others(work: Work, service: Service) -> None:
    scope = ["https://www.googleapis.com/auth/classroom.coursework.me.readonly"]
    for user, seen in ((TEACHER, 0), (STUDENT, 1)):
        courses = service("classroom", user, scope).courses()
        answer = courses.courseWork().studentSubmissions().list(**work.where).execute()
        assert len(answer.get("studentSubmissions", [])) == seen


def test_a_student_who_joins_late_has_one_and_who_leaves_has_none(work: Work) -> None:
    newcomer = "fanny.eleve@ecole.example"
    enrol(work.room.service, work.room.course, newcomer)
    assert len(work.list()) == 3
    (own,) = work.list(newcomer)
    students = work.room.client("classroom", TEACHER).courses().students()
    students.delete(courseId=work.room.id, userId=newcomer).execute()
    assert len(work.list()) == 2
    assert refusal(work.api().get(**work.where, id=own["id"]))[0] == 404


def test_only_those_whom_the_work_is_for_have_one(service: Service) -> None:
    chosen = {"individualStudentsOptions": {"studentIds": [LATECOMER]}}
    room = class_of(service, STUDENT, LATECOMER)
    work = Work(room, assigneeMode="INDIVIDUAL_STUDENTS", **chosen)
    assert len(work.list()) == 1
    assert refusal(work.api(STUDENT).list(**work.where))[0] == 403


def test_a_hyphen_stands_for_all_the_work_of_the_class(work: Work) -> None:
    other = Work(work.room, title="Exercice 2")
    Work(work.room, title="Brouillon", state="DRAFT")
    found = work.list(work="-")
    assert {one["courseWorkId"] for one in found} == {work.id, other.id}
    assert len(found) == 4
    assert len(work.list(STUDENT, work="-")) == 2
    one = found[0]
    with_hyphen = work.api().get(courseId=work.room.id, courseWorkId="-", id=one["id"])
    assert refusal(with_hyphen)[0] == 404


def test_pages_of_any_size_lead_to_the_end(work: Work) -> None:
    Work(work.room, title="Exercice 2")
    api, everything = work.api(), [one["id"] for one in work.list(work="-")]
    assert len(set(everything)) == 4
    for size in (1, 2, 3, 4, 5, 1000):
        found = []
        request = api.list(courseId=work.room.id, courseWorkId="-", pageSize=size)
        while request is not None:
            answer = request.execute()
            found += [one["id"] for one in answer["studentSubmissions"]]
            request = api.list_next(request, answer)
        assert found == everything, f"pages of {size}"


def test_the_submissions_of_deleted_work_are_gone(work: Work) -> None:
    (own,) = work.list(STUDENT)
    work.room.posts("courseWork").delete(courseId=work.room.id, id=work.id).execute()
    assert work.list() == []
    assert refusal(work.api().get(**work.where, id=own["id"]))[0] == 404


@pytest.mark.parametrize("kind", ["ASSIGNMENT", "SHORT_ANSWER_QUESTION"])
def test_its_link_opens_a_page(service: Service, kind: str) -> None:
    work = Work(class_of(service), workType=kind, title="Lecture")
    link = work.get(TEACHER)["alternateLink"]
    answer = requests.get(link, params={"user": STUDENT}, timeout=10)
    assert answer.status_code == 200
    assert "Lecture" in answer.text


# Grades


def grade(work: Work, mask: str, user: str = TEACHER, **grades: Any) -> Any:
    return work.api(user).patch(**work.named(STUDENT), updateMask=mask, body=grades)


def test_teachers_grade_and_students_see_what_is_assigned(work: Work) -> None:
    graded = grade(work, "draftGrade,assigned_grade", draftGrade=12.346, assignedGrade=12)
    assert graded.execute()["draftGrade"] == 12.35, "rounded to two decimals"
    seen = work.get(STUDENT)
    assert seen["assignedGrade"] == 12
    assert "draftGrade" not in seen
    (told,) = seen["submissionHistory"]
    assert told["gradeHistory"]["gradeChangeType"] == "ASSIGNED_GRADE_POINTS_EARNED_CHANGE"
    cleared = grade(work, "assignedGrade").execute()
    assert "assignedGrade" not in cleared
    assert cleared["draftGrade"] == 12.35


def test_every_grade_is_kept_in_the_history(service: Service) -> None:
    work = Work(class_of(service), maxPoints=20)
    grade(work, "draftGrade", draftGrade=8).execute()
    grade(work, "assignedGrade", assignedGrade=9).execute()
    work.room.patch("courseWork", work.id, "maxPoints", maxPoints=10)
    history = [one["gradeHistory"] for one in work.get(TEACHER)["submissionHistory"]]
    assert [one["gradeChangeType"] for one in history] == [
        "DRAFT_GRADE_POINTS_EARNED_CHANGE",
        "ASSIGNED_GRADE_POINTS_EARNED_CHANGE",
        "MAX_POINTS_CHANGE",
    ]
    assert [one.get("pointsEarned") for one in history] == [8, 9, None]
    assert [one["maxPoints"] for one in history] == [20, 20, 10]


@pytest.mark.parametrize(
    ("mask", "grades"),
    [
        ("", {"draftGrade": 5}),
        ("state", {"state": "RETURNED"}),
        ("late", {"late": True}),
        ("draftGrade", {"draftGrade": -1}),
        ("assignedGrade", {"assignedGrade": "NaN"}),
    ],
)
def test_nothing_but_a_grade_is_set(work: Work, mask: str, grades: dict[str, Any]) -> None:
    assert refusal(grade(work, mask, **grades))[:2] == (400, "INVALID_ARGUMENT")


def test_students_and_administrators_do_not_grade(work: Work) -> None:
    for user in (STUDENT, ADMIN):
        assert refusal(grade(work, "draftGrade", user, draftGrade=20))[0] == 403
    add_teacher(work.room.service, work.room.id, COLLEAGUE)
    assert grade(work, "draftGrade", COLLEAGUE, draftGrade=20).execute()["draftGrade"] == 20


# Late


def tomorrow(sandbox: RunningSandbox, room: Class) -> dict[str, Any]:
    """The due date and time that are about a day away."""
    advance(sandbox, 0)
    now = room.create("announcements")["creationTime"]
    year = int(now[:4]) + 1
    return {"dueDate": {"year": year, "month": 1, "day": 5}, "dueTime": {"hours": 8}}


def test_what_is_not_turned_in_when_due_is_late(service: Service, sandbox: RunningSandbox) -> None:
    room = class_of(service, STUDENT, LATECOMER)
    work = Work(room, **tomorrow(sandbox, room))
    work.act("turnIn", STUDENT).execute()
    assert work.list(late="LATE_ONLY") == []
    advance(sandbox, 800 * 24 * 3600)
    (late,) = work.list(late="LATE_ONLY")
    assert late["id"] == work.list(LATECOMER)[0]["id"]
    assert late["late"] is True
    (on_time,) = work.list(late="NOT_LATE_ONLY")
    assert "late" not in on_time
    work.act("return", STUDENT, TEACHER).execute()
    assert "late" not in work.get(STUDENT)
    work.act("turnIn", LATECOMER).execute()
    assert work.get(LATECOMER)["late"] is True
