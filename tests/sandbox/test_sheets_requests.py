"""spreadsheets.batchUpdate, kind by kind (facts 5.3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from itn_sync.sandbox.discovery import schema
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.requests import supported_kinds
from tests.sandbox.sheets_world import Workbook, refused, workbook

RED = {"red": 1}


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Workbook]:
    with workbook(tmp_path) as one:
        yield one


def box(top: int, left: int, bottom: int, right: int) -> Json:
    rows = {"startRowIndex": top, "endRowIndex": bottom}
    return {"sheetId": 0, "startColumnIndex": left, "endColumnIndex": right} | rows


def row(*values: Any) -> Json:
    kinds = {str: "stringValue", bool: "boolValue", int: "numberValue", float: "numberValue"}
    return {"values": [{"userEnteredValue": {kinds[type(v)]: v}} for v in values]}


def tabs(book: Workbook) -> list[tuple[int, str]]:
    sheets = book.call("get")["sheets"]
    return [(s["properties"]["sheetId"], s["properties"]["title"]) for s in sheets]


def test_a_kind_without_behaviour_is_refused_by_name(book: Workbook) -> None:
    with refused(400, "Invalid requests[0].addChart: The request kind addChart is not supported"):
        book.batch({"addChart": {"chart": {}}})
    assert supported_kinds() <= set(schema("sheets", "Request")["properties"])


def test_a_refused_request_undoes_the_whole_batch(book: Workbook) -> None:
    add = {"addSheet": {"properties": {"title": "Neuf"}}}
    with refused(400, "Invalid requests[1].deleteSheet: No sheet with id: 5"):
        book.batch(add, {"deleteSheet": {"sheetId": 5}})
    assert tabs(book) == [(0, "Feuille 1")]


def test_an_empty_batch_or_request_is_refused(book: Workbook) -> None:
    with refused(400, "Must specify at least one request."):
        book.batch()
    with refused(400, "Invalid requests[0]: No request set."):
        book.batch({})
    with refused(400, "Invalid requests[0]: Only one kind"):
        book.batch({"deleteSheet": {}, "addSheet": {}})


def test_tabs_are_added_with_ids_of_our_own(book: Workbook) -> None:
    properties = {"sheetId": 7, "title": "AR", "index": 0, "gridProperties": {"rowCount": 5}}
    reply = book.batch({"addSheet": {"properties": properties}}, {"addSheet": {}})["replies"]
    assert reply[0]["addSheet"]["properties"] == {
        "sheetId": 7,
        "title": "AR",
        "index": 0,
        "sheetType": "GRID",
        "gridProperties": {"rowCount": 5, "columnCount": 26},
    }
    assert [title for _, title in tabs(book)] == ["AR", "Feuille 1", "Feuille 3"]


@pytest.mark.parametrize(
    ("properties", "text"),
    [
        ({"sheetId": 0, "title": "x"}, "Sheet with id 0 already exists."),
        ({"sheetId": -1, "title": "x"}, "Sheet id must be non-negative."),
        (
            {"title": "feuille 1"},
            'A sheet with the name "feuille 1" already exists. Please enter another name.',
        ),
        ({"title": "x" * 101}, "The sheet name cannot be greater than 100 characters."),
        ({"title": "x", "gridProperties": {"rowCount": 10**6}}, "limit of 10000000 cells"),
    ],
)
def test_a_taken_id_or_title_is_refused(book: Workbook, properties: Json, text: str) -> None:
    with refused(400, f"Invalid requests[0].addSheet: {text}" if "limit" not in text else text):
        book.batch({"addSheet": {"properties": properties}})


def test_tabs_move_to_the_place_counted_before_the_move(book: Workbook) -> None:
    for title in ("B", "C"):
        book.batch({"addSheet": {"properties": {"title": title}}})
    change = {"properties": {"sheetId": 0, "index": 2}, "fields": "index"}
    book.batch({"updateSheetProperties": change})
    assert [title for _, title in tabs(book)] == ["B", "Feuille 1", "C"]
    book.batch({"updateSheetProperties": change})
    assert [title for _, title in tabs(book)] == ["B", "Feuille 1", "C"]


def test_a_tab_is_renamed_frozen_and_coloured(book: Workbook) -> None:
    properties = {
        "sheetId": 0,
        "title": "Suivi",
        "gridProperties": {"frozenRowCount": 1},
        "tabColor": RED,
    }
    mask = "title,gridProperties.frozenRowCount,tabColor"
    book.batch({"updateSheetProperties": {"properties": properties, "fields": mask}})
    shown = book.call("get")["sheets"][0]["properties"]
    assert shown["title"] == "Suivi"
    assert shown["gridProperties"] == {"rowCount": 1000, "columnCount": 26, "frozenRowCount": 1}
    assert shown["tabColorStyle"] == {"rgbColor": RED}


def test_the_last_visible_tab_stays(book: Workbook) -> None:
    with refused(400, "You can't remove all the visible sheets in a document."):
        book.batch({"deleteSheet": {"sheetId": 0}})
    hide = {"properties": {"sheetId": 0, "hidden": True}, "fields": "hidden"}
    with refused(400, "You can't hide all the visible sheets"):
        book.batch({"updateSheetProperties": hide})


def test_a_tab_is_copied_with_its_cells_and_rules(book: Workbook) -> None:
    book.write("A1", [["x"]])
    rule = {"ranges": [box(0, 0, 1, 1)], "booleanRule": {"condition": {"type": "BLANK"}}}
    book.batch({"addConditionalFormatRule": {"rule": rule, "index": 0}})
    copy = {"sourceSheetId": 0, "newSheetId": 4, "newSheetName": "Copie", "insertSheetIndex": 1}
    book.batch({"duplicateSheet": copy})
    assert book.read("Copie!A1") == [["x"]]
    copied = book.call("get")["sheets"][1]
    assert copied["conditionalFormats"][0]["ranges"][0]["sheetId"] == 4
    book.write("Copie!A1", [["y"]])
    assert book.read("A1") == [["x"]]


def test_the_spreadsheets_locale_and_zone_change(book: Workbook) -> None:
    change = {"properties": {"locale": "en_US", "timeZone": "UTC"}, "fields": "locale,timeZone"}
    book.batch({"updateSpreadsheetProperties": change})
    book.write("A1", [["1.5"]], "USER_ENTERED")
    assert book.read("A1") == [[1.5]]
    bad = {"properties": {"locale": "xx"}, "fields": "locale"}
    with refused(400, "Unsupported locale: xx"):
        book.batch({"updateSpreadsheetProperties": bad})


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
    assert shown["effectiveFormat"]["textFormat"]["fontFamily"] == "arial,sans,sans-serif"
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


def test_conditional_formats_are_ordered(book: Workbook) -> None:
    def rule(kind: str) -> Json:
        condition = {"condition": {"type": kind}, "format": {"textFormat": {"bold": True}}}
        return {"ranges": [box(0, 0, 5, 1)], "booleanRule": condition}

    def kinds() -> list[str]:
        rules = book.call("get")["sheets"][0].get("conditionalFormats", [])
        return [one["booleanRule"]["condition"]["type"] for one in rules]

    for kind in ("BLANK", "NOT_BLANK"):
        book.batch({"addConditionalFormatRule": {"rule": rule(kind), "index": 0}})
    assert kinds() == ["NOT_BLANK", "BLANK"]
    moved = book.batch({"updateConditionalFormatRule": {"sheetId": 0, "index": 0, "newIndex": 1}})
    assert moved["replies"][0]["updateConditionalFormatRule"]["oldIndex"] == 0
    new = {"index": 0, "rule": rule("TEXT_EQ")}
    reply = book.batch({"updateConditionalFormatRule": new})["replies"][0]
    old = reply["updateConditionalFormatRule"]["oldRule"]
    assert old["booleanRule"]["condition"]["type"] == "BLANK"
    gone = book.batch({"deleteConditionalFormatRule": {"sheetId": 0, "index": 1}})["replies"][0]
    assert "rule" in gone["deleteConditionalFormatRule"]
    assert kinds() == ["TEXT_EQ"]
    with refused(400, "No conditional format on sheet: 0 at index: 3"):
        book.batch({"deleteConditionalFormatRule": {"sheetId": 0, "index": 3}})


def test_a_name_stands_for_its_range(book: Workbook) -> None:
    named = {"name": "Totaux", "namedRangeId": "t", "range": box(0, 0, 2, 1)}
    book.batch({"addNamedRange": {"namedRange": named}})
    book.write("totaux", [[1], [2]])
    book.write("C1", [["=SUM(Totaux)"]], "USER_ENTERED")
    assert book.read("C1") == [[3]]
    with refused(400, "Named range with id t already exists."):
        book.batch({"addNamedRange": {"namedRange": named}})
    renamed = {"namedRange": {"namedRangeId": "t", "name": "Sommes"}, "fields": "name"}
    book.batch({"updateNamedRange": renamed})
    assert book.call("values.get", range="Sommes")["range"] == "'Feuille 1'!A1:A2"
    book.batch({"deleteNamedRange": {"namedRangeId": "t"}})
    with refused(400, "Unable to parse range: Sommes"):
        book.read("Sommes")


def test_bandings_do_not_overlap(book: Workbook) -> None:
    banding = {"bandedRangeId": 3, "range": box(0, 0, 5, 2)}
    colours = {"rowProperties": {"firstBandColor": RED}}
    book.batch({"addBanding": {"bandedRange": banding | colours}})
    with refused(400, "already has alternating background colors"):
        book.batch({"addBanding": {"bandedRange": {"range": box(4, 1, 6, 3)} | colours}})
    larger = {"bandedRange": {"bandedRangeId": 3, "range": box(0, 0, 9, 2)}, "fields": "range"}
    book.batch({"updateBanding": larger})
    shown = book.call("get")["sheets"][0]["bandedRanges"][0]
    assert shown["range"]["endRowIndex"] == 9
    assert shown["rowProperties"]["firstBandColorStyle"] == {"rgbColor": RED}
    book.batch({"deleteBanding": {"bandedRangeId": 3}})
    assert "bandedRanges" not in book.call("get")["sheets"][0]


def test_filters_are_kept_told_both_ways_and_cleared(book: Workbook) -> None:
    criteria = {"hiddenValues": ["x"]}
    specs = [{"columnIndex": 1, "filterCriteria": criteria}]
    book.batch({"setBasicFilter": {"filter": {"range": box(0, 0, 5, 3), "filterSpecs": specs}}})
    assert book.call("get")["sheets"][0]["basicFilter"]["criteria"] == {"1": criteria}
    view = {"filterViewId": 8, "title": "VA", "range": box(0, 0, 5, 3), "criteria": {"2": criteria}}
    added = book.batch({"addFilterView": {"filter": view}})["replies"][0]["addFilterView"]
    spec = {"columnIndex": 2, "filterCriteria": criteria}
    assert added["filter"]["filterSpecs"] == [spec]
    with refused(400, "Filter view with id 8 already exists."):
        book.batch({"addFilterView": {"filter": view}})
    renamed = {"filter": {"filterViewId": 8, "title": "AR"}, "fields": "title"}
    book.batch({"updateFilterView": renamed}, {"duplicateFilterView": {"filterId": 8}})
    titles = [v["title"] for v in book.call("get")["sheets"][0]["filterViews"]]
    assert titles == ["AR", "Copie de AR"]
    book.batch({"clearBasicFilter": {"sheetId": 0}}, {"deleteFilterView": {"filterId": 8}})
    assert "basicFilter" not in book.call("get")["sheets"][0]


def test_the_new_state_comes_back_in_the_same_answer(book: Workbook) -> None:
    rows = {"sheetId": 0, "rows": [row("id", 46266)], "fields": "userEnteredValue"}
    answer = book.batch(
        {"appendCells": rows},
        includeSpreadsheetInResponse=True,
        responseRanges=["A1:A"],
        responseIncludeGridData=True,
    )
    data = answer["updatedSpreadsheet"]["sheets"][0]["data"][0]
    assert data["rowData"] == [
        {
            "values": [
                {
                    "userEnteredValue": {"stringValue": "id"},
                    "effectiveValue": {"stringValue": "id"},
                    "formattedValue": "id",
                }
            ]
        }
    ]
    assert "updatedSpreadsheet" not in book.batch({"appendCells": rows})
