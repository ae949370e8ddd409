"""What the school has decided about absences: steps, modes, delays, copies (rules.toml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction

from itn_sync.domain.school import Role
from itn_sync.domain.steps import PLAN_RULE, AbsenceRule, StepKind
from itn_sync.domain.units import MARKS, Mark
from itn_sync.domain.warning_state import Mode


@dataclass(frozen=True)
class AbsencePolicy:
    """One school's decisions; the defaults are the plan's, or the careful choice."""

    rule: AbsenceRule = PLAN_RULE
    marks: tuple[Mark, ...] = MARKS
    mode: Mode = Mode.REVIEW
    modes: Mapping[str, Mode] = field(default_factory=dict)
    """By section, where it is another."""
    settling: timedelta = timedelta(hours=20)
    """Between the two readings of a register that an automatic warning needs."""
    copies: Mapping[StepKind, tuple[Role, ...]] = field(default_factory=dict)
    """Who reads along, by role."""
    again: bool = False
    """Whether a step that was regularised is told once more when it is reached anew."""
    paid_leave: Fraction = Fraction(10)
    """The share of unexcused hours over which congé-éducation may be lost, in percent."""
    long_absence: int = 3
    """Sessions missed in a row that are called a long absence."""
    unrecorded_after: int = 5
    """School days after a session before its teacher is asked for the marks."""

    def mode_of(self, section: str) -> Mode:
        """How warnings leave in a section."""
        return self.modes.get(section, self.mode)


PLAN_POLICY = AbsencePolicy()
