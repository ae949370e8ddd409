"""Uploads: simple, multipart/related, and resumable with a session address.

Source: https://developers.google.com/workspace/drive/api/guides/manage-uploads
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlencode

from itn_sync.sandbox.call import Answer, Media
from itn_sync.sandbox.errors import ApiError, Json, invalid
from itn_sync.sandbox.exchange import Request, Response
from itn_sync.sandbox.multipart import split_parts
from itn_sync.sandbox.world import State, declare_schema, now, rfc3339

declare_schema(
    """
CREATE TABLE IF NOT EXISTS upload_session (
    id TEXT PRIMARY KEY,
    draft TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    size INTEGER NOT NULL DEFAULT 0,
    answer TEXT,
    total INTEGER, -- as declared when the session was opened
    opened TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS upload_chunk (
    session TEXT NOT NULL REFERENCES upload_session (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    content BLOB NOT NULL
)
"""
)

_PREFIXES = ("/upload/", "/resumable/upload/")
_LARGEST = 5 * 2**40
_VALID = timedelta(days=7)
_OCTETS = "application/octet-stream"
_CONTENT_RANGE = re.compile(r"bytes (?:(\d{1,18})-(\d{1,18})|\*)/(\d{1,18}|\*)")


@dataclass(frozen=True)
class Draft:
    """The call that an upload will make when its last byte is here."""

    method_id: str
    user: str
    scopes: frozenset[str]
    params: Json
    body: Json


@dataclass(frozen=True)
class Session:
    """A resumable upload: `size` bytes have arrived; `answer` once it was whole."""

    id: str
    draft: Draft
    mime_type: str
    size: int
    answer: Json | None = None
    total: int | None = None


def kind_of(request: Request, params: Json) -> str:
    """`media`, `multipart` or `resumable`; raises 400 for anything else."""
    kind = params.get("uploadType") or params.get("upload_protocol") or ""
    if request.path.startswith("/resumable/") or kind == "resumable":
        return "resumable"
    if kind in ("multipart", "media"):
        return str(kind)
    if kind in ("", "raw"):
        return "media"
    raise invalid(f"Invalid upload type '{kind}'.", location="uploadType")


def read(kind: str, request: Request) -> tuple[bytes, Media | None]:
    """The JSON metadata and the media that one request carries."""
    content_type = request.headers.get("content-type", "")
    if kind == "resumable":
        return request.body, None
    if kind == "media":
        return b"", Media(request.body, content_type or _OCTETS)
    if not content_type.lower().startswith("multipart/"):
        raise invalid("A multipart upload needs a multipart/related body.")
    parts = split_parts(request.body, content_type)
    if len(parts) != 2:
        raise invalid("A multipart upload has two parts: metadata and media.")
    metadata, media = parts
    return metadata.content, Media(media.content, media.headers.get("content-type", _OCTETS))


def begin(state: State, request: Request, draft: Draft) -> Response:
    """Open a session; its address comes back in `Location`."""
    session_id = secrets.token_urlsafe(40)
    mime_type = request.headers.get("x-upload-content-type", _OCTETS)
    total = _declared_length(request)
    kept = {
        "method": draft.method_id,
        "user": draft.user,
        "scopes": sorted(draft.scopes),
        "params": draft.params,
        "body": draft.body,
    }
    state.execute(
        "INSERT INTO upload_session (id, draft, mime_type, total, opened) VALUES (?, ?, ?, ?, ?)",
        (session_id, json.dumps(kept), mime_type, total, rfc3339(now(state))),
    )
    query = [pair for pair in request.query if pair[0] != "upload_id"]
    address = request.root_url + request.path.lstrip("/") + "?"
    return Response(
        200,
        b"",
        "text/plain; charset=utf-8",
        {
            "Location": address + urlencode([*query, ("upload_id", session_id)]),
            "X-GUploader-UploadID": session_id,
        },
    )


def _declared_length(request: Request) -> int | None:
    text = request.headers.get("x-upload-content-length", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or int(text) > _LARGEST:
        raise invalid(f"Invalid X-Upload-Content-Length '{text}'.")
    return int(text)


def is_continuation(request: Request) -> bool:
    """True for a request to a session's address."""
    return request.path.startswith(_PREFIXES) and bool(request.parameter("upload_id"))


def session_of(state: State, request: Request) -> Session | None:
    """The session that the address names, or None; one is good for a week."""
    row = state.execute(
        "SELECT * FROM upload_session WHERE id = ? AND opened > ?",
        (request.parameter("upload_id"), rfc3339(now(state) - _VALID)),
    ).fetchone()
    if row is None:
        return None
    kept = json.loads(row["draft"])
    draft = Draft(
        kept["method"], kept["user"], frozenset(kept["scopes"]), kept["params"], kept["body"]
    )
    answer = None if row["answer"] is None else json.loads(row["answer"])
    return Session(row["id"], draft, row["mime_type"], row["size"], answer, row["total"])


def receive(state: State, request: Request, session: Session) -> Response | Media:
    """Keep a chunk: the whole media when it was the last, else 308 with what has arrived."""
    if request.http_method == "DELETE":
        state.execute("DELETE FROM upload_session WHERE id = ?", (session.id,))
        return Response(499, b"", "")
    if session.answer is not None:
        return Media(b"", session.mime_type)
    start, end, total = _announced(request, session)
    if start is not None:
        _keep(state, session, start, request.body)
        session = replace(session, size=max(end, session.size))
    if total is not None and session.size == total:
        return Media(_content(state, session), session.mime_type)
    headers = {"Range": f"bytes=0-{session.size - 1}"} if session.size else {}
    return Response(308, b"", "", headers)


def complete(state: State, answer: Answer, *, session: Session) -> None:
    """Keep the answer: a client that lost it asks the session again and must not upload twice."""
    state.execute("DELETE FROM upload_chunk WHERE session = ?", (session.id,))
    state.execute(
        "UPDATE upload_session SET answer = ? WHERE id = ?", (json.dumps(answer), session.id)
    )


def _announced(request: Request, session: Session) -> tuple[int | None, int, int | None]:
    """Where the chunk begins and ends and how long the media is; a status query begins nowhere."""
    header = request.headers.get("content-range") or _whole(len(request.body))
    match = _CONTENT_RANGE.fullmatch(header)
    if match is None:
        raise invalid(f"Invalid Content-Range '{header}'.")
    total = session.total if match[3] == "*" else int(match[3])
    if session.total is not None and total != session.total:
        raise invalid(f"The upload was declared to be {session.total} bytes long.")
    if match[1] is None:
        return None, session.size, total
    start, end = int(match[1]), int(match[2]) + 1
    if end - start != len(request.body) or (total is not None and end > total):
        raise invalid("The Content-Range does not match the chunk.")
    return start, end, total


def _whole(size: int) -> str:
    """What a request without Content-Range means: everything at once."""
    return f"bytes 0-{size - 1}/{size}" if size else "bytes */0"


def _keep(state: State, session: Session, start: int, content: bytes) -> None:
    if start > session.size:
        raise ApiError(503, "Invalid request. The number of bytes uploaded is too small.")
    if start + len(content) <= session.size:
        return  # sent again by a client that lost the answer
    state.execute("DELETE FROM upload_chunk WHERE session = ? AND start >= ?", (session.id, start))
    state.execute("INSERT INTO upload_chunk VALUES (?, ?, ?)", (session.id, start, content))
    state.execute(
        "UPDATE upload_session SET size = ? WHERE id = ?", (start + len(content), session.id)
    )


def _content(state: State, session: Session) -> bytes:
    chunks = state.execute(
        "SELECT start, content FROM upload_chunk WHERE session = ? ORDER BY start", (session.id,)
    ).fetchall()
    whole = bytearray()
    for chunk in chunks:
        whole[chunk["start"] :] = chunk["content"]
    return bytes(whole)
