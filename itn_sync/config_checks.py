"""What one configuration file cannot know alone: names that name nothing, or two things."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from itn_sync.config_files import ConfigFile, Mistake
from itn_sync.config_shapes import (
    AbsenceShape,
    ClosureShape,
    FormsFile,
    FormShape,
    PersonShape,
    QuestionShape,
    SchoolFile,
    SectionShape,
    SiteShape,
)
from itn_sync.domain.names import fold
from itn_sync.domain.reception import FORM as DESK
from itn_sync.domain.school import Role, School


def school_mistakes(file: ConfigFile, school: SchoolFile) -> Iterator[Mistake]:
    """Doubles, unknown keys and impossible dates of school.toml, and no coordinator at all."""
    for table, things in _keyed(school).items():
        yield from _twice(file, "key", [((table, n), thing.key) for n, thing in enumerate(things)])
    yield from _same_names(file, "site", school.site)
    yield from _same_names(file, "section", school.section)
    yield from _unknown_sites(file, school)
    yield from _unknown_in_roles(file, school)
    yield from _unknown_in_absences(file, school)
    yield from _backwards(file, "absence", school.absence)
    yield from _backwards(file, "closure", school.closure)
    if not any(r.role == Role.COORDINATOR and r.persons for r in school.role):
        yield file.mistake(
            ("role",),
            f'nobody holds the role "{Role.COORDINATOR}"',
            "add a [[role]] for it: it gets every request that has no referent",
        )


def forms_mistakes(file: ConfigFile, forms: FormsFile, school: School) -> Iterator[Mistake]:
    """Doubles of forms.toml, and answers that mean a site or section which does not exist."""
    yield from _twice(file, "key", [(("form", n), form.key) for n, form in enumerate(forms.form)])
    yield from _twice(
        file, "form_id", [(("form", n), form.form_id) for n, form in enumerate(forms.form)]
    )
    for number, form in enumerate(forms.form):
        if form.key == DESK:
            what = f'"{DESK}" is the key of the desk\'s own contacts'
            yield file.mistake(("form", number, "key"), what, "choose another key")
        ids = [(("form", number, "question", n), q.id) for n, q in enumerate(form.question)]
        yield from _twice(file, "id", ids)
        yield from _unknown_meanings(file, number, form, school)


def _same_names(
    file: ConfigFile, table: str, things: Sequence[SiteShape | SectionShape]
) -> Iterator[Mistake]:
    """Two sites, or two sections, that people call by one name."""
    met: dict[str, str] = {}
    for number, thing in enumerate(things):
        for name in (thing.name, *thing.aliases):
            other = met.setdefault(fold(name), thing.key)
            if other != thing.key:
                what = f'"{name}" already names "{other}"'
                yield file.mistake((table, number, "name"), what, "choose another name")


def _twice(
    file: ConfigFile, key: str, values: Iterable[tuple[tuple[str | int, ...], str]]
) -> Iterator[Mistake]:
    met: set[str] = set()
    for location, value in values:
        if value in met:
            what = f'"{value}" is already taken'
            yield file.mistake((*location, key), what, "choose another or remove the double")
        met.add(value)


def _keyed(school: SchoolFile) -> Mapping[str, Sequence[SiteShape | SectionShape | PersonShape]]:
    return {"site": school.site, "section": school.section, "person": school.person}


def _unknown_sites(file: ConfigFile, school: SchoolFile) -> Iterator[Mistake]:
    for number, section in enumerate(school.section):
        yield from _unknown(file, ("section", number, "sites"), "site", section.sites, school)


def _unknown_in_roles(file: ConfigFile, school: SchoolFile) -> Iterator[Mistake]:
    for number, role in enumerate(school.role):
        yield from _unknown(file, ("role", number, "persons"), "person", role.persons, school)
        yield from _unknown(file, ("role", number, "sites"), "site", role.sites, school)
        sections = role.sections
        yield from _unknown(file, ("role", number, "sections"), "section", sections, school)


def _unknown_in_absences(file: ConfigFile, school: SchoolFile) -> Iterator[Mistake]:
    for number, absence in enumerate(school.absence):
        person, substitute = [absence.person], [absence.substitute] if absence.substitute else []
        yield from _unknown(file, ("absence", number, "person"), "person", person, school)
        yield from _unknown(file, ("absence", number, "substitute"), "person", substitute, school)
        if absence.substitute == absence.person:
            yield file.mistake(
                ("absence", number, "substitute"),
                f'"{absence.person}" cannot stand in for themselves',
                "name somebody else or remove the line",
            )


def _unknown(
    file: ConfigFile,
    location: tuple[str | int, ...],
    table: str,
    named: Iterable[str],
    school: SchoolFile,
) -> Iterator[Mistake]:
    known = {thing.key for thing in _keyed(school)[table]}
    for name in named:
        if name not in known:
            mend = f"add it under [[{table}]] or correct the name"
            yield file.mistake(location, f'unknown {table} "{name}"', mend)


def _backwards(
    file: ConfigFile, table: str, periods: Sequence[AbsenceShape | ClosureShape]
) -> Iterator[Mistake]:
    for number, period in enumerate(periods):
        if period.last < period.first:
            what = f"the end ({period.last}) is before the start ({period.first})"
            yield file.mistake((table, number, "last"), what, "correct one of the two dates")


def _unknown_meanings(
    file: ConfigFile, number: int, form: FormShape, school: School
) -> Iterator[Mistake]:
    for place, question in enumerate(form.question):
        known = _places(question, school)
        for option, meaning in question.meanings.items() if known else ():
            if meaning not in known:
                yield file.mistake(
                    ("form", number, "question", place, "meanings", option),
                    f'unknown {question.field} "{meaning}"',
                    f"write one of {', '.join(known)}, or add it to school.toml",
                )


def _places(question: QuestionShape, school: School) -> list[str]:
    if question.field == "site":
        return [site.key for site in school.sites]
    return [section.key for section in school.sections] if question.field == "section" else []
