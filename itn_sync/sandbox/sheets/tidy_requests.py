"""batchUpdate requests that tidy the rows of a range: spaces, duplicates, a random order."""

from __future__ import annotations

import random
import re
from typing import Any

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.a1 import Rect
from itn_sync.sandbox.sheets.grid import Cell
from itn_sync.sandbox.sheets.range_requests import placed, taken
from itn_sync.sandbox.sheets.render import Renderer
from itn_sync.sandbox.sheets.requests import Edit, request

_SHUFFLE = random.SystemRandom().shuffle


@request("trimWhitespace")
def trim_whitespace(edit: Edit, details: Json) -> Json:
    """No white space at the ends of a text, one space for each run within it. What then begins
    with `=` stays a text."""
    rect = edit.area(details.get("range", {}))
    edit.guard(rect)
    grid, changed = edit.book.grid(rect.sheet_id), 0
    for position, row in grid.rows(rect.top, rect.bottom):
        for column in range(rect.left, min(rect.right, len(row.values))):
            value = row.values[column]
            trimmed = re.sub(r"\s+", " ", value).strip() if isinstance(value, str) else value
            if trimmed != value:
                row.values[column] = trimmed or None
                changed += 1
        grid.keep(position, row)
    return {"cellsChangedCount": changed} if changed else {}


@request("deleteDuplicates")
def delete_duplicates(edit: Edit, details: Json) -> Json:
    """Of rows alike in the compared columns, whatever their case, the first stays; those below
    come up, within the range."""
    rect = edit.area(details.get("range", {}))
    edit.guard(rect)
    columns = _compared(rect, details.get("comparisonColumns", []))
    renderer, seen, kept = Renderer(edit.book), set(), []
    grid = edit.book.grid(rect.sheet_id)
    for line in taken(grid, rect):
        key = tuple(_alike(renderer, line[column], rect) for column in columns)
        if key not in seen or all(part is None for part in key):
            kept.append(line)
        seen.add(key)
    placed(grid, rect, kept)
    removed = rect.height - len(kept)
    return {"duplicatesRemovedCount": removed} if removed else {}


def _compared(rect: Rect, spans: list[Json]) -> list[int]:
    """The columns to compare, counted from the left of the range; all where none is named."""
    if not spans:
        return list(range(rect.width))
    columns: list[int] = []
    for span in spans:
        start, end = span.get("startIndex", rect.left), span.get("endIndex", rect.right)
        of_columns = span.get("dimension") == "COLUMNS"
        if not of_columns or not rect.left <= start < end <= rect.right:
            raise invalid("comparisonColumns must be columns within the range.")
        columns += range(start - rect.left, end - rect.left)
    return columns


def _alike(renderer: Renderer, cell: Cell, rect: Rect) -> Any:
    value = renderer.effective(cell[0], rect.sheet_id)
    if isinstance(value, bool):
        return (value,)  # TRUE is not 1
    return value.casefold() if isinstance(value, str) else value


@request("randomizeRange")
def randomize_range(edit: Edit, details: Json) -> None:
    """The rows of a range in another order, each whole within it."""
    rect = edit.area(details.get("range", {}))
    edit.guard(rect)
    grid = edit.book.grid(rect.sheet_id)
    lines = taken(grid, rect)
    _SHUFFLE(lines)
    placed(grid, rect, lines)
