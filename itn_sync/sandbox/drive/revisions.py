"""drive.revisions: the versions of a file.

A Sheet or a Form tells its head revision only.
Source: https://developers.google.com/workspace/drive/api/guides/manage-revisions
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call, Media, behaviour, default_fields
from itn_sync.sandbox.drive.content import delete_revision, revision_content, revisions_of
from itn_sync.sandbox.drive.people import drive_user
from itn_sync.sandbox.drive.restrictions import check_may_be
from itn_sync.sandbox.drive.view import is_native, open_file
from itn_sync.sandbox.errors import ApiError, Json, forbidden, not_found
from itn_sync.sandbox.paging import page

for _name in ("get", "update"):
    default_fields(f"drive.revisions.{_name}", "kind,id,mimeType,modifiedTime")
default_fields(
    "drive.revisions.list", "kind,nextPageToken,revisions(kind,id,mimeType,modifiedTime)"
)

_NATIVE_FLAGS = {"published", "publishAuto", "publishedOutsideDomain"}
_MOST_KEPT = 200


@behaviour("drive.revisions.list")
def list_revisions(call: Call) -> Json:
    """The versions of a file, oldest first."""
    file = _versioned(call)
    shown, token = page(_revisions(call, file), call, default=200)
    answer: Json = {"kind": "drive#revisionList", "revisions": shown}
    return answer | ({"nextPageToken": token} if token else {})


def _versioned(call: Call, role: str = "reader") -> Json:
    """The file of the call; the history of Google's own kinds is for those who may write."""
    file = open_file(call, role)
    if file["mimeType"] == files.FOLDER:
        raise forbidden("The file does not support revisions.", reason="revisionsNotSupported")
    return open_file(call, "writer") if is_native(file["mimeType"]) else file


def _revisions(call: Call, file: Json) -> list[Json]:
    rows = revisions_of(call.state, file["id"])
    return [_resource(call, file, row) for row in rows] or [_only(call, file)]


def _only(call: Call, file: Json) -> Json:
    last = file["lastModifyingUser"]["emailAddress"]
    return {
        "kind": "drive#revision",
        "id": file["version"],
        "mimeType": file["mimeType"],
        "modifiedTime": file["modifiedTime"],
        "lastModifyingUser": drive_user(call.state, last, call.user),
    }


def _resource(call: Call, file: Json, row: Any) -> Json:
    flags: Json = json.loads(row["flags"])
    revision: Json = {
        "kind": "drive#revision",
        "id": row["id"],
        "mimeType": row["mime"],
        "modifiedTime": row["at"],
        "lastModifyingUser": drive_user(call.state, row["user"], call.user),
    }
    if is_native(row["mime"]):
        return revision | dict.fromkeys(_NATIVE_FLAGS, False) | flags
    content = revision_content(call.state, row)
    facts = {
        "size": str(len(content)),
        "md5Checksum": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "originalFilename": file.get("originalFilename", file["name"]),
        "keepForever": False,
    }
    return revision | facts | flags


@behaviour("drive.revisions.get")
def get(call: Call) -> Json | Media:
    """One version, or its bytes with `alt=media`; `head` is the latest."""
    file = _versioned(call)
    if call.params.get("alt") != "media":
        wanted = call.params["revisionId"]
        found = _revisions(call, file)
        return next((one for one in found if one["id"] == wanted), None) or _last(call, found)
    row = _row(call, file)
    if is_native(row["mime"]):
        message = (
            "Only files with binary content can be downloaded. Use Export with Docs Editors files."
        )
        raise forbidden(message, reason="fileNotDownloadable", location="alt")
    check_may_be("downloaded", call, file)
    return Media(revision_content(call.state, row), row["mime"])


def _last(call: Call, found: list[Json]) -> Json:
    if call.params["revisionId"] != "head":
        raise _unknown(call)
    return found[-1]


def _row(call: Call, file: Json) -> Any:
    wanted = call.params["revisionId"]
    rows = revisions_of(call.state, file["id"])
    if rows and wanted == "head":
        return rows[-1]
    for row in rows:
        if row["id"] == wanted:
            return row
    raise _unknown(call)


def _unknown(call: Call) -> ApiError:
    message = f"Revision not found: {call.params['revisionId']}."
    return not_found(message, reason="notFound", location="revisionId")


@behaviour("drive.revisions.update")
def update(call: Call) -> Json:
    """Keep a binary version for ever, or say that a Doc's is published."""
    file = _versioned(call, "writer")
    row = _row(call, file)
    allowed = _NATIVE_FLAGS if is_native(row["mime"]) else {"keepForever"}
    changes = {name: value for name, value in call.body.items() if name not in {"kind", "id"}}
    if set(changes) - allowed:
        message = "The resource body includes fields which are not directly writable."
        raise forbidden(message, reason="fieldNotWritable")
    if changes.get("keepForever") and _kept(call, file) >= _MOST_KEPT:
        message = "The maximum number of revisions to keep forever has been reached."
        raise forbidden(message, reason="keepForeverLimitExceeded")
    call.state.execute(
        "UPDATE drive_revision SET flags = json_patch(flags, ?) WHERE file_id = ? AND id = ?",
        (json.dumps(changes), file["id"], row["id"]),
    )
    return _resource(call, file, _row(call, file))


def _kept(call: Call, file: Json) -> int:
    rows = revisions_of(call.state, file["id"])
    return sum(bool(json.loads(row["flags"]).get("keepForever")) for row in rows)


@behaviour("drive.revisions.delete")
def delete(call: Call) -> None:
    """Erase a version of a binary file; never the last one that remains."""
    file = _versioned(call, "writer")
    row = _row(call, file)
    if is_native(row["mime"]):
        message = "The revision of a Docs Editors file cannot be deleted."
        raise forbidden(message, reason="revisionDeletionNotSupported")
    if len(revisions_of(call.state, file["id"])) == 1:
        message = "The last remaining revision of a file cannot be deleted."
        raise forbidden(message, reason="cannotDeleteOnlyRevision")
    delete_revision(call.state, row)
    files.touch(call.state, file["id"], user=call.user, now=call.now)
