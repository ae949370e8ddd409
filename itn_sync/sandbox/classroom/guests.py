"""The mail that tells a person of an invitation to a class.

Source: guide «Manage course invitations»; support.google.com/edu/classroom/answer/6020282.
"""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from sqlite3 import Row
from urllib.parse import quote

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.classroom.notices import SENDER
from itn_sync.sandbox.classroom.profiles import names_of
from itn_sync.sandbox.gmail import store
from itn_sync.sandbox.gmail.access import is_unreachable
from itn_sync.sandbox.gmail.addresses import mailbox_name
from itn_sync.sandbox.gmail.outgoing import new_message_id

_TO_DO = {
    "STUDENT": "suivre la classe",
    "TEACHER": "enseigner dans la classe",
    "OWNER": "devenir propriétaire de la classe",
}


def invite_by_mail(call: Call, course: Row, guest: str, role: str) -> None:
    """Put the invitation into the guest's mailbox, where mail can go."""
    mailbox = mailbox_name(guest, call.domain)
    if is_unreachable(call.state, mailbox):
        return
    raw = _mail(call, course, guest, role).as_bytes()
    message = store.NewMessage(mailbox, raw, ("INBOX", "UNREAD"), call.now)
    store.insert(call.state, message, now=call.now)


def _mail(call: Call, course: Row, guest: str, role: str) -> EmailMessage:
    host = " ".join(names_of(call.state, call.user)).strip()
    mail = EmailMessage(policy=SMTP)
    mail["Delivered-To"] = guest
    mail["From"] = formataddr((f"{host} (Classroom)", SENDER), "utf-8")
    mail["To"] = guest
    # A name may have been written over several lines; a subject is one.
    mail["Subject"] = f"Invitation : « {' '.join(course['name'].split())} »"
    mail["Date"] = format_datetime(call.now)
    mail["Message-ID"] = new_message_id()
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(
        f"Bonjour,\n\n{host} vous invite à {_TO_DO[role]} « {course['name']} ».\n\n"
        f"Pour répondre : {call.root_url}classroom?user={quote(guest)}\n"
    )
    return mail
