"""What is attached to a post, who may open it.

Sources: the `Material` schema and `create` in the `classroom.v1` discovery document; facts §4.3.
"""

from __future__ import annotations

from typing import Any

import pytest

from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.classroom_posts import (
    LATECOMER,
    Class,
    class_of,
    drive_file,
    every_kind,
)
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

MATERIAL = "courseWorkMaterials"


@pytest.fixture
def room(service: Service) -> Class:
    return class_of(service)


def attached(room: Class, material: dict[str, Any]) -> dict[str, Any]:
    """The one material of a post that was made with it."""
    found: dict[str, Any] = room.create(MATERIAL, materials=[material])["materials"][0]
    return found


# What may be attached


def test_a_drive_file_comes_with_its_title_and_page(room: Class, sandbox: RunningSandbox) -> None:
    file_id = room.file("Syllabus de maths")
    shown = attached(room, {"driveFile": {"driveFile": {"id": file_id, "title": "Autre"}}})
    assert shown["driveFile"]["shareMode"] == "VIEW"
    assert shown["driveFile"]["driveFile"] == {
        "id": file_id,
        "title": "Syllabus de maths",
        "alternateLink": f"{sandbox.url}document/d/{file_id}/edit",
    }


@every_kind
@pytest.mark.parametrize("state", ["DRAFT", "PUBLISHED"])
def test_a_file_that_the_teacher_does_not_see_is_refused(
    room: Class, kind: str, state: str
) -> None:
    for file_id in (room.file(owner=COLLEAGUE), "1nulle-part-nulle-part"):
        request = room.creation(kind, state=state, materials=[drive_file(file_id)])
        code, status, message = refusal(request)
        assert (code, status) == (400, "FAILED_PRECONDITION")
        assert message == (
            "@AttachmentNotVisible The item referenced by an attachment was not found"
            " or not visible to the user."
        )


def test_a_file_that_the_teacher_may_not_share_is_refused(room: Class) -> None:
    file_id = room.file(owner=COLLEAGUE)
    permissions = room.client("drive", COLLEAGUE).permissions()
    body = {"type": "user", "role": "reader", "emailAddress": TEACHER}
    permissions.create(fileId=file_id, body=body).execute()
    request = room.creation(MATERIAL, materials=[drive_file(file_id)])
    assert refusal(request)[:2] == (403, "PERMISSION_DENIED")
    permissions.create(fileId=file_id, body={"type": "anyone", "role": "reader"}).execute()
    room.create(MATERIAL, materials=[drive_file(file_id)])


def test_titles_are_for_those_who_may_read_the_file(room: Class) -> None:
    post = room.create(MATERIAL, materials=[drive_file(room.file())])
    seen = room.get(MATERIAL, post["id"], ADMIN)["materials"][0]["driveFile"]["driveFile"]
    assert set(seen) == {"id", "alternateLink"}


@pytest.mark.parametrize(
    "url",
    [
        "https://www.youtube.com/watch?v=abcDEF12_-3&t=4",
        "https://youtu.be/abcDEF12_-3",
        "https://www.youtube.com/embed/abcDEF12_-3",
    ],
)
def test_a_link_to_a_video_becomes_a_video(room: Class, url: str) -> None:
    video = attached(room, {"link": {"url": url}})["youtubeVideo"]
    assert video["id"] == "abcDEF12_-3"
    assert video["alternateLink"] == "https://www.youtube.com/watch?v=abcDEF12_-3"
    assert attached(room, {"youtubeVideo": {"id": "abcDEF12_-3"}})["youtubeVideo"] == video


@pytest.mark.parametrize(
    "page",
    [
        "https://docs.google.com/document/d/{}/edit",
        "https://drive.google.com/file/d/{}/view?usp=sharing",
        "https://drive.google.com/open?id={}",
        "{root}document/d/{}/edit",
    ],
)
def test_a_link_to_a_visible_file_becomes_the_file(
    room: Class, sandbox: RunningSandbox, page: str
) -> None:
    file_id = room.file()
    shown = attached(room, {"link": {"url": page.format(file_id, root=sandbox.url)}})
    assert shown["driveFile"]["driveFile"]["id"] == file_id
    assert room.reads(STUDENT, file_id)


def test_other_links_stay_links(room: Class) -> None:
    hidden = f"https://docs.google.com/document/d/{room.file(owner=COLLEAGUE)}/edit"
    for url in ("https://ecole.example/horaire/", hidden, "https://docs.google.com/forms/d/e/1/x"):
        assert attached(room, {"link": {"url": url}})["link"]["url"] == url
    title = attached(room, {"link": {"url": "https://www.ecole.example/horaire/"}})["link"]["title"]
    assert title == "ecole.example/horaire"


@pytest.mark.parametrize(
    "material",
    [
        {},
        {"form": {"formUrl": "https://docs.google.com/forms/d/e/1/viewform"}},
        {"gem": {"id": "1"}},
        {"notebook": {"id": "1"}},
        {"link": {"url": ""}},
        {"link": {"url": "ecole.example"}},
        {"link": {"url": "javascript:alert(1)"}},
        {"link": {"url": "http://["}},
        {"link": {"url": "https://ecole.example/" + "x" * 2_003}},
        {"youtubeVideo": {"id": "trop-court"}},
        {"driveFile": {}},
        {"link": {"url": "https://ecole.example/"}, "youtubeVideo": {"id": "abcDEF12_-3"}},
    ],
)
def test_what_cannot_be_attached_is_refused(room: Class, material: dict[str, Any]) -> None:
    request = room.creation(MATERIAL, materials=[material])
    assert refusal(request)[:2] == (400, "INVALID_ARGUMENT")


def test_only_an_assignment_hands_out_copies(room: Class) -> None:
    copy = drive_file(room.file(), "STUDENT_COPY")
    for kind in ("announcements", MATERIAL):
        assert refusal(room.creation(kind, materials=[copy]))[0] == 400
    question = room.creation("courseWork", workType="SHORT_ANSWER_QUESTION", materials=[copy])
    assert refusal(question)[0] == 400
    room.create("courseWork", materials=[copy])


# Who may open it


@every_kind
def test_publication_shares_the_file_with_the_class_and_a_draft_does_not(
    room: Class, service: Service, kind: str
) -> None:
    add_teacher(service, room.id, COLLEAGUE)
    file_id = room.file()
    draft = room.create(kind, state="DRAFT", materials=[drive_file(file_id)])
    assert not room.reads(STUDENT, file_id)
    assert not room.reads(COLLEAGUE, file_id)
    room.patch(kind, draft["id"], "state", state="PUBLISHED")
    assert room.reads(STUDENT, file_id)
    assert room.reads(COLLEAGUE, file_id)


def role_on(room: Class, file_id: str, user: str) -> str:
    fields = "permissions(emailAddress,role)"
    drive = room.client("drive", TEACHER)
    found = drive.files().get(fileId=file_id, fields=fields).execute()["permissions"]
    return next((str(p["role"]) for p in found if p["emailAddress"] == user), "")


@pytest.mark.parametrize(("mode", "role"), [("VIEW", "reader"), ("EDIT", "writer")])
def test_the_share_mode_says_what_students_may_do(room: Class, mode: str, role: str) -> None:
    file_id = room.file()
    room.create(MATERIAL, materials=[drive_file(file_id, mode)])
    assert role_on(room, file_id, STUDENT) == role
    room.create(MATERIAL, materials=[drive_file(file_id, "VIEW")])
    assert role_on(room, file_id, STUDENT) == role, "nobody loses what they have"


def test_who_joins_late_reads_what_was_published_and_who_leaves_does_not(room: Class) -> None:
    file_id, hidden = room.file(), room.file()
    room.create(MATERIAL, materials=[drive_file(file_id)])
    room.create(MATERIAL, state="DRAFT", materials=[drive_file(hidden)])
    enrol(room.service, room.course, LATECOMER)
    assert room.reads(LATECOMER, file_id)
    assert not room.reads(LATECOMER, hidden)
    students = room.client("classroom", TEACHER).courses().students()
    students.delete(courseId=room.id, userId=LATECOMER).execute()
    assert not room.reads(LATECOMER, file_id)


def test_a_file_that_another_class_shares_stays_readable(room: Class, service: Service) -> None:
    file_id, other = room.file(), class_of(service)
    for one in (room, other):
        one.create(MATERIAL, materials=[drive_file(file_id)])
    students = room.client("classroom", TEACHER).courses().students()
    students.delete(courseId=room.id, userId=STUDENT).execute()
    assert room.reads(STUDENT, file_id)
    students.delete(courseId=other.id, userId=STUDENT).execute()
    assert not room.reads(STUDENT, file_id)


def test_a_post_for_some_students_shares_with_those_only(service: Service) -> None:
    room = class_of(service, STUDENT, LATECOMER)
    file_id = room.file()
    post = room.create(
        "announcements",
        materials=[drive_file(file_id)],
        assigneeMode="INDIVIDUAL_STUDENTS",
        individualStudentsOptions={"studentIds": [STUDENT]},
    )
    assert (room.reads(STUDENT, file_id), room.reads(LATECOMER, file_id)) == (True, False)
    body = {"assigneeMode": "ALL_STUDENTS"}
    room.posts("announcements").modifyAssignees(
        courseId=room.id, id=post["id"], body=body
    ).execute()
    assert room.reads(LATECOMER, file_id)
