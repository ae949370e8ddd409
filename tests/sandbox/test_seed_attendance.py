"""The demo school's UEs, courses, students and registers, before anybody noted anything."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from itn_sync.domain.units import Level, Unit
from itn_sync.sandbox.seed import WORKER, demo_school
from itn_sync.sandbox.seed_students import Student, seed_file, students
from itn_sync.sandbox.seed_units import registers
from itn_sync.sandbox.server import RunningSandbox, serve
from itn_sync.sandbox.wire import open_call
from tests.sandbox.registers_made import CONFIG, calendar, configured

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
DOCS = Path(__file__).parents[2] / "docs"
SECONDARY = {"cess", "electricien_automaticien"}


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    with serve(tmp_path_factory.mktemp("school"), school="demo") as running:
        yield running


def called(school: RunningSandbox, method: str, **params: Any) -> Any:
    return open_call(school.tenant, method, user=WORKER, **params)


def test_the_sandbox_and_the_configuration_tell_of_the_same_units() -> None:
    ours = {
        unit.key: (
            f"{unit.section}/{unit.site}",
            unit.name,
            unit.level,
            unit.periods,
            unit.teachers,
        )
        for unit in configured()
    }
    theirs = {
        unit["key"]: (
            *(unit["place"], unit["name"], Level(unit["level"]), unit["periods"]),
            tuple(unit["teachers"]),
        )
        for unit in seed_file("seed_units.toml")["unit"]
    }
    assert ours == theirs
    assert {unit.key: unit.classroom for unit in configured()} == {k: f"d:{k}" for k in theirs}


def test_the_sandbox_and_the_configuration_tell_of_the_same_places() -> None:
    found = tomllib.loads((CONFIG / "school.toml").read_text("utf-8"))
    names = {one["key"]: one["name"] for one in (*found["section"], *found["site"])}
    for place in seed_file("seed_units.toml")["place"]:
        section, _, site = place["key"].partition("/")
        assert place["name"] == f"{names[section]} {names[site]}"
        assert (place["section"], place["site"]) == (names[section], names[site])


def test_the_configuration_names_its_registers_and_its_alias() -> None:
    found = tomllib.loads((CONFIG / "workspace.toml").read_text("utf-8"))
    places = seed_file("seed_units.toml")["place"]
    assert found["registers"] == {place["key"]: place["register"] for place in places}
    assert found["mail"]["absences_from"] == "secretariat@ecole.example"


def test_six_units_for_each_section_and_site() -> None:
    count = Counter((unit.section, unit.site) for unit in configured())
    assert set(count.values()) == {6}
    assert len(count) == 5


def test_the_cap_has_the_same_units_at_both_sites() -> None:
    cap = [unit for unit in configured() if unit.section == "cap"]
    names = [{unit.name for unit in cap if unit.site == site} for site in ("namur", "bruxelles")]
    assert names[0] == names[1]


def test_levels_are_of_units_and_some_differ_from_the_rest_of_their_section() -> None:
    usual = {True: Level.SECONDARY, False: Level.HIGHER}
    others = {unit.key for unit in configured() if unit.level != usual[unit.section in SECONDARY]}
    assert others == {"elec_automates", "techno_bureautique"}


@pytest.mark.parametrize("unit", configured(), ids=lambda unit: unit.key)
def test_a_unit_is_taught_for_about_as_long_as_planned(unit: Unit) -> None:
    sessions = list(unit.sessions(calendar()))
    assert 20 <= unit.periods <= 160
    assert all(2 <= session.periods <= 5 for session in sessions)
    assert sum(session.periods for session in sessions) == pytest.approx(unit.periods, rel=0.08)
    assert unit.year == "2026-2027"


def test_units_end_in_november_january_and_june() -> None:
    ends = {(unit.last.year, unit.last.month) for unit in configured()}
    assert {(2026, 11), (2027, 1), (2027, 6)} <= ends
    assert any(unit.first > date(2027, 1, 1) for unit in configured())


def test_units_have_one_course_or_two() -> None:
    courses = Counter(len({slot.course for slot in unit.timetable}) for unit in configured())
    assert set(courses) == {1, 2}
    assert courses[2] >= 5


def test_three_hundred_people_each_at_an_address_of_their_own() -> None:
    emails = [one.email for one in students()]
    assert len(emails) == len(set(emails)) == 300
    assert all(email.isascii() and email.endswith("@etudiant.example") for email in emails)


def test_everybody_follows_several_units_of_their_section() -> None:
    place_of = {unit["key"]: unit["place"] for unit in seed_file("seed_units.toml")["unit"]}
    for one in students():
        assert len(one.units) >= 3
        assert {place_of[key] for key in one.units} == set(one.places)


def test_one_follows_two_sections_and_two_have_one_name() -> None:
    assert [one.last_name for one in students() if len(one.places) > 1] == ["d'Hautecloqueline"]
    names = Counter((one.first_name, one.last_name) for one in students())
    assert [name for name, count in names.items() if count > 1] == [("Lucas", "Delbrassinne-Hotte")]


def test_who_registered_is_who_they_were() -> None:
    known = {one.email: one for one in students()}
    for entry in seed_file("seed_registrations.toml")["registration"]:
        one = known.get(entry["email"])
        if one and one.email != "famille.lambrechoux@etudiant.example":
            assert (one.first_name, one.last_name) == (entry["first_name"], entry["last_name"])
    registered = {e["email"] for e in seed_file("seed_registrations.toml")["registration"]}
    assert len(registered & set(known)) > 30


def test_names_are_as_odd_as_real_ones() -> None:
    last_names = {one.last_name for one in students()}
    for part in ("Van der ", "d'", "de la ", "El ", "-", "ı", "é"):
        assert any(part in name for name in last_names), part


def test_the_same_files_give_the_same_school() -> None:
    first = demo_school(NOW)
    students.cache_clear()
    assert demo_school(NOW) == first


def test_each_unit_has_its_course(school: RunningSandbox) -> None:
    for unit in configured():
        course = called(school, "classroom.courses.get", id=unit.classroom)
        assert course["courseState"] == "ACTIVE"
        section = next(
            p
            for p in seed_file("seed_units.toml")["place"]
            if p["key"] == f"{unit.section}/{unit.site}"
        )
        assert course["name"] == f"{unit.name} – {section['name']}"


def roster(school: RunningSandbox, unit: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    page = ""
    while True:
        given = {"courseId": f"d:{unit}", "pageSize": 30} | ({"pageToken": page} if page else {})
        answer = called(school, "classroom.courses.students.list", **given)
        found += answer["students"]
        page = answer.get("nextPageToken", "")
        if not page:
            return found


def who(status: str) -> list[Student]:
    return [one for one in students() if one.status == status]


def test_its_roster_is_longer_than_a_page_and_says_names_and_addresses(
    school: RunningSandbox,
) -> None:
    found = roster(school, "cess_math1")
    assert len(found) > 40
    names = {one["profile"]["emailAddress"]: one["profile"]["name"]["fullName"] for one in found}
    assert names["parwana.rahimzade@etudiant.example"] == "Parwana Rahimzade"


def test_some_are_invited_only(school: RunningSandbox) -> None:
    assert len(who("invited")) == 2
    for one in who("invited"):
        for unit in one.units:
            assert one.email not in str(roster(school, unit))
            course = called(school, "classroom.courses.get", id=f"d:{unit}")["id"]
            found = called(school, "classroom.invitations.list", courseId=course)
            assert [guest["role"] for guest in found["invitations"]] == ["STUDENT"]


def test_the_address_of_one_on_the_roster_does_not_take_mail(school: RunningSandbox) -> None:
    (one,) = who("bouncing")
    assert all(one.email in str(roster(school, unit)) for unit in one.units)
    with school.tenant.world.transaction(write=False) as state:
        found = state.execute("SELECT address FROM gmail_account WHERE bouncing = 1").fetchall()
    assert [row["address"] for row in found] == [one.email]


def test_registers_are_empty_and_open_to_teachers_secretariat_and_coordination(
    school: RunningSandbox,
) -> None:
    for spreadsheet, title, people in registers():
        assert len(spreadsheet) == 44
        found = called(school, "sheets.spreadsheets.get", spreadsheetId=spreadsheet)
        assert found["properties"]["title"] == title
        assert [sheet["properties"]["title"] for sheet in found["sheets"]] == ["Feuille 1"]
        assert "secretariat@ecole.example" in people
        assert any(person.startswith("coordination.") for person in people)
        given = {"fileId": spreadsheet, "fields": "*"}
        shared = called(school, "drive.files.get", **given)["permissions"]
        assert {one["emailAddress"] for one in shared} == {*people, WORKER}


def test_the_worker_writes_as_the_secretariat(school: RunningSandbox) -> None:
    found = called(school, "gmail.users.settings.sendAs.list", userId="me")["sendAs"]
    alias = next(one for one in found if one["sendAsEmail"] == "secretariat@ecole.example")
    assert alias["verificationStatus"] == "accepted"
