"""spreadsheets.get, create and the import of ready-made spreadsheets (facts 5, 13)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest

from itn_sync.sandbox import files, world
from itn_sync.sandbox.call import importers
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.grid import Grid, Row
from tests.sandbox.sheets_world import EDITOR, OWNER, READER, Workbook, refused, workbook


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Workbook]:
    with workbook(tmp_path) as one:
        yield one


def test_a_new_spreadsheet_has_one_tab_in_its_language(tmp_path: Path, book: Workbook) -> None:
    whole = book.call("get")
    assert whole["properties"]["title"] == "Suivi"
    assert whole["properties"]["locale"] == "fr_BE"
    assert whole["sheets"] == [
        {
            "properties": {
                "sheetId": 0,
                "title": "Feuille 1",
                "index": 0,
                "sheetType": "GRID",
                "gridProperties": {"rowCount": 1000, "columnCount": 26},
            }
        }
    ]
    with workbook(tmp_path, "en_US") as other:
        assert other.call("get")["sheets"][0]["properties"]["title"] == "Sheet1"


def test_a_spreadsheet_is_created_with_tabs_and_cells(book: Workbook) -> None:
    cell = {"userEnteredValue": {"stringValue": "x"}}
    data = [{"startRow": 1, "startColumn": 1, "rowData": [{"values": [cell]}]}]
    sheets = [{"properties": {"title": "A"}}, {"properties": {"title": "B"}, "data": data}]
    made = book.call("create", spreadsheetId="", body={"sheets": sheets})
    assert [s["properties"]["title"] for s in made["sheets"]] == ["A", "B"]
    assert book.read("B!B2", spreadsheetId=made["spreadsheetId"]) == [["x"]]


def test_grid_data_comes_when_asked_or_named_by_the_mask(book: Workbook) -> None:
    book.write("B2", [["x"]])
    assert "data" not in book.call("get")["sheets"][0]
    assert "data" not in book.call("get", fields="sheets.properties")["sheets"][0]
    named = book.call("get", fields="sheets(properties,data.rowData.values.effectiveValue)")
    data = named["sheets"][0]["data"][0]
    assert set(data) == {"rowData"}
    assert len(data["rowData"]) == 2
    masked = book.call("get", includeGridData=True, fields="properties")
    assert "data" not in masked["sheets"][0]


def test_ranges_limit_tabs_and_cells(book: Workbook) -> None:
    book.batch({"addSheet": {"properties": {"sheetId": 7, "title": "Suite"}}})
    book.write("Suite!B2:C3", [["b", "c"], ["d", "e"]])
    found = book.call("get", ranges=["Suite!B2:B3", "Suite!C3"], includeGridData=True)
    assert [s["properties"]["sheetId"] for s in found["sheets"]] == [7]
    first, second = found["sheets"][0]["data"]
    assert (first["startRow"], first["startColumn"], len(first["rowData"])) == (1, 1, 2)
    assert (second["startRow"], second["startColumn"]) == (2, 2)
    top = book.call("get", ranges=["A1"], includeGridData=True)["sheets"][0]["data"][0]
    assert "startRow" not in top
    assert "rowData" not in top


def test_a_data_filter_selects_tabs(book: Workbook) -> None:
    book.batch({"addSheet": {"properties": {"sheetId": 7, "title": "Suite"}}})
    filters = [{"gridRange": {"sheetId": 7, "endRowIndex": 1}}]
    body: Json = {"dataFilters": filters, "includeGridData": True}
    found = book.call("getByDataFilter", body=body)
    assert [s["properties"]["title"] for s in found["sheets"]] == ["Suite"]
    assert len(found["sheets"][0]["data"][0]["rowMetadata"]) == 1
    assert len(book.call("getByDataFilter")["sheets"]) == 2


def test_a_file_that_drive_made_is_an_empty_spreadsheet(book: Workbook) -> None:
    with book.world.transaction(write=True) as state:
        kind = "application/vnd.google-apps.spreadsheet"
        at = world.now(state)
        made = files.create_file(state, owner=OWNER, name="Né", mime_type=kind, now=at)
        text = files.create_file(state, owner=OWNER, name="t", mime_type="text/plain", now=at)
    whole = book.call("get", spreadsheetId=made["id"])
    assert whole["properties"]["title"] == "Né"
    assert whole["sheets"][0]["properties"]["title"] == "Feuille 1"
    with refused(400, "This operation is not supported for this document"):
        book.call("get", spreadsheetId=text["id"])


def test_a_write_is_seen_on_the_file(book: Workbook) -> None:
    with book.world.transaction(write=True) as state:
        before = files.get_file(state, book.id)
    book.write("A1", [["x"]], user=EDITOR)
    with book.world.transaction(write=True) as state:
        after = files.get_file(state, book.id)
    assert before is not None
    assert after is not None
    assert int(after["version"]) > int(before["version"])
    assert after["lastModifyingUser"]["emailAddress"] == EDITOR


def test_imported_spreadsheets_are_ready_for_use(book: Workbook) -> None:
    item = {
        "id": "1ImporteeDemo",
        "title": "Présences",
        "owner": OWNER,
        "sheets": [{"sheetId": 3, "title": "UE", "values": [["Nom", "P"], ["Ana", None, 46266]]}],
        "permissions": [{"role": "reader", "type": "user", "emailAddress": READER}],
    }
    with book.world.transaction(write=True) as state:
        importers()["spreadsheets"](state, [item], world.now(state))
    read = book.read("UE", spreadsheetId="1ImporteeDemo", user=READER)
    assert read == [["Nom", "P"], ["Ana", "", 46266]]
    with refused(403, "permission"):
        book.write("UE!A1", [["x"]], spreadsheetId="1ImporteeDemo", user=READER)


def test_a_large_tab_is_read_quickly(book: Workbook) -> None:
    grid = {"rowCount": 30_000, "columnCount": 30}
    book.batch(
        {"addSheet": {"properties": {"sheetId": 9, "title": "Grand", "gridProperties": grid}}}
    )
    with book.world.transaction(write=True) as state:
        cells = Grid(state, book.id, 9)
        for position in range(30_000):
            cells.keep(position, Row([f"valeur {position}", position, 0.5] * 10, []))
        cells.flush()
        start = perf_counter()
    assert len(book.read("Grand", "FORMATTED_VALUE")) == 30_000
    assert perf_counter() - start < 5  # 0.7 s on one quiet core; the promise is 1.5 s
