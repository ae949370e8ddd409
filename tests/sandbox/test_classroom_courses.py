"""Opening, changing and closing a class (discovery document, guide «Manage courses»)."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.classrooms import (
    ADMIN,
    COLLEAGUE,
    OUTSIDER,
    STRANGER,
    STUDENT,
    TEACHER,
    Service,
    add_teacher,
    enrol,
    open_class,
    outsider,
    refusal,
)


def courses(service: Service, user: str = TEACHER) -> Any:
    return service("classroom", user).courses()


def test_a_new_class_waits_for_its_owner_unless_made_active(service: Service) -> None:
    course = courses(service).create(body={"name": "CAP", "ownerId": "me"}).execute()
    assert course["courseState"] == "PROVISIONED"
    assert "calendarId" not in course, "made when the class is first active"
    active = (
        courses(service)
        .patch(id=course["id"], updateMask="courseState", body={"courseState": "ACTIVE"})
        .execute()
    )
    assert active["calendarId"].endswith("@group.calendar.google.com")


def test_its_owner_sees_what_the_class_is_made_of(
    service: Service, sandbox: RunningSandbox
) -> None:
    course = open_class(service, section="Soir", room="12", description="Cours du soir")
    assert course["name"] == "CESS Namur"
    assert (course["section"], course["room"]) == ("Soir", "12")
    assert len(course["ownerId"]) == 21
    assert course["ownerId"].isdigit()
    assert course["alternateLink"].startswith(sandbox.url)
    assert course["teacherFolder"]["title"] == "CESS Namur Soir"
    assert course["courseGroupEmail"].startswith("CESS_Namur_Soir_")
    assert course["guardiansEnabled"] is False


def test_code_and_folder_are_for_teachers_and_administrators(service: Service) -> None:
    course = open_class(service)
    enrol(service, course)
    seen = courses(service, STUDENT).get(id=course["id"]).execute()
    assert "enrollmentCode" not in seen
    assert "teacherFolder" not in seen
    assert "enrollmentCode" in courses(service, ADMIN).get(id=course["id"]).execute()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"ownerId": "me"}, (400, "INVALID_ARGUMENT")),
        ({"name": " ", "ownerId": "me"}, (400, "INVALID_ARGUMENT")),
        ({"name": "x" * 751, "ownerId": "me"}, (400, "INVALID_ARGUMENT")),
        ({"name": "CAP"}, (400, "INVALID_ARGUMENT")),
        ({"name": "CAP", "ownerId": "me", "section": "s" * 2801}, (400, "INVALID_ARGUMENT")),
        ({"name": "CAP", "ownerId": "me", "courseState": "ARCHIVED"}, (400, "INVALID_ARGUMENT")),
        ({"name": "CAP", "ownerId": "me", "id": "12"}, (400, "INVALID_ARGUMENT")),
        ({"name": "CAP", "ownerId": COLLEAGUE}, (403, "PERMISSION_DENIED")),
        ({"name": "CAP", "ownerId": "999"}, (404, "NOT_FOUND")),
        ({"name": "CAP", "ownerId": "me", "id": "d:cap"}, (403, "PERMISSION_DENIED")),
    ],
)
def test_a_class_that_cannot_be_made_is_refused(
    service: Service, body: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert refusal(courses(service).create(body=body))[:2] == expected


def test_a_title_holds_no_address(service: Service) -> None:
    body = {"name": "Voir https://ecole.example", "ownerId": "me"}
    code, status, message = refusal(courses(service).create(body=body))
    assert (code, status) == (400, "FAILED_PRECONDITION")
    assert message.startswith("@CourseTitleCannotContainUrl ")


def test_the_administrator_opens_classes_for_people_of_the_domain_alone(service: Service) -> None:
    made = courses(service, ADMIN).create(body={"name": "CAP", "ownerId": TEACHER}).execute()
    assert courses(service).get(id=made["id"]).execute()["ownerId"] == made["ownerId"]
    body = {"name": "CAP", "ownerId": OUTSIDER}
    assert refusal(courses(service, ADMIN).create(body=body))[2].startswith("@UserCannotOwnCourse")


def test_an_account_outside_the_domain_opens_no_active_class(
    service: Service, sandbox: RunningSandbox
) -> None:
    body = {"name": "Club", "ownerId": "me", "courseState": "ACTIVE"}
    with outsider(sandbox) as client:
        assert refusal(client.courses().create(body=body))[0] == 403
        body["courseState"] = "PROVISIONED"
        club = client.courses().create(body=body).execute()
        assert client.courses().get(id=club["id"]).execute()["name"] == "Club"
    seen_by_admin = courses(service, ADMIN).get(id=club["id"])
    assert refusal(seen_by_admin)[0] == 403, "no class of the domain"


def test_who_is_no_member_may_not_look_and_an_unknown_class_is_not_found(service: Service) -> None:
    course = open_class(service)
    assert refusal(courses(service, STUDENT).get(id=course["id"]))[:2] == (403, "PERMISSION_DENIED")
    assert refusal(courses(service).get(id="1"))[:2] == (404, "NOT_FOUND")
    assert courses(service, ADMIN).get(id=course["id"]).execute()["id"] == course["id"]


def test_a_class_not_yet_accepted_is_its_owners_alone(service: Service) -> None:
    course = courses(service).create(body={"name": "CAP", "ownerId": "me"}).execute()
    add_teacher(service, course["id"], COLLEAGUE)
    assert refusal(courses(service, COLLEAGUE).get(id=course["id"]))[0] == 403
    assert courses(service, COLLEAGUE).list().execute() == {}


def test_the_list_shows_the_newest_class_first_page_by_page(service: Service) -> None:
    ids = [open_class(service, name=f"Classe {n}")["id"] for n in range(3)]
    found, token = [], None
    while True:
        answer = courses(service).list(pageSize=2, pageToken=token).execute()
        found += [course["id"] for course in answer["courses"]]
        token = answer.get("nextPageToken")
        if not token:
            break
    assert found == ids[::-1]


def test_the_list_can_be_narrowed_to_a_teacher_a_student_and_states(service: Service) -> None:
    mine = open_class(service, name="Mienne")
    other = open_class(service, COLLEAGUE, name="Autre")
    enrol(service, other)
    archive = {"courseState": "ARCHIVED"}
    courses(service).patch(id=mine["id"], updateMask="courseState", body=archive).execute()

    def names(user: str, **query: Any) -> list[str]:
        answer = courses(service, user).list(**query).execute()
        return [course["name"] for course in answer.get("courses", [])]

    assert names(ADMIN) == ["Autre", "Mienne"]
    assert names(ADMIN, teacherId=TEACHER) == ["Mienne"]
    assert names(STUDENT, studentId="me") == ["Autre"]
    assert names(ADMIN, studentId=STUDENT, courseStates=["ACTIVE"]) == ["Autre"]
    assert names(ADMIN, courseStates=["ARCHIVED", "DECLINED"]) == ["Mienne"]
    assert names(TEACHER) == ["Mienne"]


def test_the_list_takes_one_of_teacher_and_student(service: Service) -> None:
    request = courses(service).list(teacherId="me", studentId="me")
    code, status, message = refusal(request)
    assert (code, status) == (400, "FAILED_PRECONDITION")
    assert message.startswith("@ListCoursesStudentAndTeacherFilter ")
    assert refusal(courses(service).list(teacherId="5"))[0] == 404


def test_patch_changes_what_its_mask_names_and_clears_what_is_absent(service: Service) -> None:
    course = open_class(service, section="Soir", room="12")
    body = {"section": "Jour", "name": "Tu"}
    changed = (
        courses(service).patch(id=course["id"], updateMask="section,room", body=body).execute()
    )
    assert (changed["name"], changed["section"]) == ("CESS Namur", "Jour")
    assert "room" not in changed
    assert changed["updateTime"] > course["updateTime"]
    snake = courses(service).patch(
        id=course["id"], updateMask="description_heading", body={"descriptionHeading": "Bienvenue"}
    )
    assert snake.execute()["descriptionHeading"] == "Bienvenue"


@pytest.mark.parametrize("mask", ["", "id", "creationTime", "name,enrollmentCode"])
def test_patch_without_a_right_mask_is_refused(service: Service, mask: str) -> None:
    course = open_class(service)
    request = courses(service).patch(id=course["id"], updateMask=mask, body={"name": "X"})
    assert refusal(request)[:2] == (400, "INVALID_ARGUMENT")


def test_update_replaces_all_texts_but_levels(service: Service) -> None:
    course = open_class(service, section="Soir", levels="1re année", subject="Français")
    changed = courses(service).update(id=course["id"], body={"name": "Neuf"}).execute()
    assert (changed["name"], changed["levels"]) == ("Neuf", "1re année")
    assert "section" not in changed
    assert "subject" not in changed
    assert changed["courseState"] == "ACTIVE"
    assert refusal(courses(service).update(id=course["id"], body={}))[0] == 400


def test_what_was_read_can_be_sent_back_as_the_guide_does(service: Service) -> None:
    course = open_class(service, section="Soir")
    read = courses(service).get(id=course["id"]).execute()
    sent = courses(service).update(id=read["id"], body=read | {"section": "Jour", "room": "302"})
    changed = sent.execute()
    assert (changed["section"], changed["room"]) == ("Jour", "302")
    assert (changed["name"], changed["ownerId"]) == (course["name"], course["ownerId"])


def test_students_and_strangers_change_nothing(service: Service) -> None:
    course = open_class(service)
    enrol(service, course)
    for user in (STUDENT, STRANGER):
        request = courses(service, user).patch(
            id=course["id"], updateMask="name", body={"name": "Piraté"}
        )
        assert refusal(request)[:2] == (403, "PERMISSION_DENIED")
        assert refusal(courses(service, user).delete(id=course["id"]))[0] == 403


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (["PROVISIONED", "ACTIVE", "ARCHIVED", "ACTIVE"], True),
        (["PROVISIONED", "DECLINED", "PROVISIONED"], True),
        (["PROVISIONED", "ARCHIVED"], False),
        (["PROVISIONED", "DECLINED", "ACTIVE"], False),
        (["ACTIVE", "PROVISIONED"], False),
        (["ACTIVE", "DECLINED"], False),
        (["ACTIVE", "SUSPENDED"], False),
    ],
)
def test_a_class_goes_from_state_to_state_as_classroom_knows_them(
    service: Service, path: list[str], allowed: bool
) -> None:
    course = open_class(service, courseState=path[0])
    steps = [
        courses(service).patch(
            id=course["id"], updateMask="courseState", body={"courseState": state}
        )
        for state in path[1:]
    ]
    for step in steps[:-1]:
        step.execute()
    if allowed:
        assert steps[-1].execute()["courseState"] == path[-1]
    else:
        assert refusal(steps[-1])[:2] == (400, "FAILED_PRECONDITION")


def test_an_archived_class_changes_only_together_with_its_state(service: Service) -> None:
    course = open_class(service)
    patch = courses(service).patch
    archived = {"courseState": "ARCHIVED"}
    for _ in range(2):  # the second changes nothing
        patch(id=course["id"], updateMask="courseState", body=archived).execute()
    code, status, message = refusal(
        patch(id=course["id"], updateMask="name", body={"name": "Neuf"})
    )
    assert (code, status) == (400, "FAILED_PRECONDITION")
    assert message.startswith("@CourseNotModifiable ")
    both = {"name": "Neuf", "courseState": "ACTIVE"}
    revived = patch(id=course["id"], updateMask="name,courseState", body=both).execute()
    assert revived["name"] == "Neuf"


def test_only_an_archived_class_is_deleted_by_its_owner_or_the_administrator(
    service: Service,
) -> None:
    course = open_class(service)
    add_teacher(service, course["id"], COLLEAGUE)
    assert refusal(courses(service).delete(id=course["id"]))[:2] == (400, "FAILED_PRECONDITION")
    body = {"courseState": "ARCHIVED"}
    courses(service).patch(id=course["id"], updateMask="courseState", body=body).execute()
    assert refusal(courses(service, COLLEAGUE).delete(id=course["id"]))[0] == 403
    assert courses(service).delete(id=course["id"]).execute() == {}
    assert refusal(courses(service).get(id=course["id"]))[0] == 404


def test_the_administrator_hands_a_class_over_to_a_co_teacher(service: Service) -> None:
    course = open_class(service)
    body = {"ownerId": COLLEAGUE}

    def hand_over(user: str) -> Any:
        return courses(service, user).patch(id=course["id"], updateMask="ownerId", body=body)

    assert refusal(hand_over(TEACHER))[0] == 403
    message = "@IneligibleOwner Only a co-teacher can be invited as owner of the course"
    assert refusal(hand_over(ADMIN)) == (400, "FAILED_PRECONDITION", message)
    add_teacher(service, course["id"], COLLEAGUE)
    assert hand_over(ADMIN).execute()["ownerId"] != course["ownerId"]
    teachers = courses(service).teachers().list(courseId=course["id"]).execute()["teachers"]
    assert len(teachers) == 2, "who owned the class still teaches it"


def test_the_folder_of_the_class_is_shared_with_its_teachers(service: Service) -> None:
    course = open_class(service)
    folder = course["teacherFolder"]["id"]
    add_teacher(service, course["id"], COLLEAGUE)
    shown = service("drive", COLLEAGUE).files().get(fileId=folder, fields="capabilities").execute()
    assert shown["capabilities"]["canAddChildren"] is True
    remove = courses(service).teachers().delete(courseId=course["id"], userId=COLLEAGUE)
    remove.execute()
    assert refusal(service("drive", COLLEAGUE).files().get(fileId=folder))[0] == 404


def test_a_scope_to_read_does_not_change(service: Service) -> None:
    reading = service(
        "classroom",
        TEACHER,
        scopes=["https://www.googleapis.com/auth/classroom.courses.readonly"],
    )
    assert reading.courses().list().execute() == {}
    body = {"name": "CAP", "ownerId": "me"}
    assert refusal(reading.courses().create(body=body))[0] == 403


def test_a_class_goes_with_a_reset(service: Service, sandbox: RunningSandbox) -> None:
    open_class(service)
    requests.post(f"{sandbox.url}sandbox/v1/reset", timeout=10).raise_for_status()
    assert courses(service, ADMIN).list().execute() == {}


def test_an_alias_given_at_birth_names_the_class_ever_after(service: Service) -> None:
    made = courses(service, ADMIN).create(
        body={"id": "d:cess-namur", "name": "CESS", "ownerId": TEACHER, "courseState": "ACTIVE"}
    )
    course = made.execute()
    assert course["id"].isdigit()
    assert courses(service).get(id="d:cess-namur").execute()["id"] == course["id"]
    assert refusal(made)[:2] == (409, "ALREADY_EXISTS")
    assert len(courses(service, ADMIN).list().execute()["courses"]) == 1


def test_a_project_alias_is_any_teachers_to_give_and_take(service: Service) -> None:
    course = open_class(service)
    aliases = courses(service).aliases()
    assert aliases.create(courseId=course["id"], body={"alias": "p:ue-12"}).execute() == {
        "alias": "p:ue-12"
    }
    assert refusal(aliases.create(courseId=course["id"], body={"alias": "p:ue-12"}))[0] == 409
    assert aliases.list(courseId="p:ue-12").execute() == {"aliases": [{"alias": "p:ue-12"}]}
    assert aliases.delete(courseId=course["id"], alias="p:ue-12").execute() == {}
    assert refusal(aliases.delete(courseId=course["id"], alias="p:ue-12"))[0] == 404
    assert aliases.list(courseId=course["id"]).execute() == {}


@pytest.mark.parametrize("alias", ["", "ue-12", "d:", "x:ue", "p:" + "u" * 255])
def test_what_is_no_alias_is_refused(service: Service, alias: str) -> None:
    course = open_class(service)
    request = courses(service).aliases().create(courseId=course["id"], body={"alias": alias})
    assert refusal(request)[:2] == (400, "INVALID_ARGUMENT")


def test_a_domain_alias_is_the_administrators_to_give_and_the_domains_to_use(
    service: Service, sandbox: RunningSandbox
) -> None:
    course = open_class(service)
    body = {"alias": "d:ue-12"}
    assert refusal(courses(service).aliases().create(courseId=course["id"], body=body))[0] == 403
    courses(service, ADMIN).aliases().create(courseId=course["id"], body=body).execute()
    assert courses(service).get(id="d:ue-12").execute()["id"] == course["id"]
    code = course["enrollmentCode"]
    with outsider(sandbox) as client:
        join = client.courses().students().create
        join(courseId=course["id"], enrollmentCode=code, body={"userId": "me"}).execute()
        assert refusal(client.courses().get(id="d:ue-12"))[0] == 404
        assert client.courses().aliases().list(courseId=course["id"]).execute() == {}
