"""The cells of one tab: one SQLite row per sheet row that holds something, keyed by position.

A row keeps two lists: values (string, number, boolean, None, or `{"f": "=…"}` for a formula) and
the ids of the cells' attributes (format, note, validation…), which are interned per spreadsheet.
So a tab of 900,000 cells is read as 30,000 short JSON lists.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from itn_sync.sandbox.world import State, declare_schema

declare_schema("""
CREATE TABLE IF NOT EXISTS sheet_row (
    spreadsheet_id TEXT, sheet_id INTEGER, position INTEGER, vals TEXT, attrs TEXT,
    PRIMARY KEY (spreadsheet_id, sheet_id, position)) WITHOUT ROWID;
""")

Value = Any  # str | int | float | bool | None | {"f": formula}
Cell = tuple[Value, int]
EMPTY: Cell = (None, 0)

_SELECT = (
    "SELECT position, vals, attrs FROM sheet_row"
    " WHERE spreadsheet_id = ? AND sheet_id = ? AND {condition} ORDER BY position"
)
# `null` within a text is taken for an empty cell: the row then only does not count as full.
_SHAPE = """
    SELECT count(*) AS n, min(position) AS first, max(position) AS last,
        sum(vals LIKE '[null%') AS holes, max(json_array_length(vals)) AS widest,
        max(CASE WHEN instr(vals, 'null') = 0 THEN json_array_length(vals) END) AS full
    FROM sheet_row WHERE spreadsheet_id = ? AND sheet_id = ? AND vals <> '[]'
"""
# Far above any row number: two-step moves never collide with a taken position.
_ASIDE = 1 << 40


@dataclass
class Row:
    """One sheet row; lists may be shorter than the grid is wide."""

    values: list[Value] = field(default_factory=list)
    attrs: list[int] = field(default_factory=list)

    def cell(self, column: int) -> Cell:
        """Value and attributes' id at `column`."""
        value = self.values[column] if column < len(self.values) else None
        return value, self.attrs[column] if column < len(self.attrs) else 0

    def put(self, column: int, cell: Cell) -> None:
        """Set value and attributes' id at `column`."""
        _put(self.values, column, cell[0], None)
        _put(self.attrs, column, cell[1], 0)

    def cells(self) -> list[Cell]:
        """All cells up to the last that holds anything."""
        values, attrs = self.values, self.attrs
        missing = len(attrs) - len(values)
        if missing > 0:
            values = values + [None] * missing
        return list(zip_longest(values, attrs, fillvalue=0))

    def replace_cells(self, cells: list[Cell]) -> None:
        """Take these cells from column A on, and nothing more."""
        self.values = [value for value, _ in cells]
        self.attrs = [attrs for _, attrs in cells]

    def trim(self) -> None:
        """Drop what holds nothing at the right end."""
        while self.values and self.values[-1] is None:
            self.values.pop()
        while self.attrs and not self.attrs[-1]:
            self.attrs.pop()


def _put(items: list[Any], index: int, item: Any, filler: Any) -> None:
    if index >= len(items):
        if item == filler:
            return
        items.extend([filler] * (index + 1 - len(items)))
    items[index] = item


class Grid:
    """The rows of one tab, read on demand, written by `flush`."""

    def __init__(self, state: State, spreadsheet_id: str, sheet_id: int) -> None:
        self._state = state
        self._key = (spreadsheet_id, sheet_id)
        self._changed: dict[int, Row] = {}

    def _select(self, condition: str, *values: int) -> dict[int, Row]:
        """The written rows for which an SQL condition holds, by position, in order.

        One that was changed meanwhile is as changed: writing it first would cost more.
        """
        found = self._state.execute(
            _SELECT.format(condition=condition),
            (*self._key, *values),
        ).fetchall()
        return {r["position"]: self._changed.get(r["position"]) or _row(r) for r in found}

    def rows(self, start: int = 0, end: int | None = None) -> list[tuple[int, Row]]:
        """The rows that hold something in [start, end), with their positions, in order.

        A row may be changed and given back with `keep`.
        """
        last = _end(end)
        found = self._select("position >= ? AND position < ?", start, last)
        for position, row in self._changed.items():
            if start <= position < last:
                row.trim()
                found[position] = row
        return [(p, found[p]) for p in sorted(found) if found[p].values or found[p].attrs]

    def formula_rows(self) -> list[tuple[int, Row]]:
        """The rows that hold a formula, with their positions."""
        self.flush()
        return list(self._select("""vals LIKE '%{"f":%'""").items())

    def row(self, position: int) -> Row:
        """The row at `position`, empty where nothing is kept."""
        if position in self._changed:
            return self._changed[position]
        return self._select("position = ?", position).get(position) or Row()

    def keep(self, position: int, row: Row) -> None:
        """Write this row at `position` (with the next `flush`)."""
        self._changed[position] = row

    def flush(self) -> None:
        """Write the changed rows."""
        changed, self._changed = self._changed, {}
        for position, row in changed.items():
            self._write(position, row)

    def _write(self, position: int, row: Row) -> None:
        row.trim()
        if not row.values and not row.attrs:
            self.delete_rows(position, position + 1)
            return
        self._state.execute(
            "INSERT OR REPLACE INTO sheet_row VALUES (?, ?, ?, ?, ?)",
            (*self._key, position, _dump(row.values), _dump(row.attrs)),
        )

    def last_row(self) -> int:
        """One more than the position of the last row with a value; 0 for an empty tab."""
        self.flush()
        found = self._state.execute(
            "SELECT max(position) AS last FROM sheet_row"
            " WHERE spreadsheet_id = ? AND sheet_id = ? AND vals <> '[]'",
            self._key,
        ).fetchone()
        return 0 if found["last"] is None else int(found["last"]) + 1

    def one_table(self) -> tuple[int, int, int] | None:
        """First row, end and width of the values where they are surely one table without a gap:
        rows that follow each other, begin in column A, and one of them full and the widest.

        None says nothing. It spares reading a long table to find its end.
        """
        self.flush()
        found = self._state.execute(_SHAPE, self._key).fetchone()
        together = found["n"] and found["last"] - found["first"] + 1 == found["n"]
        if not together or found["holes"] or found["full"] != found["widest"]:
            return None
        return found["first"], found["last"] + 1, found["widest"]

    def move_rows(self, moves: list[tuple[int, int | None, int]]) -> None:
        """Shift blocks of rows at once: (start, end or None, by how many)."""
        self.flush()
        for start, end, by in moves:
            self._shift(_ASIDE + by, start, _end(end))
        self._shift(-_ASIDE, _ASIDE // 2, 2 * _ASIDE)

    def _shift(self, by: int, start: int, end: int) -> None:
        self._state.execute(
            "UPDATE sheet_row SET position = position + ? WHERE spreadsheet_id = ?"
            " AND sheet_id = ? AND position >= ? AND position < ?",
            (by, *self._key, start, end),
        )

    def delete_rows(self, start: int, end: int | None = None) -> None:
        """Forget the rows in [start, end) without moving the others."""
        self.flush()
        self._state.execute(
            "DELETE FROM sheet_row WHERE spreadsheet_id = ? AND sheet_id = ?"
            " AND position >= ? AND position < ?",
            (*self._key, start, _end(end)),
        )

    def copy_to(self, sheet_id: int) -> None:
        """Give another tab of the same spreadsheet the same rows."""
        self.flush()
        self._state.execute(
            "INSERT INTO sheet_row SELECT spreadsheet_id, ?, position, vals, attrs"
            " FROM sheet_row WHERE spreadsheet_id = ? AND sheet_id = ?",
            (sheet_id, *self._key),
        )


def _end(end: int | None) -> int:
    return _ASIDE // 2 if end is None else end


def _row(found: Any) -> Row:
    attrs = found["attrs"]
    return Row(json.loads(found["vals"]), [] if attrs == "[]" else json.loads(attrs))


def _dump(items: list[Any]) -> str:
    return json.dumps(items, ensure_ascii=False, separators=(",", ":"))
