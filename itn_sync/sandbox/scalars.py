"""Single values as Google's JSON reader takes them: types, formats and their wordings.

Source: https://protobuf.dev/programming-guides/json/ and facts 1.2.
"""

from __future__ import annotations

import base64
import json
import re
from binascii import Error as Base64Error
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from itn_sync.sandbox.errors import Json

_BOUNDS = {
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint64": (0, 2**64 - 1),
}
_NOT_NUMBERS = ("NaN", "Infinity", "-Infinity")
_INTEGER = re.compile(r"-?[0-9]{1,20}")
_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def read_scalar(spec: Json, value: Any) -> Any:
    """`value` as the type that `spec` (a parameter or a property) asks for; ValueError if not.

    64-bit integers stay decimal strings, as in Google's answers; the strings that parameters and
    lenient clients send for numbers and booleans are taken.
    """
    if "enum" in spec:
        return _enum(spec, value)
    return _READERS[spec["type"]](spec, value)


def type_name(spec: Json) -> str:
    """What Google calls the type in «Invalid value at 'x' (TYPE_INT32), "abc"»."""
    named = _TYPE_NAMES.get(spec.get("format", "")) or _TYPE_NAMES.get(spec["type"])
    return named or "TYPE_STRING"


def shown(value: Any) -> str:
    """The offending value as that message quotes it."""
    return json.dumps(value, ensure_ascii=False)[:200]


def snake(name: str) -> str:
    """`repeatCell` → `repeat_cell`: messages name fields as the protocol buffers do."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda m: "_" + m[1].lower(), name)


def camel(name: str) -> str:
    """`repeat_cell` → `repeatCell`."""
    return re.sub(r"_([a-z0-9])", lambda m: m[1].upper(), name)


def mask_paths(text: str) -> list[str]:
    """The paths of an `updateMask`, in camelCase: `due_date,title` → `dueDate`, `title`."""
    return [camel(path.strip()) for path in text.split(",") if path.strip()]


def _enum(spec: Json, value: Any) -> str:
    if not isinstance(value, str) or value not in spec["enum"]:
        raise ValueError(value)
    return value


def _boolean(_spec: Json, value: Any) -> bool:
    known = {"true": True, "false": False, "True": True, "False": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in known:
        return known[value]
    raise ValueError(value)


def _integer(spec: Json, value: Any) -> int:
    number = _whole(value)
    low, high = _BOUNDS[spec.get("format", "int32")]
    if not low <= number <= high:
        raise ValueError(value)
    return number


def _whole(value: Any) -> int:
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError(value)


def _number(_spec: Json, value: Any) -> float | str:
    if value in _NOT_NUMBERS:
        return str(value)
    if isinstance(value, str):
        return _parsed_number(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise ValueError(value)


def _parsed_number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return float(text)


def _string(spec: Json, value: Any) -> str:
    form = spec.get("format", "")
    if form in ("int64", "uint64"):
        return str(_integer(spec, value))
    if not isinstance(value, str):
        raise ValueError(value)  # noqa: TRY004  (one exception for «Invalid value at …»)
    if form in _FORMATS:
        _FORMATS[form](value)
    if "pattern" in spec and not re.fullmatch(spec["pattern"], value):
        raise ValueError(value)
    return value


def _require_base64(text: str) -> None:
    """Standard or URL-safe alphabet, never both, padded or not."""
    if "-" in text or "_" in text:
        if "+" in text or "/" in text:
            raise ValueError(text)
        text = text.replace("-", "+").replace("_", "/")
    try:
        base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), validate=True)
    except Base64Error as error:
        raise ValueError(text) from error


def _require_instant(text: str) -> None:
    if not _INSTANT.fullmatch(text):
        raise ValueError(text)
    whole_seconds = re.sub(r"\.\d+", "", text.upper())
    datetime.fromisoformat(whole_seconds.replace("Z", "+00:00"))


def _require_mask(text: str) -> None:
    if not re.fullmatch(r"[\w.,*/()` \-]*", text):
        raise ValueError(text)


def _require_duration(text: str) -> None:
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,9})?s", text):
        raise ValueError(text)


_READERS: dict[str, Callable[[Json, Any], Any]] = {
    "boolean": _boolean,
    "integer": _integer,
    "number": _number,
    "string": _string,
}

_FORMATS: dict[str, Callable[[str], object]] = {
    "byte": _require_base64,
    "google-datetime": _require_instant,
    "date-time": _require_instant,
    "google-duration": _require_duration,
    "google-fieldmask": _require_mask,
    "date": date.fromisoformat,
}

_TYPE_NAMES = {
    "int32": "TYPE_INT32",
    "uint32": "TYPE_UINT32",
    "int64": "TYPE_INT64",
    "uint64": "TYPE_UINT64",
    "boolean": "TYPE_BOOL",
    "double": "TYPE_DOUBLE",
    "float": "TYPE_FLOAT",
    "byte": "TYPE_BYTES",
    "google-datetime": "type.googleapis.com/google.protobuf.Timestamp",
    "date-time": "type.googleapis.com/google.protobuf.Timestamp",
    "google-duration": "type.googleapis.com/google.protobuf.Duration",
    "google-fieldmask": "type.googleapis.com/google.protobuf.FieldMask",
}
