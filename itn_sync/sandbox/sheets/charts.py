"""Charts: what a chart's specification must be, and the ranges that it draws.

Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/charts
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.a1 import Rect
from itn_sync.sandbox.sheets.book import Book
from itn_sync.sandbox.sheets.cells import paired_colours
from itn_sync.sandbox.sheets.requests import Edit

KINDS = (
    "basicChart",
    "pieChart",
    "bubbleChart",
    "candlestickChart",
    "orgChart",
    "histogramChart",
    "waterfallChart",
    "treemapChart",
    "scorecardChart",
)
_MOST_SOURCES = 100
WIDTH, HEIGHT = 600, 371

# What becomes of one range of a chart; None when nothing of it is left.
Moved = Callable[[Json], Json | None]


def charts_of(book: Book) -> dict[int, tuple[list[Json], Json]]:
    """Every chart by its id, with the list of its tab."""
    return {
        chart["chartId"]: (sheet["charts"], chart)
        for sheet in book.sheets
        for chart in sheet.get("charts", ())
    }


def checked_spec(edit: Edit, spec: Json) -> Json:
    """The ChartSpec to keep, colours told both ways; raises 400 unless it is of exactly one kind
    and each of its ranges is one row or one column of a tab that exists."""
    if "dataSourceChartProperties" in spec:
        raise invalid("dataSourceChartProperties is not supported by the sandbox.")
    if sum(kind in spec for kind in KINDS) != 1:
        raise invalid("Exactly one kind of chart must be specified in chart.spec.")
    for source_range in _source_ranges(spec):
        _check_sources(edit, source_range.get("sources", []))
    kept: Json = with_ranges(paired_colours(spec), edit.kept_range)
    return {"hiddenDimensionStrategy": "SKIP_HIDDEN_ROWS_AND_COLUMNS"} | kept


def _check_sources(edit: Edit, sources: list[Json]) -> None:
    if not 1 <= len(sources) <= _MOST_SOURCES:
        raise invalid(f"A chart's source range must have 1 to {_MOST_SOURCES} sources.")
    rects: list[Rect] = [edit.area(source) for source in sources]
    if any(rect.height != 1 and rect.width != 1 for rect in rects):
        raise invalid("Each source of a chart must be exactly one row or one column.")
    if not (all(rect.width == 1 for rect in rects) or all(rect.height == 1 for rect in rects)):
        raise invalid("All sources of a chart's range must have the same dimension of length 1.")


def _source_ranges(value: Any) -> list[Json]:
    """Every ChartSourceRange within a ChartSpec."""
    if isinstance(value, list):
        return [found for item in value for found in _source_ranges(item)]
    if not isinstance(value, dict):
        return []
    own = [value["sourceRange"]] if "sourceRange" in value else []
    return own + [found for item in value.values() for found in _source_ranges(item)]


def with_ranges(value: Any, moved: Moved) -> Any:
    """The same specification with each of its ranges moved; those that are gone are left out."""
    if isinstance(value, list):
        return [with_ranges(item, moved) for item in value]
    if not isinstance(value, dict):
        return value
    result = {name: with_ranges(item, moved) for name, item in value.items()}
    if "sourceRange" in value:
        sources = [moved(source) for source in value["sourceRange"].get("sources", ())]
        result["sourceRange"] = {"sources": [one for one in sources if one is not None]}
    return result
