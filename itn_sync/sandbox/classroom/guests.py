"""The mail that tells a person of an invitation to a class.

Source: guide «Manage course invitations»; support.google.com/edu/classroom/answer/6020282.
"""

from __future__ import annotations

from sqlite3 import Row
from urllib.parse import quote

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.classroom.mails import send_mail
from itn_sync.sandbox.classroom.profiles import names_of

_TO_DO = {
    "STUDENT": "suivre la classe",
    "TEACHER": "enseigner dans la classe",
    "OWNER": "devenir propriétaire de la classe",
}


def invite_by_mail(call: Call, course: Row, guest: str, role: str) -> None:
    """Put the invitation into the guest's mailbox, where mail can go."""
    host = " ".join(names_of(call.state, call.user)).strip()
    send_mail(
        call,
        guest,
        author=host,
        subject=f"Invitation : «{course['name']}»",
        text=f"Bonjour,\n\n{host} vous invite à {_TO_DO[role]} «{course['name']}».\n\n"
        f"Pour répondre : {call.root_url}classroom?user={quote(guest)}\n",
        now=call.now,
    )
