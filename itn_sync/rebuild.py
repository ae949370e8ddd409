"""A lost ledger recreated from what the Workspace itself remembers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from itn_sync.domain.codes import reference
from itn_sync.domain.report_tabs import MAILS
from itn_sync.domain.seen import Deed, DeedState, Row, Table
from itn_sync.domain.sendlog import logged_state
from itn_sync.domain.states import TO_SEND
from itn_sync.domain.tabs import Book
from itn_sync.gateways.gmail import Mailbox
from itn_sync.gateways.sheets import Spreadsheet


def rebuilt_deeds(
    books: Mapping[Book, Spreadsheet], mailbox: Mailbox, now: datetime
) -> Mapping[str, Deed]:
    """Every deed that `Envois` names, as the send log and the sent mail tell of it.

    One that was logged as waiting and is not in the sent mail is held: whether it went out cannot
    be known, so a person looks. One that was left to a person, and whose draft is still there, is
    begun: its next delivery takes that draft.
    """
    log = books[MAILS.book].read().tables.get(MAILS.key, Table())
    sent = mailbox.sent_keys()
    drafted = _left(log, mailbox)
    deeds = (_deed(row, sent, drafted, now) for row in log.rows.values())
    return {deed.key: deed for deed in deeds if deed}


def _left(log: Table, mailbox: Mailbox) -> frozenset[str]:
    """The keys of drafts in the mailbox, read only where the log says that there are any."""
    if not any(row.text("state") == TO_SEND for row in log.rows.values()):
        return frozenset()
    return frozenset(mailbox.drafts_by_key())


def _deed(row: Row, sent: frozenset[str], drafted: frozenset[str], now: datetime) -> Deed | None:
    state = DeedState.DONE if row.id in sent else logged_state(row.text("state"))
    if row.text("state") == TO_SEND and row.id in drafted and row.id not in sent:
        state = DeedState.BEGUN
    if state is None:
        return None
    reason = row.text("reason")
    if state is DeedState.HELD:
        reason = "journal reconstruit : vérifier dans les messages envoyés"
    return Deed(row.id, reference(row.id), state, now, reason)
