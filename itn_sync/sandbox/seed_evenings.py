"""The demo school's evenings: its teachers fill in their registers, through the API's own methods.

The worker makes the tabs; each UE's teacher then types, as themselves, what happened until now.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.seed_disorder import Edit, Typed, typed
from itn_sync.sandbox.seed_marks import Cell, marks_of, read_register
from itn_sync.sandbox.seed_students import seed_file, students, units_of
from itn_sync.sandbox.sheets.a1 import column_letters, quoted_title
from itn_sync.sandbox.tenant import Tenant
from itn_sync.sandbox.wire import open_call

_BRUSSELS = ZoneInfo("Europe/Brussels")


def fill_registers(tenant: Tenant) -> int:
    """Every mark until yesterday in the registers whose tabs are there; how many cells that is.

    Whoever is to leave is taken off their classes by the teachers, after the registers were made.
    """
    today = tenant.world.now().astimezone(_BRUSSELS).date()
    count = sum(_fill(tenant, place, today, later=False) for place in _places())
    if count:
        _take_off(tenant)
    return count


def bring_certificates(tenant: Tenant) -> int:
    """The marks that teachers correct when a certificate comes in later; how many."""
    today = tenant.world.now().astimezone(_BRUSSELS).date()
    return sum(_fill(tenant, place, today, later=True) for place in _places())


def _places() -> list[Json]:
    places: list[Json] = seed_file("seed_units.toml")["place"]
    return places


def _fill(tenant: Tenant, place: Json, today: date, *, later: bool) -> int:
    spreadsheet, units = place["register"], units_of(place["key"])
    reader = units[0]["teachers"][0]
    tabs = _tabs(tenant, spreadsheet, reader)
    here = [unit for unit in units if unit["name"] in tabs]
    titles = [quoted_title(unit["name"]) for unit in here]
    count = 0
    for unit, values in zip(here, _values(tenant, spreadsheet, reader, titles), strict=True):
        register = read_register(unit, values)
        marks = marks_of(register, today, later=later)
        edit = Edit(dict(marks)) if later else typed(register, marks, today)
        if edit.cells:
            _type(tenant, spreadsheet, unit, tabs[unit["name"]], edit)
        count += len(edit.cells)
    return count


def _tabs(tenant: Tenant, spreadsheet: str, reader: str) -> dict[str, Json]:
    """The tabs' properties by title."""
    method = "sheets.spreadsheets.get"
    found = open_call(tenant, method, user=reader, spreadsheetId=spreadsheet)
    return {sheet["properties"]["title"]: sheet["properties"] for sheet in found["sheets"]}


def _values(
    tenant: Tenant, spreadsheet: str, reader: str, titles: list[str]
) -> list[list[list[Typed]]]:
    if not titles:
        return []
    found = open_call(
        tenant,
        "sheets.spreadsheets.values.batchGet",
        user=reader,
        spreadsheetId=spreadsheet,
        ranges=titles,
        valueRenderOption="UNFORMATTED_VALUE",
        dateTimeRenderOption="SERIAL_NUMBER",
    )
    return [one.get("values", []) for one in found["valueRanges"]]


def _type(tenant: Tenant, spreadsheet: str, unit: Json, tab: Json, edit: Edit) -> None:
    """As the UE's teacher: what has no place yet gets one, then everything is typed at once."""
    _change(tenant, spreadsheet, unit, list(_room(tab, edit)))
    body = {"valueInputOption": "USER_ENTERED", "data": list(_runs(unit["name"], edit.cells))}
    method, teacher = "sheets.spreadsheets.values.batchUpdate", unit["teachers"][0]
    open_call(tenant, method, user=teacher, spreadsheetId=spreadsheet, body=body)
    _change(tenant, spreadsheet, unit, [*_merges(tab, edit), *_copies(tab, edit)])


def _change(tenant: Tenant, spreadsheet: str, unit: Json, requests: list[Json]) -> None:
    if requests:
        method, teacher = "sheets.spreadsheets.batchUpdate", unit["teachers"][0]
        body = {"requests": requests}
        open_call(tenant, method, user=teacher, spreadsheetId=spreadsheet, body=body)


def _room(tab: Json, edit: Edit) -> Iterator[Json]:
    rows = max(row for row, _ in (*edit.cells, *((to, 0) for _, to in edit.copies)))
    columns = max(column for _, column in edit.cells)
    for dimension, name, last in (("ROWS", "rowCount", rows), ("COLUMNS", "columnCount", columns)):
        lacking = last + 1 - tab["gridProperties"][name]
        if lacking > 0:
            details = {"sheetId": tab["sheetId"], "dimension": dimension, "length": lacking}
            yield {"appendDimension": details}


def _runs(title: str, cells: dict[Cell, Typed]) -> Iterator[Json]:
    """The cells of a row that stand side by side, as one range each."""
    for (row, _), run in groupby(enumerate(sorted(cells)), key=lambda one: _run_of(*one)):
        side_by_side = [cell for _, cell in run]
        first = f"{column_letters(side_by_side[0][1])}{row + 1}"
        values = [[cells[cell] for cell in side_by_side]]
        yield {"range": f"{quoted_title(title)}!{first}", "values": values}


def _run_of(number: int, cell: Cell) -> tuple[int, int]:
    """The same for neighbours in a row."""
    return cell[0], cell[1] - number


def _merges(tab: Json, edit: Edit) -> Iterator[Json]:
    for row, column, end in edit.merges:
        area = _rows(tab, row) | {"startColumnIndex": column, "endColumnIndex": end}
        yield {"mergeCells": {"range": area, "mergeType": "MERGE_ALL"}}


def _copies(tab: Json, edit: Edit) -> Iterator[Json]:
    for row, to in edit.copies:
        areas = {"source": _rows(tab, row), "destination": _rows(tab, to)}
        yield {"copyPaste": areas | {"pasteType": "PASTE_NORMAL"}}


def _rows(tab: Json, row: int) -> Json:
    return {"sheetId": tab["sheetId"], "startRowIndex": row, "endRowIndex": row + 1}


def _take_off(tenant: Tenant) -> None:
    """Each UE's teacher removes who is leaving from its course."""
    leaving = [student for student in students() if student.status == "leaving"]
    for unit in seed_file("seed_units.toml")["unit"]:
        for student in leaving:
            if unit["key"] in student.units:
                open_call(
                    tenant,
                    "classroom.courses.students.delete",
                    user=unit["teachers"][0],
                    courseId=f"d:{unit['key']}",
                    userId=student.email,
                )
