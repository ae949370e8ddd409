"""A register's tab as the requests that make it: headings, students, marks to choose from.

Every id is made of the UE's key, so a batch sent twice is refused the second time as a whole.
Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/request
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from itn_sync.domain.names import fold
from itn_sync.domain.serials import date_serial
from itn_sync.domain.units import OURS, Mark, Session, Value
from itn_sync.gateways.cells import Json, literal
from itn_sync.gateways.register_looks import dressed, heading_look
from itn_sync.gateways.register_places import (
    HEADINGS,
    PART_KEY,
    PARTS,
    Sheet,
    part_id,
    sheet_id_of,
    stable_id,
)

LARGEST_BODY = 1_500_000
"""Bytes of one call; Google advises 2 MB at most (facts 8)."""

_SPARE_ROWS = 30
_LONGEST_TITLE = 90
_SITUATION = PARTS.index("situation")


@dataclass(frozen=True)
class RegisterStudent:
    """A row to add: `id` is the student's for good."""

    id: str
    last_name: str
    first_name: str


@dataclass(frozen=True)
class NewTab:
    """The register of one UE, to be made."""

    unit: str
    title: str
    sessions: Sequence[Session]
    students: Sequence[RegisterStudent]
    marks: Sequence[Mark]


def making_bodies(tabs: Sequence[NewTab], sheets: Sequence[Sheet]) -> list[list[Json]]:
    """The batches of requests that make those of `tabs` which `sheets` lack; each whole or not."""
    there = {sheet.sheet_id for sheet in sheets}
    titles = {fold(sheet.title) for sheet in sheets}
    batches: list[list[Json]] = []
    size = LARGEST_BODY
    for tab in tabs:
        if sheet_id_of(tab.unit) in there:
            continue
        requests = list(_tab_requests(tab, _free_title(tab.title, titles)))
        cost = len(json.dumps(requests))
        if size + cost > LARGEST_BODY:
            batches.append([])
            size = 0
        batches[-1] += requests
        size += cost
    return batches


def _free_title(wanted: str, titles: set[str]) -> str:
    """`wanted`, else `wanted (2)`…: no two tabs may have one title."""
    wanted, number = wanted[:_LONGEST_TITLE], 1
    title = wanted
    while fold(title) in titles:
        number += 1
        title = f"{wanted} ({number})"
    titles.add(fold(title))
    return title


def _tab_requests(tab: NewTab, title: str) -> Iterator[Json]:
    sheet = sheet_id_of(tab.unit)
    width = max(OURS.first_session + len(tab.sessions), OURS.first_session + 1)
    size = {
        "rowCount": OURS.first_row + len(tab.students) + _SPARE_ROWS,
        "columnCount": width,
        "frozenRowCount": OURS.first_row,
        "frozenColumnCount": OURS.first_session,
    }
    properties = {"sheetId": sheet, "title": title, "gridProperties": size}
    yield {"addSheet": {"properties": properties}}
    yield from dressed(sheet, tab.marks)
    yield _written(sheet, 0, _headings(tab), "userEnteredValue,userEnteredFormat,note")
    if tab.students:
        yield _written(sheet, OURS.first_row, map(_student, tab.students), "userEnteredValue")
    for index, part in enumerate(PARTS):
        yield _marked(sheet, index, part, part_id(tab.unit, part))
    for index in (OURS.id_column, _SITUATION):
        number = stable_id(f"register/{tab.unit}/protected/{PARTS[index]}")
        yield _guarded(sheet, index, number)


def _headings(tab: NewTab) -> Iterator[Json]:
    """The three rows above the students, every cell with its look."""
    days: list[Value] = [date_serial(session.day) for session in tab.sessions]
    courses: list[Value] = [session.course for session in tab.sessions]
    periods: list[Value] = [float(session.periods) for session in tab.sessions]
    named: dict[int, list[Value]] = {
        OURS.date_row: ["", tab.title],
        OURS.periods_row: ["ETU", "Nom", "Prénom"],
    }
    for row, (key, values) in enumerate(zip(HEADINGS, (days, courses, periods), strict=True)):
        left = [*named.get(row, []), "", "", ""][: OURS.first_session - 1]
        cells: list[Value] = [*left, HEADINGS[key], *values]
        looks = [heading_look(row, column) for column in range(len(cells))]
        yield {
            "values": [
                {"userEnteredValue": literal(cell), "userEnteredFormat": look}
                for cell, look in zip(cells, looks, strict=True)
            ]
        }


def _student(student: RegisterStudent) -> Json:
    return {"values": student_cells(student)}


def student_cells(student: RegisterStudent) -> list[Json]:
    """The cells of a row in the order in which a tab is made."""
    values = (student.id, student.last_name, student.first_name)
    return [{"userEnteredValue": literal(value)} for value in values]


def _written(sheet: int, row: int, rows: Iterator[Json], fields: str) -> Json:
    start = {"sheetId": sheet, "rowIndex": row, "columnIndex": 0}
    return {"updateCells": {"start": start, "rows": list(rows), "fields": fields}}


def column_of(sheet: int, index: int) -> Json:
    """The developer metadata location of one whole column."""
    span = {"sheetId": sheet, "dimension": "COLUMNS"}
    return {"dimensionRange": span | {"startIndex": index, "endIndex": index + 1}}


def _marked(sheet: int, index: int, part: str, number: int) -> Json:
    return marked(number, PART_KEY, part, column_of(sheet, index))


def marked(number: int, key: str, value: str, location: Json) -> Json:
    """The request that puts developer metadata `number` there; one in use fails the batch."""
    mark = {"metadataId": number, "metadataKey": key, "visibility": "DOCUMENT"}
    said = {"metadataValue": value} if value else {}
    return {"createDeveloperMetadata": {"developerMetadata": mark | said | {"location": location}}}


def _guarded(sheet: int, index: int, number: int) -> Json:
    """By a warning alone: who may not edit a cell may neither sort it nor insert a row there."""
    area = {"sheetId": sheet, "startRowIndex": OURS.first_row}
    protected = {
        "protectedRangeId": number,
        "range": area | {"startColumnIndex": index, "endColumnIndex": index + 1},
        "description": "Colonne tenue à jour par itn-sync",
        "warningOnly": True,
    }
    return {"addProtectedRange": {"protectedRange": protected}}
