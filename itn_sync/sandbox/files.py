"""The Drive core that every API leans on: files, their content, and who may touch them.

Spreadsheets, forms, documents and folders are files, so permissions hold between people alike.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

from itn_sync.sandbox.drive.changelog import access_changes, note_change
from itn_sync.sandbox.drive.content import put_content
from itn_sync.sandbox.drive.grants import RANKS, effective, grant, strongest_role
from itn_sync.sandbox.drive.people import drive_user
from itn_sync.sandbox.errors import ApiError, Json, forbidden, not_found
from itn_sync.sandbox.world import State, declare_schema, rfc3339

declare_schema(
    """
    CREATE TABLE IF NOT EXISTS drive_file (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, mime TEXT NOT NULL, owner TEXT NOT NULL,
        parent TEXT NOT NULL DEFAULT '', created TEXT NOT NULL, modified TEXT NOT NULL,
        modified_by TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1,
        trashed INTEGER NOT NULL DEFAULT 0, -- 1 trashed, 2 in a trashed folder
        extra TEXT NOT NULL DEFAULT '{}');
    CREATE INDEX IF NOT EXISTS drive_file_parent ON drive_file (parent);
    CREATE TABLE IF NOT EXISTS drive_app_property (
        file_id TEXT NOT NULL, project TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (file_id, project, key));
    CREATE TABLE IF NOT EXISTS drive_star (
        file_id TEXT NOT NULL, user TEXT NOT NULL, PRIMARY KEY (file_id, user))
    """
)

PROJECT = "sandbox-project"
FOLDER = "application/vnd.google-apps.folder"
FORM = "application/vnd.google-apps.form"
SPREADSHEET = "application/vnd.google-apps.spreadsheet"
DOCUMENT = "application/vnd.google-apps.document"


def new_id(length: int = 44) -> str:
    """A random id that looks like Google's: `1` and url-safe characters."""
    return ("1" + secrets.token_urlsafe(length))[:length]


def root_id(owner: str) -> str:
    """The id of a person's «Mon Drive», the same at every call; the folder is never stored."""
    digest = hashlib.sha256(owner.lower().encode()).digest()
    return "0A" + base64.urlsafe_b64encode(digest).decode()[:11] + "Uk9PVA"


def create_file(  # noqa: PLR0913  (the parts of a new file)
    state: State,
    *,
    owner: str,
    name: str,
    mime_type: str,
    now: datetime,
    file_id: str = "",
    parents: Sequence[str] = (),
    content: bytes | None = None,
    app_properties: Mapping[str, str] | None = None,
) -> Json:
    """Make a file of `owner`, in their root folder unless `parents` names another.

    Answers the full File resource. `content` is for binary files only. An id in use raises 409.
    """
    file_id = file_id or new_id()
    if state.execute("SELECT 1 FROM drive_file WHERE id = ?", (file_id,)).fetchone():
        raise ApiError(409, "A file already exists with the provided ID.", reason="fileIdInUse")
    owner, instant = owner.lower(), rfc3339(now)
    parent = parents[0] if parents else root_id(owner)
    state.execute(
        "INSERT INTO drive_file (id, name, mime, owner, parent, created, modified, modified_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (file_id, name, mime_type, owner, parent, instant, instant, owner),
    )
    grant(state, file_id, role="owner", kind="user", address=owner)
    if content is not None:
        put_content(state, file_id, content, user=owner, mime_type=mime_type)
    note_change(state, file_id)
    put_app_properties(state, file_id, app_properties or {})
    return _resource(state, _row(state, file_id))


def get_file(state: State, file_id: str, *, project: str = PROJECT) -> Json | None:
    """The full File resource with its permissions, checking nobody's rights; None if unknown.

    `appProperties` are those of the Cloud `project`.
    """
    row = state.execute("SELECT * FROM drive_file WHERE id = ?", (file_id,)).fetchone()
    return None if row is None else _resource(state, row, project)


def role_of(state: State, user: str, file_id: str) -> str | None:
    """The strongest role of a person on a file, through its folders, their domain or «anyone»."""
    return strongest_role(effective(state, file_id), user.lower())


def require(state: State, user: str, file_id: str, role: str = "reader", *, api: str) -> Json:
    """The full File resource, if `user` has at least `role` on it.

    Raises 404 where the person may not know of the file, 403 where they may do less than `role`.
    """
    file = get_file(state, file_id)
    held = None if file is None else strongest_role(file["permissions"], user.lower())
    if file is None or held is None:
        raise _unknown(file_id, api)
    if RANKS[held] < RANKS[role]:
        raise _too_little(api)
    return file


def _unknown(file_id: str, api: str) -> ApiError:
    if api != "drive":
        return not_found()
    return not_found(f"File not found: {file_id}.", reason="notFound", location="fileId")


def _too_little(api: str) -> ApiError:
    if api != "drive":
        return forbidden()
    message = "The user does not have sufficient permissions for this file."
    return forbidden(message, reason="insufficientFilePermissions")


def touch(state: State, file_id: str, *, user: str, now: datetime) -> None:
    """Note that `user` changed the file at `now`; the version goes up."""
    state.execute(
        "UPDATE drive_file SET modified = ?, modified_by = ?, version = version + 1 WHERE id = ?",
        (rfc3339(now), user.lower(), file_id),
    )
    note_change(state, file_id)


def share(
    state: State,
    file_id: str,
    *,
    role: str,
    type: str,
    email: str = "",
    domain: str = "",
) -> Json:
    """Give `role` to a `user`, `group`, `domain` or `anyone`; answers the Permission resource."""
    with access_changes(state, file_id):
        wanted = grant(state, file_id, role=role, kind=type, address=email or domain)
    return next(p for p in effective(state, file_id) if p["id"] == wanted)


def put_extra(state: State, file_id: str, changes: Mapping[str, object]) -> None:
    """Set File fields that need no column (`description`, `properties`…); None removes one."""
    state.execute(
        "UPDATE drive_file SET extra = json_patch(extra, ?) WHERE id = ?",
        (json.dumps(changes), file_id),
    )


def put_app_properties(
    state: State, file_id: str, changes: Mapping[str, str | None], project: str = PROJECT
) -> None:
    """Set the private properties that one Cloud project keeps on a file; None removes one."""
    for key, value in changes.items():
        where = (file_id, project, key)
        state.execute(
            "DELETE FROM drive_app_property WHERE file_id = ? AND project = ? AND key = ?", where
        )
        if value is not None:
            state.execute("INSERT INTO drive_app_property VALUES (?, ?, ?, ?)", (*where, value))


def is_starred(state: State, file_id: str, user: str) -> bool:
    """Whether this person starred the file."""
    where = (file_id, user)
    found = state.execute("SELECT 1 FROM drive_star WHERE file_id = ? AND user = ?", where)
    return found.fetchone() is not None


def _row(state: State, file_id: str) -> sqlite3.Row:
    found: sqlite3.Row = state.execute(
        "SELECT * FROM drive_file WHERE id = ?", (file_id,)
    ).fetchone()
    return found


def _resource(state: State, row: sqlite3.Row, project: str = PROJECT) -> Json:
    permissions = effective(state, row["id"])
    return summary(state, row, project) | {
        "lastModifyingUser": drive_user(state, row["modified_by"]),
        "shared": len(permissions) > 1,
        "permissions": permissions,
        "permissionIds": [permission["id"] for permission in permissions],
    }


def summary(state: State, row: sqlite3.Row, project: str = PROJECT) -> Json:
    """A File resource without its permissions: what a search needs, at a fraction of the cost."""
    resource: Json = {
        "kind": "drive#file",
        "id": row["id"],
        "name": row["name"],
        "mimeType": row["mime"],
        "parents": [row["parent"]] if row["parent"] else [],
        "spaces": ["drive"],
        "version": str(row["version"]),
        "createdTime": row["created"],
        "modifiedTime": row["modified"],
        "trashed": bool(row["trashed"]),
        "explicitlyTrashed": row["trashed"] == 1,
        "owners": [drive_user(state, row["owner"])],
    }
    own = state.execute(
        "SELECT key, value FROM drive_app_property WHERE file_id = ? AND project = ?",
        (row["id"], project),
    ).fetchall()
    if own:
        resource["appProperties"] = {item["key"]: item["value"] for item in own}
    extra: Json = json.loads(row["extra"])
    return resource | extra
