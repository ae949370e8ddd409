"""What comments and replies have in common: how they are stored, told and looked up.

Source: https://developers.google.com/workspace/drive/api/guides/manage-comments
"""

from __future__ import annotations

import json
import re
import secrets
from html import escape
from typing import Any

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.drive.people import display_name
from itn_sync.sandbox.errors import ApiError, Json, forbidden, not_found
from itn_sync.sandbox.world import declare_schema, rfc3339

declare_schema(
    """
    CREATE TABLE IF NOT EXISTS drive_comment (
        file_id TEXT NOT NULL, id TEXT NOT NULL, author TEXT NOT NULL, created TEXT NOT NULL,
        modified TEXT NOT NULL, content TEXT NOT NULL, anchor TEXT NOT NULL DEFAULT '',
        quoted TEXT NOT NULL DEFAULT '', resolved INTEGER NOT NULL DEFAULT 0,
        deleted INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (file_id, id));
    CREATE TABLE IF NOT EXISTS drive_reply (
        file_id TEXT NOT NULL, comment_id TEXT NOT NULL, id TEXT NOT NULL, author TEXT NOT NULL,
        created TEXT NOT NULL, modified TEXT NOT NULL, content TEXT NOT NULL,
        action TEXT NOT NULL DEFAULT '', deleted INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (file_id, comment_id, id))
    """
)
_MENTION = re.compile(r"[+@]([\w.-]+@[\w-]+(?:\.[\w-]+)+)")


def new_remark_id() -> str:
    """An id such as Drive gives to comments and replies."""
    return "AAAA" + secrets.token_urlsafe(6)


def told(call: Call, kind: str, row: Any) -> Json:
    """What a comment and a reply tell alike; one that was deleted has no content any more.

    The author's address is not told, only their name.
    """
    author: Json = {"kind": "drive#user", "displayName": display_name(call.state, row["author"])}
    shown: Json = {
        "kind": f"drive#{kind}",
        "id": row["id"],
        "createdTime": row["created"],
        "modifiedTime": row["modified"],
        "author": author | {"me": row["author"] == call.user},
        "deleted": bool(row["deleted"]),
    }
    if row["deleted"] or not row["content"]:
        return shown
    mentioned = _MENTION.findall(row["content"])
    shown |= {"content": row["content"], "htmlContent": escape(row["content"], quote=False)}
    return shown | ({"mentionedEmailAddresses": mentioned} if mentioned else {})


def comment_told(call: Call, row: Any) -> Json:
    """A Comment resource with its replies."""
    shown = told(call, "comment", row) | {"replies": replies_told(call, row)}
    if row["deleted"]:
        return shown | {"replies": []}
    shown["resolved"] = bool(row["resolved"])
    if row["anchor"]:
        shown["anchor"] = row["anchor"]
    if row["quoted"]:
        shown["quotedFileContent"] = json.loads(row["quoted"])
    return shown


def replies_told(call: Call, comment: Any) -> list[Json]:
    """The Reply resources of a comment, oldest first; deleted ones where the call wants them."""
    rows = call.state.execute(
        "SELECT * FROM drive_reply WHERE file_id = ? AND comment_id = ? ORDER BY rowid",
        (comment["file_id"], comment["id"]),
    ).fetchall()
    wanted = call.params.get("includeDeleted")
    return [reply_told(call, row) for row in rows if wanted or not row["deleted"]]


def reply_told(call: Call, row: Any) -> Json:
    """A Reply resource."""
    action = {"action": row["action"]} if row["action"] and not row["deleted"] else {}
    return told(call, "reply", row) | action


def comment_row(call: Call, file: Json, comment_id: str = "") -> Any:
    """That comment, or the one the call names; 404 if deleted unless such ones are wanted."""
    wanted = comment_id or call.params["commentId"]
    row = call.state.execute(
        "SELECT * FROM drive_comment WHERE file_id = ? AND id = ?", (file["id"], wanted)
    ).fetchone()
    if row is None or (row["deleted"] and not call.params.get("includeDeleted")):
        message = f"Comment not found: {wanted}."
        raise not_found(message, reason="notFound", location="commentId")
    return row


def touch_comment(call: Call, comment: Any, *, resolved: bool | None = None) -> None:
    """The comment or one of its replies changed now; a reply may settle or reopen it."""
    state = comment["resolved"] if resolved is None else resolved
    call.state.execute(
        "UPDATE drive_comment SET modified = ?, resolved = ? WHERE file_id = ? AND id = ?",
        (rfc3339(call.now), state, comment["file_id"], comment["id"]),
    )


def check_author(call: Call, row: Any) -> None:
    """403 unless the caller wrote it."""
    if row["author"] != call.user:
        message = "The user does not have sufficient permissions for this file."
        raise forbidden(message, reason="insufficientFilePermissions")


def needed_content(body: Json, where: str) -> str:
    """The text of a comment or reply; 400 without any."""
    content = str(body.get("content") or "")
    if not content:
        message = "The content field is required."
        location = f"{where}.content"
        raise ApiError(400, message, reason="required", location=location, location_type="other")
    return content
