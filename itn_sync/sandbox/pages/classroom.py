"""Classroom in the browser: a person's classes; the stream, the work and the people of one."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from werkzeug import Response

from itn_sync.sandbox.classroom.classes import course_row
from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.pages.classroom_people import every_course, first_owner, people_of
from itn_sync.sandbox.pages.classroom_reading import ClassReader, Post, number_in
from itn_sync.sandbox.pages.visit import Visit, render, see_other

_REFUSALS = {
    HTTPStatus.FORBIDDEN: "Seuls les enseignants de la classe y publient des annonces.",
    HTTPStatus.BAD_REQUEST: "L’annonce est vide, ou trop longue (30 000 caractères au plus).",
}
_INVITED_AS = {
    "STUDENT": "à suivre la classe",
    "TEACHER": "à enseigner dans la classe",
    "OWNER": "à devenir propriétaire de la classe",
}
_CLOSED = "La classe n’est pas active : plus rien ne peut y être publié."


def show_classes(visit: Visit) -> Response:
    """`/classroom`: the classes of `user`, by default those of the first class's owner."""
    with visit.transaction(write=False) as state:
        user = _user(visit) or first_owner(state)
        groups = people_of(state, every_course(state), user)
    courses = visit.open_call("classroom.courses.list", user=user).get("courses", [])
    open_ones = [course for course in courses if course["courseState"] == "ACTIVE"]
    return render(
        "classroom_list.html",
        user=user,
        groups=groups,
        place="/classroom",
        invitations=_invitations(visit, user),
        courses=sorted(open_ones, key=_name),
        others=sorted((one for one in courses if one not in open_ones), key=_name),
    )


def _invitations(visit: Visit, user: str) -> list[tuple[str, str, str]]:
    """The person's invitations: id, name of the class, and as what, in French."""
    listing = "classroom.invitations.list"
    found = visit.open_call(listing, user=user, userId="me").get("invitations", [])
    with visit.transaction(write=False) as state:
        return [
            (one["id"], course_row(state, one["courseId"])["name"], _INVITED_AS[one["role"]])
            for one in found
        ]


def answer_invitation(visit: Visit, invitation: str) -> Response:
    """Join the class or decline; then the list of classes again."""
    form = visit.request.form
    user = form.get("user", "").lower()
    verb = "accept" if form.get("action") == "rejoindre" else "delete"
    visit.open_call(f"classroom.invitations.{verb}", user=user, id=invitation)
    return see_other(f"/classroom?user={quote(user)}")


def _name(course: Json) -> str:
    return str(course["name"]).casefold()


def show_stream(visit: Visit, course: str) -> Response:
    """`/classroom/c/<id>`: announcements and what is new, the newest first."""
    return _class_page(visit, course, "flux")


def show_work(visit: Visit, course: str) -> Response:
    """`/classroom/c/<id>/travaux`: materials and work by topic."""
    return _class_page(visit, course, "travaux")


def show_people(visit: Visit, course: str) -> Response:
    """`/classroom/c/<id>/personnes`: teachers, and the students that the person may see."""
    return _class_page(visit, course, "personnes")


def show_post(visit: Visit, course: str, letter: str, post: str) -> Response:
    """`/classroom/c/<id>/<kind>/<post>`: one post, where its `alternateLink` leads."""
    return _class_page(visit, course, "annonce", letter=letter, post_id=number_in(post))


def show_submission(visit: Visit, course: str, letter: str, post: str, student: str) -> Response:  # noqa: ARG001  (the page of the work says how far its visitor is)
    """`…/submissions/student/<id>`: where a submission's `alternateLink` leads, its work's page."""
    return show_post(visit, course, letter, post)


def announce(visit: Visit, course: str) -> Response:
    """A teacher's announcement, published or kept as a draft; then the stream again."""
    course_id, form = number_in(course), visit.request.form
    user, text = form.get("user", "").lower(), form.get("text", "").replace("\r\n", "\n")
    state = "DRAFT" if form.get("action") == "brouillon" else "PUBLISHED"
    method_id = "classroom.courses.announcements.create"
    try:
        body = {"text": text, "state": state}
        made = visit.open_call(method_id, user=user, body=body, courseId=course_id)
    except ApiError as error:
        return _class_page(visit, course, "flux", refusal=_refusal(error), text=text, user=user)
    return see_other(f"/classroom/c/{course_id}?user={quote(user)}#p{made['id']}")


def _refusal(error: ApiError) -> str:
    if error.message.startswith("@CourseNotModifiable"):
        return _CLOSED
    return _REFUSALS.get(HTTPStatus(error.code), error.message)


def _user(visit: Visit) -> str:
    return visit.request.args.get("user", "").strip().lower()


def _class_page(visit: Visit, course: str, tab: str, **more: Any) -> Response:
    course_id = number_in(course)
    with visit.transaction(write=False) as state:
        user = more.pop("user", "") or _user(visit) or first_owner(state, course_id)
        groups = people_of(state, [course_id], user)
    base = f"/classroom/c/{course_id}"
    reader = ClassReader(visit, course_id, user)
    place = base if tab in {"flux", "annonce"} else f"{base}/{tab}"
    shared: Json = {"user": user, "groups": groups, "base": base, "place": place, "tab": tab}
    try:
        content = _CONTENTS[tab](reader, **more)
        shared["course"] = reader.course
    except ApiError as error:
        return _closed(error, shared)
    status = HTTPStatus.BAD_REQUEST if content.get("refusal") else HTTPStatus.OK
    return render(f"classroom_{tab}.html", status=status, **shared, **content)


def _closed(error: ApiError, shared: Json) -> Response:
    """The door of a class that is closed to this person; another can be chosen."""
    if error.code not in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
        raise error
    if error.code == HTTPStatus.NOT_FOUND:
        shared["groups"] = {}
    return render("classroom_closed.html", status=error.code, **shared)


def _stream(reader: ClassReader, *, refusal: str = "", text: str = "") -> Json:
    may_write = reader.teaches and reader.course["courseState"] == "ACTIVE"
    posts = reader.posts("p", "m", "a")
    return {"posts": posts, "may_write": may_write, "refusal": refusal, "text": text}


def _work(reader: ClassReader) -> Json:
    posts = reader.posts("m", "a")
    sections: list[tuple[str, list[Post]]] = [
        (topic["name"], [post for post in posts if post.topic == topic["topicId"]])
        for topic in reader.topics
    ]
    sections.insert(0, ("Sans thème", [post for post in posts if not post.topic]))
    # Teachers see the topics that wait for something, as in Classroom.
    names = {topic["name"] for topic in reader.topics} if reader.is_staff else set()
    return {"sections": [(name, found) for name, found in sections if found or name in names]}


def _people(reader: ClassReader) -> Json:
    return {
        "teachers": reader.teachers,
        "students": reader.students,
        "is_staff": reader.is_staff,
    }


def _one_post(reader: ClassReader, *, letter: str, post_id: str) -> Json:
    return {"post": reader.post(letter, post_id)}


_CONTENTS: dict[str, Callable[..., Json]] = {
    "flux": _stream,
    "travaux": _work,
    "personnes": _people,
    "annonce": _one_post,
}
