"""What the tests of posts share: a class with its people, each with a client of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document

from itn_sync.sandbox.discovery_pages import relocated
from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.classrooms import STUDENT, TEACHER, Service, enrol, open_class

LATECOMER = "eva.eleve@ecole.example"
Json = dict[str, Any]


@dataclass
class Class:
    """A class through the eyes of its people."""

    service: Service
    course: Json
    opened: dict[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The course's id."""
        return str(self.course["id"])

    def client(self, api: str, user: str) -> Any:
        """One client per person and API: making one takes longer than the call."""
        if (api, user) not in self.opened:
            self.opened[api, user] = self.service(api, user)
        return self.opened[api, user]

    def posts(self, kind: str, user: str = TEACHER) -> Any:
        """`announcements`, `courseWork`, `courseWorkMaterials` or `topics`, as that person."""
        return getattr(self.client("classroom", user).courses(), kind)()

    def create(self, kind: str, user: str = TEACHER, **body: Any) -> Json:
        """A post of that kind; it is published unless `state` says otherwise."""
        made: Json = self.creation(kind, user, **{"state": "PUBLISHED", **body}).execute()
        return made

    def creation(self, kind: str, user: str = TEACHER, **body: Any) -> Any:
        """The request that makes a post, without saying in which state."""
        wanted = {**_DEFAULTS[kind], **body}
        return self.posts(kind, user).create(courseId=self.id, body=wanted)

    def get(self, kind: str, post_id: str, user: str = TEACHER) -> Json:
        """One post."""
        found: Json = self.posts(kind, user).get(courseId=self.id, id=post_id).execute()
        return found

    def list(
        self, kind: str, user: str = TEACHER, states: Sequence[str] = (), **params: Any
    ) -> list[Json]:
        """The first page of posts of that kind, published unless other `states` are asked for."""
        if states:
            params[STATES[kind]] = states
        answer: Json = self.posts(kind, user).list(courseId=self.id, **params).execute()
        found: list[Json] = answer.get(PLURALS[kind], [])
        return found

    def patch(self, kind: str, post_id: str, mask: str, user: str = TEACHER, **body: Any) -> Json:
        """Change a post."""
        changed: Json = self.change(kind, post_id, mask, user, **body).execute()
        return changed

    def change(self, kind: str, post_id: str, mask: str, user: str = TEACHER, **body: Any) -> Any:
        """The request that changes a post, to be refused."""
        return self.posts(kind, user).patch(
            courseId=self.id, id=post_id, updateMask=mask, body=body
        )

    def file(self, name: str = "Syllabus", owner: str = TEACHER) -> str:
        """The id of a new document of that person."""
        kind = "application/vnd.google-apps.document"
        body = {"name": name, "mimeType": kind}
        return str(self.client("drive", owner).files().create(body=body).execute()["id"])

    def reads(self, user: str, file_id: str) -> bool:
        """Whether that person finds the file in Drive."""
        found = self.client("drive", user).files().list(pageSize=100).execute()["files"]
        return any(file["id"] == file_id for file in found)


_DEFAULTS: dict[str, Json] = {
    "announcements": {"text": "Bienvenue au cours."},
    "courseWorkMaterials": {"title": "Syllabus"},
    "courseWork": {"title": "Exercice 1", "workType": "ASSIGNMENT"},
}
PLURALS = {
    "announcements": "announcements",
    "courseWorkMaterials": "courseWorkMaterial",
    "courseWork": "courseWork",
}
STATES = {
    "announcements": "announcementStates",
    "courseWorkMaterials": "courseWorkMaterialStates",
    "courseWork": "courseWorkStates",
}
KINDS = sorted(PLURALS)
every_kind = pytest.mark.parametrize("kind", KINDS)
LINK = {"link": {"url": "https://ecole.example/horaire"}}
ALL_STATES = ["PUBLISHED", "DRAFT", "DELETED"]


def class_of(service: Service, *students: str) -> Class:
    """A new class of the teacher with these students (one, unless told otherwise)."""
    course = open_class(service)
    for student in students or (STUDENT,):
        enrol(service, course, student)
    return Class(service, course)


def drive_file(file_id: str, mode: str = "VIEW") -> Json:
    """A Drive file as a material."""
    return {"driveFile": {"driveFile": {"id": file_id}, "shareMode": mode}}


def mails(sandbox: RunningSandbox, address: str) -> list[Json]:
    """The mails of an address, the newest first."""
    url = f"{sandbox.url}sandbox/v1/mailboxes/{address}"
    found: list[Json] = requests.get(url, timeout=10).json()["messages"]
    return found


def advance(sandbox: RunningSandbox, seconds: float) -> None:
    """Move the sandbox's clock forward."""
    url = f"{sandbox.url}sandbox/v1/clock"
    requests.post(url, json={"advance": seconds}, timeout=10).raise_for_status()


def workspace_now(sandbox: RunningSandbox) -> str:
    """What the sandbox's clock shows."""
    return str(requests.get(f"{sandbox.url}sandbox/v1/health", timeout=10).json()["now"])


@contextmanager
def another_project(sandbox: RunningSandbox) -> Iterator[Service]:
    """Clients of an application of another Cloud project, to which people gave access."""
    control = f"{sandbox.url}sandbox/v1/"
    made = requests.post(f"{control}oauth-clients", json={}, timeout=10).json()
    client_id, opened = made["installed"]["client_id"], []

    def build(api: str, user: str) -> Any:
        wanted = {"user": user, "client_id": client_id}
        found = requests.post(f"{control}authorized-users", json=wanted, timeout=10).json()
        # from_authorized_user_info ignores the file's token_uri, so the parts are given one by one.
        del found["type"]
        chosen = Credentials(None, **found)  # type: ignore[no-untyped-call]  # (google-auth)
        opened.append(build_from_document(relocated(api, sandbox.url), credentials=chosen))
        return opened[-1]

    yield build
    for one in opened:
        one.close()
