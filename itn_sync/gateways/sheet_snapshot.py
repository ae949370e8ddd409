"""One answer of `spreadsheets.get` as rows by id, and where everything is.

Layout and values come in the same answer, so they cannot contradict each other. Tabs are found by
their sheetId, columns by developer metadata: people may rename and move both.
Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/get
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from itn_sync.domain.names import fold
from itn_sync.domain.seen import Problem, Row, Table
from itn_sync.domain.tabs import Column, Tab
from itn_sync.gateways.cells import Json, Plain, cell_value, wrapped
from itn_sync.gateways.sheet_places import Grid, Layout, layout_of, places_of
from itn_sync.gateways.sheet_problems import (
    column_problems,
    double_problems,
    protection_problems,
    settings_problems,
)

OPERATION_KEY = "itn-sync.op"

_MARK = "(metadataId,metadataKey,metadataValue)"
FIELDS = (
    f"properties(title,locale,timeZone),developerMetadata{_MARK},sheets("
    f"properties(sheetId,title,gridProperties(rowCount,columnCount)),developerMetadata{_MARK},"
    "protectedRanges(protectedRangeId,range,requestingUserCanEdit),"
    f"data(columnMetadata.developerMetadata{_MARK},rowData.values.effectiveValue))"
)


@dataclass(frozen=True)
class Snapshot:
    """A spreadsheet at one instant, tabs by key.

    `lost` tabs are in `layouts` but not in `tables`: their rows cannot be told apart, so nothing
    may be decided or written there. `nameless` are the rows without id that hold something in our
    columns, by tab and row number; `copies` those whose id an earlier row has. `operations` are
    the ids of the appends it remembers, and `taken` every metadata and protection id in use.
    """

    tables: Mapping[str, Table]
    layouts: Mapping[str, Layout]
    nameless: Mapping[str, Mapping[int, Row]] = field(default_factory=dict)
    copies: Mapping[str, Mapping[int, Row]] = field(default_factory=dict)
    missing: tuple[Tab, ...] = ()
    problems: tuple[Problem, ...] = ()
    operations: frozenset[int] = frozenset()
    taken: frozenset[int] = frozenset()
    titles: frozenset[str] = frozenset()

    @property
    def missing_columns(self) -> Mapping[str, tuple[Column, ...]]:
        """The columns to add, by tab key."""
        absent = {key: layout.missing_columns for key, layout in self.layouts.items()}
        return {key: columns for key, columns in absent.items() if columns}

    @property
    def lost(self) -> tuple[str, ...]:
        """The tabs whose id column is gone."""
        return tuple(key for key, layout in self.layouts.items() if layout.lost)

    def loose(self, tab: Tab) -> tuple[Row, ...]:
        """The rows of `tab` without an id of their own: none, or an earlier row's."""
        places = (self.nameless, self.copies)
        return tuple(row for place in places for row in place.get(tab.key, {}).values())

    @property
    def needs_set_up(self) -> bool:
        """True when a tab, a column, a mark or a protection is to be made."""
        return bool(self.missing) or any(layout.unfinished for layout in self.layouts.values())


def read_snapshot(answer: Json, tabs: Sequence[Tab]) -> Snapshot:
    """The Snapshot of a Spreadsheet resource that was read with FIELDS."""
    sheets: list[Json] = answer.get("sheets", [])
    places = places_of(sheets, tabs)
    found = [_read_tab(places[tab.key], tab) for tab in tabs if tab.key in places]
    settings = settings_problems(answer.get("properties", {}), tabs)
    whole = [one for one in found if not one.layout.lost]
    return Snapshot(
        tables={one.layout.tab.key: one.table for one in whole},
        layouts={one.layout.tab.key: one.layout for one in found},
        nameless={one.layout.tab.key: one.nameless for one in whole},
        copies={one.layout.tab.key: one.copies for one in whole},
        missing=tuple(tab for tab in tabs if tab.key not in places),
        problems=(*settings, *(p for one in found for p in one.problems)),
        operations=_operations(answer),
        taken=frozenset(_ids_in_use(answer)),
        titles=frozenset(fold(sheet["properties"]["title"]) for sheet in sheets),
    )


@dataclass(frozen=True)
class _Found:
    """What one sheet gives."""

    layout: Layout
    table: Table
    nameless: Mapping[int, Row]
    copies: Mapping[int, Row]
    problems: Sequence[Problem]


def _read_tab(sheet: Json, tab: Tab) -> _Found:
    grid = _grid(sheet)
    layout = layout_of(sheet, tab, grid)
    rows = list(_rows(grid, layout))
    named = [row for row in rows if row.id]
    by_id: dict[str, Row] = {}
    for row in named:
        by_id.setdefault(row.id, row)
    problems = [
        *column_problems(layout),
        *protection_problems(sheet, layout),
        *double_problems(named, layout),
    ]
    nameless = {row.number: row for row in rows if not row.id and row.cells}
    copies = {row.number: row for row in named if by_id[row.id] is not row}
    return _Found(layout, Table(by_id), nameless, copies, problems)


def _grid(sheet: Json) -> Grid:
    data: Json = (sheet.get("data") or [{}])[0]
    return [[cell_value(cell) for cell in row.get("values", ())] for row in data.get("rowData", ())]


def _rows(grid: Grid, layout: Layout) -> Iterator[Row]:
    """All rows but the heading, which is none wherever a row inserted above may have pushed it.

    Rows without id are people's own.
    """
    column = layout.tab.id_column
    place = layout.columns.get(column.key, layout.column_count)
    for number, cells in enumerate(grid[1:], 2):
        identity = _identity(cells[place]) if place < len(cells) else ""
        if identity != column.heading:
            held = {k: cells[i] for k, i in layout.columns.items() if i < len(cells)}
            shown = {k: wrapped(layout.tab, k, c) for k, c in held.items() if c is not None}
            yield Row(identity, shown, number)


def _identity(cell: Plain) -> str:
    """An id as text, even where somebody typed it again and it became a number."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _operations(answer: Json) -> frozenset[int]:
    return frozenset(
        mark["metadataId"]
        for mark in answer.get("developerMetadata", ())
        if mark["metadataKey"] == OPERATION_KEY
    )


def _ids_in_use(answer: Json) -> Iterator[int]:
    sheets: list[Json] = answer.get("sheets", [])
    data = [one for sheet in sheets for one in sheet.get("data", ())]
    columns = [column for one in data for column in one.get("columnMetadata", ())]
    for place in (answer, *sheets, *columns):
        yield from (mark["metadataId"] for mark in place.get("developerMetadata", ()))
    for sheet in sheets:
        yield from (one["protectedRangeId"] for one in sheet.get("protectedRanges", ()))
