"""What units.toml may hold, the registers of workspace.toml and the marks of rules.toml."""

from __future__ import annotations

import re
from datetime import date
from math import inf
from string import Formatter
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from itn_sync.config_types import Count, DriveId, Email, Shape, Text
from itn_sync.domain.units import Counts, Level

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
FORMS = ("wide", "long")
PATTERN = "{unit} – {section} {site}"
PATTERN_FIELDS = ("unit", "section", "site", "key", "year")


# each ValueError reads `what is wrong; how to mend it`
def _periods(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < inf:
        raise ValueError("this must be a number above zero; write it like 4 or 1.5")
    return value


def _weekday(text: str) -> str:
    if text not in WEEKDAYS:
        raise ValueError(f'unknown day "{text}"; write one of {", ".join(WEEKDAYS)}')
    return text


def _course(text: str) -> str:
    if text and not re.fullmatch(r"\d+|[dp]:\S+", text):
        what = f'"{text}" is neither a course id nor an alias'
        raise ValueError(f"{what}; write its number, or an alias that begins with d: or p:")
    return text


def _pattern(text: str) -> str:
    mend = f"write {PATTERN} or other words of {', '.join(PATTERN_FIELDS)}"
    try:
        fields = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError as error:
        raise ValueError(f"a bracket is not closed; {mend}") from error
    if unknown := [name for name in fields if name not in PATTERN_FIELDS]:
        raise ValueError(f'unknown word "{unknown[0]}"; {mend}')
    return text


def _column(text: str) -> str:
    if text and not re.fullmatch(r"[A-Z]{1,3}", text):
        raise ValueError(f'"{text}" is no column; write its letters, like B or AA')
    return text


def _form(text: str) -> str:
    if text not in FORMS:
        raise ValueError(f'unknown form "{text}"; write {" or ".join(FORMS)}')
    return text


def _place(text: str) -> str:
    if text.count("/") != 1 or not all(text.split("/")):
        raise ValueError(f'"{text}" is not a section and a site; write it like "cap/namur"')
    return text


def _code(text: str) -> str:
    if not re.fullmatch(r"\D+", text) or " " in text:
        raise ValueError(f'"{text}" cannot be a mark; write letters, without digits or spaces')
    return text


def _colour(text: str) -> str:
    if not re.fullmatch(r"#[0-9a-f]{6}", text):
        raise ValueError(f'"{text}" is not a colour; write it like "#f9dcd9"')
    return text


Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]+$")]
PeriodCount = Annotated[int | float, BeforeValidator(_periods)]
Weekday = Annotated[Text, AfterValidator(_weekday)]
CourseId = Annotated[str, AfterValidator(_course)]
CoursePattern = Annotated[Text, AfterValidator(_pattern)]
ColumnName = Annotated[str, AfterValidator(_column)]
FormName = Annotated[Text, AfterValidator(_form)]
RegisterPlace = Annotated[Text, AfterValidator(_place)]
MarkCode = Annotated[Text, AfterValidator(_code)]
HexColour = Annotated[Text, AfterValidator(_colour)]
RowNumber = Count
"""As the sheet counts them, from 1; 0 where there is none."""


class SlotShape(Shape):
    """One line of a unit's `timetable`."""

    course: Text
    day: Weekday
    periods: PeriodCount


class UnitShape(Shape):
    """`[[unit]]` of units.toml."""

    key: Key
    name: Text
    section: Text
    site: Text
    level: Level
    periods: PeriodCount
    first: date
    last: date
    timetable: tuple[SlotShape, ...] = ()
    teachers: tuple[Email, ...] = ()
    classroom: CourseId = ""


class ClassroomShape(Shape):
    """`[classroom]` of units.toml."""

    pattern: CoursePattern = PATTERN


class RegisterShape(Shape):
    """`[[register]]` of units.toml: a sheet of the school's own; the layout of one UE's marks."""

    unit: Text
    spreadsheet: DriveId
    tab: Text
    form: FormName = "wide"
    first_row: Annotated[int, Field(strict=True, ge=1)]
    id_column: ColumnName = ""
    name_columns: tuple[ColumnName, ...] = ()
    first_session: ColumnName = ""
    date_row: RowNumber = 0
    course_row: RowNumber = 0
    periods_row: RowNumber = 0
    date_column: ColumnName = ""
    course_column: ColumnName = ""
    periods_column: ColumnName = ""
    mark_column: ColumnName = ""
    periods: PeriodCount | None = None
    marks: dict[Text, Text] = Field(default_factory=dict)


class UnitsFile(Shape):
    """units.toml."""

    unit: tuple[UnitShape, ...] = ()
    classroom: ClassroomShape = ClassroomShape()
    own: tuple[RegisterShape, ...] = Field(default=(), alias="register")
    """`[[register]]`: pydantic keeps that name for itself."""


class MarkShape(Shape):
    """`[[mark]]` of rules.toml."""

    code: MarkCode
    name: Text
    counts: Counts
    colour: HexColour


RegisterIds = dict[RegisterPlace, DriveId]
"""`[registers]` of workspace.toml: section/site → spreadsheet."""
