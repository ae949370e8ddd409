"""Path and query parameters: named, typed and bounded as the discovery document says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from itn_sync.sandbox.discovery import Method
from itn_sync.sandbox.errors import LEGACY_APIS, ApiError, Json
from itn_sync.sandbox.scalars import camel, read_scalar, shown, snake, type_name
from itn_sync.sandbox.schemas import Violation, refusal

# Sent on resumable sessions; it names the session, not a parameter of the method.
_SESSION = "upload_id"


def read_params(
    method: Method,
    path_params: Mapping[str, str],
    query: Iterable[tuple[str, str]],
    ignored: frozenset[str] = frozenset(),
) -> Json:
    """Every parameter of a request by name, absent ones with their default. Raises 400."""
    texts, unknown = _sorted_out(method, query, ignored)
    if unknown:
        raise refusal([_unknown(name) for name in unknown])
    texts |= {name: [value] for name, value in path_params.items()}
    for name, spec in method.params.items():
        if spec.get("required") and name not in texts and spec["location"] == "query":
            raise _required(method.api, name)
    typed = {name: _typed(method, name, values) for name, values in texts.items()}
    return method.defaults | typed


def _sorted_out(
    method: Method, query: Iterable[tuple[str, str]], ignored: frozenset[str]
) -> tuple[dict[str, list[str]], list[str]]:
    texts: dict[str, list[str]] = {}
    unknown = []
    for given, value in query:
        name = _known_name(method, given)
        if name:
            texts.setdefault(name, []).append(value)
        elif given not in ignored and given != _SESSION:
            unknown.append(given)
    return texts, unknown


def _known_name(method: Method, given: str) -> str:
    """The parameter meant by `pageSize`, `page_size` or the system alias `$alt`; or nothing."""
    for name in (given, camel(given), given.removeprefix("$")):
        if name in method.params and method.params[name]["location"] == "query":
            return name
    return ""


def _unknown(name: str) -> Violation:
    return Violation(
        "",
        f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter.'
        f" Field '{name}' could not be found in request message.",
    )


def _required(api: str, name: str) -> ApiError:
    message = f"Required parameter: {name}" if api in LEGACY_APIS else f"Missing {snake(name)}."
    return ApiError(400, message, reason="required", location=name)


def _typed(method: Method, name: str, values: list[str]) -> Any:
    spec = method.params[name]
    if not spec.get("repeated"):
        return _one(method, name, spec, values[-1])
    return [_one(method, name, spec, value) for value in values]


def _one(method: Method, name: str, spec: Json, text: str) -> Any:
    try:
        return _bounded(spec, read_scalar(spec, text))
    except ValueError:
        raise _bad_value(method, name, spec, text) from None


def _bounded(spec: Json, value: Any) -> Any:
    """Too large a page is coerced, one below the minimum refused (facts 6)."""
    if "minimum" in spec and value < int(spec["minimum"]):
        raise ValueError(value)
    return min(value, int(spec["maximum"])) if "maximum" in spec else value


def _bad_value(method: Method, name: str, spec: Json, text: str) -> ApiError:
    if method.api == "drive":
        return ApiError(400, _drive_wording(spec, text), reason="invalidParameter", location=name)
    kind = type_name(spec)
    if "enum" in spec:
        kind = f"type.googleapis.com/google.apps.{method.api}.{name[:1].upper()}{name[1:]}"
    field = snake(name)
    return refusal([Violation(field, f"Invalid value at '{field}' ({kind}), {shown(text)}")])


def _drive_wording(spec: Json, text: str) -> str:
    if "minimum" in spec:
        bounds = f"[{spec['minimum']}, {spec['maximum']}]"
        return f"Invalid value '{text}'. Values must be within the range: {bounds}"
    return f"Invalid value '{text}'."
