"""The charts of a tab with the numbers that they draw.

Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/charts
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.pages.sheet_places import a1_of, box_of
from itn_sync.sandbox.pages.sheet_reading import Reader, named, size_of
from itn_sync.sandbox.pages.sheet_styles import colour_of

_WIDTH, _HEIGHT = 600, 371  # pixels, where nobody chose otherwise


def charts_of(reader: Reader, book: Json, tab: Json) -> list[Json]:
    """Each chart: place, title, kind, labels and series (`name`, `colour`, `values`)."""
    return [_Chart(reader, book, chart).drawn() for chart in tab.get("charts", ())]


class _Chart:
    def __init__(self, reader: Reader, book: Json, chart: Json) -> None:
        self._reader, self._book, self._chart = reader, book, chart
        self._spec = chart.get("spec", {})
        self._basic = self._spec.get("basicChart", {})
        self._pie = self._spec.get("pieChart", {})

    def drawn(self) -> Json:
        """The chart without its API wrapping; a kind that the page cannot draw has no series."""
        return {
            "id": self._chart.get("chartId", 0),
            "title": self._spec.get("title", ""),
            "subtitle": self._spec.get("subtitle", ""),
            "kind": "PIE" if self._pie else self._basic.get("chartType", ""),
            "hole": self._pie.get("pieHole", 0),
            "stacked": self._basic.get("stackedType", "") in {"STACKED", "PERCENT_STACKED"},
            "axes": {a["position"]: a.get("title", "") for a in self._axes()},
            **self._place(),
            **self._numbers(),
        }

    def _axes(self) -> list[Json]:
        return [axis for axis in self._basic.get("axis", ()) if "position" in axis]

    def _place(self) -> Json:
        overlay = self._chart.get("position", {}).get("overlayPosition", {})
        anchor = overlay.get("anchorCell", {})
        return {
            "row": anchor.get("rowIndex", 0),
            "column": anchor.get("columnIndex", 0),
            "right": overlay.get("offsetXPixels", 0),
            "down": overlay.get("offsetYPixels", 0),
            "width": overlay.get("widthPixels", _WIDTH),
            "height": overlay.get("heightPixels", _HEIGHT),
        }

    def _numbers(self) -> Json:
        labels, heads = self._labels()
        series = [self._series(one, heads) for one in self._drawn_series()]
        return {"labels": labels, "series": series}

    def _drawn_series(self) -> list[Json]:
        if self._pie:
            return [{"series": self._pie.get("series", {})}]
        found: list[Json] = self._basic.get("series", [])
        return found

    def _labels(self) -> tuple[list[str], int]:
        """The labels of the domain, and how many cells above them are a heading."""
        if self._pie:
            domain = self._pie.get("domain", {})
        else:
            domain = (self._basic.get("domains") or [{}])[0].get("domain", {})
        texts = [str(text) for text in self._values(domain, "FORMATTED_VALUE")]
        heads = self._heads()
        return texts[heads:], heads

    def _heads(self) -> int:
        """How many heading cells there are: as told, else one where a series begins with text."""
        told = self._basic.get("headerCount")
        if told is not None:
            return int(told)
        firsts = (
            self._values(one.get("series", {}), "UNFORMATTED_VALUE")[:1]
            for one in self._drawn_series()
        )
        return int(any(isinstance(first, str) and first for first in chain(*firsts)))

    def _series(self, one: Json, heads: int) -> Json:
        source = one.get("series", {})
        name = " ".join(str(t) for t in self._values(source, "FORMATTED_VALUE")[:heads] if t)
        values = self._values(source, "UNFORMATTED_VALUE")[heads:]
        return {
            "name": name,
            "colour": colour_of(one, "color"),
            "kind": one.get("type", ""),
            "values": [_number(value) for value in values],
        }

    def _values(self, data: Json, render: str) -> list[Any]:
        ranges = list(self._ranges(data))
        if not ranges:
            return []
        try:
            return [value for block in self._reader.columns(ranges, render) for value in block]
        except ApiError:
            return []  # the cells that it drew are gone

    def _ranges(self, data: Json) -> Iterator[str]:
        for area in data.get("sourceRange", {}).get("sources", ()):
            for tab in self._book["sheets"]:
                if tab["properties"]["sheetId"] == area.get("sheetId", 0):
                    yield named(tab, a1_of(box_of(area, *size_of(tab))))


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number else None
