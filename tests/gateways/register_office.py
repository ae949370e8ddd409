"""A spreadsheet of registers, and what teachers do in it."""

from __future__ import annotations

from datetime import date
from typing import Any

from itn_sync.domain.units import MARKS, Session
from itn_sync.gateways.cells import Json
from itn_sync.gateways.registers import (
    NewTab,
    RegisterBook,
    RegisterSnapshot,
    RegisterStudent,
    our_place,
    sheet_id_of,
)
from itn_sync.gateways.sheets import SCOPE
from tests.gateways.sheets_office import SECRETARIAT, WORKER, Office

MATH, PEDA = "cess_math1", "cap_peda"
TITLE = "Mathématiques 1"
SHEET = sheet_id_of(MATH)
SESSIONS = (
    Session(date(2026, 9, 7), "Mathématiques", 4),
    Session(date(2026, 9, 14), "Remédiation", 2),
    Session(date(2026, 9, 21), "Mathématiques", 4),
)
ALI = RegisterStudent("ETU-AAAAAAA1", "Dupont", "Ali")
ZOE = RegisterStudent("ETU-BBBBBBB2", "Écart", "Zoé")
LEA = RegisterStudent("ETU-CCCCCCC3", "Lambert", "Léa")
PLACES = {MATH: our_place(MATH)}


def new_tab(unit: str = MATH, title: str = TITLE, **more: Any) -> NewTab:
    usual = {"sessions": SESSIONS, "students": (ALI, ZOE), "marks": MARKS}
    return NewTab(unit, title, **(usual | more))


def book(office: Office) -> RegisterBook:
    """As the worker sees it."""
    session = office.google.session(WORKER, [SCOPE])
    return RegisterBook(session, office.id, link_root=office.root)


def made(office: Office) -> RegisterBook:
    """With the register of MATH: Ali was there twice, Zoé once."""
    found = book(office)
    found.make_tabs([new_tab()])
    office.type(f"{TITLE}!E4", "P")
    office.type(f"{TITLE}!F4", "R2")
    office.type(f"{TITLE}!E5", "A")
    return found


def read(found: RegisterBook) -> RegisterSnapshot:
    return found.read(PLACES)


def by_id(snapshot: RegisterSnapshot, unit: str = MATH) -> dict[str, list[object]]:
    """The rows with an id, by it, from their names on, without blanks at the end."""
    grid = snapshot.grids[unit]
    column = grid.layout.id_column
    rows = [row for row in grid.rows[grid.layout.first_row :] if len(row) > column and row[column]]
    return {str(row[column]): [cell for n, cell in enumerate(row) if n != column] for row in rows}


def span(dimension: str, start: int, end: int) -> Json:
    place = {"sheetId": SHEET, "dimension": dimension}
    return {"range": place | {"startIndex": start, "endIndex": end}}


def sort_backwards(office: Office) -> None:
    """A teacher sorts by name, Z to A."""
    area = {"sheetId": SHEET, "startRowIndex": 3, "startColumnIndex": 0}
    specs = [{"dimensionIndex": 1, "sortOrder": "DESCENDING"}]
    office.batch({"sortRange": {"range": area, "sortSpecs": specs}}, user=SECRETARIAT)


def insert_column_first(office: Office) -> None:
    office.batch({"insertDimension": span("COLUMNS", 0, 1)}, user=SECRETARIAT)


def insert_column_among_names(office: Office) -> None:
    office.batch({"insertDimension": span("COLUMNS", 2, 3)}, user=SECRETARIAT)


def insert_session(office: Office) -> None:
    office.batch({"insertDimension": span("COLUMNS", 5, 6)}, user=SECRETARIAT)


def insert_row(office: Office) -> None:
    office.batch({"insertDimension": span("ROWS", 3, 4)}, user=SECRETARIAT)


def insert_row_on_top(office: Office) -> None:
    office.batch({"insertDimension": span("ROWS", 0, 1)}, user=SECRETARIAT)


def rename_and_move(office: Office) -> None:
    properties = {"sheetId": SHEET, "index": 0, "title": "Maths (Mme D.)"}
    office.batch(
        {"updateSheetProperties": {"properties": properties, "fields": "index,title"}},
        user=SECRETARIAT,
    )


def merge_cells(office: Office) -> None:
    area = {"sheetId": SHEET, "startRowIndex": 3, "endRowIndex": 4, "startColumnIndex": 5}
    merged = area | {"endColumnIndex": 7}
    office.batch({"mergeCells": {"range": merged, "mergeType": "MERGE_ALL"}}, user=SECRETARIAT)


def move_situation_first(office: Office) -> None:
    source = span("COLUMNS", 3, 4)["range"]
    office.batch({"moveDimension": {"source": source, "destinationIndex": 0}}, user=SECRETARIAT)


ACTS = (
    sort_backwards,
    insert_column_first,
    insert_column_among_names,
    insert_session,
    insert_row,
    insert_row_on_top,
    rename_and_move,
    merge_cells,
    move_situation_first,
)
