"""The shape of a tab, as the page's script lays it out: everything but the cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.pages.sheet_charts import charts_of
from itn_sync.sandbox.pages.sheet_filters import criteria_of
from itn_sync.sandbox.pages.sheet_places import Box, box_of, in_range
from itn_sync.sandbox.pages.sheet_reading import Reader, named, size_of, tab_of

_FIELDS = (
    "sheets(properties,merges,protectedRanges,basicFilter,charts,"
    "data(rowMetadata(hiddenByUser,hiddenByFilter,pixelSize),columnMetadata(hiddenByUser,pixelSize)))"
)
_ROW, _COLUMN = 21, 100  # pixels, where nobody chose otherwise


def layout(reader: Reader, book: Json, gid: str) -> Json:
    """Sizes, hidden and frozen lines, merges, protections against this person, filter, charts."""
    chosen = tab_of(book, gid)
    tab = reader.book(named(chosen), fields=_FIELDS)["sheets"][0]
    data = tab.get("data", [{}])[0]
    rows, columns = size_of(tab)
    grid = tab["properties"].get("gridProperties", {})
    return {
        "gid": tab["properties"]["sheetId"],
        "rows": rows,
        "columns": columns,
        "frozenRows": grid.get("frozenRowCount", 0),
        "frozenColumns": grid.get("frozenColumnCount", 0),
        "heights": _sizes(data.get("rowMetadata", ()), _ROW),
        "widths": _sizes(data.get("columnMetadata", ()), _COLUMN),
        "hiddenRows": _marked(data.get("rowMetadata", ()), "hiddenByUser"),
        "hiddenColumns": _marked(data.get("columnMetadata", ()), "hiddenByUser"),
        "filteredRows": _marked(data.get("rowMetadata", ()), "hiddenByFilter"),
        "merges": [box_of(area, rows, columns) for area in tab.get("merges", ())],
        "guards": list(_guards(tab)),
        "filter": _filter(tab),
        "charts": charts_of(reader, book, tab),
    }


def _sizes(metadata: Iterable[Json], usual: int) -> dict[int, int]:
    sizes = ((index, int(one.get("pixelSize", usual))) for index, one in enumerate(metadata))
    return {index: size for index, size in sizes if size != usual}


def _marked(metadata: Iterable[Json], mark: str) -> list[int]:
    return [index for index, one in enumerate(metadata) if one.get(mark)]


def _filter(tab: Json) -> Json | None:
    if "basicFilter" not in tab:
        return None
    box = box_of(tab["basicFilter"].get("range", {}), *size_of(tab))
    return {"box": box, "active": list(criteria_of(tab))}


def _guards(tab: Json) -> Iterator[Json]:
    for guard in guards_of(tab):
        free = [box_of(area, *size_of(tab)) for area in guard.get("unprotectedRanges", ())]
        box = box_of(guard.get("range", {}), *size_of(tab))
        yield {"box": box, "free": free, "why": guard.get("description", "")}


def guards_of(tab: Json) -> list[Json]:
    """The protections that hold against the person who asked for the tab."""
    return [
        protected
        for protected in tab.get("protectedRanges", ())
        if not protected.get("requestingUserCanEdit") and not protected.get("warningOnly")
    ]


def guard_at(tab: Json, row: int, column: int) -> Json | None:
    """The protection that keeps this person from changing the cell."""
    for guard in guards_of(tab):
        free = guard.get("unprotectedRanges", ())
        if in_range(guard.get("range", {}), row, column) and not any(
            in_range(area, row, column) for area in free
        ):
            return guard
    return None


def guarded_box(tab: Json, wanted: Box) -> Json | None:
    """The first protection that covers some of these cells."""
    top, left, bottom, right = wanted
    for guard in guards_of(tab):
        box = box_of(guard.get("range", {}), *size_of(tab))
        if box[0] < bottom and top < box[2] and box[1] < right and left < box[3]:
            return guard
    return None
