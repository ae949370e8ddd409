"""The alternating colours of a tab, which the API tells beside its cells and not on them.

Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/sheets#bandedrange
"""

from __future__ import annotations

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.pages.sheet_places import in_range
from itn_sync.sandbox.pages.sheet_styles import colour_of


class Bands:
    """The banded ranges of one tab."""

    def __init__(self, sheet: Json) -> None:
        self._bands: list[Json] = sheet.get("bandedRanges", [])

    def reach(self, columns: int) -> int:
        """How far to the right cells are coloured that hold nothing; 0 without bands."""
        areas = (band.get("range", {}) for band in self._bands)
        return max((min(area.get("endColumnIndex", columns), columns) for area in areas), default=0)

    def at(self, row: int, column: int) -> str:
        """The CSS colour behind a cell; empty where no band is."""
        for band in self._bands:
            if in_range(band.get("range", {}), row, column):
                place = row - band.get("range", {}).get("startRowIndex", 0)
                return _colour(band.get("rowProperties", {}), place)
        return ""


def _colour(colours: Json, place: int) -> str:
    """Heading, then first and second colour in turn; with no heading colour from the top on."""
    heading = "headerColor" in colours or "headerColorStyle" in colours
    if heading and place == 0:
        return colour_of(colours, "headerColor")
    return colour_of(colours, ("firstBandColor", "secondBandColor")[(place - heading) % 2])
