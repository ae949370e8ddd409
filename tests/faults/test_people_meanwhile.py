"""People rearrange the sheet between the worker's reading and its writing (design section 3).

Their request arrives while the worker's is under way, held up by a slow network.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from itn_sync.domain.tracking import CASES
from tests.rehearsal import Line, Rehearsal

APPENDING = "sheets.spreadsheets.batchUpdate"
CORRECTING = "sheets.spreadsheets.values.batchUpdateByDataFilter"
NAMES = ("Adam", "Bodart", "Collard", "Dumont")

Deed = Callable[[Rehearsal], None]


def columns(start: int, end: int) -> Line:
    span = {"sheetId": CASES.sheet_id, "dimension": "COLUMNS"}
    return span | {"startIndex": start, "endIndex": end}


def lines(start: int, end: int) -> Line:
    return columns(start, end) | {"dimension": "ROWS"}


def sort(school: Rehearsal) -> None:
    area = {"sheetId": CASES.sheet_id, "startRowIndex": 1}
    by = [{"dimensionIndex": 1, "sortOrder": "DESCENDING"}]
    school.change_sheet({"sortRange": {"range": area, "sortSpecs": by}})


def insert_a_column(school: Rehearsal) -> None:
    school.change_sheet({"insertDimension": {"range": columns(2, 3), "inheritFromBefore": True}})


def move_a_column(school: Rehearsal) -> None:
    school.change_sheet({"moveDimension": {"source": columns(11, 12), "destinationIndex": 3}})


def rename_headings(school: Rehearsal) -> None:
    cells = [{"userEnteredValue": {"stringValue": text}} for text in ("Qui", "Quoi", "Où")]
    start = {"sheetId": CASES.sheet_id, "rowIndex": 0, "columnIndex": 1}
    update = {"start": start, "rows": [{"values": cells}], "fields": "userEnteredValue"}
    school.change_sheet({"updateCells": update})


def insert_a_row(school: Rehearsal) -> None:
    school.change_sheet({"insertDimension": {"range": lines(2, 3), "inheritFromBefore": True}})


def move_and_rename_the_tab(school: Rehearsal) -> None:
    properties = {"sheetId": CASES.sheet_id, "index": 0, "title": "Suivi 2026"}
    update = {"properties": properties, "fields": "index,title"}
    school.change_sheet({"updateSheetProperties": update})


def delete_a_row(school: Rehearsal) -> None:
    """Adam's: the first under the heading."""
    school.change_sheet({"deleteDimension": {"range": lines(1, 2)}})


DEEDS = [
    sort,
    insert_a_column,
    move_a_column,
    rename_headings,
    insert_a_row,
    move_and_rename_the_tab,
    delete_a_row,
]


def cases(school: Rehearsal) -> dict[str, Line]:
    """The cases by e-mail, wherever the tab is now called."""
    properties = school.call(
        "direction@ecole.example",
        "GET",
        "v4/spreadsheets/1SuiviAccompagnementDemo00000000000000000001?fields=sheets.properties",
    )
    titles = {s["properties"]["sheetId"]: s["properties"]["title"] for s in properties["sheets"]}
    return {row["E-mail"]: row for row in school.rows(titles[CASES.sheet_id]) if row["E-mail"]}


def student(name: str) -> str:
    return f"{name.lower()}@etudiant.example"


@pytest.fixture
def busy_school(school: Rehearsal) -> Rehearsal:
    """Four cases that the secretariat has worked on."""
    for number, name in enumerate(NAMES):
        school.answer(name, va="Oui", phone=f"081 00 00 0{number}", minutes_ago=90 - number)
    school.run()
    for name in NAMES:
        school.write_cell("Dossiers", ("E-mail", student(name)), "Statut", "Contacté")
        school.write_cell("Dossiers", ("E-mail", student(name)), "Remarques", f"vu {name}")
        school.write_cell("Dossiers", ("E-mail", student(name)), "Pièces reçues", "toutes")
    return school


def run_while(school: Rehearsal, method: str, deed: Deed) -> None:
    """A run whose next call of `method` is held up until `deed` is done."""
    school.fault({"method": method, "latencyMs": 500, "times": 1})
    with ThreadPoolExecutor(1) as elsewhere:
        running = elsewhere.submit(school.worker, "run")
        while not school.struck() and not running.done():
            time.sleep(0.01)
        deed(school)
        result = running.result()
    assert school.struck() == 1
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("method", [APPENDING, CORRECTING])
def test_the_end_is_right_and_peoples_cells_are_untouched(
    busy_school: Rehearsal, method: str, deed: Deed
) -> None:
    school = busy_school
    if method == APPENDING:
        school.answer("Evrard", va="Oui", phone="081 99", minutes_ago=0)
    else:
        school.edit("Collard", va="Oui", phone="081 99")
    run_while(school, method, deed)
    found = cases(school)
    changed = student("Evrard" if method == APPENDING else "Collard")
    gone = {student("Adam")} if deed is delete_a_row else set()
    assert found.keys() | gone == {student(name) for name in NAMES} | {changed}
    assert found[changed]["Téléphone"] == "081 99"
    for number, name in enumerate(NAMES):
        if student(name) in gone:
            continue
        row = found[student(name)]
        assert (row["Statut"], row["Remarques"]) == ("Contacté", f"vu {name}")
        if student(name) != changed:
            assert row["Téléphone"] == f"081 00 00 0{number}"
    assert set(school.sent().values()) == {1}
    assert school.plan()["empty"]
