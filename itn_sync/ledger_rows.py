"""What the ledger's rows say, as plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from itn_sync.domain.seen import Deed, DeedState
from itn_sync.ledger_tables import stored


@dataclass(frozen=True)
class DeedTrace:
    """What Google answered about one deed so far; "" where it has not."""

    deed: Deed
    draft_id: str
    thread_id: str
    message_id: str


@dataclass(frozen=True)
class FormMemory:
    """What earlier runs settled of one form; `listed_at` is the last full listing.

    Every response submitted before `read_until` is settled.
    """

    listed_at: datetime
    settings: str
    read_until: datetime | None
    settled: Mapping[str, datetime]


def deed_of(row: Any) -> Deed:
    """The deed in a row of `deed`."""
    at = datetime.fromisoformat(row.at)
    return Deed(row.key, row.reference, DeedState(row.state), at, row.reason)


def trace_of(row: Any) -> DeedTrace:
    """The same with what Google answered."""
    return DeedTrace(deed_of(row), row.draft_id, row.thread_id, row.message_id)


def row_of(deed: Deed) -> dict[str, str]:
    """A row of `deed` that holds what is known of it."""
    return {
        "key": deed.key,
        "reference": deed.reference,
        "state": deed.state.value,
        "at": stored(deed.at),
        "reason": deed.reason,
    }
