"""What a person edits in a cell: the text that, typed again, gives the same content."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.locales import Rules
from itn_sync.sandbox.sheets.typed import date_of, parse_typed

# A text that would be read as something else if typed again; people see it with an apostrophe.
_SPEAKS = re.compile(r"[=+'@\d-]|vrai$|faux$|true$|false$", re.IGNORECASE)
_DATES = frozenset({"DATE", "DATE_TIME", "TIME"})


def typed_text(data: Json, locale: Rules) -> str:
    """`=SUM(A1:A3)`, `12,345`, `17/04/2026`, `'007`: the content, not its rounded looks."""
    entered = data.get("userEnteredValue", {})
    if "formulaValue" in entered:
        return str(entered["formulaValue"])
    if "numberValue" in entered:
        return _number(entered["numberValue"], _format(data), locale)
    text = str(data.get("formattedValue", ""))
    if "stringValue" in entered and _SPEAKS.match(text):
        return "'" + text
    return text


def iso_day(data: Json) -> str:
    """`2026-04-17` for a whole day in a date cell, as a date field wants it; else empty."""
    number: Any = data.get("effectiveValue", {}).get("numberValue")
    if not isinstance(number, int | float) or number != int(number):
        return ""
    return str(date_of(number)) if 0 < number < 2_958_466 else ""


def may_be_a_day(text: str, locale: Rules) -> bool:
    """Whether typing this into a date cell gives a day, or a formula, which may give one."""
    value, _ = parse_typed(text, locale, date(2000, 1, 1))  # any year does
    return not isinstance(value, str | bool)


def is_date(data: Json) -> bool:
    """Whether the cell's format or its rule makes it a day."""
    condition = data.get("dataValidation", {}).get("condition", {}).get("type", "")
    return _format(data).get("type") == "DATE" or condition.startswith("DATE_")


def _format(data: Json) -> Json:
    found: Json = data.get("userEnteredFormat", {}).get("numberFormat", {})
    return found


def _number(number: float, number_format: Json, locale: Rules) -> str:
    kind = number_format.get("type", "")
    if kind in _DATES:
        return _moment(number, kind, locale)
    if kind == "PERCENT":
        return _plain(float(f"{number * 100:.15g}"), locale) + " %"
    return _plain(number, locale)


def _plain(number: float, locale: Rules) -> str:
    whole = float(number).is_integer() and abs(number) < 1e15
    return str(int(number)) if whole else repr(float(number)).replace(".", locale.decimal)


def _moment(number: float, kind: str, locale: Rules) -> str:
    try:
        day = date_of(number)
    except OverflowError:
        return _plain(number, locale)
    clock = str(timedelta(seconds=round(number % 1 * 86_400)))
    if kind == "TIME":
        return clock
    order = "%d/%m/%Y" if locale.date_order == "dmy" else "%Y-%m-%d"
    written = day.strftime(order)
    return written if kind == "DATE" else f"{written} {clock}"
