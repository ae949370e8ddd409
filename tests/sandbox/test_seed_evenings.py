"""The registers of the demo school, filled in: every case is there, whatever the day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from itn_sync.sandbox.seed import WORKER
from itn_sync.sandbox.seed_evenings import bring_certificates, fill_registers
from itn_sync.sandbox.seed_marks import Register, read_register
from itn_sync.sandbox.seed_students import names_by_email, seed_file, students, units_of
from itn_sync.sandbox.server import RunningSandbox, serve
from itn_sync.sandbox.wire import open_call
from itn_sync.sandbox.world import set_now
from tests.sandbox.registers_made import make_registers

DOCS = Path(__file__).parents[2] / "docs"
ENOUGH_EVENINGS = "2026-11-06"
DAYS = ["2026-10-13", ENOUGH_EVENINGS, "2026-12-01", "2027-03-09", "2027-06-29", "2027-08-30"]
UNITS: dict[str, dict[str, Any]] = {u["key"]: u for u in seed_file("seed_units.toml")["unit"]}
STEPS = {"secondaire": 0.1, "superieur": 0.2}
CASES = seed_file("seed_cases.toml")["case"]

RATES = {
    ("cess_math1", "elise.bodartin"): "7/80",
    ("cess_math1", "ophelie.petitgrandin"): "8/80",
    ("cess_math1", "esperance.tshibolanda"): "9/80",
    ("cess_math1", "zoe.beauquesnois"): "10/80",
    ("cess_math1", "parwana.rahimzade"): "5/80",
    ("cess_math1", "firmin.delhautier"): "0/80",
    ("cess_math1", "solene.warnantel"): "6/80",
    ("cess_math1", "lucas.delbrassinne"): "10/80",
    ("cess_methodo", "gaetane.moulinart"): "2/20",
    ("cap_nam_communication", "jb.noirhommel"): "7/40",
    ("cap_nam_communication", "rosalie.gaspardeau"): "8/40",
    ("cap_nam_communication", "quentin.lecocquier"): "9/40",
    ("cap_nam_technologies", "ines.dhautecloqueline"): "9/40",
    ("techno_scenario", "ines.dhautecloqueline"): "5/80",
    ("techno_bureautique", "gerard.wautelain"): "4/30",
    ("cap_bxl_psychologie", "thibault.crabbelinck"): "12/60",
    ("cap_nam_psychologie", "maelle.kowalczykowa"): "12/60",
}
"""Unexcused periods on the planned ones, from the middle of October on."""
LATER = {
    ("cess_math1", "ludovic.harmegnoy"): "25/80",
    ("cap_nam_communication", "corentin.vervloessem"): "18/40",
    ("elec_automates", "hadrien.quertinmonte"): "16/60",
    ("elec_automates", "joris.vandermolle"): "8/60",
}
"""The same, from 6 November on: they need more evenings."""


class Filled:
    """The registers as they read now."""

    def __init__(self, sandbox: RunningSandbox, day: str) -> None:
        self.sandbox = sandbox
        self.day = day

    def values(self, unit: str) -> list[list[Any]]:
        given = {
            "spreadsheetId": register_of(unit),
            "range": "'" + UNITS[unit]["name"].replace("'", "''") + "'",
            "valueRenderOption": "UNFORMATTED_VALUE",
        }
        found = self.call("sheets.spreadsheets.values.get", **given)
        return list(found.get("values", []))

    def call(self, method: str, **given: Any) -> Any:
        return open_call(self.sandbox.tenant, method, user=WORKER, **given)

    def register(self, unit: str) -> Register:
        return read_register(UNITS[unit], self.values(unit))

    def marks(self, unit: str, name: str) -> list[tuple[float, str]]:
        """The student's marks in order, with the periods of each session."""
        values, register = self.values(unit), self.register(unit)
        row = values[register.rows[f"{name}@etudiant.example"]]
        return [
            (session.periods, str(row[session.column]))
            for session in register.sessions
            if session.column < len(row) and row[session.column] != ""
        ]

    def rate(self, unit: str, name: str) -> str:
        missed = sum(missed_periods(periods, mark) for periods, mark in self.marks(unit, name))
        return f"{missed:g}/{UNITS[unit]['periods']}"


def missed_periods(periods: float, mark: str) -> float:
    return periods if mark == "A" else float(mark[1:]) if mark in {"R1", "R2", "R3", "R4"} else 0


def register_of(unit: str) -> str:
    places = seed_file("seed_units.toml")["place"]
    return str(next(p["register"] for p in places if p["key"] == UNITS[unit]["place"]))


@contextmanager
def filled(folder: Path, day: str) -> Iterator[Filled]:
    with serve(folder, school="demo") as running:
        with running.tenant.world.transaction(write=True) as state:
            set_now(state, datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC))
        make_registers(running.tenant)
        fill_registers(running.tenant)
        yield Filled(running, day)


@pytest.fixture(scope="module", params=DAYS)
def anyday(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Filled]:
    with filled(tmp_path_factory.mktemp("school"), request.param) as found:
        yield found


@pytest.fixture(scope="module")
def december(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with filled(tmp_path_factory.mktemp("school"), "2026-12-01") as found:
        yield found


def test_each_case_reads_the_same_on_any_day_of_the_year(anyday: Filled) -> None:
    assert {case: anyday.rate(*case) for case in RATES} == RATES


def test_whoever_shows_nothing_stays_well_below_any_warning(anyday: Filled) -> None:
    named = {(case["unit"], case["student"]) for case in CASES}
    for key, unit in UNITS.items():
        for email in anyday.register(key).rows:
            name = email.partition("@")[0]
            if (key, email) in named or "@" not in email:
                continue
            missed = float(anyday.rate(key, name).partition("/")[0])
            assert missed < unit["periods"] * STEPS[unit["level"]] * 0.7, (key, email)


def test_everything_held_is_noted_but_for_three_weeks_of_one_unit(december: Filled) -> None:
    last: dict[str, date] = {}
    for key in UNITS:
        values, register = december.values(key), december.register(key)
        noted = [
            session.day
            for session in register.held(date(2026, 12, 1))
            if any(len(row) > session.column and row[session.column] for row in values[3:])
        ]
        last[key] = max(noted, default=date.min)
    assert last.pop("cap_bxl_technologies") == date(2026, 11, 6)
    assert last.pop("techno_projet") == date.min, "begins in February"
    assert min(last.values()) >= date(2026, 11, 23)


def test_no_session_to_come_is_noted(december: Filled) -> None:
    for key in UNITS:
        register, values = december.register(key), december.values(key)
        to_come = {s.column for s in register.sessions if s.day >= date(2026, 12, 1)}
        assert not [c for row in values[3:] for c in to_come if len(row) > c and row[c]]


def test_some_cases_need_more_evenings(anyday: Filled) -> None:
    assert ({case: anyday.rate(*case) for case in LATER} == LATER) == (
        anyday.day >= ENOUGH_EVENINGS
    )


def test_what_is_noted_beside_presence_and_absence(december: Filled) -> None:
    marks = {
        "elec_labo1 grace.nkoumbassi": "D",
        "elec_labo1 yasin.ozdemirel": "CH",
        "techno_hybride aurore.delabruyerelle": "M",
        "elec_labo1 rustam.abdelkarimov": "CM",
        "cess_math1 firmin.delhautier": "AJ",
    }
    for case, mark in marks.items():
        assert mark in [noted for _, noted in december.marks(*case.split())], case
    assert [m for _, m in december.marks("elec_labo1", "olivier.mestdaghsen")][-1] == "abandon"


def test_one_was_not_seen_for_five_sessions(december: Filled) -> None:
    marks = [mark for _, mark in december.marks("elec_labo1", "wim.sterckemans")]
    assert marks[-6:] == ["P", *["A"] * 5]


def test_who_left_is_off_the_roster_and_still_in_the_register(december: Filled) -> None:
    (one,) = [one for one in students() if one.status == "leaving"]
    for unit in one.units:
        given = {"courseId": f"d:{unit}", "pageSize": 100}
        found = december.call("classroom.courses.students.list", **given)
        assert one.email not in str(found)
        assert one.email in december.register(unit).rows
    assert [mark for _, mark in december.marks("cap_nam_psychologie", "pauline.trufaneau")] == [
        *("P", "A", "A")
    ]


def test_each_way_to_leave_a_register_in_disorder(anyday: Filled) -> None:
    heads = anyday.values("cap_bxl_didactique")[0]
    assert "mardi" in str(heads) or "jeudi" in str(heads), "a date typed as text"
    assert anyday.values("elec_electrotechnique")[2][5] == "", "a session without periods"
    assert "?" in str(anyday.values("cess_histoire_geo")), "an unknown mark"
    french = anyday.register("cess_francais").sessions
    twice = {(s.day, s.course) for s in french}
    assert len(french) == len(twice) + 1, "the same session twice"
    methods = anyday.register("cess_methodo").sessions
    assert [s.day.year for s in methods].count(2025) == 1, "a date outside of the UE"
    names = [tuple(row[1:3]) for row in anyday.values("cap_nam_psychologie")[3:]]
    first, last = names_by_email()["marc-antoine.colignonet@etudiant.example"]
    assert names.count((last, first)) == 2, "a student twice"
    rows = [row[0] for row in anyday.values("cess_sciences")[3:]]
    assert len(rows) == len(set(rows)) + 1, "a row copied whole"
    assert "Sidonie Marchandelle" in anyday.register("techno_droit").rows, "added by hand"
    place = anyday.call("sheets.spreadsheets.get", spreadsheetId=register_of("techno_outils"))
    merges = [sheet for sheet in place["sheets"] if sheet.get("merges")]
    assert [s["properties"]["title"] for s in merges] == [UNITS["techno_outils"]["name"]]


def test_two_entries_for_one_session_contradict_each_other(anyday: Filled) -> None:
    values, register = anyday.values("cess_francais"), anyday.register("cess_francais")
    row = values[register.rows["famille.lambrechoux@etudiant.example"]]
    first, again = register.sessions[2], register.sessions[-1]
    assert (first.day, first.course) == (again.day, again.course)
    assert row[first.column] != row[again.column] == "A"


def test_certificates_that_come_in_later_lower_two_rates(tmp_path: Path) -> None:
    with filled(tmp_path, "2026-12-01") as found:
        assert bring_certificates(found.sandbox.tenant) == 2
        assert found.rate("cess_math1", "zoe.beauquesnois") == "5/80"
        assert found.rate("cap_bxl_psychologie", "thibault.crabbelinck") == "8/60"
        assert found.rate("cess_math1", "elise.bodartin") == "7/80"


@pytest.mark.parametrize("day", ["2026-08-30", "2026-09-07", "2026-09-08", "2026-09-22"])
def test_before_and_just_after_the_first_evening(tmp_path: Path, day: str) -> None:
    with filled(tmp_path, day) as found:
        noted = sum(len(row) > 4 for row in found.values("cess_math1")[3:])
        assert bool(noted) == (day > "2026-09-07")
        assert bring_certificates(found.sandbox.tenant) == 0


def test_without_tabs_there_is_nothing_to_fill_in(tmp_path: Path) -> None:
    with serve(tmp_path, school="demo") as running:
        assert fill_registers(running.tenant) == 0


def test_teachers_type_as_themselves(december: Filled) -> None:
    for place in seed_file("seed_units.toml")["place"]:
        given = {"fileId": place["register"], "fields": "*"}
        file = december.call("drive.files.get", **given)
        teachers = {teacher for unit in units_of(place["key"]) for teacher in unit["teachers"]}
        assert file["lastModifyingUser"]["emailAddress"] in teachers


def test_the_same_day_gives_the_same_registers(december: Filled, tmp_path: Path) -> None:
    with filled(tmp_path, "2026-12-01") as again:
        assert all(again.values(key) == december.values(key) for key in UNITS)


def test_the_table_of_the_demo_names_every_case() -> None:
    text = (DOCS / "demo.md").read_text("utf-8")
    seed, names = seed_file("seed_cases.toml"), names_by_email()
    for entry in (*seed["case"], *seed["disorder"]):
        assert f"| {entry['shows'][0].upper()}{entry['shows'][1:]} |" in text, entry["shows"]
        assert UNITS[entry["unit"]]["name"] in text
        if "student" in entry:
            assert " ".join(names[entry["student"]]) in text
