"""A minimal call of every method with behaviour gets what the document promises.

The documents are the source; needs/*.toml say what each call needs. Sources for the parameters
common to all methods: https://cloud.google.com/apis/docs/system-parameters and facts 1.2.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.contract.answers import faults
from tests.sandbox.contract.documents import Json, operations
from tests.sandbox.contract.methods import REFUSED, WORKING
from tests.sandbox.contract.world import Scenario, needs, needs_of

ANSWERING = [name for name in WORKING if operations()[name].response]
SILENT = [name for name in WORKING if not operations()[name].response]
JSON_TYPE = "application/json; charset=UTF-8"


@pytest.mark.parametrize("method_id", ANSWERING)
def test_a_minimal_call_gets_an_answer_of_the_documents_schema(
    method_id: str, scenario: Scenario
) -> None:
    given = scenario.perform(method_id)
    assert given.status_code == 200, given.text
    assert given.headers["Content-Type"] == JSON_TYPE
    operation = operations()[method_id]
    assert faults(operation.api, operation.response, given.json()) == []


@pytest.mark.parametrize("method_id", SILENT)
def test_a_method_without_an_answer_answers_nothing_or_bytes(
    method_id: str, scenario: Scenario
) -> None:
    given = scenario.perform(method_id)
    if method_id == "drive.files.export":
        assert given.status_code == 200
        assert given.headers["Content-Type"].startswith("text/plain")
    else:
        assert (given.status_code, given.content) == (204, b"")


@pytest.mark.parametrize("method_id", ANSWERING)
def test_a_mask_keeps_the_fields_it_names_and_no_other(method_id: str, scenario: Scenario) -> None:
    answer = scenario.perform(method_id, {"fields": "*"})
    assert answer.ok, answer.text
    whole = answer.json()
    if not whole:
        return  # an Empty answer has no field to name
    name = sorted(whole)[-1]
    again = Scenario(scenario.school)
    system = {"fields": name, "alt": "json", "prettyPrint": False}
    given = again.perform(method_id, system)
    assert list(given.json()) == [name]
    assert b"\n" not in given.content.strip()


@pytest.mark.parametrize("method_id", ANSWERING)
def test_a_mask_of_an_unknown_field_is_refused(method_id: str, scenario: Scenario) -> None:
    given = scenario.perform(method_id, {"fields": "noSuchField"})
    assert given.status_code == 400, given.text
    error = given.json()["error"]
    assert "noSuchField" in json.dumps(error)
    legacy = operations()[method_id].api in ("drive", "gmail")
    assert ("errors" in error) == legacy


@pytest.mark.parametrize("method_id", REFUSED)
def test_a_method_that_serves_nobody_here_says_so(method_id: str, scenario: Scenario) -> None:
    given = scenario.perform(method_id)
    assert given.status_code == needs_of(method_id)["refused"]
    assert given.json()["error"]["code"] == given.status_code


def test_every_line_of_the_table_is_about_a_real_method() -> None:
    assert set(needs()["method"]) <= set(operations())


def _choices() -> list[Any]:
    found = []
    for operation in (operations()[name] for name in WORKING):
        for name, spec in operation.located("query").items():
            values = spec.get("enum") or ([True, False] if spec["type"] == "boolean" else [])
            found += [
                pytest.param(operation.id, {name: value}, id=f"{operation.id}: {name}={value}")
                for value in values
                if not spec.get("deprecated")
            ]
    return found


@pytest.mark.parametrize(("method_id", "choice"), _choices())
def test_every_choice_of_a_parameter_is_answered_or_refused_in_googles_form(
    method_id: str, choice: Json, scenario: Scenario
) -> None:
    operation = operations()[method_id]
    given = scenario.perform(method_id, choice)
    assert given.status_code in (200, 204, 400, 403), given.text
    if given.status_code >= 400:
        assert given.json()["error"]["code"] == given.status_code
    elif operation.response:
        assert faults(operation.api, operation.response, given.json()) == []
