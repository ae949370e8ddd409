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

from itn_sync.domain.cases import Case, Ownership, shown_cells
from itn_sync.domain.codes import case_number
from itn_sync.domain.departures import (
    Departure,
    after_move,
    read_departures,
)
from itn_sync.domain.registration import Registration
from itn_sync.domain.revisions import Revision, revise, same_cell
from itn_sync.domain.school import OWNER_ROLE, Kind, Person, Role, School
from itn_sync.domain.seen import Row, Seen
from itn_sync.domain.serials import instant_serial, school_day_of, serial_date
from itn_sync.domain.told import last_version, told_key
from itn_sync.domain.tracking import ACCOMMODATIONS, CASES, WITHDRAWN

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
    case = Case(
        number=case_number(kind, registration.key),
        kind=kind,
        registration=registration,
        active=active,
        opened=opened,
        due=ground.school.calendar.after(opened, ground.deadlines[kind]),
        owner=_kept_owner(prior, ground.school, active=active)
        or owner_of(kind, registration.place, ground.school, ground.today),
        revision=Revision(1, ""),
    )
    return _first_seen(case, ground) if prior is None else _after_edit(case, prior, ground)


def _first_seen(case: Case, ground: Ground) -> Case:
    version = last_version(partial(told_key, case.number), ground.seen)
    return replace(case, revision=Revision(version, ""))


def _opened(registration: Registration, prior: Row | None, *, active: bool) -> date:
    """The day of the request; a request made again after a withdrawal starts afresh."""
    if prior is None or not prior.number_in("opened"):
        return school_day_of(registration.created)
    if active and prior.text("state") == WITHDRAWN:
        return school_day_of(registration.submitted)
    return serial_date(prior.number_in("opened"))


def _kept_owner(prior: Row | None, school: School, *, active: bool) -> Ownership | None:
    """An open case stays with its owner: a holiday or a new colleague does not move it.

    It does not stay with an address that the school no longer knows.
    """
    if prior is None or not prior.text("owner_email"):
        return None
    email, name = prior.text("owner_email"), prior.text("owner")
    people = (*school.persons, *(p for a in school.assignments for p in a.persons))
    known = next((p for p in people if p.email == email), None)
    if known is None and active:
        return None
    return Ownership(known or Person("", name, email), prior.text("owner_why"))


def _after_edit(case: Case, prior: Row, ground: Ground) -> Case:
    """The case as the last submission leaves it: version, news, owner if the place changed."""
    edited = instant_serial(case.registration.submitted) > prior.number_in("submitted") + 1e-8
    revision = revise(CASES, prior, shown_cells(case), watched=_WATCHED, edited=edited)
    if edited and _accommodation_changed(case, ground.seen):
        revision = _with_news(revision, prior, "Les précisions confidentielles ont changé")
    if _owner_has_left(case, prior):
        revision = _with_news(revision, prior, "Le référent d'avant n'est plus connu de l'école")
    departures = read_departures(prior.text("departures"))
    case = replace(case, revision=revision, departures=departures)
    if not edited or not _moved(case, prior):
        return case
    owner = owner_of(case.kind, case.registration.place, ground.school, ground.today)
    move = Departure(revision.version, prior.text("owner_email"))
    new_email = owner.person.email if owner.person else ""
    departures = after_move(case.number, departures, move, new_email, ground.seen)
    return replace(case, owner=owner, departures=departures)


def _with_news(revision: Revision, prior: Row, news: str) -> Revision:
    if revision.version > prior.number_in("version"):
        return Revision(revision.version, f"{revision.changes}\n{news}")
    return Revision(revision.version + 1, news)


def _owner_has_left(case: Case, prior: Row) -> bool:
    owner = case.owner.person.email if case.owner.person else ""
    return bool(prior.text("owner_email")) and owner != prior.text("owner_email")


def _moved(case: Case, prior: Row) -> bool:
    cells = shown_cells(case)
    reopened = prior.text("state") == WITHDRAWN
    elsewhere = any(not same_cell(prior.cells.get(key), cells[key]) for key in ("site", "section"))
    return case.active and (reopened or elsewhere)


def _accommodation_changed(case: Case, seen: Seen) -> bool:
    """In doubt (the confidential sheet could not be read) it has: better told than missed."""
    if case.kind is not Kind.AR or not case.active:
        return False
    row = seen.table(ACCOMMODATIONS.key).rows.get(case.number)
    return row is None or not same_cell(row.cells.get("request"), case.registration.accommodation)
