"""How a cell's value is told: effective, formatted, or as its formula.

Source: ValueRenderOption, DateTimeRenderOption.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.book import Book
from itn_sync.sandbox.sheets.calculation import Calculator
from itn_sync.sandbox.sheets.cell_errors import CellError
from itn_sync.sandbox.sheets.formula_text import functions_of
from itn_sync.sandbox.sheets.grid import Value
from itn_sync.sandbox.sheets.locales import rules
from itn_sync.sandbox.sheets.patterns import DATE_TYPES, shown

# What a formula's outermost function makes of a cell that has no number format of its own.
_IMPLIED = dict.fromkeys(("TODAY", "DATE", "EDATE", "EOMONTH", "DATEVALUE"), "DATE")
_LONG = 10**15  # from here on Google shows an exponent
_REMEMBERED = 50_000  # texts kept within one reading
_INHERITING = frozenset({"SUM", "MIN", "MAX", "AVERAGE"})
_IMPLIED |= {"NOW": "DATE_TIME", "TIME": "TIME", "TIMEVALUE": "TIME"}

# Called with a value and the id of its cell's attributes.
Show = Callable[[Value, int], Any]


class Renderer:
    """Tells the values of one book; formulas are computed once each."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._rules = rules(book.locale)
        self._computed: dict[tuple[int, str], Any] = {}
        self._formats: dict[tuple[int, str], Json | None] = {}
        self._calculators: list[Calculator] = []

    def effective(self, value: Value, sheet_id: int) -> Any:
        """The value itself, or a formula's result (a CellError where it has none)."""
        if not isinstance(value, dict):
            return value
        key = (sheet_id, value["f"])
        if key not in self._computed:
            self._computed[key] = self._calculator.value(value["f"], sheet_id)
        return self._computed[key]

    @property
    def _calculator(self) -> Calculator:
        if not self._calculators:
            self._calculators.append(Calculator(self._book))
        return self._calculators[0]

    def formatted(self, value: Value, attrs: int, sheet_id: int) -> str:
        """The text that a person sees in the cell."""
        number_format = self.number_format(value, attrs, sheet_id)
        value = self.effective(value, sheet_id)
        if isinstance(value, str):
            return value
        if value is None:
            return ""
        if isinstance(value, bool):
            return self._rules.true if value else self._rules.false
        if isinstance(value, CellError):
            return value.text
        return shown(value, number_format, self._rules)

    def number_format(self, value: Value, attrs: int, sheet_id: int) -> Json | None:
        """The cell's own NumberFormat, or the one that its formula brings: `=TODAY()` a date,
        `=B2` or `=SUM(B2:B9)` that of B2."""
        cell_format = self._book.attrs.get(attrs).get("userEnteredFormat", {})
        found: Json | None = cell_format.get("numberFormat")
        if found or not isinstance(value, dict):
            return found
        key = (sheet_id, value["f"])
        if key not in self._formats:
            self._formats[key] = None  # what a formula that refers to itself sees
            self._formats[key] = self._brought(value["f"], sheet_id)
        return self._formats[key]

    def _brought(self, formula: str, sheet_id: int) -> Json | None:
        functions = functions_of(formula)
        kind = _IMPLIED.get(functions[0]) if functions else None
        if kind:
            return {"type": kind}
        if functions and functions[0] not in _INHERITING:
            return None
        source = self._calculator.first_reference(formula, sheet_id)
        if source is None:
            return None
        row = self._book.grid(source.sheet_id).row(source.top)
        return self.number_format(*row.cell(source.left), source.sheet_id)

    def _unformatted(self, value: Value, sheet_id: int) -> Any:
        value = self.effective(value, sheet_id)
        return value.text if isinstance(value, CellError) else value

    def shower(self, sheet_id: int, option: str, dates: str) -> Show:
        """The function that tells a cell of that tab by valueRenderOption and
        dateTimeRenderOption."""
        if option == "UNFORMATTED_VALUE":
            if dates == "FORMATTED_STRING":
                return lambda value, attrs: self._dates_as_text(value, attrs, sheet_id)
            return lambda value, _: self._unformatted(value, sheet_id)
        if option == "FORMULA":
            return lambda value, attrs: self._formula(value, attrs, dates, sheet_id)
        return self._formatter(sheet_id)

    def _formatter(self, sheet_id: int) -> Show:
        """`formatted` for many cells: whole numbers without a format need no pattern, and numbers
        that come again (dates) are worked out once."""
        known: dict[tuple[float, int], str] = {}
        bare: dict[int, bool] = {}

        def show(value: Value, attrs: int) -> str:
            kind = type(value)
            if kind is not int and kind is not float:
                return self.formatted(value, attrs, sheet_id)
            if attrs not in bare:
                bare[attrs] = self.number_format(None, attrs, sheet_id) is None
            if kind is int and bare[attrs] and -_LONG < value < _LONG:
                return str(value)
            text = known.get((value, attrs))
            if text is None:
                text = self.formatted(value, attrs, sheet_id)
                if len(known) < _REMEMBERED:
                    known[value, attrs] = text
            return text

        return show

    def _dates_as_text(self, value: Value, attrs: int, sheet_id: int) -> Any:
        number_format = self.number_format(value, attrs, sheet_id) or {}
        plain = self._unformatted(value, sheet_id)
        if isinstance(plain, int | float) and number_format.get("type") in DATE_TYPES:
            return self.formatted(value, attrs, sheet_id)
        return plain

    def _formula(self, value: Value, attrs: int, dates: str, sheet_id: int) -> Any:
        if isinstance(value, dict):
            return value["f"]
        if dates == "FORMATTED_STRING":
            return self._dates_as_text(value, attrs, sheet_id)
        return value
