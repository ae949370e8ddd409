"""Writing values into cells, RAW or as typed, within the bounds that a range gives.

Source: https://developers.google.com/workspace/sheets/api/guides/values#write
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.a1 import Area, Rect, column_letters
from itn_sync.sandbox.sheets.book import Book
from itn_sync.sandbox.sheets.cells import checked_text
from itn_sync.sandbox.sheets.grid import Cell, Row
from itn_sync.sandbox.sheets.locales import rules
from itn_sync.sandbox.sheets.protection import guard
from itn_sync.sandbox.sheets.typed import parse_typed, plain_number


@dataclass(frozen=True)
class Written:
    """What a write touched: the rectangle of its data, and the cells that were not skipped."""

    rect: Rect
    requested: Rect
    cells: frozenset[tuple[int, int]]

    def counts(self) -> Json:
        """updatedRows, updatedColumns, updatedCells; zeros left out as Google does."""
        counts = {
            "updatedRows": len({row for row, _ in self.cells}),
            "updatedColumns": len({column for _, column in self.cells}),
            "updatedCells": len(self.cells),
        }
        return {name: count for name, count in counts.items() if count}


def by_rows(body: Json) -> list[list[Any]]:
    """The values of a ValueRange as rows; a missing cell of a column is skipped."""
    values: list[list[Any]] = body.get("values") or []
    if body.get("majorDimension") != "COLUMNS":
        return values
    height = max((len(column) for column in values), default=0)
    return [
        [column[row] if row < len(column) else None for column in values] for row in range(height)
    ]


def write_values(
    call: Call, book: Book, area: Area, rows: list[list[Any]], option: str, *, text: str
) -> Written:
    """Write rows from the area's first cell on; None skips a cell and "" clears it.

    An area of several cells bounds the write, one cell is only where it begins. `text` names the
    range in the error. Raises 400 outside the bounds or on protected cells.
    """
    requested = book.clamp(area)
    width = max((len(row) for row in rows), default=0)
    _check_fits(book, area, len(rows), width, text)
    rect = Rect(
        area.sheet_id,
        area.top,
        area.left,
        area.top + max(1, len(rows)),
        area.left + max(1, width),
    )
    if rows:
        guard(call, book, rect)
    cells = _put(call, book, rect, rows, option)
    return Written(rect, rect if area.is_cell else requested, cells)


def _check_fits(book: Book, area: Area, height: int, width: int, text: str) -> None:
    limits = book.size(area.sheet_id)
    bottom = limits[0] if area.is_cell or area.bottom is None else min(area.bottom, limits[0])
    right = limits[1] if area.is_cell or area.right is None else min(area.right, limits[1])
    beyond = ""
    if area.top + height > bottom:
        beyond = f"row [{bottom + 1}]"
    elif area.left + width > right:
        beyond = f"column [{column_letters(right)}]"
    if beyond:
        raise invalid(f"Requested writing within range [{text}], but tried writing to {beyond}")


def _put(
    call: Call, book: Book, rect: Rect, rows: list[list[Any]], option: str
) -> frozenset[tuple[int, int]]:
    grid, touched = book.grid(rect.sheet_id), set()
    kept = dict(grid.rows(rect.top, rect.bottom))
    entry = Entry(call, book, option)
    for down, values in enumerate(rows):
        row = kept.get(rect.top + down) or Row()
        for across, value in enumerate(values):
            if value is not None:
                _check_scalar(value, down, across)
                column = rect.left + across
                row.put(column, entry.cell(value, row.cell(column)))
                touched.add((rect.top + down, column))
        grid.keep(rect.top + down, row)
    return frozenset(touched)


def _check_scalar(value: Any, row: int, column: int) -> None:
    if isinstance(value, list | dict):
        kind = "list_value" if isinstance(value, list) else "struct_value"
        raise invalid(f"Invalid values[{row}][{column}]: {kind} {{\n}}\n")


class Entry:
    """Turns what was sent into cells, by valueInputOption."""

    def __init__(self, call: Call, book: Book, option: str) -> None:
        if option not in {"RAW", "USER_ENTERED"}:
            raise invalid("'valueInputOption' is required but not specified")
        self._typed = option == "USER_ENTERED"
        self._attrs = book.attrs
        self._rules = rules(book.locale)
        self._today = call.now.astimezone(ZoneInfo(book.body["properties"]["timeZone"])).date()

    def cell(self, sent: Any, old: Cell) -> Cell:
        """The new cell over the old one: notes and formats stay, runs of rich text go."""
        attrs = self._attrs.get(old[1])
        if "textFormatRuns" in attrs or "chipRuns" in attrs:
            attrs = {n: v for n, v in attrs.items() if n not in {"textFormatRuns", "chipRuns"}}
        if isinstance(sent, str):
            return self._text(sent, attrs)
        if isinstance(sent, float):
            sent = plain_number(sent)
        return sent, self._attrs.id_of(attrs)

    def _text(self, sent: str, attrs: Json) -> Cell:
        checked_text(sent)
        own = attrs.get("userEnteredFormat", {}).get("numberFormat")
        if not self._typed or (own and own["type"] == "TEXT"):
            return sent or None, self._attrs.id_of(attrs)
        value, brought = parse_typed(sent, self._rules, self._today)
        if brought and not own:
            cell_format = attrs.get("userEnteredFormat", {}) | {"numberFormat": brought}
            attrs = attrs | {"userEnteredFormat": cell_format}
        return (None if value == "" else value), self._attrs.id_of(attrs)
