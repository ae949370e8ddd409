"""Absences in words: the sentence of a row, of a mail and of `explain` (S126, F14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from itn_sync.domain.rates import Missed, Rate
from itn_sync.domain.register_marks import shown
from itn_sync.domain.serials import french_date
from itn_sync.domain.steps import AbsenceRule, Step, next_step
from itn_sync.domain.units import LEVEL_SHOWN, Counts, Periods, Unit

_LISTED = 40
"""Sessions that a cell lists; of more, the latest."""


def percent(share: Fraction) -> str:
    """`12,5 %`, cut rather than rounded, so that 9,99 % never reads as 10 %."""
    tenths = int(share * 1000)
    whole, rest = divmod(tenths, 10)
    return f"{whole},{rest} %" if rest else f"{whole} %"


def step_shown(step: Step) -> str:
    """`10 %`, `3 séances de suite`."""
    if step.in_a_row:
        return f"{step.in_a_row} séances de suite"
    return percent(step.percent / 100)


def periods_shown(periods: Periods) -> str:
    """`1 période`, `2,5 périodes`."""
    return f"{shown(periods)} période{'s' if periods >= 2 else ''}"


def rate_sentence(rate: Rate, unit: Unit) -> str:
    """`10 périodes injustifiées sur 80, soit 12,5 %, en Mathématiques 1 (secondaire)`."""
    level = LEVEL_SHOWN[unit.level]
    if rate.base <= 0:
        return f"Aucune période ne compte en {unit.name} ({level})"
    plural = "s" if rate.unexcused >= 2 else ""
    return (
        f"{shown(rate.unexcused)} période{plural} injustifiée{plural} sur {shown(rate.base)}, "
        f"soit {percent(rate.share)}, en {unit.name} ({level})"
    )


def missed_lines(missed: Iterable[Missed]) -> str:
    """One session a line: `12/11/2026, Mathématiques : 4 périodes (F12)`."""
    lines = [
        f"{french_date(m.session.day)}, {m.session.course} : {_how_much(m)} ({m.cell})"
        for m in missed
    ]
    return "\n".join(lines[-_LISTED:])


def _how_much(missed: Missed) -> str:
    late = " de retard" if missed.counts is Counts.LATE else ""
    return f"{periods_shown(missed.periods)}{late}"


def missed_context(missed: Iterable[Missed]) -> list[Mapping[str, Any]]:
    """The same for templates."""
    return [
        {
            "day": m.session.day,
            "course": m.session.course,
            "periods": shown(m.periods),
            "mark": "retard" if m.counts is Counts.LATE else "absence",
        }
        for m in missed
    ]


def remaining(steps: tuple[Step, ...], rate: Rate, rule: AbsenceRule) -> tuple[str, str]:
    """Periods of absence that reach the next step, and that step; "" and "" when none is left."""
    ahead = next_step(steps, rate, rule)
    return (shown(ahead[1]), step_shown(ahead[0])) if ahead else ("", "")


def left_shown(missing: str) -> str:
    """`1 période`, `8 périodes`: what `remaining` counts."""
    return f"{missing} période{'s' if missing != '1' else ''}"


def why_not(rate: Rate, steps: tuple[Step, ...], rule: AbsenceRule) -> str:
    """Why no warning goes: the first reason that holds, for «Pourquoi pas ?»."""
    if rate.left:
        return f"Pas d'avertissement : abandon noté le {french_date(rate.left)}."
    if not rate.recorded:
        return "Pas d'avertissement : aucune séance n'est encore notée."
    if rate.base <= 0:
        return "Pas d'avertissement : aucune période ne compte."
    if rate.recorded < rule.not_before:
        return f"Pas d'avertissement avant {rule.not_before} séances notées."
    excused = _last_excuse(rate)
    missing, step = remaining(steps, rate, rule)
    before = f", encore {left_shown(missing)} avant {step}" if missing else ""
    return f"Pas d'avertissement : {excused}taux {percent(rate.share)}{before}."


def _last_excuse(rate: Rate) -> str:
    if not rate.justified:
        return ""
    return f"justificatif pour le {french_date(rate.justified[-1].session.day)}, "
