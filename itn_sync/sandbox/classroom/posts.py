"""What announcements, course work and materials have in common: a post of a class, kept and shown.

Sources: the `Announcement`, `CourseWork` and `CourseWorkMaterial` schemas of the `classroom.v1`
discovery document; facts §4.3.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from sqlite3 import Row

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.classroom.access import (
    STAFF,
    classroom_error,
    standing,
)
from itn_sync.sandbox.errors import Json, not_found
from itn_sync.sandbox.world import State, declare_schema, rfc3339

declare_schema(
    """
    CREATE TABLE IF NOT EXISTS classroom_post (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
        course TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,
        creator TEXT NOT NULL, project TEXT NOT NULL,
        created TEXT NOT NULL, updated TEXT NOT NULL,
        scheduled TEXT NOT NULL, -- instant of a publication to come, else empty
        topic TEXT NOT NULL, content TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS classroom_post_course ON classroom_post (course, kind, updated);
    CREATE INDEX IF NOT EXISTS classroom_post_due ON classroom_post (course, scheduled)
        WHERE scheduled <> ''
    """
)

PUBLISHED, DRAFT, DELETED = "PUBLISHED", "DRAFT", "DELETED"
FOLDER = "folder"


@dataclass(frozen=True)
class Post:
    """One post. `content` has the client's fields, and some that are shown in another form.

    `assignees` are addresses, absent: all; `folder` is the Drive folder of an assignment.
    """

    id: str
    course: str
    kind: str
    state: str
    creator: str
    project: str
    created: str
    updated: str
    content: Json
    scheduled: str = ""
    topic: str = ""

    def is_for(self, student: str) -> bool:
        """Whether the post, once published, is for this student of the class."""
        return student in self.content.get("assignees", (student,))

    @property
    def materials(self) -> list[Json]:
        """What is attached, as kept."""
        kept: list[Json] = self.content.get("materials", [])
        return kept

    @property
    def due(self) -> datetime | None:
        """The instant the work is due (UTC), None where it has no date."""
        day, hour = self.content.get("dueDate"), self.content.get("dueTime")
        if day is None or hour is None:
            return None
        parts = {unit: hour.get(unit, 0) for unit in ("hours", "minutes", "seconds")}
        return datetime(day["year"], day["month"], day["day"], tzinfo=UTC) + timedelta(**parts)


def _nothing_more(_call: Call, _before: Post, _after: Post) -> None:
    """What a change of most posts brings with it."""


@dataclass(frozen=True)
class Kind:
    """One of the three kinds of post, and what is particular to it.

    `plural` is the key of a list answer, `states` the parameter that chooses states, `check` what
    a content must satisfy (it raises 400), `after_patch` what a change brings with it. `own` are
    the fields a client may set at creation beside those that every post has; `patchable` those it
    may change, `clearable` empty.
    """

    name: str
    plural: str
    states: str
    own: frozenset[str]
    patchable: frozenset[str]
    clearable: frozenset[str]
    check: Callable[[Json], None]
    after_patch: Callable[[Call, Post, Post], None] = _nothing_more
    defaults: Json = field(default_factory=dict)
    orders: frozenset[str] = frozenset({"updateTime"})


def new_post_id() -> str:
    """A number of twelve digits, as Classroom gives them."""
    return str(secrets.randbelow(9 * 10**11) + 10**11)


def save(state: State, post: Post) -> Post:
    """Keep a post, new or changed; answers it."""
    state.execute(
        "INSERT INTO classroom_post (id, course, kind, state, creator, project, created, updated,"
        " scheduled, topic, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id)"
        " DO UPDATE SET state = excluded.state, updated = excluded.updated, topic = excluded.topic,"
        " scheduled = excluded.scheduled, content = excluded.content",
        (
            *(post.id, post.course, post.kind, post.state, post.creator, post.project),
            *(post.created, post.updated, post.scheduled, post.topic, json.dumps(post.content)),
        ),
    )
    return post


def touched(post: Post, now: datetime) -> Post:
    """The post with `now` as its update time."""
    return replace(post, updated=rfc3339(now))


def forget(state: State, post: Post) -> None:
    """Leave no trace of a post that nobody ever saw."""
    state.execute("DELETE FROM classroom_post WHERE id = ?", (post.id,))


def find(state: State, course_id: str, kind: str, post_id: str) -> Post:
    """The post of that kind and class, whoever may see it; 404 where there is none."""
    row = state.execute(
        "SELECT * FROM classroom_post WHERE course = ? AND kind = ? AND id = ?",
        (course_id, kind, post_id),
    ).fetchone()
    if row is None:
        raise not_found()
    return _read(row)


def posts_of(
    state: State, course_id: str, *, kinds: Iterable[str], states: Iterable[str]
) -> list[Post]:
    """The posts of a class in those states, the last changed first."""
    rows = state.execute(
        "SELECT * FROM classroom_post WHERE course = ? AND kind IN (SELECT value FROM json_each(?))"
        " AND state IN (SELECT value FROM json_each(?)) ORDER BY updated DESC, seq DESC",
        (course_id, json.dumps(list(kinds)), json.dumps(list(states))),
    )
    return [_read(row) for row in rows.fetchall()]


def due_posts(state: State, course_id: str, now: datetime) -> list[Post]:
    """The drafts whose hour has come, in the order of their hours."""
    rows = state.execute(
        "SELECT * FROM classroom_post WHERE course = ? AND state = 'DRAFT' AND scheduled <> ''"
        " AND scheduled <= ? ORDER BY scheduled, seq",
        (course_id, rfc3339(now)),
    )
    return [_read(row) for row in rows.fetchall()]


def _read(row: Row) -> Post:
    kept = {name: row[name] for name in row.keys() if name != "seq"}  # noqa: SIM118  (a Row iterates over values)
    return Post(**kept | {"content": json.loads(row["content"])})


def require_project(call: Call, project: str) -> None:
    """Raise 403 @ProjectPermissionDenied unless the caller's is `project`, the maker."""
    if call.project != project:
        message = "The Developer Console project is not permitted to make this request."
        raise classroom_error(403, "ProjectPermissionDenied", message)


def is_staff(call: Call, course_id: str) -> bool:
    """Whether the caller sees every post of the class: its teachers and the administrator."""
    return bool(standing(call.state, call.user, course_id) & STAFF)


def may_see(call: Call, post: Post) -> bool:
    """Whether the caller, a member of the class, may see the post."""
    if is_staff(call, post.course):
        return True
    return post.state == PUBLISHED and post.is_for(call.user)
