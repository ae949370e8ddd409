"""What a browser posts for one question (`entry.<questionId>…`), read into answer values.

Source of the names: the HTML that docs.google.com/forms serves. Values are as in the Forms API's
`TextAnswer.value`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.forms.store import Question

OTHER = "__other_option__"

Fields = Mapping[str, Sequence[str]]

_DATE = re.compile(r"(?:(\d{4})-)?(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}:\d{2})(?::\d{2})?)?")
_TIME = re.compile(r"(\d{1,4}):(\d{2})(?::(\d{2}))?")


def entries_by_question(
    fields: Fields, questions: Sequence[Question]
) -> dict[str, dict[str, list[str]]]:
    """The posted values per question id and part: `""`, `_year`, `.other_option_response`…

    A question is named by its id, or by the decimal of it as in Google's own pages.
    """
    ids = {str(int(q.id, 16)): q.id for q in questions} | {q.id: q.id for q in questions}
    found: dict[str, dict[str, list[str]]] = {}
    for name, values in fields.items():
        match = re.fullmatch(r"entry\.([0-9a-f]+)([._].*)?", name)
        if match and match[1] in ids:
            found.setdefault(ids[match[1]], {})[match[2] or ""] = list(values)
    return found


class NotAnAnswer(ValueError):  # noqa: N818  (it is the respondent's slip, told to them)
    """The posted value is none that the question accepts; the text says why, in French."""


def read_answer(question: Question, parts: Mapping[str, Sequence[str]]) -> list[str]:
    """The answer's values as the API will show them; empty if left blank.

    Raises NotAnAnswer with a French sentence.
    """
    return _READERS[question.kind](question, parts)


def _given(parts: Mapping[str, Sequence[str]]) -> list[str]:
    values = [value.replace("\r\n", "\n") for value in parts.get("", ())]
    return [value for value in values if value.strip()]


def _one(parts: Mapping[str, Sequence[str]]) -> list[str]:
    values = _given(parts)
    if len(values) > 1:
        raise NotAnAnswer("une seule réponse est possible.")
    return values


def _read_text(_question: Question, parts: Mapping[str, Sequence[str]]) -> list[str]:
    return _one(parts)


def _read_choice(question: Question, parts: Mapping[str, Sequence[str]]) -> list[str]:
    choice = question.choice
    values = _given(parts) if choice["type"] == "CHECKBOX" else _one(parts)
    read = [_option(choice, value, parts) for value in dict.fromkeys(values)]
    order = [option.get("value") for option in choice["options"]]
    return sorted(read, key=lambda value: order.index(value) if value in order else len(order))


def _option(choice: Json, value: str, parts: Mapping[str, Sequence[str]]) -> str:
    options = choice["options"]
    if value == OTHER and any(option.get("isOther") for option in options):
        typed = "".join(parts.get(".other_option_response", ())).strip()
        if not typed:
            raise NotAnAnswer("précisez votre réponse dans «Autre».")
        return typed
    if value not in [option.get("value") for option in options if not option.get("isOther")]:
        raise NotAnAnswer(f"«{value}» n'est pas un des choix proposés.")
    return value


def _read_number(question: Question, parts: Mapping[str, Sequence[str]]) -> list[str]:
    low, high = number_bounds(question)
    values = _one(parts)
    for value in values:
        if value not in map(str, range(low, high + 1)):
            raise NotAnAnswer(f"choisissez un nombre de {low} à {high}.")
    return values


def number_bounds(question: Question) -> tuple[int, int]:
    """The smallest and largest number that a scale or a rating accepts."""
    if question.kind == "ratingQuestion":
        return 1, question.question["ratingQuestion"].get("ratingScaleLevel", 5)
    scale = question.question["scaleQuestion"]
    return scale.get("low", 0), scale.get("high", 5)


def _read_date(question: Question, parts: Mapping[str, Sequence[str]]) -> list[str]:
    kind = question.question["dateQuestion"]
    text = "".join(_one(parts)) or _joined_date(parts)
    if not text:
        return []
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise NotAnAnswer("cette date n'est pas valide.")
    year = int(match[1] or 2000) if kind.get("includeYear") else 2000  # 2000: 29 February exists
    if kind.get("includeYear") and match[1] is None:
        raise NotAnAnswer("indiquez aussi l'année.")
    day = _valid_day(year, int(match[2]), int(match[3]))
    printed = day.isoformat() if kind.get("includeYear") else day.strftime("%m-%d")
    return [f"{printed} {_clock(match[4])}" if kind.get("includeTime") else printed]


def _joined_date(parts: Mapping[str, Sequence[str]]) -> str:
    day = [_part(parts, name) for name in ("_year", "_month", "_day") if _part(parts, name)]
    moment = [_part(parts, name) for name in ("_hour", "_minute") if _part(parts, name)]
    return " ".join(filter(None, ["-".join(day), _joined_time(moment)]))


def _part(parts: Mapping[str, Sequence[str]], name: str) -> str:
    return "".join(parts.get(name, ())).strip()


def _joined_time(moment: list[str]) -> str:
    return ":".join(number.zfill(2) for number in moment)


def _valid_day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NotAnAnswer("cette date n'existe pas.") from None


def _clock(text: str | None) -> str:
    try:
        hours, minutes = (text or "").split(":")
        return time(int(hours), int(minutes)).isoformat("minutes")
    except ValueError:
        raise NotAnAnswer("indiquez aussi une heure valide, par exemple 14:30.") from None


def _read_time(question: Question, parts: Mapping[str, Sequence[str]]) -> list[str]:
    moment = [_part(parts, name) for name in ("_hour", "_minute", "_second")]
    text = "".join(_one(parts)) or _joined_time([part for part in moment if part])
    if not text:
        return []
    match = _TIME.fullmatch(text.strip())
    duration = question.question["timeQuestion"].get("duration")
    if match is None or int(match[2]) > 59 or (not duration and int(match[1]) > 23):
        raise NotAnAnswer("cette heure n'est pas valide, écrivez par exemple 14:30.")
    seconds = f":{match[3]}" if duration and match[3] else ""
    return [f"{int(match[1]):02d}:{match[2]}{seconds}"]


def _read_nothing(_question: Question, _parts: Mapping[str, Sequence[str]]) -> list[str]:
    return []


_READERS: dict[str, Callable[[Question, Mapping[str, Sequence[str]]], list[str]]] = {
    "textQuestion": _read_text,
    "choiceQuestion": _read_choice,
    "rowQuestion": _read_choice,
    "scaleQuestion": _read_number,
    "ratingQuestion": _read_number,
    "dateQuestion": _read_date,
    "timeQuestion": _read_time,
    "fileUploadQuestion": _read_nothing,
}
