"""Checked configuration files turned into the domain's own values."""

from __future__ import annotations

from itn_sync.config_shapes import FormsFile, FormShape, SchoolFile
from itn_sync.domain.forms import FormMapping, Question
from itn_sync.domain.school import (
    Absence,
    Assignment,
    Calendar,
    Closure,
    Person,
    School,
    Section,
    Site,
)

_CALENDAR_YEARS = range(2020, 2041)


def school_of(file: SchoolFile) -> School:
    """The school of school.toml; keys that name nothing are left out (config_checks refuses)."""
    persons = {p.key: Person(p.key, p.name, p.email) for p in file.person}
    return School(
        name=file.name,
        sites=tuple(Site(s.key, s.name, s.aliases) for s in file.site),
        sections=tuple(
            Section(s.key, s.name, s.sites, s.aliases, s.information) for s in file.section
        ),
        assignments=tuple(
            Assignment(
                r.role, tuple(persons[p] for p in r.persons if p in persons), r.sites, r.sections
            )
            for r in file.role
        ),
        absences=tuple(Absence(a.person, a.substitute, a.first, a.last) for a in file.absence),
        calendar=_calendar(file),
        persons=tuple(persons.values()),
    )


def _calendar(file: SchoolFile) -> Calendar:
    from holidays import country_holidays  # noqa: PLC0415 (slow to import; help needs no calendar)

    return Calendar(
        frozenset(country_holidays("BE", years=_CALENDAR_YEARS)),
        tuple(Closure(c.name, c.first, c.last) for c in file.closure),
    )


def forms_of(file: FormsFile) -> tuple[FormMapping, ...]:
    """The form mappings of forms.toml."""
    return tuple(_form(form) for form in file.form)


def _form(form: FormShape) -> FormMapping:
    questions = (
        Question(q.id, q.field, q.title, q.kind, q.required, q.meanings, q.confidential)
        for q in form.question
    )
    return FormMapping(form.key, form.form_id, form.label, tuple(questions))
