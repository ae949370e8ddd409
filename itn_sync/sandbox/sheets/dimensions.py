"""Rows and columns: inserting, deleting, moving, appending, sizing and hiding them.

Source: InsertDimensionRequest and its siblings.
"""

from __future__ import annotations

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.a1 import Area
from itn_sync.sandbox.sheets.book import Book
from itn_sync.sandbox.sheets.griddata import ROW_HEIGHT
from itn_sync.sandbox.sheets.masks import Mask, merged, update_mask
from itn_sync.sandbox.sheets.protection import guard_gap
from itn_sync.sandbox.sheets.render import Renderer
from itn_sync.sandbox.sheets.requests import Edit, request
from itn_sync.sandbox.sheets.reshaping import delete, insert, move
from itn_sync.sandbox.sheets.shifting import Delete, Insert, Move


def bounds(book: Book, span: Json) -> tuple[int, str, int, int, int]:
    """Tab, dimension, start, end (its grid's where unbounded) and the grid's size."""
    sheet_id, dimension = span.get("sheetId", 0), span.get("dimension")
    if dimension not in {"ROWS", "COLUMNS"}:
        raise invalid("Must specify a dimension of ROWS or COLUMNS.")
    size = book.size(sheet_id)[0 if dimension == "ROWS" else 1]
    start, end = span.get("startIndex", 0), span.get("endIndex", size)
    if start < 0 or end <= start:
        raise invalid(f"endIndex[{end}] must be after startIndex[{start}]")
    return sheet_id, str(dimension), start, end, size


def _block(sheet_id: int, dimension: str, start: int, end: int) -> Area:
    if dimension == "ROWS":
        return Area(sheet_id, top=start, bottom=end)
    return Area(sheet_id, left=start, right=end)


@request("insertDimension")
def insert_dimension(edit: Edit, details: Json) -> None:
    """New rows or columns that take the look of the one before or after."""
    span = details.get("range", {})
    if "startIndex" not in span and "endIndex" not in span:
        raise invalid("Both the start and end indexes must be bounded.")
    sheet_id, dimension, start, end, size = bounds(edit.book, span)
    before = bool(details.get("inheritFromBefore"))
    if start > size:
        raise invalid(f"range.startIndex is larger than current grid size ({size})")
    if start == size and not before:
        raise invalid(
            f"range.startIndex must be less than the grid size ({size})"
            " if inheritFromBefore is false."
        )
    if start == 0 and before:
        raise invalid("range.startIndex must be greater than 0 if inheritFromBefore is true.")
    guard_gap(edit.call, edit.book, sheet_id, dimension, start)
    insert(edit.book, sheet_id, dimension, Insert(start, end - start), before=before)


@request("deleteDimension")
def delete_dimension(edit: Edit, details: Json) -> None:
    """Rows or columns go with their cells, metadata and protections; never all of them."""
    sheet_id, dimension, start, end, size = bounds(edit.book, details.get("range", {}))
    if end > size:
        word = dimension.lower().removesuffix("s")
        raise invalid(
            f"Cannot delete a {word} that doesn't exist. Tried to delete {word} index"
            f" {end - 1} but there are only {size} {dimension.lower()}."
        )
    edit.guard(_block(sheet_id, dimension, start, end))
    delete(edit.book, sheet_id, dimension, Delete(start, end - start))


@request("moveDimension")
def move_dimension(edit: Edit, details: Json) -> None:
    """Rows or columns go elsewhere with all that is on them."""
    sheet_id, dimension, start, end, size = bounds(edit.book, details.get("source", {}))
    change = Move(start, end - start, details.get("destinationIndex", 0))
    if end > size or not 0 <= change.to <= size:
        raise invalid(f"The rows or columns to move must be within the grid size ({size}).")
    if start < change.to < end:
        raise invalid("The destination cannot be within the moved rows or columns.")
    edit.guard(_block(sheet_id, dimension, start, end))
    guard_gap(edit.call, edit.book, sheet_id, dimension, change.to)
    move(edit.book, sheet_id, dimension, change)


@request("appendDimension")
def append_dimension(edit: Edit, details: Json) -> None:
    """More rows or columns at the end."""
    sheet_id, length = details.get("sheetId", 0), details.get("length", 0)
    rows, columns = edit.book.size(sheet_id)
    if length < 1:
        raise invalid("length must be greater than 0")
    if details.get("dimension") not in {"ROWS", "COLUMNS"}:
        raise invalid("Must specify a dimension of ROWS or COLUMNS.")
    by_rows = details["dimension"] == "ROWS"
    edit.book.resize(sheet_id, rows + length * by_rows, columns + length * (not by_rows))


def set_size(edit: Edit, sheet: Json, sent: Json, mask: Mask) -> None:
    """GridProperties under a mask: a smaller grid loses what is outside it."""
    stored = sheet["properties"]["gridProperties"]
    wanted = merged(stored, sent, mask)
    for name in ("rowCount", "columnCount"):
        if wanted.get(name, 0) < 1:
            thing = "rows" if name == "rowCount" else "columns"
            raise invalid(f"You can't delete all the {thing} on the sheet.")
    sheet_id = sheet["properties"]["sheetId"]
    for dimension, name in (("ROWS", "rowCount"), ("COLUMNS", "columnCount")):
        lost = stored[name] - wanted[name]
        if lost > 0:
            edit.guard(_block(sheet_id, dimension, wanted[name], stored[name]))
            delete(edit.book, sheet_id, dimension, Delete(wanted[name], lost))
    edit.book.resize(sheet_id, wanted["rowCount"], wanted["columnCount"])
    for frozen, total, thing in (
        ("frozenRowCount", "rowCount", "rows"),
        ("frozenColumnCount", "columnCount", "columns"),
    ):
        if wanted.get(frozen, 0) >= wanted[total]:
            raise invalid(f"You can't freeze all visible {thing} on the sheet.")
    sheet["properties"]["gridProperties"] = wanted


@request("updateDimensionProperties")
def update_dimension_properties(edit: Edit, details: Json) -> None:
    """Width, height, hidden or shown."""
    mask = update_mask(details, "pixelSize", "hiddenByUser")
    sheet_id, dimension, start, end, size = bounds(edit.book, details.get("range", {}))
    if start >= size:
        raise invalid(f"range.startIndex is larger than current grid size ({size})")
    edit.guard(_block(sheet_id, dimension, start, end))
    stored = edit.book.sheet(sheet_id)["rows" if dimension == "ROWS" else "columns"]
    for index in range(start, min(end, size)):
        new = merged(stored.get(str(index), {}), details.get("properties", {}), mask)
        stored[str(index)] = {name: value for name, value in new.items() if value}


@request("autoResizeDimensions")
def auto_resize_dimensions(edit: Edit, details: Json) -> None:
    """As wide as the longest text of each column (about 7 pixels a character); rows as usual."""
    if "dataSourceSheetDimensions" in details:
        raise invalid("dataSourceSheetDimensions is not supported by the sandbox.")
    sheet_id, dimension, start, end, size = bounds(edit.book, details.get("dimensions", {}))
    sheet, end = edit.book.sheet(sheet_id), min(end, size)
    if dimension == "ROWS":
        for index in range(start, end):
            sheet["rows"].setdefault(str(index), {})["pixelSize"] = ROW_HEIGHT
        return
    longest = _longest_texts(edit.book, sheet_id, start, end)
    for index, length in longest.items():
        sheet["columns"].setdefault(str(index), {})["pixelSize"] = max(21, 7 * length + 10)


def _longest_texts(book: Book, sheet_id: int, start: int, end: int) -> dict[int, int]:
    renderer = Renderer(book)
    longest = dict.fromkeys(range(start, end), 0)
    for _, row in book.grid(sheet_id).rows():
        for column in range(start, min(end, len(row.values))):
            text = renderer.formatted(*row.cell(column), sheet_id)
            lines = text.split("\n")
            longest[column] = max(longest[column], *map(len, lines))
    return longest
