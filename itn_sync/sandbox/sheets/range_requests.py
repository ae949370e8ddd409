"""batchUpdate requests that shift or sort cells within a range."""

from __future__ import annotations

import unicodedata
from functools import cmp_to_key
from typing import Any

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.a1 import Rect, area_of
from itn_sync.sandbox.sheets.cell_errors import CellError
from itn_sync.sandbox.sheets.grid import EMPTY, Cell, Grid, Row
from itn_sync.sandbox.sheets.render import Renderer
from itn_sync.sandbox.sheets.requests import Edit, request


def taken(grid: Grid, rect: Rect) -> list[list[Cell]]:
    """The cells of `rect`, row by row, all of the same length."""
    kept = dict(grid.rows(rect.top, rect.bottom))
    return [
        [kept[p].cell(column) if p in kept else EMPTY for column in range(rect.left, rect.right)]
        for p in range(rect.top, rect.bottom)
    ]


def placed(grid: Grid, rect: Rect, cells: list[list[Cell]]) -> None:
    """Put rows of cells into `rect`; what they do not cover is left empty."""
    kept = dict(grid.rows(rect.top, rect.bottom))
    for down in range(rect.height):
        row = kept.get(rect.top + down) or Row()
        line = cells[down] if down < len(cells) else []
        for across in range(rect.width):
            row.put(rect.left + across, line[across] if across < len(line) else EMPTY)
        grid.keep(rect.top + down, row)


def _affected(edit: Edit, rect: Rect, dimension: str | None) -> Rect:
    """The range with everything after it in the direction of the shift."""
    rows, columns = edit.book.size(rect.sheet_id)
    if dimension == "ROWS":
        return Rect(rect.sheet_id, rect.top, rect.left, rows, rect.right)
    if dimension == "COLUMNS":
        return Rect(rect.sheet_id, rect.top, rect.left, rect.bottom, columns)
    raise invalid("Must specify a shiftDimension of ROWS or COLUMNS.")


@request("insertRange")
def insert_range(edit: Edit, details: Json) -> None:
    """Empty cells in a range; those that were there go down or right."""
    rect, dimension = edit.area(details.get("range", {})), details.get("shiftDimension")
    affected = _affected(edit, rect, dimension)
    edit.guard(affected)
    grid = edit.book.grid(rect.sheet_id)
    cells = taken(grid, affected)
    if dimension == "ROWS":
        cells = [[] for _ in range(rect.height)] + cells
    else:
        cells = [[EMPTY] * rect.width + line for line in cells]
    placed(grid, affected, cells)


@request("deleteRange")
def delete_range(edit: Edit, details: Json) -> None:
    """The cells of a range go; those below come up, or those on the right come left."""
    rect, dimension = edit.area(details.get("range", {})), details.get("shiftDimension")
    affected = _affected(edit, rect, dimension)
    edit.guard(affected)
    grid = edit.book.grid(rect.sheet_id)
    cells = taken(grid, affected)
    by_rows = dimension == "ROWS"
    rest = cells[rect.height :] if by_rows else [line[rect.width :] for line in cells]
    placed(grid, affected, rest)


@request("sortRange")
def sort_range(edit: Edit, details: Json) -> None:
    """Sort the rows of a range: whole within it, with formats and notes.

    Developer metadata of rows stays where it was: a sort moves cells, not rows (facts 5.4).
    """
    rect = edit.area(details.get("range", {}))
    specs = details.get("sortSpecs", [])
    if not specs:
        raise invalid("Must specify at least one sortSpec.")
    for spec in specs:
        if "dataSourceColumnReference" in spec:
            raise invalid("dataSourceColumnReference is not supported by the sandbox.")
        if not rect.left <= spec.get("dimensionIndex", 0) < rect.right:
            raise invalid("sortSpecs.dimensionIndex must be a column of the range.")
    edit.guard(rect)
    grid, order = edit.book.grid(rect.sheet_id), _Order(Renderer(edit.book), rect, specs)
    placed(grid, rect, sorted(taken(grid, rect), key=cmp_to_key(order.compare)))


class _Order:
    """Compares rows of cells by the sort specifications; empty cells come last either way."""

    def __init__(self, renderer: Renderer, rect: Rect, specs: list[Json]) -> None:
        self._renderer = renderer
        self._rect = rect
        self._specs = specs

    def compare(self, one: list[Cell], other: list[Cell]) -> int:
        """Negative when `one` comes first."""
        for spec in self._specs:
            column = spec.get("dimensionIndex", 0) - self._rect.left
            a, b = self._key(one[column]), self._key(other[column])
            if a == b:
                continue
            if a is None or b is None:
                return 1 if a is None else -1
            first = -1 if a < b else 1
            return -first if spec.get("sortOrder") == "DESCENDING" else first
        return 0

    def _key(self, cell: Cell) -> tuple[int, Any, str] | None:
        value = self._renderer.effective(cell[0], self._rect.sheet_id)
        if value is None:
            return None
        if isinstance(value, bool):
            return 2, value, ""
        if isinstance(value, CellError):
            return 3, 0, value.text
        if isinstance(value, str):
            return 1, _folded(value), value
        return 0, value, ""


def _folded(text: str) -> str:
    """Without case and accents: how people expect names to be ordered."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@request("mergeCells")
def merge_cells(edit: Edit, details: Json) -> None:
    """One cell from many: the first keeps its value, the others lose theirs."""
    rect = edit.area(details.get("range", {}))
    edit.guard(rect)
    sheet = edit.book.sheet(rect.sheet_id)
    blocks = _merge_blocks(rect, details.get("mergeType", "MERGE_ALL"))
    for other in map(area_of, sheet.get("merges", ())):
        if other.meets(rect) and not rect.holds(other):
            raise invalid("You must select all cells in a merged range to merge or unmerge them.")
    kept = [m for m in sheet.get("merges", ()) if not area_of(m).meets(rect)]
    sheet["merges"] = kept + [b.grid_range() for b in blocks if not b.is_cell]
    for block in blocks:
        _keep_first(edit, block)


def _merge_blocks(rect: Rect, kind: str) -> list[Rect]:
    if kind == "MERGE_ROWS":
        return [
            Rect(rect.sheet_id, row, rect.left, row + 1, rect.right)
            for row in range(rect.top, rect.bottom)
        ]
    if kind == "MERGE_COLUMNS":
        return [
            Rect(rect.sheet_id, rect.top, column, rect.bottom, column + 1)
            for column in range(rect.left, rect.right)
        ]
    return [rect]


def _keep_first(edit: Edit, block: Rect) -> None:
    grid = edit.book.grid(block.sheet_id)
    cells = taken(grid, block)
    values = [value for line in cells for value, _ in line if value is not None]
    emptied = [[(None, attrs) for _, attrs in line] for line in cells]
    if values:
        emptied[0][0] = (values[0], emptied[0][0][1])
    placed(grid, block, emptied)


@request("unmergeCells")
def unmerge_cells(edit: Edit, details: Json) -> None:
    """Take every merge in the range apart; one that is only partly inside is an error."""
    rect = edit.area(details.get("range", {}))
    edit.guard(rect)
    sheet = edit.book.sheet(rect.sheet_id)
    merges = [m for m in sheet.get("merges", ()) if area_of(m).meets(rect)]
    if any(not rect.holds(area_of(m)) for m in merges):
        raise invalid("You must select all cells in a merged range to merge or unmerge them.")
    sheet["merges"] = [m for m in sheet.get("merges", ()) if m not in merges]
