"""Where a register's tab and its columns are, whatever people renamed, moved or inserted.

A tab of ours is found by its sheetId, which is made of the UE's key, its first columns by developer
metadata, its heading rows by what stands in them. A tab of the school's own is found by its title.
Source: https://developers.google.com/workspace/sheets/api/guides/metadata
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from itn_sync.domain.names import fold
from itn_sync.domain.units import OURS, Area, Layout, Value
from itn_sync.gateways.cells import Json

PARTS = ("id", "last_name", "first_name", "situation")
"""Our first columns, in the order in which they are made."""

PART_KEY, ROW_KEY = "itn-sync.register", "r"
"""Developer metadata of a column, and of a row once added (short: there is little room)."""

HEADINGS = {"date_row": "Date", "course_row": "Cours", "periods_row": "Périodes"}
"""What stands in the situation column at the head of each heading row."""

FIELDS = (
    "properties(title,locale,timeZone),sheets("
    "properties(sheetId,title,gridProperties(rowCount,columnCount)),merges,"
    "developerMetadata(metadataId),"
    "data(columnMetadata.developerMetadata(metadataId,metadataKey,metadataValue)))"
)
"""All but the cells."""

_SEARCHED_ROWS = 20
_LARGEST_ID = 0x7FFF_FFFF

Rows = Sequence[Sequence[Value]]


def stable_id(name: str) -> int:
    """A positive 31-bit number that is always the same for `name`."""
    number = int.from_bytes(sha256(name.encode()).digest()[:4], "big") & _LARGEST_ID
    return number or 1


def sheet_id_of(unit: str) -> int:
    """The sheetId of our tab for a UE."""
    return stable_id(f"register/{unit}")


def part_id(unit: str, part: str) -> int:
    """The metadata id of one of our first columns."""
    return stable_id(f"register/{unit}/{part}")


@dataclass(frozen=True)
class TabPlace:
    """Where a UE's register is: our tab by `sheet_id`, one of the school's own by `title`."""

    unit: str
    sheet_id: int | None = None
    title: str = ""
    layout: Layout = OURS


def our_place(unit: str) -> TabPlace:
    """The tab that `itn-sync attendance create` makes for a UE."""
    return TabPlace(unit, sheet_id_of(unit))


@dataclass(frozen=True)
class Sheet:
    """A tab as it is now; `parts` are the column indexes of our first columns."""

    sheet_id: int
    title: str
    row_count: int
    column_count: int
    merges: tuple[Area, ...] = ()
    parts: Mapping[str, int] = field(default_factory=dict)
    marks: Mapping[str, int] = field(default_factory=dict)
    """The metadata ids of those columns."""
    taken: frozenset[int] = frozenset()
    """The metadata ids of the tab itself: of the rows that were added to it."""


def sheets_in(answer: Json) -> tuple[Sheet, ...]:
    """Every tab of a Spreadsheet resource that was read with FIELDS."""
    return tuple(_sheet(sheet) for sheet in answer.get("sheets", ()) if "properties" in sheet)


def _sheet(sheet: Json) -> Sheet:
    properties = sheet["properties"]
    grid = properties.get("gridProperties", {})
    columns = {
        mark["metadataValue"]: (index, mark["metadataId"])
        for index, mark in _column_marks(sheet)
        if mark.get("metadataKey") == PART_KEY
    }
    return Sheet(
        sheet_id=properties.get("sheetId", 0),
        title=properties.get("title", ""),
        row_count=grid.get("rowCount", 0),
        column_count=grid.get("columnCount", 0),
        merges=tuple(_area(merge) for merge in sheet.get("merges", ())),
        parts={part: index for part, (index, _) in columns.items()},
        marks={part: number for part, (_, number) in columns.items()},
        taken=frozenset(one["metadataId"] for one in sheet.get("developerMetadata", ())),
    )


def _column_marks(sheet: Json) -> Iterator[tuple[int, Json]]:
    data: Json = (sheet.get("data") or [{}])[0]
    for index, column in enumerate(data.get("columnMetadata", ())):
        for mark in column.get("developerMetadata", ()):
            yield index, mark


def _area(merge: Json) -> Area:
    """Google leaves out a start that is 0."""
    return Area(
        merge.get("startRowIndex", 0),
        merge.get("endRowIndex", 0),
        merge.get("startColumnIndex", 0),
        merge.get("endColumnIndex", 0),
    )


def find_sheet(place: TabPlace, sheets: Sequence[Sheet]) -> Sheet | None:
    """The tab of a place, None when it is gone."""
    if place.sheet_id is not None:
        return next((one for one in sheets if one.sheet_id == place.sheet_id), None)
    exactly = [one for one in sheets if one.title == place.title]
    alike = [one for one in sheets if fold(one.title) == fold(place.title)]
    return next(iter(exactly or alike), None)


def layout_in(place: TabPlace, sheet: Sheet, rows: Rows) -> Layout:
    """How the tab is laid out now; a layout of the school's own stays as the school told it."""
    if place.layout != OURS or not sheet.parts:
        return place.layout
    names = [sheet.parts[part] for part in ("last_name", "first_name") if part in sheet.parts]
    identity = sheet.parts.get("id", -1)
    first = 1 + max((identity, *names))
    situation = sheet.parts.get("situation", -1)
    headed = replace(
        OURS,
        id_column=identity,
        name_columns=tuple(names),
        first_session=first + 1 if situation == first else first,
        situation_column=situation,
    )
    found = _heading_rows(rows, situation)
    if len(found) < len(HEADINGS):
        return headed
    return replace(
        headed,
        first_row=1 + max(found.values()),
        date_row=found["date_row"],
        course_row=found["course_row"],
        periods_row=found["periods_row"],
    )


def _heading_rows(rows: Rows, column: int) -> dict[str, int]:
    """The rows by what they are, as their heads say; the last of two that say the same."""
    wanted = {fold(text): key for key, text in HEADINGS.items()}
    told = (
        (wanted.get(fold(str(row[column]))), number)
        for number, row in enumerate(rows[:_SEARCHED_ROWS])
        if 0 <= column < len(row)
    )
    return {key: number for key, number in told if key}
