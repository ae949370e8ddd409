"""Instants as Forms writes and compares them: RFC 3339 in UTC, to the nanosecond."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from itn_sync.sandbox.errors import invalid

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")
_FILTER = re.compile(r"\s*timestamp\s*(>=|>)\s*(\S+)\s*")


def nanoseconds(text: str) -> int:
    """Nanoseconds since 1970 of `2026-09-01T08:00:00.5Z`; ValueError if it is no such instant."""
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    whole = datetime.fromisoformat(match[1]).replace(tzinfo=UTC)
    return int(whole.timestamp()) * 10**9 + int((match[2] or "").ljust(9, "0"))


def printed(instant: int) -> str:
    """Nanoseconds since 1970 as Google prints them: 0, 3, 6 or 9 fraction digits.

    Source: rest/v1/forms.responses, «createTime».
    """
    seconds, fraction = divmod(instant, 10**9)
    text = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    digits = next(n for n in (0, 3, 6, 9) if fraction % 10 ** (9 - n) == 0)
    return f"{text}.{f'{fraction:09d}'[:digits]}Z" if digits else f"{text}Z"


def of_clock(now: datetime) -> int:
    """The clock's instant in nanoseconds, cut to the millisecond as Forms stores it."""
    return int(now.timestamp() * 1000) * 10**6


def submitted_since(text: str) -> int:
    """The first nanosecond that a `filter` lets through; 0 for an empty filter.

    Only `timestamp > N` and `timestamp >= N` are understood; anything else raises 400.
    Source: forms.responses.list, «filter».
    """
    if not text:
        return 0
    match, refusal = _FILTER.fullmatch(text), invalid(f"Invalid filter: {text}", "filter")
    if match is None:
        raise refusal
    try:
        return nanoseconds(match[2]) + (match[1] == ">")
    except ValueError:
        raise refusal from None
