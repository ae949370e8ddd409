"""spreadsheets.create with everything that a Spreadsheet may bring along; what is out of scope is
named, never dropped in silence (issue 3)."""

from __future__ import annotations

from typing import Any

import pytest
from googleapiclient.errors import HttpError

from itn_sync.sandbox.errors import Json
from tests.sandbox.conftest import Service
from tests.sandbox.sheets_world import box

_PIE = {"pieChart": {"domain": {"sourceRange": {"sources": [box(0, 0, 3, 1)]}}}}
_NOT_BLANK = {"condition": {"type": "NOT_BLANK"}, "format": {"textFormat": {"bold": True}}}


@pytest.fixture
def sheets(service: Service) -> Any:
    return service("sheets").spreadsheets()


def test_a_spreadsheet_is_made_with_all_its_parts(sheets: Any) -> None:
    rows = {"dimension": "ROWS", "startIndex": 1, "endIndex": 3}
    tab: Json = {
        "properties": {"sheetId": 0, "title": "Suivi"},
        "merges": [box(0, 0, 1, 2)],
        "conditionalFormats": [{"ranges": [box(1, 0, 5, 1)], "booleanRule": _NOT_BLANK}],
        "bandedRanges": [{"range": box(0, 0, 9, 2), "rowProperties": {"headerColor": {"red": 1}}}],
        "filterViews": [{"title": "Moi", "range": box(0, 0, 9, 2)}],
        "protectedRanges": [{"range": box(0, 0, 1, 1), "warningOnly": True}],
        "basicFilter": {"range": box(0, 0, 9, 2)},
        "charts": [{"chartId": 4, "spec": _PIE}],
        "rowGroups": [{"range": rows, "depth": 1}],
        "developerMetadata": [
            {"metadataKey": "k", "visibility": "DOCUMENT", "location": {"sheetId": 0}}
        ],
        "data": [
            {
                "startRow": 1,
                "rowData": [{"values": [{"userEnteredValue": {"stringValue": "Ana"}}]}],
                "columnMetadata": [{"pixelSize": 250}],
            }
        ],
    }
    named = [{"name": "noms", "range": box(1, 0, 9, 1)}]
    body = {"properties": {"title": "Tout"}, "sheets": [tab], "namedRanges": named}
    key = sheets.create(body=body).execute()["spreadsheetId"]
    made = sheets.get(spreadsheetId=key, includeGridData=True).execute()
    (shown,) = made["sheets"]
    assert set(tab) <= set(shown)
    assert [len(shown[name]) for name in tab if isinstance(tab[name], list)] == [1] * 9
    assert made["namedRanges"][0]["name"] == "noms"
    data = shown["data"][0]
    assert data["rowData"][1]["values"][0]["formattedValue"] == "Ana"
    assert data["columnMetadata"][0]["pixelSize"] == 250


_CELL = {"userEnteredValue": {"numberValue": 1}}
_PIVOT = {"source": box(0, 0, 2, 2)}


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        ({"addSlicer": {"slicer": {}}}, "addSlicer"),
        ({"addTable": {"table": {}}}, "addTable"),
        ({"addDataSource": {"dataSource": {}}}, "addDataSource"),
        (
            {
                "updateCells": {
                    "start": {"sheetId": 0},
                    "rows": [{"values": [_CELL | {"pivotTable": _PIVOT}]}],
                    "fields": "*",
                }
            },
            "pivotTable",
        ),
        (
            {
                "repeatCell": {
                    "range": box(0, 0, 1, 1),
                    "cell": {"pivotTable": _PIVOT},
                    "fields": "pivotTable",
                }
            },
            "pivotTable",
        ),
        ({"appendCells": {"tableId": "t", "rows": [{}], "fields": "*"}}, "tableId"),
        ({"autoResizeDimensions": {"dataSourceSheetDimensions": {}}}, "dataSourceSheetDimensions"),
        (
            {
                "sortRange": {
                    "range": box(0, 0, 2, 2),
                    "sortSpecs": [{"dataSourceColumnReference": {"name": "a"}}],
                }
            },
            "dataSourceColumnReference",
        ),
        ({"setBasicFilter": {"filter": {"range": box(0, 0, 2, 2), "tableId": "t"}}}, "tableId"),
        ({"addSheet": {"properties": {"sheetType": "OBJECT"}}}, "GRID"),
    ],
)
def test_what_is_out_of_scope_is_refused_by_name(sheets: Any, request_: Json, name: str) -> None:
    key = sheets.create(body={}).execute()["spreadsheetId"]
    body = {"requests": [{"addSheet": {"properties": {"title": "Neuf"}}}, request_]}
    with pytest.raises(HttpError) as caught:
        sheets.batchUpdate(spreadsheetId=key, body=body).execute()
    assert caught.value.status_code == 400
    assert name in caught.value.reason
    assert len(sheets.get(spreadsheetId=key).execute()["sheets"]) == 1


@pytest.mark.parametrize("kind", ["slicers", "tables"])
def test_no_spreadsheet_is_made_with_what_is_out_of_scope(sheets: Any, kind: str) -> None:
    with pytest.raises(HttpError, match="is not supported by the sandbox"):
        sheets.create(body={"sheets": [{kind: [{}]}]}).execute()
