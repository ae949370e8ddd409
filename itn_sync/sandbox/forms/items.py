"""What a form's item may be: ids given or made, defaults left out, Google's refusals."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.forms.store import ITEM_KINDS, QUESTION_KINDS, all_questions


def without_defaults(value: Any, name: str = "") -> Any:
    """A resource as protobuf writes it: no false, no 0, no empty text or list; empty objects stay.

    Bounds of a scale are kept, 0 included: readers need them.
    """
    if isinstance(value, dict):
        kept = {key: without_defaults(inner, key) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if _says_something(key, inner)}
    if isinstance(value, list):
        return [without_defaults(inner, name) for inner in value]
    return value


def _says_something(name: str, value: Any) -> bool:
    if isinstance(value, dict) or name == "low":
        return True
    return bool(value)


def ids_of(items: list[Json]) -> set[str]:
    """Every item id and question id in use in a form."""
    return {item["itemId"] for item in items} | {q.id for q in all_questions(items)}


def complete(item: Json, taken: set[str], where: str) -> Json:
    """The item with all its ids, checked; raises 400 naming `where` (`requests[0].createItem`).

    `taken` holds the ids that other items of the form use.
    """
    checked: Json = without_defaults(item)
    _check_item(checked, where)
    holders = [(checked, "itemId")]
    holders += [(question, "questionId") for question in _raw_questions(checked)]
    used = set(taken)
    for holder, key in holders:
        holder[key] = _an_id(holder.get(key, ""), used, where)
        used.add(holder[key])
    return checked


def _raw_questions(item: Json) -> Iterator[Json]:
    if "questionItem" in item:
        yield item["questionItem"]["question"]
    yield from item.get("questionGroupItem", {}).get("questions", ())


def _an_id(wanted: str, used: set[str], where: str) -> str:
    if not wanted:
        return next(made for made in iter(lambda: secrets.token_hex(4), "") if made not in used)
    if wanted in used:
        raise _refused(where, f"The ID {wanted} is already used in the form.")
    if not all(character in "0123456789abcdef" for character in wanted) or len(wanted) > 8:
        raise _refused(where, f"The ID {wanted} is not a hexadecimal number of 8 digits.")
    return wanted


def _refused(where: str, why: str) -> Exception:
    return invalid(f"Invalid {where}: {why}")


def _check_item(item: Json, where: str) -> None:
    kinds = [kind for kind in ITEM_KINDS if kind in item]
    if len(kinds) != 1:
        raise _refused(where, "An item must have exactly one kind.")
    _check_displayed(item.get("title", ""), where)
    if kinds[0] == "questionItem":
        _check_question(item["questionItem"].get("question"), where)
    elif kinds[0] == "questionGroupItem":
        _check_group(item["questionGroupItem"], where)
    elif kinds[0] == "videoItem" and not item["videoItem"].get("video", {}).get("youtubeUri"):
        raise _refused(where, "A video must have a youtubeUri.")
    elif kinds[0] == "imageItem" and "image" not in item["imageItem"]:
        raise _refused(where, "An image item must have an image.")


def _check_displayed(text: str, where: str) -> None:
    if "\n" in text:
        raise _refused(where, "Displayed text cannot contain newlines")


def _check_question(question: Json | None, where: str) -> None:
    kinds = [kind for kind in QUESTION_KINDS if kind in (question or {})]
    if question is None or len(kinds) != 1:
        raise _refused(where, "A question must have exactly one kind.")
    if kinds[0] == "rowQuestion":
        raise _refused(where, "A row question must be part of a question group.")
    if kinds[0] == "choiceQuestion":
        _check_choice(question["choiceQuestion"], where)
    elif kinds[0] == "scaleQuestion":
        _check_scale(question["scaleQuestion"], where)
    elif kinds[0] == "ratingQuestion":
        _check_rating(question["ratingQuestion"], where)


def _check_choice(choice: Json, where: str) -> None:
    options = choice.get("options", ())
    if choice.get("type") not in {"RADIO", "CHECKBOX", "DROP_DOWN"} or not options:
        raise _refused(where, "A choice question must have a type and options.")
    values = [option.get("value", "") for option in options if not option.get("isOther")]
    if "" in values or len(set(values)) < len(values):
        raise _refused(where, "Options must have distinct values that are not empty.")
    for value in values:
        _check_displayed(value, where)
    if choice["type"] == "DROP_DOWN" and len(values) < len(options):
        raise _refused(where, "The option 'other' is not allowed in a DROP_DOWN question.")
    jumps = any("goToAction" in option or "goToSectionId" in option for option in options)
    if choice["type"] == "CHECKBOX" and jumps:
        raise _refused(where, "Section navigation is not allowed in a CHECKBOX question.")


def _check_scale(scale: Json, where: str) -> None:
    if scale.get("low", 0) not in {0, 1} or scale.get("high", 0) not in range(2, 11):
        raise _refused(where, "A scale goes from 0 or 1 to a number between 2 and 10.")


def _check_rating(rating: Json, where: str) -> None:
    if rating.get("ratingScaleLevel", 0) not in range(3, 11) or "iconType" not in rating:
        raise _refused(where, "A rating has an iconType and between 3 and 10 levels.")


def _check_group(group: Json, where: str) -> None:
    columns = group.get("grid", {}).get("columns", {})
    _check_choice(columns, where)
    if columns["type"] == "DROP_DOWN" or any(o.get("isOther") for o in columns["options"]):
        raise _refused(where, "A grid's columns are RADIO or CHECKBOX choices without 'other'.")
    rows = group.get("questions", ())
    if not rows or not all("rowQuestion" in row for row in rows):
        raise _refused(where, "A grid must have row questions.")
