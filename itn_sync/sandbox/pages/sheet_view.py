"""A Sheet resource with grid data, as the rows, columns and cells that a page draws."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.pages.sheet_rules import Rules, column_index, in_range
from itn_sync.sandbox.pages.sheet_styles import Styles

PAGE_ROWS = 500
_SPARE_ROWS, _SPARE_COLUMNS, _LEAST_ROWS, _LEAST_COLUMNS = 8, 1, 20, 10
# A text that would be read as something else if typed again; people see it with an apostrophe.
_SPEAKS = re.compile(r"[=+'@\d-]|vrai$|faux$|true$|false$", re.IGNORECASE)


@dataclass(frozen=True)
class Cell:
    """`text` is shown; `typed` is what a person edits; `choices` names a list of the view."""

    a1: str
    text: str
    typed: str
    style: str
    choices: str = ""
    guarded: bool = False


@dataclass(frozen=True)
class Line:
    """One row of the grid; `number` counts from 1 as on screen."""

    number: int
    cells: list[Cell]
    frozen: bool


@dataclass(frozen=True)
class SheetView:
    """What the page shows of one tab."""

    letters: list[tuple[str, str]]
    """Column letters with the class that gives their width."""
    lines: list[Line]
    styles: Styles
    choices: dict[str, list[str]]
    filtered: int
    """How many rows the filter hides."""
    start: int
    total: int


@dataclass
class _Sheet:
    """The parts of the resource that every cell looks at."""

    data: Json
    guards: list[Json]
    rules: Rules
    styles: Styles = field(default_factory=Styles)
    choices: dict[tuple[str, ...], str] = field(default_factory=dict)

    def values(self, row: int) -> list[Json]:
        """The CellData of a row; empty beyond the used ones."""
        rows = self.data.get("rowData", [])
        return (rows[row].get("values") or []) if row < len(rows) else []


def sheet_view(sheet: Json, *, start: int, show_filtered: bool) -> SheetView:
    """The tab from its `start`-th row under the frozen ones, at most `PAGE_ROWS` rows.

    Hidden rows and columns are left out; those that the filter hides come with `show_filtered`.
    """
    grid, data = sheet["properties"]["gridProperties"], sheet["data"][0]
    source = _Sheet(data, _guards(sheet), Rules(sheet, data))
    frozen = grid.get("frozenRowCount", 0)
    hidden = _filtered_rows(sheet, source)
    rows = [
        row
        for row in _shown_rows(source, grid)
        if row not in hidden or show_filtered or row < frozen
    ]
    columns = list(_shown_columns(source, grid))
    head = [row for row in rows if row < frozen]
    body = [row for row in rows if row >= frozen]
    window = head + body[start : start + PAGE_ROWS]
    return SheetView(
        letters=[(column_letters(c), source.styles.width(_width(data, c))) for c in columns],
        lines=[_line(source, row, columns, frozen=row < frozen) for row in window],
        styles=source.styles,
        choices={name: list(values) for values, name in source.choices.items()},
        filtered=len(hidden),
        start=start,
        total=len(body),
    )


def _shown_rows(source: _Sheet, grid: Json) -> Iterator[int]:
    used = len(source.data.get("rowData", []))
    last = min(grid.get("rowCount", 0), max(used + _SPARE_ROWS, _LEAST_ROWS))
    metadata = source.data.get("rowMetadata", [])
    for row in range(last):
        about = metadata[row] if row < len(metadata) else {}
        if not about.get("hiddenByUser"):
            yield row


def _shown_columns(source: _Sheet, grid: Json) -> Iterator[int]:
    used = max((len(r.get("values") or []) for r in source.data.get("rowData", [])), default=0)
    last = min(grid.get("columnCount", 0), max(used + _SPARE_COLUMNS, _LEAST_COLUMNS))
    metadata = source.data.get("columnMetadata", [])
    for column in range(last):
        about = metadata[column] if column < len(metadata) else {}
        if not about.get("hiddenByUser"):
            yield column


def _width(data: Json, column: int) -> int:
    metadata = data.get("columnMetadata", [])
    return int(metadata[column].get("pixelSize", 100)) if column < len(metadata) else 100


def _filtered_rows(sheet: Json, source: _Sheet) -> set[int]:
    """The rows that the basic filter hides by their values."""
    basic = sheet.get("basicFilter", {})
    hides = {
        int(column): set(criteria.get("hiddenValues", ()))
        for column, criteria in _criteria(basic)
        if criteria.get("hiddenValues")
    }
    first = basic.get("range", {}).get("startRowIndex", 0) + 1
    last = basic.get("range", {}).get("endRowIndex", len(source.data.get("rowData", [])))
    last = min(last, len(source.data.get("rowData", [])))
    return {row for row in range(first, last) if _is_hidden(source.values(row), hides)}


def _criteria(basic: Json) -> Iterator[tuple[int, Json]]:
    for spec in basic.get("filterSpecs", ()):
        yield spec.get("columnIndex", 0), spec.get("filterCriteria", {})
    for column, criteria in basic.get("criteria", {}).items():
        yield int(column), criteria


def _is_hidden(values: list[Json], hides: dict[int, set[str]]) -> bool:
    return any(
        (values[column].get("formattedValue", "") if column < len(values) else "") in hidden
        for column, hidden in hides.items()
    )


def _line(source: _Sheet, row: int, columns: list[int], *, frozen: bool) -> Line:
    values = source.values(row)
    cells = [
        _cell(source, values[column] if column < len(values) else {}, row, column)
        for column in columns
    ]
    return Line(row + 1, cells, frozen)


def _cell(source: _Sheet, data: Json, row: int, column: int) -> Cell:
    a1 = f"{column_letters(column)}{row + 1}"
    checkbox = data.get("dataValidation", {}).get("condition", {}).get("type") == "BOOLEAN"
    text = data.get("formattedValue", "")
    if checkbox:
        text = "☑" if data.get("effectiveValue", {}).get("boolValue") else "☐"
    return Cell(
        a1=a1,
        text=text,
        typed=_typed(data),
        style=source.styles.cell(data, source.rules.at(row, column)),
        choices=_choices_name(source, data),
        guarded=_guarded_at(source.guards, row, column),
    )


def _typed(data: Json) -> str:
    entered = data.get("userEnteredValue", {})
    if "formulaValue" in entered:
        return str(entered["formulaValue"])
    text = str(data.get("formattedValue", ""))
    if "stringValue" in entered and _SPEAKS.match(text):
        return "'" + text
    return text


def _choices_name(source: _Sheet, data: Json) -> str:
    choices = tuple(choices_of(data))
    if not choices:
        return ""
    return source.choices.setdefault(choices, f"choix-{len(source.choices) + 1}")


def choices_of(data: Json) -> list[str]:
    """What the cell's dropdown offers: the listed values, or yes and no for a checkbox."""
    condition = data.get("dataValidation", {}).get("condition", {})
    values = [one.get("userEnteredValue", "") for one in condition.get("values", ())]
    if condition.get("type") == "BOOLEAN":
        return values or ["VRAI", "FAUX"]
    return values if condition.get("type") == "ONE_OF_LIST" else []


def is_guarded(sheet: Json, a1: str) -> bool:
    """Whether a protection keeps the person who asked for `sheet` from changing the cell."""
    match = re.fullmatch(r"([A-Za-z]+)(\d+)", a1)
    return match is not None and _guarded_at(
        _guards(sheet), int(match[2]) - 1, column_index(match[1])
    )


def _guards(sheet: Json) -> list[Json]:
    """The protections that hold against the person who asked for the sheet."""
    return [
        protected
        for protected in sheet.get("protectedRanges", ())
        if not protected.get("requestingUserCanEdit") and not protected.get("warningOnly")
    ]


def _guarded_at(guards: list[Json], row: int, column: int) -> bool:
    return any(
        in_range(guard.get("range", {}), row, column)
        and not any(in_range(area, row, column) for area in guard.get("unprotectedRanges", ()))
        for guard in guards
    )


def column_letters(index: int) -> str:
    """`A` for 0, `AA` for 26."""
    letters, index = "", index + 1
    while index:
        index, place = divmod(index - 1, 26)
        letters = chr(65 + place) + letters
    return letters
