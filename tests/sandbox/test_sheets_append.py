"""values.append finds the table that Google's guide says it finds (facts 5.2).

Source of the examples: https://developers.google.com/workspace/sheets/api/guides/values#append_values
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.sheets_world import Workbook, workbook


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Workbook]:
    with workbook(tmp_path, sheetId=0, title="Sheet1") as one:
        yield one


def two_tables(book: Workbook) -> None:
    """Tables A1:C2 and B4:D6, as in the guide."""
    book.write("A1:C2", [["x", "y", "z"], ["x", "y", "z"]])
    book.write("B4:D6", [["x", "y", "z"], ["x", "y", "z"], ["x", "y", "z"]])


def append(book: Workbook, range_: str, rows: list[list[Any]], **params: Any) -> Any:
    return book.call(
        "values.append", range=range_, valueInputOption="RAW", body={"values": rows}, **params
    )


@pytest.mark.parametrize(
    ("range_", "written"),
    [
        ("Sheet1", "Sheet1!B7:C7"),
        ("B4", "Sheet1!B7:C7"),
        ("C5:D5", "Sheet1!B7:C7"),
        ("B2:D4", "Sheet1!B7:C7"),
        ("A3:G10", "Sheet1!B7:C7"),
        ("A1", "Sheet1!A3:B3"),
        ("E4", "Sheet1!E4:F4"),
        ("A4", "Sheet1!A4:B4"),
    ],
)
def test_rows_go_under_the_last_table_of_the_range(
    book: Workbook, range_: str, written: str
) -> None:
    two_tables(book)
    assert append(book, range_, [["a", "b"]])["updates"]["updatedRange"] == written


def test_the_answer_names_the_table_that_was_found(book: Workbook) -> None:
    two_tables(book)
    assert append(book, "A1", [["a"]])["tableRange"] == "Sheet1!A1:C2"
    assert "tableRange" not in append(book, "H20", [["a"]])


def test_an_empty_tab_is_filled_from_its_first_cell(book: Workbook) -> None:
    assert append(book, "Sheet1", [["a"]])["updates"]["updatedRange"] == "Sheet1!A1"


def test_overwrite_takes_what_is_under_the_table_and_insert_pushes_it_down(book: Workbook) -> None:
    book.write("A1:A2", [["titre"], ["un"]])
    book.write("C3", [["voisin"]])
    append(book, "A1:A2", [["deux"]], insertDataOption="INSERT_ROWS")
    assert book.read("A1:C4") == [["titre"], ["un"], ["deux"], ["", "", "voisin"]]
    book.write("A6", [["reste"]])
    append(book, "A1", [["trois"], ["quatre"], ["cinq"]], insertDataOption="OVERWRITE")
    assert book.read("A4:A6") == [["trois"], ["quatre"], ["cinq"]]


def test_an_empty_cell_in_the_last_row_does_not_move_the_table(book: Workbook) -> None:
    book.write("A1:B2", [["id", "nom"], ["", "Ana"]])
    assert append(book, "A1:B1", [["2", "Bo"]])["updates"]["updatedRange"] == "Sheet1!A3:B3"


def test_the_grid_grows_under_a_full_table(tmp_path: Path) -> None:
    grid = {"rowCount": 2, "columnCount": 2}
    with workbook(tmp_path, "en_US", title="Full", gridProperties=grid) as full:
        full.write("A1:B2", [["a", "b"], ["c", "d"]])
        answer = append(full, "A1", [["e", "f", "g"]], insertDataOption="INSERT_ROWS")
        assert answer["updates"]["updatedRange"] == "Full!A3:C3"
        size = full.call("get")["sheets"][0]["properties"]["gridProperties"]
        assert size == {"rowCount": 3, "columnCount": 3}


def test_the_written_values_come_back_where_asked(book: Workbook) -> None:
    answer = append(book, "A1", [["a", "b"]], includeValuesInResponse=True)
    assert answer["updates"]["updatedData"] == {
        "range": "Sheet1!A1:B1",
        "majorDimension": "ROWS",
        "values": [["a", "b"]],
    }
