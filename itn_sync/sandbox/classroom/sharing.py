"""Drive files given to the people of a class, and taken back from who leaves it.

Sources: `courseWorkMaterials.create` («share a Drive attachment») in the `classroom.v1` discovery
document; facts §4.3. Google shares with the class as a group: who is no member reads no more.
"""

from __future__ import annotations

from collections.abc import Iterable

from itn_sync.sandbox import files
from itn_sync.sandbox.drive.changelog import access_changes
from itn_sync.sandbox.drive.grants import RANKS, grant, strongest_role
from itn_sync.sandbox.drive.people import permission_id
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.world import State, declare_schema

declare_schema(
    """
    CREATE TABLE IF NOT EXISTS classroom_share (
        file TEXT NOT NULL, user TEXT NOT NULL, course TEXT NOT NULL, role TEXT NOT NULL,
        PRIMARY KEY (file, user, course))
    """
)


def give(
    state: State, file_id: str, people: Iterable[str], *, role: str, giver: str, course_id: str
) -> None:
    """Give members of the class `role` on a file, in the name of `giver`.

    Nothing happens where the giver may not share the file, nor to who has as much otherwise.
    """
    file = files.get_file(state, file_id)
    permissions: list[Json] = file["permissions"] if file else []
    if not _has(permissions, giver, "writer"):
        return
    before = _given_by_classes(state, file_id)
    lacking = [person for person in people if not _has(permissions, person, role)]
    with access_changes(state, file_id):
        for person in lacking:
            grant(state, file_id, role=role, kind="user", address=person)
    state.executemany(
        "INSERT OR REPLACE INTO classroom_share VALUES (?, ?, ?, ?)",
        [(file_id, person, course_id, role) for person in {*lacking, *before & {*people}}],
    )


def _has(permissions: list[Json], person: str, role: str) -> bool:
    held = strongest_role(permissions, person)
    return held is not None and RANKS[held] >= RANKS[role]


def _given_by_classes(state: State, file_id: str) -> set[str]:
    """Who reads the file because a class they are in gave it to them."""
    rows = state.execute("SELECT user FROM classroom_share WHERE file = ?", (file_id,))
    return {str(row["user"]) for row in rows.fetchall()}


def take_back(state: State, course_id: str, person: str) -> None:
    """Take from a person what the class gave them, unless another class gave it too."""
    rows = state.execute(
        "DELETE FROM classroom_share WHERE course = ? AND user = ? RETURNING file, role",
        (course_id, person),
    ).fetchall()
    for row in rows:
        if person not in _given_by_classes(state, row["file"]):
            _withdraw(state, row["file"], person, row["role"])


def _withdraw(state: State, file_id: str, person: str, role: str) -> None:
    with access_changes(state, file_id):
        state.execute(
            "DELETE FROM drive_permission WHERE file_id = ? AND id = ? AND role = ?",
            (file_id, permission_id(person), role),
        )
