"""Registration forms: which question fills which field, and what changed since that was said."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

FIELDS = (
    "last_name",
    "first_name",
    "email",
    "phone",
    "birth_date",
    "site",
    "section",
    "titles",
    "title_copy",
    "va",
    "va_details",
    "ar",
    "ar_details",
    "digital",
    "digital_ease",
    "planning",
    "availability",
    "heard_from",
    "question",
    "consent",
)
"""What a question of a registration form may fill."""

NEEDED_FIELDS = ("last_name", "first_name", "email", "site", "section", "consent")
"""Without a question for these, no registration can be followed up."""

KINDS = {
    "text": "réponse courte",
    "paragraph": "paragraphe",
    "radio": "choix multiples",
    "checkbox": "cases à cocher",
    "dropdown": "liste déroulante",
    "scale": "échelle linéaire",
    "rating": "note",
    "date": "date",
    "time": "heure",
    "grid_radio": "grille à choix multiples",
    "grid_checkbox": "grille de cases à cocher",
    "upload": "importation de fichier",
}
"""Kinds of question, by the name that Google Forms shows in French."""

GRID_KINDS = ("grid_radio", "grid_checkbox")
FREE_KINDS = ("text", "paragraph", "unknown")
"""Kinds whose answers are free text, or may be."""


@dataclass(frozen=True)
class Question:
    """A question as `config/forms.toml` maps it: id → field, with the title and kind expected.

    `meanings` gives the value of each option where an answer is a choice (`{"Oui": "oui"}`); an
    answer without meaning is kept as typed. `confidential` answers reach the AR sheet alone.
    """

    id: str
    field: str
    title: str
    kind: str
    required: bool = False
    meanings: Mapping[str, str] = dataclasses.field(default_factory=dict)
    confidential: bool = False


@dataclass(frozen=True)
class FormMapping:
    """One form of the school: `key` names it in code and keys, `label` on screen."""

    key: str
    form_id: str
    label: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class ShownQuestion:
    """A question as students see it today (a grid row counts as one, titled `Grid – Row`).

    `kind` is one of text, paragraph, radio, checkbox, dropdown, scale, rating, date, time,
    grid_radio, grid_checkbox, upload, or unknown (a kind that Google added).
    """

    id: str
    title: str
    kind: str
    required: bool = False
    options: tuple[str, ...] = ()
    has_other: bool = False


@dataclass(frozen=True)
class ShownForm:
    """A form as it is in Google Forms; `revision` changes when its content does."""

    title: str
    revision: str
    questions: tuple[ShownQuestion, ...]
    collects_verified_email: bool = False


@dataclass(frozen=True)
class RawResponse:
    """A response by question id, as the Forms API gives it (file uploads as links)."""

    id: str
    created: datetime
    submitted: datetime
    answers: Mapping[str, tuple[str, ...]]
    respondent_email: str = ""


def plain(text: str) -> str:
    """A title or option as it is compared: NFC, spaces squeezed."""
    return " ".join(unicodedata.normalize("NFC", text).split())
