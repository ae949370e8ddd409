"""From the body of a request to what is stored of a file: names, parents, properties, trash."""

from __future__ import annotations

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call
from itn_sync.sandbox.drive.changelog import access_changes, note_change
from itn_sync.sandbox.drive.grants import RANKS
from itn_sync.sandbox.drive.properties import check_properties
from itn_sync.sandbox.drive.tree import descendants, follow_folders, set_trashed
from itn_sync.sandbox.drive.view import known_file, unknown_file
from itn_sync.sandbox.errors import ApiError, Json, forbidden
from itn_sync.sandbox.world import State

_KEPT_AS_SENT = (
    "description",
    "properties",
    "folderColorRgb",
    "originalFilename",
    "writersCanShare",
    "copyRequiresWriterPermission",
    "viewedByMeTime",
    "shortcutDetails",
)
_WRITABLE = frozenset(
    {
        *_KEPT_AS_SENT,
        *("name", "mimeType", "starred", "trashed", "appProperties", "modifiedTime"),
        *("contentHints", "contentRestrictions", "viewersCanCopyContent", "kind"),
    }
)
_WRITABLE_ONCE = frozenset({"id", "parents", "createdTime"})


def check_writable(body: Json, *, new: bool) -> None:
    """403 `fieldNotWritable` if the body holds a field that a request cannot set."""
    if not new and "parents" in body:
        raise _not_writable(
            "The parents field is not directly writable in update requests."
            " Use the addParents and removeParents parameters instead."
        )
    if set(body) - _WRITABLE - (_WRITABLE_ONCE if new else set()):
        raise _not_writable("The resource body includes fields which are not directly writable.")


def _not_writable(message: str) -> ApiError:
    return forbidden(message, reason="fieldNotWritable")


def checked_parent(call: Call, folder: str) -> str:
    """The id of a folder in which the caller may put files; 404 or 403 otherwise."""
    folder = files.root_id(call.user) if folder == "root" else folder
    if folder == files.root_id(call.user):
        return folder
    role, file = files.role_of(call.state, call.user, folder), files.get_file(call.state, folder)
    if role is None or file is None:
        raise unknown_file(folder)
    if file["mimeType"] != files.FOLDER:
        message = "The specified parent is not a folder."
        raise forbidden(message, reason="parentNotAFolder", location="parents")
    if RANKS[role] < RANKS["writer"]:
        message = "Insufficient permissions for the specified parent."
        raise forbidden(message, reason="insufficientParentPermissions")
    return folder


def checked_parents(call: Call) -> list[str]:
    """The folder that the body of a request wants for a new file; none or one."""
    asked = call.body.get("parents") or []
    if len(asked) > 1:
        message = "Increasing the number of parents is not allowed"
        raise forbidden(message, reason="cannotAddParent")
    return [checked_parent(call, folder) for folder in asked]


def apply_metadata(call: Call, file_id: str, body: Json) -> None:
    """Store what the body says of a file that exists."""
    if "properties" in body or "appProperties" in body:
        check_properties(body, known_file(call, file_id))
    kept = {name: body[name] for name in _KEPT_AS_SENT if name in body}
    if kept:
        files.put_extra(call.state, file_id, kept)
    if "appProperties" in body:
        files.put_app_properties(call.state, file_id, body["appProperties"], call.project)
    for name, column in (("name", "name"), ("mimeType", "mime"), ("createdTime", "created")):
        if body.get(name):
            _set_column(call.state, file_id, column, body[name])
    if "starred" in body:
        _star(call, file_id, starred=body["starred"])
    if "trashed" in body:
        set_trashed(call.state, file_id, trashed=body["trashed"])


def _set_column(state: State, file_id: str, column: str, value: str) -> None:
    state.execute(
        f"UPDATE drive_file SET {column} = ? WHERE id = ?",  # noqa: S608  (a name from this file)
        (value, file_id),
    )


def set_modified_time(state: State, file_id: str, instant: str) -> None:
    """Set the time that a client claims for the latest change."""
    _set_column(state, file_id, "modified", instant)


def _star(call: Call, file_id: str, *, starred: bool) -> None:
    where = (file_id, call.user)
    call.state.execute("DELETE FROM drive_star WHERE file_id = ? AND user = ?", where)
    if starred:
        call.state.execute("INSERT INTO drive_star VALUES (?, ?)", where)
    note_change(call.state, file_id)


def move(call: Call, file: Json) -> None:
    """Do what `addParents` and `removeParents` ask; a file has one parent at most."""
    added, removed = (_ids(call, name) for name in ("addParents", "removeParents"))
    if not added and not removed:
        return
    parents = [parent for parent in file["parents"] if parent not in removed]
    parents += [checked_parent(call, parent) for parent in added if parent not in parents]
    if len(parents) > 1:
        message = "Increasing the number of parents is not allowed"
        raise forbidden(message, reason="cannotAddParent")
    if {file["id"], *descendants(call.state, file["id"])} & set(parents):
        message = "A folder cannot be put in itself or in a folder that it holds."
        raise forbidden(message, reason="cannotAddParent")
    with access_changes(call.state, file["id"]):
        _set_column(call.state, file["id"], "parent", parents[0] if parents else "")
    follow_folders(call.state, file["id"])


def _ids(call: Call, name: str) -> list[str]:
    ids = [part.strip() for part in (call.params.get(name) or "").split(",")]
    return [files.root_id(call.user) if part == "root" else part for part in ids if part]


_TABLES = (
    *("drive_content", "drive_revision", "drive_permission", "drive_app_property", "drive_star"),
    *("drive_comment", "drive_reply"),
)


def forget(state: State, file_id: str) -> None:
    """Erase one file with everything that is kept about it."""
    state.execute("DELETE FROM drive_file WHERE id = ?", (file_id,))
    for table in _TABLES:
        state.execute(
            f"DELETE FROM {table} WHERE file_id = ?",  # noqa: S608  (a name from this file)
            (file_id,),
        )
