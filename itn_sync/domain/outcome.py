"""A case that people close: its date, and what the student who asked is told (S115, F05)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from itn_sync.domain.actions import NotSent, SendMail, taken_back
from itn_sync.domain.case_words import case_context
from itn_sync.domain.codes import kind_of
from itn_sync.domain.ground import Ground
from itn_sync.domain.pace import attempts, opening_of, status_of
from itn_sync.domain.privacy import mentions_health
from itn_sync.domain.school import Kind
from itn_sync.domain.seen import Row
from itn_sync.domain.serials import date_serial, serial_date
from itn_sync.domain.states import ACTIVE, CLOSED
from itn_sync.domain.told import again, closed_key
from itn_sync.domain.tracking import CASES


def closed_on(case: Row, today: date) -> date | None:
    """The day on which the case was first seen closed; None while it is open."""
    if status_of(case) != CLOSED:
        return None
    return serial_date(case.number_in("closed")) if case.number_in("closed") else today


def closed_cell(case: Row, today: date) -> float | None:
    """«Clos le» in `Dossiers`."""
    day = closed_on(case, today)
    return date_serial(day) if day else None


def outcome_notices(case: Row, ground: Ground) -> Iterator[SendMail | NotSent]:
    """The mail that tells the student what came of the request, once.

    One that was begun is taken back when the case is opened again first.
    """
    key = again(closed_key(case.id, opening_of(case)), ground.seen)
    if status_of(case) != CLOSED or case.text("state") != ACTIVE:
        why = f"{case.text('student')} : demande rouverte"
        reason = "le dossier n'est plus clos"
        yield from taken_back(key, ground.seen, template="case_closed", why=why, reason=reason)
        return
    if "@" not in case.text("email") or kind_of(case.id) is Kind.ATTENDANCE:
        return
    if key in ground.seen.deeds or ground.is_office_hour:
        yield SendMail(
            key=key,
            recipient=case.text("email"),
            recipient_name=case.text("student"),
            template="case_closed",
            context=case_context(case, ground)
            | {"outcome": _sayable(case), "unanswered": _is_unanswered(case, ground.today)},
            why=f"{case.text('student')} : demande close",
            row=(CASES.key, case.id),
            plan="S115",
        )


def _is_unanswered(case: Row, today: date) -> bool:
    """Closed «sans réponse»: somebody tried, and nobody was ever reached."""
    return not case.number_in("contacted") and any(attempts(case, today))


def _sayable(case: Row) -> str:
    """«Suite donnée», unless a mail is no place for it."""
    outcome = case.text("follow_up")
    return "" if kind_of(case.id) is Kind.AR or mentions_health(outcome) else outcome
