"""users.drafts: written, changed, sent, deleted.

Source: https://developers.google.com/workspace/gmail/api/guides/drafts (facts 7.2). The draft id
stays; the id of the message inside changes with every update; sending makes a new message and
the draft vanishes.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import Json, invalid, not_found
from itn_sync.sandbox.gmail import format as formats
from itn_sync.sandbox.gmail import store
from itn_sync.sandbox.gmail.access import mailbox_of
from itn_sync.sandbox.gmail.conversation import asked_thread
from itn_sync.sandbox.gmail.delivery import send
from itn_sync.sandbox.gmail.incoming import has_message, incoming
from itn_sync.sandbox.gmail.listing import list_page
from itn_sync.sandbox.gmail.outgoing import with_sender
from itn_sync.sandbox.gmail.rfc822 import field
from itn_sync.sandbox.world import State, declare_schema

_PATH = "draft.message.raw"

# Google knows a draft id after its draft is gone: updating it says so.
declare_schema(
    """
CREATE TABLE IF NOT EXISTS gmail_sent_draft (
    mailbox TEXT NOT NULL,
    draft_id TEXT NOT NULL,
    PRIMARY KEY (mailbox, draft_id)
)
"""
)


@behaviour("gmail.users.drafts.create")
def create_draft(call: Call) -> Json:
    """A new draft: `{id, message: {id, threadId, labelIds: [DRAFT]}}`."""
    mailbox = mailbox_of(call)
    message = _message(call)
    raw = incoming(call, message, path=_PATH)
    thread_id = asked_thread(call.state, mailbox, raw, message.get("threadId", ""))
    return _stored(call, mailbox, raw, thread_id, new_draft_id())


def new_draft_id() -> str:
    """A draft id that looks like Google's: `r` and a signed 64-bit number."""
    return f"r{secrets.randbits(64) - 2**63}"


@behaviour("gmail.users.drafts.update")
def update_draft(call: Call) -> Json:
    """Replace the content: same draft id, new message id, another thread if the subject changed.

    Raises 400 «Message not a draft» when it was sent meanwhile, 404 when there is none.
    """
    mailbox = mailbox_of(call)
    row = _editable(call, mailbox, call.params["id"])
    message = _message(call)
    raw = incoming(call, message, path=_PATH)
    asked = message.get("threadId") or row["thread_id"]
    thread_id = asked_thread(call.state, mailbox, raw, asked)
    store.delete(call.state, row)
    return _stored(call, mailbox, raw, thread_id, row["draft_id"])


def _message(call: Call) -> Json:
    message: Json = call.body.get("message") or {}
    if not message and call.media is None:
        raise invalid("Missing draft message")
    return message


def _stored(call: Call, mailbox: str, raw: bytes, thread_id: str, draft_id: str) -> Json:
    if not field(raw, "From"):
        raw = with_sender(call.state, mailbox, raw)
    new = store.NewMessage(mailbox, raw, ["DRAFT"], call.now, thread_id, draft_id)
    row = store.insert(call.state, new, now=call.now)
    return {"id": draft_id, "message": formats.labelled(call, row)}


def _editable(call: Call, mailbox: str, draft_id: str) -> store.Row:
    row = store.find_draft(call.state, mailbox, draft_id)
    orphan = row is not None and "DRAFT" not in store.labels_of(call.state, row)
    if orphan or was_sent(call.state, mailbox, draft_id):
        raise invalid("Message not a draft")
    if row is None:
        raise not_found()
    return row


def was_sent(state: State, mailbox: str, draft_id: str) -> bool:
    """True when that draft left through drafts.send."""
    found = state.execute(
        "SELECT 1 FROM gmail_sent_draft WHERE mailbox = ? AND draft_id = ?", (mailbox, draft_id)
    ).fetchone()
    return found is not None


def _existing(call: Call, mailbox: str, draft_id: str) -> store.Row:
    row = store.find_draft(call.state, mailbox, draft_id)
    if row is None:
        raise not_found()
    return row


@behaviour("gmail.users.drafts.send")
def send_draft(call: Call) -> Json:
    """Send the draft (with new content if given): it vanishes, the new SENT message is answered.

    Raises 404 for an unknown or already sent draft, 400 and 429 as messages.send.
    """
    mailbox = mailbox_of(call)
    if not call.body.get("id"):
        raise invalid("Missing draft id")
    draft = _existing(call, mailbox, call.body["id"])
    if "DRAFT" not in store.labels_of(call.state, draft):
        raise invalid("Message not a draft")
    return formats.labelled(call, _send_stored(call, mailbox, draft))


def _send_stored(call: Call, mailbox: str, draft: store.Row) -> store.Row:
    raw, thread_id = draft["raw"], draft["thread_id"]
    message = call.body.get("message") or {}
    if has_message(call, message):
        raw = incoming(call, message, path=_PATH)
        thread_id = asked_thread(call.state, mailbox, raw, message.get("threadId") or thread_id)
    sent = send(call.state, mailbox, raw, now=call.now, thread_id=thread_id)
    store.delete(call.state, draft)
    call.state.execute(
        "INSERT OR IGNORE INTO gmail_sent_draft VALUES (?, ?)", (mailbox, draft["draft_id"])
    )
    return sent


def send_by_hand(state: State, draft: store.Row, *, now: datetime) -> None:
    """A person sends the draft in Gmail's own page: its id stays, an orphan on the sent mail."""
    thread_id = draft["thread_id"]
    sent = send(state, draft["mailbox"], draft["raw"], now=now, thread_id=thread_id)
    store.delete(state, draft)
    state.execute(
        "UPDATE gmail_message SET draft_id = ? WHERE seq = ?", (draft["draft_id"], sent["seq"])
    )


@behaviour("gmail.users.drafts.get")
def get_draft(call: Call) -> Json:
    """The draft with its message in `format`; raises 404."""
    row = _existing(call, mailbox_of(call), call.params["id"])
    return {"id": row["draft_id"], "message": formats.message(call, row)}


@behaviour("gmail.users.drafts.list")
def list_drafts(call: Call) -> Json:
    """Drafts, newest first: draft id, message id and thread id."""
    page = list_page(call, mailbox_of(call), drafts=True)
    drafts = [{"id": row["draft_id"], "message": formats.short(row)} for row in page.rows]
    return page.answer("drafts", drafts)


@behaviour("gmail.users.drafts.delete")
def delete_draft(call: Call) -> None:
    """Delete the draft for good; raises 404.

    An orphan (sent by a person in Gmail's own page) takes the sent mail with it (facts 7.2).
    """
    store.delete(call.state, _existing(call, mailbox_of(call), call.params["id"]))
