"""What units.toml cannot know alone: places that do not exist, things named twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from itn_sync.config_files import ConfigFile, Location, Mistake
from itn_sync.config_unit_values import column_index, marks_of, units_of
from itn_sync.config_units import MarkShape, RegisterShape, UnitsFile, UnitShape
from itn_sync.domain.courses import course_name
from itn_sync.domain.names import fold
from itn_sync.domain.school import School
from itn_sync.domain.units import Mark

_WIDE = {"first_session": "", "date_row": 0}
_LONG = {"date_column": "", "mark_column": ""}
Named = dict[Location, str]
"""What must be named once, by the place where it stands."""

_ANOTHER = "choose another or remove the double"


def unit_mistakes(file: ConfigFile, units: UnitsFile, school: School) -> Iterator[Mistake]:
    """UEs where none can be, dates that end before they begin, keys and courses named twice."""
    keys: Named = {("unit", n, "key"): unit.key for n, unit in enumerate(units.unit)}
    yield from _twice(file, keys, _ANOTHER)
    for number, unit in enumerate(units.unit):
        yield from _misplaced(file, number, unit, school)
        if unit.last < unit.first:
            what = f"the end ({unit.last}) is before the start ({unit.first})"
            yield file.mistake(("unit", number, "last"), what, "correct one of the two dates")
        for name in _doubles([fold(address) for address in unit.teachers]):
            what = f'"{name}" stands twice'
            yield file.mistake(("unit", number, "teachers"), what, "remove the double")
    yield from _same_courses(file, units, school)


def _misplaced(file: ConfigFile, number: int, unit: UnitShape, school: School) -> Iterator[Mistake]:
    section = next((one for one in school.sections if one.key == unit.section), None)
    for table, key, known in (
        ("section", unit.section, [one.key for one in school.sections]),
        ("site", unit.site, [one.key for one in school.sites]),
    ):
        if key not in known:
            mend = f"write one of {', '.join(known)}, or add it to school.toml"
            yield file.mistake(("unit", number, table), f'unknown {table} "{key}"', mend)
    known_site = any(site.key == unit.site for site in school.sites)
    if section and known_site and unit.site not in section.sites:
        what = f'the section "{unit.section}" is not organised at "{unit.site}"'
        mend = f"write one of {', '.join(section.sites)}, or add the site to school.toml"
        yield file.mistake(("unit", number, "site"), what, mend)


def _same_courses(file: ConfigFile, units: UnitsFile, school: School) -> Iterator[Mistake]:
    """Two UEs with one Classroom course would have each other's students."""
    courses: Named = {}
    for number, unit in enumerate(units_of(units)):
        name = course_name(unit, school, units.classroom.pattern)
        place = ("unit", number, "classroom") if unit.classroom else ("unit", number, "name")
        courses[place] = unit.classroom or name
    yield from _twice(file, courses, "give each UE its own Classroom course with classroom = …")


def register_mistakes(
    file: ConfigFile, units: UnitsFile, marks: Sequence[MarkShape]
) -> Iterator[Mistake]:
    """The school's own registers: of no UE, of one twice, or without what their form needs."""
    known = {unit.key for unit in units.unit}
    named: Named = {("register", n, "unit"): one.unit for n, one in enumerate(units.own)}
    yield from _twice(file, named, _ANOTHER)
    for number, register in enumerate(units.own):
        place: Location = ("register", number)
        if register.unit not in known:
            what = f'unknown UE "{register.unit}"'
            yield file.mistake((*place, "unit"), what, "write the key of a [[unit]]")
        yield from _incomplete(file, place, register)
        yield from _unknown_marks(file, place, register, marks_of(marks))


def _incomplete(file: ConfigFile, place: Location, register: RegisterShape) -> Iterator[Mistake]:
    needed = _LONG if register.form == "long" else _WIDE
    for key, nothing in needed.items():
        if getattr(register, key) == nothing:
            what = f'a "{register.form}" register needs it'
            yield file.mistake((*place, key), "this key is missing", f"add it: {what}")
    if not register.id_column and not register.name_columns:
        mend = "add id_column or name_columns"
        yield file.mistake(place, "nothing says whose marks they are", mend)
    headed = max(register.date_row, register.course_row, register.periods_row)
    if register.form == "wide" and register.first_row <= headed:
        what = f"the students begin in row {register.first_row}, which is a heading"
        yield file.mistake((*place, "first_row"), what, f"write {headed + 1} or more")
    before = [register.id_column, *register.name_columns]
    if register.first_session and column_index(register.first_session) <= max(
        map(column_index, before)
    ):
        what = "the sessions begin before the names end"
        yield file.mistake((*place, "first_session"), what, "name the first column of marks")


def _unknown_marks(
    file: ConfigFile, place: Location, register: RegisterShape, marks: Sequence[Mark]
) -> Iterator[Mistake]:
    codes = [mark.code for mark in marks]
    for written, code in register.marks.items():
        if code not in codes:
            what, mend = f'unknown mark "{code}"', f"write one of {', '.join(codes)}"
            yield file.mistake((*place, "marks", written), what, mend)


def place_mistakes(
    file: ConfigFile, registers: Mapping[str, str], school: School
) -> Iterator[Mistake]:
    """`[registers]` of workspace.toml: a place that is none, a spreadsheet of two places."""
    known = {f"{one.key}/{site}" for one in school.sections for site in one.sites}
    for place in registers:
        if place not in known:
            what = f'there is no section and site "{place}"'
            mend = f"write one of {', '.join(sorted(known))}"
            yield file.mistake(("registers", place), what, mend)
    yield from _twice(file, {("registers", p): named for p, named in registers.items()}, _ANOTHER)


def mark_mistakes(file: ConfigFile, marks: Sequence[MarkShape]) -> Iterator[Mistake]:
    """`[[mark]]` of rules.toml: one code twice."""
    codes: Named = {("mark", n, "code"): fold(mark.code) for n, mark in enumerate(marks)}
    yield from _twice(file, codes, _ANOTHER)


def _twice(file: ConfigFile, named: Named, mend: str) -> Iterator[Mistake]:
    met: set[str] = set()
    for location, name in named.items():
        if name in met:
            yield file.mistake(location, f'"{name}" is already taken', mend)
        met.add(name)


def _doubles(names: Sequence[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
