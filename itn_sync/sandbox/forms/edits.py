"""The six requests of forms.batchUpdate, as changes to a form's document (no state, no clock).

Source: https://developers.google.com/workspace/forms/api/reference/rest/v1/forms/batchUpdate
"""

from __future__ import annotations

from collections.abc import Callable

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.forms.items import complete, ids_of, without_defaults
from itn_sync.sandbox.forms.masks import merged, paths_of
from itn_sync.sandbox.forms.store import ITEM_KINDS, all_questions

_ITEM_FIELDS = frozenset({"title", "description", "itemId", *ITEM_KINDS})


def apply(document: Json, request: Json, place: int) -> Json:
    """Change `document` in place as the request at `place` of the batch asks; answers its reply.

    Raises 400 naming the request; the caller drops the whole batch then.
    """
    kinds = [kind for kind in request if kind in _EDITS]
    if len(kinds) != 1:
        raise invalid(f"Invalid requests[{place}]: Must specify exactly one request kind.")
    return _EDITS[kinds[0]](document, request[kinds[0]], f"requests[{place}].{kinds[0]}")


def _create_item(document: Json, request: Json, where: str) -> Json:
    items = document["items"]
    index = _index(request, "location", len(items), where)
    if "item" not in request:
        raise invalid(f"Invalid {where}: item is required.", f"{where}.item")
    _refuse_upload(request["item"], where)
    item = complete(request["item"], ids_of(items), where)
    items.insert(index, item)
    _check_gradings(document, where)
    reply: Json = {"itemId": item["itemId"]}
    question_ids = [question.id for question in all_questions([item])]
    return {"createItem": reply | ({"questionId": question_ids} if question_ids else {})}


def _refuse_upload(item: Json, where: str) -> None:
    if "fileUploadQuestion" in item.get("questionItem", {}).get("question", {}):
        raise invalid(f"Invalid {where}: Creating a file upload question is not supported.")


def _update_item(document: Json, request: Json, where: str) -> Json:
    items = document["items"]
    index = _index(request, "location", len(items) - 1, where)
    paths = paths_of(request.get("updateMask", ""), _ITEM_FIELDS, where)
    others = items[:index] + items[index + 1 :]
    if "fileUploadQuestion" not in items[index].get("questionItem", {}).get("question", {}):
        _refuse_upload(request.get("item", {}), where)
    updated = merged(items[index], request.get("item", {}), paths)
    items[index] = complete(updated, ids_of(others), where)
    _check_gradings(document, where)
    return {}


def _delete_item(document: Json, request: Json, where: str) -> Json:
    items = document["items"]
    del items[_index(request, "location", len(items) - 1, where)]
    return {}


def _move_item(document: Json, request: Json, where: str) -> Json:
    items = document["items"]
    origin = _index(request, "originalLocation", len(items) - 1, where)
    target = _index(request, "newLocation", len(items) - 1, where)
    items.insert(target, items.pop(origin))
    return {}


def _update_info(document: Json, request: Json, where: str) -> Json:
    mask, info = request.get("updateMask", ""), request.get("info", {})
    if "document" in mask or "documentTitle" in info:
        raise invalid(f"Invalid {where}: documentTitle cannot be modified by a batchUpdate.")
    paths = paths_of(mask, frozenset({"title", "description"}), where)
    document["info"] = without_defaults(merged(document["info"], info, paths))
    if "\n" in document["info"].get("title", ""):
        raise invalid(f"Invalid {where}: Displayed text cannot contain newlines")
    return {}


def _update_settings(document: Json, request: Json, where: str) -> Json:
    allowed = frozenset({"emailCollectionType", "quizSettings"})
    paths = paths_of(request.get("updateMask", ""), allowed, where)
    settings = merged(document["settings"], request.get("settings", {}), paths)
    document["settings"] = without_defaults(settings)
    if not is_quiz(document):
        for question in all_questions(document["items"]):
            question.question.pop("grading", None)
    return {}


def is_quiz(document: Json) -> bool:
    """Whether responses to this form are graded."""
    return bool(document["settings"].get("quizSettings", {}).get("isQuiz"))


def _check_gradings(document: Json, where: str) -> None:
    graded = any("grading" in q.question for q in all_questions(document["items"]))
    if graded and not is_quiz(document):
        raise invalid(f"Invalid {where}: Grading can only be set on a quiz.")


def _index(request: Json, field: str, last: int, where: str) -> int:
    index = request.get(field, {}).get("index")
    if not isinstance(index, int):
        raise invalid(f"Invalid {where}: {field}.index is required.", f"{where}.{field}.index")
    if not 0 <= index <= last:
        raise invalid(
            f"Invalid {where}: {field}.index {index} is out of range.", f"{where}.{field}.index"
        )
    return index


_EDITS: dict[str, Callable[[Json, Json, str], Json]] = {
    "createItem": _create_item,
    "updateItem": _update_item,
    "deleteItem": _delete_item,
    "moveItem": _move_item,
    "updateFormInfo": _update_info,
    "updateSettings": _update_settings,
}
