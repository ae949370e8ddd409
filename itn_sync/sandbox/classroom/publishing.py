"""The moment a post is published: its files are shared with the class, and the class is told.

Sources: facts §4.3 («the create call shares the Drive file with the class»; `scheduledTime`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from sqlite3 import Row

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.classroom import posts
from itn_sync.sandbox.classroom.access import class_members
from itn_sync.sandbox.classroom.notices import tell
from itn_sync.sandbox.classroom.posts import PUBLISHED, Post
from itn_sync.sandbox.classroom.sharing import give
from itn_sync.sandbox.world import State

# A template that each student copies is only read by them.
_ROLES = {"VIEW": "reader", "EDIT": "writer", "STUDENT_COPY": "reader"}


def publish(call: Call, post: Post, now: datetime) -> Post:
    """Make a draft visible at `now`: share what is attached, send every reader one mail."""
    made = posts.touched(replace(post, state=PUBLISHED, scheduled=""), now)
    posts.save(call.state, made)
    teachers, _ = class_members(call.state, post.course)
    _share(call.state, made, teachers)
    reach(call, made, audience(call.state, made), now)
    return made


def publish_due(call: Call, course: Row) -> None:
    """Publish what was scheduled for before now, each at its own hour, in an active class.

    The clock publishes nothing by itself here: whoever looks at the class next finds it done.
    """
    if course["state"] == "ACTIVE":
        for post in posts.due_posts(call.state, course["id"], call.now):
            publish(call, post, datetime.fromisoformat(post.scheduled))


def audience(state: State, post: Post) -> list[str]:
    """The students of the class whom the post is for."""
    _, students = class_members(state, post.course)
    return [student for student in students if post.is_for(student)]


def reach(call: Call, post: Post, students: Sequence[str], now: datetime) -> None:
    """Share a published post's files with these students and send each one mail."""
    _share(call.state, post, students)
    tell(call, post, students, now)


def welcome(state: State, course_id: str, student: str) -> None:
    """Share with a student who joins late what the class already has; no mail is sent."""
    published = posts.posts_of(
        state, course_id, kinds=("announcement", "material", "work"), states=(PUBLISHED,)
    )
    for post in published:
        if post.is_for(student.lower()):
            _share(state, post, [student])


def _share(state: State, post: Post, people: Sequence[str]) -> None:
    for item in post.materials:
        if "driveFile" in item:
            shared = item["driveFile"]
            giving = {"role": _ROLES[shared["shareMode"]], "giver": post.creator}
            give(state, shared["driveFile"]["id"], people, course_id=post.course, **giving)
