"""What people noted in `Dossiers` and no rule understands: the cell, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from itn_sync.domain.names import fold
from itn_sync.domain.school import School
from itn_sync.domain.seen import Problem, Row
from itn_sync.domain.serials import noted_day
from itn_sync.domain.states import ATTEMPTS, STATUSES
from itn_sync.domain.tracking import CASES

_KNOWN = {fold(status) for status in ("", *STATUSES)}
_DATES = ("contacted", *(day for day, _channel in ATTEMPTS))


def case_problems(rows: Iterable[Row], school: School, today: date) -> Iterator[Problem]:
    """One problem per cell that stands in the way of a decision."""
    for row in rows:
        yield from (problem for column in _DATES for problem in _date_problems(row, column, today))
        if fold(row.text("status")) not in _KNOWN:
            choices = ", ".join(f"«{status}»" for status in STATUSES)
            yield _problem(row, "status", "Ce statut n'est pas connu.", f"Choisir {choices}.")
        named = row.text("handed_to").strip()
        if named and school.person_called(named) is None:
            mend = "Écrire le nom ou l'adresse d'une personne de config/school.toml."
            yield _problem(row, "handed_to", f"L'école ne connaît pas «{named}».", mend)


def _date_problems(row: Row, column: str, today: date) -> Iterator[Problem]:
    if row.text(column).strip() and noted_day(row.number_in(column), today) is None:
        what = "Ce n'est pas la date d'un jour passé."
        yield _problem(row, column, what, "Écrire une date comme 15/09/2026.")


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
