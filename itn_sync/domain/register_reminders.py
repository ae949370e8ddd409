"""Teachers are asked for the marks of sessions that nobody recorded (S58, F12): once a week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from itn_sync.domain.actions import SendMail
from itn_sync.domain.case_words import signature
from itn_sync.domain.ground import Ground
from itn_sync.domain.register import Register
from itn_sync.domain.register_marks import shown
from itn_sync.domain.told import register_reminder_key
from itn_sync.domain.units import Session

_LISTED = 30


def register_reminders(
    registers: Iterable[Register],
    teachers: Mapping[str, tuple[tuple[str, str], ...]],
    ground: Ground,
) -> Iterator[SendMail]:
    """One mail per teacher and week, with the list; `teachers` gives address and name by UE."""
    missing: dict[tuple[str, str], list[tuple[Register, Session]]] = {}
    for register in registers:
        for session in unrecorded(register, ground):
            for teacher in teachers.get(register.unit.key, ()):
                missing.setdefault(teacher, []).append((register, session))
    week = ground.today.isocalendar()
    for (email, name), sessions in sorted(missing.items(), key=lambda item: item[0]):
        key = register_reminder_key(email, week.year, week.week)
        if key in ground.seen.deeds or ground.is_office_hour:
            yield _reminder(key, email, name, sessions, ground)


def unrecorded(register: Register, ground: Ground) -> Iterator[Session]:
    """Sessions of which nothing is noted, so many school days after they were held."""
    calendar, patience = ground.school.calendar, ground.absences.unrecorded_after
    for session in register.sessions:
        passed = session not in register.recorded and session.day < ground.today
        if passed and calendar.school_days(session.day, ground.today) >= patience:
            yield session


def _reminder(
    key: str,
    email: str,
    name: str,
    sessions: list[tuple[Register, Session]],
    ground: Ground,
) -> SendMail:
    ordered = sorted(sessions, key=lambda s: (s[1].day, s[0].unit.name))
    unit = ordered[0][0].unit
    return SendMail(
        key=key,
        recipient=email,
        recipient_name=name,
        template="register_reminder",
        context={
            "recipient_name": name,
            "sessions": [_line(*one) for one in ordered[:_LISTED]],
            "count": len(ordered),
        }
        | signature(ground.school, (unit.site, unit.section)),
        why=f"{len(ordered)} séance{'s' if len(ordered) > 1 else ''} sans marque au registre",
        plan="S58",
    )


def _line(register: Register, session: Session) -> dict[str, Any]:
    return {
        "unit": register.unit.name,
        "day": session.day,
        "course": session.course,
        "periods": shown(session.periods),
        "link": register.link,
    }
