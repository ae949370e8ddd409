"""users.threads: conversations.

Source: https://developers.google.com/workspace/gmail/api/guides/threads
"""

from __future__ import annotations

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import Json, not_found
from itn_sync.sandbox.gmail import format as formats
from itn_sync.sandbox.gmail import store
from itn_sync.sandbox.gmail.access import mailbox_of, sees_headers_only
from itn_sync.sandbox.gmail.conversation import require_id
from itn_sync.sandbox.gmail.labelling import (
    TRASH,
    UNTRASH,
    Change,
    change_of,
    refused_to_drafts,
    relabel,
)
from itn_sync.sandbox.gmail.listing import list_page


@behaviour("gmail.users.threads.list")
def list_threads(call: Call) -> Json:
    """Conversations with a matching message, newest first: id, snippet, historyId."""
    page = list_page(call, mailbox_of(call), one_per="thread")
    return page.answer("threads", [_summary(call, row) for row in page.rows])


def _summary(call: Call, row: store.Row) -> Json:
    found = {"id": row["thread_id"], "historyId": str(row["history_id"])}
    return found if sees_headers_only(call) else found | {"snippet": row["snippet"]}


@behaviour("gmail.users.threads.get")
def get_thread(call: Call) -> Json:
    """The conversation with its messages in `format`, oldest first; raises 404."""
    rows = _asked(call)
    return _thread(rows) | {"messages": [formats.message(call, row) for row in rows]}


def _asked(call: Call) -> list[store.Row]:
    mailbox = mailbox_of(call)
    require_id(call.params["id"])
    rows = store.in_thread(call.state, mailbox, call.params["id"])
    if not rows:
        raise not_found()
    return rows


def _thread(rows: list[store.Row]) -> Json:
    latest = max(row["history_id"] for row in rows)
    return {"id": rows[0]["thread_id"], "historyId": str(latest)}


@behaviour("gmail.users.threads.modify")
def modify_thread(call: Call) -> Json:
    """Add and remove labels on every message of the conversation."""
    return _relabelled(call, change_of(call, mailbox_of(call)))


@behaviour("gmail.users.threads.trash")
def trash_thread(call: Call) -> Json:
    """Move the conversation to the trash."""
    return _relabelled(call, TRASH)


@behaviour("gmail.users.threads.untrash")
def untrash_thread(call: Call) -> Json:
    """Take the conversation out of the trash."""
    return _relabelled(call, UNTRASH)


def _relabelled(call: Call, change: Change) -> Json:
    for row in _asked(call):
        if not _is_spared(call, row, change):
            relabel(call.state, row, change)
    rows = _asked(call)
    return _thread(rows) | {"messages": [formats.labelled(call, row) for row in rows]}


def _is_spared(call: Call, row: store.Row, change: Change) -> bool:
    """A draft in the conversation takes no other label: it is passed over."""
    return refused_to_drafts(change) and "DRAFT" in store.labels_of(call.state, row)


@behaviour("gmail.users.threads.delete")
def delete_thread(call: Call) -> None:
    """Delete every message of the conversation for good."""
    for row in _asked(call):
        store.delete(call.state, row)
