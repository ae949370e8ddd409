"""The year's UEs, registers and marks: what the files say, and each mistake with its line."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from pathlib import Path

import pytest

from itn_sync.config_units import UnitsFile
from itn_sync.domain.courses import Course, course_name, courses_called
from itn_sync.domain.units import MARKS, OURS, Counts, Layout, Level
from itn_sync.founding.pages import without_units
from itn_sync.settings import Settings, load
from tests.attendance import workspace_with
from tests.test_settings import mistakes, shipped, write

TABLET = "1RegistreDuProfesseur0000000000001"
UNIT = """
[[unit]]
key = "math1"
name = "Mathématiques 1"
section = "cess"
site = "namur"
level = "secondaire"
periods = 80
first = 2026-09-07
last = 2027-01-29
timetable = [{ course = "Maths", day = "lundi", periods = 1.5 }]
teachers = ["A.Prof@ecole.example"]
classroom = "d:math1"
"""
SECOND = UNIT.replace("math1", "math2").replace("Mathématiques 1", "Mathématiques 2")
WIDE = f"""
[[register]]
unit = "math1"
spreadsheet = "{TABLET}"
tab = "Math 1"
first_row = 5
id_column = "A"
name_columns = ["B", "C"]
first_session = "AA"
date_row = 2
periods_row = 3
periods = 2.5
marks = {{ "X" = "P" }}
"""
LONG = f"""
[[register]]
unit = "math1"
spreadsheet = "{TABLET}"
tab = "Math 1"
form = "long"
first_row = 2
id_column = "A"
date_column = "B"
mark_column = "D"
"""


def loaded(home: Path, text: str) -> Settings:
    """Settings with such a units.toml."""
    write(home, "units.toml", text)
    return load(home, {})


def test_a_unit_is_read_whole(tmp_path: Path) -> None:
    (unit,) = loaded(tmp_path, UNIT).units
    assert (unit.level, unit.periods, unit.classroom) == (Level.SECONDARY, 80, "d:math1")
    (slot,) = unit.timetable
    assert (slot.weekday, slot.periods) == (0, Fraction(3, 2))
    assert unit.teachers == ("a.prof@ecole.example",)
    assert unit.year == "2026-2027"


def test_without_units_no_attendance_is_followed(tmp_path: Path) -> None:
    write(tmp_path, "workspace.toml", workspace_with({}))
    found = loaded(tmp_path, "")
    assert (found.units, found.own_registers, found.registers) == ((), {}, {})
    assert found.marks == MARKS


def test_the_shipped_units_fit_the_shipped_school(tmp_path: Path) -> None:
    found = load(tmp_path, {})
    assert len(found.units) > 1
    assert {unit.level for unit in found.units} == set(Level)
    assert all(unit.timetable and unit.teachers for unit in found.units)


def test_a_new_school_has_an_example_and_no_units(tmp_path: Path) -> None:
    text = without_units()
    assert "# [[unit]]" in text
    assert loaded(tmp_path, text).units == ()
    example = text.partition("# [[unit]]\n")[2].partition("\n\n")[0].splitlines()
    revived = "\n".join(line.removeprefix("#").removeprefix(" ") for line in example)
    assert len(UnitsFile.model_validate(tomllib.loads(f"[[unit]]\n{revived}")).unit) == 1


def test_a_wide_register_of_the_schools_own(tmp_path: Path) -> None:
    own = loaded(tmp_path, UNIT + WIDE).own_registers["math1"]
    assert (own.spreadsheet, own.tab) == (TABLET, "Math 1")
    assert own.layout == Layout(
        first_row=4,
        id_column=0,
        name_columns=(1, 2),
        first_session=26,
        date_row=1,
        course_row=-1,
        periods_row=2,
        periods=Fraction(5, 2),
        marks={"X": "P"},
    )
    assert own.layout != OURS


def test_a_long_register_of_the_schools_own(tmp_path: Path) -> None:
    layout = loaded(tmp_path, UNIT + LONG).own_registers["math1"].layout
    assert layout.is_long
    assert (layout.date_column, layout.mark_column, layout.course_column) == (1, 3, -1)
    assert (layout.first_session, layout.name_columns, layout.periods) == (-1, (), 0)


def test_our_registers_are_known_by_section_and_site(tmp_path: Path) -> None:
    write(tmp_path, "workspace.toml", workspace_with({"cap/namur": TABLET}))
    assert loaded(tmp_path, "").registers == {("cap", "namur"): TABLET}


def test_the_schools_marks_replace_all_others(tmp_path: Path) -> None:
    mark = '\n[[mark]]\ncode = "X"\nname = "absent"\ncounts = "injustifiee"\ncolour = "#ff0000"\n'
    write(tmp_path, "rules.toml", shipped("rules.toml") + mark)
    (found,) = loaded(tmp_path, "").marks
    assert (found.code, found.counts) == ("X", Counts.UNEXCUSED)


UNIT_MISTAKES = [
    ('section = "cess"', 'section = "ghost"', "unit[0].section", "write one of cess, cap"),
    ('site = "namur"', 'site = "liege"', "unit[0].site", "write one of namur, bruxelles"),
    ('site = "namur"', 'site = "bruxelles"', "unit[0].site", "write one of namur, or add"),
    ('level = "secondaire"', 'level = "haut"', "unit[0].level", "write 'secondaire' or"),
    ("periods = 80", "periods = 0", "unit[0].periods", "write it like 4 or 1.5"),
    ("periods = 80", "periods = inf", "unit[0].periods", "write it like 4 or 1.5"),
    ("periods = 80", "periods = true", "unit[0].periods", "write it like 4 or 1.5"),
    ("last = 2027-01-29", "last = 2026-01-29", "unit[0].last", "correct one of the two dates"),
    ("first = 2026-09-07", 'first = "lundi"', "unit[0].first", "write it like 2026-10-19"),
    ('"lundi"', '"monday"', "unit[0].timetable[0].day", "write one of lundi, mardi"),
    ("periods = 1.5", "periods = -1", "unit[0].timetable[0].periods", "write it like 4"),
    ('course = "Maths"', 'cours = "Maths"', "unit[0].timetable[0].cours", 'write "course"'),
    ('["A.Prof@ecole.example"]', '["A.Prof"]', "unit[0].teachers[0]", "correct it"),
    ('["A.Prof@ecole.example"]', '["a@b.test", "A@b.test"]', "unit[0].teachers", "remove the"),
    ('classroom = "d:math1"', 'classroom = "math1"', "unit[0].classroom", "begins with d: or p:"),
    ('key = "math1"', 'key = "Math 1"', "unit[0].key", "use only lower-case letters"),
    ('name = "Mathématiques 1"', 'name = ""', "unit[0].name", "fill it in"),
    ('key = "math1"', 'key = "math1"\nteacher = []', "unit[0].teacher", 'write "teachers"'),
]


@pytest.mark.parametrize(("old", "new", "key", "mend"), UNIT_MISTAKES)
def test_a_mistake_in_a_unit_names_its_line(
    tmp_path: Path, old: str, new: str, key: str, mend: str
) -> None:
    assert old in UNIT
    told_of(tmp_path, UNIT.replace(old, new), key, mend)


def told_of(home: Path, text: str, key: str, mend: str) -> None:
    """The mistake stands at `key`, on a line that shows part of it, with its mend."""
    path = write(home, "units.toml", text)
    (found,) = [one for one in mistakes(home) if one.key == key]
    assert mend in found.mend
    line = path.read_text("utf-8").splitlines()[found.line - 1]
    names = [part.partition("[")[0] for part in key.split(".")]
    assert any(name in line for name in names), line


@pytest.mark.parametrize(
    ("text", "key", "mend"),
    [
        (UNIT + UNIT, "unit[1].key", "choose another or remove the double"),
        (
            UNIT + SECOND.replace("d:math2", "d:math1"),
            "unit[1].classroom",
            "its own Classroom course",
        ),
        (
            UNIT.replace('classroom = "d:math1"', "")
            + UNIT.replace('classroom = "d:math1"', "").replace('"math1"', '"math1b"'),
            "unit[1].name",
            "its own Classroom course",
        ),
        (UNIT + '[classroom]\npattern = "{ue}"', "classroom.pattern", "write {unit} – {section}"),
        (UNIT + '[classroom]\npattern = "{unit"', "classroom.pattern", "write {unit} – {section}"),
        (UNIT + WIDE.replace('"math1"', '"math9"'), "register[0].unit", "the key of a [[unit]]"),
        (UNIT + WIDE + WIDE, "register[1].unit", "choose another"),
        (UNIT + WIDE.replace("date_row = 2", ""), "register[0].date_row", "add it: a"),
        (UNIT + WIDE.replace('"AA"', '"B"'), "register[0].first_session", "first column of marks"),
        (UNIT + WIDE.replace("first_row = 5", "first_row = 3"), "register[0].first_row", "write 4"),
        (UNIT + WIDE.replace('"AA"', '"12"'), "register[0].first_session", "like B or AA"),
        (UNIT + WIDE.replace('"P"', '"Q"'), "register[0].marks.X", "write one of P, A"),
        (UNIT + WIDE + 'form = "tall"', "register[0].form", "write wide or long"),
        (UNIT + WIDE + "tabs = 1", "register[0].tabs", 'write "tab"'),
        (UNIT + LONG.replace('id_column = "A"', ""), "register[0]", "id_column or name_columns"),
        (UNIT + LONG.replace('mark_column = "D"', ""), "register[0].mark_column", "add it: a"),
    ],
)
def test_what_does_not_fit_together_is_named(
    tmp_path: Path, text: str, key: str, mend: str
) -> None:
    told_of(tmp_path, text, key, mend)


@pytest.mark.parametrize(
    ("line", "key", "mend"),
    [
        ('"cap/liege" = "{0}"', "registers.cap/liege", "write one of cap/bruxelles, cap/namur"),
        ('"cap" = "{0}"', "registers.cap", 'write it like "cap/namur"'),
        ('"cap/namur" = "x"', "registers.cap/namur", "after /d/"),
        ('"cap/namur" = "{0}"\n"cess/namur" = "{0}"', "registers.cess/namur", "remove the double"),
    ],
)
def test_a_mistake_in_the_registers_is_named(
    tmp_path: Path, line: str, key: str, mend: str
) -> None:
    text = f"{workspace_with({})}\n[registers]\n{line.format(TABLET)}\n"
    write(tmp_path, "workspace.toml", text)
    (found,) = mistakes(tmp_path)
    assert (found.key, mend in found.mend) == (key, True), found
    assert "=" in text.splitlines()[found.line - 1]


@pytest.mark.parametrize(
    ("old", "new", "key", "mend"),
    [
        ('code = "X"', 'code = "R2"', "mark[0].code", "write letters"),
        ('counts = "injustifiee"', 'counts = "grave"', "mark[0].counts", "'presence'"),
        ('colour = "#ff0000"', 'colour = "red"', "mark[0].colour", 'write it like "#f9dcd9"'),
    ],
)
def test_a_mistake_in_a_mark_is_named(
    tmp_path: Path, old: str, new: str, key: str, mend: str
) -> None:
    mark = '\n[[mark]]\ncode = "X"\nname = "absent"\ncounts = "injustifiee"\ncolour = "#ff0000"\n'
    write(tmp_path, "rules.toml", shipped("rules.toml") + mark.replace(old, new))
    (found,) = mistakes(tmp_path)
    assert (found.key, mend in found.mend) == (key, True), found


def test_one_code_for_two_marks_is_named(tmp_path: Path) -> None:
    mark = '\n[[mark]]\ncode = "X"\nname = "absent"\ncounts = "injustifiee"\ncolour = "#ff0000"\n'
    write(tmp_path, "rules.toml", shipped("rules.toml") + mark + mark.replace('"X"', '"x"'))
    assert [one.key for one in mistakes(tmp_path)] == ["mark[1].code"]


def test_a_course_is_found_by_its_name(tmp_path: Path) -> None:
    found = loaded(tmp_path, UNIT.replace('classroom = "d:math1"', ""))
    name = course_name(found.units[0], found.school, found.classroom_pattern)
    assert name == "Mathématiques 1 – CESS Namur"
    old = Course("1", "MATHEMATIQUES 1 - CESS  NAMUR", "ARCHIVED")
    assert courses_called(name, [old, Course("2", "Autre")]) == (old,)
    assert courses_called(name, [old, Course("3", name)]) == (Course("3", name),)
