"""batchUpdate requests about the spreadsheet itself and its tabs."""

from __future__ import annotations

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.a1 import Area
from itn_sync.sandbox.sheets.book import Book, check_cell_count, default_title, free_id, new_sheet
from itn_sync.sandbox.sheets.cells import paired_colours
from itn_sync.sandbox.sheets.charts import with_ranges
from itn_sync.sandbox.sheets.data_filters import location_area
from itn_sync.sandbox.sheets.dimensions import set_size
from itn_sync.sandbox.sheets.locales import rules
from itn_sync.sandbox.sheets.masks import merged, update_mask
from itn_sync.sandbox.sheets.requests import Edit, request
from itn_sync.sandbox.sheets.spreadsheets import sheet_properties

_SETTABLE = (
    "title",
    "locale",
    "timeZone",
    "autoRecalc",
    "iterativeCalculationSettings",
    "spreadsheetTheme",
    "importFunctionsExternalUrlAccessAllowed",
)
_SHEET_PLAIN = ("hidden", "tabColor", "tabColorStyle", "rightToLeft")
_SHEET_SETTABLE = ("title", "index", "gridProperties", *_SHEET_PLAIN, "sheetId", "sheetType")


@request("updateSpreadsheetProperties")
def update_spreadsheet_properties(edit: Edit, details: Json) -> None:
    """Title (the Drive file's name), locale, time zone…"""
    mask = update_mask(details, *_SETTABLE)
    sent = details.get("properties", {})
    if not mask:
        mask = {name: {} for name in _SETTABLE if name in sent}
    if "title" in mask:
        _rename_file(edit.call, edit.book, sent.get("title", ""))
    if "locale" in mask:
        rules(sent.get("locale", ""))
    kept = {name: below for name, below in mask.items() if name != "title"}
    if kept:
        edit.book.body["properties"] = merged(edit.book.body["properties"], sent, kept)


def _rename_file(call: Call, book: Book, title: str) -> None:
    if not title:
        raise invalid("The title of the spreadsheet cannot be empty.")
    call.invoke("drive.files.update", body={"name": title}, fileId=book.id)


@request("addSheet")
def add_sheet(edit: Edit, details: Json) -> Json:
    """A new tab; the id and the place may be chosen, a taken id or title is refused."""
    book, sent = edit.book, details.get("properties", {})
    sheet_id = free_id(sent.get("sheetId"), book.titles().values(), "Sheet")
    title = sent.get("title") or _free_title(book)
    check_title(book, title)
    if sent.get("sheetType", "GRID") != "GRID":
        raise invalid("Only sheets of type GRID can be added.")
    sheet = new_sheet(sheet_id, title, paired_colours(sent))
    insert_tab(book, sheet, sent.get("index"))
    return {"properties": sheet_properties(sheet, book.sheets.index(sheet))}


def insert_tab(book: Book, sheet: Json, index: int | None) -> None:
    """Put a tab at that place, the last where None; raises 400 outside of the tabs there are."""
    place = len(book.sheets) if index is None else index
    if not 0 <= place <= len(book.sheets):
        raise invalid(f"Index {place} is out of bounds.")
    book.sheets.insert(place, sheet)
    grids = [s["properties"]["gridProperties"] for s in book.sheets]
    check_cell_count(sum(g["rowCount"] * g["columnCount"] for g in grids))


def _free_title(book: Book) -> str:
    taken = {title.casefold() for title in book.titles()}
    number = len(taken) + 1
    while default_title(book.locale, number).casefold() in taken:
        number += 1
    return default_title(book.locale, number)


def check_title(book: Book, title: str) -> None:
    """Raise 400 for a title that is empty, too long, or another tab's."""
    if not title:
        raise invalid("The sheet name cannot be empty.")
    if len(title) > 100:
        raise invalid("The sheet name cannot be greater than 100 characters.")
    if title.casefold() in {known.casefold() for known in book.titles()}:
        raise invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')


@request("deleteSheet")
def delete_sheet(edit: Edit, details: Json) -> None:
    """Remove a tab with its cells, metadata and named ranges; never the last visible one."""
    book, sheet_id = edit.book, details.get("sheetId", 0)
    sheet = book.sheet(sheet_id, "sheet")
    edit.guard(Area(sheet_id))
    book.sheets.remove(sheet)
    if all(other["properties"].get("hidden") for other in book.sheets):
        raise invalid("You can't remove all the visible sheets in a document.")
    book.grid(sheet_id).delete_rows(0)
    body = book.body
    body["developerMetadata"] = [
        e for e in body["developerMetadata"] if not _is_on(e["location"], sheet_id)
    ]
    body["namedRanges"] = [
        n for n in body["namedRanges"] if n["range"].get("sheetId", 0) != sheet_id
    ]
    for other in book.sheets:
        for chart in other.get("charts", ()):
            chart["spec"] = with_ranges(
                chart["spec"], lambda r: None if r["sheetId"] == sheet_id else r
            )


def _is_on(location: Json, sheet_id: int) -> bool:
    area = location_area(location)
    return area is not None and area.sheet_id == sheet_id


@request("updateSheetProperties")
def update_sheet_properties(edit: Edit, details: Json) -> None:
    """Title, place, size of the grid, frozen rows, hidden, tab colour."""
    book, sent = edit.book, paired_colours(details.get("properties", {}))
    sheet = book.sheet(sent.get("sheetId", 0), "sheet")
    mask = update_mask(details, *_SHEET_SETTABLE)
    if not mask:
        mask = {name: {} for name in _SHEET_SETTABLE if name in sent or name == "title"}
    if "title" in mask and sent.get("title") != sheet["properties"]["title"]:
        edit.guard(Area(sheet["properties"]["sheetId"]))
        _rename(book, sheet, sent.get("title", ""))
    if "gridProperties" in mask:
        set_size(edit, sheet, sent.get("gridProperties", {}), mask["gridProperties"])
    kept = {name: below for name, below in mask.items() if name in _SHEET_PLAIN}
    if "tabColor" in kept or "tabColorStyle" in kept:
        kept |= {"tabColor": {}, "tabColorStyle": {}}
    if kept:
        sheet["properties"] = merged(sheet["properties"], sent, kept)
    if "index" in mask:
        _move(book, sheet, sent.get("index", 0))
    if all(other["properties"].get("hidden") for other in book.sheets):
        raise invalid("You can't hide all the visible sheets in a document.")


def _rename(book: Book, sheet: Json, title: str) -> None:
    old = sheet["properties"]["title"]
    sheet["properties"]["title"] = ""
    check_title(book, title)
    sheet["properties"]["title"] = title if title else old


def _move(book: Book, sheet: Json, index: int) -> None:
    """To the place counted before the move, as SheetProperties.index says."""
    current = book.sheets.index(sheet)
    if not 0 <= index <= len(book.sheets):
        raise invalid(f"Index {index} is out of bounds.")
    if index in {current, current + 1}:
        return
    book.sheets.remove(sheet)
    book.sheets.insert(index - (1 if index > current else 0), sheet)
