"""A form's items as what a page draws: names, choices, and what is already typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.forms.entries import OTHER, Fields, number_bounds
from itn_sync.sandbox.forms.store import ITEM_KINDS, Question, all_questions, questions_of

_KINDS = {
    "textQuestion": "text",
    "scaleQuestion": "scale",
    "ratingQuestion": "rating",
    "dateQuestion": "date",
    "timeQuestion": "time",
    "fileUploadQuestion": "upload",
}
_CHOICES = {"RADIO": "radio", "CHECKBOX": "checkbox", "DROP_DOWN": "dropdown"}
_STARS = {"STAR": "★", "HEART": "♥", "THUMB_UP": "👍"}


@dataclass(frozen=True)
class Field:
    """One question, ready to draw; `name` is that of its input (`entry.<questionId>`)."""

    id: str
    kind: str
    title: str
    name: str
    required: bool
    question: Json
    values: list[str]
    error: str = ""
    options: list[str] = field(default_factory=list)
    has_other: bool = False
    other_text: str = ""
    jumps: Mapping[str, str] = field(default_factory=dict)
    """Where a choice leads: a section's id, `RESTART_FORM` or `SUBMIT_FORM`."""
    parts: Mapping[str, str] = field(default_factory=dict)
    file_names: list[str] = field(default_factory=list)

    @property
    def value(self) -> str:
        """The only value, empty when nothing is typed."""
        return self.values[0] if self.values else ""

    @property
    def icon(self) -> str:
        """The sign that a rating is made of."""
        kind = self.question.get("ratingQuestion", {}).get("iconType", "")
        return _STARS.get(kind, "★")

    @property
    def described_by(self) -> str:
        """The element that says what is wrong, for `aria-describedby`."""
        return f"erreur-{self.id}" if self.error else ""


@dataclass(frozen=True)
class Block:
    """One item: a text or section to read, a question, or a grid of several."""

    kind: str
    title: str
    description: str
    fields: list[Field]
    item: Json


def blocks(
    items: list[Json], typed: Fields, errors: Mapping[str, str], earlier: Json
) -> list[Block]:
    """Every item in order, with what was typed, the error of each question id, and (in `earlier`,
    a FormResponse) the files already joined."""
    return [
        Block(
            kind=_block_kind(item),
            title=item.get("title", ""),
            description=item.get("description", ""),
            fields=[_field(q, typed, errors, earlier) for q in questions_of(item)],
            item=item,
        )
        for item in items
    ]


def _block_kind(item: Json) -> str:
    kind = next(kind for kind in ITEM_KINDS if kind in item)
    return {"questionItem": "question", "questionGroupItem": "grid"}.get(kind, kind)


def _field(question: Question, typed: Fields, errors: Mapping[str, str], earlier: Json) -> Field:
    name = f"entry.{question.id}"
    return Field(
        id=question.id,
        kind=_kind(question),
        title=question.title,
        name=name,
        required=question.required,
        question=question.question,
        values=list(typed.get(name, ())),
        error=errors.get(question.id, ""),
        options=_options(question),
        has_other=any(option.get("isOther") for option in question.choice.get("options", ())),
        jumps=_jumps(question),
        other_text="".join(typed.get(f"{name}.other_option_response", ())),
        parts={
            key.removeprefix(name): value[0]
            for key, value in typed.items()
            if key.startswith(f"{name}_") and value
        },
        file_names=_file_names(question, earlier),
    )


def _kind(question: Question) -> str:
    if question.choice:
        return _CHOICES[question.choice["type"]]
    if question.question.get("textQuestion", {}).get("paragraph"):
        return "paragraph"
    return _KINDS[question.kind]


def _options(question: Question) -> list[str]:
    if question.kind in {"scaleQuestion", "ratingQuestion"}:
        low, high = number_bounds(question)
        return [str(number) for number in range(low, high + 1)]
    options = question.choice.get("options", ())
    return [option["value"] for option in options if not option.get("isOther")]


def _jumps(question: Question) -> dict[str, str]:
    options = question.choice.get("options", ())
    leads = {
        option.get("value", ""): option.get("goToSectionId") or option.get("goToAction", "")
        for option in options
    }
    return {value: target for value, target in leads.items() if target}


def pages_of(shown: list[Block]) -> list[list[Block]]:
    """The blocks by page: each section of the form begins a new one."""
    pages: list[list[Block]] = [[]]
    for block in shown:
        if block.kind == "pageBreakItem":
            pages.append([])
        pages[-1].append(block)
    return pages


def _file_names(question: Question, earlier: Json) -> list[str]:
    answer = earlier.get("answers", {}).get(question.id, {})
    joined = answer.get("fileUploadAnswers", {}).get("answers", ())
    return [one.get("fileName", "") for one in joined]


def fields_of_response(items: list[Json], response: Json) -> dict[str, list[str]]:
    """What a browser would have posted to give this FormResponse."""
    fields: dict[str, list[str]] = {}
    answers = response.get("answers", {})
    for question in all_questions(items):
        given = answers.get(question.id, {}).get("textAnswers", {}).get("answers", ())
        values = [one.get("value", "") for one in given]
        if values:
            fields |= _posted(question, values)
    return fields


def _posted(question: Question, values: list[str]) -> dict[str, list[str]]:
    name = f"entry.{question.id}"
    if question.question.get("dateQuestion", {"includeYear": True}).get("includeYear"):
        return _posted_choice(question, name, values)
    return _posted_day(name, values[0])


def _posted_choice(question: Question, name: str, values: list[str]) -> dict[str, list[str]]:
    has_other = any(option.get("isOther") for option in question.choice.get("options", ()))
    typed = [value for value in values if has_other and value not in _options(question)]
    if not typed:
        return {name: values}
    chosen = [value for value in values if value not in typed]
    return {name: [*chosen, OTHER], f"{name}.other_option_response": [", ".join(typed)]}


def _posted_day(name: str, value: str) -> dict[str, list[str]]:
    """A date without year is typed in parts, for browsers have no input for it."""
    day, _, moment = value.partition(" ")
    parts = dict(zip(("_month", "_day"), day.split("-"), strict=False))
    parts |= dict(zip(("_hour", "_minute"), filter(None, moment.split(":")), strict=False))
    return {name + part: [text] for part, text in parts.items()}
