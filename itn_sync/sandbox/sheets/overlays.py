"""What rules do to the cells that are shown: conditional formats colour them, the basic filter
hides their rows.

Source: CellData.effectiveFormat ("includes the results of applying any conditional formatting"),
DimensionProperties.hiddenByFilter.
"""

from __future__ import annotations

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.a1 import Area, Rect, area_of
from itn_sync.sandbox.sheets.book import Book
from itn_sync.sandbox.sheets.cell_data import LOOK, over
from itn_sync.sandbox.sheets.conditions import Judge, Place
from itn_sync.sandbox.sheets.grid import Cell, Row
from itn_sync.sandbox.sheets.render import Renderer


class Overlay:
    """The conditional formats of one tab, the first rule strongest; gradients are not drawn."""

    def __init__(self, book: Book, sheet_id: int, renderer: Renderer) -> None:
        self._judge = Judge(book, sheet_id, renderer)
        self._rules: list[tuple[list[Area], Json]] = [
            ([area_of(one) for one in rule["ranges"]], rule["booleanRule"])
            for rule in book.sheet(sheet_id).get("conditionalFormats", ())
            if "booleanRule" in rule
        ]

    def __bool__(self) -> bool:
        return bool(self._rules)

    def over(self, data: Json, cell: Cell, row: int, column: int) -> Json:
        """The CellData with the format of the rules that hold for its cell."""
        look: Json = {}
        here = Rect(self._rules[0][0][0].sheet_id, row, column, row + 1, column + 1)
        for areas, rule in reversed(self._rules):
            if not any(area.holds(here) for area in areas):
                continue
            origin = (areas[0].top, areas[0].left)
            if self._judge.holds(rule.get("condition", {}), cell, (row, column), origin):
                look = over(look, rule.get("format", {}))
        if not look:
            return data
        return data | {"effectiveFormat": over(data.get("effectiveFormat", LOOK), look)}


def hidden_rows(book: Book, sheet_id: int) -> frozenset[int]:
    """The rows that the tab's basic filter hides: never its heading."""
    held = book.sheet(sheet_id).get("basicFilter") or {}
    if not held.get("criteria"):
        return frozenset()
    rect, sieve = book.clamp(area_of(held["range"])), _Sieve(book, sheet_id)
    kept = dict(book.grid(sheet_id).rows(rect.top, rect.bottom))
    criteria = {int(column): one for column, one in held["criteria"].items()}
    return frozenset(
        position
        for position in range(rect.top + 1, rect.bottom)
        if any(
            sieve.hides(one, kept.get(position, Row()).cell(at), (position, at), rect.top + 1)
            for at, one in criteria.items()
        )
    )


class _Sieve:
    def __init__(self, book: Book, sheet_id: int) -> None:
        self._sheet_id = sheet_id
        self._renderer = Renderer(book)
        self._judge = Judge(book, sheet_id, self._renderer)

    def hides(self, criteria: Json, cell: Cell, place: Place, first: int) -> bool:
        values = criteria.get("hiddenValues")
        if values and self._renderer.formatted(*cell, self._sheet_id) in values:
            return True
        condition = criteria.get("condition")
        if not condition:
            return False
        return not self._judge.holds(condition, cell, place, (first, place[1]))
