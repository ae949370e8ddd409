"""Protected ranges: who may edit, what is refused, in which words (facts 5.3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from itn_sync.sandbox.errors import Json
from tests.sandbox.sheets_world import EDITOR, OWNER, READER, Workbook, refused, workbook

FRENCH = "Vous tentez de modifier une cellule ou un objet protégés."
ENGLISH = "You are trying to edit a protected cell or object. Please contact the spreadsheet owner"
COLUMN_A = {"sheetId": 0, "startColumnIndex": 0, "endColumnIndex": 1}


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Workbook]:
    with workbook(tmp_path) as one:
        yield one


def protect(range_: Json, **more: object) -> Json:
    protected = {"protectedRangeId": 1, "range": range_, "editors": {"users": [OWNER]}} | more
    return {"addProtectedRange": {"protectedRange": protected}}


def seen(book: Workbook, user: str) -> Json:
    found: Json = book.call("get", user=user)["sheets"][0]["protectedRanges"][0]
    return found


def test_only_editors_and_the_owner_write_in_a_protected_range(book: Workbook) -> None:
    book.batch(protect(COLUMN_A))
    with refused(400, FRENCH):
        book.write("A1:B1", [["x", "y"]], user=EDITOR)
    book.write("B1", [["y"]], user=EDITOR)
    book.write("A1", [["x"]])
    assert book.read("A1:B1") == [["x", "y"]]


def test_the_refusal_speaks_the_spreadsheets_language_and_names_the_place(tmp_path: Path) -> None:
    with workbook(tmp_path, "en_US") as book:
        book.batch(protect(COLUMN_A))
        data = [{"range": "A1", "values": [["x"]]}]
        with refused(400, f"Invalid data[0]: {ENGLISH}"):
            body = {"valueInputOption": "RAW", "data": data}
            book.call("values.batchUpdate", user=EDITOR, body=body)
        with refused(400, f"Invalid requests[0].deleteDimension: {ENGLISH}"):
            span = {"sheetId": 0, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}
            book.batch({"deleteDimension": {"range": span}}, user=EDITOR)


@pytest.mark.parametrize(
    "request_",
    [
        {"repeatCell": {"range": {"sheetId": 0}, "cell": {"note": "x"}, "fields": "note"}},
        {"sortRange": {"range": {"sheetId": 0}, "sortSpecs": [{"dimensionIndex": 1}]}},
        {
            "insertDimension": {
                "range": {"sheetId": 0, "dimension": "ROWS", "startIndex": 2, "endIndex": 3}
            }
        },
        {
            "moveDimension": {
                "source": {"dimension": "COLUMNS", "startIndex": 0, "endIndex": 1},
                "destinationIndex": 3,
            }
        },
        {
            "updateDimensionProperties": {
                "range": {"dimension": "COLUMNS", "startIndex": 0, "endIndex": 1},
                "properties": {"pixelSize": 10},
                "fields": "pixelSize",
            }
        },
        {"deleteSheet": {"sheetId": 0}},
        {"mergeCells": {"range": {"sheetId": 0, "endRowIndex": 2}}},
        {"deleteProtectedRange": {"protectedRangeId": 1}},
        {"findReplace": {"find": "x", "replacement": "y", "allSheets": True}},
        {"cutPaste": {"source": {"sheetId": 0, "endRowIndex": 1}, "destination": {}}},
        {"setDataValidation": {"range": {"sheetId": 0, "endRowIndex": 1}}},
    ],
)
def test_structural_changes_of_a_protected_range_are_refused_too(
    book: Workbook, request_: Json
) -> None:
    book.write("A1", [["x"]])
    book.batch({"addSheet": {"properties": {"title": "autre"}}}, protect(COLUMN_A))
    with refused(400, FRENCH):
        book.batch(request_, user=EDITOR)
    assert book.read("A1") == [["x"]]


def test_editors_are_shown_to_editors_only(book: Workbook) -> None:
    book.batch(protect(COLUMN_A))
    assert seen(book, OWNER)["editors"] == {"users": [OWNER]}
    assert seen(book, OWNER)["requestingUserCanEdit"] is True
    assert "editors" not in seen(book, EDITOR)
    assert "requestingUserCanEdit" not in seen(book, READER)


def test_without_editors_every_editor_of_the_document_may_edit(book: Workbook) -> None:
    book.batch({"addProtectedRange": {"protectedRange": {"range": COLUMN_A}}})
    assert set(seen(book, OWNER)["editors"]["users"]) == {OWNER, EDITOR}
    book.write("A1", [["x"]], user=EDITOR)


def test_a_warning_stops_nobody(book: Workbook) -> None:
    book.batch(protect(COLUMN_A, warningOnly=True))
    book.write("A1", [["x"]], user=EDITOR)
    assert "editors" not in seen(book, OWNER)


def test_a_protected_sheet_may_have_free_ranges(book: Workbook) -> None:
    free = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 3}
    book.batch(protect({"sheetId": 0}, unprotectedRanges=[free]))
    book.write("A2:Z3", [["x"]], user=EDITOR)
    with refused(400, FRENCH):
        book.write("A3:A4", [["x"], ["y"]], user=EDITOR)
    with refused(400, "Unprotected ranges are only supported on protected sheets."):
        part = protect(COLUMN_A, unprotectedRanges=[free], protectedRangeId=2)
        book.batch(part)


def test_the_domain_may_be_let_in(book: Workbook) -> None:
    book.batch(protect(COLUMN_A, editors={"domainUsersCanEdit": True}))
    book.write("A1", [["x"]], user=EDITOR)


def test_a_protection_is_changed_and_lifted(book: Workbook) -> None:
    book.batch(protect(COLUMN_A))
    change = {"protectedRangeId": 1, "editors": {"users": [EDITOR]}, "description": "secrétariat"}
    update = {"protectedRange": change, "fields": "editors,description"}
    book.batch({"updateProtectedRange": update})
    book.write("A1", [["x"]], user=EDITOR)
    assert seen(book, EDITOR)["description"] == "secrétariat"
    book.batch({"deleteProtectedRange": {"protectedRangeId": 1}})
    assert "protectedRanges" not in book.call("get")["sheets"][0]


def test_an_id_in_use_or_unknown_is_refused(book: Workbook) -> None:
    book.batch(protect(COLUMN_A))
    with refused(400, "Protected range with id 1 already exists."):
        book.batch(protect(COLUMN_A))
    with refused(400, "No protected range with id: 9"):
        book.batch({"deleteProtectedRange": {"protectedRangeId": 9}})


def test_a_named_range_may_be_what_is_protected(book: Workbook) -> None:
    named = {"name": "Ids", "namedRangeId": "n", "range": COLUMN_A}
    protected = {"namedRangeId": "n", "editors": {"users": [OWNER]}}
    book.batch(
        {"addNamedRange": {"namedRange": named}},
        {"addProtectedRange": {"protectedRange": protected}},
    )
    with refused(400, FRENCH):
        book.write("A1", [["x"]], user=EDITOR)


def test_rows_are_not_inserted_through_what_one_may_not_edit(book: Workbook) -> None:
    book.write("D1:D2", [["nom"], ["Ana"]])
    book.batch(protect(COLUMN_A))
    append: Json = {"range": "D1:D2", "valueInputOption": "RAW", "body": {"values": [["Bo"]]}}
    with refused(400, FRENCH):
        book.call("values.append", user=EDITOR, insertDataOption="INSERT_ROWS", **append)
    book.call("values.append", user=EDITOR, insertDataOption="OVERWRITE", **append)
    assert book.read("D1:D3") == [["nom"], ["Ana"], ["Bo"]]
