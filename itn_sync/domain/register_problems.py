"""What a register holds that a person must mend, each named by its cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from itn_sync.domain.codes import digest_of
from itn_sync.domain.register_marks import Doubt
from itn_sync.domain.seen import Problem
from itn_sync.domain.serials import french_date
from itn_sync.domain.units import Area, Grid, Session, Unit

_NAMED = 12
"""Places that one line names; of more, their number."""


def scope_of(unit: str) -> str:
    """The scope of the problems of one register."""
    return f"register/{unit}"


@dataclass
class Notebook:
    """Collects the problems of one register while it is read."""

    grid: Grid
    unit: Unit
    _places: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def note(self, what: str, mend: str, *places: str) -> None:
        """Note a problem; the same one in another place joins it."""
        self._places.setdefault((what, mend), []).extend(places)

    def doubtful(self, doubt: Doubt, row: int, column: int) -> None:
        """A cell that could not be understood."""
        self.note(doubt.what, doubt.mend, cell_name(row, column))

    def conflict(self, name: str, session: Session) -> None:
        """Marks that contradict one another: none of them counts."""
        what = "Des marques se contredisent pour le même étudiant et la même séance."
        day = french_date(session.day)
        self.note(what, "Ne garder que la bonne.", f"{name}, séance du {day} ({session.course})")

    def problems(self) -> Iterator[Problem]:
        """One per kind of mistake, with its places."""
        for (what, mend), places in self._places.items():
            yield Problem(
                key=f"{scope_of(self.unit.key)}/{digest_of(what)}",
                scope=scope_of(self.unit.key),
                where=f"{self.grid.place} : {_listed(places)}",
                what=what,
                mend=mend,
            )

    def merged(self) -> frozenset[tuple[int, int]]:
        """The cells under merges, which hold no mark of their own; each merge is named."""
        blocked: set[tuple[int, int]] = set()
        for area in self.grid.merges:
            if area.end_column <= self.grid.layout.first_session and not self.grid.layout.is_long:
                continue
            self.note(
                "Des cellules sont fusionnées : ce qu'elles contiennent ne compte pas.",
                "Annuler la fusion et noter une marque par cellule.",
                _area_name(area),
            )
            blocked |= set(_inside(area))
        return frozenset(blocked)


def cell_name(row: int, column: int) -> str:
    """`F12`, from 0-based row and column."""
    return f"{column_name(column)}{row + 1}"


def column_name(column: int) -> str:
    """`AB`, from a 0-based column."""
    name, number = "", column + 1
    while number:
        number, letter = divmod(number - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def _area_name(area: Area) -> str:
    first = cell_name(area.first_row, area.first_column)
    return f"{first}:{cell_name(area.end_row - 1, area.end_column - 1)}"


def _inside(area: Area) -> Iterator[tuple[int, int]]:
    for row in range(area.first_row, area.end_row):
        for column in range(area.first_column, area.end_column):
            yield row, column


def _listed(places: list[str]) -> str:
    more = len(places) - _NAMED
    rest = f" et {more} autres" if more > 0 else ""
    return f"{', '.join(places[:_NAMED])}{rest}"
