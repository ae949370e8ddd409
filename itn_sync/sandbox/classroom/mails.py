"""Mails in Classroom's name: one sender, in the name of whoever did what the mail tells."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.gmail import store
from itn_sync.sandbox.gmail.access import is_unreachable
from itn_sync.sandbox.gmail.addresses import mailbox_name
from itn_sync.sandbox.gmail.outgoing import new_message_id

_SENDER = "no-reply@classroom.google.com"


def send_mail(
    call: Call, reader: str, *, author: str, subject: str, text: str, now: datetime
) -> None:
    """Put a mail into the reader's mailbox, where mail can go; `author` is a person's name."""
    mailbox = mailbox_name(reader, call.domain)
    if is_unreachable(call.state, mailbox):
        return
    mail = EmailMessage(policy=SMTP)
    mail["Delivered-To"] = reader
    mail["From"] = formataddr((f"{author} (Classroom)", _SENDER), "utf-8")
    mail["To"] = reader
    mail["Subject"] = " ".join(subject.split())  # a name may have been written over several lines
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = new_message_id()
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    message = store.NewMessage(mailbox, mail.as_bytes(), ("INBOX", "UNREAD"), now)
    store.insert(call.state, message, now=now)
