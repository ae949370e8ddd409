"""Everything that a case owes once it is open, from its row alone: cells, council, mails."""

from __future__ import annotations

from collections.abc import Iterable

from itn_sync.domain.actions import NotSent, SendMail, WriteRow
from itn_sync.domain.codes import kind_of
from itn_sync.domain.council import council_row, decision_shown
from itn_sync.domain.digest import digests
from itn_sync.domain.evidence import evidence_notices, shown_pieces
from itn_sync.domain.followup import late_notices
from itn_sync.domain.ground import Ground
from itn_sync.domain.outcome import closed_cell, outcome_notices
from itn_sync.domain.pace import Stage, Standing, delay_shown, next_step, standing, status_of
from itn_sync.domain.school import Kind
from itn_sync.domain.seen import Cell, Row
from itn_sync.domain.serials import french_date
from itn_sync.domain.states import CLOSED
from itn_sync.domain.tracking import CASES


def casework(
    cases: Iterable[Row], ground: Ground
) -> tuple[list[WriteRow], list[SendMail | NotSent]]:
    """The rows and mails of every case in `Dossiers`, whoever's answer was read in this run."""
    rows: list[WriteRow] = []
    notices: list[SendMail | NotSent] = []
    worked = [Row(case.id, {**case.cells, **_cells(case, ground)}, case.number) for case in cases]
    for case in worked:
        step = case.text("next_step") or "plus rien à faire"
        why = f"{case.text('student')} : {step}"
        rows.append(WriteRow(CASES.key, case.id, _cells(case, ground), why, plan="S115"))
        if council := council_row(case, ground):
            rows.append(council)
        notices += late_notices(case, ground)
        notices += evidence_notices(case, ground)
        notices += outcome_notices(case, ground)
    notices += digests(worked, ground)
    return rows, notices


def _cells(case: Row, ground: Ground) -> dict[str, Cell]:
    """The worker's cells that follow from people's, and from the day."""
    stands = standing(case, ground.school.calendar, ground.clock, ground.today)
    return {
        "next_step": _next_step(case, stands),
        "delay": delay_shown(stands, ground.school.calendar, ground.clock, ground.today),
        "missing": shown_pieces(case, ground),
        "council": decision_shown(case, ground.seen, ground.today),
        "closed": closed_cell(case, ground.today),
        "status_then": _status_then(case),
    }


def _next_step(case: Row, stands: Standing) -> str:
    """Who was warned of absences and does not answer is asked to meet somebody (S56)."""
    if kind_of(case.id) is not Kind.ATTENDANCE:
        return next_step(stands)
    if not case.number_in("due") and status_of(case) != CLOSED:
        return "Absences régularisées : peut être clos"
    if stands.stage is not Stage.CONTACT:
        return next_step(stands)
    day = french_date(stands.due) if stands.due else ""
    if not stands.late:
        return f"Attendre la réponse à l'avertissement jusqu'au {day}"
    return f"Proposer une rencontre individuelle : sans réponse depuis le {day}"


def _status_then(case: Row) -> str:
    """The status of an earlier request, until people choose another."""
    then = case.text("status_then")
    return then if case.text("status") == then else ""
