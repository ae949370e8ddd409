"""What a run wants done, as values; each says why in one French sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from itn_sync.domain.seen import Cell


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
    in_hours: bool = False
    """Nobody waits for it: it goes out in the school's office hours only."""


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
