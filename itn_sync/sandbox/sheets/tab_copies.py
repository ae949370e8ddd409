"""Copies of a tab within its spreadsheet (duplicateSheet) or for another one."""

from __future__ import annotations

import copy
from typing import Any

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.book import Book, free_id
from itn_sync.sandbox.sheets.requests import Edit, request
from itn_sync.sandbox.sheets.spreadsheets import sheet_properties
from itn_sync.sandbox.sheets.tabs import check_title, insert_tab

# What has an id that is its own in the whole spreadsheet.
_NUMBERED = {
    "protectedRanges": "protectedRangeId",
    "filterViews": "filterViewId",
    "bandedRanges": "bandedRangeId",
    "charts": "chartId",
}


@request("duplicateSheet")
def duplicate_sheet(edit: Edit, details: Json) -> Json:
    """A copy of a tab with its cells, formats and rules; metadata is not copied."""
    book = edit.book
    source = book.sheet(details.get("sourceSheetId", 0), "sheet")
    sheet_id = free_id(details.get("newSheetId"), book.titles().values(), "Sheet")
    sheet = copied_tab(book, source, sheet_id, details.get("newSheetName", ""))
    insert_tab(book, sheet, details.get("insertSheetIndex", 0))
    book.grid(source["properties"]["sheetId"]).copy_to(sheet_id)
    return {"properties": sheet_properties(sheet, book.sheets.index(sheet))}


def copied_tab(book: Book, source: Json, sheet_id: int, title: str = "") -> Json:
    """The structure of a tab again, for `book` and under that id; what has an id gets a new one.

    Raises 400 for a title that another tab has.
    """
    title = title or _copy_title(book, source["properties"]["title"])
    check_title(book, title)
    sheet: Json = _renamed(copy.deepcopy(source), source["properties"]["sheetId"], sheet_id)
    sheet["properties"] |= {"title": title, "sheetId": sheet_id}
    for kind, name in _NUMBERED.items():
        used = {one[name] for other in book.sheets for one in other.get(kind, ())}
        for one in sheet.get(kind, ()):
            one[name] = free_id(None, used, kind)
            used.add(one[name])
    return sheet


def _copy_title(book: Book, title: str) -> str:
    prefix = "Copie de " if book.locale.startswith("fr") else "Copy of "
    taken = {known.casefold() for known in book.titles()}
    name, number = prefix + title, 2
    while name.casefold() in taken:
        name, number = f"{prefix}{title} {number}", number + 1
    return name


def _renamed(value: Any, old: int, new: int) -> Any:
    """The same structure with every reference to one tab's id turned into another's."""
    if isinstance(value, list):
        return [_renamed(item, old, new) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: new if name == "sheetId" and item == old else _renamed(item, old, new)
        for name, item in value.items()
    }
