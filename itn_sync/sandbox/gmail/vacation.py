"""users.settings.getVacation and updateVacation: the answer that goes out while a person is away.

Sources: https://developers.google.com/workspace/gmail/api/guides/vacation_settings;
https://support.google.com/mail/answer/25922 (nobody is answered twice within four days, mailing
lists and automatic mail never).
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.gmail.access import mailbox_of
from itn_sync.sandbox.gmail.addresses import field_addresses
from itn_sync.sandbox.gmail.conversation import references
from itn_sync.sandbox.gmail.rfc822 import decoded, field
from itn_sync.sandbox.gmail.sanitized import sanitized
from itn_sync.sandbox.gmail.store import milliseconds
from itn_sync.sandbox.gmail.text import text_of_html, words
from itn_sync.sandbox.world import State, declare_schema

_ONCE_IN = timedelta(days=4)
_FLAGS = {"enableAutoReply": False, "restrictToContacts": False, "restrictToDomain": False}
_TEXTS = ("responseSubject", "responseBodyPlainText", "responseBodyHtml")
_TIMES = ("startTime", "endTime")

declare_schema(
    """
CREATE TABLE IF NOT EXISTS gmail_vacation (mailbox TEXT PRIMARY KEY, resource TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS gmail_vacation_answer (
    mailbox TEXT NOT NULL,
    sender TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (mailbox, sender)
)
"""
)


@behaviour("gmail.users.settings.getVacation")
def get_vacation(call: Call) -> Json:
    """What is set; off for an account that set nothing."""
    return _vacation(call.state, mailbox_of(call))


def _vacation(state: State, mailbox: str) -> Json:
    row = state.execute(
        "SELECT resource FROM gmail_vacation WHERE mailbox = ?", (mailbox,)
    ).fetchone()
    return _FLAGS | (json.loads(row["resource"]) if row else {})


@behaviour("gmail.users.settings.updateVacation")
def update_vacation(call: Call) -> Json:
    """Replace it; raises 400 without words to answer with, or with an end before the start."""
    mailbox = mailbox_of(call)
    given = {key: call.body[key] for key in (*_FLAGS, *_TEXTS, *_TIMES) if call.body.get(key)}
    if given.get("enableAutoReply") and not any(name in given for name in _TEXTS):
        raise invalid("Either the response subject or the response body must be nonempty")
    if all(name in given for name in _TIMES) and int(given["startTime"]) >= int(given["endTime"]):
        raise invalid("startTime must precede endTime")
    if "responseBodyHtml" in given:
        given["responseBodyHtml"] = sanitized(given["responseBodyHtml"])
    call.state.execute(
        "INSERT OR REPLACE INTO gmail_vacation VALUES (?, ?)", (mailbox, json.dumps(given))
    )
    call.state.execute("DELETE FROM gmail_vacation_answer WHERE mailbox = ?", (mailbox,))
    return _FLAGS | given


def absence_answer(state: State, mailbox: str, raw: bytes, *, now: datetime) -> bytes | None:
    """The automatic answer to a message that just came in, if it gets one; noted as given."""
    vacation = _vacation(state, mailbox)
    sender = next((address for _, address in field_addresses(raw, "From")), "")
    if not _is_on(vacation, now) or not sender or _is_automatic(raw):
        return None
    if not _is_admitted(state, vacation, mailbox, sender):
        return None
    return _answer(vacation, raw, sender) if _is_due(state, mailbox, sender, now) else None


def _is_on(vacation: Json, now: datetime) -> bool:
    instant = milliseconds(now)
    begun = instant >= int(vacation.get("startTime", 0))
    over = "endTime" in vacation and instant >= int(vacation["endTime"])
    return bool(vacation["enableAutoReply"]) and begun and not over


def _is_automatic(raw: bytes) -> bool:
    bulk = field(raw, "Precedence").lower() in {"bulk", "junk", "list"}
    submitted = field(raw, "Auto-Submitted").lower() not in {"", "no"}
    return bulk or submitted or bool(field(raw, "List-Id")) or field(raw, "Return-Path") == "<>"


def _is_admitted(state: State, vacation: Json, mailbox: str, sender: str) -> bool:
    same_domain = sender.rpartition("@")[2] == mailbox.rpartition("@")[2]
    if vacation["restrictToDomain"] and not same_domain:
        return False
    return not vacation["restrictToContacts"] or _is_contact(state, mailbox, sender)


def _is_contact(state: State, mailbox: str, sender: str) -> bool:
    """Somebody the person wrote to: Gmail makes contacts of them."""
    row = state.execute(
        "SELECT 1 FROM gmail_message m JOIN gmail_message_label l"
        " ON l.seq = m.seq AND l.label = 'SENT' WHERE m.mailbox = ? AND instr(m.recipients, ?) > 0",
        (mailbox, words(sender)),
    ).fetchone()
    return row is not None


def _is_due(state: State, mailbox: str, sender: str, now: datetime) -> bool:
    row = state.execute(
        "SELECT at FROM gmail_vacation_answer WHERE mailbox = ? AND sender = ?", (mailbox, sender)
    ).fetchone()
    if row is not None and row["at"] > milliseconds(now - _ONCE_IN):
        return False
    state.execute(
        "INSERT OR REPLACE INTO gmail_vacation_answer VALUES (?, ?, ?)",
        (mailbox, sender, milliseconds(now)),
    )
    return True


def _answer(vacation: Json, raw: bytes, sender: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["To"] = sender
    own, subject = vacation.get("responseSubject", ""), decoded(field(raw, "Subject"))
    message["Subject"] = f"{own} Re: {subject}".strip()
    answered = [*references(raw), field(raw, "Message-ID")]
    message["In-Reply-To"] = answered[-1]
    message["References"] = " ".join(answered)
    message["Auto-Submitted"] = "auto-replied"
    message["Precedence"] = "bulk"
    markup = vacation.get("responseBodyHtml", "")
    message.set_content(vacation.get("responseBodyPlainText", "") or text_of_html(markup))
    if markup:
        message.add_alternative(markup, subtype="html")
    return message.as_bytes()
