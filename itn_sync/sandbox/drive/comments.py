"""drive.comments: what people say about a file."""

from __future__ import annotations

import json
from datetime import datetime

from itn_sync.sandbox.call import Call, behaviour, required_fields
from itn_sync.sandbox.drive.changelog import note_change
from itn_sync.sandbox.drive.remarks import (
    check_author,
    comment_row,
    comment_told,
    needed_content,
    new_remark_id,
    touch_comment,
)
from itn_sync.sandbox.drive.view import open_file
from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.paging import page
from itn_sync.sandbox.world import rfc3339

for _name in ("create", "get", "list", "update"):
    required_fields(f"drive.comments.{_name}")


@behaviour("drive.comments.list")
def list_comments(call: Call) -> Json:
    """The comments of a file, those with the latest news first."""
    file = open_file(call)
    rows = call.state.execute(
        "SELECT * FROM drive_comment WHERE file_id = ? AND modified >= ? AND (? OR NOT deleted)"
        " ORDER BY modified DESC, rowid DESC",
        (file["id"], _since(call), bool(call.params.get("includeDeleted"))),
    ).fetchall()
    shown, token = page(rows, call, default=20, maximum=100)
    answer: Json = {
        "kind": "drive#commentList",
        "comments": [comment_told(call, row) for row in shown],
    }
    return answer | ({"nextPageToken": token} if token else {})


def _since(call: Call) -> str:
    text = call.params.get("startModifiedTime") or ""
    if not text:
        return ""
    try:
        return rfc3339(datetime.fromisoformat(text))
    except ValueError:
        location = "startModifiedTime"
        raise ApiError(400, "Invalid Value", reason="invalid", location=location) from None


@behaviour("drive.comments.create")
def create(call: Call) -> Json:
    """Say something about a file."""
    file = open_file(call, "commenter")
    content, instant = needed_content(call.body, "comment"), rfc3339(call.now)
    quoted = call.body.get("quotedFileContent")
    comment_id = new_remark_id()
    call.state.execute(
        "INSERT INTO drive_comment (file_id, id, author, created, modified, content, anchor,"
        " quoted) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(file["id"], comment_id, call.user, instant, instant, content),
            *(call.body.get("anchor") or "", json.dumps(quoted) if quoted else ""),
        ),
    )
    note_change(call.state, file["id"])
    return comment_told(call, comment_row(call, file, comment_id))


@behaviour("drive.comments.get")
def get(call: Call) -> Json:
    """One comment with its replies."""
    return comment_told(call, comment_row(call, open_file(call)))


@behaviour("drive.comments.update")
def update(call: Call) -> Json:
    """Change the text of one's own comment."""
    file = open_file(call, "commenter")
    comment = comment_row(call, file)
    check_author(call, comment)
    call.state.execute(
        "UPDATE drive_comment SET content = ? WHERE file_id = ? AND id = ?",
        (needed_content(call.body, "comment"), file["id"], comment["id"]),
    )
    touch_comment(call, comment)
    return comment_told(call, comment_row(call, file))


@behaviour("drive.comments.delete")
def delete(call: Call) -> None:
    """Take one's own comment back; the owner of the file may take any."""
    file = open_file(call, "commenter")
    comment = comment_row(call, file)
    if file["owners"][0]["emailAddress"] != call.user:
        check_author(call, comment)
    call.state.execute(
        "UPDATE drive_comment SET deleted = 1, content = '' WHERE file_id = ? AND id = ?",
        (file["id"], comment["id"]),
    )
    touch_comment(call, comment)
