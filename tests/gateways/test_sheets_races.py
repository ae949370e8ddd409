"""What people do between the worker's reading and its writing (design section 3, acceptance)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from itn_sync.domain.seen import Cell
from itn_sync.gateways.sheet_writes import stray_bodies
from itn_sync.gateways.sheets import Spreadsheet
from tests.gateways.sheets_office import (
    DIRECTION,
    TAB,
    Office,
    delete_an_own_column,
    insert_a_row,
    insert_column,
    insert_column_before_the_first,
    move_a_column,
    move_the_tab,
    rename_a_heading,
    row,
    sort_backwards,
    span,
)

MEANWHILE = (
    insert_column,
    insert_column_before_the_first,
    move_a_column,
    delete_an_own_column,
    rename_a_heading,
    insert_a_row,
    sort_backwards,
    move_the_tab,
)
Act = Callable[[Office], None]


def people_s_cells(office: Office) -> dict[str, list[Any]]:
    """What people see in their columns, by dossier."""
    notes = zip(office.column("Dossier"), office.column("Remarques"), strict=True)
    return {identity: [note] for identity, note in notes if identity in ("D-1", "D-2")}


@pytest.mark.parametrize("act", MEANWHILE)
def test_a_new_row_stands_right_whatever_people_did_since_the_reading(
    office: Office, spreadsheet: Spreadsheet, act: Act
) -> None:
    spreadsheet.read()
    act(office)
    snapshot = spreadsheet.append({TAB: [row("D-3", name="Inès", due=46_280)]}, 2)
    added = snapshot.tables["suivi"].rows["D-3"]
    wanted = {"id": "D-3", "name": "Inès", "due": 46_280, "status": "À contacter"}
    layout = snapshot.layouts["suivi"]
    assert added.cells == {k: v for k, v in wanted.items() if k in layout.columns}
    assert added.number == layout.last_row
    assert people_s_cells(office) == {"D-1": ["appelée lundi"], "D-2": ["absent"]}
    if "À nous" in office.rows()[0]:
        assert office.column("À nous") == ["notre note" if act is insert_column else "", "", ""]


@pytest.mark.parametrize("act", MEANWHILE)
def test_a_change_lands_in_its_column_and_its_row_in_the_end(
    office: Office, spreadsheet: Spreadsheet, act: Act
) -> None:
    stale = spreadsheet.read()
    act(office)
    wanted: dict[str, Cell] = {"name": "Nadia B.", "due": 46_280}
    found = spreadsheet.update({TAB: {"D-1": wanted}}, stale)
    other: dict[str, Cell] = {"name": "Émile", "due": None}
    rows = spreadsheet.update({TAB: {"D-1": wanted, "D-2": other}}, found).tables["suivi"].rows
    assert rows["D-1"].text("name") == "Nadia B."
    assert rows["D-2"].text("name") == "Émile"
    assert people_s_cells(office) == {"D-1": ["appelée lundi"], "D-2": ["absent"]}
    if "À nous" in office.rows()[0]:
        assert office.column("À nous")[:2] == ["notre note" if act is insert_column else "", ""]
    if act is insert_a_row:
        assert not any(office.rows()[1])


def test_a_row_that_people_inserted_keeps_what_they_wrote_in_it(
    office: Office, spreadsheet: Spreadsheet
) -> None:
    stale = spreadsheet.read()
    insert_a_row(office)
    office.type("Suivi!B2", "Nadia B.", user=DIRECTION)
    office.type("Suivi!E2", "à nous")
    spreadsheet.update({TAB: {"D-2": {"name": "Émile"}, "D-1": {"due": 46_280}}}, stale)
    assert office.rows()[1] == ["", "Nadia B.", "", "", "à nous"]


def test_only_what_the_worker_wrote_itself_is_taken_back(
    office: Office, spreadsheet: Spreadsheet
) -> None:
    before = spreadsheet.read()
    insert_a_row(office)
    office.type("Suivi!B2", "Inès", user=DIRECTION)
    after = spreadsheet.read()
    assert not stray_bodies({TAB: {"D-1": {"name": "Nadia", "due": None}}}, before, after)
    assert len(stray_bodies({TAB: {"D-1": {"name": "Inès"}}}, before, after)) == 1


def test_an_id_is_never_written_again(office: Office, spreadsheet: Spreadsheet) -> None:
    stale = spreadsheet.read()
    sort_backwards(office)
    spreadsheet.update({TAB: {"D-1": {"id": "D-1", "name": "Nadia"}}}, stale)
    assert office.column("Dossier") == ["D-2", "D-1"]


def test_rows_deleted_meanwhile_do_not_stop_a_change(
    office: Office, spreadsheet: Spreadsheet
) -> None:
    office.batch({"deleteDimension": span("ROWS", 3, 1000)})
    spreadsheet.append({TAB: [row("D-3", name="Inès")]}, 2)
    stale = spreadsheet.read()
    office.batch({"deleteDimension": span("ROWS", 1, 2)})
    spreadsheet.update({TAB: {"D-3": {"name": "Inès B."}, "D-1": {"name": "?"}}}, stale)
    assert office.column("Étudiant") == ["Émile", "Inès B."]
