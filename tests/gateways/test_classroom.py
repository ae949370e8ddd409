"""Courses and rosters as the worker reads them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from googleapiclient.discovery import build
from googleapiclient.http import HttpMockSequence

from itn_sync.gateways.classroom import CLASSROOM_READER, Course, Rosters
from itn_sync.gateways.errors import GatewayError, Missing, Refused
from tests.gateways.conftest import WORKER, Workspace

TEACHER = "helene.prof@ecole.example"
ADMIN = "admin@ecole.example"
STUDENTS = "classroom.courses.students.list"
INVITING = "https://www.googleapis.com/auth/classroom.rosters"


def a_class(**more: Any) -> dict[str, Any]:
    """Math 1 as the sandbox imports it: the worker is a co-teacher."""
    usual = {
        "id": "710000000001",
        "name": "Mathématiques 1 – CESS Namur",
        "owner": TEACHER,
        "teachers": [WORKER],
        "aliases": ["d:math1"],
        "students": [
            {"email": "zoe@etudiant.example", "givenName": "Zoé", "familyName": "Écart"},
            {"email": "Ali@etudiant.example", "givenName": "Ali", "familyName": "Dupont"},
        ],
    }
    return usual | more


def rosters(
    workspace: Workspace,
    *classes: dict[str, Any],
    reader: str = WORKER,
    scopes: tuple[str, ...] = CLASSROOM_READER,
) -> Rosters:
    workspace.control("POST", "import", {"classroom": classes or [a_class()]})
    return Rosters(workspace.google().resource("classroom", reader, scopes))


def pages(*answers: dict[str, Any]) -> Rosters:
    """A Rosters that is answered so, as the sandbox never would."""
    sequence = [({"status": "200"}, json.dumps(answer)) for answer in answers]
    return Rosters(build("classroom", "v1", http=HttpMockSequence(sequence), static_discovery=True))


def student(number: int, **profile: Any) -> dict[str, Any]:
    return {"courseId": "1", "userId": str(number), "profile": {"id": str(number), **profile}}


def test_a_roster_has_students_and_teachers_by_name(workspace: Workspace) -> None:
    found = rosters(workspace).roster("math1", "710000000001")
    assert (found.unit, found.course_id) == ("math1", "710000000001")
    assert [(m.last_name, m.first_name, m.email) for m in found.students] == [
        ("Dupont", "Ali", "ali@etudiant.example"),
        ("Écart", "Zoé", "zoe@etudiant.example"),
    ]
    assert {m.email for m in found.teachers} == {TEACHER, WORKER}
    assert all(m.user_id.isdigit() for m in found.students)


def test_an_alias_leads_to_the_same_course(workspace: Workspace) -> None:
    reading = rosters(workspace)
    assert reading.roster("math1", "d:math1") == reading.roster("math1", "710000000001")


def test_every_course_is_listed_whatever_its_state(workspace: Workspace) -> None:
    old = a_class(id="710000000002", name="Anglais", courseState="ARCHIVED", aliases=[])
    assert rosters(workspace, a_class(), old).courses() == (
        Course("710000000002", "Anglais", "ARCHIVED"),
        Course("710000000001", "Mathématiques 1 – CESS Namur", "ACTIVE"),
    )


@pytest.mark.parametrize("reader", [WORKER, ADMIN])
def test_who_was_invited_is_told_apart(workspace: Workspace, reader: str) -> None:
    reading = rosters(workspace, reader=reader)
    line = workspace.google().session(TEACHER, [INVITING])
    for user, role in (("lea@ecole.example", "STUDENT"), ("max@ecole.example", "TEACHER")):
        body = {"userId": user, "courseId": "710000000001", "role": role}
        line.post("https://classroom.googleapis.com/v1/invitations", json=body)
    found = reading.roster("math1", "710000000001")
    assert len(found.students) == 2
    (invited,) = found.invited
    assert invited.user_id
    assert invited.email == ("lea@ecole.example" if reader == ADMIN else "")


def test_a_large_course_is_read_to_the_last_page(workspace: Workspace) -> None:
    many = [f"e{n:03}@etudiant.example" for n in range(231)]
    found = rosters(workspace, a_class(students=many)).roster("math1", "710000000001")
    assert sorted(member.email for member in found.students) == many
    assert workspace.calls(STUDENTS) == 3


def test_short_empty_and_overlapping_pages() -> None:
    found = pages(
        {"students": [student(2, name={"familyName": "B"})], "nextPageToken": "a"},
        {"nextPageToken": "b"},
        {"students": [student(1, name={"familyName": "A"}), student(2, name={"familyName": "B"})]},
        {},
        {},
    ).roster("math1", "71")
    assert [(m.user_id, m.last_name) for m in found.students] == [("1", "A"), ("2", "B")]
    assert found.teachers == found.invited == ()


def test_a_student_without_address_or_names() -> None:
    found = pages({"students": [student(1, name={"fullName": "Madonna"}), student(2)]}, {}, {})
    one, other = sorted(found.roster("u", "71").students, key=lambda m: m.user_id)
    assert (one.email, one.first_name, one.last_name) == ("", "", "Madonna")
    assert (other.user_id, other.last_name) == ("2", "")


def test_without_the_scope_for_addresses_there_are_none(workspace: Workspace) -> None:
    found = rosters(workspace, scopes=CLASSROOM_READER[:2]).roster("math1", "710000000001")
    assert {member.email for member in found.students} == {""}
    assert len(found.students) == 2


def test_a_page_that_fails_leaves_no_half_roster(workspace: Workspace) -> None:
    reading = rosters(workspace, a_class(students=[f"e{n}@ecole.example" for n in range(150)]))
    workspace.trouble(STUDENTS, status=500, times=99)
    with pytest.raises(GatewayError):
        reading.roster("math1", "710000000001")


def test_a_page_that_fails_once_is_asked_again(workspace: Workspace) -> None:
    reading = rosters(workspace)
    workspace.trouble(STUDENTS, status=503, times=2)
    assert len(reading.roster("math1", "710000000001").students) == 2


@pytest.mark.parametrize("course", ["d:none", "719999999999"])
def test_a_course_that_is_not_there(workspace: Workspace, course: str) -> None:
    with pytest.raises(Missing):
        rosters(workspace).roster("math1", course)


def test_a_course_that_the_reader_may_not_see(workspace: Workspace) -> None:
    reading = rosters(workspace, reader="curieux@ecole.example")
    assert reading.courses() == ()
    with pytest.raises(Refused):
        reading.roster("math1", "710000000001")


def test_an_administrator_reads_every_course(workspace: Workspace) -> None:
    assert len(rosters(workspace, reader=ADMIN).roster("math1", "d:math1").students) == 2
