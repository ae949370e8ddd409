"""The plan's first promise: a case per request, with its owner and its date (S30-S38, S115, S162).

Who gets it is in `ownership`; when its next step is late, in `pace`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

from itn_sync.domain.cases import Case, shown_cells
from itn_sync.domain.codes import case_number
from itn_sync.domain.departures import Departure, after_move, read_departures
from itn_sync.domain.ground import Ground
from itn_sync.domain.ownership import Ownership, acted_on, chosen_owner, kept_owner, owner_of
from itn_sync.domain.registration import Registration
from itn_sync.domain.revisions import Revision, revise, same_cell
from itn_sync.domain.school import Kind, School
from itn_sync.domain.seen import Cell, Row, Seen
from itn_sync.domain.serials import instant_serial, school_day_of, serial_date
from itn_sync.domain.states import WITHDRAWN
from itn_sync.domain.told import last_version, told_key
from itn_sync.domain.tracking import ACCOMMODATIONS, CASES

_WATCHED = ("state", "student", "email", "phone", "site", "section", "details")


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
        owner=kept_owner(prior, ground.school, active=active)
        or owner_of(kind, registration.place, ground.school, ground.today),
        revision=Revision(1, ""),
        opening=_opening(prior, active=active),
        remembered=_remembered(prior, ground.school, active=active),
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


def _remembered(prior: Row | None, school: School, *, active: bool) -> dict[str, Cell]:
    """Instructions already followed, and the status that an earlier request was left with."""
    remembered = acted_on(prior, school)
    if prior is not None and active and prior.text("state") == WITHDRAWN:
        remembered["status_then"] = prior.text("status")
    return remembered


def _opening(prior: Row | None, *, active: bool) -> int:
    """Which time the request is open: what is late again is told again."""
    before = int(prior.number_in("opening")) if prior else 0
    again = prior is not None and active and prior.text("state") == WITHDRAWN
    return max(1, before) + again


def _after_edit(case: Case, prior: Row, ground: Ground) -> Case:
    """The case as the last submission leaves it: version, news, perhaps another owner."""
    edited = instant_serial(case.registration.submitted) > prior.number_in("submitted") + 1e-8
    revision = revise(CASES, prior, shown_cells(case), watched=_WATCHED, edited=edited)
    if edited and _accommodation_changed(case, ground.seen):
        revision = _with_news(revision, prior, "Les précisions confidentielles ont changé")
    if _owner_has_left(case, prior):
        revision = _with_news(revision, prior, "Le référent d'avant n'est plus connu de l'école")
    departures = read_departures(prior.text("departures"))
    case = replace(case, revision=revision, departures=departures)
    place, school, today = case.registration.place, ground.school, ground.today
    if case.active and (chosen := chosen_owner(prior, place, school, today)):
        return _chosen_by_people(case, prior, chosen, ground.seen)
    if edited and _moved(case, prior):
        return _passed_on(case, prior, owner_of(case.kind, place, school, today), ground.seen)
    return case


def _chosen_by_people(case: Case, prior: Row, chosen: Ownership, seen: Seen) -> Case:
    if chosen.email == prior.text("owner_email"):
        return replace(case, owner=chosen)
    news = chosen.why[0].upper() + chosen.why[1:]
    revision = _with_news(case.revision, prior, news)
    return _passed_on(replace(case, revision=revision), prior, chosen, seen)


def _passed_on(case: Case, prior: Row, owner: Ownership, seen: Seen) -> Case:
    move = Departure(case.revision.version, prior.text("owner_email"))
    departures = after_move(case.number, case.departures, move, owner.email, seen)
    return replace(case, owner=owner, departures=departures)


def _with_news(revision: Revision, prior: Row, news: str) -> Revision:
    if revision.version > prior.number_in("version"):
        return Revision(revision.version, f"{revision.changes}\n{news}")
    return Revision(revision.version + 1, news)


def _owner_has_left(case: Case, prior: Row) -> bool:
    return bool(prior.text("owner_email")) and case.owner.email != prior.text("owner_email")


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
