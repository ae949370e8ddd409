"""Joining and leaving a class: what a membership brings with it."""

from __future__ import annotations

from sqlite3 import Row
from typing import Literal

from itn_sync.sandbox import files
from itn_sync.sandbox.classroom.access import class_members, classroom_error, user_id
from itn_sync.sandbox.classroom.publishing import welcome
from itn_sync.sandbox.classroom.sharing import take_back
from itn_sync.sandbox.drive.changelog import access_changes
from itn_sync.sandbox.drive.people import permission_id
from itn_sync.sandbox.world import State

MemberRole = Literal["teacher", "student"]

MOST_TEACHERS = 50
MOST_MEMBERS = 1000


def require_room(state: State, course_id: str, role: MemberRole) -> None:
    """Raise 400 where a class of 50 teachers or 1,000 members would grow (facts §8)."""
    teachers, students = class_members(state, course_id)
    if role == "teacher" and len(teachers) >= MOST_TEACHERS:
        text = "The maximum number of teachers in the course has been reached."
        raise classroom_error(400, "CourseTeacherLimitReached", text)
    if len(teachers) + len(students) >= MOST_MEMBERS:
        text = "The maximum number of members in the course has been reached."
        raise classroom_error(400, "CourseMemberLimitReached", text)


def join(state: State, course: Row, user: str, role: MemberRole) -> None:
    """Make `user` a member, or change what they are; a pending invitation to join is used up.

    What the class has attached is shared with them, and its Drive folder with a teacher.
    """
    user = user.lower()
    user_id(state, user)
    state.execute(
        "INSERT INTO classroom_member VALUES (?, ?, ?)"
        " ON CONFLICT (course, user) DO UPDATE SET role = excluded.role",
        (course["id"], user, role),
    )
    state.execute(
        "DELETE FROM classroom_invitation WHERE course = ? AND user = ? AND role <> 'OWNER'",
        (course["id"], user),
    )
    if role == "teacher":
        files.share(state, course["folder"], role="writer", type="user", email=user)
    welcome(state, course["id"], user)


def leave(state: State, course: Row, user: str) -> None:
    """End a membership, with the right to the class's Drive folder and what was attached for it."""
    take_back(state, course["id"], user)
    state.execute(
        "DELETE FROM classroom_member WHERE course = ? AND user = ?", (course["id"], user)
    )
    state.execute(
        "DELETE FROM classroom_invitation WHERE course = ? AND user = ?", (course["id"], user)
    )
    with access_changes(state, course["folder"]):
        state.execute(
            "DELETE FROM drive_permission WHERE file_id = ? AND id = ? AND role <> 'owner'",
            (course["folder"], permission_id(user)),
        )


def hand_over(state: State, course: Row, new_owner: str, instant: str) -> None:
    """Make a co-teacher the owner of the class; who owned it stays a teacher.

    The Drive folder stays with who made it: Google moves it later, in its own time.
    """
    state.execute(
        "UPDATE classroom_course SET owner = ?, updated = ? WHERE id = ?",
        (new_owner, instant, course["id"]),
    )
    state.execute(
        "DELETE FROM classroom_invitation WHERE course = ? AND role = 'OWNER'", (course["id"],)
    )


def require_co_teacher(state: State, course: Row, user: str) -> None:
    """Raise 400 @IneligibleOwner unless `user` teaches the class already (common-errors)."""
    teachers, _ = class_members(state, course["id"])
    if user not in teachers:
        text = "Only a co-teacher can be invited as owner of the course"
        raise classroom_error(400, "IneligibleOwner", text)
