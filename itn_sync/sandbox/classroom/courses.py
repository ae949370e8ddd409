"""`classroom.courses`: who may open, see, change, archive and delete a class.

Sources: the method descriptions of the discovery document; guides «Manage courses», «User roles»
and «Common errors»; that only an archived class can be deleted was seen live (gogcli#770).
"""

from __future__ import annotations

import json
from functools import partial
from sqlite3 import Row

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.classroom import aliases, roster
from itn_sync.sandbox.classroom.access import (
    HEADS,
    STAFF,
    class_members,
    classroom_error,
    in_domain,
    is_admin,
    may_see,
    require_course,
    require_modifiable,
)
from itn_sync.sandbox.classroom.accounts import account_of, require_active_owner
from itn_sync.sandbox.classroom.classes import (
    TEXT_FIELDS,
    course_resource,
    course_row,
    open_class,
    put_state,
    require_next_state,
    require_valid,
)
from itn_sync.sandbox.errors import Json, failed_precondition, forbidden, invalid
from itn_sync.sandbox.paging import listed
from itn_sync.sandbox.scalars import mask_paths
from itn_sync.sandbox.world import rfc3339

_FIRST_STATES = ("PROVISIONED", "ACTIVE")
_UNSPECIFIED = "COURSE_STATE_UNSPECIFIED"
_MASKABLE = frozenset(("courseState", "name", "ownerId", "learningStandardSettings", *TEXT_FIELDS))
_OF_A_CLASS = (
    *("classroom_alias", "classroom_invitation"),
    *("classroom_topic", "classroom_post", "classroom_share"),
)


@behaviour("classroom.courses.create")
def create(call: Call) -> Json:
    """Open a class: one's own, or, as an administrator, one of anybody in the domain.

    An `id` beginning with `d:` or `p:` becomes an alias (409 where it is taken).
    """
    body = call.body
    if not body.get("ownerId"):
        raise invalid("Course owner is required.", "course.ownerId")
    require_valid({"name": "", **body})
    owner = _first_owner(call)
    fields = body | {"courseState": _first_state(call)}
    alias = body.get("id", "")
    if alias:
        aliases.require_free(call, alias)
    course = open_class(call.state, owner, fields, now=call.now)
    if alias:
        aliases.put(call, course["id"], alias)
    return course_resource(call, course)


def _first_owner(call: Call) -> str:
    owner = account_of(call.state, call.body["ownerId"], call.user)
    if owner == call.user:
        return owner
    if not is_admin(call.state, call.user):
        raise forbidden()
    if not in_domain(call.state, owner):
        text = "The specified user cannot own a course."
        raise classroom_error(400, "UserCannotOwnCourse", text)
    return owner


def _first_state(call: Call) -> str:
    wanted = str(call.body.get("courseState", _UNSPECIFIED))
    if wanted == _UNSPECIFIED:
        return "PROVISIONED"
    if wanted not in _FIRST_STATES:
        raise invalid(f"A course cannot be created as {wanted}.", "course.courseState")
    if wanted == "ACTIVE" and not in_domain(call.state, call.user):
        raise forbidden()
    return wanted


@behaviour("classroom.courses.get")
def get(call: Call) -> Json:
    """One class, by id or alias."""
    return course_resource(call, require_course(call, given=call.params["id"]))


@behaviour("classroom.courses.list")
def list_courses(call: Call) -> Json:
    """The classes that the caller may see, newest first."""
    taught, followed = call.params.get("teacherId"), call.params.get("studentId")
    if taught and followed:
        text = "Only one of student_id and teacher_id may be specified."
        raise classroom_error(400, "ListCoursesStudentAndTeacherFilter", text)
    rows = _with_member(call, taught, "teacher") if taught else _with_member(call, followed)
    states = set(call.params.get("courseStates") or ()) - {_UNSPECIFIED}
    seen = [row for row in rows if not states or row["state"] in states]
    visible = [row for row in seen if may_see(call.state, call.user, row)]
    return listed("courses", visible, call, partial(course_resource, call))


def _with_member(call: Call, given: str | None, role: str = "student") -> list[Row]:
    """Every class, or those where the given person has the role."""
    if not given:
        return call.state.execute(
            "SELECT * FROM classroom_course ORDER BY created DESC, rowid DESC"
        ).fetchall()
    member = account_of(call.state, given, call.user)
    return call.state.execute(
        "SELECT c.* FROM classroom_course c JOIN classroom_member m ON m.course = c.id"
        " WHERE m.user = ? AND m.role = ? ORDER BY c.created DESC, c.rowid DESC",
        (member, role),
    ).fetchall()


@behaviour("classroom.courses.update")
def update(call: Call) -> Json:
    """Replace the texts and the state of a class; `levels` stays unless given, so does the state.

    The owner is read-only here.
    """
    kept = {name for name in ("levels", "courseState") if name not in call.body}
    return _change(call, {"name", "courseState", *TEXT_FIELDS} - kept)


@behaviour("classroom.courses.patch")
def patch(call: Call) -> Json:
    """Change the fields that `updateMask` names; only an administrator gives the class away."""
    names = set(mask_paths(call.params.get("updateMask", "")))
    if not names:
        raise invalid("Update mask is required.", "update_mask")
    if names - _MASKABLE:
        listed = ", ".join(sorted(names - _MASKABLE))
        raise invalid(f"Update mask contains invalid fields: {listed}.", "update_mask")
    return _change(call, names)


def _change(call: Call, names: set[str]) -> Json:
    course = require_course(call, roles=STAFF, given=call.params["id"])
    wanted = _wanted_state(call, names)
    if wanted in ("", course["state"]) and names != {"courseState"}:
        require_modifiable(course)
    elif wanted:
        require_next_state(course["state"], wanted)
    changes = {name: call.body.get(name, "") for name in names}
    require_valid(changes)
    if "ownerId" in names:
        _give_away(call, course)
    else:
        require_active_owner(call.state, course)
    _write(call, course, changes)
    if wanted:
        put_state(call.state, course["id"], wanted)
    return course_resource(call, course_row(call.state, course["id"]))


def _wanted_state(call: Call, names: set[str]) -> str:
    if "courseState" not in names:
        return ""
    wanted = str(call.body.get("courseState", _UNSPECIFIED))
    if wanted == _UNSPECIFIED:
        raise invalid("Course state must be specified.", "course.courseState")
    return wanted


def _give_away(call: Call, course: Row) -> None:
    if not is_admin(call.state, call.user):
        raise forbidden()
    new_owner = account_of(call.state, call.body.get("ownerId", ""), call.user)
    if new_owner == course["owner"]:
        return
    roster.require_co_teacher(call.state, course, new_owner)
    roster.hand_over(call.state, course, new_owner, rfc3339(call.now))


def _write(call: Call, course: Row, changes: Json) -> None:
    extra: Json = json.loads(course["extra"])
    for name in TEXT_FIELDS:
        if name in changes:
            extra[name] = changes[name]
    kept = {name: value for name, value in extra.items() if value}
    call.state.execute(
        "UPDATE classroom_course SET name = ?, extra = ?, updated = ? WHERE id = ?",
        (changes.get("name", course["name"]), json.dumps(kept), rfc3339(call.now), course["id"]),
    )


@behaviour("classroom.courses.delete")
def delete(call: Call) -> Json:
    """Remove an archived class for good; its Drive folder stays."""
    course = require_course(call, roles=HEADS, given=call.params["id"])
    if course["state"] != "ARCHIVED":
        raise failed_precondition("Precondition check failed.")
    for members in class_members(call.state, course["id"]):
        for user in members:
            roster.leave(call.state, course, user)
    for table in _OF_A_CLASS:
        call.state.execute(f"DELETE FROM {table} WHERE course = ?", (course["id"],))  # noqa: S608  (a name of our own)
    call.state.execute("DELETE FROM classroom_course WHERE id = ?", (course["id"],))
    return {}
