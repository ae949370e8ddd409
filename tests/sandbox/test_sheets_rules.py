"""batchUpdate requests about conditional formats, names, bandings and filters (facts 5.3)."""

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


def test_conditional_formats_are_ordered(book: Workbook) -> None:
    def rule(kind: str) -> Json:
        values = {"values": [{"userEnteredValue": "a"}]} if kind == "TEXT_EQ" else {}
        condition = {"condition": {"type": kind} | values}
        look = {"format": {"textFormat": {"bold": True}}}
        return {"ranges": [box(0, 0, 5, 1)], "booleanRule": condition | look}

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
