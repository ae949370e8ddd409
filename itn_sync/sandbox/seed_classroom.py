"""The demo school's classes: one per evening section, as their teachers left them yesterday."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from itn_sync.sandbox.errors import Json

_BRUSSELS = ZoneInfo("Europe/Brussels")
_POSTS = ("announcements", "courseWorkMaterials", "courseWork")
_OPENED_DAYS_AGO = 25


@cache
def _seed() -> Json:
    file = resources.files("itn_sync.sandbox").joinpath("seed_classroom.toml")
    return tomllib.loads(file.read_text("utf-8"))


def demo_teachers() -> dict[str, str]:
    """The teachers' names by address."""
    return {teacher["email"]: teacher["name"] for teacher in _seed()["teacher"]}


def demo_classes(now: datetime, names: Mapping[str, tuple[str, str]]) -> list[Json]:
    """The import items of the classes, their posts dated in the three weeks to `now`.

    `names` are the first and last names of those who registered, by address.
    """
    return [_class(entry, now, names) for entry in _seed()["class"]]


def _class(entry: Json, now: datetime, names: Mapping[str, tuple[str, str]]) -> Json:
    posts = {kind: [_post(post, now) for post in entry.get(kind, ())] for kind in _POSTS}
    created = (now - timedelta(days=_OPENED_DAYS_AGO)).isoformat()
    students = [_student(given, names) for given in entry["students"]]
    return entry | posts | {"created": created, "students": students}


def _post(post: Json, now: datetime) -> Json:
    day = now.astimezone(_BRUSSELS).date() - timedelta(days=post["days_ago"])
    instant = datetime.combine(day, post["at"], _BRUSSELS)
    kept = {name: value for name, value in post.items() if name != "days_ago"}
    text = {"text": post["text"].strip()} if "text" in post else {}
    return kept | text | {"at": instant.isoformat()}


def _student(given: Json | str, names: Mapping[str, tuple[str, str]]) -> Json:
    if isinstance(given, dict):
        return given
    first, last = names[given]
    return {"email": given, "givenName": first, "familyName": last}
