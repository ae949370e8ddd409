"""Classes that come from elsewhere, and those of the demo school."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from itn_sync.sandbox.seed import demo_school
from itn_sync.sandbox.server import RunningSandbox, serve
from tests.sandbox.classrooms import ADMIN, COLLEAGUE, STUDENT, TEACHER, Service, refusal

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
DOCUMENT = "1DocumentDeCours0000000000000000000000000001"
CLASS: dict[str, Any] = {
    "id": "700000000001",
    "name": "CESS Namur",
    "owner": TEACHER,
    "section": "Soir",
    "enrollmentCode": "abc234",
    "created": "2026-09-01T16:00:00+02:00",
    "aliases": ["d:cess-namur"],
    "teachers": [COLLEAGUE],
    "students": [{"email": STUDENT, "givenName": "Carla", "familyName": "d'Élève"}],
    "topics": ["Français"],
    "documents": [{"id": DOCUMENT, "name": "Horaire", "html": "<h1>Horaire</h1>"}],
    "announcements": [
        {"text": "Bienvenue", "at": "2026-09-02T18:00:00+02:00"},
        {"text": "À compléter", "state": "DRAFT", "by": COLLEAGUE},
    ],
    "courseWorkMaterials": [
        {
            "title": "Horaire",
            "topic": "Français",
            "at": "2026-09-03T18:00:00+02:00",
            "materials": [{"driveFile": {"driveFile": {"id": DOCUMENT}}}],
        }
    ],
}


def load(sandbox: RunningSandbox, *classes: dict[str, Any]) -> requests.Response:
    content = {"classroom": list(classes)}
    return requests.post(f"{sandbox.url}sandbox/v1/import", json=content, timeout=20)


@pytest.fixture
def imported(sandbox: RunningSandbox) -> RunningSandbox:
    load(sandbox, CLASS).raise_for_status()
    return sandbox


@pytest.mark.usefixtures("imported")
def test_an_imported_class_is_as_it_was(service: Service) -> None:
    courses = service("classroom", TEACHER).courses()
    course = courses.get(id="d:cess-namur").execute()
    assert (course["id"], course["courseState"]) == (CLASS["id"], "ACTIVE")
    assert course["enrollmentCode"] == "abc234"
    assert course["creationTime"] == "2026-09-01T14:00:00.000Z"
    assert len(courses.teachers().list(courseId=CLASS["id"]).execute()["teachers"]) == 2
    [student] = courses.students().list(courseId=CLASS["id"]).execute()["students"]
    assert student["profile"]["name"]["fullName"] == "Carla d'Élève"


@pytest.mark.usefixtures("imported")
def test_its_posts_keep_their_dates_authors_and_topics(service: Service) -> None:
    courses = service("classroom", TEACHER).courses()
    [told] = courses.announcements().list(courseId=CLASS["id"]).execute()["announcements"]
    assert (told["text"], told["creationTime"]) == ("Bienvenue", "2026-09-02T16:00:00.000Z")
    drafts = courses.announcements().list(courseId=CLASS["id"], announcementStates="DRAFT")
    assert drafts.execute()["announcements"][0]["text"] == "À compléter"
    [topic] = courses.topics().list(courseId=CLASS["id"]).execute()["topic"]
    listed = courses.courseWorkMaterials().list(courseId=CLASS["id"]).execute()
    assert listed["courseWorkMaterial"][0]["topicId"] == topic["topicId"]


@pytest.mark.usefixtures("imported")
def test_its_documents_are_open_to_its_students(service: Service) -> None:
    file = service("drive", STUDENT).files().get(fileId=DOCUMENT).execute()
    assert file["name"] == "Horaire"
    assert file["mimeType"] == "application/vnd.google-apps.document"


@pytest.mark.usefixtures("imported")
def test_nobody_is_told_of_the_past(service: Service) -> None:
    messages = service("gmail", STUDENT).users().messages().list(userId="me").execute()
    assert messages["resultSizeEstimate"] == 0


@pytest.mark.usefixtures("imported")
def test_no_client_changes_what_was_posted_in_classroom_itself(service: Service) -> None:
    announcements = service("classroom", TEACHER).courses().announcements()
    [told] = announcements.list(courseId=CLASS["id"]).execute()["announcements"]
    request = announcements.patch(
        courseId=CLASS["id"], id=told["id"], updateMask="text", body={"text": "Autre"}
    )
    assert refusal(request)[2].startswith("@ProjectPermissionDenied ")


def test_people_are_added_to_a_class_that_exists(
    imported: RunningSandbox, service: Service
) -> None:
    more = {"id": CLASS["id"], "students": ["dora.eleve@ecole.example"], "topics": ["Français"]}
    load(imported, more).raise_for_status()
    courses = service("classroom", TEACHER).courses()
    assert len(courses.students().list(courseId=CLASS["id"]).execute()["students"]) == 2
    assert len(courses.topics().list(courseId=CLASS["id"]).execute()["topic"]) == 1


def test_guests_are_invited_once_and_told_nothing(
    imported: RunningSandbox, service: Service
) -> None:
    guests = [{"email": "dora.eleve@ecole.example", "givenName": "Dora"}, STUDENT]
    for _ in range(2):
        load(imported, {"id": CLASS["id"], "invited": guests}).raise_for_status()
    invitations = service("classroom", TEACHER).invitations()
    [invitation] = invitations.list(courseId=CLASS["id"]).execute()["invitations"]
    assert invitation["role"] == "STUDENT", "who is a member already is not invited"
    mails = service("gmail", "dora.eleve@ecole.example").users().messages().list(userId="me")
    assert mails.execute()["resultSizeEstimate"] == 0


def test_a_class_may_come_archived(sandbox: RunningSandbox, service: Service) -> None:
    load(sandbox, CLASS | {"courseState": "ARCHIVED"}).raise_for_status()
    course = service("classroom", ADMIN).courses().get(id=CLASS["id"]).execute()
    assert course["courseState"] == "ARCHIVED"


def test_a_deleted_class_leaves_nothing_to_the_next_of_its_id(
    imported: RunningSandbox, service: Service
) -> None:
    courses, course_id = service("classroom", TEACHER).courses(), CLASS["id"]
    body = {"courseState": "ARCHIVED"}
    courses.patch(id=course_id, updateMask="courseState", body=body).execute()
    courses.delete(id=course_id).execute()
    load(imported, {"id": course_id, "name": "Autre", "owner": TEACHER}).raise_for_status()
    assert courses.announcements().list(courseId=course_id).execute() == {}
    assert courses.topics().list(courseId=course_id).execute() == {}


@pytest.mark.parametrize("lacking", ["name", "owner"])
def test_a_class_without_name_or_owner_is_refused_whole(
    sandbox: RunningSandbox, service: Service, lacking: str
) -> None:
    half = {key: value for key, value in CLASS.items() if key != lacking}
    assert load(sandbox, CLASS | {"id": "700000000002"}, half).status_code == 400
    assert service("classroom", ADMIN).courses().list().execute() == {}


def test_the_demo_school_has_a_class_for_each_evening_section() -> None:
    classes = demo_school(NOW)["classroom"]
    classes = [entry for entry in classes if entry["section"].startswith("Cours du soir")]
    assert [entry["name"] for entry in classes] == [
        "CESS Namur",
        "CESS Bruxelles",
        "CAP Namur",
        "CAP Bruxelles",
        "Électricien-automaticien",
        "Conseiller en technopédagogie",
    ]
    people = [entry["owner"] for entry in classes]
    people += [teacher for entry in classes for teacher in entry["teachers"]]
    assert all(person.endswith("@ecole.example") for person in people)
    students = [student["email"] for entry in classes for student in entry["students"]]
    assert len(students) == len(set(students)) > 30
    assert all(student.endswith("@etudiant.example") for student in students)


def test_the_demo_classes_are_told_to_nobody_and_seen_by_their_students(tmp_path: Path) -> None:
    with serve(tmp_path, school="demo") as running:
        tenant = running.tenant
        with tenant.world.transaction(write=False) as state:
            mails = state.execute("SELECT count(*) FROM gmail_message").fetchone()[0]
            courses = state.execute("SELECT count(*) FROM classroom_course").fetchone()[0]
            shared = state.execute(
                "SELECT count(*) FROM drive_permission WHERE address = ? AND file_id = ?",
                (
                    "noemie.hanquelet@etudiant.example",
                    "1DipCommunicationCapNamurDemo00000000000103a",
                ),
            ).fetchone()[0]
    assert (mails, courses, shared) == (0, 6 + 30, 1)
