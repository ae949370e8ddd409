"""The request bodies of the Sheets API's own samples, as they stand there.

Sources: https://developers.google.com/workspace/sheets/api/samples/writing, …/samples/data,
…/samples/formatting, …/samples/conditional-formatting, …/guides/metadata.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Service
from tests.sandbox.sample_book import Book

_SALES: list[list[Any]] = [
    ["Item", "Cost", "Stocked", "Ship Date"],
    ["Wheel", "$20.50", "4", "3/1/2016"],
    ["Door", "$15", "2", "3/15/2016"],
    ["Engine", "$100", "1", "3/20/2016"],
    ["Totals", "=SUM(B2:B4)", "=SUM(C2:C4)", "=MAX(D2:D4)"],
]


@pytest.fixture
def book(service: Service) -> Book:
    return Book(service("sheets").spreadsheets())


def test_write_a_single_range(book: Book) -> None:
    written = book.type("Sheet1!A1:D5", _SALES)
    assert written["updatedRange"] == "Sheet1!A1:D5"
    assert [written[f"updated{what}"] for what in ("Rows", "Columns", "Cells")] == [5, 4, 20]
    assert book.read("Sheet1!A5:D5", "UNFORMATTED_VALUE") == [["Totals", 135.5, 7, 42449]]
    assert book.read("Sheet1!A5:D5", "FORMULA")[0][1:] == _SALES[4][1:]
    assert book.read("Sheet1!B2:D2") == [["$20.50", "4", "3/1/2016"]]


def test_write_selectively_to_a_range(book: Book) -> None:
    book.type("Sheet1!A1:D5", _SALES)
    selected: list[list[Any]] = [
        [None, None, None],
        [None, "5", None],
        ["$1"],
        [None, "", "4/1/2016"],
    ]
    book.type("Sheet1!B1:D4", selected)
    assert book.read("Sheet1!B2:C2") == [["$20.50", "5"]]
    assert book.read("Sheet1!B3:C3") == [["$1", "2"]]
    assert book.read("Sheet1!B4:D4", "UNFORMATTED_VALUE") == [[100, "", 42461]]


def test_append_values(book: Book) -> None:
    book.type("Sheet1!A1:D2", _SALES[:2])
    answer = book.append("Sheet1!A1:E1", _SALES[2:4])
    assert answer["tableRange"] == "Sheet1!A1:D2"
    updates = answer["updates"]
    assert updates["updatedRange"] == "Sheet1!A3:D4"
    assert [updates[f"updated{what}"] for what in ("Rows", "Columns", "Cells")] == [2, 4, 8]


def test_apply_data_validation_to_a_range(book: Book) -> None:
    rule = {
        "condition": {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "5"}]},
        "inputMessage": "Value must be > 5",
        "strict": True,
    }
    request = {"setDataValidation": {"range": book.box(0, 10, 0, 4), "rule": rule}}
    assert book.batch(request) == [{}]
    assert book.cell("D10")["dataValidation"] == rule
    assert "dataValidation" not in book.cell("E1")


def test_copy_and_paste_cell_formatting(book: Book) -> None:
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    fill = {"range": book.box(0, 1, 0, 1), "cell": bold, "fields": "userEnteredFormat"}
    paste = {
        "source": book.box(0, 10, 0, 4),
        "destination": book.box(0, 10, 5, 9),
        "pasteType": "PASTE_FORMAT",
        "pasteOrientation": "NORMAL",
    }
    book.type("Sheet1!A1", [["only the format goes"]])
    book.batch({"repeatCell": fill}, {"copyPaste": paste})
    assert book.cell("F1")["userEnteredFormat"]["textFormat"] == {"bold": True}
    assert book.read("Sheet1!F1") == []


def test_cut_and_paste_cells(book: Book) -> None:
    book.type("Sheet1!A1:B2", [[1, 2], [3, "=A1+B1"]])
    destination = {"sheetId": book.tab, "rowIndex": 0, "columnIndex": 5}
    cut = {"source": book.box(0, 10, 0, 4), "destination": destination}
    assert book.batch({"cutPaste": cut | {"pasteType": "PASTE_NORMAL"}}) == [{}]
    assert book.read("Sheet1!A1:D10") == []
    assert book.read("Sheet1!F1:G2", "FORMULA") == [[1, 2], [3, "=F1+G1"]]


def test_repeat_a_formula_over_a_range(book: Book) -> None:
    formula = {"userEnteredValue": {"formulaValue": "=FLOOR(A1*PI())"}}
    fill = {"range": book.box(0, 10, 1, 4), "cell": formula, "fields": "userEnteredValue"}
    book.batch({"repeatCell": fill})
    assert book.read("Sheet1!B1:B2", "FORMULA") == [["=FLOOR(A1*PI())"], ["=FLOOR(A2*PI())"]]
    assert book.read("Sheet1!C1", "FORMULA") == [["=FLOOR(B1*PI())"]]


def test_sort_a_range_with_multiple_sorting_specifications(book: Book) -> None:
    book.type("Sheet1!A2:D4", _SALES[1:4])
    sort = {
        "range": book.box(0, 10, 0, 6),
        "sortSpecs": [
            {"dimensionIndex": 1, "sortOrder": "ASCENDING"},
            {"dimensionIndex": 3, "sortOrder": "DESCENDING"},
            {"dimensionIndex": 4, "sortOrder": "ASCENDING"},
        ],
    }
    assert book.batch({"sortRange": sort}) == [{}]
    assert [row[0] for row in book.read("Sheet1!A1:A3")] == ["Door", "Wheel", "Engine"]


def test_edit_cell_borders(book: Book) -> None:
    blue = {"style": "DASHED", "width": 1, "color": {"blue": 1.0}}
    borders = {"range": book.box(0, 10, 0, 6), "top": blue, "bottom": blue, "innerHorizontal": blue}
    assert book.batch({"updateBorders": borders}) == [{}]
    drawn = book.cell("A1")["userEnteredFormat"]["borders"]
    assert drawn["top"]["style"] == "DASHED"
    assert drawn["top"]["color"] == {"blue": 1}


def test_format_a_header_row(book: Book) -> None:
    book.type("Sheet1!A1:D5", _SALES)
    header = {
        "range": {"sheetId": book.tab, "startRowIndex": 0, "endRowIndex": 1},
        "cell": {
            "userEnteredFormat": {
                "backgroundColor": {"red": 0.0, "green": 0.0, "blue": 0.0},
                "horizontalAlignment": "CENTER",
                "textFormat": {
                    "foregroundColor": {"red": 1.0, "green": 1.0, "blue": 1.0},
                    "fontSize": 12,
                    "bold": True,
                },
            }
        },
        "fields": "userEnteredFormat(backgroundColor,textFormat,horizontalAlignment)",
    }
    grid = {"sheetId": book.tab, "gridProperties": {"frozenRowCount": 1}}
    freeze = {"properties": grid, "fields": "gridProperties.frozenRowCount"}
    assert book.batch({"repeatCell": header}, {"updateSheetProperties": freeze}) == [{}, {}]
    shown = book.cell("A1")["userEnteredFormat"]
    assert shown["horizontalAlignment"] == "CENTER"
    assert shown["textFormat"]["fontSize"] == 12
    assert book.sheet()["properties"]["gridProperties"]["frozenRowCount"] == 1
    assert book.read("Sheet1!A1") == [["Item"]]


def test_set_a_custom_datetime_format(book: Book) -> None:
    book.type("Sheet1!A1", [["4/8/2016"]])
    pattern = {"type": "DATE", "pattern": "hh:mm:ss am/pm, ddd mmm dd yyyy"}
    fill = {
        "range": book.box(0, 10, 0, 4),
        "cell": {"userEnteredFormat": {"numberFormat": pattern}},
        "fields": "userEnteredFormat.numberFormat",
    }
    book.batch({"repeatCell": fill})
    ((shown,),) = book.read("Sheet1!A1")
    assert shown.lower() == "12:00:00 am, fri apr 08 2016"


def test_merge_cells(book: Book) -> None:
    rows = {"mergeType": "MERGE_ALL", "range": book.box(0, 2, 0, 2)}
    columns = {"mergeType": "MERGE_COLUMNS", "range": book.box(2, 6, 0, 2)}
    assert book.batch({"mergeCells": rows}, {"mergeCells": columns}) == [{}, {}]
    merged = {
        (one["startRowIndex"], one["endRowIndex"], one["startColumnIndex"], one["endColumnIndex"])
        for one in book.sheet()["merges"]
    }
    assert merged == {(0, 2, 0, 2), (2, 6, 0, 1), (2, 6, 1, 2)}


def test_conditional_formatting_rules_are_added_moved_and_deleted(book: Book) -> None:
    def rule(formula: str) -> Any:
        condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": formula}]}
        red = {"textFormat": {"foregroundColor": {"red": 0.8}}}
        boolean = {"condition": condition, "format": red}
        return {"ranges": [book.box(0, 10, 0, 4)], "booleanRule": boolean}

    def formulas() -> list[str]:
        rules = book.sheet()["conditionalFormats"]
        conditions = [one["booleanRule"]["condition"] for one in rules]
        return [condition["values"][0]["userEnteredValue"] for condition in conditions]

    greater, less = "=GT($D2,median($D$2:$D$11))", "=LT($D2,median($D$2:$D$11))"
    for formula in (greater, less):
        book.batch({"addConditionalFormatRule": {"rule": rule(formula), "index": 0}})
    assert formulas() == [less, greater]
    move = {"sheetId": book.tab, "index": 0, "newIndex": 1}
    book.batch({"updateConditionalFormatRule": move})
    assert formulas() == [greater, less]
    book.batch({"deleteConditionalFormatRule": {"sheetId": book.tab, "index": 0}})
    assert formulas() == [less]


def test_developer_metadata_of_a_row_a_tab_and_the_spreadsheet(book: Book) -> None:
    column = {"sheetId": book.tab, "dimension": "COLUMNS", "startIndex": 6, "endIndex": 7}
    entries = [
        {"location": {"sheetId": book.tab}, "metadataValue": "Sales"},
        {"location": {"dimensionRange": column}, "metadataValue": "Sales"},
        {"location": {"spreadsheet": True}, "metadataValue": "Other"},
    ]
    common = {"visibility": "DOCUMENT", "metadataKey": "Sales"}
    requests = [{"createDeveloperMetadata": {"developerMetadata": e | common}} for e in entries]
    made = [one["createDeveloperMetadata"]["developerMetadata"] for one in book.batch(*requests)]
    assert len({one["metadataId"] for one in made}) == 3
    assert len(book.search({"metadataKey": "Sales"})) == 3
    assert len(book.search({"metadataKey": "Sales", "metadataValue": "Sales"})) == 2
    (of_column,) = book.search({"metadataKey": "Sales", "locationType": "COLUMN"})
    assert of_column["location"]["dimensionRange"] == column
    assert of_column["location"]["locationType"] == "COLUMN"
