"""forms.watches: who wants to hear of a form's changes. Nothing is published: there is no Pub/Sub.

Source: https://developers.google.com/workspace/forms/api/guides/push-notifications
"""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from sqlite3 import Row

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import ApiError, Json, forbidden, invalid, not_found
from itn_sync.sandbox.forms.instants import of_clock, printed
from itn_sync.sandbox.forms.methods import open_form
from itn_sync.sandbox.world import declare_schema

declare_schema(
    """
    CREATE TABLE IF NOT EXISTS form_watch (
        form_id TEXT NOT NULL, id TEXT NOT NULL, project TEXT NOT NULL, event TEXT NOT NULL,
        topic TEXT NOT NULL, created TEXT NOT NULL, expires REAL NOT NULL,
        PRIMARY KEY (form_id, id), UNIQUE (form_id, project, event))
    """
)

_LIFE = timedelta(days=7)
_ID = re.compile(r"[a-z0-9-]{4,63}")
_TOPIC = re.compile(r"projects/[\w.:-]+/topics/[A-Za-z][\w.~+%-]{2,254}", re.ASCII)
_SCOPE = "https://www.googleapis.com/auth/"
_READERS = {
    "SCHEMA": {"drive", "drive.file", "drive.readonly", "forms.body", "forms.body.readonly"},
    "RESPONSES": {"drive", "drive.file", "forms.responses.readonly"},
}
"""Whoever may not read something may not hear of it either."""


@behaviour("forms.forms.watches.create")
def create(call: Call) -> Json:
    """A watch of seven days; one per form, kind of event and Cloud project."""
    _, file = open_form(call, "writer")
    watch = call.body.get("watch", {})
    event, topic = watch.get("eventType", ""), _topic(watch)
    _check_event(call, event)
    watch_id = _new_id(call.body.get("watchId", ""))
    _forget_expired(call)
    if _clashes(call, file["id"], watch_id, event):
        raise ApiError(409, f"A watch for {event} or with this ID already exists for the form.")
    call.state.execute(
        "INSERT INTO form_watch VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            file["id"],
            watch_id,
            call.project,
            event,
            topic,
            printed(of_clock(call.now)),
            (call.now + _LIFE).timestamp(),
        ),
    )
    return _resource(_found(call, file["id"], watch_id))


def _topic(watch: Json) -> str:
    topic = watch.get("target", {}).get("topic", {}).get("topicName", "")
    if not _TOPIC.fullmatch(topic):
        raise invalid(
            "A watch needs a target topic such as projects/PROJECT/topics/TOPIC.",
            "watch.target.topic.topic_name",
        )
    return str(topic)


def _check_event(call: Call, event: str) -> None:
    if event not in _READERS:
        raise invalid("A watch needs an event_type: SCHEMA or RESPONSES.", "watch.event_type")
    if not {_SCOPE + name for name in _READERS[event]} & call.scopes:
        raise forbidden("Request had insufficient authentication scopes.")


def _new_id(wanted: str) -> str:
    if not wanted:
        return str(uuid.uuid4())
    if not _ID.fullmatch(wanted):
        raise invalid("A watch_id has 4 to 63 characters: small letters, digits, -.", "watch_id")
    return wanted


def _forget_expired(call: Call) -> None:
    call.state.execute("DELETE FROM form_watch WHERE expires <= ?", (call.now.timestamp(),))


def _clashes(call: Call, form_id: str, watch_id: str, event: str) -> bool:
    row = call.state.execute(
        "SELECT 1 FROM form_watch WHERE form_id = ? AND (id = ? OR (project = ? AND event = ?))",
        (form_id, watch_id, call.project, event),
    ).fetchone()
    return row is not None


def _found(call: Call, form_id: str, watch_id: str) -> Row:
    """The project's living watch with that id; raises 404."""
    row: Row | None = call.state.execute(
        "SELECT * FROM form_watch WHERE form_id = ? AND id = ? AND project = ? AND expires > ?",
        (form_id, watch_id, call.project, call.now.timestamp()),
    ).fetchone()
    if row is None:
        raise not_found()
    return row


@behaviour("forms.forms.watches.list")
def list_watches(call: Call) -> Json:
    """The project's watches of the form that have not expired."""
    _, file = open_form(call, "writer")
    rows = call.state.execute(
        "SELECT * FROM form_watch WHERE form_id = ? AND project = ? AND expires > ?"
        " ORDER BY event DESC",
        (file["id"], call.project, call.now.timestamp()),
    ).fetchall()
    return {"watches": [_resource(row) for row in rows]} if rows else {}


@behaviour("forms.forms.watches.renew")
def renew(call: Call) -> Json:
    """Seven days more from now; an expired watch is not found any more."""
    _, file = open_form(call, "writer")
    watch_id = _found(call, file["id"], call.params["watchId"])["id"]
    call.state.execute(
        "UPDATE form_watch SET expires = ? WHERE form_id = ? AND id = ?",
        ((call.now + _LIFE).timestamp(), file["id"], watch_id),
    )
    return _resource(_found(call, file["id"], watch_id))


@behaviour("forms.forms.watches.delete")
def delete(call: Call) -> Json:
    """The end of a watch of the project; raises 404 if it has none with that id."""
    _, file = open_form(call, "writer")
    watch_id = _found(call, file["id"], call.params["watchId"])["id"]
    call.state.execute(
        "DELETE FROM form_watch WHERE form_id = ? AND id = ?", (file["id"], watch_id)
    )
    return {}


def _resource(row: Row) -> Json:
    expires = datetime.fromtimestamp(row["expires"], UTC)
    return {
        "id": row["id"],
        "target": {"topic": {"topicName": row["topic"]}},
        "eventType": row["event"],
        "createTime": row["created"],
        "expireTime": printed(of_clock(expires)),
        "state": "ACTIVE",
    }
