"""What people noted in `Dossiers` and no rule understands: the cell, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from itn_sync.domain.school import School
from itn_sync.domain.seen import Problem, Row
from itn_sync.domain.states import ATTEMPTS, STATUSES
from itn_sync.domain.tracking import CASES

_DATES = ("contacted", *(day for day, _channel in ATTEMPTS))


def case_problems(rows: Iterable[Row], school: School) -> Iterator[Problem]:
    """One problem per cell that stands in the way of a decision."""
    for row in rows:
        for column in _DATES:
            if row.text(column).strip() and not row.number_in(column):
                yield _problem(
                    row, column, "Ce n'est pas une date.", "Écrire une date, 15/09/2026."
                )
        if row.text("status") not in {"", *STATUSES}:
            choices = ", ".join(f"«{status}»" for status in STATUSES)
            yield _problem(row, "status", "Ce statut n'est pas connu.", f"Choisir {choices}.")
        named = row.text("handed_to").strip()
        if named and school.person_called(named) is None:
            mend = "Écrire le nom ou l'adresse d'une personne de config/school.toml."
            yield _problem(row, "handed_to", f"L'école ne connaît pas «{named}».", mend)


def _problem(row: Row, column: str, what: str, mend: str) -> Problem:
    scope = f"sheet/{CASES.key}"
    heading = CASES.column(column).heading
    return Problem(
        key=f"{scope}/{row.id}/{column}",
        scope=scope,
        where=f"{CASES.title}, dossier {row.id}, colonne «{heading}»",
        what=what,
        mend=mend,
    )
