"""What the tests of submissions share: one piece of work of a class."""

from __future__ import annotations

from typing import Any

from tests.sandbox.classroom_posts import Class, Json
from tests.sandbox.classrooms import TEACHER


class Work:
    """An assignment and its submissions, through the eyes of the class's people."""

    def __init__(self, room: Class, **body: Any) -> None:
        self.room = room
        self.id = str(room.create("courseWork", **body)["id"])
        self.where = {"courseId": room.id, "courseWorkId": self.id}

    def api(self, user: str = TEACHER) -> Any:
        """`studentSubmissions` as that person."""
        return self.room.posts("courseWork", user).studentSubmissions()

    def list(self, user: str = TEACHER, work: str = "", **params: Any) -> list[Json]:
        """The submissions that a person sees, of this or other work."""
        where = self.where | ({"courseWorkId": work} if work else {})
        answer = self.api(user).list(**where, **params).execute()
        found: list[Json] = answer.get("studentSubmissions", [])
        return found

    def get(self, user: str, student: str = "") -> Json:
        """A student's submission as that person sees it (a teacher: the only one)."""
        named = self.named(student or user) if user != TEACHER or student else self.only()
        found: Json = self.api(user).get(**named).execute()
        return found

    def only(self) -> dict[str, str]:
        """Where the only submission of the work is."""
        (one,) = self.list()
        return {**self.where, "id": str(one["id"])}

    def named(self, student: str) -> dict[str, str]:
        """Where that student's submission is."""
        (one,) = self.list(userId=student)
        return {**self.where, "id": str(one["id"])}

    def act(self, action: str, student: str, user: str = "") -> Any:
        """The request that turns in, reclaims or returns a student's submission."""
        method = {"return": "return_"}.get(action, action)
        return getattr(self.api(user or student), method)(**self.named(student), body={})

    def attach(self, student: str, *attachments: Json, user: str = "") -> Any:
        """The request that attaches something to a student's submission."""
        body = {"addAttachments": list(attachments)}
        return self.api(user or student).modifyAttachments(**self.named(student), body=body)
