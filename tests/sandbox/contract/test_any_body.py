"""A body that the document allows gets an answer or a reason, never a failure of the server's.

Sources: the schemas; «If any request is not valid then the entire request will fail»
(https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/batchUpdate).
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.contract.answers import faults
from tests.sandbox.contract.documents import Json, Operation, operations, schemas
from tests.sandbox.contract.methods import WORKING
from tests.sandbox.contract.world import Scenario

_BATCHES = ("sheets.spreadsheets.batchUpdate", "forms.forms.batchUpdate")
_KINDS = [
    pytest.param(name, kind, id=f"{operations()[name].api}: {kind}")
    for name in _BATCHES
    for kind in schemas(operations()[name].api)["Request"]["properties"]
]
_WITH_BODY = [name for name in WORKING if operations()[name].request and name not in _BATCHES]
_DEEPEST = 6
_FORMATTED = {
    "byte": "Qm9uam91cg==",
    "google-datetime": "2026-09-01T08:00:00Z",
    "date-time": "2026-09-01T08:00:00Z",
    "google-fieldmask": "*",
    "google-duration": "1s",
    "date": "2026-09-01",
    "int64": "1",
    "uint64": "1",
}
_PLAIN: Json = {"string": "x", "integer": 1, "number": 1.5, "boolean": True, "any": "x"}


def plausible(api: str, spec: Json, depth: int = 0) -> Any:
    """A value with every field that the schema has, down to a depth."""
    if "$ref" in spec:
        spec = schemas(api)[spec["$ref"]]
    if "enum" in spec:
        return spec["enum"][-1]
    if spec.get("type") == "array":
        return [plausible(api, spec["items"], depth + 1)] if depth < _DEEPEST else []
    if spec.get("type") == "object":
        return _object(api, spec, depth)
    return _FORMATTED.get(spec.get("format", ""), _PLAIN[spec.get("type", "any")])


def _object(api: str, spec: Json, depth: int) -> Json:
    if depth >= _DEEPEST:
        return {}
    if "additionalProperties" in spec:
        return {"key": plausible(api, spec["additionalProperties"], depth + 1)}
    fields = spec.get("properties", {}).items()
    return {name: plausible(api, inner, depth + 1) for name, inner in fields}


def _answered(called: Operation, scenario: Scenario, body: Json) -> None:
    answer = scenario.perform(called.id, body=body)
    assert answer.status_code in (200, 204, 400, 403, 404, 409), answer.text[:600]
    if answer.status_code >= 400:
        error = answer.json()["error"]
        assert error["code"] == answer.status_code
        assert error["message"]
    elif called.response:
        assert faults(called.api, called.response, answer.json()) == []


@pytest.mark.parametrize(("method_id", "kind"), _KINDS)
def test_an_empty_request_of_each_kind(method_id: str, kind: str, scenario: Scenario) -> None:
    _answered(operations()[method_id], scenario, {"requests": [{kind: {}}]})


@pytest.mark.parametrize(("method_id", "kind"), _KINDS)
def test_a_full_request_of_each_kind(method_id: str, kind: str, scenario: Scenario) -> None:
    called = operations()[method_id]
    spec = schemas(called.api)["Request"]["properties"][kind]
    _answered(called, scenario, {"requests": [{kind: plausible(called.api, spec)}]})


@pytest.mark.parametrize("method_id", _WITH_BODY)
def test_an_empty_body(method_id: str, scenario: Scenario) -> None:
    _answered(operations()[method_id], scenario, {})


@pytest.mark.parametrize("method_id", _WITH_BODY)
def test_a_body_with_every_field(method_id: str, scenario: Scenario) -> None:
    called = operations()[method_id]
    _answered(called, scenario, plausible(called.api, {"$ref": called.request}))


@pytest.mark.parametrize("method_id", _WITH_BODY)
def test_a_body_with_one_field_of_each_message(method_id: str, scenario: Scenario) -> None:
    called = operations()[method_id]
    whole = plausible(called.api, {"$ref": called.request})
    for name, value in whole.items():
        _answered(called, Scenario(scenario.school), {name: value})
