"""The mail that comes back when an address cannot be reached (RFC 3464), worded as Gmail's."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

from itn_sync.sandbox.gmail.outgoing import new_message_id
from itn_sync.sandbox.gmail.rfc822 import field, with_crlf

_REASON = "550-5.1.1 The email account that you tried to reach does not exist."
_BOUNDARY = "000000000000itn0status"


def status_mail(original: bytes, sender: str, address: str, *, now: datetime) -> bytes:
    """A multipart/report for `sender`: explanation, delivery status, headers of the original."""
    headers, _, _ = original.partition(b"\r\n\r\n")
    text = _TEMPLATE.format(
        sender=sender,
        address=address,
        date=format_datetime(now),
        message_id=new_message_id(),
        original_id=field(original, "Message-ID"),
        reason=_REASON,
        boundary=_BOUNDARY,
    )
    enclosed = headers + f"\r\n\r\n--{_BOUNDARY}--\r\n".encode()
    return with_crlf(text.encode()) + enclosed


_TEMPLATE = """\
Delivered-To: {sender}
Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: {sender}
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
References: {original_id}
In-Reply-To: {original_id}
X-Failed-Recipients: {address}
Message-ID: {message_id}
Date: {date}
MIME-Version: 1.0
Content-Type: multipart/report; boundary="{boundary}"; report-type=delivery-status

--{boundary}
Content-Type: text/plain; charset="UTF-8"
Content-Transfer-Encoding: 8bit

** Adresse introuvable **

Votre message n'a pas été remis à {address}, car l'adresse est introuvable ou ne peut pas \
recevoir de messages.

La réponse du serveur distant était :
{reason}

--{boundary}
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Arrival-Date: {date}

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; {reason}
Last-Attempt-Date: {date}

--{boundary}
Content-Type: message/rfc822

"""
