"""drive.replies: answers to a comment; one may resolve it, or open it again."""

from __future__ import annotations

from typing import Any

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.drive.changelog import note_change
from itn_sync.sandbox.drive.remarks import (
    check_author,
    comment_row,
    needed_content,
    new_remark_id,
    replies_told,
    reply_told,
    touch_comment,
)
from itn_sync.sandbox.drive.view import open_file
from itn_sync.sandbox.errors import ApiError, Json, not_found
from itn_sync.sandbox.paging import page
from itn_sync.sandbox.world import rfc3339

_RESOLVED = {"resolve": True, "reopen": False}


@behaviour("drive.replies.list")
def list_replies(call: Call) -> Json:
    """The replies to a comment, oldest first."""
    comment = comment_row(call, open_file(call))
    shown, token = page(replies_told(call, comment), call, default=20, maximum=100)
    answer: Json = {"kind": "drive#replyList", "replies": shown}
    return answer | ({"nextPageToken": token} if token else {})


@behaviour("drive.replies.create")
def create(call: Call) -> Json:
    """Answer a comment, resolve it, or open it again."""
    file = open_file(call, "commenter")
    comment = comment_row(call, file)
    action = str(call.body.get("action") or "")
    if action and action not in _RESOLVED:
        raise ApiError(400, "Invalid Value", reason="invalid", location="reply.action")
    content = str(call.body.get("content") or "") if action else needed_content(call.body, "reply")
    reply_id, instant = new_remark_id(), rfc3339(call.now)
    call.state.execute(
        "INSERT INTO drive_reply (file_id, comment_id, id, author, created, modified, content,"
        " action) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (file["id"], comment["id"], reply_id, call.user, instant, instant, content, action),
    )
    touch_comment(call, comment, resolved=_RESOLVED.get(action))
    note_change(call.state, file["id"])
    return reply_told(call, _row(call, comment, reply_id))


def _row(call: Call, comment: Any, reply_id: str) -> Any:
    row = call.state.execute(
        "SELECT * FROM drive_reply WHERE file_id = ? AND comment_id = ? AND id = ?",
        (comment["file_id"], comment["id"], reply_id),
    ).fetchone()
    if row is None or (row["deleted"] and not call.params.get("includeDeleted")):
        message = f"Reply not found: {reply_id}."
        raise not_found(message, reason="notFound", location="replyId")
    return row


@behaviour("drive.replies.get")
def get(call: Call) -> Json:
    """One reply."""
    comment = comment_row(call, open_file(call))
    return reply_told(call, _row(call, comment, call.params["replyId"]))


@behaviour("drive.replies.update")
def update(call: Call) -> Json:
    """Change the text of one's own reply."""
    comment = comment_row(call, open_file(call, "commenter"))
    reply = _row(call, comment, call.params["replyId"])
    check_author(call, reply)
    _change(call, reply, needed_content(call.body, "reply"), deleted=False)
    touch_comment(call, comment)
    return reply_told(call, _row(call, comment, reply["id"]))


@behaviour("drive.replies.delete")
def delete(call: Call) -> None:
    """Take one's own reply back."""
    comment = comment_row(call, open_file(call, "commenter"))
    reply = _row(call, comment, call.params["replyId"])
    check_author(call, reply)
    _change(call, reply, "", deleted=True)
    touch_comment(call, comment)


def _change(call: Call, reply: Any, content: str, *, deleted: bool) -> None:
    call.state.execute(
        "UPDATE drive_reply SET content = ?, deleted = ?, modified = ?"
        " WHERE file_id = ? AND comment_id = ? AND id = ?",
        (
            *(content, deleted, rfc3339(call.now)),
            *(reply["file_id"], reply["comment_id"], reply["id"]),
        ),
    )
