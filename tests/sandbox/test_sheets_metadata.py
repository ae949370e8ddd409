"""Developer metadata follows its row or column and is found by lookups (facts 5.4)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from itn_sync.sandbox.errors import Json
from tests.sandbox.sheets_world import OWNER, READER, Workbook, refused, workbook


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Workbook]:
    with workbook(tmp_path) as one:
        yield one


def at(dimension: str, index: int, sheet_id: int = 0) -> Json:
    span = {"sheetId": sheet_id, "dimension": dimension}
    return {"dimensionRange": span | {"startIndex": index, "endIndex": index + 1}}


def tag(key: str, location: Json, **more: Any) -> Json:
    entry = {"metadataKey": key, "location": location, "visibility": "DOCUMENT"} | more
    return {"createDeveloperMetadata": {"developerMetadata": entry}}


def found(book: Workbook, **lookup: Any) -> list[Json]:
    body = {"dataFilters": [{"developerMetadataLookup": lookup}]}
    answer = book.call("developerMetadata.search", body=body)
    return [m["developerMetadata"] for m in answer.get("matchedDeveloperMetadata", [])]


def index_of(book: Workbook, key: str) -> int | None:
    entries = found(book, metadataKey=key)
    if not entries:
        return None
    start: int = entries[0]["location"]["dimensionRange"]["startIndex"]
    return start


def test_an_entry_comes_back_as_google_tells_it(book: Workbook) -> None:
    entry = tag("colonne", at("COLUMNS", 1), metadataId=5, metadataValue="email")
    reply = book.batch(entry)["replies"][0]["createDeveloperMetadata"]["developerMetadata"]
    assert reply == {
        "metadataId": 5,
        "metadataKey": "colonne",
        "metadataValue": "email",
        "visibility": "DOCUMENT",
        "location": {"locationType": "COLUMN"} | at("COLUMNS", 1),
    }
    assert book.call("developerMetadata.get", metadataId=5) == reply


def test_an_id_in_use_refuses_the_whole_batch(book: Workbook) -> None:
    book.batch(tag("op", {"spreadsheet": True}, metadataId=12))
    row = {"values": [{"userEnteredValue": {"stringValue": "x"}}]}
    write = {"appendCells": {"sheetId": 0, "rows": [row], "fields": "userEnteredValue"}}
    with refused(400, "Invalid requests[1].createDeveloperMetadata: Developer metadata with id 12"):
        book.batch(write, tag("op", {"spreadsheet": True}, metadataId=12))
    assert book.read("A1") == []


@pytest.mark.parametrize(
    ("lookup", "keys"),
    [
        ({"metadataKey": "ligne"}, ["ligne"]),
        ({"metadataValue": "v"}, ["colonne"]),
        ({"metadataId": 3}, ["onglet"]),
        ({"locationType": "SPREADSHEET"}, ["classeur"]),
        ({"locationType": "ROW"}, ["ligne"]),
        ({"visibility": "DOCUMENT", "metadataKey": "onglet"}, ["onglet"]),
        ({"metadataKey": "ligne", "metadataValue": "v"}, []),
        ({"metadataLocation": {"sheetId": 0}}, ["ligne", "colonne", "onglet"]),
        ({"metadataLocation": at("ROWS", 2)}, ["ligne", "colonne", "onglet"]),
        ({"metadataLocation": at("ROWS", 5)}, ["colonne", "onglet"]),
        (
            {
                "metadataLocation": {"sheetId": 0},
                "locationMatchingStrategy": "EXACT_LOCATION",
            },
            ["onglet"],
        ),
        ({"metadataLocation": {"spreadsheet": True}}, ["classeur"]),
    ],
)
def test_a_lookup_selects_what_matches_all_its_fields(
    book: Workbook, lookup: Json, keys: list[str]
) -> None:
    book.batch(
        tag("ligne", at("ROWS", 2), metadataId=1),
        tag("colonne", at("COLUMNS", 1), metadataId=2, metadataValue="v"),
        tag("onglet", {"sheetId": 0}, metadataId=3),
        tag("classeur", {"spreadsheet": True}, metadataId=4),
    )
    assert [entry["metadataKey"] for entry in found(book, **lookup)] == keys


def test_a_lookup_that_contradicts_itself_is_refused(book: Workbook) -> None:
    with refused(400, "locationMatchingStrategy requires a metadataLocation"):
        found(book, locationMatchingStrategy="EXACT_LOCATION")


def test_metadata_moves_with_its_row_and_goes_with_it(book: Workbook) -> None:
    book.batch(tag("ligne", at("ROWS", 4)))
    rows = {"sheetId": 0, "dimension": "ROWS"}
    book.batch({"insertDimension": {"range": rows | {"startIndex": 0, "endIndex": 2}}})
    assert index_of(book, "ligne") == 6
    source = rows | {"startIndex": 6, "endIndex": 7}
    book.batch({"moveDimension": {"source": source, "destinationIndex": 1}})
    assert index_of(book, "ligne") == 1
    book.batch({"deleteDimension": {"range": rows | {"startIndex": 0, "endIndex": 1}}})
    assert index_of(book, "ligne") == 0
    book.batch({"deleteDimension": {"range": rows | {"startIndex": 0, "endIndex": 1}}})
    assert index_of(book, "ligne") is None


def test_metadata_goes_with_its_tab(book: Workbook) -> None:
    book.batch({"addSheet": {"properties": {"sheetId": 7}}}, tag("onglet", {"sheetId": 7}))
    book.batch({"deleteSheet": {"sheetId": 7}})
    assert found(book, metadataKey="onglet") == []


def test_metadata_of_another_project_is_not_seen(book: Workbook) -> None:
    book.batch(tag("mien", {"spreadsheet": True}, visibility="PROJECT", metadataId=9))
    with refused(404, "Requested entity was not found."):
        book.call("developerMetadata.get", metadataId=9, project="other")
    assert found(book, metadataKey="mien")
    assert "developerMetadata" not in book.call("get", project="other")
    assert book.call("get")["developerMetadata"][0]["metadataKey"] == "mien"


def test_a_tab_holds_thirty_thousand_characters_of_metadata(book: Workbook) -> None:
    book.batch(tag("k", at("ROWS", 0), metadataValue="x" * 29_999))
    with refused(400, "cannot exceed 30000 characters"):
        book.batch(tag("k", at("ROWS", 1)))
    book.batch(tag("k", {"spreadsheet": True}, metadataValue="x" * 29_999))


@pytest.mark.parametrize(
    "entry",
    [
        {"metadataKey": "k", "visibility": "DOCUMENT"},
        {"visibility": "DOCUMENT", "location": {"spreadsheet": True}},
        {"metadataKey": "k", "location": {"spreadsheet": True}},
        {"metadataKey": "k", "visibility": "DOCUMENT", "location": {"sheetId": 99}},
        {"metadataKey": "k", "visibility": "DOCUMENT", "location": at("ROWS", 1000)},
        {
            "metadataKey": "k",
            "visibility": "DOCUMENT",
            "location": {"dimensionRange": {"dimension": "ROWS", "endIndex": 2}},
        },
        {
            "metadataKey": "k",
            "visibility": "DOCUMENT",
            "location": {"spreadsheet": True},
            "metadataId": -1,
        },
    ],
)
def test_an_incomplete_entry_is_refused(book: Workbook, entry: Json) -> None:
    with refused(400, "Invalid requests[0].createDeveloperMetadata: "):
        book.batch({"createDeveloperMetadata": {"developerMetadata": entry}})


def test_entries_are_changed_and_deleted_by_lookup(book: Workbook) -> None:
    book.batch(tag("a", {"spreadsheet": True}), tag("a", {"sheetId": 0}))
    chosen = {"developerMetadataLookup": {"metadataKey": "a"}}
    change = {"dataFilters": [chosen], "developerMetadata": {"metadataValue": "neuf"}}
    update = {"updateDeveloperMetadata": change | {"fields": "metadataValue"}}
    reply = book.batch(update)["replies"][0]["updateDeveloperMetadata"]
    assert [e["metadataValue"] for e in reply["developerMetadata"]] == ["neuf", "neuf"]
    gone = book.batch({"deleteDeveloperMetadata": {"dataFilter": chosen}})["replies"][0]
    assert len(gone["deleteDeveloperMetadata"]["deletedDeveloperMetadata"]) == 2
    assert found(book, metadataKey="a") == []


def test_columns_are_written_by_their_metadata_and_null_skips_a_cell(book: Workbook) -> None:
    book.write("A1:B3", [["id", "mail"], ["1", "a"], ["2", "b"]])
    book.batch(tag("col", at("COLUMNS", 1), metadataValue="email"))
    chosen = {"developerMetadataLookup": {"metadataKey": "col", "metadataValue": "email"}}
    columns = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}
    book.batch({"insertDimension": {"range": columns}})
    data = {"dataFilter": chosen, "majorDimension": "COLUMNS", "values": [[None, None, "neuf"]]}
    body = {"valueInputOption": "RAW", "data": [data]}
    answer = book.call("values.batchUpdateByDataFilter", body=body)
    assert answer["totalUpdatedCells"] == 1
    assert answer["responses"][0]["dataFilter"] == chosen
    assert book.read("A1:C3") == [["", "id", "mail"], ["", "1", "a"], ["", "2", "neuf"]]
    got = book.call("values.batchGetByDataFilter", body={"dataFilters": [chosen]}, user=READER)
    assert got["valueRanges"][0]["valueRange"] == {
        "range": "'Feuille 1'!C1:C1000",
        "majorDimension": "ROWS",
        "values": [["mail"], ["a"], ["neuf"]],
    }
    cleared = book.call("values.batchClearByDataFilter", body={"dataFilters": [chosen]})
    assert cleared["clearedRanges"] == ["'Feuille 1'!C1:C1000"]
    assert book.read("C1:C3") == []


def test_values_beyond_a_filtered_range_are_refused(book: Workbook) -> None:
    book.batch(tag("col", at("COLUMNS", 1)))
    data = {"dataFilter": {"developerMetadataLookup": {"metadataKey": "col"}}}
    body = {"valueInputOption": "RAW", "data": [data | {"values": [["a", "b"]]}]}
    with refused(400, "Invalid data[0]: Requested writing within range"):
        book.call("values.batchUpdateByDataFilter", body=body, user=OWNER)


def test_column_metadata_is_shown_with_the_grid(book: Workbook) -> None:
    book.batch(tag("col", at("COLUMNS", 1)), tag("row", at("ROWS", 0)))
    data = book.call("get", ranges=["A1:B1"], includeGridData=True)["sheets"][0]["data"][0]
    assert data["columnMetadata"][0] == {"pixelSize": 100}
    assert data["columnMetadata"][1]["developerMetadata"][0]["metadataKey"] == "col"
    assert data["rowMetadata"][0]["developerMetadata"][0]["metadataKey"] == "row"
