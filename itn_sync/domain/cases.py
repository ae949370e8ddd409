"""One request of one registration: the case, and its rows in `Dossiers` and `AR`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from itn_sync.domain.actions import WriteRow
from itn_sync.domain.departures import Departure, departures_cell
from itn_sync.domain.ownership import Ownership
from itn_sync.domain.registration import Registration
from itn_sync.domain.revisions import Revision
from itn_sync.domain.school import KIND_LABEL, Kind
from itn_sync.domain.seen import Cell
from itn_sync.domain.serials import date_serial, instant_serial
from itn_sync.domain.states import ACTIVE, TO_CONTACT, WITHDRAWN
from itn_sync.domain.tracking import ACCOMMODATIONS, CASES


@dataclass(frozen=True)
class Case:
    """One request of one registration, as `Dossiers` should show it."""

    number: str
    kind: Kind
    registration: Registration
    active: bool
    opened: date
    due: date
    owner: Ownership
    revision: Revision
    departures: tuple[Departure, ...] = ()
    opening: int = 1
    """How many times the request has been opened: once, and again after each withdrawal."""
    remembered: Mapping[str, Cell] = field(default_factory=dict)
    """What people had written when the worker last looked: hidden cells."""


def shown_cells(case: Case) -> dict[str, Cell]:
    """The part of the row that comes from the answer."""
    registration = case.registration
    cells: dict[str, Cell] = {
        "state": ACTIVE if case.active else WITHDRAWN,
        "student": registration.student,
        "email": registration.email,
        "phone": registration.phone,
        "site": registration.site.name if registration.site else registration.site_text,
        "section": registration.section.name if registration.section else registration.section_text,
    }
    if case.active:  # what was asked stays readable beside «Retirée»
        cells["details"] = registration.details.get(case.kind, "")
    return cells


def case_row(case: Case, form_label: str) -> WriteRow:
    """The row of `Dossiers`."""
    owner = case.owner.person
    return WriteRow(
        tab=CASES.key,
        id=case.number,
        cells=shown_cells(case)
        | {
            "id": case.number,
            "kind": KIND_LABEL[case.kind],
            "origin": form_label,
            "opened": date_serial(case.opened),
            "due": date_serial(case.due),
            "owner": owner.name if owner else "",
            "owner_email": case.owner.email,
            "owner_why": case.owner.why,
            "changes": case.revision.changes,
            "registration": case.registration.key,
            "submitted": instant_serial(case.registration.submitted),
            "version": float(case.revision.version),
            "departures": departures_cell(case.departures),
            "opening": float(case.opening),
        }
        | dict(case.remembered),
        initial={"status": TO_CONTACT},
        why=_why(case),
        plan="S162",
    )


def _why(case: Case) -> str:
    asked = f"{case.registration.student} : {KIND_LABEL[case.kind]}"
    if not case.active:
        return f"{asked}, demande retirée"
    return f"{asked} → {case.owner.person.name if case.owner.person else 'personne'}"


def accommodation_row(case: Case) -> WriteRow:
    """The row of the confidential `AR` tab: the only place that says what was asked (S32, S156).

    What a withdrawn request said stays there; without consent it goes.
    """
    shown = shown_cells(case)
    shown.pop("details", None)
    if case.active:
        shown["request"] = case.registration.accommodation
    elif not case.registration.consent:
        shown["request"] = None
    return WriteRow(
        tab=ACCOMMODATIONS.key,
        id=case.number,
        cells=shown | {"id": case.number, "opened": date_serial(case.opened)},
        why=f"{case.number} : ce que dit la demande, pour la seule personne de référence",
        plan="S32",
    )
