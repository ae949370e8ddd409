"""When absences are told, and to whom: the steps of the plan and of the school (S55, S126).

A step is reached by a share of unexcused periods or by absences in a row. Of one kind only the
highest step reached is told; a notice that comes together with the warning is pointless.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from itn_sync.domain.rates import PLANNED, Base, Rate
from itn_sync.domain.units import Level, Periods, Unit


class StepKind(StrEnum):
    """Who hears of a step: staff beforehand, the student, the direction."""

    NOTICE = "preavis"
    WARNING = "avertissement"
    LIMIT = "limite"


STEP_SHOWN = {
    StepKind.NOTICE: "Préavis à l'équipe",
    StepKind.WARNING: "Avertissement",
    StepKind.LIMIT: "Limite légale",
}


@dataclass(frozen=True)
class Step:
    """One step; empty `levels`, `sections` or `units` mean all of them."""

    kind: StepKind
    percent: Fraction = Fraction(0)
    in_a_row: int = 0
    """Sessions missed one after the other, in place of a share."""
    levels: tuple[Level, ...] = ()
    sections: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its part of a deed's key: `10`, `12.5`, `row3`."""
        return f"row{self.in_a_row}" if self.in_a_row else f"{float(self.percent):g}"

    @property
    def sort(self) -> tuple[StepKind, bool]:
        """Shares and rows of absences do not stand in for one another."""
        return self.kind, bool(self.in_a_row)

    def concerns(self, unit: Unit) -> bool:
        """True when the step is one of that UE."""
        return (
            (not self.levels or unit.level in self.levels)
            and (not self.sections or unit.section in self.sections)
            and (not self.units or unit.key in self.units)
        )

    @property
    def precision(self) -> int:
        """A step for a UE goes before one for a section, and that before one for a level."""
        return 4 * bool(self.units) + 2 * bool(self.sections) + bool(self.levels)


def _plan_steps(level: Level, *percents: int) -> tuple[Step, ...]:
    kinds = zip(StepKind, percents, strict=True)
    return tuple(Step(kind, Fraction(percent), levels=(level,)) for kind, percent in kinds)


PLAN_STEPS = _plan_steps(Level.SECONDARY, 8, 10, 20) + _plan_steps(Level.HIGHER, 16, 20, 40)
"""The plan's 10 and 20 %, a notice just before, and the legal 2/10 and 4/10 (to be confirmed)."""


@dataclass(frozen=True)
class AbsenceRule:
    """How absences are judged."""

    steps: tuple[Step, ...] = PLAN_STEPS
    base: Base = PLANNED
    exceeded: bool = False
    """A step counts only once it is exceeded; otherwise reaching it is enough."""
    not_before: int = 2
    """Sessions recorded of a student before anything is told."""


PLAN_RULE = AbsenceRule()


def steps_of(unit: Unit, rule: AbsenceRule) -> tuple[Step, ...]:
    """The steps of a UE: of each kind those that are made for it most precisely."""
    fitting = [step for step in rule.steps if step.concerns(unit)]
    best: dict[tuple[StepKind, bool], int] = {}
    for step in fitting:
        best[step.sort] = max(best.get(step.sort, 0), step.precision)
    mine = (step for step in fitting if step.precision == best[step.sort])
    return tuple(sorted(mine, key=lambda s: (s.percent, s.in_a_row)))


def is_reached(step: Step, rate: Rate, rule: AbsenceRule) -> bool:
    """True when `rate` is at the step, or above it."""
    if rate.left or rate.recorded < rule.not_before:
        return False
    if step.in_a_row:
        return rate.in_a_row >= step.in_a_row
    if rate.base <= 0 or not rate.unexcused:
        return False
    share, mark = _in_hundredths(step, rate)
    return share > mark or (share == mark and not rule.exceeded)


def _in_hundredths(step: Step, rate: Rate) -> tuple[Periods, Periods]:
    """Both sides of «rate at step» without any division."""
    percent = step.percent
    return 100 * percent.denominator * rate.unexcused, percent.numerator * rate.base


def steps_reached(steps: Sequence[Step], rate: Rate, rule: AbsenceRule) -> tuple[Step, ...]:
    """Those of a UE's `steps` to be told of: of each kind the highest one."""
    reached = [step for step in steps if is_reached(step, rate, rule)]
    shares = {step.kind: step for step in reached if not step.in_a_row}
    rows = {step.kind: step for step in reached if step.in_a_row}
    return (*shares.values(), *rows.values())


def is_below(step: Step, others: Iterable[Step]) -> bool:
    """True when one of `others` is higher and of its kind, or the warning that it announces."""
    return any(
        (step.kind is StepKind.NOTICE and other.kind is StepKind.WARNING)
        or (
            other.kind is step.kind
            and bool(other.in_a_row) is bool(step.in_a_row)
            and (other.percent, other.in_a_row) > (step.percent, step.in_a_row)
        )
        for other in others
    )


def next_step(steps: Sequence[Step], rate: Rate, rule: AbsenceRule) -> tuple[Step, Periods] | None:
    """The next share that brings something to the student, and how many more periods reach it."""
    for step in _told(steps):
        left = _periods_to(step, rate, rule)
        if left > 0:
            return step, left
    return None


def _told(steps: Sequence[Step]) -> Iterator[Step]:
    yield from (s for s in steps if s.kind is not StepKind.NOTICE and not s.in_a_row)


def _periods_to(step: Step, rate: Rate, rule: AbsenceRule) -> int:
    """Whole periods of absence that bring `rate` to the step; 0 when it is there."""
    if rate.base <= 0:
        return 0
    mark = step.percent * Fraction(rate.base) / 100 - rate.unexcused
    return max(floor(mark) + 1 if rule.exceeded else ceil(mark), 0)
