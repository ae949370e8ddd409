"""What a run wants done, as values; each says why in one French sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from itn_sync.domain.seen import SETTLED, Cell, Seen


@dataclass(frozen=True)
class WriteRow:
    """The row `id` of `tab` should hold `cells` (worker's columns, by key).

    `initial` fills people's columns when the row is created, and never again.
    """

    tab: str
    id: str
    cells: Mapping[str, Cell]
    why: str
    initial: Mapping[str, Cell] = field(default_factory=dict)
    plan: str = ""


@dataclass(frozen=True)
class SendMail:
    """One mail, once for ever under `key`.

    `template` names a folder of `templates/`, `context` what it may say: nothing confidential.
    """

    key: str
    recipient: str
    recipient_name: str
    template: str
    context: Mapping[str, Any]
    why: str
    row: tuple[str, str] = ("", "")
    """The tab and row id that the mail links to."""
    supersedes: tuple[str, ...] = ()
    """Earlier keys which this mail makes pointless if they have not gone out yet."""
    plan: str = ""
    at_once: bool = False
    """It answers somebody's own click; any other mail goes out in office hours only."""
    waits: str = ""
    """Why it does not go out in this run, as people read it; "" when it does."""


@dataclass(frozen=True)
class NotSent:
    """A mail that would be due but cannot go out; kept in the send log with its reason."""

    key: str
    recipient: str
    template: str
    why: str
    reason: str
    supersedes: tuple[str, ...] = ()
    """As for a mail: what it would have made pointless is pointless all the same."""


def taken_back(key: str, seen: Seen, *, template: str, why: str, reason: str) -> Iterator[NotSent]:
    """The end of a mail that was begun, has not gone out, and is pointless by now."""
    deed = seen.deeds.get(key)
    if deed and deed.state not in SETTLED:
        yield NotSent(key, "", template, why, reason, supersedes=(key,))
