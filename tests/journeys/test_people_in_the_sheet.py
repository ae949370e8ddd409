"""Secretaries and the worker share the tabs: each keeps to its own cells (design section 3)."""

from __future__ import annotations

import pytest
import requests

from itn_sync.domain.tracking import CASES, REGISTRATIONS
from itn_sync.sandbox.seed import WORKER
from tests.rehearsal import SECRETARY, Rehearsal

MAIL = "delvaux@etudiant.example"


@pytest.fixture
def open_case(school: Rehearsal) -> Rehearsal:
    """One student with one case."""
    school.answer("Delvaux", va="Oui", phone="081 01")
    school.run()
    return school


def test_what_the_secretariat_writes_survives_every_later_run(open_case: Rehearsal) -> None:
    school = open_case
    school.write_cell("Dossiers", ("E-mail", MAIL), "Statut", "En cours")
    school.write_cell("Dossiers", ("E-mail", MAIL), "Premier contact le", "24/11/2026")
    school.write_cell("Inscriptions", ("E-mail", MAIL), "Remarques", "à rappeler")
    school.run()
    school.edit("Delvaux", va="Oui", phone="081 02", site="Bruxelles")
    school.run()
    school.run("--full")
    (case,) = school.rows("Dossiers")
    assert (case["Statut"], case["Téléphone"]) == ("En cours", "081 02")
    assert case["Premier contact le"] == 46350  # 24 November 2026, as a date
    assert school.rows("Inscriptions")[0]["Remarques"] == "à rappeler"


def test_the_secretariat_cannot_write_in_the_workers_columns(open_case: Rehearsal) -> None:
    with pytest.raises(requests.HTTPError, match="400"):
        open_case.write_cell("Dossiers", ("E-mail", MAIL), "Téléphone", "0")


def test_a_cell_overwritten_by_the_owner_is_healed_by_the_next_run(open_case: Rehearsal) -> None:
    school = open_case
    school.write_cell("Dossiers", ("E-mail", MAIL), "Étudiant", "Quelqu'un d'autre", WORKER)
    school.write_cell("Inscriptions", ("E-mail", MAIL), "Prénom", "Autre", WORKER)
    report = school.run()
    assert school.rows("Dossiers")[0]["Étudiant"] == "Alix Delvaux"
    assert school.rows("Inscriptions")[0]["Prénom"] == "Alix"
    assert report["mails_sent"] == 0


def test_a_deleted_column_comes_back(open_case: Rehearsal) -> None:
    school = open_case
    heading = "Téléphone"
    index = school.grid("Dossiers")[0].index(heading)
    span = {"sheetId": CASES.sheet_id, "dimension": "COLUMNS"}
    span |= {"startIndex": index, "endIndex": index + 1}
    school.change_sheet({"deleteDimension": {"range": span}})
    assert heading not in school.grid("Dossiers")[0]
    report = school.run()
    assert school.rows("Dossiers")[0][heading] == "081 01"
    assert report["mails_sent"] == 0
    with pytest.raises(requests.HTTPError, match="400"):
        school.write_cell("Dossiers", ("E-mail", MAIL), heading, "0", SECRETARY)


def test_a_deleted_row_comes_back_without_new_mails(open_case: Rehearsal) -> None:
    school = open_case
    for tab in (REGISTRATIONS, CASES):
        span = {"sheetId": tab.sheet_id, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
        school.change_sheet({"deleteDimension": {"range": span}})
    report = school.run()
    assert len(school.rows("Inscriptions")) == 1
    assert len(school.rows("Dossiers")) == 1
    assert report["mails_sent"] == 0
    assert set(school.sent().values()) == {1}


def test_a_deleted_tab_comes_back_without_new_mails(open_case: Rehearsal) -> None:
    school = open_case
    school.change_sheet({"deleteSheet": {"sheetId": CASES.sheet_id}})
    report = school.run("--full")
    assert len(school.rows("Dossiers")) == 1
    assert report["mails_sent"] == 0


def test_a_renamed_tab_and_heading_still_work(open_case: Rehearsal) -> None:
    school = open_case
    index = school.grid("Dossiers")[0].index("Téléphone")
    properties = {"sheetId": CASES.sheet_id, "title": "Suivi"}
    school.change_sheet({"updateSheetProperties": {"properties": properties, "fields": "title"}})
    cell = {"userEnteredValue": {"stringValue": "GSM"}}
    start = {"sheetId": CASES.sheet_id, "rowIndex": 0, "columnIndex": index}
    update = {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}
    school.change_sheet({"updateCells": update}, user=SECRETARY)
    school.edit("Delvaux", va="Oui", phone="081 02")
    school.answer("Mertens", va="Oui", phone="081 03")
    school.run()
    assert sorted(row["GSM"] for row in school.rows("Suivi")) == ["081 02", "081 03"]
    assert school.plan("--full")["empty"]


def test_rows_and_columns_of_people_are_left_alone(open_case: Rehearsal) -> None:
    school = open_case
    grid = school.grid("Dossiers")
    school.change_sheet(
        {"appendDimension": {"sheetId": CASES.sheet_id, "dimension": "COLUMNS", "length": 1}}
    )
    width, below = len(grid[0]), len(grid) + 3
    for row, column, text in ((0, width, "Notre colonne"), (1, width, "ici"), (below, 8, "total")):
        cell = {"userEnteredValue": {"stringValue": text}}
        start = {"sheetId": CASES.sheet_id, "rowIndex": row, "columnIndex": column}
        update = {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}
        school.change_sheet({"updateCells": update})
    school.answer("Mertens", va="Oui")
    school.run("--full")
    rows = school.rows("Dossiers")
    assert [row["Notre colonne"] for row in rows if row["E-mail"] == MAIL] == ["ici"]
    assert school.grid("Dossiers")[below][8] == "total"
    assert len([row for row in rows if row["Dossier"]]) == 2


def test_a_status_nobody_knows_breaks_nothing(open_case: Rehearsal) -> None:
    school = open_case
    school.write_cell("Dossiers", ("E-mail", MAIL), "Remarques", "=1/0")
    school.edit("Delvaux", va="Oui", phone="081 02")
    school.run()
    assert school.rows("Dossiers")[0]["Téléphone"] == "081 02"
