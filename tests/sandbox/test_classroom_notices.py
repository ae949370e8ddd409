"""The one mail that tells each student of a new post (issue 3; French, as every text on screen)."""

from __future__ import annotations

import pytest

from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.classroom_posts import (
    LATECOMER,
    Class,
    advance,
    class_of,
    drive_file,
    mails,
    workspace_now,
)
from tests.sandbox.classrooms import STUDENT, TEACHER, Service

MATERIAL = "courseWorkMaterials"


@pytest.fixture
def room(service: Service) -> Class:
    return class_of(service)


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("announcements", "Nouvelle annonce : «Bienvenue au cours.»"),
        ("courseWork", "Nouveau devoir : «Exercice 1»"),
        ("courseWorkMaterials", "Nouveau support de cours : «Syllabus»"),
    ],
)
def test_a_published_post_sends_each_student_one_mail(
    service: Service, sandbox: RunningSandbox, kind: str, subject: str
) -> None:
    room = class_of(service, STUDENT, LATECOMER)
    draft = room.create(kind, state="DRAFT", materials=[drive_file(room.file("Horaire"))])
    assert mails(sandbox, STUDENT) == []
    post = room.patch(kind, draft["id"], "state", state="PUBLISHED")
    room.patch(kind, draft["id"], "state", state="PUBLISHED")
    name = "text" if kind == "announcements" else "title"
    room.patch(kind, draft["id"], name, **{name: "Corrigé"})
    for student in (STUDENT, LATECOMER):
        (mail,) = mails(sandbox, student)
        assert mail["from"] == '"Amelie Prof (Classroom)" <no-reply@classroom.google.com>'
        assert mail["to"] == student
        assert mail["subject"] == subject
        assert set(mail["labelIds"]) == {
            "INBOX",
            "UNREAD",
        }
        assert "CESS Namur" in mail["text"]
        assert "- Horaire" in mail["text"]
        assert post["alternateLink"] in mail["text"]
    assert mails(sandbox, TEACHER) == []


def test_a_long_announcement_has_a_short_subject(room: Class, sandbox: RunningSandbox) -> None:
    room.create("announcements", text="Premier point.\r\nBcc: tous@ecole.example\n" + "mot " * 99)
    (mail,) = mails(sandbox, STUDENT)
    assert mail["subject"].endswith("…»")
    assert len(mail["subject"]) < 110
    assert mail["bcc"] == ""


def test_a_scheduled_post_is_mailed_at_its_hour(room: Class, sandbox: RunningSandbox) -> None:
    at = f"{int(workspace_now(sandbox)[:4]) + 1}-01-15T08:00:00Z"
    room.create("announcements", state="DRAFT", scheduledTime=at)
    advance(sandbox, 800 * 24 * 3600)
    assert mails(sandbox, STUDENT) == [], "nobody has looked at the class yet"
    room.list("announcements", STUDENT)
    room.list("announcements")
    (mail,) = mails(sandbox, STUDENT)
    assert "15 Jan" in mail["date"]


def test_students_added_later_get_the_mail_that_they_missed(
    service: Service, sandbox: RunningSandbox
) -> None:
    room = class_of(service, STUDENT, LATECOMER)
    chosen = {"studentIds": [STUDENT]}
    post = room.create(
        "courseWork", assigneeMode="INDIVIDUAL_STUDENTS", individualStudentsOptions=chosen
    )
    assert mails(sandbox, LATECOMER) == []
    body = {
        "assigneeMode": "INDIVIDUAL_STUDENTS",
        "modifyIndividualStudentsOptions": {"addStudentIds": [LATECOMER]},
    }
    room.posts("courseWork").modifyAssignees(courseId=room.id, id=post["id"], body=body).execute()
    assert (len(mails(sandbox, STUDENT)), len(mails(sandbox, LATECOMER))) == (1, 1)
