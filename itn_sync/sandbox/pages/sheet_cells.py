"""Some rows of a tab, as the page's script draws them.

A cell is `[column, text, look]`, or `[column, text, look, more]` where there is more to say; `look`
is a place in `looks` (CSS declarations), or -1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.pages.sheet_bands import Bands
from itn_sync.sandbox.pages.sheet_styles import look_of
from itn_sync.sandbox.pages.sheet_typed import is_date, iso_day, typed_text
from itn_sync.sandbox.sheets.locales import rules

FIELDS = (
    "properties(locale),sheets(properties,bandedRanges,data(rowData(values(userEnteredValue,"
    "effectiveValue,formattedValue,userEnteredFormat,effectiveFormat,dataValidation,note,"
    "hyperlink))))"
)
_SAFE_LINKS = ("https://", "http://", "mailto:")

ListOf = Callable[[str], list[str]]
"""The texts in a range, for a dropdown that takes its choices from there."""


@dataclass
class _Shelf:
    """Distinct things, each told once and then by its place."""

    places: dict[Any, int] = field(default_factory=dict)

    def place(self, thing: Any) -> int:
        return self.places.setdefault(thing, len(self.places))


class _Window:
    def __init__(self, book: Json, list_of: ListOf) -> None:
        self.sheet = book["sheets"][0]
        self.rows = self.sheet.get("data", [{}])[0].get("rowData", [])
        self.bands = Bands(self.sheet)
        self.locale = rules(book["properties"]["locale"])
        self.looks, self.lists = _Shelf(), _Shelf()
        self.list_of = list_of

    def cell(self, data: Json, row: int, column: int) -> list[Any] | None:
        look = look_of(data, self.bands.at(row, column))
        more = self._more(data) if data else {}
        text = str(data.get("formattedValue", ""))
        if not (text or look or more):
            return None
        shown = [column, text, self.looks.place(look) if look else -1]
        return [*shown, more] if more else shown

    def _more(self, data: Json) -> Json:
        typed = typed_text(data, self.locale)
        link = str(data.get("hyperlink", ""))
        more = self._editor(data)
        if typed != data.get("formattedValue", ""):
            more["typed"] = typed
        if data.get("note"):
            more["note"] = data["note"]
        if link.lower().startswith(_SAFE_LINKS):
            more["link"] = link
        return more

    def _editor(self, data: Json) -> Json:
        """How the cell is edited, where it is not by plain typing."""
        condition = data.get("dataValidation", {}).get("condition", {})
        if condition.get("type") == "BOOLEAN":
            return {"kind": "box", **_box(condition, data)}
        choices = choices_of(condition, self.list_of)
        if choices:
            return {"kind": "list", "list": self.lists.place(tuple(choices))}
        if is_date(data):
            return {"kind": "date", "day": iso_day(data)}
        return {}


def window(book: Json, top: int, bottom: int, list_of: ListOf) -> Json:
    """Rows `top` to `bottom` (of a Spreadsheet with `FIELDS` of these rows); empty ones are left
    out."""
    source = _Window(book, list_of)
    columns = source.sheet["properties"]["gridProperties"].get("columnCount", 0)
    reach = source.bands.reach(columns)
    last = bottom - top if reach else min(bottom - top, len(source.rows))
    lines = ((top + down, _line(source, top + down, down, reach)) for down in range(last))
    rows = [[row, cells] for row, cells in lines if cells]
    return {
        "top": top,
        "bottom": bottom,
        "rows": rows,
        "looks": list(source.looks.places),
        "lists": [list(one) for one in source.lists.places],
    }


def _line(source: _Window, row: int, down: int, reach: int) -> list[Any]:
    values = (source.rows[down].get("values") or []) if down < len(source.rows) else []
    width = max(len(values), reach)
    cells = (
        source.cell(values[column] if column < len(values) else {}, row, column)
        for column in range(width)
    )
    return [cell for cell in cells if cell is not None]


def choices_of(condition: Json, list_of: ListOf) -> list[str]:
    """What a dropdown with that condition offers; nothing where it is none."""
    values = [str(one.get("userEnteredValue", "")) for one in condition.get("values", ())]
    if condition.get("type") == "ONE_OF_LIST":
        return values
    if condition.get("type") == "ONE_OF_RANGE" and values:
        return list_of(values[0])
    return []


def _box(condition: Json, data: Json) -> Json:
    """A checkbox: whether it is ticked, and what to write for yes and for no."""
    values = [str(one.get("userEnteredValue", "")) for one in condition.get("values", ())]
    yes, no = (*values, "TRUE", "FALSE")[:2] if len(values) != 1 else (values[0], "")
    own = data.get("effectiveValue", {})
    ticked = data.get("formattedValue", "") == yes if values else bool(own.get("boolValue"))
    return {"on": ticked, "yes": yes, "no": no}
