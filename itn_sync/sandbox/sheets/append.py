"""values.append: find the table in a range, and write under it from its first column on.

Source: https://developers.google.com/workspace/sheets/api/guides/values#append_values
"""

from __future__ import annotations

from typing import Any

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.a1 import Area, Rect
from itn_sync.sandbox.sheets.book import Book, open_book, save_book
from itn_sync.sandbox.sheets.grid import Grid, Row
from itn_sync.sandbox.sheets.protection import guard_gap
from itn_sync.sandbox.sheets.reading import Options
from itn_sync.sandbox.sheets.reshaping import grow, insert
from itn_sync.sandbox.sheets.shifting import Insert
from itn_sync.sandbox.sheets.values import update_response
from itn_sync.sandbox.sheets.writing import by_rows, write_values


@behaviour("sheets.spreadsheets.values.append")
def append(call: Call) -> Json:
    """Write rows after the last table of the range; where there is none, at its first cell."""
    book = open_book(call, "writer")
    text = call.params["range"]
    searched = book.clamp(book.parse(text))
    table = find_table(book.grid(searched.sheet_id), searched)
    rows = by_rows(call.body)
    start = table or Rect(searched.sheet_id, 0, searched.left, searched.top, 0)
    area = Area(searched.sheet_id, start.bottom, start.left, start.bottom + 1, start.left + 1)
    _make_room(call, book, area, rows, inserting=_inserts(call) and table is not None)
    option = call.params.get("valueInputOption", "")
    written = write_values(call, book, area, rows, option, text=text)
    save_book(call, book)
    wanted = call.params.get("includeValuesInResponse")
    options = Options.of(call.params | {"majorDimension": None}, "response") if wanted else None
    found = {"tableRange": book.name(table)} if table else {}
    updates = update_response(book, written, options)
    return {"spreadsheetId": book.id} | found | {"updates": updates}


def _inserts(call: Call) -> bool:
    return call.params.get("insertDataOption") == "INSERT_ROWS"


def _make_room(
    call: Call, book: Book, area: Area, rows: list[list[Any]], *, inserting: bool
) -> None:
    """Insert rows where asked and something may follow; the grid grows as the data needs."""
    height, width = book.size(area.sheet_id)
    if inserting and rows and area.top < height:
        guard_gap(call, book, area.sheet_id, "ROWS", area.top)
        insert(book, area.sheet_id, "ROWS", Insert(area.top, len(rows)), before=True)
    needed = max((len(row) for row in rows), default=0)
    grow(book, area.sheet_id, area.top + max(1, len(rows)), max(width, area.left + needed))


def find_table(grid: Grid, searched: Rect) -> Rect | None:
    """The last table that has a cell in `searched`: the smallest rectangle around touching cells
    with values that has only empty cells around it."""
    whole = grid.one_table()
    if whole:
        table = Rect(searched.sheet_id, whole[0], 0, whole[1], whole[2])
        return table if table.meets(searched) else None
    tables: list[Rect] = []
    blocks = _blocks(grid, searched.sheet_id)
    for block in blocks:
        if not any(table.holds(block) for table in tables):
            tables.append(_grown(block, blocks))
    inside = [table for table in tables if table.meets(searched)]
    return max(inside, key=lambda table: (table.bottom, table.left), default=None)


def _grown(block: Rect, blocks: list[Rect]) -> Rect:
    """The block with every other that touches it, even at a corner, until none does."""
    current = block
    while True:
        around = _around(current)
        joined = _bounding([current, *(b for b in blocks if b.meets(around))])
        if joined == current:
            return current
        current = joined


def _around(rect: Rect) -> Rect:
    return Rect(rect.sheet_id, rect.top - 1, rect.left - 1, rect.bottom + 1, rect.right + 1)


def _bounding(blocks: list[Rect]) -> Rect:
    return Rect(
        blocks[0].sheet_id,
        min(block.top for block in blocks),
        min(block.left for block in blocks),
        max(block.bottom for block in blocks),
        max(block.right for block in blocks),
    )


def _blocks(grid: Grid, sheet_id: int) -> list[Rect]:
    """Rectangles around cells that touch from row to row, in one pass from the top."""
    done: list[Rect] = []
    growing: list[Rect] = []
    for position, row in grid.rows():
        done += [block for block in growing if block.bottom < position]
        growing = [block for block in growing if block.bottom >= position]
        for start, end in _runs(row):
            here = Rect(sheet_id, position, start, position + 1, end)
            touching = [block for block in growing if block.meets(_around(here))]
            growing = [block for block in growing if block not in touching]
            growing.append(_bounding([here, *touching]))
    return done + growing


def _runs(row: Row) -> list[tuple[int, int]]:
    """The spans of columns [start, end) that hold values without a gap."""
    runs: list[tuple[int, int]] = []
    for column, value in enumerate(row.values):
        if value is None:
            continue
        if runs and runs[-1][1] == column:
            runs[-1] = (runs[-1][0], column + 1)
        else:
            runs.append((column, column + 1))
    return runs
