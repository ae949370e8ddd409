"""A roster that lost its students is a fault, not a truth (F11, peers rows 31-36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from itn_sync.domain.seen import Problem, Table
from itn_sync.domain.students import is_suspicious, known_units
from itn_sync.domain.units import Roster, Unit

_SHARE, _COUNT = 0.3, 3
"""How many may leave between two runs without a question, whatever the share."""


def scope_of(unit: str) -> str:
    """The scope of the problems of one roster."""
    return f"roster/{unit}"


def trusted_rosters(
    rosters: Iterable[Roster], units: Mapping[str, Unit], students: Table, *, forced: bool
) -> tuple[tuple[Roster, ...], tuple[Problem, ...]]:
    """The rosters to go by, and what a person must look at where one is not believed.

    `forced` believes them all: a person has looked.
    """
    known = _known(students)
    trusted: list[Roster] = []
    problems: list[Problem] = []
    for roster in rosters:
        before, now = known.get(roster.unit, 0), len(roster.students)
        if not forced and is_suspicious(before, now, share=_SHARE, count=_COUNT):
            problems.append(_shrunk(units[roster.unit], before, now))
        else:
            trusted.append(roster)
    return tuple(trusted), tuple(problems)


def _known(students: Table) -> dict[str, int]:
    """How many students `Étudiants` has on each roster."""
    counts: dict[str, int] = {}
    for row in students.rows.values():
        for unit in known_units(row):
            counts[unit] = counts.get(unit, 0) + 1
    return counts


def _shrunk(unit: Unit, before: int, now: int) -> Problem:
    return Problem(
        key=f"{scope_of(unit.key)}/shrunk",
        scope=scope_of(unit.key),
        where=f"Classroom de {unit.name}",
        what=f"{now} étudiants au lieu de {before} : la liste n'est pas prise en compte.",
        mend=(
            "Vérifier le Classroom. Si ces départs sont réels, demander à l'administrateur "
            "de lancer une fois «itn-sync run --force»."
        ),
    )
