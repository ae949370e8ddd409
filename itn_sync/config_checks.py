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
    RoleShape,
    SchoolFile,
    SectionShape,
    SiteShape,
)
from itn_sync.domain.names import fold
from itn_sync.domain.school import Role, School


def school_mistakes(file: ConfigFile, school: SchoolFile) -> Iterator[Mistake]:
    """Doubles, unknown keys and impossible dates of school.toml, and no coordinator at all."""
    keyed: Mapping[str, Sequence[SiteShape | SectionShape | PersonShape]] = {
        "site": school.site,
        "section": school.section,
        "person": school.person,
    }
    for table, things in keyed.items():
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
            "personne ne tient le rôle « personne_de_reference »",
            "ajouter un [[role]] : elle reçoit toute demande sans référent",
        )


def forms_mistakes(file: ConfigFile, forms: FormsFile, school: School) -> Iterator[Mistake]:
    """Doubles of forms.toml, and answers that mean a site or section which does not exist."""
    yield from _twice(file, "key", [(("form", n), form.key) for n, form in enumerate(forms.form)])
    yield from _twice(
        file, "form_id", [(("form", n), form.form_id) for n, form in enumerate(forms.form)]
    )
    for number, form in enumerate(forms.form):
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
                what = f"« {name} » désigne déjà « {other} »"
                yield file.mistake((table, number, "name"), what, "choisir un autre nom")


def _twice(
    file: ConfigFile, key: str, values: Iterable[tuple[tuple[str | int, ...], str]]
) -> Iterator[Mistake]:
    met: set[str] = set()
    for location, value in values:
        if value in met:
            what = f"« {value} » est déjà pris"
            yield file.mistake((*location, key), what, "en choisir un autre, ou retirer le double")
        met.add(value)


def _unknown_sites(file: ConfigFile, school: SchoolFile) -> Iterator[Mistake]:
    sites = [site.key for site in school.site]
    for number, section in enumerate(school.section):
        yield from _unknown(file, ("section", number, "sites"), section.sites, sites)


def _unknown_in_roles(file: ConfigFile, school: SchoolFile) -> Iterator[Mistake]:
    known = {
        "persons": [person.key for person in school.person],
        "sites": [site.key for site in school.site],
        "sections": [section.key for section in school.section],
    }
    for number, role in enumerate(school.role):
        for name, keys in known.items():
            yield from _unknown(file, ("role", number, name), _named(role, name), keys)


def _named(role: RoleShape, name: str) -> tuple[str, ...]:
    return {"persons": role.persons, "sites": role.sites, "sections": role.sections}[name]


def _unknown_in_absences(file: ConfigFile, school: SchoolFile) -> Iterator[Mistake]:
    persons = [person.key for person in school.person]
    for number, absence in enumerate(school.absence):
        yield from _unknown(file, ("absence", number, "person"), [absence.person], persons)
        if absence.substitute:
            named = [absence.substitute]
            yield from _unknown(file, ("absence", number, "substitute"), named, persons)
        if absence.substitute == absence.person:
            yield file.mistake(
                ("absence", number, "substitute"),
                f"« {absence.person} » ne peut pas se remplacer",
                "nommer quelqu'un d'autre, ou retirer la ligne",
            )


def _unknown(
    file: ConfigFile,
    location: tuple[str | int, ...],
    named: Iterable[str],
    known: Sequence[str],
) -> Iterator[Mistake]:
    for name in named:
        if name not in known:
            what = f"« {name} » n'existe pas dans ce fichier"
            yield file.mistake(location, what, f"choisir parmi {', '.join(known)}")


def _backwards(
    file: ConfigFile, table: str, periods: Sequence[AbsenceShape | ClosureShape]
) -> Iterator[Mistake]:
    for number, period in enumerate(periods):
        if period.last < period.first:
            what = f"la fin ({period.last}) précède le début ({period.first})"
            yield file.mistake((table, number, "last"), what, "corriger l'une des deux dates")


def _unknown_meanings(
    file: ConfigFile, number: int, form: FormShape, school: School
) -> Iterator[Mistake]:
    for place, question in enumerate(form.question):
        known = _places(question, school)
        for option, meaning in question.meanings.items() if known else ():
            if meaning not in known:
                yield file.mistake(
                    ("form", number, "question", place, "meanings", option),
                    f"« {meaning} » n'est pas dans school.toml",
                    f"choisir parmi {', '.join(known)}",
                )


def _places(question: QuestionShape, school: School) -> list[str]:
    if question.field == "site":
        return [site.key for site in school.sites]
    return [section.key for section in school.sections] if question.field == "section" else []
