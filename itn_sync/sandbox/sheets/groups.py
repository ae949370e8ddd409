"""Groups of rows or columns: which there are follows from how deep each row or column lies.

Source: AddDimensionGroupRequest, DeleteDimensionGroupRequest (with their examples).
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from itn_sync.sandbox.errors import Json

Span = tuple[int, int]  # half open


def depths_of(groups: list[Json]) -> Counter[int]:
    """How many groups hold each index."""
    return Counter(
        index
        for group in groups
        for index in range(group["range"]["startIndex"], group["range"]["endIndex"])
    )


def levels(depths: Counter[int]) -> list[tuple[Span, int]]:
    """The groups that such depths mean, as (span, depth): at each depth the longest runs of
    indexes that lie at least that deep."""
    found = []
    for depth in range(1, max(depths.values(), default=0) + 1):
        deep = sorted(index for index, count in depths.items() if count >= depth)
        found += [(span, depth) for span in _runs(deep)]
    return sorted(found)


def _runs(indexes: list[int]) -> list[Span]:
    """Runs of consecutive numbers in a sorted list that is not empty."""
    breaks = [at for at, (a, b) in enumerate(pairwise(indexes), 1) if b != a + 1]
    bounds = [0, *breaks, len(indexes)]
    return [(indexes[a], indexes[b - 1] + 1) for a, b in pairwise(bounds)]


def regrouped(old: list[Json], depths: Counter[int], sheet_id: int, dimension: str) -> list[Json]:
    """The DimensionGroups that such depths mean; one that was collapsed stays so while it has the
    same range, or a wider one at the same depth."""
    collapsed = [
        ((group["range"]["startIndex"], group["range"]["endIndex"]), group["depth"])
        for group in old
        if group.get("collapsed")
    ]
    wanted = levels(depths)
    spans = {span for span, _ in wanted}
    groups = []
    for span, depth in wanted:
        closed = any(
            was == span or (was not in spans and at == depth and _holds(span, was))
            for was, at in collapsed
        )
        bounds = {"startIndex": span[0], "endIndex": span[1]}
        place = {"sheetId": sheet_id, "dimension": dimension} | bounds
        groups.append({"range": place, "depth": depth} | ({"collapsed": True} if closed else {}))
    return groups


def _holds(outer: Span, inner: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]
