"""What the sandbox does not do it says: 501 with the method's own name, in the API's envelope."""

from __future__ import annotations

import pytest

from itn_sync.sandbox.coverage import coverage
from tests.sandbox.contract.documents import LEGACY, operations
from tests.sandbox.contract.methods import COVERED, UNCOVERED
from tests.sandbox.contract.world import School
from tests.sandbox.contract.wrong import placeholders


@pytest.mark.parametrize("method_id", UNCOVERED)
def test_a_method_without_behaviour_names_itself(method_id: str, school: School) -> None:
    called = operations()[method_id]
    answer = school.call(called, placeholders(called), {} if called.request else None)
    error = answer.json()["error"]
    assert (answer.status_code, error["status"]) == (501, "UNIMPLEMENTED")
    assert method_id in error["message"]
    assert ("errors" in error) == (called.api in LEGACY)


def test_the_coverage_is_about_every_method_of_the_documents_and_no_other() -> None:
    assert {method_id for method_id, _ in coverage()} == set(operations())
    assert set(COVERED) | set(UNCOVERED) == set(operations())
