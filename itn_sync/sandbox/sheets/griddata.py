"""GridData: the cells of a range with everything on them, and its rows' and columns' properties.

Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/sheets#griddata
"""

from __future__ import annotations

from typing import Any

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets import metadata
from itn_sync.sandbox.sheets.a1 import Rect
from itn_sync.sandbox.sheets.book import Book
from itn_sync.sandbox.sheets.cell_data import CellTeller
from itn_sync.sandbox.sheets.data_filters import visible_metadata
from itn_sync.sandbox.sheets.masks import Mask, covers, inside
from itn_sync.sandbox.sheets.overlays import Overlay, hidden_rows
from itn_sync.sandbox.sheets.render import Renderer

ROW_HEIGHT = 21
COLUMN_WIDTH = 100


def grid_data(book: Book, rect: Rect, project: str, mask: Mask) -> Json:
    """The GridData of `rect`; only what `mask` (of GridData) asks for is computed."""
    data: Json = {}
    if rect.top:
        data["startRow"] = rect.top
    if rect.left:
        data["startColumn"] = rect.left
    if covers(mask, "rowData"):
        rows = _row_data(book, rect, inside(mask, "rowData", "values"))
        data |= {"rowData": rows} if rows else {}
    if covers(mask, "rowMetadata"):
        data["rowMetadata"] = _dimension(book, rect, "ROWS", project)
    if covers(mask, "columnMetadata"):
        data["columnMetadata"] = _dimension(book, rect, "COLUMNS", project)
    return data


def _row_data(book: Book, rect: Rect, mask: Mask) -> list[Json]:
    renderer = Renderer(book)
    teller = CellTeller(renderer, book.attrs, rect.sheet_id, mask)
    overlay = Overlay(book, rect.sheet_id, renderer)
    coloured = bool(overlay) and covers(mask, "effectiveFormat")
    rows: list[Json] = []
    for position, row in book.grid(rect.sheet_id).rows(rect.top, rect.bottom):
        cells = row.cells()[rect.left : rect.right]
        values: list[Any] = [teller.data(value, key) for value, key in cells]
        if coloured:
            values = [
                overlay.over(data, cell, position, column)
                for column, (data, cell) in enumerate(zip(values, cells, strict=True), rect.left)
            ]
        while values and not values[-1]:
            values.pop()
        if values:
            rows.extend({} for _ in range(position - rect.top - len(rows)))
            rows.append({"values": values})
    return rows


def _dimension(book: Book, rect: Rect, dimension: str, project: str) -> list[Json]:
    sheet = book.sheet(rect.sheet_id)
    by_rows = dimension == "ROWS"
    stored = sheet["rows" if by_rows else "columns"]
    size = {"pixelSize": ROW_HEIGHT if by_rows else COLUMN_WIDTH}
    entries = _metadata_by_index(book, rect.sheet_id, dimension, project)
    hidden = hidden_rows(book, rect.sheet_id) if by_rows else frozenset()
    span = range(rect.top, rect.bottom) if by_rows else range(rect.left, rect.right)
    return [
        size
        | stored.get(str(index), {})
        | ({"hiddenByFilter": True} if index in hidden else {})
        | ({"developerMetadata": entries[index]} if index in entries else {})
        for index in span
    ]


def _metadata_by_index(
    book: Book, sheet_id: int, dimension: str, project: str
) -> dict[int, list[Json]]:
    by_index: dict[int, list[Json]] = {}
    for entry in visible_metadata(book, project):
        span = entry["location"].get("dimensionRange")
        if span and span["sheetId"] == sheet_id and span["dimension"] == dimension:
            by_index.setdefault(span["startIndex"], []).append(metadata.resource(entry))
    return by_index
