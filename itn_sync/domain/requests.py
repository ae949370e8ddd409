"""The plan's first promise: who gets a request, and by when they call (S30-S38, S115, S162).

A registration opens one case per request. Its owner is whoever holds the role for that need at
that site and in that section; whoever stands in when they are away; else the personne de
référence, to whom every question may be put (S4, S5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from itn_sync.domain.actions import WriteRow
from itn_sync.domain.codes import case_number
from itn_sync.domain.departures import (
    Departure,
    after_move,
    departures_cell,
    read_departures,
)
from itn_sync.domain.registration import Registration
from itn_sync.domain.revisions import Revision, revise, same_cell
from itn_sync.domain.school import KIND_LABEL, OWNER_ROLE, Kind, Person, Role, School
from itn_sync.domain.seen import Cell, Row, Seen
from itn_sync.domain.serials import date_serial, instant_serial, school_day_of, serial_date
from itn_sync.domain.told import last_version, told_key
from itn_sync.domain.tracking import ACCOMMODATIONS, ACTIVE, CASES, TO_CONTACT, WITHDRAWN

ROLE_LABEL = {
    Role.REFERENT_VA: "Référent VA",
    Role.REFERENT_AR: "Référent AR",
    Role.REFERENT_DIGITAL: "Référent numérique",
    Role.SECRETARIAT: "Secrétariat",
    Role.COORDINATOR: "Personne de référence du plan d'accompagnement",
    Role.SECTION_COORDINATION: "Coordination de section",
    Role.DIRECTION: "Direction",
}

_WATCHED = ("state", "student", "email", "phone", "site", "section", "details")


@dataclass(frozen=True)
class Ownership:
    """Who gets a request, and why, in one sentence."""

    person: Person | None
    why: str


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


def owner_of(kind: Kind, place: tuple[str, str], school: School, today: date) -> Ownership:
    """Who gets a request of `kind` made for `place` (site and section keys) today."""
    role = OWNER_ROLE[kind]
    for holder in school.holders(role, *place):
        if person := school.present(holder, today):
            return Ownership(person, _because(role, holder, person))
    for holder in school.holders(Role.COORDINATOR, *place):
        if person := school.present(holder, today):
            return Ownership(
                person,
                f"{ROLE_LABEL[role]} : personne n'est disponible ; la "
                "personne de référence prend la demande en charge",
            )
    return Ownership(None, f"{ROLE_LABEL[role]} : personne, ni personne de référence")


def _because(role: Role, holder: Person, person: Person) -> str:
    if person == holder:
        return ROLE_LABEL[role]
    return f"{ROLE_LABEL[role]}, en remplacement de {holder.name}"


@dataclass(frozen=True)
class Ground:
    """What decisions about requests stand on; `deadlines` are school days to the first contact."""

    seen: Seen
    school: School
    deadlines: Mapping[Kind, int]
    today: date


def cases_of(registration: Registration, ground: Ground) -> tuple[Case, ...]:
    """Every case of a registration: one per request made, and those of requests withdrawn."""
    rows = ground.seen.table(CASES.key).rows
    cases = []
    for kind in Kind:
        prior = rows.get(case_number(kind, registration.key))
        if kind in registration.kinds or prior is not None:
            cases.append(_case(kind, registration, prior, ground))
    return tuple(cases)


def _case(kind: Kind, registration: Registration, prior: Row | None, ground: Ground) -> Case:
    active = kind in registration.kinds
    opened = _opened(registration, prior, active=active)
    number = case_number(kind, registration.key)
    case = Case(
        number=number,
        kind=kind,
        registration=registration,
        active=active,
        opened=opened,
        due=ground.school.calendar.after(opened, ground.deadlines[kind]),
        owner=_kept_owner(prior, ground.school)
        or owner_of(kind, registration.place, ground.school, ground.today),
        revision=Revision(last_version(partial(told_key, number), ground.seen), ""),
    )
    return case if prior is None else _after_edit(case, prior, ground)


def _opened(registration: Registration, prior: Row | None, *, active: bool) -> date:
    """The day of the request; a request made again after a withdrawal starts afresh."""
    if prior is None or not prior.number_in("opened"):
        return school_day_of(registration.created)
    if active and prior.text("state") == WITHDRAWN:
        return school_day_of(registration.submitted)
    return serial_date(prior.number_in("opened"))


def _kept_owner(prior: Row | None, school: School) -> Ownership | None:
    """An open case stays with its owner: a holiday or a new colleague does not move it."""
    if prior is None or not prior.text("owner_email"):
        return None
    email, name = prior.text("owner_email"), prior.text("owner")
    known = (p for a in school.assignments for p in a.persons if p.email == email)
    return Ownership(next(known, Person("", name, email)), prior.text("owner_why"))


def _after_edit(case: Case, prior: Row, ground: Ground) -> Case:
    """The case as the last submission leaves it: version, news, owner if the place changed."""
    edited = instant_serial(case.registration.submitted) > prior.number_in("submitted") + 1e-8
    revision = revise(CASES, prior, _shown_cells(case), watched=_WATCHED, edited=edited)
    if edited and _accommodation_changed(case, ground.seen):
        revision = _with_confidential_news(revision, prior)
    departures = read_departures(prior.text("departures"))
    case = replace(case, revision=revision, departures=departures)
    if not edited or not _moved(case, prior):
        return case
    owner = owner_of(case.kind, case.registration.place, ground.school, ground.today)
    move = Departure(revision.version, prior.text("owner_email"))
    new_email = owner.person.email if owner.person else ""
    departures = after_move(case.number, departures, move, new_email, ground.seen)
    return replace(case, owner=owner, departures=departures)


def _with_confidential_news(revision: Revision, prior: Row) -> Revision:
    news = "Les précisions confidentielles ont changé"
    if revision.version > prior.number_in("version"):
        return Revision(revision.version, f"{revision.changes}\n{news}")
    return Revision(revision.version + 1, news)


def _moved(case: Case, prior: Row) -> bool:
    cells = _shown_cells(case)
    reopened = prior.text("state") == WITHDRAWN
    elsewhere = any(not same_cell(prior.cells.get(key), cells[key]) for key in ("site", "section"))
    return case.active and (reopened or elsewhere)


def _accommodation_changed(case: Case, seen: Seen) -> bool:
    """In doubt (the confidential sheet could not be read) it has: better told than missed."""
    if case.kind is not Kind.AR or not case.active:
        return False
    row = seen.table(ACCOMMODATIONS.key).rows.get(case.number)
    return row is None or not same_cell(row.cells.get("request"), case.registration.accommodation)


def _shown_cells(case: Case) -> dict[str, Cell]:
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
        cells=_shown_cells(case)
        | {
            "id": case.number,
            "kind": KIND_LABEL[case.kind],
            "origin": form_label,
            "opened": date_serial(case.opened),
            "due": date_serial(case.due),
            "owner": owner.name if owner else "",
            "owner_email": owner.email if owner else "",
            "owner_why": case.owner.why,
            "changes": case.revision.changes,
            "registration": case.registration.key,
            "submitted": instant_serial(case.registration.submitted),
            "version": float(case.revision.version),
            "departures": departures_cell(case.departures),
        },
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
    """The row of the confidential `AR` tab: the only place that says what was asked (S32, S156)."""
    shown = _shown_cells(case)
    shown.pop("details", None)
    if case.active:
        shown["request"] = case.registration.accommodation
    return WriteRow(
        tab=ACCOMMODATIONS.key,
        id=case.number,
        cells=shown | {"id": case.number, "opened": date_serial(case.opened)},
        why=f"{case.number} : ce que dit la demande, pour la seule personne de référence",
        plan="S32",
    )
