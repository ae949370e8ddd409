"""Lists come in pages of any size, each item once, to the end.

Source: https://google.aip.dev/158; sizes and tokens by each method's document.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.contract.documents import Json, Operation, operations
from tests.sandbox.contract.methods import WORKING
from tests.sandbox.contract.world import Scenario, School, needs_of

LISTS = [operations()[name] for name in WORKING if operations()[name].pages]
_MANY_PAGES = 100


@pytest.fixture
def newcomer(school: School) -> Scenario:
    """A person of this test only: nobody else's things are in their lists."""
    return Scenario(school, user=f"liste{len(school.tokens)}@ecole.example")


def _filled(called: Operation, scenario: Scenario) -> Json:
    """Make what the list must hold; the parameters of the list."""
    pages = needs_of(called.id)["pages"]
    params = scenario.params(called.id)
    for _ in range(pages.get("times", 0)):
        scenario.made.pop(pages["made_by"], None)
        scenario.answer(pages["made_by"])
    return params


def _pages(called: Operation, scenario: Scenario, params: Json, size: int) -> Iterator[Json]:
    name = "maxResults" if "maxResults" in called.params else "pageSize"
    query = params | {name: size}
    for _ in range(_MANY_PAGES):
        answer = scenario.school.call(called, query, user=scenario.caller(called.id))
        assert answer.status_code == 200, answer.text
        yield answer.json()
        token = answer.json().get("nextPageToken")
        if not token:
            return
        query |= {"pageToken": token}
    pytest.fail("the pages never end")


def _items(called: Operation, page: Json, size: int) -> list[Any]:
    items: list[Any] = page.get(needs_of(called.id)["pages"]["items"], [])
    assert len(items) <= size
    return items


@pytest.mark.parametrize("called", LISTS, ids=lambda called: called.id)
def test_every_page_size_gives_the_same_items_once_each(
    called: Operation, newcomer: Scenario, scenario: Scenario
) -> None:
    wanted = needs_of(called.id)["pages"]
    at_least = wanted.get("times", 0) + wanted.get("there", 0)
    owner = newcomer if "made_by" in wanted else scenario
    params = _filled(called, owner)
    (whole,) = _pages(called, owner, params, 100)
    items = _items(called, whole, 100)
    assert len(items) >= at_least
    for size in range(1, len(items) + 2):
        pages = list(_pages(called, owner, params, size))
        assert [item for page in pages for item in _items(called, page, size)] == items
        assert len(pages) == max(1, -(-len(items) // size))


@pytest.mark.parametrize("called", LISTS, ids=lambda called: called.id)
def test_a_page_token_that_is_none_is_refused(called: Operation, scenario: Scenario) -> None:
    params = scenario.params(called.id) | {"pageToken": "nowhere"}
    answer = scenario.school.call(called, params, user=scenario.caller(called.id))
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["code"] == 400
