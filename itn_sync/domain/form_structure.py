"""What changed in a form since `config/forms.toml` was written: to be mended by a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from itn_sync.domain.forms import (
    GRID_KINDS,
    KINDS,
    NEEDED_FIELDS,
    FormMapping,
    Question,
    ShownForm,
    ShownQuestion,
    plain,
)
from itn_sync.domain.seen import Problem


def structure_problems(mapping: FormMapping, shown: ShownForm) -> tuple[Problem, ...]:
    """What differs between `config/forms.toml` and the form as students see it today.

    All have the scope `form/<key>`: reading the form again tells whether they were mended.
    """
    report = _Report(f"form/{mapping.key}", f"Formulaire «{mapping.label}»")
    today = {question.id: question for question in shown.questions}
    problems = [
        *_missing_fields(report, mapping, shown),
        *_shared_fields(report, mapping),
        *(p for q in mapping.questions for p in _changes(report, q, today.get(q.id))),
        *_unmapped_required(report, mapping, shown),
    ]
    return tuple(problems)


@dataclass(frozen=True)
class _Report:
    scope: str
    where: str

    def problem(self, name: str, what: str, mend: str, title: str = "") -> Problem:
        where = f"{self.where}, question «{title}»" if title else self.where
        return Problem(f"{self.scope}/{name}", self.scope, where, what, mend)


def _missing_fields(report: _Report, mapping: FormMapping, shown: ShownForm) -> Iterator[Problem]:
    given = {question.field for question in mapping.questions}
    if shown.collects_verified_email:
        given.add("email")
    for name in NEEDED_FIELDS:
        if name not in given:
            yield report.problem(
                f"field/{name}",
                f"Aucune question ne donne «{name}», dont l'inscription a besoin.",
                f'Ajouter une [[form.question]] avec field = "{name}" dans config/forms.toml.',
            )


def _shared_fields(report: _Report, mapping: FormMapping) -> Iterator[Problem]:
    first: dict[str, Question] = {}
    for question in mapping.questions:
        other = first.setdefault(question.field, question)
        if other is not question and not (_in_grid(question) and _in_grid(other)):
            yield report.problem(
                f"question/{question.id}/field",
                f"Elle donne «{question.field}», comme la question «{other.title}».",
                f'Changer field de la ligne id = "{question.id}" dans config/forms.toml.',
                question.title,
            )


def _in_grid(question: Question) -> bool:
    return question.kind in GRID_KINDS


def _changes(report: _Report, ours: Question, today: ShownQuestion | None) -> Iterator[Problem]:
    line = f'la ligne id = "{ours.id}" dans config/forms.toml'
    if today is None:
        yield report.problem(
            f"question/{ours.id}",
            "Cette question n'est plus dans le formulaire.",
            f"La remettre dans Google Forms et adapter {line}, ou retirer cette ligne.",
            ours.title,
        )
        return
    if plain(today.title) != plain(ours.title):
        yield report.problem(
            f"question/{ours.id}/title",
            f"Son titre est devenu «{plain(today.title)}».",
            f"Remettre le titre dans Google Forms ou, si le sens est le même, adapter {line}.",
            ours.title,
        )
    if today.kind != ours.kind:
        yield report.problem(
            f"question/{ours.id}/kind",
            f"Elle est devenue «{KINDS.get(today.kind, today.kind)}» ; "
            f"«{KINDS.get(ours.kind, ours.kind)}» était attendu.",
            f"Remettre ce type de question dans Google Forms, ou adapter kind de {line}.",
            ours.title,
        )
    if ours.required and not today.required:
        yield report.problem(
            f"question/{ours.id}/required",
            "Elle n'est plus obligatoire : des réponses peuvent manquer.",
            f"La rendre obligatoire dans Google Forms, ou retirer required de {line}.",
            ours.title,
        )
    yield from _option_changes(report, ours, today, line)


def _option_changes(
    report: _Report, ours: Question, today: ShownQuestion, line: str
) -> Iterator[Problem]:
    if not ours.meanings:
        return
    known, offered = (dict.fromkeys(map(plain, o)) for o in (ours.meanings, today.options))
    for option in (o for o in known if o not in offered):
        yield report.problem(
            f"question/{ours.id}/option/{option}",
            f"Le choix «{option}» n'est plus proposé.",
            f"Le remettre dans Google Forms, ou adapter meanings de {line}.",
            ours.title,
        )
    for option in (o for o in offered if o not in known):
        yield report.problem(
            f"question/{ours.id}/option/{option}",
            f"Le choix «{option}» est nouveau : la réponse est recopiée sans être comprise.",
            f'Ajouter "{option}" = … aux meanings de {line}.',
            ours.title,
        )


def _unmapped_required(
    report: _Report, mapping: FormMapping, shown: ShownForm
) -> Iterator[Problem]:
    mapped = {question.id for question in mapping.questions}
    for question in shown.questions:
        if question.required and question.id not in mapped:
            yield report.problem(
                f"question/{question.id}",
                "Elle est obligatoire, mais rien ne dit à quoi elle sert ; ses réponses vont "
                "dans «Autres réponses».",
                f'Ajouter une [[form.question]] avec id = "{question.id}" dans '
                "config/forms.toml, ou rendre la question facultative dans Google Forms.",
                question.title,
            )
