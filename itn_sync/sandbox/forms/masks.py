"""Field masks of updates: `title,questionItem.question.required`, or `*` for everything."""

from __future__ import annotations

from copy import deepcopy

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.forms.store import ITEM_KINDS, QUESTION_KINDS
from itn_sync.sandbox.scalars import mask_paths

_ONE_OF = (
    frozenset(ITEM_KINDS),
    frozenset(QUESTION_KINDS),
    frozenset({"goToAction", "goToSectionId"}),
)


def paths_of(mask: str, allowed: frozenset[str], where: str) -> list[str]:
    """The paths of a mask in camel case; 400 if it is empty or begins with a name not `allowed`."""
    paths = mask_paths(mask)
    if not paths:
        raise invalid(f"Invalid {where}: updateMask is required.", f"{where}.update_mask")
    for path in paths:
        if path != "*" and path.partition(".")[0] not in allowed:
            raise invalid(f"Invalid {where}: {path} cannot be updated.", f"{where}.update_mask")
    return paths


def merged(old: Json, new: Json, paths: list[str]) -> Json:
    """`old` with the fields that `paths` name taken from `new`; those absent there are removed."""
    if "*" in paths:
        return deepcopy(new)
    result = deepcopy(old)
    for path in paths:
        _copy(result, deepcopy(new), path.split("."))
    return result


def _copy(target: Json, source: Json, names: list[str]) -> None:
    name, *deeper = names
    if name in source:
        _clear_siblings(target, name)
    if deeper and isinstance(source.get(name, {}), dict):
        _copy(target.setdefault(name, {}), source.get(name, {}), deeper)
    elif name in source:
        target[name] = source[name]
    else:
        target.pop(name, None)


def _clear_siblings(target: Json, name: str) -> None:
    for group in _ONE_OF:
        if name in group:
            for sibling in group - {name}:
                target.pop(sibling, None)
