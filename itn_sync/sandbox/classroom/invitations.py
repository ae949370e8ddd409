"""`classroom.invitations`: asking somebody into a class, or to own it.

Sources: the method descriptions; guide «Manage course invitations»; «Common errors»
(IneligibleOwner, PendingInvitationExists).
"""

from __future__ import annotations

import base64
import secrets
from functools import partial
from sqlite3 import Row

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.classroom import roster
from itn_sync.sandbox.classroom.access import (
    HEADS,
    STAFF,
    classroom_error,
    find_course,
    require_course,
    require_modifiable,
    role_in,
    standing,
    user_id,
    user_of,
)
from itn_sync.sandbox.classroom.accounts import account_of
from itn_sync.sandbox.classroom.classes import course_row
from itn_sync.sandbox.classroom.guests import invite_by_mail
from itn_sync.sandbox.errors import (
    ApiError,
    Json,
    failed_precondition,
    forbidden,
    invalid,
    not_found,
)
from itn_sync.sandbox.paging import listed
from itn_sync.sandbox.world import State, rfc3339

_PAGE = 500
_RANKS = {None: 0, "student": 1, "teacher": 2, "owner": 3}
_RANK_ASKED = {"STUDENT": 1, "TEACHER": 2, "OWNER": 3}


@behaviour("classroom.invitations.create")
def create(call: Call) -> Json:
    """Invite a person to a class, who gets a mail: one invitation per person and class."""
    _require_whole(call.body)
    role = call.body["role"]
    allowed = HEADS if role == "OWNER" else STAFF
    course = require_course(call, roles=allowed, writable=True, given=call.body["courseId"])
    user = account_of(call.state, call.body["userId"], call.user)
    _require_sensible(call, course, user, role)
    made = keep_invitation(call.state, course["id"], user, role)
    invite_by_mail(call, course, user, role)
    return _resource(call, made)


def _require_whole(body: Json) -> None:
    for name in ("courseId", "userId"):
        if not body.get(name):
            raise invalid(f"{name} is required.", f"invitation.{name}")
    if body.get("role", "COURSE_ROLE_UNSPECIFIED") == "COURSE_ROLE_UNSPECIFIED":
        raise invalid("Role must be specified.", "invitation.role")


def _require_sensible(call: Call, course: Row, user: str, role: str) -> None:
    if is_invited(call.state, course["id"], user):
        raise ApiError(409, "Requested entity already exists")
    if _RANKS[role_in(call.state, user, course["id"])] >= _RANK_ASKED[role]:
        raise failed_precondition("Precondition check failed.")
    if role == "OWNER":
        roster.require_co_teacher(call.state, course, user)
        _require_no_other_heir(call, course)


def _require_no_other_heir(call: Call, course: Row) -> None:
    query = "SELECT 1 FROM classroom_invitation WHERE course = ? AND role = 'OWNER'"
    if call.state.execute(query, (course["id"],)).fetchone():
        text = "Someone has already been invited to take ownership of the course."
        raise classroom_error(400, "PendingInvitationExists", text)


def is_invited(state: State, course_id: str, user: str) -> bool:
    """Whether an invitation of this person to the class is pending."""
    query = "SELECT 1 FROM classroom_invitation WHERE course = ? AND user = ?"
    return state.execute(query, (course_id, user)).fetchone() is not None


def keep_invitation(state: State, course_id: str, user: str, role: str) -> Row:
    """Note an invitation; nobody is told."""
    insert = "INSERT INTO classroom_invitation VALUES (?, ?, ?, ?) RETURNING *"
    made: Row = state.execute(insert, (_new_id(), course_id, user, role)).fetchone()
    return made


def _new_id() -> str:
    """An id as Classroom writes it: base64 of a number."""
    return base64.urlsafe_b64encode(str(10**11 + secrets.randbelow(10**11)).encode()).decode()


@behaviour("classroom.invitations.get")
def get(call: Call) -> Json:
    """One invitation, for who sent it out and for who got it."""
    return _resource(call, _required(call))


@behaviour("classroom.invitations.list")
def list_invitations(call: Call) -> Json:
    """The invitations of a person, to a class, or both, that the caller may see."""
    given_course, given_user = call.params.get("courseId"), call.params.get("userId")
    if not given_course and not given_user:
        raise invalid("At least one of user_id or course_id must be supplied.")
    rows = call.state.execute("SELECT * FROM classroom_invitation ORDER BY rowid").fetchall()
    if given_course:
        course = find_course(call.state, given_course, call.user, call.project)
        if course is None:
            raise not_found()
        rows = [row for row in rows if row["course"] == course["id"]]
    if given_user:
        user = user_of(call.state, given_user, call.user)
        rows = [row for row in rows if row["user"] == user]
    visible = [row for row in rows if _may_see(call, row)]
    shown = partial(_resource, call)
    return listed("invitations", visible, call, shown, default=_PAGE, maximum=_PAGE)


@behaviour("classroom.invitations.accept")
def accept(call: Call) -> Json:
    """Become what one was invited to be; nobody accepts for another."""
    row = _required(call)
    if row["user"] != call.user:
        raise forbidden()
    course = course_row(call.state, row["course"])
    require_modifiable(course)
    if row["role"] == "OWNER":
        roster.require_co_teacher(call.state, course, call.user)
        roster.hand_over(call.state, course, call.user, rfc3339(call.now))
        return {}
    role: roster.MemberRole = "teacher" if row["role"] == "TEACHER" else "student"
    roster.require_room(call.state, course["id"], role)
    roster.join(call.state, course, call.user, role)
    return {}


@behaviour("classroom.invitations.delete")
def delete(call: Call) -> Json:
    """Withdraw an invitation, or decline one's own."""
    row = _required(call)
    call.state.execute("DELETE FROM classroom_invitation WHERE id = ?", (row["id"],))
    return {}


def _required(call: Call) -> Row:
    query = "SELECT * FROM classroom_invitation WHERE id = ?"
    row: Row | None = call.state.execute(query, (call.params["id"],)).fetchone()
    if row is None:
        raise not_found()
    if not _may_see(call, row):
        raise forbidden()
    return row


def _may_see(call: Call, row: Row) -> bool:
    return row["user"] == call.user or bool(standing(call.state, call.user, row["course"]) & STAFF)


def _resource(call: Call, row: Row) -> Json:
    return {
        "id": row["id"],
        "userId": user_id(call.state, row["user"]),
        "courseId": row["course"],
        "role": row["role"],
    }
