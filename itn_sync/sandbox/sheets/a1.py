"""A1 notation: `'Feuille 1'!A2:C`, `A:C`, `2:5`, `R1C1:R3C2`, whole tabs and named ranges.

Source: https://developers.google.com/workspace/sheets/api/guides/concepts#cell
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from itn_sync.sandbox.errors import ApiError, Json, invalid

_CORNER = r"\$?([A-Z]{1,3})?\$?([1-9][0-9]*)?"
_A1 = re.compile(rf"{_CORNER}(?::{_CORNER})?", re.IGNORECASE)
_R1C1 = re.compile(r"R([1-9]\d*)C([1-9]\d*)(?::R([1-9]\d*)C([1-9]\d*))?", re.IGNORECASE)
_QUOTED = re.compile(r"'((?:[^']|'')*)'(?:!(.*))?", re.DOTALL)
_PLAIN_TITLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_LIKE_A_CELL = re.compile(r"[A-Z]{1,3}\d+|R\d*C\d*", re.IGNORECASE)


@dataclass(frozen=True)
class Area:
    """A rectangle of one tab: zero-based, half open; a missing end has no bound."""

    sheet_id: int
    top: int = 0
    left: int = 0
    bottom: int | None = None
    right: int | None = None

    @property
    def is_cell(self) -> bool:
        """True for exactly one cell."""
        return self.bottom == self.top + 1 and self.right == self.left + 1

    def within(self, rows: int, columns: int) -> Rect:
        """The part inside a grid of that size (the start is taken to be inside)."""
        bottom = rows if self.bottom is None else min(self.bottom, rows)
        right = columns if self.right is None else min(self.right, columns)
        return Rect(self.sheet_id, self.top, self.left, bottom, right)

    def meets(self, other: Area) -> bool:
        """True when the two areas share a cell."""
        return (
            self.sheet_id == other.sheet_id
            and _overlap(self.top, self.bottom, other.top, other.bottom)
            and _overlap(self.left, self.right, other.left, other.right)
        )

    def holds(self, other: Area) -> bool:
        """True when every cell of `other` is in this area."""
        return (
            self.sheet_id == other.sheet_id
            and _covers(self.top, self.bottom, other.top, other.bottom)
            and _covers(self.left, self.right, other.left, other.right)
        )

    def grid_range(self) -> Json:
        """The GridRange resource, ends without a bound left out."""
        ends = {"endRowIndex": self.bottom, "endColumnIndex": self.right}
        return {
            "sheetId": self.sheet_id,
            "startRowIndex": self.top,
            "startColumnIndex": self.left,
        } | {name: value for name, value in ends.items() if value is not None}


@dataclass(frozen=True)
class Rect(Area):
    """An area bounded on every side."""

    bottom: int = 0
    right: int = 0

    @property
    def height(self) -> int:
        """Number of rows."""
        return max(0, self.bottom - self.top)

    @property
    def width(self) -> int:
        """Number of columns."""
        return max(0, self.right - self.left)


def _overlap(start: int, end: int | None, other: int, other_end: int | None) -> bool:
    return (end is None or other < end) and (other_end is None or start < other_end)


def _covers(start: int, end: int | None, other: int, other_end: int | None) -> bool:
    return start <= other and (end is None or (other_end is not None and other_end <= end))


def area_of(grid_range: Json) -> Area:
    """The area a GridRange resource describes; raises 400 when an end is before its start."""
    area = Area(
        grid_range.get("sheetId", 0),
        grid_range.get("startRowIndex", 0),
        grid_range.get("startColumnIndex", 0),
        grid_range.get("endRowIndex"),
        grid_range.get("endColumnIndex"),
    )
    _check_ends("Row", area.top, area.bottom)
    _check_ends("Column", area.left, area.right)
    return area


def _check_ends(name: str, start: int, end: int | None) -> None:
    if start < 0:
        raise invalid(f"start{name}Index[{start}] must be non-negative.")
    if end is not None and end < start:
        raise invalid(f"end{name}Index[{end}] must be after start{name}Index[{start}]")


def column_letters(index: int) -> str:
    """`A` for 0, `Z` for 25, `AA` for 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """0 for `A`, 26 for `aa`."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def quoted_title(title: str) -> str:
    """The tab's title as Google writes it before `!`."""
    if _PLAIN_TITLE.fullmatch(title) and not _LIKE_A_CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def format_area(area: Area, title: str) -> str:
    """`'Feuille 1'!A1:C3`; ends without a bound are left open, as in `T!A1001:B`."""
    if area.bottom is None and area.right is None and not area.top and not area.left:
        return quoted_title(title)
    start = column_letters(area.left) + str(area.top + 1)
    end = "" if area.right is None else column_letters(max(area.right - 1, area.left))
    end += "" if area.bottom is None else str(max(area.bottom, area.top + 1))
    return f"{quoted_title(title)}!{start}" + ("" if end in {start, ""} else f":{end}")


def parse_range(text: str, sheets: Mapping[str, int], named: Mapping[str, Json]) -> Area:
    """The area that `text` names.

    `sheets` maps titles to ids in tab order (the first is meant where no tab is named), `named`
    names to GridRanges; both are found without regard to case. Raises 400
    `Unable to parse range: …`.
    """
    if not text:
        raise _unparsable(text)
    title, rest = _split(text)
    if title is None:
        return _bare(text, sheets, named)
    sheet_id = _lookup(title, sheets)
    if sheet_id is None:
        raise _unparsable(text)
    if rest is None:
        return Area(sheet_id)
    area = parse_cells(rest)
    if area is None:
        raise _unparsable(text)
    return replace(area, sheet_id=sheet_id)


def _bare(text: str, sheets: Mapping[str, int], named: Mapping[str, Json]) -> Area:
    area = parse_cells(text)
    if area is not None:
        return replace(area, sheet_id=next(iter(sheets.values())))
    found = {name.casefold(): value for name, value in named.items()}.get(text.casefold())
    if found is not None:
        return area_of(found)
    sheet_id = _lookup(text, sheets)
    if sheet_id is None:
        raise _unparsable(text)
    return Area(sheet_id)


def _split(text: str) -> tuple[str | None, str | None]:
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        return quoted[1].replace("''", "'"), quoted[2]
    title, mark, rest = text.rpartition("!")
    return (title, rest) if mark else (None, None)


def _lookup(title: str, sheets: Mapping[str, int]) -> int | None:
    return {name.casefold(): key for name, key in sheets.items()}.get(title.casefold())


def _unparsable(text: str) -> ApiError:
    return invalid(f"Unable to parse range: {text}")


def parse_cells(text: str) -> Area | None:
    """The part after `!`: cells, whole columns or rows, R1C1; None when it is none of these."""
    match = _R1C1.fullmatch(text)
    if match:
        rows, columns = (match[1], match[3]), (match[2], match[4])
        return _area(rows if match[3] else rows[:1], columns if match[4] else columns[:1])
    match = _A1.fullmatch(text)
    if not match:
        return None
    if ":" not in text:
        complete = match[1] and match[2]
        return _area((match[2],), (_number(match[1]),)) if complete else None
    if not (match[1] or match[2]) or not (match[3] or match[4]):
        return None
    return _area((match[2], match[4]), (_number(match[1]), _number(match[3])))


def _number(letters: str | None) -> str | None:
    return str(column_index(letters) + 1) if letters else None


def _area(rows: tuple[str | None, ...], columns: tuple[str | None, ...]) -> Area:
    (top, bottom), (left, right) = _span(rows), _span(columns)
    return Area(0, top, left, bottom, right)


def _span(corners: tuple[str | None, ...]) -> tuple[int, int | None]:
    """Start and end from one-based corners; where only one of two is given the end is open."""
    known = sorted(int(corner) for corner in corners if corner)
    if not known:
        return 0, None
    return known[0] - 1, known[-1] if len(known) == len(corners) else None
