"""Inserting, deleting, moving and sorting rows and columns, against a naive model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.shifting import Change, Delete, Insert, Move
from tests.sandbox.sheets_world import Workbook, refused, workbook


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Workbook]:
    with workbook(tmp_path) as one:
        yield one


def span(dimension: str, start: int, end: int) -> Json:
    return {"sheetId": 0, "dimension": dimension, "startIndex": start, "endIndex": end}


def insert(dimension: str, start: int, end: int, **more: Any) -> Json:
    return {"insertDimension": {"range": span(dimension, start, end)} | more}


def delete(dimension: str, start: int, end: int) -> Json:
    return {"deleteDimension": {"range": span(dimension, start, end)}}


def move(dimension: str, start: int, end: int, to: int) -> Json:
    return {"moveDimension": {"source": span(dimension, start, end), "destinationIndex": to}}


operations = st.tuples(
    st.sampled_from(["insert", "delete", "move"]),
    st.sampled_from(["ROWS", "COLUMNS"]),
    st.integers(0, 5),
    st.integers(1, 2),
    st.integers(0, 8),
)


def apply(grid: list[list[str]], operation: tuple[str, str, int, int, int]) -> Json | None:
    """Change the model (always as rows) and give the request; None where it would be refused."""
    kind, dimension, start, count, to = operation
    rows = grid if dimension == "ROWS" else [list(column) for column in zip(*grid, strict=True)]
    end = start + count
    if kind == "insert" and start < len(rows):
        rows[start:start] = [[""] * len(rows[0]) for _ in range(count)]
        request = insert(dimension, start, end)
    elif kind == "delete" and end < len(rows):
        del rows[start:end]
        request = delete(dimension, start, end)
    elif kind == "move" and end <= len(rows) and to <= len(rows) and not start < to < end:
        block = rows[start:end]
        del rows[start:end]
        landing = to if to <= start else to - count
        rows[landing:landing] = block
        request = move(dimension, start, end, to)
    else:
        return None
    grid[:] = rows if dimension == "ROWS" else [list(row) for row in zip(*rows, strict=True)]
    return request


def tags() -> list[Json]:
    """One metadata entry on every row of the model, with its first cell as value."""
    return [
        {
            "createDeveloperMetadata": {
                "developerMetadata": {
                    "metadataKey": "row",
                    "metadataValue": str(row),
                    "visibility": "DOCUMENT",
                    "location": {"dimensionRange": span("ROWS", row, row + 1)},
                }
            }
        }
        for row in range(4)
    ]


@settings(max_examples=40, deadline=None)
@given(st.lists(operations, min_size=1, max_size=6))
def test_any_batch_does_what_it_does_to_a_list_of_lists(
    steps: list[tuple[str, str, int, int, int]],
) -> None:
    grid = [[f"{row}.{column}" for column in range(3)] for row in range(4)]
    size = {"rowCount": 4, "columnCount": 3}
    with (
        TemporaryDirectory() as folder,
        workbook(Path(folder), title="T", gridProperties=size) as book,
    ):
        book.write("A1:C4", [list(row) for row in grid])
        places: list[int | None] = list(range(4))  # where each tagged row is
        requests = []
        for step in steps:
            request = apply(grid, step)
            if request:
                requests.append(request)
                places = _followed(places, step)
        book.batch(*tags(), *requests)
        assert book.read("T") == _trimmed(grid)
        assert _places(book) == {n: p for n, p in enumerate(places) if p is not None}


def _followed(places: list[int | None], step: tuple[str, str, int, int, int]) -> list[int | None]:
    kind, dimension, start, count, to = step
    if dimension == "COLUMNS":
        return places
    known: dict[str, Change] = {
        "insert": Insert(start, count),
        "delete": Delete(start, count),
        "move": Move(start, count, to),
    }
    change = known[kind]
    return [None if place is None else change.index(place) for place in places]


def _places(book: Workbook) -> dict[int, int]:
    lookup = {"developerMetadataLookup": {"metadataKey": "row"}}
    answer = book.call("developerMetadata.search", body={"dataFilters": [lookup]})
    entries = [m["developerMetadata"] for m in answer.get("matchedDeveloperMetadata", [])]
    return {int(e["metadataValue"]): e["location"]["dimensionRange"]["startIndex"] for e in entries}


def _trimmed(grid: list[list[str]]) -> list[list[str]]:
    rows = []
    for row in grid:
        end = max((n + 1 for n, value in enumerate(row) if value), default=0)
        rows.append(row[:end])
    while rows and not rows[-1]:
        rows.pop()
    return rows


def test_what_is_tied_to_rows_moves_along(book: Workbook) -> None:
    area = {"sheetId": 0, "startRowIndex": 4, "endRowIndex": 6}
    corner = area | {"startColumnIndex": 0, "endColumnIndex": 2}
    rule = {"ranges": [area], "booleanRule": {"condition": {"type": "BLANK"}, "format": {}}}
    book.batch(
        {"mergeCells": {"range": corner}},
        {"addProtectedRange": {"protectedRange": {"protectedRangeId": 1, "range": area}}},
        {"addConditionalFormatRule": {"rule": rule}},
        {"addNamedRange": {"namedRange": {"name": "Zone", "namedRangeId": "z", "range": area}}},
        {"setBasicFilter": {"filter": {"range": area}}},
        {"addBanding": {"bandedRange": {"range": area, "rowProperties": {}}}},
        {"addFilterView": {"filter": {"title": "vue", "range": area}}},
        insert("ROWS", 0, 3),
        insert("ROWS", 8, 9),
    )
    whole = book.call("get")
    sheet = whole["sheets"][0]
    ranges = [
        sheet["merges"][0],
        sheet["protectedRanges"][0]["range"],
        sheet["conditionalFormats"][0]["ranges"][0],
        whole["namedRanges"][0]["range"],
        sheet["basicFilter"]["range"],
        sheet["bandedRanges"][0]["range"],
        sheet["filterViews"][0]["range"],
    ]
    assert {(r["startRowIndex"], r["endRowIndex"]) for r in ranges} == {(7, 10)}
    book.batch(delete("ROWS", 5, 12))
    left = book.call("get")
    kept = {"properties"}
    assert set(left["sheets"][0]) == kept
    assert "namedRanges" not in left


def test_new_rows_look_like_the_one_they_come_from(book: Workbook) -> None:
    look = {"userEnteredFormat": {"textFormat": {"bold": True}}, "note": "à moi"}
    first = {"sheetId": 0, "endRowIndex": 1, "endColumnIndex": 1}
    book.batch({"repeatCell": {"range": first, "cell": look, "fields": "*"}})
    book.batch(insert("ROWS", 1, 2, inheritFromBefore=True))
    assert book.cell("A2")["userEnteredFormat"]["textFormat"] == {"bold": True}
    assert "note" not in book.cell("A2")
    book.batch(insert("COLUMNS", 1, 2, inheritFromBefore=True), insert("COLUMNS", 0, 1))
    for cell in ("A1", "B1", "C1"):
        assert book.cell(cell)["userEnteredFormat"]["textFormat"] == {"bold": True}


def test_formulas_follow_their_cells(book: Workbook) -> None:
    book.write("A1:A3", [[1], [2], ["=SUM(A1:A2)+$A$1"]], "USER_ENTERED")
    book.batch(insert("ROWS", 1, 2))
    assert book.read("A4", "FORMULA") == [["=SUM(A1:A3)+$A$1"]]
    book.batch(insert("COLUMNS", 0, 1), delete("ROWS", 0, 1))
    assert book.read("B3", "FORMULA") == [["=SUM(B1:B2)+#REF!"]]


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (delete("ROWS", 0, 1000), "You can't delete all the rows on the sheet."),
        (delete("COLUMNS", 0, 26), "You can't delete all the columns on the sheet."),
        (delete("ROWS", 999, 1001), "Cannot delete a row that doesn't exist."),
        (insert("ROWS", 1000, 1001), "range.startIndex must be less than the grid size (1000)"),
        (insert("ROWS", 1001, 1002), "larger than current grid size (1000)"),
        (insert("ROWS", 0, 1, inheritFromBefore=True), "must be greater than 0"),
        (insert("ROWS", 3, 3), "endIndex[3] must be after startIndex[3]"),
        (move("ROWS", 2, 5, 4), "The destination cannot be within"),
        ({"deleteDimension": {"range": {"sheetId": 5}}}, "dimension of ROWS or COLUMNS"),
        ({"appendDimension": {"sheetId": 5, "dimension": "ROWS"}}, "No grid with id: 5"),
        (
            {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 400_000}},
            "above the limit of 10000000 cells.",
        ),
    ],
)
def test_what_cannot_be_done_is_refused(book: Workbook, request_: Json, text: str) -> None:
    with refused(400, text):
        book.batch(request_)


def test_sizes_and_hiding_are_told_with_the_grid(book: Workbook) -> None:
    properties = {"pixelSize": 250, "hiddenByUser": True}
    change = {"range": span("COLUMNS", 1, 2), "properties": properties}
    book.batch({"updateDimensionProperties": change | {"fields": "*"}})
    book.write("A1", [["un texte assez long"]])
    book.batch({"autoResizeDimensions": {"dimensions": span("COLUMNS", 0, 1)}})
    data = book.call("get", ranges=["A1:C1"], includeGridData=True)["sheets"][0]["data"][0]
    assert data["columnMetadata"] == [
        {"pixelSize": 143},
        {"pixelSize": 250, "hiddenByUser": True},
        {"pixelSize": 100},
    ]


def test_a_smaller_grid_loses_what_was_outside(book: Workbook) -> None:
    book.write("A1:A5", [[n] for n in range(5)])
    grid = {"gridProperties": {"rowCount": 3, "columnCount": 26}, "sheetId": 0}
    change = {"properties": grid, "fields": "gridProperties.rowCount"}
    book.batch({"updateSheetProperties": change})
    assert book.read("A1:A3") == [[0], [1], [2]]
    with refused(400, "exceeds grid limits. Max rows: 3, max columns: 26"):
        book.read("A4")
