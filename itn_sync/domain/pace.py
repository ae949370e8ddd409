"""When a case is late: the clock of its next step, in school days (S115, S140, F06).

A first contact is due by the case's date. A try that the student has not answered stops the clock
for a while; after the last try that the school asks for, the case may be closed «sans réponse».
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from itn_sync.domain.names import fold
from itn_sync.domain.school import Calendar
from itn_sync.domain.seen import Row
from itn_sync.domain.serials import french_date, noted_day, serial_date
from itn_sync.domain.states import (
    ACTIVE,
    AT_COUNCIL,
    ATTEMPTS,
    CLOSED,
    LATE,
    ON_TIME,
    PAUSED,
    SOON,
    STATUSES,
    TO_CONTACT,
    UNANSWERED,
    VERY_LATE,
)

_STATUS_BY_NAME = {fold(status): status for status in STATUSES}


class Stage(StrEnum):
    """What a case waits for."""

    CONTACT = "contact"
    ANSWER = "answer"
    CLOSING = "closing"
    COUNCIL = "council"
    REFERENT = "referent"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Clock:
    """The school's delays, in school days, and how many tries it asks for (1 to 3)."""

    answer: int = 5
    soon: int = 1
    very_late: int = 5
    attempts: int = 3


@dataclass(frozen=True)
class Standing:
    """Where a case stands today: what it waits for, until when, how late it is."""

    stage: Stage
    due: date | None = None
    late: int = 0
    """School days since `due`, today included; 0 when nothing is late."""


def standing(row: Row, calendar: Calendar, clock: Clock, today: date) -> Standing:
    """Where the case in `row` of `Dossiers` stands on `today`."""
    if row.text("state") != ACTIVE or status_of(row) == CLOSED or not row.number_in("due"):
        return Standing(Stage.NOTHING)
    if status_of(row) == AT_COUNCIL:
        return Standing(Stage.COUNCIL)
    if is_in_touch(row, today):
        return Standing(Stage.REFERENT)
    tries = sorted(attempts(row, today))
    if tries:
        return _after_tries(tries, calendar, clock, today)
    return _waiting(serial_date(row.number_in("due")), calendar, today)


def _after_tries(tries: list[date], calendar: Calendar, clock: Clock, today: date) -> Standing:
    answer_by = calendar.after(tries[-1], clock.answer)
    if today <= answer_by:
        return Standing(Stage.ANSWER, answer_by)
    if len(tries) >= clock.attempts:
        return Standing(Stage.CLOSING)
    return _waiting(answer_by, calendar, today)


def _waiting(due: date, calendar: Calendar, today: date) -> Standing:
    return Standing(Stage.CONTACT, due, calendar.school_days(due, today))


def opening_of(row: Row) -> int:
    """Which time the request is open: 1, and one more after each withdrawal."""
    return max(1, int(row.number_in("opening")))


def status_of(row: Row) -> str:
    """What people have chosen as `Statut`, however they spell it; TO_CONTACT for anything else.

    What they had chosen before the student asked again says nothing of the new request.
    """
    if row.text("status") == row.text("status_then"):
        return TO_CONTACT
    return _STATUS_BY_NAME.get(fold(row.text("status")), TO_CONTACT)


def is_in_touch(row: Row, today: date) -> bool:
    """True once somebody has spoken with the student about this request."""
    return status_of(row) != TO_CONTACT or _noted(row, "contacted", today) is not None


def attempts(row: Row, today: date) -> Iterator[date]:
    """The days on which somebody tried in vain to reach the student."""
    yield from filter(None, (_noted(row, day, today) for day, _channel in ATTEMPTS))


def _noted(row: Row, column: str, today: date) -> date | None:
    """A day that people noted; one before the request was made again is of another time."""
    day = noted_day(row.number_in(column), today)
    again = opening_of(row) > 1
    return None if day and again and day < serial_date(row.number_in("opened")) else day


def delay_shown(standing: Standing, calendar: Calendar, clock: Clock, today: date) -> str:
    """The word that colours the date in `Dossiers`; "" when no clock runs."""
    if standing.stage is Stage.ANSWER:
        return PAUSED
    if standing.stage is Stage.CLOSING:
        return UNANSWERED
    if standing.due is None:
        return ""
    if standing.late:
        return VERY_LATE if standing.late >= clock.very_late else LATE
    return SOON if calendar.school_days(today, standing.due) <= clock.soon else ON_TIME


_NEXT_STEP = {
    Stage.CLOSING: "Peut être clos «sans réponse»",
    Stage.COUNCIL: "Attendre la décision du conseil des études",
    Stage.REFERENT: "Noter la suite donnée, puis clore",
    Stage.NOTHING: "",
}


def next_step(standing: Standing) -> str:
    """What is to be done, in one French sentence for the referent."""
    if standing.due is None:
        return _NEXT_STEP[standing.stage]
    day = french_date(standing.due)
    if standing.stage is Stage.ANSWER:
        return f"Attendre la réponse de l'étudiant jusqu'au {day}"
    if not standing.late:
        return f"Contacter l'étudiant avant le {day}"
    since = school_days_shown(standing.late)
    return f"Contacter l'étudiant : en retard de {since} (c'était pour le {day})"


def school_days_shown(count: int) -> str:
    """`1 jour d'école`, `3 jours d'école`."""
    return f"{count} jour{'s' if count > 1 else ''} d'école"
