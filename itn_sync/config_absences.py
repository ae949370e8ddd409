"""`[absences]` of rules.toml: what the school has decided, checked and turned into a policy."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from math import inf
from typing import Annotated

from pydantic import AfterValidator, Field

from itn_sync.config_types import Count, Shape, Text
from itn_sync.domain.absence_policy import PLAN_POLICY, AbsencePolicy
from itn_sync.domain.rates import Base
from itn_sync.domain.register_marks import exact
from itn_sync.domain.school import Role
from itn_sync.domain.steps import PLAN_STEPS, AbsenceRule, Step, StepKind
from itn_sync.domain.units import Level
from itn_sync.domain.warning_state import Mode


# each ValueError reads `what is wrong; how to mend it`
def _percent(value: float) -> float:
    if not 0 < value <= 100:
        raise ValueError("this is no percentage; write a number above 0, at most 100")
    return value


def _periods(value: float) -> float:
    if not 0 <= value < inf:
        raise ValueError("this is no number of periods; write 0 or more")
    return value


COPIES: dict[StepKind, tuple[Role, ...]] = {
    StepKind.WARNING: (Role.SECTION_COORDINATION,),
    StepKind.NOTICE: (Role.SECTION_COORDINATION,),
    StepKind.LIMIT: (Role.SECRETARIAT, Role.COORDINATOR),
}
"""Who reads along unless `[absences.copies]` says otherwise."""

Percent = Annotated[float, AfterValidator(_percent)]
Positive = Annotated[int, Field(strict=True, ge=1)]


class StepShape(Shape):
    """`[[absences.step]]`: a share of unexcused periods, or sessions missed in a row."""

    kind: StepKind
    percent: Percent | None = None
    in_a_row: Positive | None = None
    levels: tuple[Level, ...] = ()
    sections: tuple[Text, ...] = ()
    units: tuple[Text, ...] = ()


class AbsencesShape(Shape):
    """`[absences]`."""

    mode: Mode = Mode.REVIEW
    modes: dict[str, Mode] = Field(default_factory=dict)
    settling_hours: Count = 20
    of_periods_held: Annotated[bool, Field(strict=True)] = False
    held_minimum: Annotated[float, AfterValidator(_periods)] = 0
    exceeded: Annotated[bool, Field(strict=True)] = False
    not_before_sessions: Count = 2
    again: Annotated[bool, Field(strict=True)] = False
    paid_leave_percent: Percent = 10
    long_absence_sessions: Positive = 3
    unrecorded_after: Count = 5
    copies: dict[StepKind, tuple[Role, ...]] = Field(default_factory=COPIES.copy)
    step: tuple[StepShape, ...] = ()


def policy_of(shape: AbsencesShape) -> AbsencePolicy:
    """The school's policy; its marks come from `[[mark]]`."""
    return AbsencePolicy(
        rule=AbsenceRule(
            steps=tuple(map(_step, shape.step)) or PLAN_STEPS,
            base=Base(held=shape.of_periods_held, minimum=exact(shape.held_minimum)),
            exceeded=shape.exceeded,
            not_before=shape.not_before_sessions,
        ),
        marks=PLAN_POLICY.marks,
        mode=shape.mode,
        modes=shape.modes,
        settling=timedelta(hours=shape.settling_hours),
        copies=shape.copies,
        again=shape.again,
        paid_leave=Fraction(exact(shape.paid_leave_percent)),
        long_absence=shape.long_absence_sessions,
        unrecorded_after=shape.unrecorded_after,
    )


def _step(step: StepShape) -> Step:
    return Step(
        kind=step.kind,
        percent=Fraction(exact(step.percent or 0)),
        in_a_row=step.in_a_row or 0,
        levels=step.levels,
        sections=step.sections,
        units=step.units,
    )
