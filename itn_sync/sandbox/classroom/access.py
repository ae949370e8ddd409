"""Who a class knows, what each of them may see, and when a class may be changed.

Sources: the `classroom.v1` discovery document (method and `courseState` descriptions);
developers.google.com/workspace/classroom/troubleshooting/common-errors; facts §4.2 and §9.
"""

from __future__ import annotations

import base64
import hashlib
import re
from sqlite3 import Row
from typing import Literal

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.errors import ApiError, forbidden, not_found
from itn_sync.sandbox.files import PROJECT
from itn_sync.sandbox.world import State, declare_schema, get_setting

declare_schema(
    """
    CREATE TABLE IF NOT EXISTS classroom_user (
        id TEXT PRIMARY KEY, address TEXT NOT NULL UNIQUE,
        given TEXT NOT NULL DEFAULT '', family TEXT NOT NULL DEFAULT ''); -- of an imported account
    CREATE TABLE IF NOT EXISTS classroom_course (
        id TEXT PRIMARY KEY, owner TEXT NOT NULL, state TEXT NOT NULL,
        name TEXT NOT NULL, -- as the teachers wrote it
        enrollment_code TEXT NOT NULL, folder TEXT NOT NULL, calendar TEXT NOT NULL DEFAULT '',
        created TEXT NOT NULL, updated TEXT NOT NULL,
        extra TEXT NOT NULL DEFAULT '{}'); -- section, room, description…
    CREATE TABLE IF NOT EXISTS classroom_member (
        course TEXT NOT NULL, user TEXT NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('teacher', 'student')), -- the owner is a teacher too
        PRIMARY KEY (course, user));
    CREATE INDEX IF NOT EXISTS classroom_member_user ON classroom_member (user);
    CREATE TABLE IF NOT EXISTS classroom_alias (
        alias TEXT NOT NULL, scope TEXT NOT NULL, -- scope: the domain (d:) or the project (p:)
        course TEXT NOT NULL, PRIMARY KEY (alias, scope));
    CREATE TABLE IF NOT EXISTS classroom_invitation (
        id TEXT PRIMARY KEY, course TEXT NOT NULL, user TEXT NOT NULL, role TEXT NOT NULL,
        UNIQUE (course, user))
    """
)

Role = Literal["owner", "teacher", "student"]
Standing = Literal["owner", "teacher", "student", "admin"]

EVERYBODY: frozenset[Standing] = frozenset(("owner", "teacher", "student", "admin"))
STAFF: frozenset[Standing] = frozenset(("owner", "teacher", "admin"))
TEACHERS: frozenset[Standing] = frozenset(("owner", "teacher"))
HEADS: frozenset[Standing] = frozenset(("owner", "admin"))
STUDENTS: frozenset[Standing] = frozenset(("student",))

_WHO_SEES: dict[str, frozenset[Standing]] = {
    "ACTIVE": EVERYBODY,
    "ARCHIVED": EVERYBODY,
    "PROVISIONED": HEADS,
    "DECLINED": HEADS,
    "SUSPENDED": frozenset(("owner",)),
}
# Who is no member gets 404 from these, 403 from the lists (release notes of 26 June 2023).
_HIDING_METHOD = re.compile(
    r"classroom\.courses\.(courseWork|courseWorkMaterials|announcements)"
    r"\.(create|delete|get|patch)"
)
_MODIFIABLE_STATES = frozenset(("ACTIVE", "PROVISIONED"))


def classroom_error(code: int, at_code: str, message: str, status: str = "") -> ApiError:
    """An error whose message begins with Classroom's own code: `@CourseNotModifiable …`.

    400 is FAILED_PRECONDITION unless `status` says otherwise (facts §9).
    """
    status = status or ("FAILED_PRECONDITION" if code == 400 else "")
    return ApiError(code, f"@{at_code} {message}", status=status)


def school_domain(state: State) -> str:
    """The Workspace domain, lower case."""
    return str(get_setting(state, "domain", "")).lower()


def in_domain(state: State, address: str) -> bool:
    """Whether the address is an account of this Workspace."""
    return address.lower().rpartition("@")[2] == school_domain(state)


def is_admin(state: State, user: str) -> bool:
    """Whether `user` administers the domain: `admin@DOMAIN`."""
    return user.lower() == f"admin@{school_domain(state)}"


def user_id(state: State, address: str) -> str:
    """The number (21 digits) by which Classroom knows an address; noted so it can be found back."""
    address = address.lower()
    number = str(10**20 + int.from_bytes(hashlib.sha256(address.encode()).digest()) % 10**19)
    found = state.execute("SELECT 1 FROM classroom_user WHERE id = ?", (number,)).fetchone()
    if found is None:
        state.execute("INSERT INTO classroom_user (id, address) VALUES (?, ?)", (number, address))
    return number


def user_of(state: State, given: str, me: str) -> str:
    """The address behind `me`, an address or a numeric id; raises 404 for a number of nobody."""
    if given == "me":
        return me
    if "@" in given:
        return given.lower()
    row = state.execute("SELECT address FROM classroom_user WHERE id = ?", (given,)).fetchone()
    if row is None:
        raise not_found()
    return str(row["address"])


def role_in(state: State, user: str, course_id: str) -> Role | None:
    """What `user` is in the class; None for everybody else, the administrator included."""
    row = state.execute(
        "SELECT m.role, c.owner = m.user AS owns FROM classroom_member m"
        " JOIN classroom_course c ON c.id = m.course WHERE m.course = ? AND m.user = ?",
        (course_id, user.lower()),
    ).fetchone()
    if row is None:
        return None
    if row["owns"]:
        return "owner"
    return "teacher" if row["role"] == "teacher" else "student"


def standing(state: State, user: str, course_id: str) -> frozenset[Standing]:
    """Every ground on which `user` may look into the class: a role in it, or `admin`.

    The administrator's classes are those that somebody of the domain owns.
    """
    role = role_in(state, user, course_id)
    held: set[Standing] = {role} if role else set()
    if is_admin(state, user) and _is_of_the_domain(state, course_id):
        held.add("admin")
    return frozenset(held)


def _is_of_the_domain(state: State, course_id: str) -> bool:
    row = state.execute("SELECT owner FROM classroom_course WHERE id = ?", (course_id,)).fetchone()
    return row is not None and in_domain(state, row["owner"])


def may_see(state: State, user: str, course: Row) -> bool:
    """Whether `user` may know of the class, given the state it is in."""
    return bool(standing(state, user, course["id"]) & _WHO_SEES[course["state"]])


def class_members(state: State, course_id: str) -> tuple[list[str], list[str]]:
    """The addresses of the teachers (the owner among them) and of the students, as they came."""
    rows = state.execute(
        "SELECT user, role FROM classroom_member WHERE course = ? ORDER BY rowid", (course_id,)
    ).fetchall()
    teachers = [str(row["user"]) for row in rows if row["role"] == "teacher"]
    return teachers, [str(row["user"]) for row in rows if row["role"] == "student"]


def find_course(state: State, given: str, user: str, project: str = PROJECT) -> Row | None:
    """The class behind an id, `d:alias` (accounts of the domain only) or `p:alias`; None if none.

    Nobody's right to see it is checked.
    """
    course_id = given
    if given[:2] in ("d:", "p:"):
        scope = project if given.startswith("p:") else _domain_scope(state, user)
        aliased = state.execute(
            "SELECT course FROM classroom_alias WHERE alias = ? AND scope = ?", (given, scope)
        ).fetchone()
        course_id = aliased["course"] if aliased else ""
    row: Row | None = state.execute(
        "SELECT * FROM classroom_course WHERE id = ?", (course_id,)
    ).fetchone()
    return row


def _domain_scope(state: State, user: str) -> str:
    return school_domain(state) if in_domain(state, user) else ""


def resolve_course(
    state: State, given: str, user: str, project: str = PROJECT, *, hidden: bool = False
) -> Row:
    """The class behind an id or alias, if `user` may see it.

    Raises 404 where there is none, 403 where it is not this person's to see (`courses.get`:
    «PERMISSION_DENIED if the requesting user is not permitted to access the requested course»),
    or 404 there too when `hidden`.
    """
    course = find_course(state, given, user, project)
    if course is None:
        raise not_found()
    if not may_see(state, user, course):
        raise not_found() if hidden else forbidden()
    return course


def require_course(
    call: Call,
    *,
    roles: frozenset[Standing] = EVERYBODY,
    writable: bool = False,
    given: str = "",
) -> Row:
    """The class of the call (`courseId`, or `given`), if the caller has one of `roles` in it.

    The row has id, owner (address), state, name, created, updated. Raises 404 or 403 as
    `resolve_course`, 403 for a lesser role, and 400 @CourseNotModifiable where `writable` is asked
    of a class that is archived, declined or suspended.
    """
    hidden = bool(_HIDING_METHOD.fullmatch(call.method.id))
    given = given or call.params["courseId"]
    course = resolve_course(call.state, given, call.user, call.project, hidden=hidden)
    if not standing(call.state, call.user, course["id"]) & roles:
        raise forbidden()
    if writable:
        require_modifiable(course)
    return course


def require_modifiable(course: Row) -> None:
    """Raise 400 @CourseNotModifiable in a state that allows nothing but another state."""
    if course["state"] not in _MODIFIABLE_STATES:
        raise classroom_error(
            400,
            "CourseNotModifiable",
            f"The course is in the state {course['state']} and cannot be modified.",
        )


def web_id(identifier: str) -> str:
    """An id as Classroom writes it in its links: base64 of the digits."""
    return base64.urlsafe_b64encode(identifier.encode()).decode().rstrip("=")


def course_link(root_url: str, course_id: str) -> str:
    """The address of the class's page in the browser."""
    return f"{root_url}classroom/c/{web_id(course_id)}"


def post_link(
    root_url: str, course_id: str, kind: Literal["p", "m", "a", "sa", "mc"], post_id: str
) -> str:
    """The address of one post: announcement `p`, material `m`, assignment `a`, question `sa|mc`."""
    tail = "" if kind == "p" else "/details"
    return f"{course_link(root_url, course_id)}/{kind}/{web_id(post_id)}{tail}"
