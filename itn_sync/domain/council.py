"""VA and AR requests before their section's conseil des études, and its decision (S163, F07, F08).

A case whose status says «Transmis au CE» gets a line in `Transferts CE`, with what the council
needs and nothing confidential: of an AR it is told that one is asked for, and by whom. What the
council decides comes back to the case.
"""

from __future__ import annotations

from datetime import date

from itn_sync.domain.actions import WriteRow
from itn_sync.domain.codes import kind_of
from itn_sync.domain.ground import Ground
from itn_sync.domain.pace import status_of
from itn_sync.domain.school import Kind
from itn_sync.domain.seen import Row, Seen
from itn_sync.domain.serials import date_serial, french_date, noted_day
from itn_sync.domain.states import AT_COUNCIL
from itn_sync.domain.tracking import COUNCILS, REGISTRATIONS

COUNCIL_KINDS = frozenset({Kind.VA, Kind.AR})
_ASK_THE_OWNER = "À demander à la personne de référence : rien de confidentiel n'est copié ici"


def council_row(case: Row, ground: Ground) -> WriteRow | None:
    """The line of `case` in `Transferts CE`; None for one that was never passed on."""
    known = case.id in ground.seen.table(COUNCILS.key).rows
    passed_on = status_of(case) == AT_COUNCIL and kind_of(case.id) in COUNCIL_KINDS
    if not (known or passed_on):
        return None
    shown = {key: case.cells.get(key) for key in ("student", "kind", "site", "section", "owner")}
    confidential = kind_of(case.id) is Kind.AR
    return WriteRow(
        COUNCILS.key,
        case.id,
        shown
        | {
            "id": case.id,
            "details": _ASK_THE_OWNER if confidential else case.text("details"),
            "titles": _titles(case, ground.seen),
            "missing": "" if confidential else case.text("missing"),
        },
        initial={"passed_on": date_serial(ground.today)},
        why=f"{case.text('student')} : demande transmise au conseil des études",
        plan="S163",
    )


def _titles(case: Row, seen: Seen) -> str:
    registration = seen.table(REGISTRATIONS.key).rows.get(case.text("registration"))
    return registration.text("titles") if registration else ""


def decision_shown(case: Row, seen: Seen, today: date) -> str:
    """What the council decided, as `Dossiers` repeats it: decision, reasons, notification."""
    row = seen.table(COUNCILS.key).rows.get(case.id)
    if row is None or not row.text("decision"):
        return ""
    reasons = row.text("reasons")
    if kind_of(case.id) is Kind.AR:
        reasons = ""  # may speak of what the request says
    day = noted_day(row.number_in("notified"), today)
    told = f"notifiée le {french_date(day)}" if day else "à notifier"
    return " · ".join(filter(None, (row.text("decision"), reasons, told)))
