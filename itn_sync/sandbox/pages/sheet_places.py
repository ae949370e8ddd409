"""Places in a tab as the pages write them: letters, A1 names, and `[top, left, bottom, right]`."""

from __future__ import annotations

import re

from itn_sync.sandbox.errors import Json

Box = tuple[int, int, int, int]
"""Top, left, bottom, right: zero-based, half open."""

_CELL = re.compile(r"([A-Za-z]{1,3})([1-9]\d{0,6})")


def column_letters(index: int) -> str:
    """`A` for 0, `AA` for 26."""
    letters, index = "", index + 1
    while index:
        index, place = divmod(index - 1, 26)
        letters = chr(65 + place) + letters
    return letters


def column_index(letters: str) -> int:
    """0 for `A`, 26 for `AA`."""
    total = 0
    for letter in letters.upper():
        total = total * 26 + ord(letter) - 64
    return total - 1


def cell_at(a1: str) -> tuple[int, int] | None:
    """Row and column of `C5`; None for what names no single cell."""
    match = _CELL.fullmatch(a1.strip())
    return (int(match[2]) - 1, column_index(match[1])) if match else None


def a1_of(box: Box) -> str:
    """`B2:D9`, or `B2` for one cell."""
    top, left, bottom, right = box
    first, last = f"{column_letters(left)}{top + 1}", f"{column_letters(right - 1)}{bottom}"
    return first if first == last else f"{first}:{last}"


def quoted(title: str) -> str:
    """A tab's title as it stands before the `!` of a range."""
    return "'" + title.replace("'", "''") + "'"


def box_of(area: Json, rows: int, columns: int) -> Box:
    """The cells of a GridRange (of this tab) in a grid of that size."""
    return (
        area.get("startRowIndex", 0),
        area.get("startColumnIndex", 0),
        min(area.get("endRowIndex", rows), rows),
        min(area.get("endColumnIndex", columns), columns),
    )


def grid_range(sheet_id: int, box: Box) -> Json:
    """The GridRange of these cells."""
    top, left, bottom, right = box
    rows = {"startRowIndex": top, "endRowIndex": bottom}
    return {"sheetId": sheet_id, **rows, "startColumnIndex": left, "endColumnIndex": right}


def in_range(area: Json, row: int, column: int) -> bool:
    """Whether a GridRange (of this tab) holds the cell; an absent bound is open."""
    return bool(
        area.get("startRowIndex", 0) <= row < area.get("endRowIndex", row + 1)
        and area.get("startColumnIndex", 0) <= column < area.get("endColumnIndex", column + 1)
    )
