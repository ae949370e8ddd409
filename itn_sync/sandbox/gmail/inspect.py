"""A mailbox at a glance, for tests and the demo: no method of Google's."""

from __future__ import annotations

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.gmail import store
from itn_sync.sandbox.gmail.addresses import field_values
from itn_sync.sandbox.gmail.parts import bodies
from itn_sync.sandbox.gmail.rfc822 import decoded, fields, parse
from itn_sync.sandbox.world import State


def mailbox(state: State, address: str) -> Json:
    """`{address, messages, drafts}`, newest first, headers and bodies decoded.

    A message: id, threadId, labelIds, from, to, cc, bcc, subject, date, headers (the first value of
    each name), text, html, snippet; a draft has its draftId too.
    """
    name = address.lower()
    messages = [_described(state, row) for row in store.all_messages(state, name)]
    return {
        "address": name,
        "messages": [found for found in messages if "DRAFT" not in found["labelIds"]],
        "drafts": [found for found in messages if "DRAFT" in found["labelIds"]],
    }


def _described(state: State, row: store.Row) -> Json:
    raw = row["raw"]
    text, html = bodies(parse(raw))
    described: Json = {
        "id": row["id"],
        "threadId": row["thread_id"],
        "labelIds": store.labels_of(state, row),
        "headers": _headers(raw),
        "text": text,
        "html": html,
        "snippet": row["snippet"],
    }
    for name in ("From", "To", "Cc", "Bcc", "Subject", "Date"):
        described[name.lower()] = decoded(", ".join(field_values(raw, name)))
    return described | ({"draftId": row["draft_id"]} if row["draft_id"] else {})


def _headers(raw: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in fields(raw):
        found.setdefault(name, decoded(value))
    return found
