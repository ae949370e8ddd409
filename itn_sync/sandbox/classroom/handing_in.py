"""The way of a submission: attached to, turned in, reclaimed, returned; files change hands with it.

Sources: `courses.courseWork.studentSubmissions` in the `classroom.v1` discovery document;
developers.google.com/workspace/classroom/guides/classroom-api/manage-grades («can only be returned
if it has already been turned in»).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.classroom.access import (
    STUDENTS,
    TEACHERS,
    Standing,
    class_members,
    require_course,
    user_id,
)
from itn_sync.sandbox.classroom.attachments import read_attachments, require_few
from itn_sync.sandbox.classroom.posts import Post, require_project
from itn_sync.sandbox.classroom.sharing import give
from itn_sync.sandbox.classroom.submissions import (
    CREATED,
    NEW,
    RECLAIMED,
    RETURNED,
    TURNED_IN,
    Submission,
    open_submission,
    resource,
    save,
)
from itn_sync.sandbox.classroom.work_folders import put_away
from itn_sync.sandbox.drive.people import display_name
from itn_sync.sandbox.errors import Json, failed_precondition, forbidden, invalid
from itn_sync.sandbox.world import rfc3339


@behaviour("classroom.courses.courseWork.studentSubmissions.modifyAttachments")
def modify_attachments(call: Call) -> Json:
    """Attach something to one's own assignment; teachers may then read it.

    Raises 403 once it is turned in, unless the work stays modifiable; 400 for a question.
    """
    work, one = _open(call, STUDENTS)
    if work.content["workType"] != "ASSIGNMENT":
        raise invalid("Attachments are only possible for an assignment.", "course_work_id")
    until_turned_in = work.content["submissionModificationMode"] != "MODIFIABLE"
    if one.state == TURNED_IN and until_turned_in:
        raise forbidden()
    added = read_attachments(call, call.body.get("addAttachments", []))
    one = _begun(call, work, one)
    attachments = [*one.attachments, *added]
    require_few(attachments)
    _show_teachers(call, work, added)
    one = replace(one, content=one.content | {"attachments": attachments})
    return resource(call, work, _saved(call, one))


@behaviour("classroom.courses.courseWork.studentSubmissions.turnIn")
def turn_in(call: Call) -> Json:
    """Hand one's work in; again, where it already is, changes nothing."""
    work, one = _open(call, STUDENTS)
    if one.state == TURNED_IN:
        return {}
    one = replace(_moved(call, _begun(call, work, one), TURNED_IN), turned_in=rfc3339(call.now))
    given = _hand_over(call, one, givers=[one.student], to=_owner(call, work), leaving="reader")
    for file_id in given:
        put_away(call, work, file_id)
    _saved(call, one)
    return {}


@behaviour("classroom.courses.courseWork.studentSubmissions.reclaim")
def reclaim(call: Call) -> Json:
    """Take one's work back; 400 unless it is turned in."""
    work, one = _open(call, STUDENTS)
    _require_turned_in(one, TURNED_IN)
    _give_back_files(call, work, one)
    _saved(call, _moved(call, one, RECLAIMED))
    return {}


@behaviour("classroom.courses.courseWork.studentSubmissions.return")
def give_back(call: Call) -> Json:
    """Give a student's work back; 400 unless it was turned in. Grades stay as they are."""
    work, one = _open(call, TEACHERS)
    _require_turned_in(one, TURNED_IN, RETURNED)
    if one.state == TURNED_IN:
        _give_back_files(call, work, one)
        _saved(call, _moved(call, one, RETURNED))
    return {}


def _open(call: Call, roles: frozenset[Standing]) -> tuple[Post, Submission]:
    require_course(call, roles=roles, writable=True)
    work, one = open_submission(call)
    require_project(call, work.project)
    return work, one


def _require_turned_in(one: Submission, *states: str) -> None:
    if one.state not in states:
        raise failed_precondition("The student submission has not been turned in.")


def _saved(call: Call, one: Submission) -> Submission:
    return save(call.state, replace(one, updated=rfc3339(call.now)))


def _moved(call: Call, one: Submission, state: str) -> Submission:
    entry = {"state": state, "stateTimestamp": rfc3339(call.now)}
    entry["actorUserId"] = user_id(call.state, call.user)
    return replace(one, state=state).with_history("stateHistory", entry)


def _begun(call: Call, work: Post, one: Submission) -> Submission:
    """The submission once its student has touched it, with their copies of the templates."""
    if one.state != NEW:
        return one
    begun = replace(_moved(call, one, CREATED), created=rfc3339(call.now))
    copies = [_copy(call, item["driveFile"]) for item in work.materials if _is_template(item)]
    _show_teachers(call, work, copies)
    return replace(begun, content=begun.content | {"attachments": copies}) if copies else begun


def _is_template(item: Json) -> bool:
    shared: Json = item.get("driveFile", {})
    return bool(shared.get("shareMode") == "STUDENT_COPY")


def _copy(call: Call, template: Json) -> Json:
    """The student's own copy of a document handed out, named after both."""
    file_id = template["driveFile"]["id"]
    source = files.require(call.state, call.user, file_id, api="classroom")
    name = f"{display_name(call.state, call.user)} - {source['name']}"
    made = call.invoke("drive.files.copy", fileId=file_id, body={"name": name})
    return {"driveFile": {"id": made["id"]}}


def _show_teachers(call: Call, work: Post, attachments: Iterable[Json]) -> None:
    teachers, _ = class_members(call.state, work.course)
    for file_id in _files(attachments):
        giving = {"role": "reader", "giver": call.user, "course_id": work.course}
        give(call.state, file_id, teachers, **giving)


def _files(attachments: Iterable[Json]) -> list[str]:
    return [item["driveFile"]["id"] for item in attachments if "driveFile" in item]


def _owner(call: Call, work: Post) -> str:
    row = call.state.execute(
        "SELECT owner FROM classroom_course WHERE id = ?", (work.course,)
    ).fetchone()
    return str(row["owner"])


def _give_back_files(call: Call, work: Post, one: Submission) -> None:
    teachers, _ = class_members(call.state, work.course)
    _hand_over(call, one, givers=teachers, to=one.student, leaving="writer")


def _hand_over(
    call: Call, one: Submission, *, givers: Sequence[str], to: str, leaving: str
) -> list[str]:
    """Make `to` the owner of those files of the submission that one of `givers` owns; their ids.

    They come into the root folder of `to`, and the giver keeps the role `leaving`. Drive lets
    ownership pass within one domain only: across domains the files stay whose they are, and the
    others go on reading them.
    """
    given = []
    for file_id in _files(one.attachments):
        file = files.get_file(call.state, file_id)
        giver = file["owners"][0]["emailAddress"] if file else ""
        if giver in givers and giver.rpartition("@")[2] == to.rpartition("@")[2]:
            owner = {"type": "user", "role": "owner", "emailAddress": to}
            params = {"transferOwnership": True, "moveToNewOwnersRoot": True}
            call.invoke(
                "drive.permissions.create", user=giver, body=owner, fileId=file_id, **params
            )
            files.share(call.state, file_id, role=leaving, type="user", email=giver)
            given.append(file_id)
    return given
