"""Groups of rows and columns. Source: the examples of AddDimensionGroupRequest and
DeleteDimensionGroupRequest in the reference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.groups import depths_of, levels, regrouped
from tests.sandbox.sheets_world import Workbook, refused, workbook


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Workbook]:
    with workbook(tmp_path) as one:
        yield one


def span(letters: str) -> Json:
    """`B:E` as a DimensionRange."""
    first, last = letters.split(":")
    ends = {"startIndex": ord(first) - 65, "endIndex": ord(last) - 64}
    return {"sheetId": 0, "dimension": "COLUMNS"} | ends


def told(groups: list[Json]) -> list[str]:
    spans = [(g["range"]["startIndex"], g["range"]["endIndex"], g["depth"]) for g in groups]
    return [f"{chr(65 + start)}:{chr(64 + end)} {depth}" for start, end, depth in spans]


def change(book: Workbook, kind: str, *ranges: str) -> list[str]:
    reply: Json = {}
    for letters in ranges:
        (reply,) = book.batch({f"{kind}DimensionGroup": {"range": span(letters)}})["replies"]
    return told(reply[f"{kind}DimensionGroup"].get("dimensionGroups", []))


def shown(book: Workbook, kind: str = "columnGroups") -> list[Json]:
    groups: list[Json] = book.call("get")["sheets"][0].get(kind, [])
    return groups


@pytest.mark.parametrize(
    ("ranges", "groups"),
    [
        (["C:D", "B:E"], ["B:E 1", "C:D 2"]),  # a superset
        (["B:E", "C:D"], ["B:E 1", "C:D 2"]),  # a subset
        (["B:D", "C:E"], ["B:E 1", "C:D 2"]),  # an overlap
        (["B:C", "E:F"], ["B:C 1", "E:F 1"]),
    ],
)
def test_groups_nest_as_in_the_reference(
    book: Workbook, ranges: list[str], groups: list[str]
) -> None:
    assert change(book, "add", *ranges) == groups
    assert told(shown(book)) == groups


def test_a_group_is_deleted_by_depth_as_in_the_reference(book: Workbook) -> None:
    change(book, "add", "B:E", "C:D")
    assert change(book, "delete", "D:E") == ["B:D 1", "C:C 2"]
    assert change(book, "delete", "B:D") == ["C:C 1"]
    assert change(book, "delete", "C:C") == []
    with refused(400, "There is no group over the whole range"):
        change(book, "delete", "C:C")
    assert shown(book) == []


def test_folding_a_group_hides_its_columns(book: Workbook) -> None:
    change(book, "add", "B:C")
    group = {"range": span("B:C"), "depth": 1, "collapsed": True}
    update = {"updateDimensionGroup": {"dimensionGroup": group, "fields": "collapsed"}}
    book.batch(update)
    assert shown(book)[0]["collapsed"] is True
    fields = "sheets.data.columnMetadata.hiddenByUser"
    columns = book.call("get", fields=fields)["sheets"][0]["data"][0]["columnMetadata"]
    assert [c.get("hiddenByUser", False) for c in columns[:4]] == [False, True, True, False]
    group["collapsed"] = False
    book.batch(update)
    assert "collapsed" not in shown(book)[0]
    group["depth"] = 2
    with refused(400, "No dimension group over 1:3 at depth 2."):
        book.batch(update)


def test_groups_go_with_their_rows(book: Workbook) -> None:
    rows = {"sheetId": 0, "dimension": "ROWS", "startIndex": 2, "endIndex": 5}
    book.batch({"addDimensionGroup": {"range": rows}})
    two = rows | {"startIndex": 0, "endIndex": 2}
    book.batch({"insertDimension": {"range": two}})
    assert shown(book, "rowGroups")[0]["range"] == rows | {"startIndex": 4, "endIndex": 7}
    book.batch({"deleteDimension": {"range": rows | {"startIndex": 6, "endIndex": 9}}})
    assert shown(book, "rowGroups")[0]["range"] == rows | {"startIndex": 4, "endIndex": 6}
    book.batch({"deleteDimension": {"range": rows | {"startIndex": 3, "endIndex": 9}}})
    assert shown(book, "rowGroups") == []


def test_no_more_than_eight_levels(book: Workbook) -> None:
    with refused(400, "deeper than 8 levels"):
        change(book, "add", *["B:E"] * 9)
    assert len(shown(book)) == 8


_SPANS = st.tuples(st.integers(0, 12), st.integers(1, 6)).map(lambda s: (s[0], s[0] + s[1]))


@given(st.lists(_SPANS, max_size=6))
def test_depths_and_groups_say_the_same(spans: list[tuple[int, int]]) -> None:
    depths = Counter(index for start, end in spans for index in range(start, end))
    groups = regrouped([], depths, 0, "ROWS")
    assert depths_of(groups) == depths
    assert len({(g["range"]["startIndex"], g["depth"]) for g in groups}) == len(levels(depths))
