"""units.toml, `[registers]` and `[[mark]]`, checked, turned into the domain's own values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from itn_sync.config_units import (
    WEEKDAYS,
    MarkShape,
    RegisterShape,
    SlotShape,
    UnitsFile,
    UnitShape,
)
from itn_sync.domain.units import MARKS, Layout, Mark, Periods, Slot, Unit

_NONE = -1
_ALPHABET = 26


@dataclass(frozen=True)
class OwnRegister:
    """A sheet of the school's own that holds one UE's marks: `tab` is the tab's title."""

    spreadsheet: str
    tab: str
    layout: Layout


def units_of(file: UnitsFile) -> tuple[Unit, ...]:
    """The year's UEs."""
    return tuple(_unit(unit) for unit in file.unit)


def own_registers_of(file: UnitsFile) -> Mapping[str, OwnRegister]:
    """The school's own registers by UE."""
    return {r.unit: OwnRegister(r.spreadsheet, r.tab, _layout(r)) for r in file.own}


def registers_of(named: Mapping[str, str]) -> Mapping[tuple[str, str], str]:
    """Our spreadsheets by section and site."""
    places = ((place.partition("/"), spreadsheet) for place, spreadsheet in named.items())
    return {(section, site): spreadsheet for (section, _, site), spreadsheet in places}


def marks_of(given: Sequence[MarkShape]) -> tuple[Mark, ...]:
    """The school's marks; the usual ones when it names none."""
    return tuple(Mark(m.code, m.name, m.counts, m.colour) for m in given) or MARKS


def _unit(unit: UnitShape) -> Unit:
    return Unit(
        key=unit.key,
        name=unit.name,
        section=unit.section,
        site=unit.site,
        level=unit.level,
        periods=exactly(unit.periods),
        first=unit.first,
        last=unit.last,
        timetable=tuple(_slot(slot) for slot in unit.timetable),
        teachers=tuple(dict.fromkeys(address.lower() for address in unit.teachers)),
        classroom=unit.classroom,
    )


def _slot(slot: SlotShape) -> Slot:
    return Slot(slot.course, WEEKDAYS.index(slot.day), exactly(slot.periods))


def exactly(number: float) -> Periods:
    """12.5 as people write it, not as the machine holds it; a whole number stays one."""
    found = Fraction(str(number))
    return int(found) if found.denominator == 1 else found


def _layout(shape: RegisterShape) -> Layout:
    return Layout(
        first_row=shape.first_row - 1,
        id_column=column_index(shape.id_column),
        name_columns=tuple(column_index(name) for name in shape.name_columns),
        first_session=column_index(shape.first_session),
        date_row=shape.date_row - 1,
        course_row=shape.course_row - 1,
        periods_row=shape.periods_row - 1,
        is_long=shape.form == "long",
        date_column=column_index(shape.date_column),
        course_column=column_index(shape.course_column),
        periods_column=column_index(shape.periods_column),
        mark_column=column_index(shape.mark_column),
        periods=exactly(shape.periods) if shape.periods else 0,
        marks=shape.marks,
    )


def column_index(letters: str) -> int:
    """A is 0, AA 26; -1 for none."""
    number = 0
    for letter in letters:
        number = number * _ALPHABET + ord(letter) - ord("A") + 1
    return number + _NONE
