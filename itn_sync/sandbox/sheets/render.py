"""How a cell's value is told: effective, formatted, or as its formula.

Source: ValueRenderOption, DateTimeRenderOption.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.sheets.book import Book
from itn_sync.sandbox.sheets.formulas import evaluate
from itn_sync.sandbox.sheets.functions import NAME, PARSE, REF, CellError
from itn_sync.sandbox.sheets.grid import Row, Value
from itn_sync.sandbox.sheets.locales import rules
from itn_sync.sandbox.sheets.patterns import DATE_TYPES, shown
from itn_sync.sandbox.sheets.typed import plain_number

# Called with a value and the id of its cell's attributes.
Show = Callable[[Value, int], Any]


class Renderer:
    """Tells the values of one book; formulas are computed once each."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._rules = rules(book.locale)
        self._computed: dict[tuple[int, str], Any] = {}

    def effective(self, value: Value, sheet_id: int) -> Any:
        """The value itself, or a formula's result (a CellError where it has none)."""
        if not isinstance(value, dict):
            return value
        key = (sheet_id, value["f"])
        if key not in self._computed:
            self._computed[key] = REF  # what a formula that depends on itself sees
            self._computed[key] = self._evaluate(value["f"], sheet_id)
        return self._computed[key]

    def _evaluate(self, formula: str, sheet_id: int) -> Any:
        try:
            value = evaluate(formula, lambda ref: self._lookup(ref, sheet_id), self._rules.decimal)
        except CellError as error:
            return error
        except (RecursionError, OverflowError):
            return PARSE
        return plain_number(value) if isinstance(value, float) else value

    def _lookup(self, reference: str, sheet_id: int) -> list[list[Any]]:
        prefix = "" if "!" in reference else self._book.name_of_sheet(sheet_id) + "!"
        named = {n["name"].casefold() for n in self._book.body["namedRanges"]}
        bare = reference.casefold() in named
        try:
            area = self._book.parse(reference if bare else prefix + reference)
            rect = self._book.clamp(area)
        except ApiError:
            raise (REF if any(map(str.isdigit, reference)) else NAME) from None
        rows = dict(self._book.grid(rect.sheet_id).rows(rect.top, rect.bottom))
        return [
            [
                self.effective(rows.get(position, Row()).cell(column)[0], rect.sheet_id)
                for column in range(rect.left, rect.right)
            ]
            for position in range(rect.top, rect.bottom)
        ]

    def formatted(self, value: Value, attrs: int, sheet_id: int) -> str:
        """The text that a person sees in the cell."""
        value = self.effective(value, sheet_id)
        if isinstance(value, str):
            return value
        if value is None:
            return ""
        if isinstance(value, bool):
            return self._rules.true if value else self._rules.false
        if isinstance(value, CellError):
            return value.text
        return shown(value, self._number_format(attrs), self._rules)

    def _number_format(self, attrs: int) -> Json | None:
        cell_format = self._book.attrs.get(attrs).get("userEnteredFormat", {})
        found: Json | None = cell_format.get("numberFormat")
        return found

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
        return lambda value, attrs: self.formatted(value, attrs, sheet_id)

    def _dates_as_text(self, value: Value, attrs: int, sheet_id: int) -> Any:
        number_format = self._number_format(attrs) or {}
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
