"""The way of a submission, and of the files that go with it.

Sources: `turnIn`, `reclaim`, `return` and `modifyAttachments` in the `classroom.v1` discovery
document; developers.google.com/workspace/classroom/guides/classroom-api/manage-grades.
"""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from googleapiclient.errors import HttpError
from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.sandbox.classroom_posts import LATECOMER, Class, class_of, drive_file
from tests.sandbox.classroom_submissions import Work
from tests.sandbox.classrooms import (
    ADMIN,
    COLLEAGUE,
    STUDENT,
    TEACHER,
    Service,
    add_teacher,
    refusal,
)

LINK = {"link": {"url": "https://ecole.example/travail"}}


@pytest.fixture
def work(service: Service) -> Work:
    return Work(class_of(service, STUDENT, LATECOMER))


def states(work: Work, student: str = STUDENT) -> list[str]:
    history = work.get(student).get("submissionHistory", [])
    return [one["stateHistory"]["state"] for one in history if "stateHistory" in one]


def test_a_submission_is_turned_in_reclaimed_and_returned(work: Work) -> None:
    assert work.act("turnIn", STUDENT).execute() == {}
    assert work.get(STUDENT)["state"] == "TURNED_IN"
    work.act("reclaim", STUDENT).execute()
    assert work.get(STUDENT)["state"] == "RECLAIMED_BY_STUDENT"
    work.act("turnIn", STUDENT).execute()
    grading = work.api().patch(
        **work.named(STUDENT), updateMask="draftGrade", body={"draftGrade": 9}
    )
    grading.execute()
    work.act("return", STUDENT, TEACHER).execute()
    assert work.get(STUDENT)["state"] == "RETURNED"
    assert "assignedGrade" not in work.get(STUDENT), "the API leaves grades alone"
    way = ["CREATED", "TURNED_IN", "RECLAIMED_BY_STUDENT", "TURNED_IN", "RETURNED"]
    assert states(work) == way
    assert work.get(LATECOMER)["state"] == "NEW"


def test_the_history_says_who_did_it_and_when(work: Work) -> None:
    work.act("turnIn", STUDENT).execute()
    work.act("return", STUDENT, TEACHER).execute()
    seen = work.get(STUDENT)
    *_, turned_in, returned = [one["stateHistory"] for one in seen["submissionHistory"]]
    assert turned_in["actorUserId"] == seen["userId"]
    assert returned["actorUserId"] == work.room.course["ownerId"]
    assert returned["stateTimestamp"] == seen["updateTime"] >= seen["creationTime"]


def test_each_step_is_for_one_side_only(work: Work) -> None:
    for action in ("turnIn", "reclaim"):
        for user in (TEACHER, ADMIN):
            assert refusal(work.act(action, STUDENT, user))[:2] == (403, "PERMISSION_DENIED")
        assert refusal(work.act(action, STUDENT, LATECOMER))[0] == 403
    work.act("turnIn", STUDENT).execute()
    for user in (STUDENT, ADMIN):
        assert refusal(work.act("return", STUDENT, user))[0] == 403


def test_only_what_was_turned_in_is_reclaimed_or_returned(work: Work) -> None:
    assert refusal(work.act("reclaim", STUDENT))[:2] == (400, "FAILED_PRECONDITION")
    assert refusal(work.act("return", STUDENT, TEACHER))[:2] == (400, "FAILED_PRECONDITION")
    work.act("turnIn", STUDENT).execute()
    work.act("return", STUDENT, TEACHER).execute()
    assert refusal(work.act("reclaim", STUDENT))[:2] == (400, "FAILED_PRECONDITION")


def test_an_archived_class_takes_nothing(work: Work) -> None:
    courses = work.room.client("classroom", TEACHER).courses()
    body = {"courseState": "ARCHIVED"}
    courses.patch(id=work.room.id, updateMask="courseState", body=body).execute()
    assert refusal(work.act("turnIn", STUDENT))[2].startswith("@CourseNotModifiable")


def test_filters_by_state_take_several(work: Work) -> None:
    work.act("turnIn", STUDENT).execute()
    assert len(work.list(states=["TURNED_IN"])) == 1
    assert len(work.list(states=["TURNED_IN", "NEW"])) == 2
    assert work.list(states=["RETURNED"]) == []


# What is attached


def test_attachments_add_up_to_twenty(work: Work) -> None:
    video = {"youTubeVideo": {"id": "abcDEF12_-3"}}
    work.attach(STUDENT, LINK, video).execute()
    found = work.get(STUDENT)["assignmentSubmission"]["attachments"]
    assert [next(iter(one)) for one in found] == ["link", "youTubeVideo"]
    assert work.get(STUDENT)["state"] == "CREATED"
    assert refusal(work.attach(STUDENT, *[LINK] * 19))[:2] == (400, "INVALID_ARGUMENT")
    work.attach(STUDENT, *[LINK] * 18).execute()


def test_attachments_are_the_students_own_and_for_assignments(work: Work) -> None:
    for user in (TEACHER, LATECOMER):
        assert refusal(work.attach(STUDENT, LINK, user=user))[0] == 403
    question = Work(work.room, workType="SHORT_ANSWER_QUESTION")
    assert refusal(question.attach(STUDENT, LINK))[:2] == (400, "INVALID_ARGUMENT")
    form = {"form": {"formUrl": "https://docs.google.com/forms/d/e/1/viewform"}}
    assert refusal(work.attach(STUDENT, form))[:2] == (400, "INVALID_ARGUMENT")
    hidden = {"driveFile": {"id": work.room.file()}}
    assert refusal(work.attach(STUDENT, hidden))[2].startswith("@AttachmentNotVisible")


def test_what_is_turned_in_is_closed_unless_it_stays_modifiable(work: Work) -> None:
    work.act("turnIn", STUDENT).execute()
    assert refusal(work.attach(STUDENT, LINK))[:2] == (403, "PERMISSION_DENIED")
    work.room.patch(
        "courseWork",
        work.id,
        "submissionModificationMode",
        submissionModificationMode="MODIFIABLE",
    )
    work.attach(STUDENT, LINK).execute()


def owner_of(room: Class, file_id: str, user: str) -> str:
    drive = room.client("drive", user)
    found = drive.files().get(fileId=file_id, fields="owners(emailAddress)").execute()
    return str(found["owners"][0]["emailAddress"])


def test_files_change_hands_with_the_work(work: Work) -> None:
    file_id = work.room.file("Mon travail", owner=STUDENT)
    work.attach(STUDENT, {"driveFile": {"id": file_id}}).execute()
    assert work.room.reads(TEACHER, file_id)
    assert owner_of(work.room, file_id, STUDENT) == STUDENT
    drive = work.room.client("drive", STUDENT).files()
    work.act("turnIn", STUDENT).execute()
    assert owner_of(work.room, file_id, STUDENT) == TEACHER
    with pytest.raises(HttpError):
        drive.update(fileId=file_id, body={"name": "Trop tard"}).execute()
    work.act("reclaim", STUDENT).execute()
    assert owner_of(work.room, file_id, STUDENT) == STUDENT
    drive.update(fileId=file_id, body={"name": "Encore à temps"}).execute()
    work.act("turnIn", STUDENT).execute()
    work.act("return", STUDENT, TEACHER).execute()
    assert owner_of(work.room, file_id, STUDENT) == STUDENT


def test_what_is_turned_in_is_placed_in_the_folder_of_the_work(work: Work) -> None:
    add_teacher(work.room.service, work.room.id, COLLEAGUE)
    file_id = work.room.file("Mon travail", owner=STUDENT)
    work.attach(STUDENT, {"driveFile": {"id": file_id}}).execute()
    folder = work.room.get("courseWork", work.id)["assignment"]["studentWorkFolder"]
    assert folder["title"] == "Exercice 1"
    assert "assignment" not in work.room.get("courseWork", work.id, STUDENT)

    def inside() -> list[str]:
        drive = work.room.client("drive", COLLEAGUE)
        query = f"'{folder['id']}' in parents"
        return [one["id"] for one in drive.files().list(q=query).execute()["files"]]

    assert inside() == []
    work.act("turnIn", STUDENT).execute()
    assert inside() == [file_id]
    work.act("reclaim", STUDENT).execute()
    assert inside() == []


def test_a_new_owner_of_the_class_gives_files_back_too(work: Work) -> None:
    file_id = work.room.file(owner=STUDENT)
    work.attach(STUDENT, {"driveFile": {"id": file_id}}).execute()
    work.act("turnIn", STUDENT).execute()
    add_teacher(work.room.service, work.room.id, COLLEAGUE)
    courses = work.room.client("classroom", ADMIN).courses()
    owner = {"ownerId": COLLEAGUE}
    courses.patch(id=work.room.id, updateMask="ownerId", body=owner).execute()
    work.act("return", STUDENT, COLLEAGUE).execute()
    assert owner_of(work.room, file_id, STUDENT) == STUDENT


def test_a_file_that_is_not_the_students_stays_whose_it_is(work: Work) -> None:
    file_id = work.room.file(owner=LATECOMER)
    permissions = work.room.client("drive", LATECOMER).permissions()
    body = {"type": "user", "role": "writer", "emailAddress": STUDENT}
    permissions.create(fileId=file_id, body=body).execute()
    work.attach(STUDENT, {"driveFile": {"id": file_id}}).execute()
    work.act("turnIn", STUDENT).execute()
    assert owner_of(work.room, file_id, STUDENT) == LATECOMER


def test_each_student_works_on_a_copy_of_a_template(service: Service) -> None:
    room = class_of(service, STUDENT, LATECOMER)
    template = room.file("Feuille d'exercices")
    work = Work(room, materials=[drive_file(template, "STUDENT_COPY")])
    work.act("turnIn", STUDENT).execute()
    (attachment,) = work.get(STUDENT)["assignmentSubmission"]["attachments"]
    copy = attachment["driveFile"]
    assert copy["id"] != template
    assert copy["title"] == "Carla Eleve - Feuille d'exercices"
    assert work.get(LATECOMER)["assignmentSubmission"] == {}


# Any order of steps


class Steps(RuleBasedStateMachine):
    """Both sides do what they like; `refused` is what Google would refuse."""

    room: ClassVar[Class]

    def __init__(self) -> None:
        super().__init__()
        self.work = Work(self.room)
        self.named = self.work.named(STUDENT)
        self.way: list[str] = []
        self.state = "NEW"

    def _do(self, user: str, action: str) -> None:
        getattr(self.work.api(user), action)(**self.named, body={}).execute()

    def _go(self, state: str) -> None:
        self.way += [state] if self.way or state == "CREATED" else ["CREATED", state]
        self.state = state

    @rule()
    def turn_in(self) -> None:
        self._do(STUDENT, "turnIn")
        if self.state != "TURNED_IN":
            self._go("TURNED_IN")

    @precondition(lambda self: self.state == "TURNED_IN")
    @rule()
    def reclaim(self) -> None:
        self._do(STUDENT, "reclaim")
        self._go("RECLAIMED_BY_STUDENT")

    @precondition(lambda self: self.state in {"TURNED_IN", "RETURNED"})
    @rule()
    def give_back(self) -> None:
        self._do(TEACHER, "return_")
        if self.state != "RETURNED":
            self._go("RETURNED")

    @precondition(lambda self: self.state != "TURNED_IN")
    @rule()
    def refused(self) -> None:
        with pytest.raises(HttpError, match="not been turned in"):
            self._do(STUDENT, "reclaim")

    @precondition(lambda self: self.state != "TURNED_IN")
    @rule()
    def attach(self) -> None:
        body: dict[str, Any] = {"addAttachments": [LINK]}
        self.work.api(STUDENT).modifyAttachments(**self.named, body=body).execute()
        if self.state == "NEW":
            self._go("CREATED")

    @rule()
    def grade(self) -> None:
        body = {"draftGrade": 10}
        self.work.api().patch(**self.named, updateMask="draftGrade", body=body).execute()

    @invariant()
    def told(self) -> None:
        seen = self.work.api(STUDENT).get(**self.named).execute()
        assert seen["state"] == self.state
        history = [one.get("stateHistory", {}) for one in seen.get("submissionHistory", [])]
        assert [one["state"] for one in history if one] == self.way


def test_any_order_of_steps_keeps_state_and_history_together(service: Service) -> None:
    class Here(Steps):
        room = class_of(service)

    run_state_machine_as_test(
        Here, settings=settings(max_examples=8, stateful_step_count=12, deadline=None)
    )
