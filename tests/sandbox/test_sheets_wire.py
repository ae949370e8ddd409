"""Google's and gspread's own clients, unmodified but for the root URL, over real HTTP."""

from __future__ import annotations

from typing import Any

import gspread
import pytest
import requests
from googleapiclient.errors import HttpError
from gspread.exceptions import APIError, SpreadsheetNotFound, WorksheetNotFound
from gspread.utils import ValidationConditionType, ValueInputOption, ValueRenderOption

from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.conftest import Service, Session

SECRETARIAT = "secretariat@ecole.example"
GOOGLE = "https://sheets.googleapis.com/"
READ_ONLY = "https://www.googleapis.com/auth/spreadsheets.readonly"


class _Redirected(requests.Session):
    """Sends what gspread means for Google to the sandbox."""

    def __init__(self, inner: requests.Session, root_url: str) -> None:
        super().__init__()
        self._inner, self._root_url = inner, root_url

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> Any:
        address = str(url)
        for host in (GOOGLE, "https://www.googleapis.com/"):
            address = address.replace(host, self._root_url)
        return self._inner.request(method, address, *args, **kwargs)


@pytest.fixture
def gspread_client(sandbox: RunningSandbox, session: Session) -> gspread.Client:
    redirected = _Redirected(session(), sandbox.url)
    nobody: Any = None  # the session brings its own bearer
    return gspread.Client(auth=nobody, session=redirected, http_client=gspread.HTTPClient)


@pytest.fixture
def sheets(service: Service) -> Any:
    return service("sheets").spreadsheets()


@pytest.fixture
def made(sheets: Any) -> str:
    """The id of a new spreadsheet of the worker's."""
    body = {"properties": {"title": "Suivi", "locale": "fr_BE"}}
    answer = sheets.create(body=body, fields="spreadsheetId").execute()
    assert set(answer) == {"spreadsheetId"}
    return str(answer["spreadsheetId"])


def test_google_client_writes_and_reads(sheets: Any, made: str) -> None:
    values = sheets.values()
    body = {"values": [["Nom", "Né le"], ["Ana", "1/09/2000"], [None, "12,5"]]}
    where = {"spreadsheetId": made, "range": "'Feuille 1'!A1:B3"}
    values.update(**where, valueInputOption="USER_ENTERED", body=body).execute()
    options = {"valueRenderOption": "UNFORMATTED_VALUE", "majorDimension": "COLUMNS"}
    answer = values.get(**where, **options).execute()
    assert answer["values"] == [["Nom", "Ana"], ["Né le", 36770, 12.5]]
    answer = values.batchGet(spreadsheetId=made, ranges=["A1:A2", "B3"]).execute()
    assert [one["values"] for one in answer["valueRanges"]] == [[["Nom"], ["Ana"]], [["12,5"]]]


def test_one_batch_makes_a_tab_and_answers_its_state(sheets: Any, made: str) -> None:
    span = {"sheetId": 7, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    entry = {
        "metadataId": 41,
        "metadataKey": "colonne",
        "metadataValue": "email",
        "visibility": "DOCUMENT",
        "location": {"dimensionRange": span},
    }
    cell = {"userEnteredValue": {"stringValue": '=IMPORTXML("http://x.example")'}}
    rows = [{"values": [cell, {"userEnteredValue": {"numberValue": 46266}}]}]
    body = {
        "requests": [
            {"addSheet": {"properties": {"sheetId": 7, "title": "Inscriptions"}}},
            {"createDeveloperMetadata": {"developerMetadata": entry}},
            {"appendCells": {"sheetId": 7, "rows": rows, "fields": "userEnteredValue"}},
        ],
        "includeSpreadsheetInResponse": True,
        "responseRanges": ["Inscriptions!A1:B1"],
    }
    mask = "replies,updatedSpreadsheet(sheets(data(rowData(values(effectiveValue)))))"
    answer = sheets.batchUpdate(spreadsheetId=made, body=body, fields=mask).execute()
    assert len(answer["replies"]) == 3
    data = answer["updatedSpreadsheet"]["sheets"][0]["data"][0]
    assert data["rowData"][0]["values"] == [
        {"effectiveValue": {"stringValue": '=IMPORTXML("http://x.example")'}},
        {"effectiveValue": {"numberValue": 46266}},
    ]
    with pytest.raises(HttpError) as caught:
        sheets.batchUpdate(spreadsheetId=made, body=body).execute()
    assert caught.value.status_code == 400
    assert "Invalid requests[0].addSheet: Sheet with id 7 already exists." in str(caught.value)
    mask = "sheets(properties(sheetId),data(columnMetadata(developerMetadata(metadataValue))))"
    shown = sheets.get(spreadsheetId=made, ranges=["Inscriptions!A1:B1"], fields=mask).execute()
    columns = shown["sheets"][0]["data"][0]["columnMetadata"]
    assert columns == [{}, {"developerMetadata": [{"metadataValue": "email"}]}]


def test_columns_are_written_by_their_metadata(sheets: Any, made: str) -> None:
    span = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 2, "endIndex": 3}
    entry = {
        "metadataKey": "statut",
        "visibility": "DOCUMENT",
        "location": {"dimensionRange": span},
    }
    create = {"requests": [{"createDeveloperMetadata": {"developerMetadata": entry}}]}
    sheets.batchUpdate(spreadsheetId=made, body=create).execute()
    chosen = {"developerMetadataLookup": {"metadataKey": "statut"}}
    data = {"dataFilter": chosen, "majorDimension": "COLUMNS", "values": [[None, "ouvert"]]}
    body = {"valueInputOption": "RAW", "data": [data]}
    sheets.values().batchUpdateByDataFilter(spreadsheetId=made, body=body).execute()
    found = sheets.values().get(spreadsheetId=made, range="A1:C3").execute()
    assert found["values"] == [[], ["", "", "ouvert"]]
    metadata = sheets.developerMetadata()
    matched = metadata.search(spreadsheetId=made, body={"dataFilters": [chosen]}).execute()
    key = matched["matchedDeveloperMetadata"][0]["developerMetadata"]["metadataId"]
    assert metadata.get(spreadsheetId=made, metadataId=key).execute()["metadataKey"] == "statut"


@pytest.mark.parametrize(
    ("range_", "text"),
    [
        ("NOPE!A5:F15", "Unable to parse range: NOPE!A5:F15"),
        ("A1001:B", "exceeds grid limits. Max rows: 1000, max columns: 26"),
    ],
)
def test_googles_envelope_says_what_is_wrong(
    sheets: Any, made: str, range_: str, text: str
) -> None:
    with pytest.raises(HttpError) as caught:
        sheets.values().get(spreadsheetId=made, range=range_).execute()
    assert caught.value.status_code == 400
    assert text in caught.value.reason


def test_data_filters_need_the_full_scope_even_to_read(service: Service, made: str) -> None:
    reader = service("sheets", scopes=[READ_ONLY]).spreadsheets()
    assert reader.get(spreadsheetId=made).execute()["spreadsheetId"] == made
    with pytest.raises(HttpError) as caught:
        reader.getByDataFilter(spreadsheetId=made, body={}).execute()
    assert caught.value.status_code == 403


def test_a_spreadsheet_that_is_not_shared_is_forbidden(service: Service, made: str) -> None:
    theirs = service("sheets", user=SECRETARIAT).spreadsheets()
    with pytest.raises(HttpError) as caught:
        theirs.get(spreadsheetId=made).execute()
    assert caught.value.status_code == 403
    assert caught.value.reason == "The caller does not have permission"


def test_gspread_keeps_a_table(gspread_client: gspread.Client) -> None:
    book = gspread_client.create("Présences")
    tab = book.sheet1
    assert (tab.title, tab.id, tab.row_count, tab.col_count) == ("Feuille 1", 0, 1000, 26)
    tab.update([["id", "Nom"], ["1", "Ana"]], "A1")
    tab.append_row(["2", "Zoé"], table_range="A1:B1")
    assert tab.get_all_values() == [["id", "Nom"], ["1", "Ana"], ["2", "Zoé"]]
    assert tab.get_all_records() == [{"id": 1, "Nom": "Ana"}, {"id": 2, "Nom": "Zoé"}]
    found = tab.find("Zoé")
    assert found is not None
    assert found.address == "B3"
    assert tab.get("F1:G2") == [[]]
    assert tab.acell("B2").value == "Ana"
    tab.insert_row(["0", "Bo"], 2)
    tab.delete_rows(3)
    assert tab.col_values(1) == ["id", "0", "2"]
    tab.sort((2, "des"))
    tab.batch_update(
        [{"range": "C1", "values": [["=1+1"]]}], value_input_option=ValueInputOption.user_entered
    )
    assert tab.get("C1", value_render_option=ValueRenderOption.formula) == [["=1+1"]]
    tab.batch_clear(["C1"])
    tab.clear()
    assert tab.get_all_values() == [[]]


def test_gspread_shapes_a_spreadsheet(gspread_client: gspread.Client) -> None:
    book = gspread_client.create("Suivi")
    tab = book.add_worksheet("Dossiers", rows=10, cols=5, index=0)
    assert [one.title for one in book.worksheets()] == ["Dossiers", "Feuille 1"]
    tab.freeze(rows=1)
    tab.format("A1:C1", {"textFormat": {"bold": True}})
    tab.set_basic_filter("A1:C10")
    tab.merge_cells("D1:E1")
    tab.add_protected_range("A:A", [], description="ids")
    tab.insert_note("A1", "clé")
    assert tab.get_note("A1") == "clé"
    tab.hide_columns(0, 1)
    tab.update_title("Cas")
    tab.resize(rows=20)
    tab.define_named_range("A1:A3", "Ids")
    copy = tab.duplicate(new_sheet_name="Copie")
    assert copy.row_count == 20
    metadata = book.fetch_sheet_metadata()
    shown = next(s for s in metadata["sheets"] if s["properties"]["title"] == "Cas")
    assert shown["properties"]["gridProperties"] == {
        "rowCount": 20,
        "columnCount": 5,
        "frozenRowCount": 1,
    }
    assert shown["merges"] == [
        {
            "sheetId": tab.id,
            "startRowIndex": 0,
            "endRowIndex": 1,
            "startColumnIndex": 3,
            "endColumnIndex": 5,
        }
    ]
    book.del_worksheet(copy)
    book.update_title("Suivi 2")
    assert gspread_client.open_by_key(book.id).title == "Suivi 2"
    book.share(SECRETARIAT, perm_type="user", role="writer", notify=False)


def test_gspread_tidies_groups_copies_and_checks(gspread_client: gspread.Client) -> None:
    book, other = gspread_client.create("Suivi"), gspread_client.create("Archive")
    tab = book.sheet1
    rows: list[list[Any]] = [["Nom", "Points"], ["Omar", 8], ["Ana", 12], ["Zoé", 10]]
    tab.update(rows, "A1:B4")
    tab.sort((2, "des"), range="A2:B4")
    assert tab.col_values(1) == ["Nom", "Ana", "Zoé", "Omar"]
    tab.update_acell("C1", '=COUNTIF(B2:B4;">=10")')
    assert tab.acell("C1").value == "2"
    tab.copy_range("A1:B2", "E1:F2")
    tab.cut_range("E1:F2", "H1")
    assert tab.get("H1:I2") == [["Nom", "Points"], ["Ana", "12"]]
    tab.add_dimension_group_rows(1, 3)
    assert [g["range"]["endIndex"] for g in tab.list_dimension_group_rows()] == [3]
    tab.delete_dimension_group_rows(1, 3)
    assert tab.list_dimension_group_rows() == []
    tab.add_validation("D2:D4", ValidationConditionType.one_of_list, ["oui", "non"], strict=True)
    copied = tab.copy_to(other.id)
    assert copied["title"].startswith("Copie de ")
    assert other.get_worksheet_by_id(copied["sheetId"]).acell("C1").value == "2"


def test_gspread_meets_googles_errors(gspread_client: gspread.Client) -> None:
    with pytest.raises(SpreadsheetNotFound):
        gspread_client.open_by_key("1Inconnu")
    book = gspread_client.create("Suivi")
    with pytest.raises(WorksheetNotFound):
        book.worksheet("Absente")
    with pytest.raises(APIError) as caught:
        book.sheet1.update([["x"]], "A1001")
    assert caught.value.code == 400
    assert "exceeds grid limits" in str(caught.value)
