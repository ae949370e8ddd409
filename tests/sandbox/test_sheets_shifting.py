"""Where indexes and spans are after an insertion, a deletion or a move."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itn_sync.sandbox.sheets.shifting import Delete, Insert, Move
from tests.sandbox.sheets_world import box, workbook

changes = st.one_of(
    st.builds(Insert, st.integers(0, 9), st.integers(1, 3)),
    st.builds(Delete, st.integers(0, 9), st.integers(1, 3)),
    st.builds(Move, st.integers(0, 6), st.integers(1, 3), st.integers(0, 9)).filter(
        lambda m: not m.at < m.to < m.at + m.count
    ),
)


@settings(deadline=None)
@given(changes, st.integers(0, 8))
def test_a_span_of_one_goes_where_its_index_goes(change: Any, index: int) -> None:
    place = change.index(index)
    expected = None if place is None else (place, place + 1)
    assert change.span(index, index + 1) == expected


@settings(deadline=None)
@given(st.integers(0, 6), st.integers(1, 3), st.integers(0, 9))
def test_a_move_is_a_permutation(at: int, count: int, to: int) -> None:
    if at < to < at + count:
        return
    moved = Move(at, count, to)
    assert sorted(moved.index(n) for n in range(12)) == list(range(12))


@pytest.mark.parametrize(
    ("kind", "direction", "area", "formulas"),
    [
        ("insertRange", "ROWS", box(1, 0, 2, 1), ["=A3", "=SUM(A1:A4)", "=B2", "=SUM(A1:B3)"]),
        ("deleteRange", "ROWS", box(0, 0, 1, 1), ["=A1", "=SUM(A1:A2)", "=B2", "=SUM(A1:B3)"]),
        ("deleteRange", "ROWS", box(1, 0, 2, 1), ["=#REF!", "=SUM(A1:A2)", "=B2", "=SUM(A1:B3)"]),
        ("insertRange", "COLUMNS", box(1, 0, 2, 1), ["=B2", "=SUM(A1:A3)", "=C2", "=SUM(A1:B3)"]),
    ],
)
def test_references_follow_the_cells_that_a_range_shifts(
    tmp_path: Path, kind: str, direction: str, area: Any, formulas: list[str]
) -> None:
    with workbook(tmp_path) as book:
        written = [["=A2", "=SUM(A1:A3)", "=B2", "=SUM(A1:B3)"]]
        book.write("A1:B3", [[1, 10], [2, 20], [3, 30]])
        book.write("F9", written, "USER_ENTERED")
        book.batch({kind: {"range": area, "shiftDimension": direction}})
        assert book.read("F9:I9", "FORMULA") == [formulas]


def test_references_follow_the_rows_that_come_up_for_a_duplicate(tmp_path: Path) -> None:
    with workbook(tmp_path) as book:
        rows = [["a", "=A1"], ["a", "=A2"], ["b", "=A3"], ["below", ""]]
        book.write("A1", rows, "USER_ENTERED")
        book.write("F1", [["=A3", "=A4", "=COUNTA(A1:A3)", "=C3", "=A2"]], "USER_ENTERED")
        book.batch({"deleteDuplicates": {"range": box(0, 0, 3, 2)}})
        assert book.read("A1:B2", "FORMULA") == [["a", "=A1"], ["b", "=A2"]]
        followed = ["=A2", "=A4", "=COUNTA(A1:A2)", "=C3", "=#REF!"]
        assert book.read("F1:J1", "FORMULA") == [followed]
