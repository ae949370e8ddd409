"""batchUpdate requests about the spreadsheet and its tabs (facts 5.3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from itn_sync.sandbox.errors import Json
from tests.sandbox.sheets_world import Workbook, box, refused, workbook

RED = {"red": 1}


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Workbook]:
    with workbook(tmp_path) as one:
        yield one


def tabs(book: Workbook) -> list[tuple[int, str]]:
    sheets = book.call("get")["sheets"]
    return [(s["properties"]["sheetId"], s["properties"]["title"]) for s in sheets]


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


@pytest.mark.parametrize(("title", "name"), [("Notes", "Notes"), ("L'an 2", "'L''an 2'")])
def test_formulas_name_a_renamed_tab_by_its_new_title(
    book: Workbook, title: str, name: str
) -> None:
    book.batch({"addSheet": {"properties": {"sheetId": 5, "title": "Data"}}})
    book.write("Data!A1:A2", [[1], [2]])
    kept = '="Data!A1"'
    formulas = ["=Data!A1", "=SUM('data'!A:A)", "=MyData!A1", kept]
    book.write("A1", [formulas], "USER_ENTERED")
    choice = {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": "=Data!A1:A2"}]}
    test = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=Data!A1>0"}]}
    rule = {"ranges": [box(0, 0, 1, 1)], "booleanRule": {"condition": test, "format": {}}}
    book.batch(
        {"setDataValidation": {"range": box(1, 0, 2, 1), "rule": {"condition": choice}}},
        {"addConditionalFormatRule": {"rule": rule}},
        {
            "updateSheetProperties": {
                "properties": {"sheetId": 5, "title": title},
                "fields": "title",
            }
        },
    )
    renamed = [f"={name}!A1", f"=SUM({name}!A:A)", "=MyData!A1", kept]
    assert book.read("A1:D1", "FORMULA") == [renamed]
    assert book.read("A1:B1") == [[1, 3]]
    validation = book.cell("A2")["dataValidation"]["condition"]["values"]
    assert validation == [{"userEnteredValue": f"={name}!A1:A2"}]
    found = book.call("get")["sheets"][0]["conditionalFormats"][0]["booleanRule"]["condition"]
    assert found["values"] == [{"userEnteredValue": f"={name}!A1>0"}]
