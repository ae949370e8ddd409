"""The attendance certificate of a student, session by session (F32; S55).

What excused an absence is nobody's business but the office's: a certificate and any other
justification read the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from itn_sync.domain.actions import WriteDocument
from itn_sync.domain.told import attestation_key
from itn_sync.domain.units import Counts, Periods, Session

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
    *("septembre", "octobre", "novembre", "décembre"),
)
_EXCUSED = frozenset({Counts.CERTIFIED, Counts.EXCUSED})


@dataclass(frozen=True)
class Attended:
    """One session of one UE, and what the register says of the student there.

    `counts` is None where nothing is noted; `missed` are the periods of a late arrival.
    """

    session: Session
    unit: str
    counts: Counts | None = None
    missed: Periods = 0


@dataclass(frozen=True)
class Share:
    """Periods: those planned are the sum of the four others."""

    planned: Periods = 0
    attended: Periods = 0
    excused: Periods = 0
    unexcused: Periods = 0
    out: Periods = 0

    def __add__(self, other: Share) -> Share:
        return Share(
            self.planned + other.planned,
            self.attended + other.attended,
            self.excused + other.excused,
            self.unexcused + other.unexcused,
            self.out + other.out,
        )


def attestation_context(
    student: str, sessions: Iterable[Attended], first: date, last: date
) -> dict[str, Any]:
    """What the certificate says: every session from `first` to `last`, months and their sum.

    Nothing counts in a UE from the session on at which the student had left it.
    """
    ordered = sorted(sessions, key=_order)
    followed = [one for one in _after_leaving(ordered) if first <= one.session.day <= last]
    lines = [(one, _share(one)) for one in followed]
    units = sorted({one.unit for one in followed})
    alone = len(units) == 1
    months = [_month(list(group), alone=alone) for _, group in groupby(lines, key=_month_of)]
    return {
        "student": student,
        "units": units,
        "first": first,
        "last": last,
        "months": months,
        "total": _shown_share(_sum(share for _, share in lines)),
    }


def attestation_document(
    person: str, context: Mapping[str, Any], signature: Mapping[str, Any], made_on: date
) -> WriteDocument:
    """The certificate as a document: asked for again on the same day, it is the same one.

    `context` is what `attestation_context` gives, `signature` the school's name and contact.
    """
    student, first, last = context["student"], context["first"], context["last"]
    period = f"{first:%d/%m/%Y}–{last:%d/%m/%Y}"
    return WriteDocument(
        key=attestation_key(person, first, last, made_on),
        template="attestation",
        title=f"Attestation – {student} – {period}",
        context={**context, **signature},
        why=f"{student} : attestation de fréquentation, {period}",
        recipient=student,
        plan="S55",
    )


def _order(one: Attended) -> tuple[date, str, str, Periods, str, Periods]:
    session = one.session
    return session.day, one.unit, session.course, session.periods, str(one.counts), one.missed


def _after_leaving(sessions: Sequence[Attended]) -> list[Attended]:
    left: set[str] = set()
    found = []
    for one in sessions:
        if one.counts is Counts.LEFT:
            left.add(one.unit)
        gone = one.unit in left
        found.append(Attended(one.session, one.unit, Counts.LEFT) if gone else one)
    return found


def _share(one: Attended) -> Share:
    """How a session is shared out; a late arrival is part presence, part absence."""
    planned = one.session.periods
    if one.counts is Counts.PRESENT:
        return Share(planned, attended=planned)
    if one.counts in _EXCUSED:
        return Share(planned, excused=planned)
    if one.counts is Counts.UNEXCUSED:
        return Share(planned, unexcused=planned)
    if one.counts is Counts.LATE:
        missed = min(max(one.missed, 0), planned)
        return Share(planned, attended=planned - missed, unexcused=missed)
    return Share(planned, out=planned)


def _month_of(line: tuple[Attended, Share]) -> tuple[int, int]:
    return line[0].session.day.year, line[0].session.day.month


def _month(lines: list[tuple[Attended, Share]], *, alone: bool) -> dict[str, Any]:
    day = lines[0][0].session.day
    return {
        "name": f"{_MONTHS[day.month - 1]} {day.year}",
        "lines": [_line(one, share, alone=alone) for one, share in lines],
        "total": _shown_share(_sum(share for _, share in lines)),
    }


def _line(one: Attended, share: Share, *, alone: bool) -> dict[str, Any]:
    course = one.session.course or one.unit
    named = course if alone or course == one.unit else f"{one.unit}, {course}"
    return {"day": one.session.day, "course": named, "note": _note(one)} | _shown_share(share)


def _note(one: Attended) -> str:
    if one.counts is None:
        return "pas encore noté"
    return {Counts.LATE: "retard", Counts.OUT: "non compté", Counts.LEFT: "abandon"}.get(
        one.counts, ""
    )


def _sum(shares: Iterable[Share]) -> Share:
    return sum(shares, Share())


def _shown_share(share: Share) -> dict[str, str]:
    return {name: periods_shown(getattr(share, name)) for name in Share.__dataclass_fields__}


def periods_shown(periods: Periods) -> str:
    """`4`, `1,5`; what has no short decimal stays a fraction, so that lines can be summed."""
    if periods == int(periods):
        return str(int(periods))
    for digits in (1, 2, 3):
        scaled = periods * 10**digits
        if scaled == int(scaled):
            whole, rest = divmod(int(scaled), 10**digits)
            return f"{whole},{rest:0{digits}}"
    return str(periods)
