"""Whether a BooleanCondition holds for a cell, as conditional formats and filters ask."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.book import Book
from itn_sync.sandbox.sheets.cell_errors import CellError
from itn_sync.sandbox.sheets.cell_requests import shifted_formula
from itn_sync.sandbox.sheets.grid import Cell
from itn_sync.sandbox.sheets.locales import rules
from itn_sync.sandbox.sheets.render import Renderer
from itn_sync.sandbox.sheets.typed import EPOCH, parse_typed
from itn_sync.sandbox.world import now

_TEXTS: dict[str, Callable[[str, str], bool]] = {
    "TEXT_CONTAINS": lambda text, wanted: wanted in text,
    "TEXT_NOT_CONTAINS": lambda text, wanted: wanted not in text,
    "TEXT_STARTS_WITH": str.startswith,
    "TEXT_ENDS_WITH": str.endswith,
    "TEXT_EQ": operator.eq,
}
_NUMBERS: dict[str, Callable[[float, list[float]], bool]] = {
    "NUMBER_GREATER": lambda number, given: number > given[0],
    "NUMBER_GREATER_THAN_EQ": lambda number, given: number >= given[0],
    "NUMBER_LESS": lambda number, given: number < given[0],
    "NUMBER_LESS_THAN_EQ": lambda number, given: number <= given[0],
    "NUMBER_EQ": lambda number, given: number == given[0],
    "NUMBER_NOT_EQ": lambda number, given: number != given[0],
    "NUMBER_BETWEEN": lambda number, given: given[0] <= number <= given[1],
    "NUMBER_NOT_BETWEEN": lambda number, given: not given[0] <= number <= given[1],
    "DATE_EQ": lambda number, given: number // 1 == given[0] // 1,
    "DATE_BEFORE": lambda number, given: number // 1 < given[0] // 1,
    "DATE_AFTER": lambda number, given: number // 1 > given[0] // 1,
}
_DAYS_AGO = {
    "TODAY": 0,
    "YESTERDAY": 1,
    "TOMORROW": -1,
    "PAST_WEEK": 7,
    "PAST_MONTH": 30,
    "PAST_YEAR": 365,
}
Place = tuple[int, int]  # row, column


class Judge:
    """Judges the cells of one tab."""

    def __init__(self, book: Book, sheet_id: int, renderer: Renderer) -> None:
        self._sheet_id = sheet_id
        self._renderer = renderer
        self._rules = rules(book.locale)
        zone = ZoneInfo(book.body["properties"]["timeZone"])
        self._today = now(book.state).astimezone(zone).date()

    def holds(self, condition: Json, cell: Cell, place: Place, origin: Place) -> bool:
        """Whether the condition is true of the cell at `place`; formulas in it are written for
        the cell at `origin`, and move with the cell."""
        kind = condition.get("type", "")
        shift = (place[0] - origin[0], place[1] - origin[1])
        given = [self._given(value, shift) for value in condition.get("values", ())]
        value = self._renderer.effective(cell[0], self._sheet_id)
        if kind in {"BLANK", "NOT_BLANK"}:
            return (value in (None, "")) is (kind == "BLANK")
        if kind == "CUSTOM_FORMULA":
            return _is_true(given[0])
        if kind in _TEXTS:
            text = self._renderer.formatted(cell[0], cell[1], self._sheet_id)
            return _TEXTS[kind](text.casefold(), str(given[0]).casefold())
        return kind in _NUMBERS and _is_number(value, *given) and _NUMBERS[kind](value, given)

    def _given(self, value: Json, shift: Place) -> Any:
        if "relativeDate" in value:
            day = self._today - timedelta(days=_DAYS_AGO.get(value["relativeDate"], 0))
            return (day - EPOCH).days
        entered = parse_typed(value["userEnteredValue"], self._rules, self._today)[0]
        if isinstance(entered, dict):
            moved = {"f": shifted_formula(entered["f"], *shift)}
            return self._renderer.effective(moved, self._sheet_id)
        return entered


def _is_true(value: Any) -> bool:
    return bool(value) and not isinstance(value, str | CellError)


def _is_number(*values: Any) -> bool:
    return all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
