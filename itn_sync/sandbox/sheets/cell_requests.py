"""batchUpdate requests that write cells: updateCells, appendCells, repeatCell, validation."""

from __future__ import annotations

import re

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.a1 import Rect, column_index, column_letters
from itn_sync.sandbox.sheets.cells import WRITABLE, writer
from itn_sync.sandbox.sheets.condition_types import VALIDATION, check_condition
from itn_sync.sandbox.sheets.grid import Row
from itn_sync.sandbox.sheets.masks import Mask, update_mask
from itn_sync.sandbox.sheets.requests import Edit, request
from itn_sync.sandbox.sheets.reshaping import grow

_READ_ONLY = ("effectiveValue", "formattedValue", "effectiveFormat", "hyperlink")
_REFERENCE = re.compile(r"\"[^\"]*\"|(\$?)([A-Za-z]{1,3})(\$?)(\d+)(?![\w(])")


def _mask(details: Json) -> Mask:
    mask = update_mask(details, *WRITABLE, *_READ_ONLY)
    writable = {name: below for name, below in mask.items() if name in WRITABLE}
    if mask and not writable:
        raise invalid(f"Field {next(iter(mask))} is read-only.", "fields")
    return writable


@request("updateCells")
def update_cells(edit: Edit, details: Json) -> None:
    """Write rows from `start` on, or over `range`, whose other cells lose the masked fields."""
    mask, rows = _mask(details), details.get("rows", [])
    width = max((len(row.get("values", ())) for row in rows), default=0)
    if "range" in details:
        rect = edit.area(details["range"])
        if len(rows) > rect.height or width > rect.width:
            raise invalid("The rows to write do not fit in the range.")
    elif "start" in details:
        rect = _from_start(edit, details["start"], len(rows), width)
    else:
        raise invalid("Must specify either a start or a range.")
    edit.guard(rect)
    write_rows(edit, rect, rows, mask, fill="range" in details)


def _from_start(edit: Edit, start: Json, height: int, width: int) -> Rect:
    top, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
    sheet_id = start.get("sheetId", 0)
    rect = Rect(sheet_id, top, left, top + height, left + width)
    rows, columns = edit.book.size(sheet_id)
    if rect.bottom > rows or rect.right > columns:
        name = edit.book.name(rect)
        raise invalid(
            f"Range ({name}) exceeds grid limits. Max rows: {rows}, max columns: {columns}"
        )
    return rect


def write_rows(edit: Edit, rect: Rect, rows: list[Json], mask: Mask, *, fill: bool) -> None:
    """Write RowData into `rect` under `mask`; `fill` clears the masked fields of what they do
    not cover."""
    grid, attrs = edit.book.grid(rect.sheet_id), edit.book.attrs
    for down in range(rect.height):
        cells = rows[down].get("values", []) if down < len(rows) else []
        row = grid.row(rect.top + down)
        for across in range(rect.width if fill else len(cells)):
            data = (cells[across] if across < len(cells) else {}) or {}
            column = rect.left + across
            row.put(column, writer(data, mask, attrs)(row.cell(column)))
        grid.keep(rect.top + down, row)


@request("appendCells")
def append_cells(edit: Edit, details: Json) -> None:
    """Write rows under the last row of the tab that has data, from column A; the grid grows."""
    mask, rows = _mask(details), details.get("rows", [])
    if "tableId" in details:
        raise invalid("tableId is not supported by the sandbox.")
    sheet_id = details.get("sheetId", 0)
    edit.book.sheet(sheet_id)
    width = max((len(row.get("values", ())) for row in rows), default=0)
    top = edit.book.grid(sheet_id).last_row()
    rect = Rect(sheet_id, top, 0, top + len(rows), width)
    grow(edit.book, sheet_id, rect.bottom, rect.right)
    if rows:
        edit.guard(rect)
    write_rows(edit, rect, rows, mask, fill=False)


@request("repeatCell")
def repeat_cell(edit: Edit, details: Json) -> None:
    """The same cell over a range; a formula's relative references move with each cell."""
    rect, mask = edit.area(details.get("range", {})), _mask(details)
    edit.guard(rect)
    repeat(edit, rect, details.get("cell", {}), mask)


def repeat(edit: Edit, rect: Rect, data: Json, mask: Mask) -> None:
    """Write the CellData into every cell of `rect` under `mask`."""
    grid = edit.book.grid(rect.sheet_id)
    write = writer(data, mask, edit.book.attrs)
    formula = data.get("userEnteredValue", {}).get("formulaValue", "")
    kept = dict(grid.rows(rect.top, rect.bottom))
    for position in range(rect.top, rect.bottom):
        row = kept.get(position) or Row()
        for column in range(rect.left, rect.right):
            value, attrs = write(row.cell(column))
            if formula and isinstance(value, dict):
                value = {"f": shifted_formula(formula, position - rect.top, column - rect.left)}
            row.put(column, (value, attrs))
        grid.keep(position, row)


def shifted_formula(formula: str, down: int, across: int) -> str:
    """The formula as copied that many rows down and columns right; `$` holds a reference."""

    def move(match: re.Match[str]) -> str:
        if match[2] is None:
            return match[0]
        column = column_index(match[2]) + (0 if match[1] else across)
        row = int(match[4]) + (0 if match[3] else down)
        if column < 0 or row < 1:
            return "#REF!"
        return f"{match[1]}{column_letters(column)}{match[3]}{row}"

    return _REFERENCE.sub(move, formula)


@request("setDataValidation")
def set_data_validation(edit: Edit, details: Json) -> None:
    """Put a rule on every cell of a range, or take it away."""
    rect = edit.area(details.get("range", {}))
    edit.guard(rect)
    rule = details.get("rule")
    if rule is not None and "condition" not in rule:
        raise invalid("A data validation rule must have a condition.")
    if rule is not None:
        check_condition(edit.book, rule["condition"], VALIDATION)
    data = {} if rule is None else {"dataValidation": rule}
    repeat(edit, rect, data, {"dataValidation": {}})
