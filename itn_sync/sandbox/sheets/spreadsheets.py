"""sheets.spreadsheets.get and getByDataFilter: the whole resource.

Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets
"""

from __future__ import annotations

from collections.abc import Iterable

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets import metadata, protection
from itn_sync.sandbox.sheets.a1 import Area
from itn_sync.sandbox.sheets.book import (
    Book,
    open_book,
)
from itn_sync.sandbox.sheets.cells import DEFAULT_FORMAT
from itn_sync.sandbox.sheets.data_filters import matching_areas, visible_metadata
from itn_sync.sandbox.sheets.griddata import grid_data
from itn_sync.sandbox.sheets.masks import Mask, covers, inside, parse_mask

_LISTS = (
    "merges",
    "conditionalFormats",
    "bandedRanges",
    "filterViews",
    "charts",
    "rowGroups",
    "columnGroups",
)
_THEME = {
    "primaryFontFamily": "Arial",
    "themeColors": [
        {"colorType": kind, "color": {"rgbColor": colour}}
        for kind, colour in (
            ("TEXT", {}),
            ("BACKGROUND", {"red": 1, "green": 1, "blue": 1}),
            ("ACCENT1", {"red": 0.25882354, "green": 0.52156866, "blue": 0.95686275}),
            ("ACCENT2", {"red": 0.91764706, "green": 0.2627451, "blue": 0.20784314}),
            ("ACCENT3", {"red": 0.9843137, "green": 0.7372549, "blue": 0.015686275}),
            ("ACCENT4", {"red": 0.20392157, "green": 0.65882355, "blue": 0.3254902}),
            ("ACCENT5", {"red": 1, "green": 0.42745098, "blue": 0.003921569}),
            ("ACCENT6", {"red": 0.27450982, "green": 0.7411765, "blue": 0.7764706}),
            ("LINK", {"red": 0.06666667, "green": 0.33333334, "blue": 0.8}),
        )
    ],
}


@behaviour("sheets.spreadsheets.get")
def get(call: Call) -> Json:
    """The spreadsheet; `ranges` limit it to their tabs, and its grid data to their cells."""
    book = open_book(call)
    areas = [book.parse(text) for text in call.params.get("ranges") or ()]
    return resource(call, book, areas, grid=bool(call.params.get("includeGridData")))


@behaviour("sheets.spreadsheets.getByDataFilter")
def get_by_data_filter(call: Call) -> Json:
    """The spreadsheet, limited to what the data filters select."""
    book = open_book(call)
    filters = call.body.get("dataFilters") or ()
    areas = [area for one in filters for area in matching_areas(book, one, call.project)]
    whole = None if filters else ()
    grid = bool(call.body.get("includeGridData"))
    return resource(call, book, areas or whole, grid=grid)


def resource(
    call: Call,
    book: Book,
    areas: Iterable[Area] | None,
    *,
    grid: bool,
    mask_prefix: tuple[str, ...] = (),
) -> Json:
    """The Spreadsheet resource. Without areas every tab is there; with some, only theirs; None
    shows no tab. Grid data comes when asked, or when the request's field mask names it."""
    text = call.params.get("fields") or ""
    mask = parse_mask(text)
    wants_data = covers(mask, *mask_prefix, "sheets", "data") if text else grid
    data_mask = inside(mask, *mask_prefix, "sheets", "data") if wants_data else None
    wanted = None if areas is None else list(areas)
    entries = [e for e in visible_metadata(book, call.project) if e["location"].get("spreadsheet")]
    shown: Json = {
        "spreadsheetId": book.id,
        "properties": _properties(book),
        "sheets": _sheets(call, book, wanted, data_mask),
        "spreadsheetUrl": f"{call.root_url}spreadsheets/d/{book.id}/edit",
    }
    if book.body["namedRanges"]:
        shown["namedRanges"] = book.body["namedRanges"]
    if entries:
        shown["developerMetadata"] = [metadata.resource(entry) for entry in entries]
    return shown


def _properties(book: Book) -> Json:
    file = files.get_file(book.state, book.id) or {}
    fixed = {"defaultFormat": DEFAULT_FORMAT, "spreadsheetTheme": _THEME}
    kept: Json = book.body["properties"]
    return {"title": file.get("name", "")} | fixed | kept


def _sheets(call: Call, book: Book, areas: list[Area] | None, data_mask: Mask | None) -> list[Json]:
    if areas is None:
        return []
    wanted = {area.sheet_id for area in areas}
    shown = []
    for index, sheet in enumerate(book.sheets):
        sheet_id = sheet["properties"]["sheetId"]
        if wanted and sheet_id not in wanted:
            continue
        one = sheet_resource(call, book, sheet, index)
        if data_mask is not None:
            here = [a for a in areas if a.sheet_id == sheet_id] or [Area(sheet_id)]
            one["data"] = [grid_data(book, book.clamp(a), call.project, data_mask) for a in here]
        shown.append(one)
    return shown


def sheet_resource(call: Call, book: Book, sheet: Json, index: int) -> Json:
    """The Sheet resource without its grid data; what is empty is left out."""
    shown: Json = {"properties": sheet_properties(sheet, index)}
    shown |= {name: sheet[name] for name in _LISTS if sheet.get(name)}
    if sheet.get("protectedRanges"):
        ranges = sheet["protectedRanges"]
        shown["protectedRanges"] = [protection.resource(call, book, one) for one in ranges]
    if sheet.get("basicFilter"):
        shown["basicFilter"] = sheet["basicFilter"]
    sheet_id = sheet["properties"]["sheetId"]
    entries = [
        metadata.resource(entry)
        for entry in visible_metadata(book, call.project)
        if entry["location"].get("sheetId") == sheet_id
    ]
    return shown | ({"developerMetadata": entries} if entries else {})


def sheet_properties(sheet: Json, index: int) -> Json:
    """The SheetProperties with the tab's place; false and zero are left out, as Google does,
    but for sheetId and index."""
    stored = sheet["properties"]
    grid = {name: value for name, value in stored["gridProperties"].items() if value}
    shown = {
        "sheetId": stored["sheetId"],
        "title": stored["title"],
        "index": index,
        "sheetType": stored["sheetType"],
        "gridProperties": grid,
    }
    rest: Json = {name: value for name, value in stored.items() if name not in shown and value}
    return shown | rest
