"""What `POST /sandbox/v1/import` puts into mailboxes, by key (each holds a list).

- `gmail`: `{searchLagSeconds?, rewriteMessageId?, recipientsPerMessage?, historyKeptDays?}`, how
  Gmail behaves;
- `mailboxes`: `{address, sendAs: [SendAs…], labels: [name…], messages: [Mail…]}`. A Mail is
  `{raw}` (base64url) or `{from, to, cc, bcc, subject, text, html, messageId, headers}`, with
  `labelIds` (ids, or names of labels made on the way; INBOX and UNREAD unless told) and `date`
  (RFC 3339; now unless told);
- `bouncing`: addresses that do not exist; `mailDisabled`: addresses of people without mail;
- `sentByPerson`: `{address, draftId}`: somebody pressed «Envoyer» in Gmail's own page, which
  leaves the draft id behind as an orphan on the sent mail (facts 7.2).
"""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import cast

from itn_sync.sandbox.call import importer
from itn_sync.sandbox.errors import Json, not_found
from itn_sync.sandbox.gmail import history, store
from itn_sync.sandbox.gmail.access import declare
from itn_sync.sandbox.gmail.conversation import referenced_thread
from itn_sync.sandbox.gmail.drafts import new_draft_id, send_by_hand
from itn_sync.sandbox.gmail.incoming import decode
from itn_sync.sandbox.gmail.label_names import find_label, label_id, new_label
from itn_sync.sandbox.gmail.outgoing import (
    RECIPIENTS_PER_MESSAGE,
    REWRITE_MESSAGE_ID,
    new_message_id,
)
from itn_sync.sandbox.gmail.rfc822 import with_crlf
from itn_sync.sandbox.gmail.settings import put_send_as
from itn_sync.sandbox.world import State, put_setting

_SETTINGS = {
    "searchLagSeconds": store.SEARCH_LAG,
    "rewriteMessageId": REWRITE_MESSAGE_ID,
    "recipientsPerMessage": RECIPIENTS_PER_MESSAGE,
    "historyKeptDays": history.KEPT_DAYS,
}


@importer("gmail")
def import_settings(state: State, items: list[Json], now: datetime) -> None:
    """How Gmail behaves; absent settings stay as they are."""
    del now
    for item in items:
        for name in _SETTINGS.keys() & item.keys():
            put_setting(state, _SETTINGS[name], item[name])


@importer("bouncing")
def import_bouncing(state: State, items: list[Json], now: datetime) -> None:
    """Addresses from which mail comes back."""
    del now
    for address in items:
        declare(state, str(address), what="bouncing")


@importer("mailDisabled")
def import_disabled(state: State, items: list[Json], now: datetime) -> None:
    """People without mail: their API calls are refused, mail to them comes back."""
    del now
    for address in items:
        declare(state, str(address), what="disabled")


@importer("mailboxes")
def import_mailboxes(state: State, items: list[Json], now: datetime) -> None:
    """Aliases, labels and messages of each address; messages are searchable at once."""
    for item in items:
        mailbox = str(item["address"]).lower()
        for alias in item.get("sendAs", []):
            put_send_as(state, mailbox, alias)
        for name in item.get("labels", []):
            _label(state, mailbox, name)
        for mail in item.get("messages", []):
            _import_message(state, mailbox, mail, now)
        state.execute("UPDATE gmail_message SET searchable_at = 0 WHERE mailbox = ?", (mailbox,))


def _import_message(state: State, mailbox: str, mail: Json, now: datetime) -> None:
    received = datetime.fromisoformat(mail["date"]) if "date" in mail else now
    raw = decode(mail["raw"], "raw") if "raw" in mail else _written(mailbox, mail, received)
    raw = with_crlf(raw)
    names = mail.get("labelIds", ["INBOX", "UNREAD"])
    labels = [_label(state, mailbox, name) for name in names]
    thread_id = referenced_thread(state, mailbox, raw)
    draft_id = new_draft_id() if "DRAFT" in labels else ""
    new = store.NewMessage(mailbox, raw, labels, received, thread_id, draft_id)
    store.insert(state, new, now=now)


def _label(state: State, mailbox: str, name: str) -> str:
    """The id behind an id or a name; the label is made where there is none."""
    if find_label(state, mailbox, name):
        return name
    known = label_id(state, mailbox, name)
    return known or cast(str, new_label(state, mailbox, {"name": name})["id"])


def _written(mailbox: str, mail: Json, received: datetime) -> bytes:
    message = EmailMessage(policy=SMTP)
    given = {"from": "", "to": mailbox, "subject": ""} | mail
    for name in ("from", "to", "cc", "bcc", "subject"):
        if given.get(name):
            message[name.title()] = given[name]
    message["Date"] = format_datetime(received)
    message["Message-ID"] = mail.get("messageId") or new_message_id()
    for name, value in mail.get("headers", {}).items():
        message[name] = value
    message.set_content(mail.get("text", ""))
    if mail.get("html"):
        message.add_alternative(mail["html"], subtype="html")
    return message.as_bytes()


@importer("sentByPerson")
def import_sent(state: State, items: list[Json], now: datetime) -> None:
    """A person sends a draft by hand; raises 404 for an unknown draft."""
    for item in items:
        mailbox = str(item["address"]).lower()
        draft = store.find_draft(state, mailbox, item["draftId"])
        if draft is None:
            raise not_found()
        send_by_hand(state, draft, now=now)
