"""`itn-sync attendance create`: registers from nothing, and what is missing later (S55)."""

from __future__ import annotations

import json
import tomllib

import pytest

from itn_sync.domain.codes import student_number
from itn_sync.domain.units import Member
from itn_sync.founding.registers import student_fact
from itn_sync.gateways.registers import sheet_id_of
from itn_sync.sandbox.seed import WORKER
from tests.attendance import (
    ALI,
    ENGLISH,
    HELENE,
    LUCAS,
    MATH,
    PEDA,
    ZOE,
    a_class,
    change_register,
    follow_attendance,
    registers,
    remove_tab,
    tabs,
    unit,
    units,
    write_units,
    write_workspace,
)
from tests.rehearsal import SECRETARY, Line, Rehearsal

EDITOR = {"role": "writer", "type": "user", "emailAddress": WORKER}
CREATE = ("attendance", "create")
SHEET = "mimeType='application/vnd.google-apps.spreadsheet' and name contains 'Présences'"


@pytest.fixture(autouse=True)
def _units(school: Rehearsal) -> None:
    follow_attendance(school)


def create(school: Rehearsal, *options: str, exit_code: int = 0) -> list[str]:
    """The lines that the command says."""
    result = school.worker(*CREATE, *options)
    assert result.exit_code == exit_code, result.output
    return result.output.splitlines()


def sharing(school: Rehearsal, file: str) -> dict[str, str]:
    path = f"drive/v3/files/{file}/permissions?fields=permissions(emailAddress,role,type)"
    held = school.call(WORKER, "GET", path)["permissions"]
    assert {permission["type"] for permission in held} == {"user"}
    return {permission["emailAddress"]: permission["role"] for permission in held}


def spreadsheets(school: Rehearsal) -> list[Line]:
    asked = f"drive/v3/files?q={SHEET}&fields=files(id,name,parents)"
    found: list[Line] = school.call(WORKER, "GET", asked)["files"]
    made = [file for file in found if "Demo" not in file["id"]]  # those of the demo were there
    return sorted(made, key=lambda file: str(file["name"]))


def test_from_nothing_to_registers(school: Rehearsal) -> None:
    told = create(school)
    cap, cess = spreadsheets(school)
    assert (cess["name"], cap["name"]) == (
        "Présences CESS Namur 2026-2027",
        "Présences CAP Namur 2026-2027",
    )
    assert registers(school) == {"cess/namur": cess["id"], "cap/namur": cap["id"]}
    assert tabs(school, cess["id"])[1:] == ["Mathématiques 1", "Anglais"]
    assert tabs(school, cap["id"])[1:] == ["Pédagogie"]
    assert "made     register «Mathématiques 1» (cess_math1): 2 students, 13 sessions" in told
    rows = school.grid("Mathématiques 1", cess["id"])
    assert rows[3:] == [
        [student_number(f"person/{ALI}"), "Dupont", "Ali"],
        [student_number(f"person/{ZOE}"), "Écart", "Zoé"],
    ]
    assert len(rows[0]) == 4 + 13  # Mondays but those of a holiday


def test_registers_lie_in_the_schools_folder_and_count_as_in_belgium(school: Rehearsal) -> None:
    create(school)
    found = spreadsheets(school)
    (folder,) = {file["parents"][0] for file in found}
    told = school.call(WORKER, "GET", f"drive/v3/files/{folder}?fields=name")
    assert told["name"] == "Accompagnement – ITN Promotion sociale"
    book = school.call(WORKER, "GET", f"v4/spreadsheets/{found[0]['id']}")["properties"]
    assert (book["locale"], book["timeZone"]) == ("fr_BE", "Europe/Brussels")


def test_registers_are_shared_with_those_who_need_them_alone(school: Rehearsal) -> None:
    create(school)
    office = ["secretariat.namur@ecole.example", "secretariat@ecole.example"]
    found = registers(school)
    assert sharing(school, found["cess/namur"]) == {
        WORKER: "owner",
        **dict.fromkeys([HELENE, LUCAS, "coordination.cess@ecole.example", *office], "writer"),
    }
    assert sharing(school, found["cap/namur"]) == {
        WORKER: "owner",
        **dict.fromkeys([LUCAS, "coordination.cap.namur@ecole.example", *office], "writer"),
    }


def test_a_second_creation_makes_nothing(school: Rehearsal) -> None:
    create(school)
    before = (school.home / "config" / "workspace.toml").read_bytes()
    with school.watched() as calls:
        assert create(school)[-1] == "Nothing was missing."
    assert "sheets.spreadsheets.batchUpdate" not in calls
    assert "drive.permissions.create" not in calls
    assert "drive.files.create" not in calls
    assert (school.home / "config" / "workspace.toml").read_bytes() == before


def test_what_is_missing_is_added_and_marks_stay(school: Rehearsal) -> None:
    create(school)
    book = registers(school)["cess/namur"]
    cell = f"v4/spreadsheets/{book}/values/'Anglais'!E4?valueInputOption=USER_ENTERED"
    school.call(LUCAS, "PUT", cell, values=[["P"]])
    remove_tab(school, MATH)
    more = unit("cess_bio", "Biologie", classroom='classroom = "d:bio"')
    write_units(school, units() + more)
    school.control("POST", "import", classroom=[a_class(4, "Bio", HELENE, aliases=["d:bio"])])
    told = [line for line in create(school) if line.startswith("made")]
    assert [line.partition("(")[2].partition(")")[0] for line in told] == [MATH, "cess_bio"]
    assert school.grid("Anglais", book)[3][4] == "P"


def test_one_ue_alone(school: Rehearsal) -> None:
    create(school, "--unit", PEDA)
    assert list(registers(school)) == ["cap/namur"]
    create(school, "--unit", MATH, "--unit", ENGLISH)
    assert len(tabs(school, registers(school)["cess/namur"])) == 3


@pytest.mark.parametrize(
    "method",
    [
        "drive.files.create",
        "drive.permissions.create",
        "sheets.spreadsheets.batchUpdate",
        "classroom.courses.students.list",
    ],
)
def test_a_creation_that_broke_off_is_completed(school: Rehearsal, method: str) -> None:
    school.fault({"method": method, "status": 400, "times": 1, "when": "after"})
    school.worker(*CREATE)
    create(school)
    assert len(spreadsheets(school)) == 2
    assert len(tabs(school, registers(school)["cess/namur"])) == 3
    assert len(sharing(school, registers(school)["cess/namur"])) == 6


def test_a_course_that_is_not_there_is_told_and_the_rest_is_made(school: Rehearsal) -> None:
    write_units(school, units().replace("d:math1", "d:nothing"))
    told = create(school, exit_code=1)
    (line,) = [line for line in told if line.startswith("refused")]
    assert "Mathématiques 1: its students are not known: the Classroom course d:nothing" in line
    assert "made     register «Mathématiques 1» (cess_math1): 0 students, 13 sessions" in told
    assert "made     register «Anglais» (cess_anglais): 2 students, 13 sessions" in told


def test_a_name_that_no_course_has_is_told(school: Rehearsal) -> None:
    write_units(school, units().replace('"Pédagogie"', '"Didactique"'))
    (line,) = [one for one in create(school, exit_code=1) if one.startswith("refused")]
    assert "no Classroom courses are called «Didactique – CAP Namur»" in line
    assert "classroom = …" in line


def test_a_student_without_address_has_the_number_of_the_account() -> None:
    assert student_fact(Member("71", "", "Ali", "Dupont")) == "classroom/71"
    assert student_fact(Member("71", "Ali@X.test", "Ali", "Dupont")) == "person/ali@x.test"


def test_a_register_of_the_schools_own_is_left_alone(school: Rehearsal) -> None:
    own = f"""
[[register]]
unit = "{PEDA}"
spreadsheet = "1RegistreDeLucas000000000000001"
tab = "Péda"
first_row = 2
id_column = "A"
first_session = "B"
date_row = 1
"""
    write_units(school, units() + own)
    told = create(school)
    assert any(
        line.startswith("kept     Pédagogie: a register of the school's own") for line in told
    )
    assert list(registers(school)) == ["cess/namur"]


def test_a_spreadsheet_that_the_config_names_gets_the_tabs(school: Rehearsal) -> None:
    book = "1ClasseurDuSecretariat00000000000000001"
    shared = {"id": book, "title": "À nous", "owner": SECRETARY, "permissions": [EDITOR]}
    school.control("POST", "import", spreadsheets=[shared])
    write_workspace(school, {"cess/namur": book})
    # drive.file is for files of our own making
    school.fault({"method": "drive.permissions.list", "status": 404, "times": 1})
    told = create(school)
    assert any("named in config/workspace.toml" in line for line in told)
    assert len(tabs(school, book)) == 3
    assert any(line.startswith("by hand  the registers of cess/namur") for line in told)


def name_register(school: Rehearsal, place: str, spreadsheet: str) -> None:
    path = school.home / "config" / "workspace.toml"
    text = path.read_text("utf-8")
    path.write_text(f'{text}\n[registers]\n"{place}" = "{spreadsheet}"\n', encoding="utf-8")


def test_a_new_school_year_gets_new_spreadsheets(school: Rehearsal) -> None:
    create(school)
    old = registers(school)
    write_units(school, units().replace("2026-", "2027-"))
    create(school)
    assert len(spreadsheets(school)) == 4
    assert set(registers(school)) == set(old)
    assert set(registers(school).values()).isdisjoint(old.values())


def test_the_other_settings_stay_as_they_were(school: Rehearsal) -> None:
    create(school)
    path = school.home / "config" / "workspace.toml"
    assert "# The long code in the address of each spreadsheet" in path.read_text("utf-8")
    assert tomllib.loads(path.read_text("utf-8"))["schedule"]


def test_as_json(school: Rehearsal) -> None:
    shown = json.loads(school.worker(*CREATE, "--json").stdout)
    assert shown["complete"]
    made = [one["what"] for one in shown["steps"] if one["step"] == "made"]
    assert made[0].startswith("folder «")
    assert len(made) == 6


def test_a_ue_that_is_not_there(school: Rehearsal) -> None:
    assert "write one of cess_math1" in create(school, "--unit", "math", exit_code=2)[0]


def test_without_ues_there_is_nothing_to_make(school: Rehearsal) -> None:
    write_units(school, "")
    assert "names no UE yet" in create(school, exit_code=2)[0]


def test_a_delegation_that_is_too_small_is_told(school: Rehearsal) -> None:
    granted = school.control("GET", "delegation")["scopes"]
    lesser = [scope for scope in granted if not scope.endswith("classroom.rosters.readonly")]
    school.control("PUT", "delegation", scopes=lesser)
    told = "".join(create(school, exit_code=2))
    assert "classroom.rosters.readonly" in told


def test_a_tab_that_was_renamed_is_not_made_again(school: Rehearsal) -> None:
    create(school)
    book = registers(school)["cess/namur"]
    properties = {"sheetId": sheet_id_of(MATH), "title": "Maths (Mme D.)"}
    renamed = {"updateSheetProperties": {"properties": properties, "fields": "title"}}
    change_register(school, book, renamed)
    create(school)
    assert tabs(school, book)[1:] == ["Maths (Mme D.)", "Anglais"]
