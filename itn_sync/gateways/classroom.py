"""Classroom: the courses that one person may see, and who is in them.

An address is shown with the scope `classroom.profile.emails` alone, and a domain may hide it all
the same. Source: https://developers.google.com/workspace/classroom/reference/rest, facts section 4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from googleapiclient.discovery import Resource

from itn_sync.domain.courses import Course
from itn_sync.domain.names import fold
from itn_sync.domain.units import Member, Roster
from itn_sync.gateways.errors import CredentialsRefused, Refused
from itn_sync.gateways.google import execute

__all__ = ["CLASSROOM_METHODS", "CLASSROOM_READER", "Course", "Rosters"]

CLASSROOM_READER = (
    "https://www.googleapis.com/auth/classroom.courses.readonly",
    "https://www.googleapis.com/auth/classroom.rosters.readonly",
    "https://www.googleapis.com/auth/classroom.profile.emails",
)
"""What `Rosters` needs for these methods (facts 4.1)."""

CLASSROOM_METHODS = (
    "classroom.courses.get",
    "classroom.courses.list",
    "classroom.courses.students.list",
    "classroom.courses.teachers.list",
    "classroom.invitations.list",
    "classroom.userProfiles.get",
)

_ROSTER_PAGE, _PAGE = 100, 500
_STUDENT = "STUDENT"

Json = Mapping[str, Any]


class Rosters:
    """The courses of one person, through google-api-python-client's `classroom` resource.

    Both methods raise GatewayErrors: Missing for a course that is not there, Refused for one that
    the person may not see. Half a roster is never answered.
    """

    def __init__(self, resource: Resource) -> None:
        self._courses = resource.courses()
        self._invitations = resource.invitations()
        self._profiles = resource.userProfiles()
        self._known: dict[str, Member] = {}

    def courses(self) -> tuple[Course, ...]:
        """Every course in whatever state, by name. One call per 500."""
        pages = _listed(self._courses, "courses", pageSize=_PAGE)
        found = {one["id"]: _course(one) for one in pages}
        return tuple(sorted(found.values(), key=lambda one: (fold(one.name), one.id)))

    def course(self, course: str) -> Course:
        """The course of that number or alias."""
        return _course(execute(self._courses.get(id=course, fields="id,name,courseState")))

    def roster(self, unit: str, course: str) -> Roster:
        """Who is in the UE's course (a number or an alias), and who was invited to learn there.

        By name. Three calls, one more per further 100 students, per alias and per new invitation.
        """
        number = course if course.isdigit() else self.course(course).id
        asked = {"courseId": number, "pageSize": _ROSTER_PAGE}
        return Roster(
            unit=unit,
            course_id=number,
            students=_members(_listed(self._courses.students(), "students", **asked)),
            teachers=_members(_listed(self._courses.teachers(), "teachers", **asked)),
            invited=self._invited(number),
        )

    def _invited(self, course: str) -> tuple[Member, ...]:
        asked = {"courseId": course, "pageSize": _PAGE}
        listing = list(_listed(self._invitations, "invitations", **asked))
        students = dict.fromkeys(one["userId"] for one in listing if one.get("role") == _STUDENT)
        return _in_order(self._profile(user) for user in students)

    def _profile(self, user: str) -> Member:
        """An invitation names nobody; whoever may not see the profile knows the number alone."""
        if user not in self._known:
            try:
                self._known[user] = _member(execute(self._profiles.get(userId=user)))
            except CredentialsRefused:
                raise
            except Refused:
                self._known[user] = Member(user, "", "", "")
        return self._known[user]


def _listed(collection: Any, key: str, **asked: Any) -> Iterator[Json]:
    """Everything of a list: a page may be short, or empty, and still not be the last."""
    request = collection.list(**asked)
    while request is not None:
        page = execute(request)
        yield from page.get(key, ())
        request = collection.list_next(request, page)


def _course(course: Json) -> Course:
    return Course(course["id"], course.get("name", ""), course.get("courseState", ""))


def _members(people: Iterator[Json]) -> tuple[Member, ...]:
    """Somebody who joins while pages are read may come twice."""
    profiles = ({"id": one.get("userId", "")} | dict(one.get("profile", {})) for one in people)
    found = {profile["id"]: _member(profile) for profile in profiles}
    return _in_order(found.values())


def _member(profile: Json) -> Member:
    name = profile.get("name", {})
    return Member(
        user_id=str(profile["id"]),
        email=str(profile.get("emailAddress", "")).lower(),
        first_name=str(name.get("givenName", "")),
        last_name=str(name.get("familyName", "")) or _only_name(name),
    )


def _only_name(name: Json) -> str:
    """A person of one name."""
    return "" if name.get("givenName") else str(name.get("fullName", ""))


def _in_order(people: Any) -> tuple[Member, ...]:
    return tuple(sorted(people, key=_order))


def _order(member: Member) -> tuple[str, str, str]:
    return fold(member.last_name), fold(member.first_name), member.user_id
