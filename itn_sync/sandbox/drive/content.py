"""The bytes of binary files and the HTML of Google Docs, with the versions that came before.

Source: https://developers.google.com/workspace/drive/api/guides/manage-revisions
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from itn_sync.sandbox.world import State, declare_schema, next_number, now, rfc3339

# The head's bytes are in `drive_content` only: `content` is NULL until it is a former version.
declare_schema(
    """
    CREATE TABLE IF NOT EXISTS drive_content (file_id TEXT PRIMARY KEY, content BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS drive_revision (
        file_id TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, at TEXT NOT NULL,
        user TEXT NOT NULL, mime TEXT NOT NULL, content BLOB, flags TEXT NOT NULL DEFAULT '{}',
        PRIMARY KEY (file_id, id))
    """
)


def put_content(state: State, file_id: str, content: bytes, *, user: str, mime_type: str) -> None:
    """Store the bytes of a binary file, with size, checksums and a new head revision."""
    revision_id = "0B" + secrets.token_urlsafe(36)
    _put_head(state, file_id, content, revision_id, user=user, mime_type=mime_type)
    _describe(state, file_id, _facts(content) | {"headRevisionId": revision_id})


def _facts(content: bytes) -> dict[str, str]:
    size = str(len(content))
    return {
        "size": size,
        "quotaBytesUsed": size,
        "md5Checksum": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "sha1Checksum": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        "sha256Checksum": hashlib.sha256(content).hexdigest(),
    }


def put_document(state: State, file_id: str, html: str, *, user: str) -> None:
    """Store what a Google Doc says, as sanitized HTML, in a revision of its own."""
    number = next_number(state, f"drive.revision.{file_id}")
    mime_type = "application/vnd.google-apps.document"
    _put_head(state, file_id, html.encode(), str(number), user=user, mime_type=mime_type)
    _describe(state, file_id, {"size": str(len(html.encode()))})


def _put_head(
    state: State, file_id: str, content: bytes, revision_id: str, *, user: str, mime_type: str
) -> None:
    state.execute(
        "UPDATE drive_revision SET content ="
        " (SELECT content FROM drive_content WHERE drive_content.file_id = drive_revision.file_id)"
        " WHERE file_id = ? AND content IS NULL",
        (file_id,),
    )
    state.execute("INSERT OR REPLACE INTO drive_content VALUES (?, ?)", (file_id, content))
    position = next_number(state, "drive.revision")
    state.execute(
        "INSERT INTO drive_revision (file_id, id, position, at, user, mime)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (file_id, revision_id, position, rfc3339(now(state)), user, mime_type),
    )


def _describe(state: State, file_id: str, facts: dict[str, str]) -> None:
    state.execute(
        "UPDATE drive_file SET extra = json_patch(extra, ?) WHERE id = ?",
        (json.dumps(facts), file_id),
    )


def content_of(state: State, file_id: str) -> bytes | None:
    """The bytes of a binary file, or the HTML of a Google Doc; None where there is neither."""
    row = state.execute(
        "SELECT content FROM drive_content WHERE file_id = ?", (file_id,)
    ).fetchone()
    return None if row is None else bytes(row["content"])


def document_of(state: State, file_id: str) -> str:
    """The sanitized HTML of a Google Doc; a new one is empty."""
    return (content_of(state, file_id) or b"").decode()


def revisions_of(state: State, file_id: str) -> list[Any]:
    """The rows of `drive_revision`, oldest first; the last one is the head."""
    return state.execute(
        "SELECT * FROM drive_revision WHERE file_id = ? ORDER BY position", (file_id,)
    ).fetchall()


def revision_content(state: State, revision: Any) -> bytes:
    """The bytes of a revision, the head's too."""
    if revision["content"] is not None:
        return bytes(revision["content"])
    return content_of(state, revision["file_id"]) or b""


def delete_revision(state: State, revision: Any) -> None:
    """Erase one of several revisions; when the head goes, the one before it takes its place."""
    where = (revision["file_id"], revision["id"])
    state.execute("DELETE FROM drive_revision WHERE file_id = ? AND id = ?", where)
    if revision["content"] is not None:
        return
    previous = revisions_of(state, revision["file_id"])[-1]
    content = bytes(previous["content"])
    where = (previous["file_id"], previous["id"])
    state.execute("UPDATE drive_revision SET content = NULL WHERE file_id = ? AND id = ?", where)
    state.execute("UPDATE drive_content SET content = ? WHERE file_id = ?", (content, where[0]))
    _describe(state, where[0], _facts(content) | {"headRevisionId": previous["id"]})
