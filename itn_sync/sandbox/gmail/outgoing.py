"""What Gmail does to a message that leaves: From, Date, Message-ID, recipients.

Sources: facts 7.3; https://support.google.com/a/answer/166852 (limits).
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from email.utils import format_datetime

from itn_sync.sandbox.errors import invalid
from itn_sync.sandbox.gmail.addresses import field_addresses, field_values, named, recipients
from itn_sync.sandbox.gmail.rfc822 import field, prefixed, with_field
from itn_sync.sandbox.gmail.settings import accepted_senders, primary
from itn_sync.sandbox.world import State, get_setting

REWRITE_MESSAGE_ID = "world.gmail.rewrite_message_id"
RECIPIENTS_PER_MESSAGE = "world.gmail.recipients_per_message"
_DEFAULT_RECIPIENTS = 100
_URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-_="


def as_sent(state: State, mailbox: str, raw: bytes, *, now: datetime) -> bytes:
    """The message as it leaves `mailbox`: true From, Date, Message-ID, and a trace of the API.

    Other headers (X-…) and Bcc stay. Raises 400 without recipients or with too many.
    """
    require_recipients(state, raw)
    sent = with_field(with_sender(state, mailbox, raw), "Date", format_datetime(now))
    if get_setting(state, REWRITE_MESSAGE_ID, True) or not _well_formed_id(sent):
        sent = with_field(sent, "Message-ID", new_message_id())
    trace = f"from 000000000000 named unknown by gmailapi.google.com with HTTPREST; {_date(now)}"
    return prefixed(sent, "Received", trace)


def _date(now: datetime) -> str:
    return format_datetime(now)


def require_recipients(state: State, raw: bytes) -> None:
    """Raises 400 when nobody, or too many people, would receive the message."""
    people = recipients(raw)
    if not people:
        raise invalid("Recipient address required")
    most = int(get_setting(state, RECIPIENTS_PER_MESSAGE, _DEFAULT_RECIPIENTS))
    if len(people) > most:
        raise invalid(f"Too many recipients: {len(people)}, the limit is {most}")


def with_sender(state: State, mailbox: str, raw: bytes) -> bytes:
    """The message with a From that `mailbox` may use: itself or an accepted alias.

    Another From is replaced by the account's and kept in X-Google-Original-From.
    """
    given = field_addresses(raw, "From")
    if len(given) == 1 and given[0][1] in accepted_senders(state, mailbox):
        return raw
    own = primary(state, mailbox)
    replaced = with_field(raw, "From", named(own["displayName"], mailbox))
    if not given:
        return replaced
    return with_field(replaced, "X-Google-Original-From", ", ".join(field_values(raw, "From")))


def _well_formed_id(raw: bytes) -> bool:
    return re.fullmatch(r"<[^<>\s@]+@[^<>\s@]+>", field(raw, "Message-ID")) is not None


def new_message_id() -> str:
    """A Message-ID as Gmail makes them: `<CA…@mail.gmail.com>`."""
    return f"<CA{''.join(secrets.choice(_URL_SAFE) for _ in range(48))}@mail.gmail.com>"
