"""What the settings say to decisions: the ground that they stand on, and the safety valve."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from itn_sync.domain.ground import Ground
from itn_sync.domain.plan import Limits
from itn_sync.domain.seen import Seen
from itn_sync.settings import Settings


def ground_of(settings: Settings, seen: Seen, now: datetime, *, forced: bool = False) -> Ground:
    """What was read, with the school, its delays and its policy, at `now`."""
    rules = settings.rules
    return Ground(
        seen,
        settings.school,
        rules.first_contact_school_days,
        now,
        clock=rules.clock,
        patience=rules.patience,
        hours=rules.office_hours,
        evidence=rules.evidence,
        office_sender=settings.workspace.absences_from,
        absences=replace(rules.absences, marks=settings.marks),
        forced=forced,
    )


def limits_of(settings: Settings) -> Limits:
    """How much one run may do unasked."""
    rules = settings.rules
    return Limits(
        rules.max_mails_per_run,
        rules.max_missing_share,
        rules.max_missing_count,
        rules.max_warnings_per_run,
    )


def labels_of(settings: Settings) -> dict[str, str]:
    """What people call each form, by its key."""
    return {form.key: form.label for form in settings.forms}
