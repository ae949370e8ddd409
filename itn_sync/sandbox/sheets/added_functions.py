"""Functions of Google's that the engine lacks, or that it computes for English texts only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import formualizer as fz

from itn_sync.sandbox.sheets.formula_marks import CRITERION, TEXT
from itn_sync.sandbox.sheets.locales import Rules
from itn_sync.sandbox.sheets.patterns import general, is_date_pattern, shown
from itn_sync.sandbox.sheets.typed import parse_typed

_CRITERION = re.compile(r"(<>|<=|>=|<|>|=|)(.*)", re.DOTALL)
_WORDS = re.compile(r'"[^"]*"|[A-Za-z]+')
_FRENCH_LETTERS = str.maketrans("jJaA", "dDyY")


def add_functions(engine: fz.Workbook, rules: Rules, today: date) -> None:
    """Give the engine UPPER, LOWER, PROPER, JOIN, COUNTUNIQUE, REGEXMATCH and TEXT, and the two
    functions of formula_marks."""

    def add(name: str, function: Callable[..., Any], least: int, most: int | None) -> None:
        engine.register_function(
            name, function, min_args=least, max_args=most, allow_override_builtin=True
        )

    def text(value: Any) -> str:
        return _text(value, rules)

    def joined(mark: Any, *values: Any) -> str:
        return text(mark).join(text(value) for value in _flat(values))

    add("UPPER", lambda value: text(value).upper(), 1, 1)
    add("LOWER", lambda value: text(value).lower(), 1, 1)
    add("PROPER", lambda value: text(value).title(), 1, 1)
    add("JOIN", joined, 2, None)
    add("COUNTUNIQUE", lambda *values: len(set(_flat(values)) - {None, ""}), 1, None)
    add("REGEXMATCH", lambda value, pattern: bool(re.search(pattern, text(value))), 2, 2)
    add("TEXT", lambda value, pattern: _in_pattern(value, pattern, rules), 2, 2)
    add(TEXT, lambda value, *look: _operand(value, rules, *look), 1, 3)
    add(CRITERION, lambda value: _criterion(value, rules, today), 1, 1)


def _operand(value: Any, rules: Rules, kind: str = "", pattern: str = "") -> Any:
    """A value joined to text, as its cell shows it; an error (a dict) stays one."""
    if isinstance(value, list):
        return [_operand(one, rules, kind, pattern) for one in value]
    if isinstance(value, dict):
        return value
    if isinstance(value, bool) or not (kind and isinstance(value, int | float)):
        return _text(value, rules)
    return shown(value, {"type": kind, "pattern": pattern}, rules)


def _in_pattern(value: Any, pattern: str, rules: Rules) -> Any:
    """TEXT: a number as the pattern says, in the letters and marks of the locale."""
    pattern = _english_letters(pattern) if rules.is_french else pattern
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    kind = "DATE" if is_date_pattern(pattern) else "NUMBER"
    plain = pattern.replace(",", ".") if rules.decimal == "," and kind == "NUMBER" else pattern
    return shown(value, {"type": kind, "pattern": plain}, rules)


def _criterion(value: Any, rules: Rules, today: date) -> Any:
    """`>=7,5` as the engine reads it: `>=7.5`; numbers, dates and booleans as in the locale."""
    if isinstance(value, list):
        return [_criterion(one, rules, today) for one in value]
    match = _CRITERION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    meant, _ = parse_typed(match[2], rules, today)
    return match[1] + str(meant).upper() if isinstance(meant, int | float) else value


def _english_letters(pattern: str) -> str:
    """`jj/mm/aaaa` as `dd/mm/yyyy`; words and quoted texts stay."""

    def told(match: re.Match[str]) -> str:
        is_date = set(match[0].lower()) <= set("jmahs")
        return match[0].translate(_FRENCH_LETTERS) if is_date else match[0]

    return _WORDS.sub(told, pattern)


def _text(value: Any, rules: Rules) -> str:
    if isinstance(value, bool):
        return rules.true if value else rules.false
    if isinstance(value, int | float):
        return general(value, rules)
    return "" if value is None else str(value)


def _flat(values: Any) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from _flat(value)
        else:
            yield value
