"""Sorting rows: whole, in order, empty cells last."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.sheets_world import box, workbook

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


def test_a_sorted_formula_goes_on_reading_its_own_row(tmp_path: Path) -> None:
    with workbook(tmp_path) as book:
        formulas = [["c", 1, "=B1*$E$1"], ["b", 2, "=B2*$E$1"], ["a", 3, "=B3*$E$1"]]
        book.write("A1", formulas, "USER_ENTERED")
        book.write("E1", [[2]])
        sort = {"range": box(0, 0, 3, 3), "sortSpecs": [{"dimensionIndex": 0}]}
        book.batch({"sortRange": sort})
        assert book.read("A1:C3", "FORMULA")[0] == ["a", 3, "=B1*$E$1"]
        assert book.read("A1:C3") == [["a", 3, 6], ["b", 2, 4], ["c", 1, 2]]


def test_the_name_of_a_tab_does_not_move_with_a_formula(tmp_path: Path) -> None:
    with workbook(tmp_path) as book:
        book.batch({"addSheet": {"properties": {"title": "Data1"}}})
        book.write("A1", [["b", "=Data1!A1"], ["a", "='Voir B2'!A2"]], "USER_ENTERED")
        book.batch({"sortRange": {"range": box(0, 0, 2, 2), "sortSpecs": [{}]}})
        assert book.read("B1:B2", "FORMULA") == [["='Voir B2'!A1"], ["=Data1!A2"]]
