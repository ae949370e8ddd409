"""Where a tab and its columns are now, whatever people renamed, moved or inserted.

Tabs are found by their sheetId, columns by developer metadata, both by name when they carry none.
Source: https://developers.google.com/workspace/sheets/api/guides/metadata
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from itn_sync.domain.names import fold
from itn_sync.domain.tabs import Column, Owner, Tab
from itn_sync.gateways.cells import Json, Plain

COLUMN_KEY, TAB_KEY = "itn-sync.column", "itn-sync.tab"

Grid = Sequence[Sequence[Plain]]


@dataclass(frozen=True)
class Layout:
    """Where a tab and its columns are now.

    `columns` are zero-based indexes by column key; `marks` the developer metadata ids of those that
    carry one; `guarded` the indexes under a protection; `known` is False for a tab that people made
    and that is about to be adopted; `used` counts the columns up to the last that holds something.
    """

    tab: Tab
    title: str
    sheet_id: int
    columns: Mapping[str, int]
    marks: Mapping[str, int]
    guarded: frozenset[int]
    known: bool
    used: int
    last_row: int
    row_count: int
    column_count: int

    @property
    def missing_columns(self) -> tuple[Column, ...]:
        """The columns that are not in the tab."""
        return tuple(c for c in self.tab.columns if c.key not in self.columns)

    @property
    def lost(self) -> bool:
        """True when the id column is gone from above existing rows: nobody can tell them apart."""
        unnamed = self.tab.id_column.key not in self.columns
        return self.known and unnamed and self.last_row > 1

    @property
    def unfinished(self) -> bool:
        """True when set-up has something to add, mark or protect in this tab."""
        open_columns = (
            self.columns[c.key] not in self.guarded
            for c in self.tab.columns
            if c.owner is Owner.WORKER and c.key in self.columns
        )
        unmarked = self.marks.keys() != {c.key for c in self.tab.columns}
        return not self.lost and (unmarked or not self.known or any(open_columns))


def places_of(sheets: Sequence[Json], tabs: Sequence[Tab]) -> dict[str, Json]:
    """The sheet of each tab: by sheetId, else by the mark of an adopted one, else by title."""
    places: dict[str, Json] = {}
    for same in (_has_id, _has_mark, _has_title):
        for tab in tabs:
            free = (s for s in sheets if all(s is not other for other in places.values()))
            sheet = next((s for s in free if same(s, tab)), None)
            if tab.key not in places and sheet is not None:
                places[tab.key] = sheet
    return places


def _has_id(sheet: Json, tab: Tab) -> bool:
    return bool(sheet["properties"].get("sheetId", 0) == tab.sheet_id)


def _has_mark(sheet: Json, tab: Tab) -> bool:
    return any(
        mark["metadataKey"] == TAB_KEY and mark.get("metadataValue") == tab.key
        for mark in sheet.get("developerMetadata", ())
    )


def _has_title(sheet: Json, tab: Tab) -> bool:
    return fold(sheet["properties"]["title"]) == fold(tab.title)


def _marks(data: Json) -> dict[str, tuple[int, int]]:
    """Column key → (index, metadata id); the first column where a copy carries the same mark."""
    marks: dict[str, tuple[int, int]] = {}
    for index, column in enumerate(data.get("columnMetadata", ())):
        for mark in column.get("developerMetadata", ()):
            if mark["metadataKey"] == COLUMN_KEY:
                marks.setdefault(mark.get("metadataValue", ""), (index, mark["metadataId"]))
    return marks


def layout_of(sheet: Json, tab: Tab, grid: Grid) -> Layout:
    """The Layout of a Sheet resource whose cells are `grid`."""
    marks = _marks((sheet.get("data") or [{}])[0])
    properties: Json = sheet["properties"]
    size: Json = properties.get("gridProperties", {})
    marked = {c.key: marks[c.key] for c in tab.columns if c.key in marks}
    columns = {key: index for key, (index, _) in marked.items()}
    columns |= _by_heading(tab, grid, columns)
    last_row = max((n for n, row in enumerate(grid, 1) if _filled(row)), default=0)
    width = max((_filled(row) for row in grid), default=0)
    return Layout(
        tab=tab,
        title=properties["title"],
        sheet_id=properties.get("sheetId", 0),
        columns={c.key: columns[c.key] for c in tab.columns if c.key in columns},
        marks={key: number for key, (_, number) in marked.items()},
        guarded=frozenset(_guarded(sheet, last_row)),
        known=_has_id(sheet, tab) or _has_mark(sheet, tab),
        used=max([width, *(index + 1 for index in columns.values())]),
        last_row=last_row,
        row_count=size.get("rowCount", 0),
        column_count=size.get("columnCount", 0),
    )


def _filled(row: Sequence[Plain]) -> int:
    """How many cells the row has up to its last one that is not blank."""
    return max((n for n, cell in enumerate(row, 1) if cell is not None), default=0)


def _by_heading(tab: Tab, grid: Grid, found: Mapping[str, int]) -> dict[str, int]:
    """Columns without a mark, by the heading in row 1."""
    headings = {
        fold(str(text)): index
        for index, text in reversed(list(enumerate(grid[0] if grid else ())))
        if text is not None and index not in found.values()
    }
    unmarked = (c for c in tab.columns if c.key not in found)
    return {c.key: headings[fold(c.heading)] for c in unmarked if fold(c.heading) in headings}


def _guarded(sheet: Json, last_row: int) -> Iterator[int]:
    """The columns that a protected range covers as far as the last row."""
    bottom = max(last_row, 2)
    width = sheet["properties"].get("gridProperties", {}).get("columnCount", 0)
    for protected in sheet.get("protectedRanges", ()):
        span: Json = protected.get("range", {})
        if span.get("startRowIndex", 0) < bottom <= span.get("endRowIndex", bottom):
            yield from range(span.get("startColumnIndex", 0), span.get("endColumnIndex", width))
