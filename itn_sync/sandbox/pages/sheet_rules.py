"""The conditional formats that colour a tab's cells: the boolean rules on text.

Source: https://developers.google.com/workspace/sheets/api/guides/conditional-format
"""

from __future__ import annotations

import re
from collections.abc import Callable

from itn_sync.sandbox.errors import Json

_EQUALS = re.compile(r'=\$?([A-Za-z]+)\$?(\d+)\s*=\s*"((?:[^"]|"")*)"')

_TESTS: dict[str, Callable[[str, str], bool]] = {
    "TEXT_EQ": lambda text, wanted: text.casefold() == wanted.casefold(),
    "TEXT_NOT_EQ": lambda text, wanted: text.casefold() != wanted.casefold(),
    "TEXT_CONTAINS": lambda text, wanted: wanted.casefold() in text.casefold(),
    "TEXT_NOT_CONTAINS": lambda text, wanted: wanted.casefold() not in text.casefold(),
    "TEXT_STARTS_WITH": lambda text, wanted: text.casefold().startswith(wanted.casefold()),
    "TEXT_ENDS_WITH": lambda text, wanted: text.casefold().endswith(wanted.casefold()),
    "NOT_BLANK": lambda text, _: bool(text),
    "BLANK": lambda text, _: not text,
}


class Rules:
    """Which format the rules of a tab lay over a cell."""

    def __init__(self, sheet: Json, data: Json) -> None:
        self._rules = [
            rule for rule in sheet.get("conditionalFormats", ()) if "booleanRule" in rule
        ]
        self._rows = data.get("rowData", [])

    def at(self, row: int, column: int) -> Json:
        """The CellFormat of the first rule that holds there; `{}` when none does."""
        for rule in self._rules:
            for area in rule.get("ranges", ()):
                if in_range(area, row, column) and self._holds(rule, area, row, column):
                    found: Json = rule["booleanRule"].get("format", {})
                    return found
        return {}

    def _holds(self, rule: Json, area: Json, row: int, column: int) -> bool:
        condition = rule["booleanRule"].get("condition", {})
        values = condition.get("values") or [{}]
        wanted = str(values[0].get("userEnteredValue", ""))
        if condition.get("type") == "CUSTOM_FORMULA":
            return self._formula_holds(wanted, row - area.get("startRowIndex", 0))
        test = _TESTS.get(condition.get("type", ""))
        return test is not None and test(self._text(row, column), wanted)

    def _formula_holds(self, formula: str, rows_down: int) -> bool:
        """`=$C2="Clos"`, the row counted from the first of the range; other formulas do not."""
        match = _EQUALS.fullmatch(formula.strip())
        if match is None:
            return False
        column = column_index(match[1])
        wanted = match[3].replace('""', '"')
        return self._text(int(match[2]) - 1 + rows_down, column).casefold() == wanted.casefold()

    def _text(self, row: int, column: int) -> str:
        values = (self._rows[row].get("values") or []) if row < len(self._rows) else []
        return str(values[column].get("formattedValue", "")) if column < len(values) else ""


def column_index(letters: str) -> int:
    """0 for `A`, 26 for `AA`."""
    total = 0
    for letter in letters.upper():
        total = total * 26 + ord(letter) - 64
    return total - 1


def in_range(area: Json, row: int, column: int) -> bool:
    """Whether a GridRange (of this tab) holds the cell; an absent bound is open."""
    return bool(
        area.get("startRowIndex", 0) <= row < area.get("endRowIndex", row + 1)
        and area.get("startColumnIndex", 0) <= column < area.get("endColumnIndex", column + 1)
    )
