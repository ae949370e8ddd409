"""Students, teachers, invitations, profiles (guide «Create and manage teachers and students»)."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from itn_sync.sandbox.classroom import roster
from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.classrooms import (
    ADMIN,
    CLASSMATE,
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

SCOPE = "https://www.googleapis.com/auth/classroom."


def students(service: Service, user: str = TEACHER) -> Any:
    return service("classroom", user).courses().students()


def teachers(service: Service, user: str = TEACHER) -> Any:
    return service("classroom", user).courses().teachers()


def invitations(service: Service, user: str = TEACHER) -> Any:
    return service("classroom", user).invitations()


def invite(service: Service, course: dict[str, Any], user: str, role: str = "STUDENT") -> Any:
    body = {"courseId": course["id"], "userId": user, "role": role}
    return invitations(service).create(body=body).execute()


def archive(service: Service, course: dict[str, Any]) -> None:
    body = {"courseState": "ARCHIVED"}
    courses = service("classroom", TEACHER).courses()
    courses.patch(id=course["id"], updateMask="courseState", body=body).execute()


def test_a_student_joins_with_the_code_of_the_class(service: Service) -> None:
    course = open_class(service)
    create = students(service, STUDENT).create
    wrong = create(courseId=course["id"], enrollmentCode="faux", body={"userId": "me"})
    assert refusal(wrong)[:2] == (403, "PERMISSION_DENIED")
    without = create(courseId=course["id"], body={"userId": "me"})
    assert refusal(without)[0] == 403
    code = course["enrollmentCode"]
    joined = create(courseId=course["id"], enrollmentCode=code, body={"userId": "me"}).execute()
    assert joined["courseId"] == course["id"]
    assert joined["profile"]["emailAddress"] == STUDENT
    again = create(courseId=course["id"], enrollmentCode=code, body={"userId": "me"})
    assert refusal(again)[:2] == (409, "ALREADY_EXISTS")


def test_the_code_lets_nobody_add_another(service: Service) -> None:
    course = open_class(service)
    request = students(service, STUDENT).create(
        courseId=course["id"],
        enrollmentCode=course["enrollmentCode"],
        body={"userId": COLLEAGUE},
    )
    assert refusal(request)[0] == 403


def test_nobody_joins_a_class_that_is_not_open(service: Service) -> None:
    waiting = open_class(service, courseState="PROVISIONED")
    body = {"userId": "me"}
    code = waiting["enrollmentCode"]
    request = students(service, STUDENT).create(
        courseId=waiting["id"], enrollmentCode=code, body=body
    )
    assert refusal(request)[0] == 403
    course = open_class(service)
    archive(service, course)
    code = course["enrollmentCode"]
    late = students(service, STUDENT).create(courseId=course["id"], enrollmentCode=code, body=body)
    assert refusal(late)[2].startswith("@CourseNotModifiable ")


def test_a_teacher_adds_nobody_directly_and_an_administrator_people_of_the_domain(
    service: Service,
) -> None:
    course = open_class(service)
    body = {"userId": STUDENT}
    assert refusal(students(service).create(courseId=course["id"], body=body))[0] == 403
    assert refusal(teachers(service).create(courseId=course["id"], body=body))[0] == 403
    students(service, ADMIN).create(courseId=course["id"], body=body).execute()
    outside = students(service, ADMIN).create(courseId=course["id"], body={"userId": OUTSIDER})
    code, status, message = refusal(outside)
    assert (code, status) == (403, "PERMISSION_DENIED")
    assert message.startswith("@CannotDirectAddUser Unable to directly add the user")


def test_a_member_without_a_name_or_of_an_unknown_class_is_refused(service: Service) -> None:
    course = open_class(service)
    assert refusal(students(service, ADMIN).create(courseId=course["id"], body={}))[0] == 400
    assert refusal(students(service, ADMIN).create(courseId="1", body={"userId": "me"}))[0] == 404
    unknown = students(service, ADMIN).create(courseId=course["id"], body={"userId": "77"})
    assert refusal(unknown)[0] == 404


def test_members_come_page_by_page(service: Service) -> None:
    course = open_class(service)
    people = [f"eleve{n}@ecole.example" for n in range(33)]
    for user in people:
        body = {"userId": user}
        students(service, ADMIN).create(courseId=course["id"], body=body).execute()
    first = students(service).list(courseId=course["id"]).execute()
    assert len(first["students"]) == 30, "the default (discovery document)"
    request = students(service).list(courseId=course["id"], pageSize=7)
    found = []
    while request is not None:
        answer = request.execute()
        found += [student["profile"]["emailAddress"] for student in answer["students"]]
        request = students(service).list_next(request, answer)
    assert found == people


def test_a_student_sees_the_teachers_and_themselves(service: Service) -> None:
    course = open_class(service)
    enrol(service, course)
    enrol(service, course, CLASSMATE)
    taught_by = teachers(service, STUDENT).list(courseId=course["id"]).execute()["teachers"]
    assert [teacher["profile"]["emailAddress"] for teacher in taught_by] == [TEACHER]
    seen = students(service, STUDENT).list(courseId=course["id"]).execute()["students"]
    assert [student["profile"]["emailAddress"] for student in seen] == [STUDENT]
    other = students(service, STUDENT).get(courseId=course["id"], userId=CLASSMATE)
    assert refusal(other)[0] == 403
    own = students(service, STUDENT).get(courseId=course["id"], userId="me").execute()
    assert own["userId"] == seen[0]["userId"]


def test_who_is_no_member_sees_no_members(service: Service) -> None:
    course = open_class(service)
    for resource in (students(service, STRANGER), teachers(service, STRANGER)):
        assert refusal(resource.list(courseId=course["id"]))[:2] == (403, "PERMISSION_DENIED")
        assert refusal(resource.list(courseId="1"))[:2] == (404, "NOT_FOUND")


def test_a_teacher_is_no_student_and_the_other_way_round(service: Service) -> None:
    course = open_class(service)
    enrol(service, course)
    assert refusal(students(service).get(courseId=course["id"], userId=TEACHER))[0] == 404
    assert refusal(teachers(service).get(courseId=course["id"], userId=STUDENT))[0] == 404
    got = teachers(service, STUDENT).get(courseId=course["id"], userId=TEACHER).execute()
    by_number = teachers(service).get(courseId=course["id"], userId=got["userId"]).execute()
    assert by_number == got


def test_a_student_leaves_and_a_teacher_takes_one_out(service: Service) -> None:
    course = open_class(service)
    for user in (STUDENT, CLASSMATE):
        enrol(service, course, user)
    other = students(service, STUDENT).delete(courseId=course["id"], userId=CLASSMATE)
    assert refusal(other)[0] == 403
    assert students(service, STUDENT).delete(courseId=course["id"], userId="me").execute() == {}
    assert students(service).delete(courseId=course["id"], userId=CLASSMATE).execute() == {}
    assert students(service).list(courseId=course["id"]).execute() == {}
    assert refusal(students(service).delete(courseId=course["id"], userId=CLASSMATE))[0] == 404


def test_the_owner_of_a_class_stays(service: Service) -> None:
    course = open_class(service)
    add_teacher(service, course["id"], COLLEAGUE)
    for user in (TEACHER, COLLEAGUE, ADMIN):
        code, status, message = refusal(
            teachers(service, user).delete(courseId=course["id"], userId=TEACHER)
        )
        assert (code, status) == (400, "FAILED_PRECONDITION")
        assert message == "@CannotRemoveCourseOwner Course owner may not be removed."
    gone = teachers(service, COLLEAGUE).delete(courseId=course["id"], userId="me")
    assert gone.execute() == {}
    assert refusal(teachers(service, COLLEAGUE).list(courseId=course["id"]))[0] == 403


def test_a_full_class_takes_nobody_more(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    course = open_class(service)
    monkeypatch.setattr(roster, "MOST_MEMBERS", 2)
    monkeypatch.setattr(roster, "MOST_TEACHERS", 1)
    enrol(service, course)
    full = students(service, ADMIN).create(courseId=course["id"], body={"userId": COLLEAGUE})
    assert refusal(full)[2].startswith("@CourseMemberLimitReached ")
    teacher = teachers(service, ADMIN).create(courseId=course["id"], body={"userId": COLLEAGUE})
    assert refusal(teacher)[2].startswith("@CourseTeacherLimitReached ")


def test_an_account_that_does_not_exist_joins_nothing(
    service: Service, sandbox: RunningSandbox
) -> None:
    course = open_class(service)
    bounce = {"bouncing": [STRANGER]}
    requests.post(f"{sandbox.url}sandbox/v1/import", json=bounce, timeout=10).raise_for_status()
    added = students(service, ADMIN).create(courseId=course["id"], body={"userId": STRANGER})
    assert refusal(added)[2].startswith("@CannotDirectAddUser ")
    body = {"courseId": course["id"], "userId": STRANGER, "role": "STUDENT"}
    assert refusal(invitations(service).create(body=body))[0] == 404
    owned = {"name": "CAP", "ownerId": STRANGER}
    assert refusal(service("classroom", ADMIN).courses().create(body=owned))[0] == 404


def test_a_class_whose_owner_is_gone_waits_for_a_new_one(
    service: Service, sandbox: RunningSandbox
) -> None:
    course = open_class(service)
    add_teacher(service, course["id"], COLLEAGUE)
    gone = {"bouncing": [TEACHER]}
    requests.post(f"{sandbox.url}sandbox/v1/import", json=gone, timeout=10).raise_for_status()
    code = course["enrollmentCode"]
    late = students(service, STUDENT).create(
        courseId=course["id"], enrollmentCode=code, body={"userId": "me"}
    )
    assert refusal(late)[2].startswith("@InactiveCourseOwner ")
    patch = service("classroom", ADMIN).courses().patch
    heir = patch(id=course["id"], updateMask="ownerId", body={"ownerId": COLLEAGUE}).execute()
    assert heir["ownerId"] != course["ownerId"]
    late.execute()


def test_an_archived_roster_is_left_alone(service: Service) -> None:
    course = open_class(service)
    enrol(service, course)
    archive(service, course)
    request = students(service).delete(courseId=course["id"], userId=STUDENT)
    assert refusal(request)[2].startswith("@CourseNotModifiable ")
    assert students(service).list(courseId=course["id"]).execute()["students"]


def test_an_invited_student_is_in_the_class_once_they_accept(
    service: Service, sandbox: RunningSandbox
) -> None:
    course = open_class(service)
    asked = invite(service, course, OUTSIDER)
    assert asked["role"] == "STUDENT"
    assert students(service).list(courseId=course["id"]).execute() == {}, "not yet a member"
    assert refusal(invitations(service).accept(id=asked["id"]))[0] == 403
    with outsider(sandbox) as client:
        guest = client.invitations()
        assert guest.list(userId="me").execute()["invitations"] == [asked]
        assert guest.accept(id=asked["id"]).execute() == {}
        assert refusal(guest.get(id=asked["id"]))[0] == 404
    member = students(service).list(courseId=course["id"]).execute()["students"][0]
    assert member["userId"] == asked["userId"]


def test_an_invitation_comes_by_mail(service: Service) -> None:
    course = open_class(service)
    invite(service, course, STUDENT)
    messages = service("gmail", STUDENT).users().messages()
    [found] = messages.list(userId="me").execute()["messages"]
    mail = messages.get(userId="me", id=found["id"]).execute()
    headers = {header["name"]: header["value"] for header in mail["payload"]["headers"]}
    assert headers["Subject"] == "Invitation : «CESS Namur»"
    assert "vous invite à suivre la classe" in mail["snippet"]


def test_a_student_invited_to_teach_becomes_a_teacher(service: Service) -> None:
    course = open_class(service)
    enrol(service, course)
    asked = invite(service, course, STUDENT, "TEACHER")
    invitations(service, STUDENT).accept(id=asked["id"]).execute()
    assert students(service).list(courseId=course["id"]).execute() == {}
    assert len(teachers(service).list(courseId=course["id"]).execute()["teachers"]) == 2


def test_ownership_passes_when_a_co_teacher_accepts(service: Service) -> None:
    course = open_class(service)
    early = {"courseId": course["id"], "userId": COLLEAGUE, "role": "OWNER"}
    assert refusal(invitations(service).create(body=early))[2].startswith("@IneligibleOwner ")
    add_teacher(service, course["id"], COLLEAGUE)
    by_colleague = early | {"userId": TEACHER}
    assert refusal(invitations(service, COLLEAGUE).create(body=by_colleague))[0] == 403
    asked = invite(service, course, COLLEAGUE, "OWNER")
    add_teacher(service, course["id"], STUDENT)
    second = early | {"userId": STUDENT}
    assert refusal(invitations(service).create(body=second))[2].startswith(
        "@PendingInvitationExists "
    )
    invitations(service, COLLEAGUE).accept(id=asked["id"]).execute()
    seen = service("classroom", TEACHER).courses().get(id=course["id"]).execute()
    assert seen["ownerId"] == asked["userId"]


def test_an_invitation_is_made_once_and_only_upwards(service: Service) -> None:
    course = open_class(service)
    invite(service, course, STUDENT)
    body = {"courseId": course["id"], "userId": STUDENT, "role": "TEACHER"}
    assert refusal(invitations(service).create(body=body))[:2] == (409, "ALREADY_EXISTS")
    own = body | {"userId": TEACHER}
    assert refusal(invitations(service).create(body=own))[:2] == (400, "FAILED_PRECONDITION")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"role": "COURSE_ROLE_UNSPECIFIED"}, 400),
        ({"role": None}, 400),
        ({"userId": ""}, 400),
        ({"courseId": ""}, 400),
        ({"courseId": "1"}, 404),
        ({"userId": "12"}, 404),
    ],
)
def test_half_an_invitation_is_refused(service: Service, change: dict[str, Any], code: int) -> None:
    course = open_class(service)
    body = {"courseId": course["id"], "userId": STUDENT, "role": "STUDENT"} | change
    assert refusal(invitations(service).create(body=body))[0] == code


def test_students_invite_nobody(service: Service) -> None:
    course = open_class(service)
    enrol(service, course)
    body = {"courseId": course["id"], "userId": COLLEAGUE, "role": "STUDENT"}
    assert refusal(invitations(service, STUDENT).create(body=body))[0] == 403


def test_an_invitation_is_seen_by_its_class_and_its_guest(service: Service) -> None:
    course = open_class(service)
    asked = invite(service, course, STUDENT)
    invite(service, course, COLLEAGUE, "TEACHER")
    of_class = invitations(service).list(courseId=course["id"], pageSize=1).execute()
    assert len(of_class["invitations"]) == 1
    assert of_class["nextPageToken"]
    assert refusal(invitations(service).list())[:2] == (400, "INVALID_ARGUMENT")
    assert refusal(invitations(service).list(courseId="1"))[0] == 404
    assert invitations(service, STRANGER).list(courseId=course["id"]).execute() == {}
    assert refusal(invitations(service, STRANGER).get(id=asked["id"]))[0] == 403
    assert refusal(invitations(service, STRANGER).delete(id=asked["id"]))[0] == 403
    assert invitations(service).delete(id=asked["id"]).execute() == {}
    assert refusal(invitations(service).delete(id=asked["id"]))[0] == 404


def test_joining_by_the_code_uses_the_invitation_up(service: Service) -> None:
    course = open_class(service)
    invite(service, course, STUDENT)
    enrol(service, course)
    assert invitations(service).list(courseId=course["id"]).execute() == {}


def test_a_profile_shows_what_the_scopes_allow(service: Service) -> None:
    def profile(*names: str) -> dict[str, Any]:
        scopes = [f"{SCOPE}{name}" for name in names]
        found: dict[str, Any] = (
            service("classroom", TEACHER, scopes=scopes).userProfiles().get(userId="me").execute()
        )
        return found

    plain = profile("rosters.readonly")
    assert plain["name"] == {
        "givenName": "Amelie",
        "familyName": "Prof",
        "fullName": "Amelie Prof",
    }
    assert plain["permissions"] == [{"permission": "CREATE_COURSE"}]
    assert not {"emailAddress", "photoUrl"} & set(plain)
    assert profile("profile.emails")["emailAddress"] == TEACHER
    assert "photoUrl" in profile("profile.photos")


def test_a_profile_is_for_oneself_ones_classes_and_the_administrator(service: Service) -> None:
    def profile(user: str, other: str) -> Any:
        return service("classroom", user).userProfiles().get(userId=other)

    course = open_class(service)
    assert refusal(profile(TEACHER, STUDENT))[:2] == (403, "PERMISSION_DENIED")
    enrol(service, course)
    enrol(service, course, CLASSMATE)
    number = profile(TEACHER, STUDENT).execute()["id"]
    assert profile(TEACHER, number).execute()["emailAddress"] == STUDENT
    assert profile(STUDENT, TEACHER).execute()["emailAddress"] == TEACHER
    assert refusal(profile(STUDENT, CLASSMATE))[0] == 403, "two students"
    assert "permissions" not in profile(TEACHER, CLASSMATE).execute()
    assert profile(ADMIN, COLLEAGUE).execute()["emailAddress"] == COLLEAGUE
    assert refusal(profile(ADMIN, "123"))[0] == 403, "as the method says for an unknown id"


def test_guardians_have_no_behaviour_here(service: Service) -> None:
    guardians = service("classroom", TEACHER).userProfiles().guardians()
    assert refusal(guardians.list(studentId="me"))[:2] == (501, "UNIMPLEMENTED")
