"""What the worker writes in a register once it is made: rows at the end, and the situation column.

A mark or a heading is never among it. A row is added by an atomic batch under a number made of the
student's id, so it is added once however often it is sent; a situation goes to its column by the
column's mark, and to a row by a number, which is looked at again afterwards.
Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/request
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from itn_sync.gateways.cells import Json
from itn_sync.gateways.register_making import RegisterStudent, column_of, marked, student_cells
from itn_sync.gateways.register_places import PART_KEY, PARTS, ROW_KEY, Sheet, stable_id
from itn_sync.gateways.register_reading import RegisterSnapshot

_MORE_ROWS = 20


@dataclass(frozen=True)
class StudentChanges:
    """For one register: rows to append, and what the situation column should say, by id."""

    rows: tuple[RegisterStudent, ...] = ()
    situations: Mapping[str, str] = field(default_factory=dict)


Changes = Mapping[str, StudentChanges]


def can_keep(unit: str, snapshot: RegisterSnapshot) -> bool:
    """True for a tab of ours whose id column is still there: its rows can be told apart."""
    sheet = snapshot.sheets.get(unit)
    return sheet is not None and "id" in sheet.parts


def appending(changes: Changes, snapshot: RegisterSnapshot, *, held: bool) -> list[Json]:
    """The requests that add the rows which `snapshot` lacks; all of them or none.

    `held`: they must be refused if a column is elsewhere by the time they arrive.
    """
    requests: list[Json] = []
    for unit, change in changes.items():
        absent = missing_rows(unit, change, snapshot)
        if absent:
            requests += _appended(unit, absent, snapshot, held=held)
    return requests


def missing_rows(
    unit: str, change: StudentChanges, snapshot: RegisterSnapshot
) -> list[RegisterStudent]:
    """The wanted rows that are not in the register, each once."""
    if not can_keep(unit, snapshot):
        return []
    known = set(snapshot.ids(unit))
    wanted = {row.id: row for row in change.rows if row.id not in known}
    return list(wanted.values())


def _appended(
    unit: str, students: Sequence[RegisterStudent], snapshot: RegisterSnapshot, *, held: bool
) -> Iterator[Json]:
    sheet, used = snapshot.sheets[unit], len(snapshot.grids[unit].rows)
    for student in students:
        yield _once(unit, student.id, sheet)
    if held:
        yield from _columns_held(sheet)
    if used + len(students) > sheet.row_count:
        yield from _longer(sheet, len(students) + _MORE_ROWS)
    rows = [{"values": _cells(student, sheet)} for student in students]
    yield {"appendCells": {"sheetId": sheet.sheet_id, "rows": rows, "fields": "userEnteredValue"}}


def _once(unit: str, student: str, sheet: Sheet) -> Json:
    """Takes a number that only this row takes; the next one after people deleted the row."""
    time, number = 1, stable_id(f"register/{unit}/row/{student}/1")
    while number in sheet.taken:
        time += 1
        number = stable_id(f"register/{unit}/row/{student}/{time}")
    return marked(number, ROW_KEY, "", {"sheetId": sheet.sheet_id})


def _columns_held(sheet: Sheet) -> Iterator[Json]:
    """Take each mark off its column and put it back: refused when the column has moved."""
    for part, number in sheet.marks.items():
        place = column_of(sheet.sheet_id, sheet.parts[part])
        exactly = {"metadataLocation": place, "locationMatchingStrategy": "EXACT_LOCATION"}
        lookup = {"metadataId": number, **exactly}
        yield {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}
        yield marked(number, PART_KEY, part, place)


def _longer(sheet: Sheet, count: int) -> Iterator[Json]:
    """More rows, dressed like the last one."""
    yield {"appendDimension": {"sheetId": sheet.sheet_id, "dimension": "ROWS", "length": count}}
    last = {"startRowIndex": sheet.row_count - 1, "endRowIndex": sheet.row_count}
    more = {"startRowIndex": sheet.row_count, "endRowIndex": sheet.row_count + count}
    for kind in ("PASTE_FORMAT", "PASTE_DATA_VALIDATION"):
        source, destination = (rows | {"sheetId": sheet.sheet_id} for rows in (last, more))
        pasted = {"source": source, "destination": destination, "pasteType": kind}
        yield {"copyPaste": pasted}


def _cells(student: RegisterStudent, sheet: Sheet) -> list[Json]:
    """The row's cells where its columns stand now; nothing in any other."""
    by_part = dict(zip(PARTS, student_cells(student), strict=False))
    placed = {sheet.parts[part]: cell for part, cell in by_part.items() if part in sheet.parts}
    return [placed.get(index, {}) for index in range(max(placed) + 1)]


@dataclass(frozen=True)
class Situations:
    """Two columns of one register as they stand, row by row from the top."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]

    def text(self, row: int) -> str:
        """What stands there, "" below the last."""
        return self.texts[row] if row < len(self.texts) else ""


def situations_in(unit: str, snapshot: RegisterSnapshot) -> Situations:
    """As a whole reading shows them; heading rows have no ids."""
    grid, parts = snapshot.grids[unit], snapshot.sheets[unit].parts
    first = grid.layout.first_row

    def column(part: str) -> tuple[str, ...]:
        place = parts.get(part, -1)
        cells = (row[place] if 0 <= place < len(row) else "" for row in grid.rows)
        return tuple("" if n < first or cell is None else str(cell) for n, cell in enumerate(cells))

    return Situations(column("id"), column("situation"))


def corrections(
    wanted: Mapping[str, str], ours: frozenset[str], found: Situations
) -> dict[int, str]:
    """What the situation column should read where it does not, by row (0-based).

    A text of `ours` in a row without id was written there because people inserted the row.
    """
    changed = {}
    for row in range(max(len(found.ids), len(found.texts))):
        identity = found.ids[row] if row < len(found.ids) else ""
        there = found.text(row)
        should = wanted.get(identity, there) if identity else ("" if there in ours else there)
        if should != there:
            changed[row] = should
    return changed


def column_read(marks: Sequence[int]) -> Json:
    """The batchGetByDataFilter body that reads whole columns by their marks."""
    return {
        "dataFilters": [{"developerMetadataLookup": {"metadataId": mark}} for mark in marks],
        "valueRenderOption": "UNFORMATTED_VALUE",
        "majorDimension": "COLUMNS",
    }


def column_written(mark: int, cells: Mapping[int, str]) -> Json:
    """One column of a batchUpdateByDataFilter body; null leaves a cell alone, "" clears it."""
    values = [cells.get(row) for row in range(max(cells) + 1)]
    chosen = {"developerMetadataLookup": {"metadataId": mark}}
    return {"dataFilter": chosen, "majorDimension": "COLUMNS", "values": [values]}
