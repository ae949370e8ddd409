"""Sorting rows: whole, in order, empty cells last."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.sheets_world import workbook

rows = st.lists(
    st.tuples(st.one_of(st.integers(-5, 5), st.sampled_from(["a", "É", "e", "Z"]), st.none())),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25, deadline=None)
@given(rows, st.booleans())
def test_a_sort_keeps_rows_whole(keys: list[tuple[Any]], descending: bool) -> None:
    with TemporaryDirectory() as folder, workbook(Path(folder), title="T") as book:
        values = [[key[0], f"ligne {n}"] for n, key in enumerate(keys)]
        book.write("A1", values)
        order = "DESCENDING" if descending else "ASCENDING"
        area = {"sheetId": 0, "endRowIndex": len(keys), "endColumnIndex": 2}
        sort = {"range": area, "sortSpecs": [{"dimensionIndex": 0, "sortOrder": order}]}
        book.batch({"sortRange": sort})
        after = book.read("A1:B")
        sent = [["" if key is None else key, name] for key, name in values]
        assert sorted(after, key=str) == sorted(sent, key=str)
        numbers = [row[0] for row in after if isinstance(row[0], int)]
        assert numbers == sorted(numbers, reverse=descending)
        empty = [row[0] == "" for row in after]
        assert empty == sorted(empty)
