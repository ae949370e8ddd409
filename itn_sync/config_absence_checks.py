"""What `[absences]` cannot know alone: sections and UEs that do not exist, steps of two minds."""

from __future__ import annotations

from collections.abc import Iterator

from itn_sync.config_absences import AbsencesShape
from itn_sync.config_files import ConfigFile, Location, Mistake
from itn_sync.domain.school import School
from itn_sync.domain.units import Unit


def absence_mistakes(
    file: ConfigFile, shape: AbsencesShape, school: School, units: tuple[Unit, ...]
) -> Iterator[Mistake]:
    """Sections and UEs that do not exist, steps that say nothing, or two things."""
    sections = [section.key for section in school.sections]
    keys = [unit.key for unit in units]
    for section in shape.modes:
        yield from _unknown(file, ("absences", "modes", section), section, "section", sections)
    for number, step in enumerate(shape.step):
        place: Location = ("absences", "step", number)
        if (step.percent is None) is (step.in_a_row is None):
            what = "a step is reached by a percentage or by sessions in a row"
            yield file.mistake((*place, "kind"), what, "write either percent or in_a_row")
        for section in step.sections:
            yield from _unknown(file, (*place, "sections"), section, "section", sections)
        for unit in step.units:
            yield from _unknown(file, (*place, "units"), unit, "UE", keys)


def _unknown(
    file: ConfigFile, place: Location, name: str, what: str, known: list[str]
) -> Iterator[Mistake]:
    if name not in known:
        mend = f"write one of {', '.join(known)}" if known else "remove it"
        yield file.mistake(place, f'unknown {what} "{name}"', mend)
