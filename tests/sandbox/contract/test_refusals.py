"""What a document forbids is refused, with Google's envelope and the name of what is wrong.

The documents are the source of every case; the words are those of facts 1.2 and 9.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
import requests

from tests.sandbox.contract import wrong
from tests.sandbox.contract.documents import LEGACY, Json, Operation, operations
from tests.sandbox.contract.methods import COVERED, WORKING
from tests.sandbox.contract.world import Scenario, School, needs, needs_of
from tests.sandbox.contract.wrong import Wrong, placeholders

CALLED = [operations()[name] for name in COVERED]
WORKABLE = [operations()[name] for name in WORKING]
WITH_BODY = [operation for operation in CALLED if operation.request]
# Drive takes and forgets what it does not know: gspread sends it v2's `withLink`.
STRICT = [operation for operation in WITH_BODY if operation.api != "drive"]


def _cases(calls: list[Operation], of: Any) -> list[Any]:
    return [
        pytest.param(operation, one, id=f"{operation.id}: {one.place}")
        for operation in calls
        for one in of(operation)
    ]


def _once(of: Any) -> Any:
    """The same places, each in the first method of its API that reaches the message."""
    seen: set[tuple[str, ...]] = set()

    def fresh(operation: Operation) -> Iterator[Wrong]:
        for one in of(operation):
            key = (operation.api, *one.place.split(".")[-2:])
            if key not in seen:
                seen.add(key)
                yield one

    return fresh


def refused(answer: requests.Response, api: str, code: int = 400) -> Json:
    """The error of an answer that has this code and Google's envelope."""
    assert answer.status_code == code, answer.text[:600]
    error: Json = answer.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert ("errors" in error) == (api in LEGACY)
    if api in LEGACY:
        assert {"domain", "reason", "message"} <= set(error["errors"][0])
    return error


def named(error: Json) -> set[str]:
    """The fields that the error's BadRequest details name, without indexes."""
    entries = chain.from_iterable(d.get("fieldViolations", ()) for d in error.get("details", ()))
    legacy = [e["location"] for e in error.get("errors", ()) if "location" in e]
    return {re.sub(r"\[\w+\]", "", entry.get("field", "")) for entry in entries} | set(legacy)


@pytest.mark.parametrize(("called", "one"), _cases(CALLED, wrong.wrong_parameters))
def test_a_parameter_outside_its_type_is_refused_by_name(
    called: Operation, one: Wrong, school: School
) -> None:
    error = refused(
        school.call(called, placeholders(called) | one.params, {} if called.request else None),
        called.api,
    )
    name = next(iter(one.params))
    assert {name, _snake(name)} & named(error)


@pytest.mark.parametrize(("called", "one"), _cases(WITH_BODY, _once(wrong.wrong_enums)))
def test_a_value_that_an_enum_does_not_know_is_refused_by_name(
    called: Operation, one: Wrong, school: School
) -> None:
    error = refused(school.call(called, placeholders(called), one.body), called.api)
    assert "NO_SUCH_VALUE" in error["message"]
    leaf = _snake(one.place.rpartition(".")[2])
    assert any(field.endswith(leaf) for field in named(error)), error


@pytest.mark.parametrize(("called", "one"), _cases(WITH_BODY, _once(wrong.wrong_types)))
def test_a_field_of_another_type_is_refused_by_name(
    called: Operation, one: Wrong, school: School
) -> None:
    error = refused(school.call(called, placeholders(called), one.body), called.api)
    leaf = _snake(one.place.rpartition(".")[2])
    assert any(field.endswith(leaf) for field in named(error)), error


@pytest.mark.parametrize(("called", "one"), _cases(STRICT, wrong.unknown_fields))
def test_a_field_that_nobody_knows_is_refused_by_name(
    called: Operation, one: Wrong, school: School
) -> None:
    error = refused(school.call(called, placeholders(called), one.body), called.api)
    assert 'Unknown name "noSuchField"' in error["message"]
    assert error["status"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize("called", CALLED, ids=lambda called: called.id)
def test_a_parameter_that_nobody_knows_is_refused_by_name(
    called: Operation, school: School
) -> None:
    error = refused(school.call(called, placeholders(called) | {"noSuchParameter": 1}), called.api)
    assert 'Unknown name "noSuchParameter": Cannot bind query parameter.' in error["message"]


@pytest.mark.parametrize(
    ("called", "name"),
    [
        pytest.param(called, name, id=f"{called.id}: {name}")
        for called in CALLED
        for name, spec in called.located("query").items()
        if spec.get("required")
    ],
)
def test_a_required_parameter_must_be_there(
    called: Operation, name: str, scenario: Scenario
) -> None:
    params = {key: value for key, value in scenario.params(called.id).items() if key != name}
    refused(scenario.school.call(called, params, scenario.body(called.id)), called.api)


@pytest.mark.parametrize(
    ("called", "name"),
    [
        pytest.param(called, name, id=f"{called.id}: {name}")
        for called in WORKABLE
        for name in called.located("path")
        if name != "userId" or called.api != "gmail"
    ],
)
def test_a_path_that_leads_nowhere_is_refused(
    called: Operation, name: str, scenario: Scenario
) -> None:
    params = scenario.params(called.id) | {name: "9999999999999999"}
    body = scenario.body(called.id)
    user = scenario.caller(called.id)
    answer = scenario.school.call(called, params, body, user=user)
    allowed = {400, needs_of(called.id).get("nowhere", 404)}
    assert answer.status_code in allowed, answer.text
    refused(answer, called.api, answer.status_code)


def _required_fields() -> list[Any]:
    found = []
    for called in (one for one in WORKABLE if one.request):
        needed = needs()["method"].get(called.id, {})
        paths = set(wrong.required_fields(called, needed.get("body", {})))
        paths |= {tuple(path.split(".")) for path in needed.get("required", ())}
        paths -= {tuple(path.split(".")) for path in needed.get("unenforced", ())}
        found += [
            pytest.param(called, path, id=f"{called.id}: {'.'.join(path)}")
            for path in sorted(paths)
        ]
    return found


@pytest.mark.parametrize(("called", "path"), _required_fields())
def test_a_required_field_must_be_there(
    called: Operation, path: tuple[str, ...], scenario: Scenario
) -> None:
    params, body = scenario.params(called.id), wrong.without(scenario.body(called.id), path)
    answer = scenario.school.call(called, params, body, user=scenario.caller(called.id))
    refused(answer, called.api)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda m: "_" + m[1].lower(), name)
