"""Where the locale counts inside a formula: texts made of values by `&`, criteria given as texts.

The engine writes and reads numbers with `.`; the pieces of a formula where that would be seen are
put in two functions of the sandbox's own (added_functions), which follow the locale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

TEXT, CRITERION = "ITN_TEXT", "ITN_CRITERION"
_COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">="})
_ONE_CRITERION = frozenset({"COUNTIF(", "SUMIF(", "AVERAGEIF("})  # range, criterion…
_PAIRS = {"COUNTIFS(": 0, "SUMIFS(": 1, "AVERAGEIFS(": 1, "MAXIFS(": 1, "MINIFS(": 1}


class Part(NamedTuple):
    """A piece of a formula: as the engine reads it, and as the person typed it."""

    text: str
    typed: str


# The further arguments of TEXT for what a person typed: `,"DATE","dd/mm"` of a cell with a date.
Pattern = Callable[[str], str]


def localised(parts: Iterable[Part], pattern: Pattern) -> str:
    """The engine's formula with the texts and criteria that follow the locale."""
    levels: list[list[Part]] = [[]]  # what stands within each parenthesis still open
    for part in parts:
        if _opens(part.text):
            levels.append([])
        levels[-1].append(part)
        if part.text in {")", "}"} and len(levels) > 1:
            closed = levels.pop()
            typed = "".join(inner.typed for inner in closed)
            levels[-1].append(Part(_closed(closed, pattern), typed))
    return "".join(_arguments("", level, pattern) for level in levels)


def _opens(text: str) -> bool:
    return text == "{" or (text.endswith("(") and not text.startswith('"'))


def _closed(parts: list[Part], pattern: Pattern) -> str:
    opening, *inside, closing = parts
    return opening.text + _arguments(opening.text, inside, pattern) + closing.text


def _arguments(opening: str, parts: list[Part], pattern: Pattern) -> str:
    told, position = "", 0
    for is_mark, group in _split(parts, {","}):
        if is_mark:
            position += len(group)
            told += "," * len(group)
            continue
        text = _compared(group, pattern)
        told += f"{CRITERION}({text})" if _is_criterion(opening, position) else text
    return told


def _is_criterion(opening: str, position: int) -> bool:
    if opening in _ONE_CRITERION:
        return position == 1
    ranges_before = _PAIRS.get(opening)
    if ranges_before is None or position < ranges_before:
        return False
    return (position - ranges_before) % 2 == 1


def _compared(parts: list[Part], pattern: Pattern) -> str:
    return "".join(
        group[0].text if is_mark else _joined(group, pattern)
        for is_mark, group in _split(parts, _COMPARISONS)
    )


def _joined(parts: list[Part], pattern: Pattern) -> str:
    """`&` binds more than a comparison and less than any other operator."""
    operands = list(_split(parts, {"&"}))
    if not any(is_mark for is_mark, _ in operands):
        return "".join(part.text for part in parts)
    return "".join(
        "&" * len(group) if is_mark else _operand(group, pattern) for is_mark, group in operands
    )


def _operand(parts: list[Part], pattern: Pattern) -> str:
    text = "".join(part.text for part in parts)
    if len(parts) == 1 and text.startswith('"'):
        return text
    typed = "".join(part.typed for part in parts).strip()
    return f"{TEXT}({text}{pattern(typed)})"


def _split(parts: list[Part], marks: Iterable[str]) -> Iterator[tuple[bool, list[Part]]]:
    for is_mark, group in groupby(parts, key=lambda part: part.text in marks):
        yield is_mark, list(group)
