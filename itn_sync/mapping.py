"""A form as `config/forms.toml` would say it: what a person pastes there, guesses included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import tomlkit
from tomlkit.items import AoT, Table

from itn_sync.domain.forms import FIELDS, GRID_KINDS, ShownForm, ShownQuestion, plain
from itn_sync.domain.names import fold
from itn_sync.domain.school import School

_YES_NO = ("va", "ar", "digital", "planning")
_SIGNS: Mapping[str, tuple[str, ...]] = {
    "ar_details": ("quel amenagement", "de quels amenagements"),
    "va_details": ("quelles ue", "quels acquis"),
    "digital_ease": ("aisance",),
    "title_copy": ("copie",),
    "first_name": ("prenom",),
    "email": ("e mail", "email", "courriel", "adresse mail"),
    "phone": ("telephone", "gsm"),
    "birth_date": ("naissance",),
    "site": ("implantation",),
    "section": ("section",),
    "va": ("valorisation",),
    "ar": ("amenagement raisonnable",),
    "digital": ("numerique",),
    "planning": ("planning",),
    "availability": ("disponibilite",),
    "titles": ("titres", "diplome"),
    "heard_from": ("connu", "entendu parler"),
    "consent": ("consentement", "rgpd", "donnees personnelles"),
    "question": ("une question", "des questions"),
}
"""Words of a title that say what it asks, the most telling first (folded: no accents, no case)."""

_EXACT = {"nom": "last_name", "nom de famille": "last_name"}
_CONFIDENTIAL = "ar_details"


def guessed_field(question: ShownQuestion, taken: set[str]) -> str:
    """What the question fills, by its title; "" where that is not plain, or already filled.

    Rows of one grid fill one field together.
    """
    title = fold(question.title)
    found = _EXACT.get(title) or next(
        (field for field, signs in _SIGNS.items() if any(sign in title for sign in signs)), ""
    )
    shared = found == "availability" and question.kind in GRID_KINDS
    return found if shared or found not in taken else ""


def guessed_fields(form: ShownForm) -> dict[str, str]:
    """Question id → field, for each question whose title is plain."""
    found: dict[str, str] = {}
    for question in form.questions:
        field = guessed_field(question, set(found.values()))
        if field:
            found[question.id] = field
    return found


def mapping_toml(form_id: str, form: ShownForm, school: School) -> str:
    """`[[form]]` with its questions, ready to be pasted into `config/forms.toml`.

    Questions that could not be guessed follow as comments.
    """
    fields = guessed_fields(form)
    entry = tomlkit.table()
    entry.update({"key": "inscription", "form_id": form_id, "label": form.title})
    questions = tomlkit.aot()
    unknown = []
    for question in form.questions:
        if question.id in fields and question.kind != "unknown":
            questions.append(_question(question, fields[question.id], school))
        else:
            unknown.append(question)
    entry.append("question", questions)
    return "\n".join([_document(entry).strip(), *_comments(unknown), ""])


def _document(entry: Table) -> str:
    forms: AoT = tomlkit.aot()
    forms.append(entry)
    document = tomlkit.document()
    document.append("form", forms)
    return tomlkit.dumps(document)


def _question(question: ShownQuestion, field: str, school: School) -> Table:
    table = tomlkit.table()
    said = {"id": question.id, "title": plain(question.title), "kind": question.kind}
    table.update(said | {"field": field})
    if question.required:
        table.append("required", True)
    if field == _CONFIDENTIAL:
        table.append("confidential", True)
    meanings = tomlkit.inline_table()
    meanings.update(meanings_of(field, question.options, school))
    if meanings:
        table.append("meanings", meanings)
    return table


def meanings_of(field: str, options: tuple[str, ...], school: School) -> dict[str, str]:
    """What each option means, where a field's options mean something that can be recognised."""
    if field in _YES_NO:
        known = {"oui": "oui", "non": "non"}
        return {o: known[fold(o)] for o in map(plain, options) if fold(o) in known}
    if field == "consent":
        return {plain(option): "oui" for option in options[:1]}
    if field == "site":
        return {plain(o): site.key for o in options if (site := school.site(o))}
    if field == "section":
        return {plain(o): section.key for o in options if (section := school.section(o))}
    return {}


def _comments(unknown: list[ShownQuestion]) -> Iterator[str]:
    if not unknown:
        return
    yield ""
    yield "# Not guessed: kept under «Autres réponses» unless a [[form.question]] names its field,"
    yield f"# one of {', '.join(FIELDS)}:"
    for question in unknown:
        yield f"#   {question.id}  {plain(question.title)} ({question.kind})"
