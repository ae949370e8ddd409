"""A number shown by its pattern in a locale: `0,00`, `15%`, `01/09/2026`, `14:30`.

Source: https://developers.google.com/workspace/sheets/api/guides/formats
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.fraction_patterns import FRACTION, fraction_text
from itn_sync.sandbox.sheets.locales import Rules
from itn_sync.sandbox.sheets.typed import date_of

DATE_TYPES = frozenset({"DATE", "TIME", "DATE_TIME"})
_TOKENS = re.compile(
    r'"([^"]*)"|\\(.)|(\[[hms]+\]|am/pm|a/p|y+|m+|d+|h+|s+|\.0+)|(.)', re.IGNORECASE | re.DOTALL
)
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|[_*](.)', re.DOTALL)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_CORE = re.compile(r"[#0?,.]*[#0?][#0?,.]*(?:E[+-]0+)?", re.IGNORECASE)


def is_date_pattern(pattern: str) -> bool:
    """Whether a pattern shows days or times (`dd/mm`), not a number (`0.00 "h"`)."""
    return any(token[0] in "ymdhs[" for token, is_token in _date_tokens(pattern) if is_token)


def shown(number: float, number_format: Json | None, rules: Rules) -> str:
    """The text of a number under a NumberFormat (None: as Google does without one)."""
    if not number_format:
        return general(number, rules)
    kind = number_format.get("type", "")
    pattern = number_format.get("pattern") or rules.default_pattern(kind)
    if kind in DATE_TYPES or (is_date_pattern(pattern) and not _has_digits(pattern)):
        return _shown_date(number, pattern, rules)
    if pattern in {"", "@", "General"}:
        return general(number, rules)
    return _shown_number(number, pattern, rules)


def general(number: float, rules: Rules) -> str:
    """A number without a format: up to ten significant digits, the locale's decimal mark."""
    if float(number).is_integer() and abs(number) < 1e15:
        return str(int(number))
    text = f"{number:.10G}" if abs(number) < 1e15 else f"{number:.5E}"
    mantissa, mark, exponent = text.partition("E")
    if mark and "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return (mantissa + mark + exponent).replace(".", rules.decimal)


def _shown_number(number: float, pattern: str, rules: Rules) -> str:
    section, value = _section(number, pattern)
    if section == "General":
        return general(value, rules)
    literals: list[str] = []

    def keep(match: re.Match[str]) -> str:
        literals.append(next((group for group in match.groups() if group), ""))
        return chr(0xE000 + len(literals) - 1)

    bare = _LITERAL.sub(keep, section)
    fraction, core = FRACTION.search(bare), _CORE.search(bare)
    if fraction:
        bare = bare[: fraction.start()] + fraction_text(value, fraction) + bare[fraction.end() :]
    elif core:
        digits = _digits(value * 100 ** bare.count("%"), core[0], rules)
        bare = bare[: core.start()] + digits + bare[core.end() :]
    return "".join(
        literals[ord(c) - 0xE000] if 0xE000 <= ord(c) < 0xE000 + len(literals) else c for c in bare
    )


def _has_digits(pattern: str) -> bool:
    """Whether the pattern has a place for a number's digits."""
    return _CORE.search(_LITERAL.sub("", pattern)) is not None


def _section(number: float, pattern: str) -> tuple[str, float]:
    """The part of `positive;negative;zero` or of `[<10]…;[>99]…;else` that applies, and the
    number it shows."""
    sections = pattern.split(";")
    if _CONDITION.match(pattern):
        return _conditional(number, sections), number
    if number < 0 and len(sections) > 1:
        return sections[1], -number
    if number == 0 and len(sections) > 2:
        return sections[2], 0
    return sections[0], number


def _conditional(number: float, sections: list[str]) -> str:
    for section in sections:
        match = _CONDITION.match(section)
        if match is None:
            return section
        if _COMPARE[match[1]](number, float(match[2])):
            return section[match.end() :]
    return "General"


def _digits(value: float, core: str, rules: Rules) -> str:
    if "E" in core.upper():
        mantissa = core.upper().partition("E")[0]
        text = f"{value:.{_decimals(mantissa)[1]}E}"
        return text.replace(".", rules.decimal)
    bare = core.rstrip(",")  # each comma at the end divides by a thousand
    whole, dot, part = bare.partition(".")
    least, most = _decimals(bare)
    thousands = "," in whole
    scaled = Decimal(repr(value)) / Decimal(1000) ** (len(core) - len(bare))
    text = f"{scaled.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP):f}"
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    integer, _, fraction = text.partition(".")
    fraction = fraction[:least] + fraction[least:].rstrip("0")
    integer = integer.lstrip("0").rjust(whole.count("0"), "0")
    if thousands:
        integer = re.sub(r"(?<=\d)(?=(\d{3})+$)", rules.group, integer)
    mark = rules.decimal if fraction or (dot and not part) else ""
    sign = sign if re.search(r"[1-9]", text) else ""
    return sign + integer + mark + fraction


def _decimals(core: str) -> tuple[int, int]:
    """Least and greatest number of decimals of `0.0#`."""
    part = core.partition(".")[2]
    return part.count("0"), sum(part.count(c) for c in "0#?")


@cache
def _date_tokens(pattern: str) -> tuple[tuple[str, bool], ...]:
    """The pattern's pieces with whether each is a token; `M` marks minutes told from months."""
    pieces: list[tuple[str, bool]] = []
    for match in _TOKENS.finditer(pattern):
        token = (match[3] or "").lower()
        pieces.append((token, True) if token else (match[1] or match[2] or match[4] or "", False))
    tokens = [index for index, (_, is_token) in enumerate(pieces) if is_token]
    for at, index in enumerate(tokens):
        token = pieces[index][0]
        before = pieces[tokens[at - 1]][0] if at else ""
        after = pieces[tokens[at + 1]][0] if at + 1 < len(tokens) else ""
        if token in {"m", "mm"} and (before.strip("[]")[:1] == "h" or after.strip("[]")[:1] == "s"):
            pieces[index] = (token.upper(), True)
    return tuple(pieces)


def _shown_date(number: float, pattern: str, rules: Rules) -> str:
    tokens = _date_tokens(pattern)
    has_fraction = any(token.startswith(".") for token, is_token in tokens if is_token)
    milliseconds = round(number * 86_400_000)
    if not has_fraction:
        milliseconds = round(milliseconds / 1000) * 1000
    parts = _date_parts(milliseconds, rules, any(token in {"am/pm", "a/p"} for token, _ in tokens))
    return "".join(_token(t, parts) if is_token else t for t, is_token in tokens)


def _date_parts(milliseconds: int, rules: Rules, half_day: bool) -> dict[str, str]:
    """What each token letter sequence shows at that instant (counted from the epoch)."""
    day, rest = divmod(milliseconds, 86_400_000)
    moment = date_of(day)
    seconds, thousandths = divmod(rest, 1000)
    hour, minute, second = seconds // 3600, seconds // 60 % 60, seconds % 60
    shown_hour = (hour % 12 or 12) if half_day else hour
    total = milliseconds // 1000
    return {
        "y": f"{moment.year % 100:02d}",
        "yy": f"{moment.year % 100:02d}",
        "yyyy": f"{moment.year:04d}",
        "m": str(moment.month),
        "mm": f"{moment.month:02d}",
        "mmm": rules.short_months[moment.month - 1],
        "mmmm": rules.months[moment.month - 1],
        "mmmmm": rules.months[moment.month - 1][:1],
        "d": str(moment.day),
        "dd": f"{moment.day:02d}",
        "ddd": rules.short_days[moment.weekday()],
        "dddd": rules.days[moment.weekday()],
        "h": str(shown_hour),
        "hh": f"{shown_hour:02d}",
        "M": str(minute),
        "MM": f"{minute:02d}",
        "s": str(second),
        "ss": f"{second:02d}",
        "am/pm": "AM" if hour < 12 else "PM",
        "a/p": "A" if hour < 12 else "P",
        "[h]": str(total // 3600),
        "[hh]": f"{total // 3600:02d}",
        "[m]": str(total // 60),
        "[mm]": f"{total // 60:02d}",
        "[s]": str(total),
        "[ss]": f"{total:02d}",
        ".": f"{thousandths:03d}",
    }


def _token(token: str, parts: dict[str, str]) -> str:
    if token.startswith("."):
        return "." + parts["."].ljust(len(token) - 1, "0")[: len(token) - 1]
    if token in parts:
        return parts[token]
    return parts["yyyy"] if token.startswith("y") else parts[token[:4]]
