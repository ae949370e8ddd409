"""Field masks: `userEnteredValue,userEnteredFormat(numberFormat,textFormat.bold)`.

A parsed mask maps names to masks; an empty one means everything below.
"""

from __future__ import annotations

import re
from typing import Any

from itn_sync.sandbox.errors import Json, invalid

Mask = dict[str, Any]  # name -> Mask

_PIECE = re.compile(r"[^,()./\s]+|[,()./]")


def parse_mask(text: str) -> Mask:
    """The mask that `text` writes; `*` is the empty mask. Raises 400 for unbalanced text."""
    root: Mask = {}
    stack: list[list[Mask]] = [[root]]
    current = root
    for piece in _PIECE.findall(text):
        if piece == "(":
            stack.append([current])
        elif piece == ")":
            if len(stack) == 1:
                raise _bad(text)
            current = stack.pop()[0]
        elif piece == ",":
            current = stack[-1][0]
        elif piece not in "./":
            current = current.setdefault(piece, {})
    if len(stack) > 1:
        raise _bad(text)
    return {} if "*" in root else root


def _bad(text: str) -> Exception:
    return invalid(f"Invalid field mask: {text}", "fields")


def update_mask(request: Json, *allowed: str) -> Mask:
    """The mask in `request["fields"]`; raises 400 when it is missing or names an unknown field."""
    text = request.get("fields", "")
    if not text.strip():
        raise invalid(
            "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)"
        )
    mask = parse_mask(text)
    unknown = [name for name in mask if name not in allowed]
    if allowed and unknown:
        raise invalid(f"Invalid field: {unknown[0]}", "fields")
    return mask


def covers(mask: Mask, *path: str) -> bool:
    """True when the mask asks for something at `path`, above it or below it."""
    for name in path:
        if not mask or ("*" in mask and name not in mask):
            return True
        if name not in mask:
            return False
        mask = mask[name]
    return True


def inside(mask: Mask, *path: str) -> Mask:
    """The mask of what is at `path`; empty (everything) where the mask stops above it."""
    for name in path:
        mask = mask.get(name) or mask.get("*") or {}
    return mask


def merged(old: Json, new: Json, mask: Mask) -> Json:
    """`old` with the masked fields taken from `new`; those that `new` lacks are cleared."""
    if not mask:
        return dict(new)
    result = dict(old)
    for name, below in mask.items():
        if below and isinstance(new.get(name, {}), dict):
            value: Any = merged(old.get(name) or {}, new.get(name) or {}, below) or None
        else:
            value = new.get(name)
        if value is None:
            result.pop(name, None)
        else:
            result[name] = value
    return result
