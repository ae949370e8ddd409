"""How much one account may send in a rolling day.

Source: https://support.google.com/a/answer/166852 (facts 8): 2,000 messages (the control endpoint's
`sendingLimit`), 10,000 recipients, 3,000 of them outside the domain.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from itn_sync.sandbox.errors import ApiError
from itn_sync.sandbox.gmail.store import Row, milliseconds
from itn_sync.sandbox.quotas import sending_limit
from itn_sync.sandbox.world import State, declare_schema, rfc3339

_DAY = timedelta(hours=24)
_RECIPIENTS_A_DAY = 10_000
_OUTSIDE_A_DAY = 3_000

declare_schema(
    """
CREATE TABLE IF NOT EXISTS gmail_sending (
    mailbox TEXT NOT NULL,
    at INTEGER NOT NULL,
    recipients INTEGER NOT NULL,
    outside INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS gmail_sending_of ON gmail_sending (mailbox, at)
"""
)


def count_sending(state: State, mailbox: str, people: Sequence[str], *, now: datetime) -> None:
    """Count one message; raises 429 naming when to retry if the day's allowance is spent."""
    domain = mailbox.rpartition("@")[2]
    outside = sum(not address.endswith(f"@{domain}") for address in people)
    limit = sending_limit(state)
    if limit is not None:
        _require_allowance(_since_a_day(state, mailbox, now), (limit, len(people), outside), now)
    state.execute(
        "INSERT INTO gmail_sending VALUES (?, ?, ?, ?)",
        (mailbox, milliseconds(now), len(people), outside),
    )


def _since_a_day(state: State, mailbox: str, now: datetime) -> Row:
    row: Row = state.execute(
        "SELECT count(*) AS messages, total(recipients) AS recipients, total(outside) AS outside,"
        " min(at) AS oldest FROM gmail_sending WHERE mailbox = ? AND at > ?",
        (mailbox, milliseconds(now - _DAY)),
    ).fetchone()
    return row


def _require_allowance(spent: Row, asked: tuple[int, int, int], now: datetime) -> None:
    limit, recipients, outside = asked
    over = (
        spent["messages"] + 1 > limit
        or spent["recipients"] + recipients > _RECIPIENTS_A_DAY
        or spent["outside"] + outside > _OUTSIDE_A_DAY
    )
    if over:
        oldest = spent["oldest"]
        since = datetime.fromtimestamp(oldest / 1000, UTC) if oldest is not None else now
        raise ApiError(
            429,
            f"User-rate limit exceeded.  Retry after {rfc3339(since + _DAY)}",
            reason="rateLimitExceeded",
            domain="usageLimits",
        )
