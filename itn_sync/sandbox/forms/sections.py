"""Which sections of a form a person walks through, given what they answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.forms.store import all_questions


def visited_items(items: list[Json], answers: Mapping[str, Sequence[str]]) -> list[Json]:
    """The items of the sections that the answers lead to, in reading order.

    `answers` maps question ids to values. A choice may lead to another section, to the start or
    to the end; otherwise the next section follows.
    """
    pages = _pages(items)
    seen: set[int] = set()
    current: int | None = 0
    while current is not None and current < len(pages) and current not in seen:
        seen.add(current)
        current = _next(pages, current, answers)
    return [item for index in sorted(seen) for item in pages[index]]


def _pages(items: list[Json]) -> list[list[Json]]:
    pages: list[list[Json]] = [[]]
    for item in items:
        if "pageBreakItem" in item:
            pages.append([])
        pages[-1].append(item)
    return pages


def _next(
    pages: list[list[Json]], current: int, answers: Mapping[str, Sequence[str]]
) -> int | None:
    jump = _jump(pages[current], answers)
    action, section = jump.get("goToAction"), jump.get("goToSectionId")
    if action == "SUBMIT_FORM":
        return None
    if action == "RESTART_FORM":
        return 0
    starts = [page[0]["itemId"] if page else "" for page in pages]
    return starts.index(section) if section in starts else current + 1


def _jump(page: list[Json], answers: Mapping[str, Sequence[str]]) -> Json:
    """The chosen option that says where to go; the last question of the page decides."""
    chosen: Json = {}
    for question in all_questions(page):
        for option in question.choice.get("options", ()):
            jumps = "goToAction" in option or "goToSectionId" in option
            if jumps and option.get("value") in answers.get(question.id, ()):
                chosen = option
    return chosen
