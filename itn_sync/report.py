"""What a run did, for whoever reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Tell = Callable[[str], None]
"""Hears each thing as it happens, for a progress display."""


@dataclass
class Report:
    """Counts of what was done; `failures`, `waiting` and `held` are why an exit code is not 0."""

    rows_created: int = 0
    rows_changed: int = 0
    mails_sent: int = 0
    waiting: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    """References of mails that may have gone out or not, from this run or an earlier one."""

    @property
    def is_complete(self) -> bool:
        """True when everything that was planned is done and no mail is held."""
        return not (self.failures or self.waiting or self.held)
