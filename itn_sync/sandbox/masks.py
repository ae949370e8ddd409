"""The `fields` parameter: partial answers, for every method alike.

Grammar: `a,b/c,d(e,f/g),*`; a dot works as a slash does. Source:
https://developers.google.com/workspace/drive/api/guides/fields-parameter
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from itn_sync.sandbox.discovery import schema
from itn_sync.sandbox.errors import LEGACY_APIS, ApiError, Json
from itn_sync.sandbox.scalars import camel

# Field name → what is kept inside it; an empty mask keeps everything, `*` is any field.
Mask = dict[str, Any]

_TOKEN = re.compile(r"[^,/.()\s]+|[,/.()]")


class _MalformedError(Exception):
    """The text follows no grammar; its argument is the offending place."""


def read_mask(text: str, api: str, response: str) -> Mask:
    """The mask that `text` writes for the schema `response`; 400 where a field is unknown."""
    try:
        mask = _parsed(text)
    except _MalformedError as error:
        raise _invalid_field(api, str(error) or text) from None
    _require_known(mask, api, {"$ref": response} if response else {"type": "any"}, "")
    return mask


def masked(mask: Mask, value: Any) -> Any:
    """`value` with nothing but what the mask names, through lists and maps."""
    if not mask:
        return value
    if isinstance(value, list):
        return [masked(mask, item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: masked(_inner(mask, name), item)
        for name, item in value.items()
        if name in mask or "*" in mask
    }


def _inner(mask: Mask, name: str) -> Mask:
    found: Mask = mask[name] if name in mask else mask["*"]
    return found


@lru_cache(maxsize=512)
def _parsed(text: str) -> Mask:
    tokens = _TOKEN.findall(text)
    mask, rest = _list(tokens, 0)
    if rest != len(tokens):
        raise _MalformedError(tokens[rest])
    return mask


def _list(tokens: list[str], at: int) -> tuple[Mask, int]:
    mask: Mask = {}
    while True:
        at = _path(tokens, at, mask)
        if at >= len(tokens) or tokens[at] != ",":
            return mask, at
        at += 1


def _path(tokens: list[str], at: int, mask: Mask) -> int:
    """Read one `a/b(c,d)` into `mask`; the place after it."""
    names, at = _names(tokens, at)
    inside: Mask = {}
    if at < len(tokens) and tokens[at] == "(":
        inside, at = _list(tokens, at + 1)
        if at >= len(tokens) or tokens[at] != ")":
            raise _MalformedError
        at += 1
    for name in reversed(names):
        inside = {name: inside}
    _merge(mask, inside)
    return at


def _names(tokens: list[str], at: int) -> tuple[list[str], int]:
    names = []
    while True:
        if at >= len(tokens) or tokens[at] in ",/.()":
            raise _MalformedError(tokens[at] if at < len(tokens) else "")
        names.append(tokens[at])
        at += 1
        if at >= len(tokens) or tokens[at] not in "/.":
            return names, at
        at += 1


def _merge(mask: Mask, other: Mask) -> None:
    """Add `other`; a field asked for whole stays whole."""
    for written, inside in other.items():
        name = camel(written)
        if name not in mask:
            mask[name] = {}
            _merge(mask[name], inside)
        elif not inside:
            mask[name] = {}
        elif mask[name]:
            _merge(mask[name], inside)


def _require_known(mask: Mask, api: str, spec: Json, path: str) -> None:
    spec = _resolved(api, spec)
    for name, inside in mask.items():
        here = f"{path}/{name}" if path else name
        for inner in _candidates(spec, name, api, here):
            _require_known(inside, api, inner, here)


def _resolved(api: str, spec: Json) -> Json:
    """The message, map or scalar behind references and lists."""
    while "$ref" in spec or spec.get("type") == "array":
        spec = schema(api, spec["$ref"]) if "$ref" in spec else spec["items"]
    return spec


def _candidates(spec: Json, name: str, api: str, path: str) -> list[Json]:
    properties: Json = spec.get("properties", {})
    if name == "*" and spec.get("type") in ("object", "any"):
        return []
    if name in properties:
        return [properties[name]]
    if "additionalProperties" in spec:
        return [spec["additionalProperties"]]
    if spec.get("type") == "any":
        return []
    raise _invalid_field(api, path)


def _invalid_field(api: str, path: str) -> ApiError:
    if api in LEGACY_APIS:
        return ApiError(
            400,
            f"Invalid field selection {path.rpartition('/')[2]}",
            reason="invalidParameter",
            location="fields",
        )
    violation = {
        "field": path,
        "description": "Error expanding 'fields' parameter."
        f" Cannot find matching fields for path '{path.replace('/', '.')}'.",
    }
    detail = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
    return ApiError(400, "Request contains an invalid argument.", details=(detail,))
