"""No request rests: who is reminded of a late first contact, and who hears of it next (S4, S115).

The owner first; then, when nothing has moved for some school days, the personne de référence; then
the direction (S175). Each hears once, and nobody once the student has been contacted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from itn_sync.domain.actions import NotSent, SendMail, taken_back
from itn_sync.domain.case_words import case_context, place_of
from itn_sync.domain.codes import kind_of
from itn_sync.domain.ground import Ground
from itn_sync.domain.ownership import first_present
from itn_sync.domain.pace import Standing, opening_of, school_days_shown, standing
from itn_sync.domain.school import Kind, Person, Role
from itn_sync.domain.seen import SETTLED, Row
from itn_sync.domain.serials import french_date, school_day_of
from itn_sync.domain.told import late_key, told_days
from itn_sync.domain.tracking import CASES

Notice = SendMail | NotSent


class Level(StrEnum):
    """Who hears that a case is late, in this order."""

    OWNER = "owner"
    COORDINATOR = "coordinator"
    DIRECTION = "direction"


_ROLE = {Level.COORDINATOR: Role.COORDINATOR, Level.DIRECTION: Role.DIRECTION}


@dataclass(frozen=True)
class _Late:
    """A case with what its mails say."""

    row: Row
    standing: Standing
    ground: Ground

    def key(self, level: Level) -> str:
        return late_key(self.row.id, opening_of(self.row), level)


def late_notices(row: Row, ground: Ground) -> Iterator[Notice]:
    """The reminder and the escalations that the case in `row` owes, as of now.

    A step already taken stays wanted as long as the case is late, so that its outcome is followed.
    One that was begun, and which a contact has made pointless, is taken back.
    """
    case = _Late(row, standing(row, ground.school.calendar, ground.clock, ground.today), ground)
    if not case.standing.late:
        yield from _taken_back(case)
        return
    since = known = _patient_since(case)
    told = ""
    for level in Level:
        if since is None or known is None or not _is_time(case, level, since):
            return
        person = _reader(case, level)
        if person is None or person.email == told:
            continue  # the next one hears of it in their place
        told = person.email
        yield _notice(case, level, person)
        deed = ground.seen.deeds.get(case.key(level))
        since = max(school_day_of(deed.at), known) if deed and deed.state in SETTLED else None


def _patient_since(case: _Late) -> date | None:
    """The date, or the day on which the owner heard of the case if that was later.

    None while their mail has not gone out: nobody is late with what they do not know.
    """
    due = case.standing.due
    if not case.row.text("owner_email") or kind_of(case.row.id) is Kind.ATTENDANCE:
        return due  # the office that warned a student knows of it
    told = told_days(case.row, case.ground.seen)
    return max(due, told[-1]) if due and told else None


def _is_time(case: _Late, level: Level, since: date) -> bool:
    """True on and after the day on which `level` hears; a mail once begun is followed whenever."""
    if case.key(level) in case.ground.seen.deeds:
        return True
    ground = case.ground
    patience = {
        Level.OWNER: 1,
        Level.COORDINATOR: ground.patience.coordinator,
        Level.DIRECTION: ground.patience.direction,
    }
    passed = ground.school.calendar.school_days(since, ground.today)
    return passed >= patience[level] and ground.is_office_hour


def _reader(case: _Late, level: Level) -> Person | None:
    """Who reads the mail of `level` today: whoever stands in for an owner who is away."""
    school, today = case.ground.school, case.ground.today
    if level is Level.OWNER:
        owner = school.person_at(case.row.text("owner_email"))
        return school.present(owner, today) if owner else None
    return first_present(_ROLE[level], place_of(case.row, school), school, today)


def _notice(case: _Late, level: Level, person: Person) -> SendMail:
    row = case.row
    since = french_date(case.standing.due) if case.standing.due else ""
    days = school_days_shown(case.standing.late)
    return SendMail(
        key=case.key(level),
        recipient=person.email,
        recipient_name=person.name,
        template=_template(level),
        context=_context(case, person),
        why=f"{row.text('student')} : premier contact attendu le {since}, en retard de {days}",
        row=(CASES.key, row.id),
        plan="S115" if level is Level.OWNER else "S4",
    )


def _context(case: _Late, person: Person) -> dict[str, Any]:
    return case_context(case.row, case.ground) | {
        "recipient_name": person.name,
        "owner_name": case.row.text("owner"),
        "due": case.standing.due,
        "late": case.standing.late,
    }


def _taken_back(case: _Late) -> Iterator[NotSent]:
    for level in Level:
        yield from taken_back(
            case.key(level),
            case.ground.seen,
            template=_template(level),
            why=f"{case.row.text('student')} : rappel devenu inutile",
            reason="l'étudiant a été contacté, ou le dossier est clos",
        )


def _template(level: Level) -> str:
    return "case_late" if level is Level.OWNER else "case_escalated"
