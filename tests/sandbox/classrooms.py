"""What the tests of Classroom share: people, a class, and the error that Google's client raises."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError

from itn_sync.sandbox.access import issue
from itn_sync.sandbox.discovery import method
from itn_sync.sandbox.discovery_pages import relocated
from itn_sync.sandbox.server import RunningSandbox
from itn_sync.sandbox.world import now

ADMIN = "admin@ecole.example"
TEACHER = "amelie.prof@ecole.example"
COLLEAGUE = "bruno.prof@ecole.example"
STUDENT = "carla.eleve@ecole.example"
CLASSMATE = "denis.eleve@ecole.example"
STRANGER = "eva.ailleurs@ecole.example"
OUTSIDER = "farid.dehors@etudiant.example"

Service = Callable[..., Any]


def open_class(service: Service, owner: str = TEACHER, **fields: Any) -> dict[str, Any]:
    """An active class of `owner`, made through the API."""
    body = {"name": "CESS Namur", "ownerId": "me", "courseState": "ACTIVE", **fields}
    made: dict[str, Any] = service("classroom", owner).courses().create(body=body).execute()
    return made


def add_teacher(service: Service, course_id: str, user: str) -> None:
    """Add a co-teacher as the administrator does."""
    teachers = service("classroom", ADMIN).courses().teachers()
    teachers.create(courseId=course_id, body={"userId": user}).execute()


def enrol(service: Service, course: dict[str, Any], user: str = STUDENT) -> None:
    """Let a student join with the class's code."""
    students = service("classroom", user).courses().students()
    code = course["enrollmentCode"]
    students.create(courseId=course["id"], enrollmentCode=code, body={"userId": "me"}).execute()


@contextmanager
def outsider(sandbox: RunningSandbox) -> Iterator[Any]:
    """Google's client as a person of another domain, whom no service account impersonates."""
    scopes = method("classroom.courses.create").scopes | method("classroom.invitations.get").scopes
    scopes |= method("classroom.userProfiles.get").scopes
    with sandbox.tenant.world.transaction(write=False) as state:
        token = issue(state, OUTSIDER, scopes, now(state))
    chosen = Credentials(token=token)  # type: ignore[no-untyped-call]  # (google-auth)
    client = build_from_document(relocated("classroom", sandbox.url), credentials=chosen)
    yield client
    client.close()


def refusal(request: Any) -> tuple[int, str, str]:
    """Status code, status and message of the error that the request gets."""
    with pytest.raises(HttpError) as caught:
        request.execute()
    error = json.loads(caught.value.content)["error"]
    return error["code"], error["status"], error["message"]
