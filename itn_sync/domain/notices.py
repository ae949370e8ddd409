"""Who is told what about a registration: its owners, and the student (S114-S115, F31).

A case at version n tells its owner once, under the key `case/<number>/told/<n>`. Whether that
mail opens the case or reports a change depends on whether they may have been told an earlier one.
An owner whom the case left at version n hears of it under `case/<number>/handed-over/<n>`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from itn_sync.domain.actions import NotSent, SendMail
from itn_sync.domain.case_words import signature
from itn_sync.domain.cases import Case
from itn_sync.domain.departures import Departure, owner_was_told
from itn_sync.domain.ground import Ground
from itn_sync.domain.registration import WITHHELD, Registration
from itn_sync.domain.school import KIND_LABEL, Kind
from itn_sync.domain.told import acknowledged_key, handed_over_key, may_have_gone, told_key
from itn_sync.domain.tracking import ACCOMMODATIONS, CASES, REGISTRATIONS

Notice = SendMail | NotSent


def case_notices(case: Case, ground: Ground) -> Iterator[Notice]:
    """The mails a case owes: to its owner, and to those whom it has left."""
    version, seen = case.revision.version, ground.seen
    told_before = owner_was_told(case.number, case.departures, version, seen)
    for departure in case.departures:
        yield _handed_over(case, departure, ground)
    if case.active or told_before:
        yield _told(case, ground, told_before=told_before)
    elif told_key(case.number, version) not in seen.deeds:
        yield _never_told(case)


def _earlier(case: Case) -> tuple[str, ...]:
    return tuple(told_key(case.number, n) for n in range(1, case.revision.version))


def _never_told(case: Case) -> NotSent:
    owner = case.owner.person
    template, why = _case_news(case, told_before=False)
    return NotSent(
        told_key(case.number, case.revision.version),
        owner.email if owner else "",
        template,
        why,
        reason="demande retirée avant que le référent n'en ait été prévenu",
        supersedes=_earlier(case),
    )


def _told(case: Case, ground: Ground, *, told_before: bool) -> Notice:
    key, earlier = told_key(case.number, case.revision.version), _earlier(case)
    template, why = _case_news(case, told_before=told_before)
    owner = case.owner.person
    if owner is None:
        return NotSent(key, "", template, why, reason=case.owner.why, supersedes=earlier)
    return SendMail(
        key=key,
        recipient=owner.email,
        recipient_name=owner.name,
        template=template,
        context=_case_context(case, ground),
        why=why,
        row=(CASES.key, case.number),
        supersedes=earlier,
        plan="S115",
    )


def _case_news(case: Case, *, told_before: bool) -> tuple[str, str]:
    asked = f"{case.registration.student} : {KIND_LABEL[case.kind]}"
    if not case.active:
        return "case_withdrawn", f"{asked}, demande retirée par l'étudiant"
    if told_before:
        return "case_changed", f"{asked}, réponse modifiée par l'étudiant"
    return "case_opened", f"{asked}, nouvelle demande ({case.owner.why})"


def _handed_over(case: Case, departure: Departure, ground: Ground) -> SendMail:
    people = (p for a in ground.school.assignments for p in a.persons)
    name = next((p.name for p in people if p.email == departure.email), departure.email)
    new_owner = case.owner.person.name if case.owner.person else ""
    news = f"passe à {new_owner}" if new_owner else "n'a pas encore de nouveau référent"
    return SendMail(
        key=handed_over_key(case.number, departure.version),
        recipient=departure.email,
        recipient_name=name,
        template="case_handed_over",
        context=_case_context(case, ground) | {"owner_name": name, "new_owner_name": new_owner},
        why=f"{case.number} {news}",
        row=(CASES.key, case.number),
        plan="S115",
    )


def _case_context(case: Case, ground: Ground) -> dict[str, Any]:
    registration = case.registration
    return {
        "case": {
            "number": case.number,
            "kind": case.kind.value,
            "kind_label": KIND_LABEL[case.kind],
            "student": registration.student,
            "email": registration.email,
            "phone": registration.phone,
            "site": registration.site.name if registration.site else registration.site_text,
            "section": _section_name(registration),
            "details": "" if case.kind is Kind.AR else registration.details.get(case.kind, ""),
            "opened": case.opened,
            "due": case.due,
            "overdue": case.due < ground.today,
        },
        "confidential_row": (ACCOMMODATIONS.key, case.number) if case.kind is Kind.AR else None,
        "owner_name": case.owner.person.name if case.owner.person else "",
        "owner_why": case.owner.why,
        "changes": case.revision.changes.splitlines(),
    } | signature(ground.school, registration.place)


def acknowledgement(
    registration: Registration, cases: Sequence[Case], version: int, ground: Ground
) -> Notice:
    """What was understood, who will call, by when (S14, S114)."""
    key = acknowledged_key(registration.key, version)
    earlier = tuple(acknowledged_key(registration.key, n) for n in range(1, version))
    why = f"Accusé de réception de l'inscription de {registration.student}"
    if not registration.can_be_written_to:
        reason = f"l'adresse e-mail «{registration.email}» n'en est pas une"
        return NotSent(key, registration.email, "acknowledgement", why, reason, earlier)
    changed = any(may_have_gone(key, ground.seen) for key in earlier)
    return SendMail(
        key=key,
        recipient=registration.email,
        recipient_name=registration.student,
        template="acknowledgement",
        context=_understood(registration, cases, ground) | {"changed": changed},
        why=f"{why} (réponse modifiée)" if changed else why,
        row=(REGISTRATIONS.key, registration.key),
        supersedes=earlier,
        plan="S114",
        at_once=ground.hours.acknowledge_at_once,
    )


def _understood(
    registration: Registration, cases: Sequence[Case], ground: Ground
) -> dict[str, Any]:
    return {
        "first_name": registration.first_name,
        "site": registration.site.name if registration.site else registration.site_text,
        "section": _section_name(registration),
        "section_info": registration.section.information if registration.section else "",
        "requests": [_request_context(case, ground) for case in cases if case.active],
        "question": _quotable(registration.question),
    } | signature(ground.school, registration.place)


def _request_context(case: Case, ground: Ground) -> Mapping[str, Any]:
    owner = case.owner.person
    details = case.registration.details.get(case.kind, "")
    return {
        "number": case.number,
        "kind_label": KIND_LABEL[case.kind],
        "owner_name": owner.name if owner else "",
        "owner_email": owner.email if owner else "",
        "due": case.due,
        "overdue": case.due < ground.today,
        "details": "" if case.kind is Kind.AR else _quotable(details),
    }


def _quotable(text: str) -> str:
    """What the student is reminded of; they know what was withheld from others."""
    return "" if text == WITHHELD else text


def _section_name(registration: Registration) -> str:
    return registration.section.name if registration.section else registration.section_text
