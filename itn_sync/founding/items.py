"""The registration form as Google Forms is asked to make it, from what forms.toml expects.

Source: https://developers.google.com/workspace/forms/api/reference/rest/v1/forms#item
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from itn_sync.domain.forms import GRID_KINDS, FormMapping, Question
from itn_sync.domain.school import School

Json = dict[str, Any]

_GRID = " – "
_TITLES = ("Aucun", "CE1D", "CESI", "CESS", "Certificat de qualification (CQ6)", "Bachelier")
_CHANNELS = ("Salon SIEP", "PromSocDay", "Site web", "Réseaux sociaux", "Bouche-à-oreille")
_OPEN_OPTIONS = {"titles": (*_TITLES, "Master"), "heard_from": _CHANNELS}
"""Options of the questions to which anything may be answered."""

_MOMENTS = ("Après-midi", "Soirée")
_EASE = {"low": 1, "high": 5, "lowLabel": "Pas du tout à l'aise", "highLabel": "Très à l'aise"}
_CHOICES = {"radio": "RADIO", "checkbox": "CHECKBOX", "dropdown": "DROP_DOWN"}
_COLUMNS = {"grid_radio": "RADIO", "grid_checkbox": "CHECKBOX"}
_PLAIN: dict[str, Json] = {
    "text": {"textQuestion": {"paragraph": False}},
    "paragraph": {"textQuestion": {"paragraph": True}},
    "scale": {"scaleQuestion": _EASE},
    "rating": {"ratingQuestion": {"ratingScaleLevel": 5, "iconType": "STAR"}},
    "date": {"dateQuestion": {"includeYear": True}},
    "time": {"timeQuestion": {}},
}


@dataclass(frozen=True)
class Draft:
    """The items of a form in their order, and the questions that only a person can add."""

    items: tuple[Json, ...]
    by_hand: tuple[Question, ...]


def drafted(mapping: FormMapping, school: School) -> Draft:
    """The form that `mapping` describes, with the school's own sites and sections to choose from.

    Google lets no program make an upload question, and nobody but the school knows the options of
    a choice without meanings (facts 3.2).
    """
    by_hand = tuple(q for q in mapping.questions if not _can_be_made(q, school))
    rest = [q for q in mapping.questions if q not in by_hand]
    items = [_introduction(school)]
    for _, together in groupby(rest, key=_together):
        items.append(_item(list(together), school))
    return Draft(tuple(items), by_hand)


def _together(question: Question) -> str:
    """Rows of one grid are one item."""
    return question.title.rpartition(_GRID)[0] if question.kind in GRID_KINDS else question.id


def _can_be_made(question: Question, school: School) -> bool:
    if question.kind in _CHOICES:
        return bool(_options(question, school))
    return question.kind in _PLAIN or question.kind in _COLUMNS


def _introduction(school: School) -> Json:
    """How each section works and what it asks (S14)."""
    told = [f"{s.name} : {s.information}" for s in school.sections if s.information]
    title = "Organisation et exigences des sections"
    return {"title": title, "description": "\n\n".join(told), "textItem": {}}


def _item(questions: Sequence[Question], school: School) -> Json:
    first = questions[0]
    if first.kind in GRID_KINDS:
        return _grid(questions)
    kind = _PLAIN.get(first.kind) or {"choiceQuestion": _choice(first, school)}
    question = {"required": first.required, **kind}
    return {"title": first.title, "questionItem": {"question": question}}


def _choice(question: Question, school: School) -> Json:
    options: list[Json] = [{"value": option} for option in _options(question, school)]
    if question.field in _OPEN_OPTIONS and question.kind != "dropdown":
        options.append({"isOther": True})
    return {"type": _CHOICES[question.kind], "options": options}


def _options(question: Question, school: School) -> tuple[str, ...]:
    named = {
        "site": tuple(site.name for site in school.sites),
        "section": tuple(section.name for section in school.sections),
    }
    known = named | _OPEN_OPTIONS
    return known.get(question.field, tuple(question.meanings))


def _grid(rows: Sequence[Question]) -> Json:
    columns = {
        "type": _COLUMNS[rows[0].kind],
        "options": [{"value": moment} for moment in _MOMENTS],
    }
    questions = [
        {"required": row.required, "rowQuestion": {"title": row.title.rpartition(_GRID)[2]}}
        for row in rows
    ]
    return {
        "title": rows[0].title.rpartition(_GRID)[0],
        "questionGroupItem": {"questions": questions, "grid": {"columns": columns}},
    }


def filling(draft: Draft) -> Iterator[Json]:
    """The requests of forms.batchUpdate that make an empty form into this one.

    Students have no account of the school: whoever has the link answers.
    """
    yield {
        "updateSettings": {
            "settings": {"emailCollectionType": "DO_NOT_COLLECT"},
            "updateMask": "emailCollectionType",
        }
    }
    for place, item in enumerate(draft.items):
        yield {"createItem": {"item": item, "location": {"index": place}}}
