"""The structure of a spreadsheet stays whole: whatever is inserted, deleted or moved, and with 16
clients at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from itn_sync.sandbox.errors import ApiError, Json
from tests.sandbox.conftest import Session
from tests.sandbox.sheets_world import Workbook, box, workbook

ROWS, COLUMNS = 12, 8
_SPEC = {"pieChart": {"domain": {"sourceRange": {"sources": [box(2, 0, 6, 1), box(2, 2, 6, 3)]}}}}
_ANCHOR = {"overlayPosition": {"anchorCell": {"rowIndex": 5, "columnIndex": 4}}}
_RULE = {"condition": {"type": "NOT_BLANK"}, "format": {}}
_ROW = {"sheetId": 0, "dimension": "ROWS", "startIndex": 4, "endIndex": 5}
_BUILT: list[Json] = [
    {"addChart": {"chart": {"spec": _SPEC, "position": _ANCHOR}}},
    {"addDimensionGroup": {"range": _ROW | {"startIndex": 2, "endIndex": 7}}},
    {"addDimensionGroup": {"range": _ROW | {"dimension": "COLUMNS", "startIndex": 1}}},
    {"mergeCells": {"range": box(7, 0, 9, 2), "mergeType": "MERGE_ALL"}},
    {"setBasicFilter": {"filter": {"range": box(1, 0, 9, 4), "criteria": {"2": {}}}}},
    {"addFilterView": {"filter": {"range": box(1, 1, 9, 4)}}},
    {"addConditionalFormatRule": {"rule": {"ranges": [box(0, 0, 9, 9)], "booleanRule": _RULE}}},
    {"addNamedRange": {"namedRange": {"name": "points", "range": box(2, 2, 6, 3)}}},
    {"addBanding": {"bandedRange": {"range": box(0, 0, 9, 4), "rowProperties": {}}}},
    {"addProtectedRange": {"protectedRange": {"range": box(3, 3, 5, 5)}}},
]

_SPAN = st.builds(
    lambda dimension, start, length: {
        "sheetId": 0,
        "dimension": dimension,
        "startIndex": start,
        "endIndex": start + length,
    },
    st.sampled_from(["ROWS", "COLUMNS"]),
    st.integers(0, 9),
    st.integers(1, 4),
)
_CHANGE = st.one_of(
    st.builds(lambda span: {"insertDimension": {"range": span}}, _SPAN),
    st.builds(lambda span: {"deleteDimension": {"range": span}}, _SPAN),
    st.builds(
        lambda span, to: {"moveDimension": {"source": span, "destinationIndex": to}},
        _SPAN,
        st.integers(0, 10),
    ),
)


def ranges(value: Any, kind: str = "") -> Iterator[tuple[str, Json]]:
    """Every GridRange, DimensionRange and GridCoordinate within a resource."""
    if isinstance(value, list):
        for item in value:
            yield from ranges(item, kind)
    elif isinstance(value, dict):
        if any(name.startswith(("start", "end")) or name == "rowIndex" for name in value):
            yield kind, value
        for name, item in value.items():
            yield from ranges(item, name)


def outside(one: Json, rows: int, columns: int) -> bool:
    """Whether a range is empty, turned round, or beyond the grid."""
    most = columns if one.get("dimension") == "COLUMNS" else rows
    bounds = [
        (one.get("startIndex", 0), one.get("endIndex", most), most),
        (one.get("startRowIndex", one.get("rowIndex", 0)), one.get("endRowIndex", rows), rows),
        (
            one.get("startColumnIndex", one.get("columnIndex", 0)),
            one.get("endColumnIndex", columns),
            columns,
        ),
    ]
    return any(not 0 <= start < end <= limit for start, end, limit in bounds)


@settings(max_examples=40, deadline=None)
@given(st.lists(_CHANGE, min_size=1, max_size=5))
def test_whatever_moves_every_range_stays_in_the_grid(changes: list[Json]) -> None:
    size = {"rowCount": ROWS, "columnCount": COLUMNS}
    with TemporaryDirectory() as folder, workbook(Path(folder), gridProperties=size) as book:
        book.batch(*_BUILT)
        for change in changes:
            _try(book, change)
            shown = book.call("get")
            grid = shown["sheets"][0]["properties"]["gridProperties"]
            rows, columns = grid["rowCount"], grid["columnCount"]
            bad = [r for r in ranges(shown) if outside(r[1], rows, columns)]
            assert not bad, (change, bad)


def _try(book: Workbook, change: Json) -> None:
    """Apply a change; one that is refused leaves the spreadsheet as it was."""
    before = book.call("get")
    try:
        book.batch(change)
    except ApiError:
        assert book.call("get") == before


def test_sixteen_clients_at_once_leave_every_batch_whole(session: Session) -> None:
    """Each batch writes a row in two halves with a formula between: no half is ever seen."""
    first = session()
    made = first.post("v4/spreadsheets", json={"properties": {"title": "Course"}}).json()
    path = f"v4/spreadsheets/{made['spreadsheetId']}"
    people = [session() for _ in range(16)]

    def work(number: int) -> list[int]:
        statuses = []
        for turn in range(6):
            text = {"userEnteredValue": {"numberValue": turn}}
            formula = {"userEnteredValue": {"formulaValue": f"=A{number + 1}+C{number + 1}"}}
            rows = [{"values": [text, formula, text]}]
            start = {"sheetId": 0, "rowIndex": number}
            update = {"start": start, "rows": rows, "fields": "userEnteredValue"}
            body = {"requests": [{"updateCells": update}]}
            statuses.append(people[number].post(f"{path}:batchUpdate", json=body).status_code)
            read = (
                people[number]
                .get(f"{path}/values/A1:C16", params={"valueRenderOption": "UNFORMATTED_VALUE"})
                .json()
            )
            for a, b, c in (row for row in read.get("values", ()) if row):
                assert (b, c) == (2 * a, a)
        return statuses

    with ThreadPoolExecutor(16) as pool:
        statuses = [code for found in pool.map(work, range(16)) for code in found]
    assert statuses == [200] * 96
    found = first.get(f"{path}/values/A1:C16").json()["values"]
    assert found == [["5", "10", "5"]] * 16
