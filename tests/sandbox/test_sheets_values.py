"""Reading and writing values as the API answers them (facts 5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.sheets_world import EDITOR, READER, Workbook, refused, workbook


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Workbook]:
    with workbook(tmp_path) as one:
        yield one


def test_a_read_is_ragged_and_names_its_range(book: Workbook) -> None:
    book.write("A1:C3", [["a", None, "c"], ["", ""], ["x"]])
    answer = book.call("values.get", range="a1:d9")
    assert answer == {
        "range": "'Feuille 1'!A1:D9",
        "majorDimension": "ROWS",
        "values": [["a", "", "c"], [], ["x"]],
    }
    assert book.call("values.get", range="F1:G2") == {
        "range": "'Feuille 1'!F1:G2",
        "majorDimension": "ROWS",
    }


def test_an_open_range_is_echoed_with_the_grids_end(book: Workbook) -> None:
    assert book.call("values.get", range="A2:C")["range"] == "'Feuille 1'!A2:C1000"
    assert book.call("values.get", range="Feuille 1")["range"] == "'Feuille 1'!A1:Z1000"
    assert book.call("values.get", range="A1:ZZ2")["range"] == "'Feuille 1'!A1:Z2"


def test_columns_may_be_the_major_dimension(book: Workbook) -> None:
    columns = {"majorDimension": "COLUMNS", "values": [["a", "b"], ["c"]]}
    book.call("values.update", range="A1", valueInputOption="RAW", body=columns)
    assert book.read("A1:C3") == [["a", "c"], ["b"]]
    assert book.read("A1:C3", majorDimension="COLUMNS") == [["a", "b"], ["c"]]


def test_raw_is_stored_as_sent(book: Workbook) -> None:
    sent = ["=1+1", "1/09/2026", "'x", 5, 2.5, True, "+32470000000"]
    book.write("A1:G1", [sent])
    assert book.read("A1:G1") == [sent]
    assert book.read("A1:G1", "FORMULA") == [sent]
    assert book.cell("A1")["userEnteredValue"] == {"stringValue": "=1+1"}


def test_user_entered_is_parsed_in_the_spreadsheets_locale(book: Workbook) -> None:
    typed = ["12,5", "1/09/2026", "15 %", "VRAI", "'007", "=1,5+A1"]
    book.write("A1:F1", [typed], "USER_ENTERED")
    assert book.read("A1:F1") == [[12.5, 46266, 0.15, True, "007", 14]]
    formatted = ["12,5", "1/09/2026", "15%", "VRAI", "007", "14"]
    assert book.read("A1:F1", "FORMATTED_VALUE") == [formatted]
    assert book.read("A1:F1", "FORMULA") == [[12.5, 46266, 0.15, True, "007", "=1,5+A1"]]


def test_dates_may_be_asked_as_text(book: Workbook) -> None:
    book.write("A1:B1", [["1/09/2026", "12,5"]], "USER_ENTERED")
    found = book.read("A1:B1", dateTimeRenderOption="FORMATTED_STRING")
    assert found == [["1/09/2026", 12.5]]


def test_null_leaves_a_cell_and_empty_text_clears_it(book: Workbook) -> None:
    book.write("A1:C1", [["a", "b", "c"]])
    answer = book.write("A1:C1", [[None, "", "z"]])
    assert book.read("A1:C1") == [["a", "", "z"]]
    assert answer["updatedCells"] == 2


def test_a_write_keeps_the_format_that_was_there(book: Workbook) -> None:
    look = {"userEnteredFormat": {"numberFormat": {"type": "NUMBER", "pattern": "0.00"}}}
    cell = {"range": {"endRowIndex": 1, "endColumnIndex": 1}, "cell": look}
    book.batch({"repeatCell": cell | {"fields": "userEnteredFormat"}})
    book.write("A1", [["15 %"]], "USER_ENTERED")
    assert book.read("A1", "FORMATTED_VALUE") == [["0,15"]]


def test_a_text_formatted_cell_keeps_what_is_typed(book: Workbook) -> None:
    look = {"userEnteredFormat": {"numberFormat": {"type": "TEXT"}}}
    cell = {"range": {"endRowIndex": 1, "endColumnIndex": 1}, "cell": look}
    book.batch({"repeatCell": cell | {"fields": "userEnteredFormat"}})
    book.write("A1", [["007"]], "USER_ENTERED")
    assert book.read("A1") == [["007"]]


def test_formulas_are_computed_modestly_and_never_executed(book: Workbook) -> None:
    formulas = ["=SUM(B1:C1)*2", '=IMPORTXML("http://x.example";"//a")', "=1/0", "=A5", '="a"&1']
    book.write("A1:A5", [[formula] for formula in formulas], "USER_ENTERED")
    book.write("B1:C1", [[2, 3]])
    shown = [["10"], ["#NAME?"], ["#DIV/0!"], ["a1"], ["a1"]]
    assert book.read("A1:A5", "FORMATTED_VALUE") == shown
    assert book.cell("A2")["effectiveValue"]["errorValue"]["type"] == "NAME"


def test_a_formula_that_needs_itself_is_an_error(book: Workbook) -> None:
    book.write("A1:A2", [["=A2"], ["=A1"]], "USER_ENTERED")
    assert book.read("A1:A2", "FORMATTED_VALUE") == [["#REF!"], ["#REF!"]]


def test_outside_the_grid_is_refused_in_googles_words(book: Workbook) -> None:
    limits = "exceeds grid limits. Max rows: 1000, max columns: 26"
    with refused(400, f"Range ('Feuille 1'!A1001:B) {limits}"):
        book.read("A1001:B")
    with refused(400, f"Range ('Feuille 1'!AA1) {limits}"):
        book.write("AA1", [["x"]])


@pytest.mark.parametrize(
    ("range_", "values", "beyond"),
    [
        ("A1:B2", [["a"], ["b"], ["c"]], "row [3]"),
        ("A1:B2", [["a", "b", "c"]], "column [C]"),
        ("A1000", [["a"], ["b"]], "row [1001]"),
        ("B3:C", [["a", "b", "c"]], "column [D]"),
    ],
)
def test_values_beyond_their_range_are_refused(
    book: Workbook, range_: str, values: list[list[str]], beyond: str
) -> None:
    with refused(400, f"Requested writing within range [{range_}], but tried writing to {beyond}"):
        book.write(range_, values)
    assert book.read("A1:D1000") == []


def test_one_cell_is_where_a_write_begins(book: Workbook) -> None:
    answer = book.write("B2", [["a", "b"], ["c"]])
    assert answer["updatedRange"] == "'Feuille 1'!B2:C3"
    assert (answer["updatedRows"], answer["updatedColumns"], answer["updatedCells"]) == (2, 2, 3)


def test_a_write_without_input_option_is_refused(book: Workbook) -> None:
    with refused(400, "'valueInputOption' is required but not specified"):
        book.write("A1", [["x"]], "INPUT_VALUE_OPTION_UNSPECIFIED")


def test_a_cell_takes_fifty_thousand_characters(book: Workbook) -> None:
    book.write("A1", [["x" * 50_000]])
    with refused(400, "more than the maximum of 50000 characters in a single cell"):
        book.write("A1", [["x" * 50_001]])


def test_a_list_is_not_a_value(book: Workbook) -> None:
    with refused(400, "Invalid values[0][1]: list_value"):
        book.write("A1", [["a", ["b"]]])


def test_a_batch_writes_all_or_nothing_and_says_where_it_failed(book: Workbook) -> None:
    data = [{"range": "A1", "values": [["a"]]}, {"range": "Nope!A1", "values": [["b"]]}]
    with refused(400, "Invalid data[1]: Unable to parse range: Nope!A1"):
        book.call("values.batchUpdate", body={"valueInputOption": "RAW", "data": data})
    assert book.read("A1") == []


def test_a_batch_counts_what_it_wrote(book: Workbook) -> None:
    data = [{"range": "A1:B1", "values": [["a", "b"]]}, {"range": "A2", "values": [[1]]}]
    body = {"valueInputOption": "RAW", "data": data, "includeValuesInResponse": True}
    answer = book.call("values.batchUpdate", body=body)
    assert answer["totalUpdatedCells"] == 3
    assert answer["totalUpdatedRows"] == 2
    assert answer["totalUpdatedColumns"] == 2
    assert answer["totalUpdatedSheets"] == 1
    assert answer["responses"][1]["updatedData"]["values"] == [["1"]]
    ranges = book.call("values.batchGet", ranges=["A1:B1", "C1", "A2"])["valueRanges"]
    assert [one.get("values") for one in ranges] == [[["a", "b"]], None, [["1"]]]


def test_clearing_keeps_formats(book: Workbook) -> None:
    book.write("A1:B1", [["1/09/2026", "x"]], "USER_ENTERED")
    assert book.call("values.clear", range="A1:B1")["clearedRange"] == "'Feuille 1'!A1:B1"
    assert book.read("A1:B1") == []
    assert book.cell("A1")["userEnteredFormat"]["numberFormat"]["type"] == "DATE"
    answer = book.call("values.batchClear", body={"ranges": ["A:A", "C1"]})
    assert answer["clearedRanges"] == ["'Feuille 1'!A1:A1000", "'Feuille 1'!C1"]
    with refused(400, "Invalid range[0]: Range ('Feuille 1'!A1001) exceeds grid limits."):
        book.call("values.batchClear", body={"ranges": ["A1001"]})


def test_a_reader_reads_an_editor_writes_and_a_stranger_sees_nothing(book: Workbook) -> None:
    book.write("A1", [["x"]], user=EDITOR)
    assert book.read("A1", user=READER) == [["x"]]
    with refused(403, "The caller does not have permission"):
        book.write("A1", [["y"]], user=READER)
    with refused(403, "The caller does not have permission"):
        book.read("A1", user="inconnu@ecole.example")
    with refused(404, "Requested entity was not found."):
        book.read("A1", spreadsheetId="1Inconnu")
