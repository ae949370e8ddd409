"""A class as one person sees it: what Classroom's API shows them, made ready for a page."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from werkzeug.exceptions import NotFound

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.pages.visit import Visit

_BRUSSELS = ZoneInfo("Europe/Brussels")
_LOCALE = "fr_BE"
_METHODS = {
    "p": ("announcements", "announcements", "announcementStates"),
    "m": ("courseWorkMaterials", "courseWorkMaterial", "courseWorkMaterialStates"),
    "a": ("courseWork", "courseWork", "courseWorkStates"),
}
_KIND_NAMES = {
    "p": "Annonce",
    "m": "Support",
    "ASSIGNMENT": "Devoir",
    "SHORT_ANSWER_QUESTION": "Question",
    "MULTIPLE_CHOICE_QUESTION": "Question à choix",
}
_HANDED_IN = ("TURNED_IN", "RETURNED")
_PROGRESS = {"TURNED_IN": "Remis", "RETURNED": "Rendu", "RECLAIMED_BY_STUDENT": "Repris"}


@dataclass(frozen=True)
class Attachment:
    """Something to open: its name, what it is, and where it leads."""

    name: str
    kind: str
    href: str
    outside: bool


@dataclass(frozen=True)
class Post:
    """An announcement, a material or a piece of work, in words."""

    id: str
    letter: str
    kind: str
    title: str
    text: str
    author: str
    when: str
    is_draft: bool
    topic: str
    attachments: list[Attachment]
    updated: str
    due: str = ""
    points: str = ""
    progress: str = ""


class ClassReader:
    """Reads one class through the API as `user`; raises ApiError where they may not."""

    def __init__(self, visit: Visit, course_id: str, user: str) -> None:
        self._visit = visit
        self.user = user
        self.course_id = course_id

    @cached_property
    def course(self) -> Json:
        """The Course resource."""
        found: Json = self._visit.open_call(
            "classroom.courses.get", user=self.user, id=self.course_id
        )
        return found

    @property
    def is_staff(self) -> bool:
        """Whether the person sees what teachers see; the code of the class is shown to them."""
        return "enrollmentCode" in self.course

    @cached_property
    def teachers(self) -> list[Json]:
        """The Teacher resources."""
        return self._all("teachers.list", "teachers", pageSize=100)

    @cached_property
    def students(self) -> list[Json]:
        """The Student resources that the person may see."""
        return self._all("students.list", "students", pageSize=100)

    @property
    def teaches(self) -> bool:
        """Whether the person is one of the teachers."""
        addresses = [teacher["profile"].get("emailAddress") for teacher in self.teachers]
        return self.user in addresses

    @cached_property
    def topics(self) -> list[Json]:
        """The Topic resources, in the order of the page."""
        return self._all("topics.list", "topic")

    def posts(self, *letters: str) -> list[Post]:
        """Announcements (`p`), materials (`m`), work (`a`): drafts first, then the newest."""
        found = [self._seen(letter, one) for letter in letters for one in self._resources(letter)]
        found.sort(key=lambda post: post.updated, reverse=True)
        return sorted(found, key=lambda post: not post.is_draft)

    def post(self, letter: str, post_id: str) -> Post:
        """One post by the letter of its link (`p`, `m`, `a`, `sa`, `mc`)."""
        letter = "a" if letter in {"sa", "mc"} else letter
        if letter not in _METHODS:
            raise NotFound
        method_id = f"classroom.courses.{_METHODS[letter][0]}.get"
        found = self._visit.open_call(
            method_id, user=self.user, courseId=self.course_id, id=post_id
        )
        return self._seen(letter, found)

    def _resources(self, letter: str) -> list[Json]:
        resource, key, states = _METHODS[letter]
        wanted = ["PUBLISHED", "DRAFT"] if self.is_staff else ["PUBLISHED"]
        return self._all(f"{resource}.list", key, **{states: wanted})

    def _all(self, method: str, key: str, **params: Any) -> list[Json]:
        """Every item of a list method, to the last page."""
        found: list[Json] = []
        query = {"courseId": self.course_id, **params}
        while True:
            method_id = f"classroom.courses.{method}"
            answer = self._visit.open_call(method_id, user=self.user, **query)
            found += answer.get(key, [])
            if not answer.get("nextPageToken"):
                return found
            query["pageToken"] = answer["nextPageToken"]

    def _seen(self, letter: str, one: Json) -> Post:
        kind = _KIND_NAMES.get(letter) or _KIND_NAMES[one.get("workType", "ASSIGNMENT")]
        return Post(
            id=one["id"],
            letter=letter,
            kind=kind,
            title=one.get("title", ""),
            text=str(one.get("description", one.get("text", ""))).strip(),
            author=self._name_of(one.get("creatorUserId", "")),
            when=_when(one),
            is_draft=one["state"] == "DRAFT",
            topic=one.get("topicId", ""),
            attachments=[self._attachment(item) for item in one.get("materials", [])],
            updated=one["updateTime"],
            due=_due(one.get("dueDate")),
            points=f"{one['maxPoints']:g} points" if one.get("maxPoints") else "",
            progress=self._progress(one) if letter == "a" else "",
        )

    def _name_of(self, number: str) -> str:
        names = (
            str(one["profile"]["name"]["fullName"])
            for one in self.teachers
            if one["userId"] == number
        )
        return next(names, "Ancien enseignant")

    def _attachment(self, item: Json) -> Attachment:
        if "driveFile" in item:
            file = item["driveFile"]["driveFile"]
            href = f"{file.get('alternateLink', '#')}?user={quote(self.user)}"
            name = file.get("title") or "Document que vous ne pouvez pas ouvrir"
            return Attachment(name, "Fichier", href, outside=False)
        kinds = {"youtubeVideo": "Vidéo", "form": "Formulaire", "link": "Lien"}
        key = next(name for name in kinds if name in item)
        inner = item[key]
        href = inner.get("url") or inner.get("formUrl") or inner.get("alternateLink", "#")
        return Attachment(inner.get("title") or href, kinds[key], href, outside=True)

    @cached_property
    def _submissions(self) -> list[Json]:
        listing = "courseWork.studentSubmissions.list"
        return self._all(listing, "studentSubmissions", courseWorkId="-")

    def _progress(self, work: Json) -> str:
        """Where a student stands, or, for teachers, how many have handed in."""
        if work["state"] == "DRAFT":
            return ""
        own = [one for one in self._submissions if one["courseWorkId"] == work["id"]]
        if self.is_staff:
            states = Counter(one["state"] in _HANDED_IN for one in own)
            return f"{states[True]} sur {len(own)} l’ont remis" if own else ""
        return _standing(own[0], work) if own else ""


def _standing(submission: Json, work: Json) -> str:
    words = _PROGRESS.get(submission["state"], "À faire")
    if submission.get("late"):
        words += ", en retard"
    if "assignedGrade" in submission:
        words += f" – {submission['assignedGrade']:g}/{work.get('maxPoints', 0):g}"
    return words


def _when(one: Json) -> str:
    if one.get("scheduledTime"):
        return f"Prévu le {in_words(one['scheduledTime'])}"
    changed = one["updateTime"] > one["creationTime"] and one["state"] != "DRAFT"
    return in_words(one["creationTime"]) + (" (modifié ensuite)" if changed else "")


def in_words(instant: str) -> str:
    """`3 novembre 2026, 18:05`, on the clock of Brussels."""
    local = datetime.fromisoformat(instant).astimezone(_BRUSSELS)
    return str(format_datetime(local, "d MMMM y, HH:mm", locale=_LOCALE))


def _due(day: Json | None) -> str:
    if not day:
        return ""
    date = datetime(day["year"], day["month"], day["day"], tzinfo=_BRUSSELS).date()
    return f"À remettre pour le {format_date(date, 'EEEE d MMMM', locale=_LOCALE)}"


def number_in(written: str) -> str:
    """The id behind what a link writes: digits as they are, or their base64; raises NotFound."""
    if written.isdigit():
        return written
    try:
        number = urlsafe_b64decode(written + "=" * (-len(written) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        raise NotFound from None
    if not number.isdigit():
        raise NotFound
    return number
