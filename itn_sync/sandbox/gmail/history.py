"""users.history: what changed in a mailbox since a history id."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import Json, invalid, not_found
from itn_sync.sandbox.gmail.access import mailbox_of
from itn_sync.sandbox.gmail.paging import page_size
from itn_sync.sandbox.world import State, declare_schema, get_setting, next_number
from itn_sync.sandbox.world import now as world_now

# A mailbox nobody used yet stands at this number; history ids begin above it.
_ORIGIN = 1000

# How long a history id serves: «typically at least a week» (users.history.list).
KEPT_DAYS = "world.gmail.history_kept_days"
_DEFAULT_KEPT_DAYS = 30

_FIELDS = {
    "messageAdded": "messagesAdded",
    "messageDeleted": "messagesDeleted",
    "labelAdded": "labelsAdded",
    "labelRemoved": "labelsRemoved",
}

declare_schema(
    """
CREATE TABLE IF NOT EXISTS gmail_history (
    id INTEGER PRIMARY KEY,
    mailbox TEXT NOT NULL,
    kind TEXT NOT NULL,
    message_id TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    labels TEXT NOT NULL,
    changed TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS gmail_history_of ON gmail_history (mailbox, id);
CREATE TABLE IF NOT EXISTS gmail_history_time (id INTEGER PRIMARY KEY, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS gmail_history_at ON gmail_history_time (at, id)
"""
)


def record(
    state: State,
    mailbox: str,
    kind: str,
    message_id: str,
    thread_id: str,
    *,
    labels: Sequence[str],
    changed: Sequence[str] = (),
) -> int:
    """Add one record (`labels`: those after the change; `changed`: added or removed); its id."""
    entry = next_number(state, "gmail.history", _ORIGIN + 1)
    state.execute(
        "INSERT INTO gmail_history VALUES (?, ?, ?, ?, ?, ?, ?)",
        (entry, mailbox, kind, message_id, thread_id, json.dumps(labels), json.dumps(changed)),
    )
    state.execute(
        "INSERT INTO gmail_history_time VALUES (?, ?)", (entry, world_now(state).timestamp())
    )
    return entry


def current(state: State, mailbox: str) -> int:
    """The mailbox's current history id."""
    row = state.execute(
        "SELECT max(id) AS latest FROM gmail_history WHERE mailbox = ?", (mailbox,)
    ).fetchone()
    return int(row["latest"] or _ORIGIN)


@behaviour("gmail.users.history.list")
def list_history(call: Call) -> Json:
    """Records after `startHistoryId`, oldest first; raises 404 when that id is not usable."""
    mailbox = mailbox_of(call)
    latest = current(call.state, mailbox)
    start = _start(call.params, _oldest_usable(call.state, call.now), latest)
    limit = page_size(call.params)
    rows = [row for row in _after(call.state, mailbox, start) if _wanted(row, call.params)]
    answer: Json = {"historyId": str(latest)}
    if rows:
        answer["history"] = [_as_json(row) for row in rows[:limit]]
    if len(rows) > limit:
        answer["nextPageToken"] = str(rows[limit - 1]["id"])
    return answer


def _oldest_usable(state: State, now: datetime) -> int:
    """The last id given before the time that records are kept for."""
    kept = timedelta(days=float(get_setting(state, KEPT_DAYS, _DEFAULT_KEPT_DAYS)))
    row = state.execute(
        "SELECT id FROM gmail_history_time WHERE at < ? ORDER BY at DESC, id DESC LIMIT 1",
        ((now - kept).timestamp(),),
    ).fetchone()
    return int(row["id"]) if row else _ORIGIN


def _start(params: Json, oldest: int, latest: int) -> int:
    text = str(params.get("pageToken") or params.get("startHistoryId") or "")
    if not text:
        raise invalid("Missing required parameter: startHistoryId", "startHistoryId")
    if params.get("pageToken") and not text.isdecimal():
        raise invalid("Invalid pageToken", location="pageToken")
    if not text.isdecimal() or not min(oldest, latest) <= int(text) <= latest:
        raise not_found()
    return int(text)


def _after(state: State, mailbox: str, start: int) -> list[sqlite3.Row]:
    return state.execute(
        "SELECT * FROM gmail_history WHERE mailbox = ? AND id > ? ORDER BY id", (mailbox, start)
    ).fetchall()


def _wanted(row: sqlite3.Row, params: Json) -> bool:
    kinds = params.get("historyTypes") or list(_FIELDS)
    label = params.get("labelId")
    seen = json.loads(row["labels"]) + json.loads(row["changed"])
    return row["kind"] in kinds and (not label or label in seen)


def _as_json(row: sqlite3.Row) -> Json:
    message = {"id": row["message_id"], "threadId": row["thread_id"]}
    change: Json = {"message": message | {"labelIds": json.loads(row["labels"])}}
    if row["kind"].startswith("label"):
        change["labelIds"] = json.loads(row["changed"])
    return {"id": str(row["id"]), "messages": [message], _FIELDS[row["kind"]]: [change]}
