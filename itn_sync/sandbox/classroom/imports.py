"""`POST /sandbox/v1/import {"classroom": […]}`: classes with their people and posts.

A class comes as it was: nobody is told of its posts, and they belong to Classroom's own pages, so
that no client may change them (facts §4.2).
"""

from __future__ import annotations

from datetime import datetime
from sqlite3 import Row
from typing import Any

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call, behaviour_of, importer
from itn_sync.sandbox.classroom import roster
from itn_sync.sandbox.classroom.access import find_course, role_in, school_domain
from itn_sync.sandbox.classroom.classes import (
    TEXT_FIELDS,
    course_row,
    open_class,
    put_state,
    require_valid,
)
from itn_sync.sandbox.classroom.invitations import is_invited, keep_invitation
from itn_sync.sandbox.classroom.profiles import put_names
from itn_sync.sandbox.credentials import WEB_PROJECT
from itn_sync.sandbox.discovery import method
from itn_sync.sandbox.drive.content import put_document
from itn_sync.sandbox.drive.doc_html import sanitized
from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.world import State

_POSTS = ("announcements", "courseWorkMaterials", "courseWork")


@importer("classroom")
def import_classes(state: State, items: list[Json], now: datetime) -> None:
    """Open classes, or add people, documents, topics and posts to those that exist.

    Each is `{id, name, owner, section, room, description…, courseState, enrollmentCode, created,
    aliases: ["d:…"], teachers, students, invited, documents: [{id, name, html}], topics: ["…"],
    announcements, courseWorkMaterials, courseWork}`. People are addresses or `{email, givenName,
    familyName}`, `invited` as students; posts are the API's resources with `at` (an instant), `by`
    (a teacher, else the owner) and `topic` (a name). `name` and `owner` are required; a class is
    ACTIVE and a post PUBLISHED unless said.
    """
    for item in items:
        _import_one(state, item, now)


def _import_one(state: State, item: Json, now: datetime) -> None:
    course = find_course(state, item.get("id", ""), user="")
    if course is None:
        course = _open(state, item, _instant(item.get("created"), now))
    for teacher in item.get("teachers", ()):
        _join(state, course, teacher, "teacher")
    for document in item.get("documents", ()):
        _make_document(state, course, document)
    topics = _topics(state, course, item.get("topics", ()), now)
    posts = [(kind, post) for kind in _POSTS for post in item.get(kind, ())]
    for kind, post in sorted(posts, key=lambda pair: str(pair[1].get("at", "~"))):
        _post(state, course, kind, post, topics, now)
    # Students join what is there already: no mail about the past.
    for student in item.get("students", ()):
        _join(state, course, student, "student")
    for guest in item.get("invited", ()):
        _invite(state, course, guest)
    put_state(state, course["id"], item.get("courseState", course["state"]))


def _open(state: State, item: Json, created: datetime) -> Row:
    if not item.get("name") or not item.get("owner"):
        raise invalid("A class to import needs name and owner.", "classroom.owner")
    fields = {name: item[name] for name in ("name", *TEXT_FIELDS) if name in item}
    require_valid(fields)
    course = open_class(
        state,
        item["owner"].lower(),
        fields | {"courseState": "ACTIVE"},
        now=created,
        course_id=item.get("id", ""),
    )
    code = item.get("enrollmentCode", course["enrollment_code"])
    state.execute(
        "UPDATE classroom_course SET enrollment_code = ? WHERE id = ?", (code, course["id"])
    )
    for alias in item.get("aliases", ()):
        scope = school_domain(state) if alias.startswith("d:") else files.PROJECT
        values = (alias, scope, course["id"])
        state.execute("INSERT OR REPLACE INTO classroom_alias VALUES (?, ?, ?)", values)
    return course_row(state, course["id"])


def _join(state: State, course: Row, person: Json | str, role: roster.MemberRole) -> None:
    roster.join(state, course, _named(state, person), role)


def _invite(state: State, course: Row, person: Json | str) -> None:
    """As it was done long ago: no mail, nothing where they are a member or invited already."""
    address = _named(state, person).lower()
    if role_in(state, address, course["id"]) is None and not is_invited(
        state, course["id"], address
    ):
        keep_invitation(state, course["id"], address, "STUDENT")


def _named(state: State, person: Json | str) -> str:
    """The address of somebody, whose name is noted where it is told."""
    known: Json = {"email": person} if isinstance(person, str) else person
    if known.get("givenName") or known.get("familyName"):
        put_names(state, known["email"], known.get("givenName", ""), known.get("familyName", ""))
    return str(known["email"])


def _make_document(state: State, course: Row, document: Json) -> None:
    """A Google Doc of the owner, made of HTML, in the folder of the class and as old as it."""
    if files.get_file(state, document["id"]) is not None:
        return
    file = files.create_file(
        state,
        owner=course["owner"],
        name=document["name"],
        mime_type=files.DOCUMENT,
        now=datetime.fromisoformat(course["created"]),
        file_id=document["id"],
        parents=[course["folder"]],
    )
    put_document(state, file["id"], sanitized(document["html"]), user=course["owner"])


def _topics(state: State, course: Row, names: list[str], now: datetime) -> dict[str, str]:
    """The ids of the class's topics by name, those that are missing made."""
    owner, where = course["owner"], {"courseId": course["id"]}
    known = _call(state, owner, now, "classroom.courses.topics.list", **where).get("topic", [])
    ids = {topic["name"]: topic["topicId"] for topic in known}
    for name in names:
        if name not in ids:
            creating = "classroom.courses.topics.create"
            ids[name] = _call(state, owner, now, creating, body={"name": name}, **where)["topicId"]
    return ids


def _post(
    state: State, course: Row, kind: str, post: Json, topics: dict[str, str], now: datetime
) -> None:
    body = {name: value for name, value in post.items() if name not in {"at", "by", "topic"}}
    if post.get("topic"):
        body["topicId"] = topics[post["topic"]]
    _call(
        state,
        post.get("by", course["owner"]),
        _instant(post.get("at"), now),
        f"classroom.courses.{kind}.create",
        body={"state": "PUBLISHED"} | body,
        courseId=course["id"],
    )


def _call(
    state: State,
    user: str,
    at: datetime,
    method_id: str,
    *,
    body: Json | None = None,
    **params: Any,
) -> Any:
    """Call a method as `user` at an instant of the past, from Classroom's own pages."""
    called = method(method_id)
    return behaviour_of(method_id)(
        Call(
            method=called,
            user=user.lower(),
            state=state,
            now=at,
            params=called.defaults | params,
            body=body or {},
            project=WEB_PROJECT,
            scopes=called.scopes,
            domain=school_domain(state),
        )
    )


def _instant(text: str | None, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(text) if text else otherwise
