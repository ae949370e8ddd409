"""Three UEs in two places, their Classroom courses, and their registers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

import tomlkit

from itn_sync.config_files import packaged
from itn_sync.gateways.registers import sheet_id_of
from itn_sync.sandbox.seed import WORKER
from tests.rehearsal import Line, Rehearsal

MATH, ENGLISH, PEDA = "cess_math1", "cess_anglais", "cap_pedagogie"
HELENE, LUCAS = "helene.dardinelle@ecole.example", "lucas.ferriere@ecole.example"
ALI, ZOE = "ali@etudiant.example", "zoe@etudiant.example"

UNIT = """
[[unit]]
key = "{key}"
name = "{name}"
section = "{section}"
site = "namur"
level = "secondaire"
periods = {periods}
first = 2026-09-07
last = 2026-12-18
timetable = [{{ course = "{name}", day = "{day}", periods = 4 }}]
teachers = ["{teacher}"]
{classroom}
"""


def unit(key: str, name: str, section: str = "cess", **more: Any) -> str:
    usual = {"day": "lundi", "teacher": HELENE, "periods": 52, "classroom": ""}
    return UNIT.format(key=key, name=name, section=section, **(usual | more))


def units() -> str:
    """The third is found by its name."""
    return "".join(
        (
            unit(MATH, "Mathématiques 1", classroom='classroom = "d:math1"'),
            unit(ENGLISH, "Anglais", day="mardi", classroom='classroom = "d:anglais"'),
            unit(PEDA, "Pédagogie", "cap", teacher=LUCAS),
        )
    )


def a_class(number: int, name: str, owner: str, **more: Any) -> Line:
    """A course in which the worker is a co-teacher."""
    students = [
        {"email": ALI, "givenName": "Ali", "familyName": "Dupont"},
        {"email": ZOE, "givenName": "Zoé", "familyName": "Écart"},
    ]
    usual = {"owner": owner, "teachers": [WORKER], "students": students}
    return {"id": f"72000000000{number}", "name": name} | usual | more


def follow_attendance(school: Rehearsal, text: str = "") -> None:
    """The school names its UEs, which have courses; it has no registers yet."""
    write_units(school, text or units())
    write_workspace(school, {})
    classes = [
        a_class(1, "Math", HELENE, aliases=["d:math1"]),
        a_class(2, "English", HELENE, aliases=["d:anglais"], teachers=[WORKER, LUCAS]),
        a_class(3, "PÉDAGOGIE - CAP Namur", LUCAS),
    ]
    school.control("POST", "import", classroom=classes)


def write_units(school: Rehearsal, text: str) -> None:
    (school.home / "config" / "units.toml").write_text(text, encoding="utf-8")


def workspace_with(registers: Mapping[str, str]) -> str:
    """The shipped workspace.toml with these registers and no others."""
    page = tomlkit.parse((packaged("config") / "workspace.toml").read_text("utf-8"))
    page.pop("registers", None)
    if registers:
        page["registers"] = dict(registers)
    return tomlkit.dumps(page)


def write_workspace(school: Rehearsal, registers: Mapping[str, str]) -> None:
    """The school's own workspace.toml."""
    path = school.home / "config" / "workspace.toml"
    path.write_text(workspace_with(registers), encoding="utf-8")


def registers(school: Rehearsal) -> dict[str, str]:
    """The spreadsheets by place, as workspace.toml names them."""
    path = school.home / "config" / "workspace.toml"
    found: dict[str, str] = tomllib.loads(path.read_text("utf-8")).get("registers", {})
    return found


def tabs(school: Rehearsal, spreadsheet: str) -> list[str]:
    """The titles of its tabs."""
    found = school.call(WORKER, "GET", f"v4/spreadsheets/{spreadsheet}")["sheets"]
    return [sheet["properties"]["title"] for sheet in found]


def change_register(school: Rehearsal, spreadsheet: str, *requests: Line) -> None:
    """The owner's batchUpdate."""
    school.call(WORKER, "POST", f"v4/spreadsheets/{spreadsheet}:batchUpdate", requests=requests)


def remove_tab(school: Rehearsal, key: str, place: str = "cess/namur") -> None:
    deleted = {"deleteSheet": {"sheetId": sheet_id_of(key)}}
    change_register(school, registers(school)[place], deleted)
