"""Functions of Google's that the engine lacks, or that it computes for English texts only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import formualizer as fz

from itn_sync.sandbox.sheets.locales import Rules
from itn_sync.sandbox.sheets.patterns import general, is_date_pattern, shown


def add_functions(engine: fz.Workbook, rules: Rules) -> None:
    """Give the engine UPPER, LOWER, PROPER, JOIN, COUNTUNIQUE, REGEXMATCH and TEXT."""

    def add(name: str, function: Callable[..., Any], least: int, most: int | None) -> None:
        engine.register_function(
            name, function, min_args=least, max_args=most, allow_override_builtin=True
        )

    def text(value: Any) -> str:
        return _text(value, rules)

    def joined(mark: Any, *values: Any) -> str:
        return text(mark).join(text(value) for value in _flat(values))

    def in_pattern(value: Any, pattern: str) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        kind = "DATE" if is_date_pattern(pattern) else "NUMBER"
        plain = pattern.replace(",", ".") if rules.decimal == "," and kind == "NUMBER" else pattern
        return shown(value, {"type": kind, "pattern": plain}, rules)

    add("UPPER", lambda value: text(value).upper(), 1, 1)
    add("LOWER", lambda value: text(value).lower(), 1, 1)
    add("PROPER", lambda value: text(value).title(), 1, 1)
    add("JOIN", joined, 2, None)
    add("COUNTUNIQUE", lambda *values: len(set(_flat(values)) - {None, ""}), 1, None)
    add("REGEXMATCH", lambda value, pattern: bool(re.search(pattern, text(value))), 2, 2)
    add("TEXT", in_pattern, 2, 2)


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
