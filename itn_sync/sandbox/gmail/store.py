"""Where mail is kept: one row per message and mailbox, its labels and the mailbox's history.

Nothing here is made by a read: a mailbox that nobody used has no row and behaves as an empty one.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from itn_sync.sandbox.errors import not_found
from itn_sync.sandbox.gmail import history
from itn_sync.sandbox.gmail.index import Indexed, index_of, searched_headers
from itn_sync.sandbox.gmail.rfc822 import with_crlf
from itn_sync.sandbox.world import State, declare_schema, get_setting

Row = sqlite3.Row

SEARCH_LAG = "world.gmail.search_lag_seconds"
DEFAULT_SEARCH_LAG = 3.0

# The raw bytes come last: SQLite then reads the columns before them without touching them.
declare_schema(
    """
CREATE TABLE IF NOT EXISTS gmail_message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox TEXT NOT NULL,
    id TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    draft_id TEXT NOT NULL DEFAULT '',
    internal_date INTEGER NOT NULL,
    history_id INTEGER NOT NULL,
    searchable_at INTEGER NOT NULL,
    size INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    thread_subject TEXT NOT NULL,
    has_attachment INTEGER NOT NULL,
    snippet TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    cc TEXT NOT NULL,
    bcc TEXT NOT NULL,
    subject TEXT NOT NULL,
    filenames TEXT NOT NULL,
    words TEXT NOT NULL,
    raw BLOB NOT NULL,
    UNIQUE (mailbox, id)
);
CREATE INDEX IF NOT EXISTS gmail_by_date ON gmail_message (mailbox, internal_date, seq);
CREATE INDEX IF NOT EXISTS gmail_by_thread ON gmail_message (mailbox, thread_id);
CREATE INDEX IF NOT EXISTS gmail_by_message_id ON gmail_message (mailbox, message_id);
CREATE INDEX IF NOT EXISTS gmail_by_draft ON gmail_message (mailbox, draft_id);
CREATE TABLE IF NOT EXISTS gmail_message_label (
    seq INTEGER NOT NULL REFERENCES gmail_message (seq) ON DELETE CASCADE,
    label TEXT NOT NULL,
    PRIMARY KEY (seq, label)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS gmail_by_label ON gmail_message_label (label, seq);
CREATE TABLE IF NOT EXISTS gmail_message_header (
    seq INTEGER NOT NULL REFERENCES gmail_message (seq) ON DELETE CASCADE,
    name TEXT NOT NULL,
    words TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS gmail_header_of ON gmail_message_header (seq)
"""
)


@dataclass(frozen=True)
class NewMessage:
    """A message about to be stored in `mailbox`; no `thread_id` begins a conversation."""

    mailbox: str
    raw: bytes
    labels: Sequence[str]
    received: datetime
    thread_id: str = ""
    draft_id: str = ""


def insert(state: State, new: NewMessage, *, now: datetime) -> Row:
    """Store a message; its row has a new id, and search finds it after the index's lag."""
    raw = with_crlf(new.raw)
    indexed = index_of(raw)
    message_id = _new_id(state, new.mailbox, now)
    thread_id = new.thread_id or message_id
    entry = history.record(
        state, new.mailbox, "messageAdded", message_id, thread_id, labels=new.labels
    )
    seq = _insert_row(state, new, raw, indexed, (message_id, thread_id, entry, now))
    _put_labels(state, seq, new.labels)
    state.executemany(
        "INSERT INTO gmail_message_header VALUES (?, ?, ?)",
        [(seq, name, found) for name, found in searched_headers(raw)],
    )
    return get(state, new.mailbox, message_id)


def _insert_row(
    state: State,
    new: NewMessage,
    raw: bytes,
    indexed: Indexed,
    identity: tuple[str, str, int, datetime],
) -> int:
    message_id, thread_id, entry, now = identity
    lag = float(get_setting(state, SEARCH_LAG, DEFAULT_SEARCH_LAG))
    values = {
        "mailbox": new.mailbox,
        "id": message_id,
        "thread_id": thread_id,
        "draft_id": new.draft_id,
        "internal_date": max(0, milliseconds(new.received)),
        "history_id": entry,
        "searchable_at": milliseconds(now) + int(lag * 1000),
        "size": len(raw),
        **indexed.columns(),
        "raw": raw,
    }
    marks = ", ".join("?" * len(values))
    cursor = state.execute(
        f"INSERT INTO gmail_message ({', '.join(values)}) VALUES ({marks})",  # noqa: S608 (names are ours)
        tuple(values.values()),
    )
    return int(cursor.lastrowid or 0)


def milliseconds(instant: datetime) -> int:
    """Milliseconds since 1970, as `internalDate` counts them."""
    return round(instant.timestamp() * 1000)


def _new_id(state: State, mailbox: str, now: datetime) -> str:
    """Sixteen hexadecimal digits that grow with time, as Google's do."""
    while True:
        candidate = f"{(milliseconds(now) << 20) | secrets.randbits(20):016x}"
        if find(state, mailbox, candidate) is None:
            return candidate


def find(state: State, mailbox: str, message_id: str) -> Row | None:
    """The message's row, or None."""
    row: Row | None = state.execute(
        "SELECT * FROM gmail_message WHERE mailbox = ? AND id = ?", (mailbox, message_id)
    ).fetchone()
    return row


def get(state: State, mailbox: str, message_id: str) -> Row:
    """The message's row; raises 404."""
    row = find(state, mailbox, message_id)
    if row is None:
        raise not_found()
    return row


def find_draft(state: State, mailbox: str, draft_id: str) -> Row | None:
    """The row of the message that `draft_id` holds now, or None."""
    row: Row | None = state.execute(
        "SELECT * FROM gmail_message WHERE mailbox = ? AND draft_id = ? AND draft_id <> ''",
        (mailbox, draft_id),
    ).fetchone()
    return row


def in_thread(state: State, mailbox: str, thread_id: str) -> list[Row]:
    """The messages of a conversation, oldest first; empty when there is none."""
    return state.execute(
        "SELECT * FROM gmail_message WHERE mailbox = ? AND thread_id = ?"
        " ORDER BY internal_date, seq",
        (mailbox, thread_id),
    ).fetchall()


def all_messages(state: State, mailbox: str) -> list[Row]:
    """Every message of the mailbox, newest first."""
    return state.execute(
        "SELECT * FROM gmail_message WHERE mailbox = ? ORDER BY internal_date DESC, seq DESC",
        (mailbox,),
    ).fetchall()


def labels_of(state: State, row: Row) -> list[str]:
    """The label ids on a message."""
    rows = state.execute(
        "SELECT label FROM gmail_message_label WHERE seq = ? ORDER BY label", (row["seq"],)
    )
    return [found["label"] for found in rows]


def relabel(state: State, row: Row, *, add: Iterable[str], remove: Iterable[str]) -> None:
    """Change a message's labels; only true changes enter the history."""
    before = set(labels_of(state, row))
    added = sorted(set(add) - before)
    removed = sorted(set(remove) & before)
    _put_labels(state, row["seq"], added)
    state.executemany(
        "DELETE FROM gmail_message_label WHERE seq = ? AND label = ?",
        [(row["seq"], label) for label in removed],
    )
    after = sorted((before | set(added)) - set(removed))
    for kind, changed in (("labelAdded", added), ("labelRemoved", removed)):
        if changed:
            _record_change(state, row, kind, after, changed)


def _record_change(
    state: State, row: Row, kind: str, labels: Sequence[str], changed: Sequence[str]
) -> None:
    entry = history.record(
        state,
        row["mailbox"],
        kind,
        row["id"],
        row["thread_id"],
        labels=labels,
        changed=changed,
    )
    state.execute("UPDATE gmail_message SET history_id = ? WHERE seq = ?", (entry, row["seq"]))


def _put_labels(state: State, seq: int, labels: Iterable[str]) -> None:
    state.executemany(
        "INSERT OR IGNORE INTO gmail_message_label VALUES (?, ?)",
        [(seq, label) for label in labels],
    )


def delete(state: State, row: Row) -> None:
    """Remove a message for good; the history says so."""
    labels = labels_of(state, row)
    history.record(
        state, row["mailbox"], "messageDeleted", row["id"], row["thread_id"], labels=labels
    )
    state.execute("DELETE FROM gmail_message WHERE seq = ?", (row["seq"],))
