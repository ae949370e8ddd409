"""What is said about absences, and to whom: the student, the team, the direction (S126, S58, S64).

Nothing here says why a session was excused: a certificate is nobody's business but the office's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from itn_sync.domain.absence_words import (
    missed_context,
    percent,
    rate_sentence,
    remaining,
    step_shown,
)
from itn_sync.domain.actions import NotSent, SendMail, WriteDocument
from itn_sync.domain.ground import Ground
from itn_sync.domain.ownership import Place, first_present
from itn_sync.domain.rates import Rate
from itn_sync.domain.register_marks import shown
from itn_sync.domain.school import Person, Role
from itn_sync.domain.seen import Deed, DeedState
from itn_sync.domain.steps import Step, StepKind
from itn_sync.domain.students import Student
from itn_sync.domain.told import letter_key, telling_keys, warning_key
from itn_sync.domain.tracking_attendance import WARNINGS
from itn_sync.domain.units import LEVEL_SHOWN, Unit

TEMPLATE = {
    StepKind.NOTICE: "absence_notice",
    StepKind.WARNING: "absence_warning",
    StepKind.LIMIT: "absence_alert",
}
_PREFIX = {StepKind.NOTICE: "notice", StepKind.WARNING: "warning", StepKind.LIMIT: "limit"}
_READER = {StepKind.NOTICE: Role.SECRETARIAT, StepKind.LIMIT: Role.DIRECTION}


@dataclass(frozen=True)
class Subject:
    """A student in a UE, with the rate and the steps that it is measured by."""

    student: Student
    unit: Unit
    rate: Rate
    steps: tuple[Step, ...]
    gone: str = ""
    """Why their absences are nobody's matter any more; "" for who still follows the UE."""

    @property
    def place(self) -> Place:
        """The site and section of the UE."""
        return self.unit.site, self.unit.section

    @property
    def sentence(self) -> str:
        """The rate in words, with whose it is."""
        return f"{self.student.name} : {rate_sentence(self.rate, self.unit)}"


@dataclass(frozen=True)
class Told:
    """How one step is told: its key, its row, the mail that it follows."""

    step: Step
    key: str
    row_id: str
    follows: str = ""
    by_hand: bool = False


def step_key(step: Step, subject: Subject) -> str:
    """`warning/cess_math1/2026-2027/ETU-7K3Q2M9X/10`."""
    unit = f"{subject.unit.key}/{subject.unit.year}"
    return warning_key(_PREFIX[step.kind], unit, subject.student.person, step.name)


def told_about(step: Step, subject: Subject, ground: Ground) -> Iterator[Deed]:
    """The mails and letters of a step that went out."""
    deeds = ground.seen.deeds
    for key in telling_keys(step_key(step, subject), deeds):
        done = (deeds.get(k) for k in (key, letter_key(key)))
        yield from (deed for deed in done if deed and deed.state is DeedState.DONE)


def mail_of(subject: Subject, told: Told, ground: Ground) -> SendMail | NotSent:
    """The mail of a step; NotSent when nobody holds the role that reads it."""
    kind = told.step.kind
    office = _first(Role.SECRETARIAT, subject.place, ground)
    name, address = _reader(subject, kind, ground)
    if not address and kind is not StepKind.WARNING:
        reason = "personne ne tient ce rôle"
        return NotSent(told.key, "", TEMPLATE[kind], subject.sentence, reason)
    copies = {p.email for p in _copied(ground.absences.copies.get(kind, ()), subject.place, ground)}
    return SendMail(
        key=told.key,
        recipient=address,
        recipient_name=name,
        template=TEMPLATE[kind],
        context=context_of(subject, told.step, ground) | {"recipient_name": name},
        why=f"{subject.sentence} : seuil de {step_shown(told.step)}",
        row=(WARNINGS.key, told.row_id),
        plan="S126",
        sender=ground.office_sender,
        sender_name=f"{office.name} – {ground.school.name}" if office else "",
        reply_to=office.email if office else "",
        cc=tuple(sorted(copies - {address})),
        follows=told.follows,
        by_hand=told.by_hand,
    )


def letter_of(subject: Subject, told: Told, ground: Ground) -> WriteDocument:
    """The letter that takes the place of a mail which cannot arrive."""
    return WriteDocument(
        key=letter_key(told.key),
        template="absence_letter",
        title=f"Courrier – {subject.student.name} – {subject.unit.name}",
        context=context_of(subject, told.step, ground) | {"recipient_name": subject.student.name},
        why=f"{subject.sentence} : seuil de {step_shown(told.step)}, par courrier",
        recipient=subject.student.name,
        row=(WARNINGS.key, told.row_id),
        plan="S126",
    )


def context_of(subject: Subject, step: Step, ground: Ground) -> dict[str, Any]:
    """All that the words of a step may say."""
    student, unit, rate = subject.student, subject.unit, subject.rate
    school = ground.school
    missing, ahead = remaining(subject.steps, rate, ground.absences.rule)
    return {
        "kind": step.kind.value,
        "student": student.name,
        "student_first_name": student.first_name,
        "student_email": student.email,
        "unit": unit.name,
        "section": school.section_name(unit.section),
        "site": school.site_name(unit.site),
        "level": LEVEL_SHOWN[unit.level],
        "percent": percent(rate.share),
        "step_percent": step_shown(step),
        "in_a_row": step.in_a_row,
        "unexcused": shown(rate.unexcused),
        "base": shown(rate.base),
        "missed": missed_context(rate.missed),
        "remaining": missing,
        "next_step": ahead,
        "why": rate_sentence(rate, unit),
        "paid_leave": rate.share > Fraction(ground.absences.paid_leave, 100),
        "school_name": school.name,
    } | _contacts(subject.place, ground)


def _contacts(place: Place, ground: Ground) -> dict[str, Any]:
    office = _first(Role.SECRETARIAT, place, ground) or Person("", ground.school.name, "")
    coordinator = _first(Role.COORDINATOR, place, ground) or office
    return {
        "contact_name": office.name,
        "contact_email": office.email,
        "coordinator_name": coordinator.name,
        "coordinator_email": coordinator.email,
    }


def _reader(subject: Subject, kind: StepKind, ground: Ground) -> tuple[str, str]:
    """Name and address of whoever reads a step first."""
    if kind is StepKind.WARNING:
        return subject.student.name, subject.student.email
    person = _first(_READER[kind], subject.place, ground)
    return (person.name, person.email) if person else ("", "")


def _copied(roles: tuple[Role, ...], place: Place, ground: Ground) -> Iterator[Person]:
    yield from filter(None, (_first(role, place, ground) for role in roles))


def _first(role: Role, place: Place, ground: Ground) -> Person | None:
    return first_present(role, place, ground.school, ground.today)
