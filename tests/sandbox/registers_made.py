"""Registers as the worker makes them for the demo school: the layout that teachers find."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

from itn_sync.domain.school import Calendar
from itn_sync.domain.units import Level, Slot, Unit
from itn_sync.sandbox.seed import WORKER
from itn_sync.sandbox.seed_students import seed_file, students
from itn_sync.sandbox.tenant import Tenant
from itn_sync.sandbox.wire import open_call
from itn_sync.settings import load

Json = dict[str, Any]
CONFIG = Path(__file__).parents[2] / "config"
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi")
_EPOCH = date(1899, 12, 30)


def configured() -> list[Unit]:
    """The UEs of config/units.toml."""
    entries = tomllib.loads((CONFIG / "units.toml").read_text("utf-8"))["unit"]
    return [_unit(entry) for entry in entries]


def _unit(entry: Json) -> Unit:
    slots = [Slot(s["course"], _DAYS.index(s["day"]), s["periods"]) for s in entry["timetable"]]
    given = entry | {
        "level": Level(entry["level"]),
        "timetable": tuple(slots),
        "teachers": tuple(entry["teachers"]),
    }
    return Unit(**given)


@cache
def calendar() -> Calendar:
    """The packaged school's days without school."""
    return load(Path("no-home"), {}).school.calendar


def make_registers(tenant: Tenant) -> None:
    """Every tab of every register: headings, students with an id, nothing noted."""
    for place in seed_file("seed_units.toml")["place"]:
        units = [u for u in configured() if f"{u.section}/{u.site}" == place["key"]]
        tabs = {unit.name: _rows(unit) for unit in units}
        requests = [{"addSheet": {"properties": _properties(u, tabs[u.name])}} for u in units]
        _call(tenant, "batchUpdate", place["register"], {"requests": requests})
        data = [
            {"range": f"'{name.replace(chr(39), chr(39) * 2)}'!A1", "values": rows}
            for name, rows in tabs.items()
        ]
        body = {"valueInputOption": "RAW", "data": data}
        _call(tenant, "values.batchUpdate", place["register"], body)


def _call(tenant: Tenant, method: str, spreadsheet: str, body: Json) -> Any:
    name = f"sheets.spreadsheets.{method}"
    return open_call(tenant, name, user=WORKER, spreadsheetId=spreadsheet, body=body)


def _properties(unit: Unit, rows: list[list[Any]]) -> Json:
    grid = {"rowCount": len(rows), "columnCount": max(map(len, rows)), "frozenRowCount": 3}
    return {"sheetId": crc32(unit.key.encode()) >> 1, "title": unit.name, "gridProperties": grid}


def _rows(unit: Unit) -> list[list[Any]]:
    sessions = list(unit.sessions(calendar()))
    days = [(session.day - _EPOCH).days for session in sessions]
    return [
        ["", unit.name, "", "Date", *days],
        ["", "", "", "Cours", *(session.course for session in sessions)],
        ["", "", "", "Périodes", *(session.periods for session in sessions)],
        *_students(unit),
    ]


def _students(unit: Unit) -> Iterator[list[Any]]:
    here = [one for one in students() if unit.key in one.units and one.status != "invited"]
    for number, one in enumerate(sorted(here, key=lambda s: (s.last_name, s.first_name)), start=1):
        yield [f"ETU-{number:08d}", one.last_name, one.first_name, ""]
