"""The owners whom a case has left: each hears of it once, whoever else is edited or told meanwhile.

They are remembered in the case's row, so that a run which died, or ran out of mails, between the
move and its mails owes them all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from itn_sync.domain.seen import Seen
from itn_sync.domain.told import handed_over_key, may_have_gone, told_key


@dataclass(frozen=True)
class Departure:
    """The case left the owner with this address at its `version`."""

    version: int
    email: str


def read_departures(cell: str) -> tuple[Departure, ...]:
    """What the row remembers: `version address` on each line; any other line says nothing."""
    lines = (line.split() for line in cell.splitlines())
    pairs = (line for line in lines if len(line) == 2 and line[0].isdecimal())
    return tuple(Departure(int(version), email) for version, email in pairs)


def departures_cell(departures: Iterable[Departure]) -> str:
    """The text that `read_departures` reads."""
    return "\n".join(f"{d.version} {d.email}" for d in departures)


def owner_was_told(
    number: str, departures: tuple[Departure, ...], version: int, seen: Seen
) -> bool:
    """True when the present owner may have been told of the case before its `version`."""
    arrived = departures[-1].version if departures else 1
    return any(may_have_gone(told_key(number, n), seen) for n in range(arrived, version))


def after_move(
    number: str, departures: tuple[Departure, ...], move: Departure, new_email: str, seen: Seen
) -> tuple[Departure, ...]:
    """The departures once the case goes on to `new_email`.

    Leaving somebody who never heard of the case is no departure, nor is one that comes back before
    it was told.
    """
    if move.email == new_email:
        return departures
    if move.email and owner_was_told(number, departures, move.version, seen):
        departures = (*departures, move)
    return tuple(
        d
        for d in departures
        if d.email != new_email or may_have_gone(handed_over_key(number, d.version), seen)
    )
