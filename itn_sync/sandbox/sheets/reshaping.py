"""Inserting, deleting and moving rows and columns: cells, ranges, rules and formulas together."""

from __future__ import annotations

from itn_sync.sandbox.errors import invalid
from itn_sync.sandbox.sheets.book import Book
from itn_sync.sandbox.sheets.grid import Cell, Row
from itn_sync.sandbox.sheets.references import follow
from itn_sync.sandbox.sheets.shifting import Change, Delete, Insert, Move, shift_structure

_INHERITED = ("userEnteredFormat", "dataValidation")


def grow(book: Book, sheet_id: int, rows: int, columns: int) -> None:
    """Make the grid at least that large."""
    known = book.size(sheet_id)
    if rows > known[0] or columns > known[1]:
        book.resize(sheet_id, max(rows, known[0]), max(columns, known[1]))


def insert(book: Book, sheet_id: int, dimension: str, change: Insert, *, before: bool) -> None:
    """Insert rows or columns; the new ones take format, validation and size of a neighbour."""
    rows, columns = book.size(sheet_id)
    by_rows = dimension == "ROWS"
    source = change.at - 1 if before else change.at + change.count
    book.resize(
        sheet_id,
        rows + (change.count if by_rows else 0),
        columns + (0 if by_rows else change.count),
    )
    _insert_cells(book, sheet_id, dimension, change, source)
    _follow(book, sheet_id, dimension, change)
    sheet = book.sheet(sheet_id)
    sizes = sheet["rows" if by_rows else "columns"]
    if str(source) in sizes:
        for index in range(change.at, change.at + change.count):
            sizes[str(index)] = dict(sizes[str(source)])


def _insert_cells(book: Book, sheet_id: int, dimension: str, change: Insert, source: int) -> None:
    grid = book.grid(sheet_id)
    if dimension == "ROWS":
        grid.move_rows([(change.at, None, change.count)])
        look = [_look(book, key) for key in grid.row(source).attrs]
        if any(look):
            for position in range(change.at, change.at + change.count):
                grid.keep(position, Row([], list(look)))
        return
    for position, row in grid.rows():
        cells = _padded(row, change.at)
        # The neighbour's place is counted after the insertion.
        neighbour = source if source < change.at else source - change.count
        look_of = _look(book, row.cell(neighbour)[1])
        cells[change.at : change.at] = [(None, look_of)] * change.count
        row.replace_cells(cells)
        grid.keep(position, row)


def _padded(row: Row, length: int) -> list[Cell]:
    cells = row.cells()
    return cells + [(None, 0)] * (length - len(cells))


def _look(book: Book, key: int) -> int:
    attrs = book.attrs.get(key)
    return book.attrs.id_of({name: attrs[name] for name in _INHERITED if name in attrs})


def _follow(book: Book, sheet_id: int, dimension: str, change: Change) -> None:
    shift_structure(book, sheet_id, dimension, change)
    follow(book, sheet_id, dimension, change)
    if isinstance(change, Move):
        return
    grid = book.sheet(sheet_id)["properties"]["gridProperties"]
    name = "frozenRowCount" if dimension == "ROWS" else "frozenColumnCount"
    if grid.get(name):
        span = change.span(0, grid[name])
        grid[name] = span[1] or 0 if span else 0


def delete(book: Book, sheet_id: int, dimension: str, change: Delete) -> None:
    """Delete rows or columns; raises 400 when none would be left."""
    rows, columns = book.size(sheet_id)
    by_rows = dimension == "ROWS"
    if change.count >= (rows if by_rows else columns):
        raise invalid(f"You can't delete all the {dimension.lower()} on the sheet.")
    grid = book.grid(sheet_id)
    end = change.at + change.count
    if by_rows:
        grid.delete_rows(change.at, end)
        grid.move_rows([(end, None, -change.count)])
    else:
        for position, row in grid.rows():
            del row.values[change.at : end]
            del row.attrs[change.at : end]
            grid.keep(position, row)
    _follow(book, sheet_id, dimension, change)
    book.resize(
        sheet_id,
        rows - (change.count if by_rows else 0),
        columns - (0 if by_rows else change.count),
    )


def move(book: Book, sheet_id: int, dimension: str, change: Move) -> None:
    """Move rows or columns with all that is on them."""
    if dimension == "ROWS":
        _move_rows(book, sheet_id, change)
    else:
        _move_columns(book, sheet_id, change)
    _follow(book, sheet_id, dimension, change)


def _move_rows(book: Book, sheet_id: int, change: Move) -> None:
    end = change.at + change.count
    block = (change.at, end, change.landing - change.at)
    up = (change.to, change.at, change.count)
    down = (end, change.to, -change.count)
    book.grid(sheet_id).move_rows([block, up if change.to <= change.at else down])


def _move_columns(book: Book, sheet_id: int, change: Move) -> None:
    grid, end = book.grid(sheet_id), change.at + change.count
    for position, row in grid.rows():
        cells = _padded(row, max(end, change.to))
        block = cells[change.at : end]
        del cells[change.at : end]
        cells[change.landing : change.landing] = block
        row.replace_cells(cells)
        grid.keep(position, row)
