"""Sending: the sent copy, a copy for every recipient, and the mail that comes back."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

from itn_sync.sandbox.gmail import store
from itn_sync.sandbox.gmail.access import is_unreachable
from itn_sync.sandbox.gmail.addresses import mailbox_name, recipients
from itn_sync.sandbox.gmail.bounce import status_mail
from itn_sync.sandbox.gmail.conversation import referenced_thread
from itn_sync.sandbox.gmail.filters import sort_arrival
from itn_sync.sandbox.gmail.limits import count_sending
from itn_sync.sandbox.gmail.outgoing import as_sent
from itn_sync.sandbox.gmail.rfc822 import prefixed, without
from itn_sync.sandbox.gmail.vacation import absence_answer
from itn_sync.sandbox.world import State

_RECEIVED = ("INBOX", "UNREAD")


def send(
    state: State, mailbox: str, raw: bytes, *, now: datetime, thread_id: str = ""
) -> store.Row:
    """Send a message from `mailbox`; the row of the sent copy.

    A copy reaches every recipient's mailbox, other domains' too; an address that does not exist
    answers with a delivery-status mail, a person who is away with their own. Raises 400 for the
    recipients, 429 over the daily limit.
    """
    domain = mailbox.rpartition("@")[2]
    sent = as_sent(state, mailbox, raw, now=now)
    people = recipients(sent)
    count_sending(state, mailbox, people, now=now)
    reached = {mailbox_name(address, domain): address for address in people}
    own = _RECEIVED if mailbox in reached else ()
    copy = store.NewMessage(mailbox, sent, ["SENT", *own], now, thread_id)
    row = store.insert(state, copy, now=now)
    for name, address in reached.items():
        if is_unreachable(state, name):
            _return(state, row, address, now=now)
        elif name != mailbox:
            _deliver(state, row, name, address, now=now)
    return row


def _deliver(state: State, sent: store.Row, mailbox: str, address: str, *, now: datetime) -> None:
    trace = f"by 127.0.0.1 with SMTP id {sent['id']}; {format_datetime(now)}"
    raw = prefixed(without(sent["raw"], "Bcc"), "Received", trace)
    raw = prefixed(raw, "Return-Path", f"<{sent['mailbox']}>")
    raw = prefixed(raw, "Delivered-To", address)
    thread_id = referenced_thread(state, mailbox, raw)
    new = store.NewMessage(mailbox, raw, _RECEIVED, now, thread_id)
    row = store.insert(state, new, now=now)
    sort_arrival(state, row, now=now)
    if answer := absence_answer(state, mailbox, raw, now=now):
        send(state, mailbox, answer, now=now, thread_id=row["thread_id"])


def _return(state: State, sent: store.Row, address: str, *, now: datetime) -> None:
    """The delivery-status mail joins the conversation of what could not be delivered."""
    mailbox, thread_id = sent["mailbox"], sent["thread_id"]
    raw = status_mail(sent["raw"], mailbox, address, now=now)
    store.insert(state, store.NewMessage(mailbox, raw, _RECEIVED, now, thread_id), now=now)
