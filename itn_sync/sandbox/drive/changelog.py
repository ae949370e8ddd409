"""What changed in Drive, in order: files, and who lost sight of which.

A file stands in the log once, at its latest change, as in Google's list.
Source: https://developers.google.com/workspace/drive/api/guides/manage-changes
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from itn_sync.sandbox.drive.grants import effective
from itn_sync.sandbox.drive.tree import descendants
from itn_sync.sandbox.world import State, declare_schema, get_setting, next_number, now, rfc3339

declare_schema(
    """
    CREATE TABLE IF NOT EXISTS drive_change (
        file_id TEXT PRIMARY KEY, position INTEGER NOT NULL, at TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS drive_change_position ON drive_change (position);
    CREATE TABLE IF NOT EXISTS drive_loss (
        file_id TEXT NOT NULL, grantee TEXT NOT NULL, position INTEGER NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (file_id, grantee))
    """
)
_COUNTER = "drive.change"


def latest_position(state: State) -> int:
    """The position of the last change, 0 before the first."""
    return int(get_setting(state, f"world.counter.{_COUNTER}", 0))


def note_change(state: State, file_id: str) -> None:
    """The file changed now, in a way that everyone who sees it is told of."""
    state.execute(
        "INSERT OR REPLACE INTO drive_change VALUES (?, ?, ?)",
        (file_id, next_number(state, _COUNTER), rfc3339(now(state))),
    )


@contextmanager
def access_changes(state: State, file_id: str) -> Iterator[None]:
    """Around whatever may change who sees a file: tells all of it, and whoever lost it.

    What a folder holds changes with it.
    """
    before = {one: _grantees(state, one) for one in (file_id, *descendants(state, file_id))}
    yield
    for one, people in before.items():
        if state.execute("SELECT 1 FROM drive_file WHERE id = ?", (one,)).fetchone():
            note_change(state, one)
        else:
            state.execute("DELETE FROM drive_change WHERE file_id = ?", (one,))
        _note_losses(state, one, people - _grantees(state, one))


def _grantees(state: State, file_id: str) -> set[str]:
    """The addresses and domains with a permission; «anyone» is nobody in particular."""
    found = (p.get("emailAddress") or p.get("domain") for p in effective(state, file_id))
    return {grantee for grantee in found if grantee}


def _note_losses(state: State, file_id: str, grantees: Iterable[str]) -> None:
    for grantee in sorted(grantees):
        state.execute(
            "INSERT OR REPLACE INTO drive_loss VALUES (?, ?, ?, ?)",
            (file_id, grantee, next_number(state, _COUNTER), rfc3339(now(state))),
        )
