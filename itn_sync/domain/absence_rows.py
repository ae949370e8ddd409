"""`Absences`: per student and UE what was missed, and why no warning went (S55, S146, F13).

Risk is shown by its reasons in words, never as a score (peers row 62).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from itn_sync.domain.absence_mails import Subject
from itn_sync.domain.absence_policy import AbsencePolicy
from itn_sync.domain.absence_words import (
    left_shown,
    missed_lines,
    percent,
    periods_shown,
    rate_sentence,
    remaining,
    step_shown,
    why_not,
)
from itn_sync.domain.actions import WriteRow
from itn_sync.domain.ground import Ground
from itn_sync.domain.rates import Rate
from itn_sync.domain.register_marks import shown
from itn_sync.domain.steps import Step, StepKind, steps_reached
from itn_sync.domain.tracking_attendance import ABSENCES
from itn_sync.domain.units import LEVEL_SHOWN

_STANDING = {
    StepKind.NOTICE: "Préavis",
    StepKind.WARNING: "Avertissement",
    StepKind.LIMIT: "Limite légale",
}


def absence_id(unit: str, person: str) -> str:
    """The row of a student in a UE."""
    return f"{unit}/{person}"


def absence_row(subject: Subject, courses: Mapping[str, Rate], ground: Ground) -> WriteRow:
    """The row of `Absences`."""
    unit, rate, student = subject.unit, subject.rate, subject.student
    reached = steps_reached(subject.steps, rate, ground.absences.rule)
    return WriteRow(
        ABSENCES.key,
        absence_id(unit.key, student.person),
        {
            "id": absence_id(unit.key, student.person),
            "student": student.name,
            "section": ground.school.section_name(unit.section),
            "site": ground.school.site_name(unit.site),
            "unit": unit.name,
            "level": LEVEL_SHOWN[unit.level],
            "base": shown(rate.base),
            "unexcused": shown(rate.unexcused),
            "excused": shown(rate.excused),
            "rate": percent(rate.share),
            "trend": trend_shown(rate),
            "remaining": _remaining(subject, ground.absences),
            "standing": _standing(rate, reached),
            "risk": "\n".join(risks(rate, ground.absences)),
            "why": explanation(subject, ground.absences),
            "missed": missed_lines(rate.missed),
            "courses": _by_course(courses),
        },
        why=subject.sentence,
        plan="S146",
    )


def explanation(subject: Subject, policy: AbsencePolicy) -> str:
    """The rate in a sentence, then what it leads to, or why it leads to nothing."""
    sentence = rate_sentence(subject.rate, subject.unit)
    if subject.gone:
        return f"{sentence}. Pas d'avertissement : {subject.gone}."
    reached = steps_reached(subject.steps, subject.rate, policy.rule)
    told = [step for step in reached if step.kind is not StepKind.NOTICE]
    if told:
        steps = ", ".join(f"{_STANDING[s.kind].lower()} à {step_shown(s)}" for s in told)
        ahead = _remaining(subject, policy)
        return f"{sentence}. Étape atteinte : {steps}.{f' {ahead}.' if ahead else ''}"
    return f"{sentence}. {why_not(subject.rate, subject.steps, policy.rule)}"


def risks(rate: Rate, policy: AbsencePolicy) -> Iterator[str]:
    """The reasons to look at a student now, each in words."""
    if rate.left:
        return
    if rate.in_a_row >= policy.long_absence:
        last = rate.missed[-1].session.day if rate.missed else None
        until = f", jusqu'au {last.day}/{last.month:02}" if last else ""
        yield f"{rate.in_a_row} séances manquées de suite{until}"
    recent = rate.unexcused - rate.before
    if rate.before and recent > rate.before:
        yield f"absences en hausse : {periods_shown(recent)} en quatre semaines"
    late = [m for m in rate.missed if m.periods and m.counts.value == "retard"]
    if len(late) >= policy.long_absence:
        yield f"{len(late)} retards"


def trend_shown(rate: Rate) -> str:
    """What the last four weeks added: `+4 périodes`, `stable`."""
    recent = rate.unexcused - rate.before
    return f"+{periods_shown(recent)}" if recent > 0 else "stable"


def _remaining(subject: Subject, policy: AbsencePolicy) -> str:
    missing, step = remaining(subject.steps, subject.rate, policy.rule)
    if not missing or subject.rate.left:
        return ""
    return f"Encore {left_shown(missing)} avant {step}"


def _standing(rate: Rate, reached: tuple[Step, ...]) -> str:
    if rate.left:
        return "Abandon"
    kinds = [step.kind for step in reached]
    highest = max(kinds, key=list(StepKind).index, default=None)
    return _STANDING[highest] if highest else ""


def _by_course(courses: Mapping[str, Rate]) -> str:
    if len(courses) < 2:
        return ""
    return "\n".join(
        f"{course} : {shown(rate.unexcused)} sur {shown(rate.base)}, {percent(rate.share)}"
        for course, rate in sorted(courses.items())
    )
