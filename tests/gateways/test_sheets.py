"""A spreadsheet shared with people: made, found again and read, over real HTTP (facts 5)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from itn_sync.domain.serials import date_serial
from itn_sync.domain.tabs import Book
from itn_sync.domain.tracking import ACCOMMODATIONS, TABS
from itn_sync.gateways.cells import Json
from itn_sync.gateways.errors import Missing, Refused
from tests.gateways.sheets_office import DIRECTION, SECRETARIAT, TAB, Office, row

GRID = (
    "sheets(properties,basicFilter,conditionalFormats,protectedRanges,"
    "data(columnMetadata,rowData.values.userEnteredValue))"
)


def columns(start: int, end: int) -> Json:
    """The columns [start, end) of TAB."""
    span = {"sheetId": TAB.sheet_id, "dimension": "COLUMNS"}
    return span | {"startIndex": start, "endIndex": end}


def test_set_up_makes_every_tab_in_one_call_and_then_nothing(office: Office) -> None:
    tracking = [tab for tab in TABS if tab.book is Book.TRACKING]
    spreadsheet = office.spreadsheet(*tracking)
    empty = spreadsheet.read()
    assert empty.missing == tuple(tracking)
    assert not empty.problems
    office.calls()
    spreadsheet.set_up(empty)
    assert office.calls() == {"sheets.spreadsheets.batchUpdate": 1}
    made, before = spreadsheet.read(), office.get(fields=GRID)
    assert not made.needs_set_up
    assert not made.problems
    office.calls()
    spreadsheet.set_up(made)
    assert office.calls() == {}
    assert office.get(fields=GRID) == before


def test_set_up_twice_at_the_same_time_makes_nothing_twice(office: Office) -> None:
    one, other = office.spreadsheet(), office.spreadsheet()
    empty = one.read()
    one.set_up(empty)
    before = office.get(fields=GRID)
    other.set_up(empty)
    assert office.get(fields=GRID) == before


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_line_dropped_during_set_up_does_no_harm(office: Office, drop: str) -> None:
    spreadsheet = office.spreadsheet()
    empty = spreadsheet.read()
    office.trouble(method="sheets.spreadsheets.batchUpdate", drop=drop)
    spreadsheet.set_up(empty)
    assert not spreadsheet.read().needs_set_up
    titles = [sheet["properties"]["title"] for sheet in office.get()["sheets"]]
    assert titles == ["Suivi", "Feuille 1"]  # it opens at the first


def test_one_call_reads_everything(office: Office) -> None:
    spreadsheet = office.ready()
    office.calls()
    spreadsheet.read()
    assert office.calls() == {"sheets.spreadsheets.get": 1}


def test_a_row_is_read_with_its_number_its_dates_and_what_people_typed(office: Office) -> None:
    spreadsheet = office.ready()
    due = date_serial(date(2026, 9, 15))
    spreadsheet.append({TAB: [row("D-1", name="Nadia"), row("D-2", due=due)]}, 1)
    office.type("Suivi!D2", "Clos")
    office.type("Suivi!C2", "=1/0", user=DIRECTION)
    one, other = spreadsheet.read().tables["suivi"].rows.values()
    assert (one.id, one.number, other.id, other.number) == ("D-1", 2, "D-2", 3)
    assert one.cells == {"id": "D-1", "name": "Nadia", "due": "#DIV/0!", "status": "Clos"}
    assert other.cells == {"id": "D-2", "due": due, "status": "À contacter"}


def test_renamed_and_moved_tabs_and_columns_are_still_found(office: Office) -> None:
    spreadsheet = office.ready()
    spreadsheet.append({TAB: [row("D-1", name="Nadia")]}, 1)
    properties = {"sheetId": TAB.sheet_id, "title": "Nos étudiants", "index": 0}
    office.batch(
        {"updateSheetProperties": {"properties": properties, "fields": "title,index"}},
        {"insertDimension": {"range": columns(1, 2)}},
        {"moveDimension": {"source": columns(5, 6), "destinationIndex": 0}},
    )
    office.type("'Nos étudiants'!D1", "Nom complet")
    snapshot = spreadsheet.read()
    assert not snapshot.needs_set_up
    assert not snapshot.problems
    assert snapshot.layouts["suivi"].title == "Nos étudiants"
    assert snapshot.tables["suivi"].rows["D-1"].text("name") == "Nadia"
    assert snapshot.tables["suivi"].rows["D-1"].text("status") == "À contacter"


def test_rows_and_columns_that_people_add_are_left_alone(office: Office) -> None:
    spreadsheet = office.ready()
    office.batch(
        {"appendDimension": {"sheetId": TAB.sheet_id, "dimension": "COLUMNS", "length": 1}}
    )
    office.type("Suivi!F1", "Notre colonne")
    office.type("Suivi!E2", "une ligne à nous")
    snapshot = spreadsheet.read()
    assert not snapshot.tables["suivi"].rows
    assert not snapshot.needs_set_up
    assert not snapshot.problems


def test_a_deleted_worker_column_is_a_problem_and_comes_back_at_the_right(office: Office) -> None:
    spreadsheet = office.ready()
    spreadsheet.append({TAB: [row("D-1", name="Nadia")]}, 1)
    office.batch({"deleteDimension": {"range": columns(1, 2)}})
    snapshot = spreadsheet.read()
    assert [problem.key for problem in snapshot.problems] == ["sheet/suivi/colonne/name"]
    assert {c.key for c in snapshot.missing_columns["suivi"]} == {"name"}
    spreadsheet.set_up(snapshot)
    again = spreadsheet.read()
    assert not again.problems
    assert not again.needs_set_up
    spreadsheet.update({TAB: {"D-1": {"name": "Nadia"}}}, again)
    assert office.rows()[0][-1] == "Étudiant"
    assert office.column("Étudiant") == ["Nadia"]
    assert office.column("Statut") == ["À contacter"]


def test_a_column_inserted_while_another_comes_back_is_not_written_on(office: Office) -> None:
    spreadsheet = office.ready()
    office.batch({"deleteDimension": {"range": columns(1, 2)}})
    snapshot = spreadsheet.read()
    office.batch({"insertDimension": {"range": columns(0, 1)}})
    office.type("Suivi!A1", "À nous")
    spreadsheet.set_up(snapshot)
    assert set(office.rows()[0]) == {"À nous", *(column.heading for column in TAB.columns)}


def test_a_lifted_protection_comes_back(office: Office) -> None:
    spreadsheet = office.ready()
    protected = office.get()["sheets"][0]["protectedRanges"][0]["protectedRangeId"]
    office.batch({"deleteProtectedRange": {"protectedRangeId": protected}})
    spreadsheet.set_up(spreadsheet.read())
    assert not spreadsheet.read().needs_set_up
    assert len(office.get()["sheets"][0]["protectedRanges"]) == 3


def test_the_secretariat_may_fill_in_its_columns_but_not_the_worker_s(office: Office) -> None:
    office.ready().append({TAB: [row("D-1", name="Nadia")]}, 1)
    office.type("Suivi!D2", "Clos", user=SECRETARIAT)
    office.type("Suivi!B1", "Nom complet", user=SECRETARIAT)
    with pytest.raises(Refused) as refusal:
        office.type("Suivi!B2", "quelqu'un d'autre", user=SECRETARIAT)
    assert refusal.value.status == 400
    assert office.rows()[:2] == [
        ["Dossier", "Nom complet", "Avant le", "Statut", "Remarques"],
        ["D-1", "Nadia", "", "Clos"],
    ]


def test_a_range_that_the_worker_may_not_edit_is_a_problem(office: Office) -> None:
    spreadsheet = office.ready()
    area = {"sheetId": TAB.sheet_id, "startRowIndex": 4, "endRowIndex": 6}
    editors = {"users": [DIRECTION]}
    office.batch({"addProtectedRange": {"protectedRange": {"range": area, "editors": editors}}})
    (problem,) = spreadsheet.read().problems
    assert problem.key.startswith("sheet/suivi/protection/")
    assert problem.scope == "sheet/suivi"


def test_a_tab_made_by_hand_keeps_what_people_wrote(office: Office) -> None:
    office.batch({"addSheet": {"properties": {"sheetId": 5, "title": "suivi"}}})
    for cell, text in (("A1", "Étudiant"), ("B1", "Groupe"), ("A2", "Nadia"), ("B2", "B")):
        office.type(f"suivi!{cell}", text)
    spreadsheet = office.spreadsheet()
    spreadsheet.set_up(spreadsheet.read())
    snapshot = spreadsheet.append({TAB: [row("D-1", name="Émile")]}, 1)
    assert not snapshot.needs_set_up
    assert office.column("Étudiant") == ["Nadia", "Émile"]
    assert office.column("Groupe") == ["B", ""]
    assert spreadsheet.row_link("suivi", 3).endswith("#gid=5&range=A3")


def test_confidential_text_is_read_as_such(office: Office) -> None:
    spreadsheet = office.spreadsheet(ACCOMMODATIONS)
    spreadsheet.set_up(spreadsheet.read())
    place = ACCOMMODATIONS.columns.index(ACCOMMODATIONS.column("request"))
    letter = chr(ord("A") + place)
    office.type("AR!A2", "D-9", user=DIRECTION)
    office.type(f"AR!{letter}2", "un tiers-temps", user=DIRECTION)
    found: Any = spreadsheet.read().tables["ar"].rows["D-9"].cells["request"]
    assert str(found) == "<confidentiel>"
    assert found.reveal() == "un tiers-temps"


def test_a_link_opens_the_row(office: Office) -> None:
    link = office.spreadsheet().row_link("suivi", 7)
    assert link == f"{office.root}spreadsheets/d/{office.id}/edit?gid=71900#gid=71900&range=A7"


def test_a_spreadsheet_that_is_not_shared_is_refused(office: Office) -> None:
    with pytest.raises(Refused):
        office.spreadsheet(worker="quelquun@ecole.example").read()
    office.id = "1absent"
    with pytest.raises(Missing):
        office.spreadsheet().read()
