"""Folders and what is in them."""

from __future__ import annotations

from itn_sync.sandbox.world import State

_BELOW = """
    WITH RECURSIVE below(id) AS (
        SELECT id FROM drive_file WHERE parent = ?
        UNION SELECT f.id FROM drive_file f JOIN below ON f.parent = below.id)
    SELECT id FROM below
"""
# What an explicitly trashed folder holds below it is in the trash with that folder already.
_TRASHED_ABOVE = """
    WITH RECURSIVE above(id, parent, trashed, depth) AS (
        SELECT id, parent, trashed, 0 FROM drive_file WHERE id = ?
        UNION ALL
        SELECT f.id, f.parent, f.trashed, depth + 1
        FROM drive_file f JOIN above a ON f.id = a.parent WHERE depth < 100)
    SELECT 1 FROM above WHERE depth > 0 AND trashed = 1
"""


def descendants(state: State, folder: str) -> list[str]:
    """The ids of everything in a folder and in the folders below it."""
    return [row["id"] for row in state.execute(_BELOW, (folder,))]


def set_trashed(state: State, file_id: str, *, trashed: bool) -> None:
    """Put a file in the trash by itself, or take it out; a folder's content goes with it."""
    state.execute("UPDATE drive_file SET trashed = ? WHERE id = ?", (trashed, file_id))
    follow_folders(state, file_id)


def follow_folders(state: State, file_id: str) -> None:
    """After a change of place or trash: what lies in a trashed folder is trashed, no more no less.

    What was trashed by itself stays so.
    """
    for one in (file_id, *descendants(state, file_id)):
        above = state.execute(_TRASHED_ABOVE, (one,)).fetchone() is not None
        state.execute(
            "UPDATE drive_file SET trashed = ? WHERE id = ? AND trashed <> 1",
            (2 if above else 0, one),
        )
