"""drive.changes: what changed among the files that a person sees.

A token is the position up to which the list was read; it never expires.
Source: https://developers.google.com/workspace/drive/api/guides/manage-changes
"""

from __future__ import annotations

from typing import Any

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call, behaviour, default_fields
from itn_sync.sandbox.drive.changelog import latest_position
from itn_sync.sandbox.drive.grants import visible_rows
from itn_sync.sandbox.drive.shared_drives import check_no_drive
from itn_sync.sandbox.drive.view import as_seen, known_file
from itn_sync.sandbox.errors import ApiError, Json

default_fields(
    "drive.changes.list",
    "kind,nextPageToken,newStartPageToken,"
    "changes(kind,type,changeType,time,removed,fileId,file(kind,id,name,mimeType))",
)


@behaviour("drive.changes.getStartPageToken")
def get_start_page_token(call: Call) -> Json:
    """Where changes yet to come begin."""
    check_no_drive(call)
    return {"kind": "drive#startPageToken", "startPageToken": str(latest_position(call.state))}


@behaviour("drive.changes.list")
def list_changes(call: Call) -> Json:
    """The changes after the token, oldest first: each file once, at its latest change."""
    check_no_drive(call)
    found = _since(call, _position(call))
    size = min(int(call.params.get("pageSize") or 100), 1000)
    shown = found[:size]
    answer: Json = {
        "kind": "drive#changeList",
        "changes": [_change(call, row) for _, row in shown],
    }
    if len(found) > size:
        return answer | {"nextPageToken": str(shown[-1][0])}
    return answer | {"newStartPageToken": str(latest_position(call.state))}


def _position(call: Call) -> int:
    token = str(call.params["pageToken"])
    if not (token.isascii() and token.isdigit()) or int(token) > latest_position(call.state):
        raise ApiError(400, "Invalid Value", reason="invalid", location="pageToken")
    return int(token)


Entry = tuple[int, Any]


def _since(call: Call, start: int) -> list[Entry]:
    """Rows with `file_id`, `at` and whether it is `gone`, with their positions in order."""
    visible = {row["id"]: row for row in visible_rows(call.state, call.user)}
    if call.params.get("restrictToMyDrive"):
        visible = {key: row for key, row in visible.items() if _in_my_drive(call, row)}
    changed = call.state.execute(
        "SELECT file_id, position, at, 0 AS gone FROM drive_change WHERE position > ?", (start,)
    ).fetchall()
    found = [(row["position"], row) for row in changed if row["file_id"] in visible]
    if call.params.get("includeRemoved", True):
        lost = _lost(call, start)
        found += [(row["position"], row) for row in lost if row["file_id"] not in visible]
    return sorted(found, key=lambda entry: entry[0])


def _lost(call: Call, start: int) -> list[Any]:
    domain = call.user.rpartition("@")[2]
    return call.state.execute(
        "SELECT file_id, max(position) AS position, at, 1 AS gone FROM drive_loss"
        " WHERE position > ? AND grantee IN (?, ?) GROUP BY file_id",
        (start, call.user, domain),
    ).fetchall()


def _in_my_drive(call: Call, row: Any) -> bool:
    """Own files, and what others keep in one's own folders."""
    root, parent = files.root_id(call.user), row["parent"]
    while parent and parent != root:
        above = call.state.execute(
            "SELECT parent FROM drive_file WHERE id = ?", (parent,)
        ).fetchone()
        parent = above["parent"] if above else ""
    return bool(parent == root)


def _change(call: Call, row: Any) -> Json:
    change: Json = {
        "kind": "drive#change",
        "changeType": "file",
        "type": "file",
        "time": row["at"],
        "fileId": row["file_id"],
        "removed": bool(row["gone"]),
    }
    if row["gone"]:
        return change
    return change | {"file": as_seen(call, known_file(call, row["file_id"]))}
