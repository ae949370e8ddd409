"""Topics: the headings under which a class keeps its materials and work.

Sources: `courses.topics` in the `classroom.v1` discovery document; facts §4.3 (names, 200 a class).
"""

from __future__ import annotations

from sqlite3 import Row

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.classroom.access import TEACHERS, classroom_error, require_course
from itn_sync.sandbox.classroom.masks import masked_fields
from itn_sync.sandbox.classroom.posts import new_post_id, require_project
from itn_sync.sandbox.errors import ApiError, Json, failed_precondition, invalid, not_found
from itn_sync.sandbox.paging import listed
from itn_sync.sandbox.world import State, declare_schema, rfc3339

declare_schema(
    """
    CREATE TABLE IF NOT EXISTS classroom_topic (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, course TEXT NOT NULL,
        name TEXT NOT NULL, updated TEXT NOT NULL, project TEXT NOT NULL,
        deleted INTEGER NOT NULL DEFAULT 0);
    CREATE INDEX IF NOT EXISTS classroom_topic_course ON classroom_topic (course)
    """
)

MOST_TOPICS = 200
_LONGEST_NAME = 100


@behaviour("classroom.courses.topics.create")
def create(call: Call) -> Json:
    """A new topic; 409 where the class has one of that name, 400 past the 200th."""
    course = require_course(call, roles=TEACHERS, writable=True)
    name = _name(call.body)
    if _named(call.state, course["id"], name):
        raise ApiError(409, "A topic with this name already exists in the course.")
    if len(_topics(call.state, course["id"])) >= MOST_TOPICS:
        message = "The course has as many topics as it may have."
        raise classroom_error(400, "CourseTopicLimitReached", message)
    topic_id = new_post_id()
    call.state.execute(
        "INSERT INTO classroom_topic (id, course, name, updated, project) VALUES (?, ?, ?, ?, ?)",
        (topic_id, course["id"], name, rfc3339(call.now), call.project),
    )
    return _resource(require_topic(call.state, course["id"], topic_id))


def _name(body: Json) -> str:
    """The name as it is kept: trimmed, single spaces; 400 for none or one that is too long."""
    name = " ".join(str(body.get("name") or "").split())
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise invalid(f"A topic's name has 1 to {_LONGEST_NAME} characters.", "name")
    return name


@behaviour("classroom.courses.topics.get")
def get(call: Call) -> Json:
    """One topic, for every member of the class."""
    course = require_course(call)
    return _resource(require_topic(call.state, course["id"], call.params["id"]))


@behaviour("classroom.courses.topics.list")
def list_topics(call: Call) -> Json:
    """The topics of the class, the last added first."""
    course = require_course(call)
    return listed("topic", _topics(call.state, course["id"]), call, _resource)


@behaviour("classroom.courses.topics.patch")
def patch(call: Call) -> Json:
    """Rename a topic; 400 where another has the name, 403 for another project's topic."""
    course = require_course(call, roles=TEACHERS, writable=True)
    topic = require_topic(call.state, course["id"], call.params["id"])
    require_project(call, topic["project"])
    masked_fields(call, frozenset({"name"}), frozenset())
    name = _name(call.body)
    other = _named(call.state, course["id"], name)
    if other and other != topic["id"]:
        raise failed_precondition("A topic with this name already exists in the course.")
    call.state.execute(
        "UPDATE classroom_topic SET name = ?, updated = ? WHERE id = ?",
        (name, rfc3339(call.now), topic["id"]),
    )
    return _resource(require_topic(call.state, course["id"], topic["id"]))


@behaviour("classroom.courses.topics.delete")
def delete(call: Call) -> Json:
    """Delete a topic; its posts stay, without a topic. 400 when it is deleted already."""
    course = require_course(call, roles=TEACHERS, writable=True)
    topic = _row(call.state, course["id"], call.params["id"])
    if topic["deleted"]:
        raise failed_precondition("The topic has already been deleted.")
    call.state.execute("UPDATE classroom_topic SET deleted = 1 WHERE id = ?", (topic["id"],))
    call.state.execute("UPDATE classroom_post SET topic = '' WHERE topic = ?", (topic["id"],))
    return {}


def require_topic(state: State, course_id: str, topic_id: str) -> Row:
    """The topic of that class; 404 where there is none, or none any more."""
    row = _row(state, course_id, topic_id)
    if row["deleted"]:
        raise not_found()
    return row


def is_topic(state: State, course_id: str, topic_id: str) -> bool:
    """Whether the class has that topic."""
    return any(row["id"] == topic_id for row in _topics(state, course_id))


def _row(state: State, course_id: str, topic_id: str) -> Row:
    found: Row | None = state.execute(
        "SELECT * FROM classroom_topic WHERE course = ? AND id = ?", (course_id, topic_id)
    ).fetchone()
    if found is None:
        raise not_found()
    return found


def _topics(state: State, course_id: str) -> list[Row]:
    return state.execute(
        "SELECT * FROM classroom_topic WHERE course = ? AND NOT deleted ORDER BY seq DESC",
        (course_id,),
    ).fetchall()


def _named(state: State, course_id: str, name: str) -> str:
    return next((str(row["id"]) for row in _topics(state, course_id) if row["name"] == name), "")


def _resource(row: Row) -> Json:
    return {
        "courseId": row["course"],
        "topicId": row["id"],
        "name": row["name"],
        "updateTime": row["updated"],
    }
