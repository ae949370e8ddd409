"""users.messages: reading, sending, inserting, labelling, deleting.

Source: https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.gmail import format as formats
from itn_sync.sandbox.gmail import store
from itn_sync.sandbox.gmail.access import mailbox_of, refuse_format
from itn_sync.sandbox.gmail.conversation import asked_thread, referenced_thread, require_id
from itn_sync.sandbox.gmail.delivery import send
from itn_sync.sandbox.gmail.incoming import MOST_IMPORTED, incoming
from itn_sync.sandbox.gmail.label_names import require_labels
from itn_sync.sandbox.gmail.labelling import TRASH, UNTRASH, Change, change_of, relabel
from itn_sync.sandbox.gmail.listing import list_page
from itn_sync.sandbox.gmail.parts import attachment, url_base64
from itn_sync.sandbox.gmail.rfc822 import field

_MOST_IDS = 1000


@behaviour("gmail.users.messages.list")
def list_messages(call: Call) -> Json:
    """Ids of messages, newest first; bodies come with messages.get."""
    page = list_page(call, mailbox_of(call))
    return page.answer("messages", [formats.short(row) for row in page.rows])


@behaviour("gmail.users.messages.get")
def get_message(call: Call) -> Json:
    """One message in `format`; raises 400 for an impossible id, 404 for an unknown one."""
    return formats.message(call, _asked(call))


def _asked(call: Call, parameter: str = "id") -> store.Row:
    mailbox = mailbox_of(call)
    require_id(call.params[parameter])
    return store.get(call.state, mailbox, call.params[parameter])


@behaviour("gmail.users.messages.attachments.get")
def get_attachment(call: Call) -> Json:
    """The bytes of an attachment; raises 400 for a token of no part."""
    refuse_format(call, "full")
    row = _asked(call, "messageId")
    content = attachment(row["raw"], call.params["id"])
    return {"size": len(content), "data": url_base64(content)}


@behaviour("gmail.users.messages.send")
def send_message(call: Call) -> Json:
    """Send; answers the SENT copy. Raises 400 (recipients, headers, base64), 429 (daily limit)."""
    mailbox = mailbox_of(call)
    raw = incoming(call, call.body, path="message.raw")
    thread_id = asked_thread(call.state, mailbox, raw, call.body.get("threadId", ""))
    row = send(call.state, mailbox, raw, now=call.now, thread_id=thread_id)
    return formats.labelled(call, row)


@behaviour("gmail.users.messages.insert")
def insert_message(call: Call) -> Json:
    """Put a message into this mailbox only, dated now unless `internalDateSource` says its Date."""
    return _placed(call, dated_by_default="receivedTime")


@behaviour("gmail.users.messages.import")
def import_message(call: Call) -> Json:
    """As insert, as though it had come by SMTP; dated by its Date header unless told."""
    return _placed(call, dated_by_default="dateHeader")


def _placed(call: Call, *, dated_by_default: str) -> Json:
    mailbox = mailbox_of(call)
    raw = incoming(call, call.body, path="message.raw", most=MOST_IMPORTED)
    labels = call.body.get("labelIds", [])
    require_labels(call.state, mailbox, labels)
    if "DRAFT" in labels:
        raise invalid("Invalid label: DRAFT")
    asked = asked_thread(call.state, mailbox, raw, call.body.get("threadId", ""))
    thread_id = asked or referenced_thread(call.state, mailbox, raw)
    source = call.params.get("internalDateSource") or dated_by_default
    received = date_of(raw, call.now) if source == "dateHeader" else call.now
    new = store.NewMessage(mailbox, raw, labels, received, thread_id)
    row = store.insert(call.state, new, now=call.now)
    answer = formats.labelled(call, row)
    if call.params.get("deleted"):
        store.delete(call.state, row)
    return answer


def date_of(raw: bytes, otherwise: datetime) -> datetime:
    """The instant in the Date header, or `otherwise` where it holds none."""
    try:
        found = parsedate_to_datetime(field(raw, "Date"))
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return otherwise


@behaviour("gmail.users.messages.modify")
def modify_message(call: Call) -> Json:
    """Add and remove labels; raises 400 for DRAFT, SENT or an unknown label."""
    row = _asked(call)
    return _relabelled(call, row, change_of(call, row["mailbox"]))


@behaviour("gmail.users.messages.trash")
def trash_message(call: Call) -> Json:
    """Move to the trash."""
    return _relabelled(call, _asked(call), TRASH)


@behaviour("gmail.users.messages.untrash")
def untrash_message(call: Call) -> Json:
    """Take out of the trash."""
    return _relabelled(call, _asked(call), UNTRASH)


def _relabelled(call: Call, row: store.Row, change: Change) -> Json:
    relabel(call.state, row, change)
    return formats.labelled(call, row)


@behaviour("gmail.users.messages.delete")
def delete_message(call: Call) -> None:
    """Delete for good; raises 404."""
    store.delete(call.state, _asked(call))


@behaviour("gmail.users.messages.batchModify")
def modify_messages(call: Call) -> None:
    """Add and remove labels on up to 1,000 messages; ids that are not there are passed over."""
    mailbox = mailbox_of(call)
    change = change_of(call, mailbox)
    for row in _many(call, mailbox):
        relabel(call.state, row, change)


@behaviour("gmail.users.messages.batchDelete")
def delete_messages(call: Call) -> None:
    """Delete for good; ids that are not there are passed over."""
    for row in _many(call, mailbox_of(call)):
        store.delete(call.state, row)


def _many(call: Call, mailbox: str) -> list[store.Row]:
    ids = list(dict.fromkeys(call.body.get("ids", [])))
    if not ids:
        raise invalid("No message ids specified")
    if len(ids) > _MOST_IDS:
        raise invalid(f"Too many message ids, the limit is {_MOST_IDS}")
    return [row for one in ids if (row := store.find(call.state, mailbox, one))]
