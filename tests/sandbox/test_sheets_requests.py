"""spreadsheets.batchUpdate, kind by kind (facts 5.3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from itn_sync.sandbox.discovery import schema
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.requests import supported_kinds
from tests.sandbox.sheets_world import Workbook, box, refused, row, workbook

RED = {"red": 1}
# Issue 3: "pivot tables, slicers, data sources and the like: 400 naming the kind".
OUT_OF_SCOPE = {
    "addCommentReply",
    "addDataSource",
    "addSlicer",
    "addTable",
    "cancelDataSourceRefresh",
    "deleteComment",
    "deleteCommentReply",
    "deleteDataSource",
    "deleteTable",
    "insertComment",
    "refreshDataSource",
    "updateCommentPost",
    "updateDataSource",
    "updateSlicerSpec",
    "updateTable",
}


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Workbook]:
    with workbook(tmp_path) as one:
        yield one


def test_a_kind_without_behaviour_is_refused_by_name(book: Workbook) -> None:
    kinds = set(schema("sheets", "Request")["properties"])
    assert supported_kinds() <= kinds
    assert kinds - supported_kinds() == OUT_OF_SCOPE
    for kind in OUT_OF_SCOPE:
        text = f"Invalid requests[0].{kind}: The request kind {kind} is not supported"
        with refused(400, text):
            book.batch({kind: {}})


def test_a_refused_request_undoes_the_whole_batch(book: Workbook) -> None:
    add = {"addSheet": {"properties": {"title": "Neuf"}}}
    with refused(400, "Invalid requests[1].deleteSheet: No sheet with id: 5"):
        book.batch(add, {"deleteSheet": {"sheetId": 5}})
    assert len(book.call("get")["sheets"]) == 1


def test_an_empty_batch_or_request_is_refused(book: Workbook) -> None:
    with refused(400, "Must specify at least one request."):
        book.batch()
    with refused(400, "Invalid requests[0]: No request set."):
        book.batch({})
    with refused(400, "Invalid requests[0]: Only one kind"):
        book.batch({"deleteSheet": {}, "addSheet": {}})


def test_cells_are_written_from_a_start_or_over_a_range(book: Workbook) -> None:
    start = {"sheetId": 0, "rowIndex": 1, "columnIndex": 1}
    rows = [row("=1+1", 5), row(True)]
    book.batch({"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}})
    assert book.read("B2:C3") == [["=1+1", 5], [True]]
    over = {"range": box(1, 1, 3, 3), "rows": [row("a")], "fields": "userEnteredValue"}
    book.batch({"updateCells": over})
    assert book.read("B2:C3") == [["a"]]


def test_a_mask_touches_only_what_it_names(book: Workbook) -> None:
    look = {"textFormat": {"bold": True, "fontSize": 12}, "backgroundColor": RED}
    cell = {"userEnteredFormat": look, "note": "n", "userEnteredValue": {"numberValue": 1}}
    book.batch({"repeatCell": {"range": box(0, 0, 1, 1), "cell": cell, "fields": "*"}})
    plain = {"userEnteredFormat": {"textFormat": {"italic": True}}}
    mask = "userEnteredFormat.textFormat(italic,bold),userEnteredFormat.backgroundColor"
    book.batch({"repeatCell": {"range": box(0, 0, 1, 1), "cell": plain, "fields": mask}})
    shown = book.cell("A1")
    assert shown["userEnteredFormat"] == {"textFormat": {"fontSize": 12, "italic": True}}
    assert shown["effectiveFormat"]["textFormat"]["fontFamily"] == "Arial"
    assert (shown["note"], shown["formattedValue"]) == ("n", "1")


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        ({"range": {"sheetId": 0}, "cell": {}}, "At least one field must be listed in 'fields'."),
        ({"range": {"sheetId": 0}, "cell": {}, "fields": "nope"}, "Invalid field: nope"),
        ({"range": {"sheetId": 4}, "cell": {}, "fields": "*"}, "No grid with id: 4"),
        (
            {"range": {"sheetId": 0, "startRowIndex": 1000, "endColumnIndex": 2}, "fields": "*"},
            "Range ('Feuille 1'!A1001:B) exceeds grid limits. Max rows: 1000, max columns: 26",
        ),
        (
            {"range": {"startRowIndex": 3, "endRowIndex": 1}, "fields": "*"},
            "endRowIndex[1] must be after startRowIndex[3]",
        ),
        (
            {
                "range": {"sheetId": 0},
                "cell": {"userEnteredFormat": {"numberFormat": {"pattern": "0"}}},
                "fields": "userEnteredFormat",
            },
            "NumberFormat.type must be set",
        ),
    ],
)
def test_a_request_that_means_nothing_is_refused(book: Workbook, request_: Json, text: str) -> None:
    with refused(400, f"Invalid requests[0].repeatCell: {text}"):
        book.batch({"repeatCell": request_})


def test_a_range_that_ends_past_the_grid_is_taken(book: Workbook) -> None:
    area = {"sheetId": 0, "startRowIndex": 999, "endRowIndex": 1003, "endColumnIndex": 1}
    cell = {"userEnteredValue": {"stringValue": "fin"}}
    request = {"range": area, "cell": cell, "fields": "userEnteredValue"}
    book.batch({"repeatCell": request})
    assert book.read("A1000") == [["fin"]]


def test_rows_are_appended_under_the_last_one_with_data_from_column_a(book: Workbook) -> None:
    book.write("C3", [["x"]])
    look = {"range": box(5, 0, 6, 1), "cell": {"note": "n"}, "fields": "note"}
    book.batch({"repeatCell": look})
    rows = {"sheetId": 0, "rows": [row("a", "b")], "fields": "userEnteredValue"}
    book.batch({"appendCells": rows})
    assert book.read("A4:C4") == [["a", "b"]]


def test_appending_to_a_full_tab_grows_it(book: Workbook) -> None:
    book.write("A1000", [["x"]])
    rows = {"sheetId": 0, "rows": [row(*["v"] * 27)], "fields": "userEnteredValue"}
    book.batch({"appendCells": rows})
    grid = book.call("get")["sheets"][0]["properties"]["gridProperties"]
    assert grid == {"rowCount": 1001, "columnCount": 27}


def test_a_repeated_formula_moves_its_references(book: Workbook) -> None:
    cell = {"userEnteredValue": {"formulaValue": "=A1+$A$1"}}
    request = {"range": box(0, 1, 2, 3), "cell": cell, "fields": "userEnteredValue"}
    book.batch({"repeatCell": request})
    formulas = [["=A1+$A$1", "=B1+$A$1"], ["=A2+$A$1", "=B2+$A$1"]]
    assert book.read("B1:C2", "FORMULA") == formulas


def test_validation_is_kept_on_its_cells(book: Workbook) -> None:
    values = [{"userEnteredValue": "Oui"}, {"userEnteredValue": "Non"}]
    rule = {"condition": {"type": "ONE_OF_LIST", "values": values}, "strict": True}
    book.batch({"setDataValidation": {"range": box(1, 0, 3, 1), "rule": rule}})
    assert book.cell("A2")["dataValidation"] == rule
    book.batch({"setDataValidation": {"range": box(1, 0, 2, 1)}})
    assert book.cell("A2") == {}
    assert book.cell("A3")["dataValidation"] == rule


def test_cells_shift_within_a_range(book: Workbook) -> None:
    book.write("A1:B3", [["a", "1"], ["b", "2"], ["c", "3"]])
    book.batch({"insertRange": {"range": box(0, 0, 1, 1), "shiftDimension": "ROWS"}})
    assert book.read("A1:B4") == [["", "1"], ["a", "2"], ["b", "3"], ["c"]]
    book.batch({"deleteRange": {"range": box(0, 0, 1, 1), "shiftDimension": "COLUMNS"}})
    assert book.read("A1:B2") == [["1"], ["a", "2"]]


def test_a_sort_carries_formats_and_orders_by_several_columns(book: Workbook) -> None:
    book.write("A1:B4", [["b", 1], ["a", 2], ["b", 0], ["", 9]])
    note = {"range": box(1, 0, 2, 1), "cell": {"note": "deux"}, "fields": "note"}
    specs = [{"dimensionIndex": 0}, {"dimensionIndex": 1, "sortOrder": "DESCENDING"}]
    book.batch({"repeatCell": note}, {"sortRange": {"range": box(0, 0, 4, 2), "sortSpecs": specs}})
    assert book.read("A1:B4") == [["a", 2], ["b", 1], ["b", 0], ["", 9]]
    assert book.cell("A1")["note"] == "deux"


def test_text_is_found_and_replaced(book: Workbook) -> None:
    book.write("A1:A3", [["Google Sheets"], ["google docs"], ["=A1"]])
    change = {"find": "o", "replacement": "0", "allSheets": True, "matchCase": True}
    reply = book.batch({"findReplace": change})["replies"][0]["findReplace"]
    assert reply["occurrencesChanged"] == 5
    assert (reply["valuesChanged"], reply["rowsChanged"], reply["sheetsChanged"]) == (2, 2, 1)
    regex = {"find": "G0*gle (.*)", "replacement": "$1 !", "searchByRegex": True, "sheetId": 0}
    book.batch({"findReplace": regex | {"matchCase": True}})
    assert book.read("A1:A2") == [["Sheets !"], ["g00gle d0cs"]]


def test_copies_fill_a_multiple_of_their_size(book: Workbook) -> None:
    book.write("A1:B1", [["=C1", "x"]], "USER_ENTERED")
    copy = {"source": box(0, 0, 1, 2), "destination": box(2, 0, 4, 2)}
    book.batch({"copyPaste": copy})
    assert book.read("A3:B4", "FORMULA") == [["=C3", "x"], ["=C4", "x"]]
    turned = {"source": box(0, 1, 1, 2), "destination": box(6, 0, 6, 0)}
    book.batch({"copyPaste": turned | {"pasteOrientation": "TRANSPOSE"}})


def test_a_cut_moves_values_and_formats(book: Workbook) -> None:
    book.write("A1", [["1/09/2026"]], "USER_ENTERED")
    place = {"sheetId": 0, "rowIndex": 4, "columnIndex": 2}
    book.batch({"cutPaste": {"source": box(0, 0, 1, 1), "destination": place}})
    assert book.read("A1:C5", "FORMATTED_VALUE")[4] == ["", "", "1/09/2026"]
    assert book.cell("A1") == {}


def test_pasting_values_leaves_formats_and_formulas_behind(book: Workbook) -> None:
    book.write("A1:A2", [["=1+1"], ["15 %"]], "USER_ENTERED")
    copy = {"source": box(0, 0, 2, 1), "destination": box(0, 2, 2, 3)}
    book.batch({"copyPaste": copy | {"pasteType": "PASTE_VALUES"}})
    assert book.read("C1:C2", "FORMULA") == [[2], [0.15]]
    book.batch({"copyPaste": copy | {"pasteType": "PASTE_FORMAT"}})
    assert book.read("C1:C2", "FORMATTED_VALUE") == [["2"], ["15%"]]


def test_merged_cells_keep_the_first_value(book: Workbook) -> None:
    book.write("A1:B2", [["", "b"], ["c", "d"]])
    book.batch({"mergeCells": {"range": box(0, 0, 2, 2), "mergeType": "MERGE_ALL"}})
    assert book.read("A1:B2") == [["b"]]
    assert book.call("get")["sheets"][0]["merges"] == [box(0, 0, 2, 2)]
    with refused(400, "You must select all cells in a merged range"):
        book.batch({"unmergeCells": {"range": box(0, 0, 1, 1)}})
    book.batch({"unmergeCells": {"range": box(0, 0, 2, 2)}})
    assert "merges" not in book.call("get")["sheets"][0]


def test_borders_are_drawn_around_and_inside(book: Workbook) -> None:
    line = {"style": "SOLID"}
    book.batch({"updateBorders": {"range": box(0, 0, 2, 2), "top": line, "innerVertical": line}})
    assert set(book.cell("A1")["userEnteredFormat"]["borders"]) == {"top", "right"}
    assert set(book.cell("B2")["userEnteredFormat"]["borders"]) == {"left"}
    none = {"style": "NONE"}
    book.batch({"updateBorders": {"range": box(0, 0, 1, 1), "top": none, "right": none}})
    assert book.cell("A1") == {}


def test_the_new_state_comes_back_in_the_same_answer(book: Workbook) -> None:
    rows = {"sheetId": 0, "rows": [row("id", 46266)], "fields": "userEnteredValue"}
    answer = book.batch(
        {"appendCells": rows},
        includeSpreadsheetInResponse=True,
        responseRanges=["A1:A"],
        responseIncludeGridData=True,
    )
    data = answer["updatedSpreadsheet"]["sheets"][0]["data"][0]
    cell = data["rowData"][0]["values"][0]
    assert cell["userEnteredValue"] == cell["effectiveValue"] == {"stringValue": "id"}
    assert (cell["formattedValue"], len(data["rowData"])) == ("id", 1)
    assert "updatedSpreadsheet" not in book.batch({"appendCells": rows})
