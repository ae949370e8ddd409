"""USER_ENTERED: what a text typed into a cell becomes, in the spreadsheet's locale.

Source: ValueInputOption, https://developers.google.com/workspace/sheets/api/reference/rest/v4/ValueInputOption
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.grid import Value
from itn_sync.sandbox.sheets.locales import Rules

EPOCH = date(1899, 12, 30)
Typed = tuple[Value, Json | None]  # the value, and the number format it brings

_SPACES = " \u00a0\u202f"
_TIME = re.compile(r"(\d{1,3}):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:\s*(am|pm))?", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_PARTS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})(?:\2(\d{4}|\d{2}))?")


def parse_typed(text: str, rules: Rules, today: date) -> Typed:
    """The value that a person typing `text` gets, with the number format that comes with it.

    `'12` is the text `12`; `=…` a formula; numbers, percentages, amounts, dates and times are
    read as the locale writes them; anything else stays the text it is.
    """
    if text.startswith("'"):
        return text[1:], None
    if text.startswith("=") and len(text) > 1:
        return {"f": text}, None
    if re.match(r"\+[A-Za-z(]", text):
        return {"f": "=" + text}, None
    trimmed = text.strip(_SPACES)
    for reader in (_boolean, _number, _date_time):
        found = reader(trimmed, rules, today)
        if found:
            return found
    return text, None


def _boolean(text: str, rules: Rules, _today: date) -> Typed | None:
    if text.upper() in {"TRUE", rules.true}:
        return True, None
    if text.upper() in {"FALSE", rules.false}:
        return False, None
    return None


@cache
def _number_pattern(rules: Rules) -> re.Pattern[str]:
    groups = f"[{_SPACES}]" if rules.group in _SPACES else re.escape(rules.group)
    decimal = re.escape(rules.decimal)
    sign, currency = "[-+]?", "[€$£]?"
    return re.compile(
        rf"(?P<sign>{sign})(?P<before>{currency})[{_SPACES}]?"
        rf"(?P<whole>\d+|\d{{1,3}}(?:{groups}\d{{3}})+)?(?:{decimal}(?P<part>\d*))?"
        rf"(?P<exponent>[eE][-+]?\d+)?[{_SPACES}]?(?P<after>[€$£%]?)"
    )


def _number(text: str, rules: Rules, _today: date) -> Typed | None:
    match = _number_pattern(rules).fullmatch(text)
    if not match or not (match["whole"] or match["part"]):
        return None
    if match["before"] and match["after"]:
        return None
    whole = re.sub(r"\D", "", match["whole"] or "0")
    number = float(f"{match['sign']}{whole}.{match['part'] or '0'}{match['exponent'] or ''}")
    if match["after"] == "%":
        number = float(f"{number / 100:.15g}")
    return plain_number(number), _number_format(match, whole)


def _number_format(match: re.Match[str], whole: str) -> Json | None:
    decimals = bool(match["part"])
    symbol = match["before"] or match["after"]
    amount = "#,##0.00" if decimals else "#,##0"
    if symbol == "%":
        return {"type": "PERCENT", "pattern": "0.00%" if decimals else "0%"}
    if symbol:
        pattern = f'"{symbol}"{amount}' if match["before"] else f'{amount} "{symbol}"'
        return {"type": "CURRENCY", "pattern": pattern}
    if match["exponent"]:
        return {"type": "SCIENTIFIC", "pattern": "0.00E+00"}
    if match["whole"] and match["whole"] != whole:
        return {"type": "NUMBER", "pattern": amount}
    return None


def plain_number(number: float) -> int | float:
    """The number as JSON writes it: whole ones without a fraction."""
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _date_time(text: str, rules: Rules, today: date) -> Typed | None:
    time = _time(text)
    if time:
        return plain_number(time[0]), {"type": "TIME", "pattern": time[1]}
    day = _date(text, rules, today)
    if day:
        return day[0], {"type": "DATE", "pattern": day[1]}
    head, space, tail = text.replace("T", " ").partition(" ")
    day, time = _date(head, rules, today), _time(tail.strip()) if space else None
    if day and time:
        pattern = f"{day[1]} {time[1]}"
        return plain_number(day[0] + time[0]), {"type": "DATE_TIME", "pattern": pattern}
    return None


def _time(text: str) -> tuple[float, str] | None:
    match = _TIME.fullmatch(text)
    if not match or int(match[2]) > 59 or int(match[3] or 0) > 59:
        return None
    hours = int(match[1])
    if match[4]:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if match[4].lower() == "pm" else 0)
    pattern = ("h:mm:ss" if match[3] else "h:mm") if hours < 24 else "[h]:mm:ss"
    seconds = hours * 3600 + int(match[2]) * 60 + int(match[3] or 0)
    return seconds / 86400, pattern + (" am/pm" if match[4] else "")


def _date(text: str, rules: Rules, today: date) -> tuple[int, str] | None:
    iso = _ISO.fullmatch(text)
    if iso:
        pattern = iso[2].join(("yyyy", _width("m", iso[3]), _width("d", iso[4])))
        return _serial(int(iso[1]), int(iso[3]), int(iso[4]), pattern)
    match = _PARTS.fullmatch(text)
    if match:
        return _from_parts(match, rules, today)
    return _worded(text, rules, today)


def _from_parts(match: re.Match[str], rules: Rules, today: date) -> tuple[int, str] | None:
    order = rules.date_order.replace("y", "")
    if match[2] == "." and rules.decimal == ".":
        return None
    values = {order[0]: match[1], order[1]: match[3]}
    shapes = [_width(order[0], match[1]), _width(order[1], match[3])]
    if match[4]:
        shapes.append("y" * len(match[4]))
    year = _year(match[4], today)
    return _serial(year, int(values["m"]), int(values["d"]), match[2].join(shapes))


def _worded(text: str, rules: Rules, today: date) -> tuple[int, str] | None:
    """`1 septembre 2026`, `1 sept. 2026`, `Sep 1, 2026`."""
    match = re.fullmatch(r"(\d{1,2}) ([^\W\d]+\.?)(?: (\d{4}))?", text)
    first = re.fullmatch(r"([^\W\d]+\.?) (\d{1,2})(?:, ?(\d{4}))?", text)
    if match:
        day, word, year, shape = match[1], match[2], match[3], "d {m}{y}"
    elif first:
        day, word, year, shape = first[2], first[1], first[3], "{m} d{y}"
    else:
        return None
    for names, token in ((rules.months, "mmmm"), (rules.short_months, "mmm")):
        folded = [name.casefold().rstrip(".") for name in names]
        if word.casefold().rstrip(".") in folded:
            month = folded.index(word.casefold().rstrip(".")) + 1
            ending = "" if not year else ", yyyy" if first else " yyyy"
            pattern = shape.format(m=token, y=ending)
            return _serial(_year(year, today), month, int(day), pattern)
    return None


def _width(token: str, digits: str) -> str:
    return token * (2 if len(digits) == 2 else 1)


def _year(digits: str | None, today: date) -> int:
    if not digits:
        return today.year
    if len(digits) == 2:
        return int(digits) + (2000 if int(digits) < 30 else 1900)
    return int(digits)


def _serial(year: int, month: int, day: int, pattern: str) -> tuple[int, str] | None:
    try:
        return (date(year, month, day) - EPOCH).days, pattern
    except ValueError:
        return None


def date_of(serial: float) -> date:
    """The day of a serial number (2.5 is 1 January 1900 at noon)."""
    return EPOCH + timedelta(days=int(serial // 1))
