"""Copying, cutting and framing cells. Source: CopyPasteRequest, CutPasteRequest and
UpdateBordersRequest in the discovery document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from itn_sync.sandbox.errors import Json
from tests.sandbox.sheets_world import Workbook, box, refused, workbook

BOLD = {"textFormat": {"bold": True}}
LINE = {"style": "SOLID", "color": {"red": 1}}
RULE = {"condition": {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "1"}]}}


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Workbook]:
    """A1 is 2, bold, framed below, with a validation; B1 is =A1*2; A2:B2 are merged."""
    with workbook(tmp_path) as one:
        one.write("A1:B2", [[2, "=A1*2"], ["titre", None]], "USER_ENTERED")
        cell = {"userEnteredFormat": BOLD, "dataValidation": RULE}
        fields = "userEnteredFormat,dataValidation"
        rule = {"ranges": [box(0, 0, 1, 1)], "booleanRule": RULE | {"format": {}}}
        one.batch(
            {"repeatCell": {"range": box(0, 0, 1, 1), "cell": cell, "fields": fields}},
            {"updateBorders": {"range": box(0, 0, 1, 1), "bottom": LINE}},
            {"mergeCells": {"range": box(1, 0, 2, 2), "mergeType": "MERGE_ALL"}},
            {"addConditionalFormatRule": {"rule": rule}},
        )
        yield one


def paste(book: Workbook, kind: str, to: Json, **more: Any) -> None:
    details = {"source": box(0, 0, 2, 2), "destination": to, "pasteType": kind} | more
    book.batch({"copyPaste": details})


def tab(book: Workbook) -> Json:
    found: Json = book.call("get")["sheets"][0]
    return found


@pytest.mark.parametrize(
    ("kind", "values", "look", "merges", "conditions"),
    [
        ("PASTE_NORMAL", [[2, "=D1*2"], ["titre"]], (True, True, True), 2, 2),
        ("PASTE_NO_BORDERS", [[2, "=D1*2"], ["titre"]], (True, False, True), 2, 2),
        ("PASTE_VALUES", [[2, 4], ["titre"]], (False, False, False), 1, 1),
        ("PASTE_FORMULA", [[2, "=D1*2"], ["titre"]], (False, False, False), 1, 1),
        ("PASTE_FORMAT", [], (True, True, False), 1, 1),
        ("PASTE_DATA_VALIDATION", [], (False, False, True), 1, 1),
        ("PASTE_CONDITIONAL_FORMATTING", [], (False, False, False), 1, 2),
    ],
)
def test_each_kind_of_paste_brings_what_it_says(
    book: Workbook,
    kind: str,
    values: list[Any],
    look: tuple[bool, bool, bool],
    merges: int,
    conditions: int,
) -> None:
    paste(book, kind, box(0, 3, 2, 5))
    assert book.read("D1:E2", "FORMULA") == values
    cell = book.cell("D1")
    entered = cell.get("userEnteredFormat", {})
    bold = entered.get("textFormat", {}).get("bold", False)
    assert (bold, "borders" in entered, "dataValidation" in cell) == look
    assert len(tab(book)["merges"]) == merges
    assert len(tab(book)["conditionalFormats"][0]["ranges"]) == conditions


def test_a_transposed_paste_turns_rows_into_columns(book: Workbook) -> None:
    paste(book, "PASTE_NORMAL", box(0, 3, 1, 4), pasteOrientation="TRANSPOSE")
    assert book.read("D1:E2", "FORMULA")[0] == [2, "titre"]
    assert box(0, 4, 2, 5) in tab(book)["merges"]


def test_a_destination_of_several_sizes_is_filled_with_repeats(book: Workbook) -> None:
    paste(book, "PASTE_NORMAL", box(0, 3, 4, 7))
    assert book.read("D1:G4", "UNFORMATTED_VALUE") == [
        [2, 4, 2, 4],
        ["titre", "", "titre"],
        [2, 4, 2, 4],
        ["titre", "", "titre"],
    ]
    assert len(tab(book)["merges"]) == 5


def test_a_paste_beyond_the_grid_changes_nothing(book: Workbook) -> None:
    before = book.call("get", includeGridData=True)
    with refused(400, "exceeds grid limits"):
        paste(book, "PASTE_NORMAL", box(999, 25, 1000, 26))
    assert book.call("get", includeGridData=True) == before


def test_what_is_cut_is_named_where_it_went(book: Workbook) -> None:
    book.write("F1:G1", [["=A1+B1", "=SUM(A1:B1)"]], "USER_ENTERED")
    place = {"sheetId": 0, "rowIndex": 4, "columnIndex": 1}
    cut = {"source": box(0, 0, 1, 1), "destination": place, "pasteType": "PASTE_NORMAL"}
    book.batch({"cutPaste": cut})
    assert book.read("A1:B1", "FORMULA") == [["", "=B5*2"]]
    assert book.read("F1:G1", "FORMULA") == [["=B5+B1", "=SUM(A1:B1)"]]
    assert (book.read("B5"), book.read("F1")) == ([[2]], [[6]])


def test_what_is_cut_to_another_tab_is_named_there(book: Workbook) -> None:
    book.batch({"addSheet": {"properties": {"sheetId": 3, "title": "L'autre"}}})
    place = {"sheetId": 3, "rowIndex": 0, "columnIndex": 0}
    book.batch({"cutPaste": {"source": box(0, 0, 1, 1), "destination": place}})
    assert book.read("B1", "FORMULA") == [["='L''autre'!A1*2"]]
    assert book.read("B1") == [[4]]


def test_a_border_is_seen_from_both_sides(book: Workbook) -> None:
    book.batch({"updateBorders": {"range": box(3, 3, 5, 5), "left": LINE, "innerVertical": LINE}})
    sides = {a1: book.cell(a1)["userEnteredFormat"]["borders"] for a1 in ("C4", "D4", "D5", "E4")}
    assert [sorted(borders) for borders in sides.values()] == [
        ["right"],
        ["left", "right"],
        ["left", "right"],
        ["left"],
    ]
    assert sides["C4"]["right"]["colorStyle"] == {"rgbColor": {"red": 1}}
    none = {"style": "NONE"}
    book.batch({"updateBorders": {"range": box(3, 2, 5, 3), "right": none}})
    assert "userEnteredFormat" not in book.cell("C4")
    assert sorted(book.cell("D4")["userEnteredFormat"]["borders"]) == ["right"]
