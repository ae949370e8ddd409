"""What formulas come to: a calculation engine is given the cells that each formula refers to.

Formulas are computed by formualizer (MIT, wheels for every platform, typed, 10 ms to load), which
knows some 300 functions under English names and fetches nothing. It holds no spreadsheet between
two requests: a formula's references are loaded by blocks of rows when it is first asked for, and
the formulas found there likewise, so a large tab costs only what its formulas look at.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import formualizer as fz

from itn_sync.sandbox.sheets.a1 import Rect
from itn_sync.sandbox.sheets.added_functions import add_functions
from itn_sync.sandbox.sheets.book import Book
from itn_sync.sandbox.sheets.cell_errors import (
    ABSENT,
    DIVIDE,
    NAME,
    NULL,
    NUMBER,
    PARSE,
    REF,
    VALUE,
    CellError,
)
from itn_sync.sandbox.sheets.formula_text import for_engine, functions_of, tab_name
from itn_sync.sandbox.sheets.grid import Row
from itn_sync.sandbox.sheets.locales import rules
from itn_sync.sandbox.sheets.typed import plain_number
from itn_sync.sandbox.world import now

_BLOCK = 256  # rows loaded at once
_MANY = 20  # formulas asked for, after which those of a whole tab are loaded
_SCRATCH = "asked"  # the engine's own tab, where formulas stand whose value is asked for
_REFUSED = (fz.ParserError, RuntimeError, ValueError)  # what the engine raises on a formula
_ERRORS = {
    "Circ": REF,
    "Div": DIVIDE,
    "Na": ABSENT,
    "Name": NAME,
    "Null": NULL,
    "Num": NUMBER,
    "Ref": REF,
    "Value": VALUE,
}
_OPERATOR = re.compile(r"[-+*/^&<>%]|(?<!^)=")
_KINDS = {error: kind for kind, error in _ERRORS.items()} | {PARSE: "Error"}
_Place = tuple[str, int, int]  # the engine's tab, row and column, counted from 1


class Calculator:
    """Computes the formulas of one book as it is; an edit asks for a new one."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._rules = rules(book.locale)
        self._engine = _engine(book)
        add_functions(self._engine, self._rules)
        self._asked: Counter[int] = Counter()  # formulas asked for by tab
        self._places: dict[tuple[int, str], _Place] = {}  # where the engine holds a formula
        self._stale = False
        self._waiting: list[Rect] = []
        self._rows: dict[tuple[int, int], dict[int, Row]] = {}
        self._loaded: set[tuple[int, int, int]] = set()  # tab, block, column

    def value(self, formula: str, sheet_id: int) -> Any:
        """The value of `=…` on that tab: str, number, bool, None or a CellError."""
        place = self._place(formula, sheet_id)
        try:
            if self._stale:
                self._engine.evaluate_all()
                self._stale = False
            value = self._engine.get_value(*place)
        except _REFUSED as error:
            return _refusal(error)
        if value == 0 and self._tells_nothing(formula, sheet_id):
            return None  # `=B2` of an empty cell shows nothing
        return _told(value, formula)

    def _place(self, formula: str, sheet_id: int) -> _Place:
        """The engine's cell with that formula. One formula takes with it what it refers to; from
        the moment when many are asked for, all those of the tab are loaded at once."""
        key = (sheet_id, formula)
        if key not in self._places:
            self._asked[sheet_id] += 1
            if self._asked[sheet_id] == _MANY:
                self._load_formulas(sheet_id)
        if key not in self._places:
            self._places[key] = (_SCRATCH, self._asked.total(), 1)
            self._write(self._places[key], formula, sheet_id)
            self._load_waiting()
        return self._places[key]

    def _load_formulas(self, sheet_id: int) -> None:
        for position, row in self._book.grid(sheet_id).formula_rows():
            for column, value in enumerate(row.values):
                if isinstance(value, dict):
                    self._load(Rect(sheet_id, position, column, position + 1, column + 1))
        self._load_waiting()

    def _load_waiting(self) -> None:
        while self._waiting:
            self._load(self._waiting.pop())

    def first_reference(self, formula: str, sheet_id: int) -> Rect | None:
        """The cells that a formula names first, where it does nothing but tell or sum them up."""
        if _OPERATOR.search(formula):
            return None
        try:
            return next(
                iter(for_engine(self._book, formula, sheet_id, self._rules.decimal)[1]), None
            )
        except CellError:
            return None

    def _write(self, place: _Place, formula: str, sheet_id: int) -> None:
        self._stale = True
        try:
            text, needed = for_engine(self._book, formula, sheet_id, self._rules.decimal)
            self._engine.set_formula(*place, text)
        except CellError as error:
            self._put_error(place, error)
        except _REFUSED as error:
            self._put_error(place, _refusal(error))
        else:
            self._waiting.extend(needed)

    def _put_error(self, place: _Place, error: CellError) -> None:
        kind = _KINDS.get(error, "Error")
        self._engine.set_value(*place, fz.LiteralValue.error(kind, error.message))

    def _tells_nothing(self, formula: str, sheet_id: int) -> bool:
        rect = None if "(" in formula else self.first_reference(formula, sheet_id)
        if rect is None or not rect.is_cell:
            return False
        return self._row(rect.sheet_id, rect.top).cell(rect.left)[0] is None

    def _row(self, sheet_id: int, position: int) -> Row:
        return self._block(sheet_id, position // _BLOCK).get(position) or Row()

    def _block(self, sheet_id: int, block: int) -> dict[int, Row]:
        key = (sheet_id, block)
        if key not in self._rows:
            start = block * _BLOCK
            self._rows[key] = dict(self._book.grid(sheet_id).rows(start, start + _BLOCK))
        return self._rows[key]

    def _load(self, rect: Rect) -> None:
        for block in range(rect.top // _BLOCK, (rect.bottom - 1) // _BLOCK + 1):
            for column in range(rect.left, rect.right):
                if (rect.sheet_id, block, column) not in self._loaded:
                    self._loaded.add((rect.sheet_id, block, column))
                    self._load_column(rect.sheet_id, block, column)

    def _load_column(self, sheet_id: int, block: int, column: int) -> None:
        rows = self._block(sheet_id, block)
        if not rows:
            return
        cells = {position: row.cell(column)[0] for position, row in rows.items()}
        first, last = min(cells), max(cells)
        values = [[_plain(cells.get(position))] for position in range(first, last + 1)]
        self._engine.set_values_batch(tab_name(sheet_id), first + 1, column + 1, values)
        for position, value in cells.items():
            if isinstance(value, dict):
                place = (tab_name(sheet_id), position + 1, column + 1)
                self._write(place, value["f"], sheet_id)
                self._places.setdefault((sheet_id, value["f"]), place)


def _plain(value: Any) -> Any:
    """The value as the engine takes it; a formula is written after."""
    if isinstance(value, dict):
        return None
    return float(value) if type(value) is int else value


def _engine(book: Book) -> fz.Workbook:
    limits = fz.EvaluationConfig()
    limits.enable_parallel = False
    limits.max_eval_time_ms = 20_000
    config = fz.WorkbookConfig(
        mode=fz.WorkbookMode.Ephemeral, enable_changelog=False, eval_config=limits
    )
    engine = fz.Workbook(config=config)
    engine.set_temporal_egress("serial")
    instant = now(book.state)
    offset = instant.astimezone(ZoneInfo(book.body["properties"]["timeZone"])).utcoffset()
    seconds = int((offset or timedelta()).total_seconds())
    engine.set_deterministic_clock(instant, seconds)
    engine.add_sheet(_SCRATCH)
    for sheet_id in book.titles().values():
        engine.add_sheet(tab_name(sheet_id))
    return engine


def _refusal(error: Exception) -> CellError:
    return REF if "#CIRC!" in str(error) else PARSE


def _told(value: Any, formula: str) -> Any:
    if isinstance(value, dict):
        error = _ERRORS.get(value.get("kind", ""), PARSE)
        names = functions_of(formula)
        unknown = error is NAME and len(names) == 1
        return replace(error, message=f"Unknown function: '{names[0]}'.") if unknown else error
    while isinstance(value, list):
        value = value[0] if value else None
    return plain_number(value) if isinstance(value, float) else value
