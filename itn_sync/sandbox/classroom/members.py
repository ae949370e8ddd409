"""`classroom.courses.students` and `.teachers`: who is in a class, and who may change that.

Source: guide «Create and manage teachers and students» and its table: administrators add, students
join with the code, teachers invite; students see the teachers of their class.
"""

from __future__ import annotations

from sqlite3 import Row

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.classroom import roster
from itn_sync.sandbox.classroom.access import (
    STAFF,
    class_members,
    classroom_error,
    find_course,
    in_domain,
    is_admin,
    require_course,
    require_modifiable,
    role_in,
    standing,
    user_id,
    user_of,
)
from itn_sync.sandbox.classroom.accounts import is_gone, require_active_owner
from itn_sync.sandbox.classroom.profiles import profile_of
from itn_sync.sandbox.classroom.roster import MemberRole
from itn_sync.sandbox.errors import ApiError, Json, forbidden, invalid, not_found
from itn_sync.sandbox.paging import listed

_PAGE = 30
_CANNOT_ADD = (
    "Unable to directly add the user to the course. Please check that the user account exists and"
    " is within the course admin's domain."
)


@behaviour("classroom.courses.students.create")
def create_student(call: Call) -> Json:
    """Join with the class's code, or, as an administrator, add somebody of the domain."""
    return _add(call, "student")


@behaviour("classroom.courses.teachers.create")
def create_teacher(call: Call) -> Json:
    """Add a teacher of the domain, as an administrator; anybody else sends an invitation."""
    return _add(call, "teacher")


def _add(call: Call, role: MemberRole) -> Json:
    course = find_course(call.state, call.params["courseId"], call.user, call.project)
    if course is None:
        raise not_found()
    if not call.body.get("userId"):
        raise invalid("User id is required.", f"{role}.userId")
    user = user_of(call.state, call.body["userId"], call.user)
    if role == "student" and user == call.user and call.params.get("enrollmentCode"):
        _require_code(call, course)
    else:
        _require_right_to_add(call, user, course["owner"])
    require_modifiable(course)
    require_active_owner(call.state, course)
    if role_in(call.state, user, course["id"]):
        raise ApiError(409, "Requested entity already exists")
    roster.require_room(call.state, course["id"], role)
    roster.join(call.state, course, user, role)
    return _member(call, course["id"], user)


def _require_code(call: Call, course: Row) -> None:
    """Nobody joins a class that its owner has not accepted yet."""
    if call.params["enrollmentCode"] != course["enrollment_code"] or not course["calendar"]:
        raise forbidden()


def _require_right_to_add(call: Call, user: str, owner: str) -> None:
    if not is_admin(call.state, call.user):
        raise forbidden()
    insiders = in_domain(call.state, user) and in_domain(call.state, owner)
    if not insiders or is_gone(call.state, user):
        raise classroom_error(403, "CannotDirectAddUser", _CANNOT_ADD)


@behaviour("classroom.courses.students.list")
def list_students(call: Call) -> Json:
    """The students of the class; a student finds only themselves."""
    course = require_course(call)
    _, students = class_members(call.state, course["id"])
    if not standing(call.state, call.user, course["id"]) & STAFF:
        students = [student for student in students if student == call.user]
    return _listed(call, course["id"], "students", students)


@behaviour("classroom.courses.teachers.list")
def list_teachers(call: Call) -> Json:
    """The teachers of the class, its owner among them."""
    course = require_course(call)
    teachers, _ = class_members(call.state, course["id"])
    return _listed(call, course["id"], "teachers", teachers)


def _listed(call: Call, course_id: str, key: str, people: list[str]) -> Json:
    def shown(user: str) -> Json:
        return _member(call, course_id, user)

    return listed(key, people, call, shown, default=_PAGE, maximum=100)


@behaviour("classroom.courses.students.get")
def get_student(call: Call) -> Json:
    """One student, for the teachers and for the student themselves."""
    course = require_course(call)
    user = _required(call, course["id"], "student")
    if user != call.user and not standing(call.state, call.user, course["id"]) & STAFF:
        raise forbidden()
    return _member(call, course["id"], user)


@behaviour("classroom.courses.teachers.get")
def get_teacher(call: Call) -> Json:
    """One teacher of the class."""
    course = require_course(call)
    return _member(call, course["id"], _required(call, course["id"], "teacher"))


@behaviour("classroom.courses.students.delete")
def delete_student(call: Call) -> Json:
    """Take a student out of the class, as its teacher or an administrator, or leave it."""
    course = require_course(call)
    user = user_of(call.state, call.params["userId"], call.user)
    if user != call.user and not standing(call.state, call.user, course["id"]) & STAFF:
        raise forbidden()
    require_modifiable(course)
    roster.leave(call.state, course, _required(call, course["id"], "student"))
    return {}


@behaviour("classroom.courses.teachers.delete")
def delete_teacher(call: Call) -> Json:
    """Take a teacher out of the class; never its owner."""
    course = require_course(call, roles=STAFF)
    user = _required(call, course["id"], "teacher")
    if user == course["owner"]:
        text = "Course owner may not be removed."
        raise classroom_error(400, "CannotRemoveCourseOwner", text)
    require_modifiable(course)
    roster.leave(call.state, course, user)
    return {}


def _required(call: Call, course_id: str, role: MemberRole) -> str:
    """The address behind `userId`, if that person has the role in the class; 404 otherwise."""
    user = user_of(call.state, call.params["userId"], call.user)
    teachers, students = class_members(call.state, course_id)
    if user not in (teachers if role == "teacher" else students):
        raise not_found()
    return user


def _member(call: Call, course_id: str, user: str) -> Json:
    return {
        "courseId": course_id,
        "userId": user_id(call.state, user),
        "profile": profile_of(call, user),
    }
