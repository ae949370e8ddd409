"""Calls that the documents forbid, worked out from the documents alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.sandbox.contract.documents import Json, Operation, schemas

_WRONG_TEXT = {"integer": "twelve", "boolean": "perhaps", "number": "much"}
_WRONG_JSON: Json = {"integer": "twelve", "boolean": "perhaps", "number": "much", "string": 12}


@dataclass(frozen=True)
class Wrong:
    """One thing wrong with a call: where, and what is sent there."""

    place: str
    params: Json = field(default_factory=dict, hash=False)
    body: Any = field(default=None, hash=False)


def placeholders(operation: Operation) -> Json:
    """Required parameters that name nothing: for calls refused before anything is looked up.

    `fields` is among them because Drive wants it for comments (guide «Return specific fields»).
    """
    found: Json = {"fields": "*"}
    for name, spec in operation.params.items():
        if spec.get("required"):
            found[name] = "me" if name == "userId" else _anything(spec)
    return found


def _anything(spec: Json) -> Any:
    return spec.get("enum", [{"integer": 7, "boolean": True, "string": "x7"}[spec["type"]]])[0]


def wrong_parameters(operation: Operation) -> Iterator[Wrong]:
    """Each query parameter that has a type, an enum or bounds, with a value outside them."""
    for name, spec in (operation.located("query") | _plain(operation.common)).items():
        if "enum" in spec:
            yield Wrong(name, {name: "NO_SUCH_VALUE"})
        elif spec["type"] in _WRONG_TEXT:
            yield Wrong(name, {name: _WRONG_TEXT[spec["type"]]})
        if "minimum" in spec:
            yield Wrong(f"{name} below {spec['minimum']}", {name: int(spec["minimum"]) - 1})
        if spec.get("format") == "int32":
            yield Wrong(f"{name} too large", {name: 2**31})


def _plain(common: Json) -> Json:
    """The parameters common to all methods, but `$.xgafv`, which changes the error's form."""
    return {name: spec for name, spec in common.items() if name != "$.xgafv"}


def wrong_enums(operation: Operation) -> Iterator[Wrong]:
    """A body with a wrong value in each enum that a request can hold, in its shortest place."""
    for path, spec in _places(operation):
        if "enum" in _item(spec):
            yield Wrong(".".join(path), body=_nested(path, "NO_SUCH_VALUE", operation))


def wrong_types(operation: Operation) -> Iterator[Wrong]:
    """A body with a value of another type in each field that a request can hold."""
    for path, spec in _places(operation):
        inner = _item(spec)
        if inner.get("type") in _WRONG_JSON and "enum" not in inner:
            yield Wrong(".".join(path), body=_nested(path, _of_another_type(inner), operation))
        if "$ref" in spec and not _is_scalar(operation, spec):
            yield Wrong(".".join(path), body=_nested(path, 12, operation))


def _is_scalar(operation: Operation, spec: Json) -> bool:
    return bool(schemas(operation.api)[spec["$ref"]].get("type") != "object")


def _of_another_type(spec: Json) -> Any:
    """64-bit integers are strings in the documents, and numbers are taken for them."""
    return "twelve" if "int64" in spec.get("format", "") else _WRONG_JSON[spec["type"]]


def required_fields(operation: Operation, body: Json) -> list[tuple[str, ...]]:
    """Where in `body` the document calls a field required, lists by their first item."""
    return list(_required(operation, operation.request, body, ()))


def _required(
    operation: Operation, name: str, value: Json, path: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    properties = schemas(operation.api)[name].get("properties", {})
    for step in value.keys() & properties.keys():
        spec, here = properties[step], (*path, step)
        if _is_required(operation, spec):
            yield here
        inner, child = _item(spec).get("$ref"), value[step]
        child = child[0] if isinstance(child, list) and child else child
        if inner and isinstance(child, dict):
            yield from _required(operation, inner, child, here)


def _is_required(operation: Operation, spec: Json) -> bool:
    named = operation.id in spec.get("annotations", {}).get("required", ())
    return named or spec.get("description", "").startswith("Required")


def without(body: Json, path: tuple[str, ...]) -> Json:
    """`body` without the field at `path`; only the first item of each list is left."""
    first, *rest = path
    if not rest:
        return {name: value for name, value in body.items() if name != first}
    inner = body[first]
    shorter = without(inner[0] if isinstance(inner, list) else inner, tuple(rest))
    return body | {first: [shorter] if isinstance(inner, list) else shorter}


def unknown_fields(operation: Operation) -> Iterator[Wrong]:
    """A body with a field nobody knows in each message that a request can hold."""
    yield Wrong("the request", body={"noSuchField": 1})
    for path, spec in _places(operation):
        if "$ref" in _item(spec):
            yield Wrong(".".join(path), body=_nested(path, {"noSuchField": 1}, operation))


def _places(operation: Operation) -> list[tuple[tuple[str, ...], Json]]:
    """Every field of every message that the request reaches, once, by the shortest path."""
    seen, found = {operation.request}, []
    waiting: list[tuple[str, tuple[str, ...]]] = [(operation.request, ())]
    for name, path in waiting:
        for field_name, spec in schemas(operation.api)[name].get("properties", {}).items():
            here = (*path, field_name)
            found.append((here, spec))
            inner = _item(spec).get("$ref")
            if inner and inner not in seen:
                seen.add(inner)
                waiting.append((inner, here))
    return found


def _item(spec: Json) -> Json:
    """What a field holds: the item of a list, the value of a map."""
    while "items" in spec or "additionalProperties" in spec:
        spec = spec.get("items") or spec["additionalProperties"]
    return spec


def _nested(path: tuple[str, ...], value: Any, operation: Operation) -> Json:
    """The body that holds nothing but `value` at `path`."""
    specs, name = [], operation.request
    for step in path:
        spec = schemas(operation.api)[name]["properties"][step]
        specs.append(spec)
        name = _item(spec).get("$ref", "")
    for step, spec in zip(reversed(path), reversed(specs), strict=True):
        value = {step: _wrapped(spec, value)}
    found: Json = value
    return found


def _wrapped(spec: Json, value: Any) -> Any:
    if "items" in spec:
        return [_wrapped(spec["items"], value)]
    if "additionalProperties" in spec:
        return {"key": _wrapped(spec["additionalProperties"], value)}
    return value
