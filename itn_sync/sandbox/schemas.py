"""Request bodies against the discovery document: read, checked, normalised.

Unknown fields, wrong types and bad enums answer 400 with the path of every offending field, worded
as Google words it; snake_case names are taken; a JSON null is an absent field.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NoReturn

from itn_sync.sandbox.discovery import APIS, Method, schema
from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.scalars import camel, read_scalar, shown, snake, type_name

_INVALID_JSON = "Invalid JSON payload received. "
_MOST_VIOLATIONS = 10
_DEEPEST = 100


@dataclass(frozen=True)
class Violation:
    """What is wrong with one field, in Google's words."""

    field: str
    description: str


@dataclass
class _Reading:
    api: str
    violations: list[Violation] = field(default_factory=list)

    def refuse(self, path: str, description: str) -> None:
        self.violations.append(Violation(path, description))

    def refuse_value(self, path: str, kind: str, value: Any) -> None:
        self.refuse(path, f"Invalid value at '{path}' ({kind}), {shown(value)}")


def read_body(method: Method, raw: bytes) -> Json:
    """The body of a request to `method`, normalised; {} where there is none. Raises 400."""
    parsed = parse_json(raw) if raw.strip() else {}
    if not isinstance(parsed, dict):
        raise refusal([Violation("", f'{_INVALID_JSON}Unknown name "": Root must be a message.')])
    reading = _Reading(method.api)
    if not method.request:
        for name in parsed:
            _refuse_name(reading, name, "")
    body = _message(reading, method.request, parsed, _root_field(method)) if method.request else {}
    if reading.violations:
        raise refusal(reading.violations)
    return body


def refusal(violations: list[Violation]) -> ApiError:
    """400 INVALID_ARGUMENT naming every violation, one line and one BadRequest entry each."""
    told = violations[:_MOST_VIOLATIONS]
    entries = [
        {"field": v.field, "description": v.description}
        if v.field
        else {"description": v.description}
        for v in told
    ]
    detail = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": entries}
    message = "\n".join(v.description for v in told)
    return ApiError(400, message, reason="badRequest", details=(detail,))


def parse_json(raw: bytes) -> Any:
    """Strict JSON in UTF-8; raises 400 for anything else, never anything else."""
    try:
        text = raw.decode("utf-8-sig")
        parsed = json.loads(text, parse_constant=_refuse_constant)
        if "\\ud" in text.lower():
            json.dumps(parsed, ensure_ascii=False).encode()
    except RecursionError:
        raise refusal([Violation("", f"{_INVALID_JSON}Message too deep.")]) from None
    except (ValueError, UnicodeError) as error:
        raise refusal([Violation("", f"{_INVALID_JSON}{_where(error)}")]) from None
    return parsed


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"Unexpected token.\n{name}\n^")


def _where(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        line = error.doc.splitlines()[error.lineno - 1] if error.doc.strip() else ""
        start = max(0, error.colno - 21)
        shown_line = line[start : error.colno + 19]
        return f"Unexpected token.\n{shown_line}\n{' ' * (error.colno - 1 - start)}^"
    return str(error) if "token" in str(error) else "Illegal character."


def _root_field(method: Method) -> str:
    """Where Google says a field is: under `form` for a Form, at the root for a …Request."""
    if method.request == "ValueRange":
        return "data"
    if method.request.endswith("Request") or method.api == "drive":
        return ""
    return snake(method.request[0].lower() + method.request[1:])


def _refuse_name(reading: _Reading, name: str, path: str) -> None:
    if reading.api == "drive":
        return  # Drive ignores what it does not know: gspread sends it v2's `withLink`
    at = f" at '{path}'" if path else ""
    description = f'{_INVALID_JSON}Unknown name "{name}"{at}: Cannot find field.'
    reading.refuse(path, description)


def _refuse_list(reading: _Reading, path: str) -> None:
    parent, _, name = path.rpartition(".")
    at = f" at '{parent}'" if parent else ""
    problem = "Proto field is not repeating, cannot start list."
    reading.refuse(parent, f'{_INVALID_JSON}Unknown name "{name}"{at}: {problem}')


def _message(reading: _Reading, name: str, value: Json, path: str, depth: int = 0) -> Json:
    return _object(reading, schema(reading.api, name), value, path, depth)


def _object(reading: _Reading, spec: Json, value: Json, path: str, depth: int) -> Json:
    if depth > _DEEPEST:
        raise refusal([Violation(path, f"{_INVALID_JSON}Message too deep.")])
    result: Json = {}
    properties = spec.get("properties", {})
    for given, item in value.items():
        name = given if given in properties else camel(given)
        if name not in properties:
            _refuse_name(reading, given, path)
        elif item is not None:
            inner = f"{path}.{_snake(name)}" if path else _snake(name)
            result[name] = _value(reading, properties[name], item, inner, depth + 1)
    return result


def _value(reading: _Reading, spec: Json, value: Any, path: str, depth: int) -> Any:
    if "$ref" in spec:
        return _reference(reading, spec["$ref"], value, path, depth)
    kind = spec.get("type", "any")
    if kind == "array":
        return _array(reading, spec["items"], value, path, depth)
    if kind == "object":
        return _map(reading, spec, value, path, depth)
    return value if kind == "any" else _scalar(reading, spec, value, path)


def _scalar(reading: _Reading, spec: Json, value: Any, path: str) -> Any:
    if isinstance(value, list):
        _refuse_list(reading, path)
        return None
    try:
        return read_scalar(spec, value)
    except ValueError:
        reading.refuse_value(path, _kind_name(reading.api, spec, path), value)
        return None


def _reference(reading: _Reading, name: str, value: Any, path: str, depth: int) -> Any:
    spec = schema(reading.api, name)
    if spec.get("type") != "object":
        return _value(reading, spec, value, path, depth)
    if not isinstance(value, dict):
        reading.refuse_value(path, _type_url(reading.api, name), value)
        return None
    if "additionalProperties" in spec:
        return _map(reading, spec, value, path, depth)
    return _object(reading, spec, value, path, depth)


def _array(reading: _Reading, spec: Json, value: Any, path: str, depth: int) -> Any:
    if not isinstance(value, list):
        # Google's reader takes a lone value for a repeated field of one.
        if spec.get("type") not in ("array", "any"):
            return [_value(reading, spec, value, path, depth + 1)]
        reading.refuse_value(path, "type.googleapis.com/google.protobuf.ListValue", value)
        return None
    if spec.get("type") == "any":
        return value
    return [
        _value(reading, spec, item, f"{path}[{index}]", depth + 1)
        for index, item in enumerate(value)
    ]


def _map(reading: _Reading, spec: Json, value: Any, path: str, depth: int) -> Any:
    if not isinstance(value, dict):
        reading.refuse_value(path, "Map", value)
        return None
    if "properties" in spec:
        return _object(reading, spec, value, path, depth)
    inner = spec.get("additionalProperties", {"type": "any"})
    return {
        name: _map_entry(reading, inner, item, path, name, depth) for name, item in value.items()
    }


def _map_entry(reading: _Reading, spec: Json, item: Any, path: str, name: str, depth: int) -> Any:
    """A null stays in a map: Drive's appProperties and properties are removed by one."""
    if item is None:
        return None
    return _value(reading, spec, item, f"{path}[{name}]", depth + 1)


def _kind_name(api: str, spec: Json, path: str) -> str:
    if "enum" in spec:
        leaf = camel(path.rpartition(".")[2].partition("[")[0])
        return _type_url(api, leaf[:1].upper() + leaf[1:])
    return type_name(spec)


def _type_url(api: str, name: str) -> str:
    package = "google.apps" if api != "gmail" else "google"
    return f"type.googleapis.com/{package}.{api}.{APIS[api]}.{name}"


_snake = cache(snake)
