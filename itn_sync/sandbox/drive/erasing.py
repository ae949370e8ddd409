"""drive.files: delete and emptyTrash. What is erased does not come back."""

from __future__ import annotations

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.drive.changelog import access_changes
from itn_sync.sandbox.drive.metadata import forget
from itn_sync.sandbox.drive.shared_drives import check_no_drive
from itn_sync.sandbox.drive.tree import descendants
from itn_sync.sandbox.drive.view import open_file


@behaviour("drive.files.delete")
def delete(call: Call) -> None:
    """Erase a file for good; a folder with everything in it that is the caller's."""
    file = open_file(call, "owner")
    _erase(call, file["id"])


@behaviour("drive.files.emptyTrash")
def empty_trash(call: Call) -> None:
    """Erase everything of the caller's that is in the trash."""
    check_no_drive(call)
    trashed = call.state.execute(
        "SELECT id FROM drive_file WHERE owner = ? AND trashed = 1", (call.user,)
    ).fetchall()
    for row in trashed:
        _erase(call, row["id"])


def _erase(call: Call, file_id: str) -> None:
    """What others keep in an erased folder stays theirs, outside any folder."""
    below = descendants(call.state, file_id)
    with access_changes(call.state, file_id):
        own = [one for one in below if files.role_of(call.state, call.user, one) == "owner"]
        for one in (*own, file_id):
            call.state.execute("UPDATE drive_file SET parent = '' WHERE parent = ?", (one,))
            forget(call.state, one)
