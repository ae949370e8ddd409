"""One spreadsheet of registers, read in two calls that fit together.

What is no cell comes from `spreadsheets.get`; the cells, a million of them, from one
`values:batchGetByDataFilter` by sheetId: no tab can be renamed between the two. An answer tells how
large each tab is, so a row or column that came in between is seen, and both are asked again.
Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from itn_sync.domain.units import Grid, Value
from itn_sync.gateways.cells import Json
from itn_sync.gateways.register_places import Sheet, TabPlace, find_sheet, layout_in, sheets_in

VALUE_FIELDS = "valueRanges(valueRange(range,values),dataFilters(gridRange(sheetId)))"

_CORNER = re.compile(r"!\$?[A-Z]+\$?\d+:\$?([A-Z]+)\$?(\d+)$")


@dataclass(frozen=True)
class RegisterSnapshot:
    """The registers of one spreadsheet at one instant, by UE; `missing` have no tab in it."""

    title: str
    grids: Mapping[str, Grid]
    missing: tuple[str, ...] = ()
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    """Where each of `grids` stands."""
    locale: str = ""
    time_zone: str = ""

    def ids(self, unit: str) -> frozenset[str]:
        """What stands in the id column of a UE's register."""
        grid = self.grids[unit]
        column, first = grid.layout.id_column, grid.layout.first_row
        cells = (row[column] for row in grid.rows[first:] if 0 <= column < len(row))
        return frozenset(str(cell) for cell in cells if cell)


def value_filters(sheets: Sequence[Sheet]) -> Json:
    """The body that asks for every cell of `sheets`."""
    return {
        "dataFilters": [{"gridRange": {"sheetId": sheet.sheet_id}} for sheet in sheets],
        "valueRenderOption": "UNFORMATTED_VALUE",
        "dateTimeRenderOption": "SERIAL_NUMBER",
        "majorDimension": "ROWS",
    }


@dataclass(frozen=True)
class Values:
    """The cells of some tabs: by sheetId, what the range and the rows are."""

    ranges: Mapping[int, str]
    rows: Mapping[int, tuple[tuple[Value, ...], ...]]

    def fit(self, sheets: Sequence[Sheet]) -> bool:
        """False when a tab had another size when its cells were read."""
        corners = ((sheet, _CORNER.search(self.ranges.get(sheet.sheet_id, ""))) for sheet in sheets)
        return all(
            corner is None
            or (_number(corner[1]), int(corner[2])) == (sheet.column_count, sheet.row_count)
            for sheet, corner in corners
        )


def values_in(answer: Json) -> Values:
    """A batchGetByDataFilter answer that was asked for with VALUE_FIELDS."""
    found = dict(_by_sheet(answer))
    return Values(
        {sheet: one.get("range", "") for sheet, one in found.items()},
        {sheet: tuple(map(tuple, one.get("values", ()))) for sheet, one in found.items()},
    )


def _by_sheet(answer: Json) -> Iterator[tuple[int, Json]]:
    for one in answer.get("valueRanges", ()):
        for data_filter in one.get("dataFilters", ()):
            yield data_filter.get("gridRange", {}).get("sheetId", 0), one.get("valueRange", {})


def _number(letters: str) -> int:
    """A is 1, AA 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def found_sheets(tabs: Mapping[str, TabPlace], answer: Json) -> dict[str, Sheet]:
    """The tabs that are there, by UE."""
    sheets = sheets_in(answer)
    found = {unit: find_sheet(place, sheets) for unit, place in tabs.items()}
    return {unit: sheet for unit, sheet in found.items() if sheet}


def snapshot_of(
    tabs: Mapping[str, TabPlace], answer: Json, values: Values, address: str
) -> RegisterSnapshot:
    """What both answers say together; `address` opens the spreadsheet."""
    properties: Json = answer.get("properties", {})
    title = properties.get("title", "")
    sheets = found_sheets(tabs, answer)
    grids = {}
    for unit, sheet in sheets.items():
        rows = values.rows.get(sheet.sheet_id, ())
        grids[unit] = Grid(
            unit=unit,
            place=f"«{title}», onglet «{sheet.title}»",
            rows=rows,
            merges=sheet.merges,
            layout=layout_in(tabs[unit], sheet, rows),
            link=f"{address}?gid={sheet.sheet_id}#gid={sheet.sheet_id}",
        )
    return RegisterSnapshot(
        title=title,
        grids=grids,
        missing=tuple(unit for unit in tabs if unit not in sheets),
        sheets=sheets,
        locale=properties.get("locale", ""),
        time_zone=properties.get("timeZone", ""),
    )
