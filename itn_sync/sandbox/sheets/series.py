"""How a row of cells goes on when it is dragged: 1, 2 → 3; UE 1 → UE 2; lundi → mardi."""

from __future__ import annotations

import itertools
import re
from typing import Any

from itn_sync.sandbox.sheets.locales import Rules
from itn_sync.sandbox.sheets.typed import plain_number

_NUMBERED = re.compile(r"(.*?)(\d+)", re.DOTALL)


def continued(values: list[Any], count: int, rules: Rules, *, steps: bool) -> list[Any]:
    """The next `count` values after those of the source, in its direction.

    Numbers go on by their common step; one alone is repeated, or grows by one where `steps`. Texts
    that end in a number count on, names of days and months follow each other, the rest repeats.
    Formulas are repeated as they are: their references move elsewhere.
    """
    if all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        return _numbers(values, count, steps=steps)
    for cycle in (rules.days, rules.short_days, rules.months, rules.short_months):
        found = _in_cycle(values, cycle, count)
        if found:
            return found
    return _counted(values, count)


def _numbers(values: list[float], count: int, *, steps: bool) -> list[Any]:
    if len(values) == 1:
        step: float = 1 if steps else 0
    else:
        step = (values[-1] - values[0]) / (len(values) - 1)
    regular = all(
        abs(b - a - step) < 1e-9 * max(1, abs(step)) for a, b in itertools.pairwise(values)
    )
    if not regular:
        return [values[at % len(values)] for at in range(count)]
    return [plain_number(float(values[-1] + step * (at + 1))) for at in range(count)]


def _in_cycle(values: list[Any], cycle: tuple[str, ...], count: int) -> list[str]:
    """The names that follow in a cycle, written as the first one is; [] where they are not in
    it one after the other."""
    folded = [name.casefold() for name in cycle]
    places = [folded.index(v.casefold()) if _named(v, folded) else -1 for v in values]
    follows = all((b - a) % len(cycle) == 1 for a, b in itertools.pairwise(places))
    if -1 in places or not follows:
        return []
    names = [cycle[(places[-1] + at + 1) % len(cycle)] for at in range(count)]
    return [name.capitalize() if values[0][0].isupper() else name for name in names]


def _named(value: Any, folded: list[str]) -> bool:
    return isinstance(value, str) and value.casefold() in folded


def _counted(values: list[Any], count: int) -> list[Any]:
    """Each value in turn; a numbered text grows by as many as there are texts like it."""
    following = []
    for at in range(count):
        value, turn = values[at % len(values)], at // len(values) + 1
        match = _NUMBERED.fullmatch(value) if isinstance(value, str) else None
        if match:
            alike = sum(isinstance(v, str) and v.startswith(match[1]) for v in values)
            number = int(match[2]) + turn * alike
            value = match[1] + str(number).rjust(len(match[2]), "0")
        following.append(value)
    return following
