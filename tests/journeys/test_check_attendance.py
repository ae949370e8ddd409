"""`itn-sync check` and `scopes` know courses and registers: each mistake alone, with its mend."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from itn_sync.access import READ_ROSTERS, enter, resource
from itn_sync.domain.units import Roster
from itn_sync.gateways.classroom import Rosters
from itn_sync.gateways.registers import sheet_id_of
from itn_sync.inspection.attendance import CourseBook
from itn_sync.sandbox.seed import WORKER
from itn_sync.settings import load
from tests.attendance import (
    HELENE,
    LUCAS,
    MATH,
    PEDA,
    change_register,
    follow_attendance,
    registers,
    remove_tab,
    unit,
    units,
    write_units,
)
from tests.rehearsal import Line, Rehearsal

MATH_UNIT = unit(MATH, "Mathématiques 1", classroom='classroom = "d:math1"')
OWN = f"""
[[register]]
unit = "{PEDA}"
spreadsheet = "{{0}}"
tab = "Péda"
first_row = 2
id_column = "A"
first_session = "B"
date_row = 1
"""


@pytest.fixture(autouse=True)
def _registers(school: Rehearsal) -> None:
    school.go_to(datetime.now(UTC))  # the clock of this machine is what `check` looks at
    follow_attendance(school)
    assert school.worker("attendance", "create").exit_code == 0


@dataclass(frozen=True)
class Mistake:
    """What somebody did, and what the line about it must say."""

    make: Callable[[Rehearsal], None]
    topic: str
    says: tuple[str, ...]
    grade: str


MISTAKES: list[Mistake] = []
Make = Callable[[Rehearsal], None]


def mistake(topic: str, *says: str, grade: str = "error") -> Callable[[Make], Make]:
    def register(make: Make) -> Make:
        MISTAKES.append(Mistake(make, topic, says, grade))
        return make

    return register


def checked(school: Rehearsal) -> list[Line]:
    found: list[Line] = json.loads(school.worker("check", "--json").stdout)["findings"]
    return found


def wrong(school: Rehearsal) -> list[Line]:
    return [finding for finding in checked(school) if finding["grade"] != "ok"]


def swap(school: Rehearsal, old: str, new: str) -> None:
    """One line of units.toml."""
    text = units()
    assert old in text
    write_units(school, text.replace(old, new, 1))


def share(school: Rehearsal, **permission: str) -> None:
    path = f"drive/v3/files/{registers(school)['cess/namur']}/permissions"
    school.call(WORKER, "POST", path, **permission)


def unshare(school: Rehearsal, spreadsheet: str, address: str, user: str = WORKER) -> None:
    path = f"drive/v3/files/{spreadsheet}/permissions"
    held = school.call(user, "GET", f"{path}?fields=permissions(id,emailAddress)")["permissions"]
    (found,) = [one["id"] for one in held if one["emailAddress"] == address]
    school.call(user, "DELETE", f"{path}/{found}")


# The year's UEs


@mistake("attendance", "has no timetable", "weekly sessions", grade="warning")
def a_ue_has_no_timetable(school: Rehearsal) -> None:
    swap(school, 'timetable = [{ course = "Mathématiques 1", day = "lundi", periods = 4 }]', "")


@mistake("attendance", "names no teacher", "add their addresses", grade="warning")
def a_ue_has_no_teacher(school: Rehearsal) -> None:
    swap(school, f'teachers = ["{HELENE}"]', "")


@mistake("attendance", "13 sessions have 52 periods, not 120", "correct", grade="warning")
def the_timetable_is_far_from_the_plan(school: Rehearsal) -> None:
    swap(school, "periods = 52", "periods = 120")


@mistake("configuration", 'unknown section "ghost"', "add it to school.toml")
def a_ue_is_in_no_section(school: Rehearsal) -> None:
    swap(school, 'section = "cess"', 'section = "ghost"')


# Classroom


@mistake("course", "the Classroom course d:ghost cannot be read", "a teacher of it")
def a_course_is_not_there(school: Rehearsal) -> None:
    swap(school, "d:math1", "d:ghost")


@mistake("course", "no Classroom courses are called «Didactique – CAP Namur»", "classroom = …")
def no_course_has_that_name(school: Rehearsal) -> None:
    swap(school, 'name = "Pédagogie"', 'name = "Didactique"')


@mistake("course", "2 Classroom courses are called", "classroom = …")
def two_courses_have_that_name(school: Rehearsal) -> None:
    twin = {"name": "Pédagogie – CAP Namur", "owner": LUCAS, "teachers": [WORKER]}
    school.control("POST", "import", classroom=[twin | {"id": "720000000009"}])


@mistake("course", "the course «Math» is archived", "restore it", grade="warning")
def a_course_is_of_last_year(school: Rehearsal) -> None:
    school.control("POST", "import", classroom=[{"id": "720000000001", "courseState": "ARCHIVED"}])


@mistake("course", "not among the teachers of «Math»: lucas", "in Classroom", grade="warning")
def a_teacher_is_not_in_the_course(school: Rehearsal) -> None:
    swap(school, f'["{HELENE}"]', f'["{HELENE}", "{LUCAS}"]')


@mistake("course", "cannot be read", "a teacher of it")
def the_worker_is_no_teacher_any_more(school: Rehearsal) -> None:
    user = f"v1/courses/720000000001/teachers/{WORKER}"
    school.call(HELENE, "DELETE", user)


@mistake("credentials", "classroom, as", "classroom.rosters.readonly", "domain-wide delegation")
def rosters_are_not_delegated(school: Rehearsal) -> None:
    granted = school.control("GET", "delegation")["scopes"]
    lesser = [scope for scope in granted if not scope.endswith("classroom.rosters.readonly")]
    school.control("PUT", "delegation", scopes=lesser)


# Registers


@mistake("register", "there are no registers yet for Pédagogie", "attendance create")
def a_place_has_no_registers(school: Rehearsal) -> None:
    path = school.home / "config" / "workspace.toml"
    lines = path.read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith('"cap/namur"')]
    path.write_text("\n".join(kept), encoding="utf-8")


@mistake("register", "Mathématiques 1", "no tab in «Présences CESS", "attendance create")
def a_tab_was_deleted(school: Rehearsal) -> None:
    remove_tab(school, MATH)


@mistake("register", "it does not exist, or is not shared", "[registers] in workspace.toml")
def a_register_is_not_there(school: Rehearsal) -> None:
    path = school.home / "config" / "workspace.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace(registers(school)["cap/namur"], "1" * 30), encoding="utf-8")


@mistake("register", "Fichier › Paramètres", "time zone is America/New_York", "Bruxelles")
def a_register_is_in_another_zone(school: Rehearsal) -> None:
    spreadsheet_settings(school, timeZone="America/New_York")


@mistake("register", "its locale is en_US", "Belgique (français)")
def a_register_counts_in_english(school: Rehearsal) -> None:
    spreadsheet_settings(school, locale="en_US")


def spreadsheet_settings(school: Rehearsal, **properties: str) -> None:
    change = {"properties": properties, "fields": ",".join(properties)}
    request = {"updateSpreadsheetProperties": change}
    change_register(school, registers(school)["cess/namur"], request)


@mistake("register", "column of student numbers is gone", "versions", grade="warning")
def the_id_column_was_deleted(school: Rehearsal) -> None:
    span = {"sheetId": sheet_id_of(MATH), "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}
    request = {"deleteDimension": {"range": span}}
    change_register(school, registers(school)["cess/namur"], request)


@mistake("register", "it is in the bin", "restore it")
def a_register_was_thrown_away(school: Rehearsal) -> None:
    school.call(WORKER, "PATCH", f"drive/v3/files/{registers(school)['cess/namur']}", trashed=True)


@mistake("register", "«À nous» has no tab «Péda»", "[[register]]")
def a_register_of_our_own_has_no_such_tab(school: Rehearsal) -> None:
    own = school.call(WORKER, "POST", "v4/spreadsheets", properties={"title": "À nous"})
    write_units(school, units() + OWN.format(own["spreadsheetId"]))


# Sharing


@mistake("sharing", "registers of cess/namur", "open to whoever has the link", "«Limité»")
def a_register_is_open_by_link(school: Rehearsal) -> None:
    share(school, type="anyone", role="reader")


@mistake("sharing", "registers of cess/namur", "everybody at ecole.example", "«Limité»")
def a_register_is_open_to_the_domain(school: Rehearsal) -> None:
    share(school, type="domain", domain="ecole.example", role="reader")


@mistake("sharing", "curieux@ecole.example may open it", "take the share back", grade="warning")
def somebody_else_may_open_it(school: Rehearsal) -> None:
    share(school, type="user", emailAddress="curieux@ecole.example", role="reader")


@mistake("sharing", "no access of their own: helene", "attendance create", grade="warning")
def a_teacher_may_not_open_it(school: Rehearsal) -> None:
    unshare(school, registers(school)["cess/namur"], HELENE)


@pytest.mark.parametrize("made", MISTAKES, ids=lambda made: made.make.__name__)
def test_a_mistake_is_named_with_its_mend(school: Rehearsal, made: Mistake) -> None:
    made.make(school)
    found = wrong(school)
    lines = [f"{f['where']}: {f['what']}; {f['mend']}" for f in found if f["topic"] == made.topic]
    assert any(all(word in line for word in made.says) for line in lines), found
    assert made.grade in {f["grade"] for f in found if f["topic"] == made.topic}
    assert all(finding["mend"] for finding in found)


def test_where_all_is_well_nothing_is_to_mend(school: Rehearsal) -> None:
    assert wrong(school) == []
    told = [f["what"] for f in checked(school) if f["topic"] in ("course", "register")]
    assert told == [
        "«Math» is readable, with 2 students",
        "«English» is readable, with 2 students",
        "«PÉDAGOGIE - CAP Namur» is readable, with 2 students",
        "«Présences CESS Namur 2026-2027»: 2 UEs",
        "«Présences CAP Namur 2026-2027»: 1 UEs",
    ]


def test_a_check_changes_nothing(school: Rehearsal) -> None:
    with school.watched() as calls:
        checked(school)
    reading = {"get", "list", "batchGetByDataFilter"}
    assert {m for m in calls if m.rpartition(".")[2] not in reading} <= {"oauth.token"}


def test_a_school_without_ues_is_asked_for_nothing_more(school: Rehearsal) -> None:
    write_units(school, "")
    with school.watched() as calls:
        assert {f["topic"] for f in checked(school)}.isdisjoint({"course", "register"})
    assert not [method for method in calls if method.startswith("classroom")]


def test_a_register_of_the_schools_own_is_looked_at(school: Rehearsal) -> None:
    own = school.call(
        WORKER,
        "POST",
        "v4/spreadsheets",
        properties={"title": "À nous", "locale": "fr_BE", "timeZone": "Europe/Brussels"},
        sheets=[{"properties": {"title": "Péda"}}],
    )
    write_units(school, units() + OWN.format(own["spreadsheetId"]))
    assert [f for f in wrong(school) if f["topic"] in ("register", "sharing")] == []


class Hidden(Rosters):
    """Rosters of a domain that shows no addresses."""

    def roster(self, unit: str, course: str) -> Roster:
        found = super().roster(unit, course)
        return replace(found, students=tuple(replace(one, email="") for one in found.students))


def test_hidden_addresses_are_told(school: Rehearsal) -> None:
    settings = load(school.home, {})
    with enter(settings) as google:
        rosters = Hidden(resource(google, settings.workspace, READ_ROSTERS))
        found = list(CourseBook(settings, rosters).findings())
    assert len(found) == 3
    assert all("Classroom shows no address" in finding.what for finding in found)
