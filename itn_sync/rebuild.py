"""A lost ledger recreated from what the Workspace itself remembers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from itn_sync.domain.codes import reference
from itn_sync.domain.seen import Deed, DeedState, Row
from itn_sync.domain.tracking import MAILS, NOT_SENT, SENT, Book
from itn_sync.gateways.gmail import Mailbox
from itn_sync.gateways.sheets import Spreadsheet


def rebuilt_deeds(
    books: Mapping[Book, Spreadsheet], mailbox: Mailbox, now: datetime
) -> Mapping[str, Deed]:
    """Every deed that `Envois` names, as the send log and the sent mail tell of it.

    One that was logged as waiting and is not in the sent mail is held: whether it went out cannot
    be known, so a person looks.
    """
    rows = books[MAILS.book].read().tables.get(MAILS.key)
    sent = mailbox.sent_keys()
    return {row.id: _deed(row, sent, now) for row in (rows.rows.values() if rows else ())}


def _deed(row: Row, sent: frozenset[str], now: datetime) -> Deed:
    if row.text("state") == SENT or row.id in sent:
        return Deed(row.id, reference(row.id), DeedState.DONE, now)
    if row.text("state") == NOT_SENT:
        return Deed(row.id, reference(row.id), DeedState.FAILED, now, row.text("reason"))
    reason = "journal reconstruit : vérifier dans les messages envoyés"
    return Deed(row.id, reference(row.id), DeedState.HELD, now, reason)
