"""The clock that a command goes by: the machine's, unless it rehearses another moment.

A Workspace that is not Google's has a clock of its own, which a rehearsal moves: a demo's commands
go by it, as the button of its first page does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from itn_sync.domain.serials import SCHOOL_TIME
from itn_sync.gateways.errors import Unavailable
from itn_sync.gateways.standing import server_time
from itn_sync.settings import Workspace

_SAME = timedelta(seconds=2)
"""The Workspace tells its time to the second."""


class RehearsalOnGoogleError(Exception):
    """Another moment was named for something that would act on Google itself."""


@dataclass(frozen=True)
class Clock:
    """A clock that runs `ahead` of the machine's."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        """What it shows now."""
        return datetime.now(UTC) + self.ahead


def moment(text: str) -> datetime:
    """`2026-12-01T20:15`, Belgian unless it says otherwise; a day alone is nine in the morning.

    Raises ValueError.
    """
    found = datetime.fromisoformat(text if "T" in text else f"{date.fromisoformat(text)}T09:00")
    return found if found.tzinfo else found.replace(tzinfo=SCHOOL_TIME)


def clock_of(workspace: Workspace, now: datetime | None = None, *, acting: bool = False) -> Clock:
    """The clock of a command on that Workspace; it starts at `now` where that is given.

    Raises RehearsalOnGoogleError.
    """
    if now is None:
        return Clock() if workspace.is_google else _workspace_clock(workspace)
    if acting and workspace.is_google:
        raise RehearsalOnGoogleError("--now is for rehearsals: it may not act on Google itself.")
    return Clock(now - datetime.now(UTC))


def _workspace_clock(workspace: Workspace) -> Clock:
    try:
        ahead = server_time(workspace.root_url) - datetime.now(UTC)
    except Unavailable:  # the command's own first call says so better
        return Clock()
    return Clock() if abs(ahead) < _SAME else Clock(ahead)
