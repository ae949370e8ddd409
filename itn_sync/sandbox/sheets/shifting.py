"""What happens to indexes and spans when rows or columns are inserted, deleted or moved.

The three changes are pure; `shift_structure` carries everything that a spreadsheet ties to rows
and columns along.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.book import Book
from itn_sync.sandbox.sheets.charts import with_ranges
from itn_sync.sandbox.sheets.groups import regrouped

Span = tuple[int, int | None]  # half open; None has no bound


class Change(Protocol):
    """A change along one dimension."""

    def index(self, index: int) -> int | None:
        """Where that row or column is afterwards; None when it is gone."""

    def span(self, start: int, end: int | None) -> Span | None:
        """Where that span is afterwards; None when nothing of it is left."""


@dataclass(frozen=True)
class Insert:
    """`count` new ones before index `at`; a span that goes on across `at` grows."""

    at: int
    count: int

    def index(self, index: int) -> int:
        """See Change."""
        return index + self.count if index >= self.at else index

    def span(self, start: int, end: int | None) -> Span:
        """See Change."""
        grows = end is not None and end > self.at
        return self.index(start), end + self.count if grows and end is not None else end


@dataclass(frozen=True)
class Delete:
    """`count` ones from index `at` on go away."""

    at: int
    count: int

    def index(self, index: int) -> int | None:
        """See Change."""
        gone = self.at <= index < self.at + self.count
        return None if gone else self._bound(index)

    def _bound(self, bound: int) -> int:
        return bound if bound <= self.at else max(self.at, bound - self.count)

    def span(self, start: int, end: int | None) -> Span | None:
        """See Change."""
        if end is None:
            return self._bound(start), None
        bounds = self._bound(start), self._bound(end)
        return None if bounds[0] == bounds[1] else bounds


@dataclass(frozen=True)
class Move:
    """`count` ones from `at` on go before index `to`, counted before the move."""

    at: int
    count: int
    to: int

    @property
    def landing(self) -> int:
        """The first index of the block after the move."""
        return self.to if self.to <= self.at else self.to - self.count

    def index(self, index: int) -> int:
        """See Change."""
        if self.at <= index < self.at + self.count:
            return index - self.at + self.landing
        rest = index if index < self.at else index - self.count
        return rest if rest < self.landing else rest + self.count

    def span(self, start: int, end: int | None) -> Span:
        """See Change; a span within the block goes with it."""
        rest = Delete(self.at, self.count).span(start, end)
        if rest is None:
            return self.index(start), self.index((end or start + 1) - 1) + 1
        return Insert(self.landing, self.count).span(*rest)


def shift_range(grid_range: Json, sheet_id: int, dimension: str, change: Change) -> Json | None:
    """The GridRange after the change; None when nothing of it is left."""
    if grid_range.get("sheetId", 0) != sheet_id:
        return grid_range
    word = "Row" if dimension == "ROWS" else "Column"
    first, last = f"start{word}Index", f"end{word}Index"
    if first not in grid_range and last not in grid_range:
        return grid_range
    span = change.span(grid_range.get(first, 0), grid_range.get(last))
    if span is None:
        return None
    shifted = {name: value for name, value in grid_range.items() if name not in {first, last}}
    # A start without bound stays without bound, whatever is inserted above it.
    start = {first: span[0]} if first in grid_range else {}
    return shifted | start | ({} if span[1] is None else {last: span[1]})


def shift_structure(book: Book, sheet_id: int, dimension: str, change: Change) -> None:
    """Carry ranges, rules, row and column properties and metadata of the book along."""

    def moved(grid_range: Json) -> Json | None:
        return shift_range(grid_range, sheet_id, dimension, change)

    sheet = book.sheet(sheet_id)
    name = "rows" if dimension == "ROWS" else "columns"
    sheet[name] = _rekeyed(sheet[name], change)
    _shift_merges(sheet, moved)
    for key in ("protectedRanges", "bandedRanges", "filterViews"):
        _shift_holders(sheet, key, moved)
    for protected in sheet.get("protectedRanges", ()):
        if "unprotectedRanges" in protected:
            protected["unprotectedRanges"] = _kept(protected["unprotectedRanges"], moved)
    _shift_conditions(sheet, moved)
    _shift_filters(sheet, moved, dimension, change)
    _shift_holders(book.body, "namedRanges", moved)
    for other in book.sheets:
        for chart in other.get("charts", ()):
            chart["spec"] = with_ranges(chart["spec"], moved)
    _shift_anchors(sheet, dimension, change)
    _shift_groups(sheet, dimension, change)
    _shift_metadata(book, sheet_id, dimension, change)


def _shift_anchors(sheet: Json, dimension: str, change: Change) -> None:
    """The cells that charts hang on; one that is deleted gives its chart to the next one."""
    name, size = ("rowIndex", "rowCount") if dimension == "ROWS" else ("columnIndex", "columnCount")
    for chart in sheet.get("charts", ()):
        anchor = chart["position"]["overlayPosition"]["anchorCell"]
        index = change.index(anchor[name])
        if index is None and isinstance(change, Delete):
            left = sheet["properties"]["gridProperties"][size] - change.count
            index = min(change.at, left - 1)
        anchor[name] = index


def _shift_groups(sheet: Json, dimension: str, change: Change) -> None:
    """Groups of rows or columns go with them; what is moved out of one group is out of it."""
    key = "rowGroups" if dimension == "ROWS" else "columnGroups"
    if not sheet.get(key):
        return
    depths: Counter[int] = Counter()
    old = []
    for group in sheet[key]:
        span = change.span(group["range"]["startIndex"], group["range"]["endIndex"])
        if span is not None and span[1] is not None:
            depths.update(range(span[0], span[1]))
            bounds = {"startIndex": span[0], "endIndex": span[1]}
            old.append(group | {"range": group["range"] | bounds})
    sheet[key] = regrouped(old, depths, sheet["properties"]["sheetId"], dimension)


def _rekeyed(by_index: Json, change: Change) -> Json:
    moved = {change.index(int(index)): value for index, value in by_index.items()}
    return {str(index): value for index, value in moved.items() if index is not None}


Moved = Callable[[Json], Json | None]


def _kept(ranges: list[Json], moved: Moved) -> list[Json]:
    return [new for new in map(moved, ranges) if new is not None]


def _shift_merges(sheet: Json, moved: Moved) -> None:
    if sheet.get("merges"):
        sheet["merges"] = [r for r in _kept(sheet["merges"], moved) if not _is_one_cell(r)]


def _is_one_cell(grid_range: Json) -> bool:
    height = grid_range["endRowIndex"] - grid_range["startRowIndex"]
    return bool(height * (grid_range["endColumnIndex"] - grid_range["startColumnIndex"]) == 1)


def _shift_holders(parent: Json, key: str, moved: Moved) -> None:
    """Things with one `range`: those whose range is gone go."""
    holders = []
    for holder in parent.get(key, ()):
        new = moved(holder["range"]) if "range" in holder else {}
        if new is not None:
            holders.append(holder | ({"range": new} if "range" in holder else {}))
    if key in parent:
        parent[key] = holders


def _shift_conditions(sheet: Json, moved: Moved) -> None:
    rules = [
        rule | {"ranges": _kept(rule["ranges"], moved)}
        for rule in sheet.get("conditionalFormats", ())
    ]
    if rules:
        sheet["conditionalFormats"] = [rule for rule in rules if rule["ranges"]]


def _shift_filters(sheet: Json, moved: Moved, dimension: str, change: Change) -> None:
    held = sheet.get("basicFilter")
    if held:
        new = moved(held.get("range", {}))
        sheet["basicFilter"] = None if new is None else held | {"range": new}
    if dimension == "COLUMNS":
        for one in (sheet.get("basicFilter"), *sheet.get("filterViews", ())):
            _shift_criteria(one or {}, change)


def _shift_criteria(one: Json, change: Change) -> None:
    if "criteria" in one:
        one["criteria"] = _rekeyed(one["criteria"], change)
    for key, index in (("filterSpecs", "columnIndex"), ("sortSpecs", "dimensionIndex")):
        if key in one:
            placed = [spec | {index: change.index(spec.get(index, 0))} for spec in one[key]]
            one[key] = [spec for spec in placed if spec[index] is not None]


def _shift_metadata(book: Book, sheet_id: int, dimension: str, change: Change) -> None:
    kept: list[Any] = []
    for entry in book.body["developerMetadata"]:
        span = entry["location"].get("dimensionRange")
        if span and span["sheetId"] == sheet_id and span["dimension"] == dimension:
            index = change.index(span["startIndex"])
            if index is None:
                continue
            placed = span | {"startIndex": index, "endIndex": index + 1}
            kept.append(entry | {"location": {"dimensionRange": placed}})
        else:
            kept.append(entry)
    book.body["developerMetadata"] = kept
