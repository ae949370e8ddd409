"""Rows and cells to write, as the bodies of API calls.

New rows go through one atomic batchUpdate, which an id of ours makes safe to send twice. Cells of
existing rows go through their column's developer metadata, so that a column which moved meanwhile
cannot make the worker write into somebody else's.
Sources: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/request
and …/rest/v4/spreadsheets.values/batchUpdateByDataFilter
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from itn_sync.domain.actions import WriteRow
from itn_sync.domain.seen import Cell
from itn_sync.domain.tabs import Owner, Tab
from itn_sync.gateways.cells import Json, Plain, literal, plain, raw
from itn_sync.gateways.errors import Refused
from itn_sync.gateways.sheet_layout import column_at, column_cell, mark_column
from itn_sync.gateways.sheet_places import Layout
from itn_sync.gateways.sheet_snapshot import FIELDS, OPERATION_KEY, Snapshot

LARGEST_BODY = 1_500_000
"""Bytes of values in one call; Google advises 2 MB at most (facts 8)."""

ANSWER = f"updatedSpreadsheet({FIELDS})"
_DRESSED = "userEnteredFormat(numberFormat,wrapStrategy,verticalAlignment),dataValidation"

Rows = Mapping[Tab, Sequence[WriteRow]]
Changes = Mapping[Tab, Mapping[str, Mapping[str, Cell]]]


def append_body(
    rows: Rows, snapshot: Snapshot, operation: int, expired: Sequence[int], *, held: bool
) -> Json:
    """The batchUpdate that adds `rows` where `snapshot` says that the columns are.

    `held`: it must be refused as a whole if a column is elsewhere by the time it arrives. Raises
    Refused for a tab that is not set up.
    """
    requests = [operation_mark(operation)]
    requests += [_forgotten(one) for one in expired if one in snapshot.operations]
    for tab, wanted in rows.items():
        layout = _ready(tab, snapshot)
        if held:
            requests += columns_held(layout)
        requests.append(_appended(layout, wanted))
    return {"requests": requests, "includeSpreadsheetInResponse": True}


def _ready(tab: Tab, snapshot: Snapshot) -> Layout:
    layout = snapshot.layouts.get(tab.key)
    if layout is None or tab.id_column.key not in layout.columns:
        raise Refused(0, "layout", f"the tab {tab.key} or its id column is gone; set it up first")
    return layout


def operation_mark(number: int) -> Json:
    """The request that remembers an operation; a number in use fails the whole batch."""
    mark = {
        "metadataId": number,
        "metadataKey": OPERATION_KEY,
        "location": {"spreadsheet": True},
        "visibility": "DOCUMENT",
    }
    return {"createDeveloperMetadata": {"developerMetadata": mark}}


def _forgotten(number: int, **where: object) -> Json:
    lookup = {"metadataId": number, **where}
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}


def columns_held(layout: Layout) -> Iterator[Json]:
    """Take each mark off the column where we believe it is, and put it back.

    Sheets has no conditional writes, but an id in use fails the batch: if the column has moved,
    the first request finds nothing there and so the second is refused.
    """
    for key, number in layout.marks.items():
        index = layout.columns[key]
        place = column_at(layout.sheet_id, index)
        exactly = {"metadataLocation": place, "locationMatchingStrategy": "EXACT_LOCATION"}
        yield _forgotten(number, **exactly)
        yield mark_column(layout.sheet_id, index, key, number)


def _appended(layout: Layout, rows: Sequence[WriteRow]) -> Json:
    """New rows under the last; dressed too where the grid has to grow, else as the column is."""
    grows = layout.last_row + len(rows) > layout.row_count
    fields = f"userEnteredValue,{_DRESSED}" if grows else "userEnteredValue"
    values = [{"values": _row_cells(layout, row, dressed=grows)} for row in rows]
    return {"appendCells": {"sheetId": layout.sheet_id, "rows": values, "fields": fields}}


def _row_cells(layout: Layout, row: WriteRow, *, dressed: bool) -> list[Json]:
    tab = layout.tab
    held = {**row.initial, **row.cells, tab.id_column.key: row.id}
    cells: list[Json] = [{} for _ in range(max(layout.columns.values()) + 1)]
    for key, index in layout.columns.items():
        look = column_cell(tab.column(key)) if dressed else {}
        cells[index] = look | {"userEnteredValue": literal(plain(tab, key, held.get(key)))}
    return cells


@dataclass(frozen=True)
class _Place:
    """A cell to write, by the row number that somebody's reading gave."""

    tab: Tab
    column: str
    row: int
    value: Plain


@dataclass(frozen=True)
class _Write:
    """The same, as the API wants it: the column by its mark, "" to clear."""

    mark: int
    row: int
    value: str | float | bool


def update_bodies(changes: Changes, snapshot: Snapshot) -> list[Json]:
    """The `values:batchUpdateByDataFilter` bodies that make `changes`; usually one.

    Rows that are not in `snapshot` and columns without a mark are left for the next run. Raises
    ValueError for a column that is not the worker's.
    """
    return _bodies(_places(changes, snapshot), snapshot)


def stray_bodies(changes: Changes, before: Snapshot, after: Snapshot) -> list[Json]:
    """The bodies that take back what `changes`, placed by `before`, left in rows without id.

    A row that people inserted meanwhile may have caught it, and nobody else would clear it.
    """
    strays = (place for place in _places(changes, before) if _is_astray(place, after))
    return _bodies((replace(place, value=None) for place in strays), after)


def _places(changes: Changes, snapshot: Snapshot) -> Iterator[_Place]:
    for tab, rows in changes.items():
        known = snapshot.tables[tab.key].rows if tab.key in snapshot.tables else {}
        for identity, cells in rows.items():
            if identity in known:
                number = known[identity].number
                yield from (_Place(tab, key, number, value) for key, value in _own(tab, cells))


def _own(tab: Tab, cells: Mapping[str, Cell]) -> Iterator[tuple[str, Plain]]:
    """The worker's cells; an id is written once, with its row, and never again."""
    for key, cell in cells.items():
        if tab.column(key).owner is not Owner.WORKER:
            raise ValueError(f"{tab.key}/{key} belongs to people")
        if key != tab.id_column.key:
            yield key, plain(tab, key, cell)


def _is_astray(place: _Place, after: Snapshot) -> bool:
    caught = after.nameless.get(place.tab.key, {}).get(place.row)
    if caught is None or place.value is None:
        return False
    return plain(place.tab, place.column, caught.cells.get(place.column)) == place.value


def _bodies(places: Iterable[_Place], snapshot: Snapshot) -> list[Json]:
    marked = (place for place in places if place.column in _marks(place, snapshot))
    writes = (_Write(_marks(p, snapshot)[p.column], p.row, raw(p.value)) for p in marked)
    in_order = sorted(writes, key=lambda write: (write.mark, write.row))
    return [
        {"valueInputOption": "RAW", "data": [_column(m, w) for m, w in groupby(chunk, _mark_of)]}
        for chunk in _chunks(in_order)
    ]


def _marks(place: _Place, snapshot: Snapshot) -> Mapping[str, int]:
    return snapshot.layouts[place.tab.key].marks


def _mark_of(write: _Write) -> int:
    return write.mark


def _chunks(writes: Sequence[_Write]) -> Iterator[list[_Write]]:
    """The writes in order, cut where a body would become too large."""
    chunk: list[_Write] = []
    size = 0
    for write in writes:
        cost = _cost(write, chunk[-1] if chunk else None)
        if chunk and size + cost > LARGEST_BODY:
            yield chunk
            chunk, size, cost = [], 0, _cost(write, None)
        chunk.append(write)
        size += cost
    if chunk:
        yield chunk


def _cost(write: _Write, before: _Write | None) -> int:
    """Bytes of the value and of the nulls that lead to it from the one before in its column."""
    skipped = write.row - (before.row if before and before.mark == write.mark else 0)
    return len(json.dumps(write.value)) + len("null, ") * skipped


def _column(mark: int, writes: Iterator[_Write]) -> Json:
    """One column from its first row on; null leaves a cell alone."""
    by_row = {write.row: write.value for write in writes}
    values = [by_row.get(number) for number in range(1, max(by_row) + 1)]
    chosen = {"developerMetadataLookup": {"metadataId": mark}}
    return {"dataFilter": chosen, "majorDimension": "COLUMNS", "values": [values]}
