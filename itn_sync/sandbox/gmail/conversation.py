"""Which conversation a message belongs to.

Source: https://developers.google.com/workspace/gmail/api/guides/threads (facts 7.3).
"""

from __future__ import annotations

import re

from itn_sync.sandbox.errors import invalid, not_found
from itn_sync.sandbox.gmail import store
from itn_sync.sandbox.gmail.index import thread_subject
from itn_sync.sandbox.gmail.rfc822 import decoded, field
from itn_sync.sandbox.world import State

_MOST_REFERENCES = 100


def asked_thread(state: State, mailbox: str, raw: bytes, thread_id: str) -> str:
    """The conversation a sender asked for, or empty for a new one.

    On the sender's side `threadId` and the same subject suffice; another subject begins a new
    conversation. Raises 400 for an id that cannot be one, 404 for an unknown one.
    """
    if not thread_id:
        return ""
    require_id(thread_id)
    messages = store.in_thread(state, mailbox, thread_id)
    if not messages:
        raise not_found()
    subject = subject_key(raw)
    same = any(row["thread_subject"] == subject for row in messages)
    return thread_id if same else ""


def referenced_thread(state: State, mailbox: str, raw: bytes) -> str:
    """The conversation a received message answers: In-Reply-To or References and same subject."""
    subject = subject_key(raw)
    for message_id in reversed(references(raw)):
        row = state.execute(
            "SELECT thread_id FROM gmail_message"
            " WHERE mailbox = ? AND message_id = ? AND thread_subject = ?",
            (mailbox, message_id, subject),
        ).fetchone()
        if row:
            return str(row["thread_id"])
    return ""


def subject_key(raw: bytes) -> str:
    """The message's subject in the form that conversations compare."""
    return thread_subject(decoded(field(raw, "Subject")))


def references(raw: bytes) -> list[str]:
    """The Message-IDs that a message answers, oldest first."""
    text = f"{field(raw, 'References')} {field(raw, 'In-Reply-To')}"
    return re.findall(r"<[^<>\s]+>", text)[-_MOST_REFERENCES:]


def require_id(message_or_thread_id: str) -> None:
    """Raises 400 «Invalid id value» for what is no hexadecimal id."""
    if not re.fullmatch(r"[0-9a-f]{1,16}", message_or_thread_id):
        raise invalid("Invalid id value")
