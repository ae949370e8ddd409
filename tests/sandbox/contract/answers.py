"""A discovery schema as a JSON Schema that refuses what the document does not name."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.protocols import Validator

from tests.sandbox.contract.documents import Json, schemas

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}|\.\d{6}|\.\d{9})?Z")
_KEPT = ("type", "enum", "description")
formats = FormatChecker(formats=())


@cache
def validator(api: str, name: str) -> Validator:
    """What an answer of that schema must pass."""
    definitions = {key: converted(spec) for key, spec in schemas(api).items()}
    whole = {"$ref": f"#/$defs/{name}", "$defs": definitions}
    Draft202012Validator.check_schema(whole)
    return Draft202012Validator(whole, format_checker=formats)


def faults(api: str, name: str, answer: Any) -> list[str]:
    """Where `answer` is not what the document says, one line each; nulls are never answered."""
    found = validator(api, name).iter_errors(answer)
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in found]


def converted(spec: Json) -> Json:
    """One discovery schema in the words of JSON Schema 2020-12."""
    if "$ref" in spec:
        return {"$ref": f"#/$defs/{spec['$ref']}"}
    if spec.get("type") == "any":
        return {"not": {"type": "null"}}
    result = {key: spec[key] for key in _KEPT if key in spec}
    if "format" in spec:
        result["format"] = spec["format"]
    if spec.get("type") == "array":
        result["items"] = converted(spec["items"])
    if spec.get("type") == "object":
        result |= _object(spec)
    return result


def _object(spec: Json) -> Json:
    named = {name: converted(inner) for name, inner in spec.get("properties", {}).items()}
    others = spec.get("additionalProperties")
    return {"properties": named, "additionalProperties": converted(others) if others else False}


def _whole_number(low: int, high: int) -> Callable[[object], bool]:
    """64-bit integers travel as decimal strings, 32-bit ones as numbers."""

    def fits(value: object) -> bool:
        if isinstance(value, str) and not re.fullmatch(r"0|-?[1-9][0-9]*", value):
            return False
        return isinstance(value, int | str) and low <= int(value) < high

    return fits


def _is_instant(value: object) -> bool:
    return bool(_INSTANT.fullmatch(str(value))) and bool(datetime.fromisoformat(str(value)))


def _is_base64(value: object) -> bool:
    text = str(value)
    standard = text.replace("-", "+").replace("_", "/").rstrip("=")
    b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    return not ({"-", "_"} & set(text) and {"+", "/"} & set(text))


def _is_duration(value: object) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d{1,9})?s", str(value)))


def _is_mask(value: object) -> bool:
    return bool(re.fullmatch(r"[\w.,*]*", str(value)))


for _name, _bits in (("int32", 32), ("int64", 64)):
    _fits = _whole_number(-(2 ** (_bits - 1)), 2 ** (_bits - 1))
    formats.checks(_name)(_fits)
    formats.checks("u" + _name)(_whole_number(0, 2**_bits))
for _name in ("date-time", "google-datetime"):
    formats.checks(_name, raises=ValueError)(_is_instant)
formats.checks("byte", raises=ValueError)(_is_base64)
formats.checks("google-duration")(_is_duration)
formats.checks("google-fieldmask")(_is_mask)
formats.checks("date", raises=ValueError)(lambda value: bool(date.fromisoformat(str(value))))
