"""Posts for some students only: who they are, and changing it.

Source: `IndividualStudentsOptions` and `modifyAssignees` in the `classroom.v1` discovery document.
"""

from __future__ import annotations

from collections.abc import Iterable

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.classroom.access import class_members, classroom_error, user_of
from itn_sync.sandbox.classroom.posts import Post
from itn_sync.sandbox.errors import ApiError, Json, invalid

_ALL, _SOME = "ALL_STUDENTS", "INDIVIDUAL_STUDENTS"


def chosen_at_creation(call: Call, course_id: str) -> list[str] | None:
    """The addresses a new post is for, None for the whole class.

    Raises 400 where the mode and the options disagree or name somebody who is no student here.
    """
    mode = call.body.get("assigneeMode", _ALL)
    ids = call.body.get("individualStudentsOptions", {}).get("studentIds", [])
    if mode != _SOME:
        if ids:
            message = "individualStudentsOptions needs assigneeMode INDIVIDUAL_STUDENTS."
            raise invalid(message, "individual_students_options")
        return None
    if not ids:
        raise invalid("At least one student is needed.", "individual_students_options")
    return _students(call, course_id, ids)


def chosen_after(call: Call, post: Post) -> list[str] | None:
    """The addresses the post is for after `modifyAssignees`, None for the whole class.

    Raises 400 for a missing mode or options that do not go with it, @EmptyAssignees when nobody
    would be left.
    """
    mode = call.body.get("assigneeMode")
    options: Json = call.body.get("modifyIndividualStudentsOptions", {})
    if mode not in {_ALL, _SOME}:
        raise invalid("assigneeMode is required.", "assignee_mode")
    if mode == _ALL:
        if options:
            message = "modifyIndividualStudentsOptions needs assigneeMode INDIVIDUAL_STUDENTS."
            raise invalid(message, "modify_individual_students_options")
        return None
    added = _students(call, post.course, options.get("addStudentIds", []))
    removed = {_address(call, given) for given in options.get("removeStudentIds", [])}
    known = post.content.get("assignees", [])
    left = [student for student in dict.fromkeys([*known, *added]) if student not in removed]
    if not left:
        message = "The post would be assigned to nobody."
        raise classroom_error(400, "EmptyAssignees", message)
    return left


def _students(call: Call, course_id: str, given: Iterable[str]) -> list[str]:
    _, members = class_members(call.state, course_id)
    found = list(dict.fromkeys(_address(call, one) for one in given))
    for address in found:
        if address not in members:
            raise _no_student(address)
    return found


def _address(call: Call, given: str) -> str:
    try:
        return user_of(call.state, given, call.user)
    except ApiError:
        raise _no_student(given) from None


def _no_student(given: str) -> ApiError:
    return invalid(f"{given} is not a student of the course.", "student_ids")
