"""The batchUpdate request autoFill: cells dragged on, with their formats."""

from __future__ import annotations

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.a1 import Rect
from itn_sync.sandbox.sheets.cell_requests import shifted_formula
from itn_sync.sandbox.sheets.grid import Cell, Grid
from itn_sync.sandbox.sheets.locales import rules
from itn_sync.sandbox.sheets.patterns import DATE_TYPES
from itn_sync.sandbox.sheets.range_requests import placed, taken
from itn_sync.sandbox.sheets.requests import Edit, request
from itn_sync.sandbox.sheets.series import continued


@request("autoFill")
def auto_fill(edit: Edit, details: Json) -> None:
    """Go on with what a source holds, or within a range with what its first cells hold."""
    alternate = bool(details.get("useAlternateSeries"))
    if "sourceAndDestination" in details:
        _fill_from(edit, details["sourceAndDestination"], alternate=alternate)
    elif "range" in details:
        _fill_within(edit, edit.area(details["range"]), alternate=alternate)
    else:
        raise invalid("Must specify either a range or a sourceAndDestination.")


def _fill_from(edit: Edit, told: Json, *, alternate: bool) -> None:
    source, length = edit.area(told.get("source", {})), told.get("fillLength", 0)
    dimension = told.get("dimension")
    if dimension not in {"ROWS", "COLUMNS"} or not length:
        raise invalid("Must specify a dimension and a fillLength.")
    start, end = (source.bottom, source.bottom + length)
    if dimension == "COLUMNS":
        start, end = source.right, source.right + length
    if length < 0:
        first = source.top if dimension == "ROWS" else source.left
        start, end = first + length, first
    target = (
        Rect(source.sheet_id, start, source.left, end, source.right)
        if dimension == "ROWS"
        else Rect(source.sheet_id, source.top, start, source.bottom, end)
    )
    rows, columns = edit.book.size(source.sheet_id)
    if target.top < 0 or target.left < 0 or target.bottom > rows or target.right > columns:
        raise invalid(
            f"The cells to fill exceed grid limits. Max rows: {rows}, max columns: {columns}"
        )
    _fill(edit, source, target, backwards=length < 0, alternate=alternate)


def _fill_within(edit: Edit, rect: Rect, *, alternate: bool) -> None:
    """Down from the rows that hold something, or right where all of them do."""
    cells = taken(edit.book.grid(rect.sheet_id), rect)
    rows = [at for at, line in enumerate(cells) if any(value is not None for value, _ in line)]
    columns = [at for at in range(rect.width) if any(line[at][0] is not None for line in cells)]
    if not rows:
        return
    if rows[-1] + 1 < rect.height:
        middle = rect.top + rows[-1] + 1
        source = Rect(rect.sheet_id, rect.top, rect.left, middle, rect.right)
        target = Rect(rect.sheet_id, middle, rect.left, rect.bottom, rect.right)
    else:
        middle = rect.left + columns[-1] + 1
        source = Rect(rect.sheet_id, rect.top, rect.left, rect.bottom, middle)
        target = Rect(rect.sheet_id, rect.top, middle, rect.bottom, rect.right)
    if target.height and target.width:
        _fill(edit, source, target, backwards=False, alternate=alternate)


def _fill(edit: Edit, source: Rect, target: Rect, *, backwards: bool, alternate: bool) -> None:
    edit.guard(target)
    grid: Grid = edit.book.grid(source.sheet_id)
    across = source.top == target.top and source.bottom == target.bottom
    lines = taken(grid, source)
    if not across:
        lines = [list(line) for line in zip(*lines, strict=True)]
    count = target.width if across else target.height
    filled = [_line(edit, line, count, (across, backwards, alternate)) for line in lines]
    if not across:
        filled = [list(line) for line in zip(*filled, strict=True)]
    placed(grid, target, filled)


def _line(edit: Edit, line: list[Cell], count: int, how: tuple[bool, bool, bool]) -> list[Cell]:
    """What one line of cells goes on with, in the order of the sheet."""
    across, backwards, alternate = how
    cells = line[::-1] if backwards else line
    steps = _is_date(edit, cells[0]) != alternate
    values = continued([value for value, _ in cells], count, rules(edit.book.locale), steps=steps)
    filled: list[Cell] = []
    for at, value in enumerate(values):
        if isinstance(value, dict):
            by = (at // len(cells) + 1) * len(cells) * (-1 if backwards else 1)
            moved = shifted_formula(value["f"], 0 if across else by, by if across else 0)
            filled.append(({"f": moved}, cells[at % len(cells)][1]))
        else:
            filled.append((value, cells[at % len(cells)][1]))
    return filled[::-1] if backwards else filled


def _is_date(edit: Edit, cell: Cell) -> bool:
    look = edit.book.attrs.get(cell[1]).get("userEnteredFormat", {})
    return look.get("numberFormat", {}).get("type") in DATE_TYPES
