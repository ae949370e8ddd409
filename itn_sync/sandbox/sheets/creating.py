"""sheets.spreadsheets.create: a new spreadsheet, with whatever the request sends along.

Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/create
"""

from __future__ import annotations

from collections.abc import Iterator

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.batch_update import apply_request
from itn_sync.sandbox.sheets.book import (
    MIME_TYPE,
    Book,
    check_cell_count,
    default_title,
    free_id,
    new_body,
    new_sheet,
)
from itn_sync.sandbox.sheets.cells import paired_colours
from itn_sync.sandbox.sheets.locales import rules
from itn_sync.sandbox.sheets.spreadsheets import resource

# How a batch would add each thing that a Sheet lists: the request's kind, and its field for it.
_ADDED = {
    "conditionalFormats": ("addConditionalFormatRule", "rule"),
    "bandedRanges": ("addBanding", "bandedRange"),
    "filterViews": ("addFilterView", "filter"),
    "protectedRanges": ("addProtectedRange", "protectedRange"),
    "charts": ("addChart", "chart"),
    "developerMetadata": ("createDeveloperMetadata", "developerMetadata"),
    "slicers": ("addSlicer", "slicer"),
    "tables": ("addTable", "table"),
}


@behaviour("sheets.spreadsheets.create")
def create(call: Call) -> Json:
    """A new spreadsheet of the caller's; without `sheets` it has one, with sheetId 0."""
    properties = call.body.get("properties", {})
    locale = properties.get("locale", "")
    title = properties.get("title") or _untitled(locale or "fr_BE")
    if locale:
        rules(locale)
    body = new_body(properties, _sent_sheets(call.body, locale))
    file = files.create_file(
        call.state, owner=call.user, name=title, mime_type=MIME_TYPE, now=call.now
    )
    book = Book(call.state, file["id"], body)
    for one in _requests(call.body, book):
        apply_request(call, book, one)
    book.save()
    return resource(call, book, (), grid=False)


def _untitled(locale: str) -> str:
    french = locale.startswith("fr")
    return "Feuille de calcul sans titre" if french else "Untitled spreadsheet"


def _sent_sheets(body: Json, locale: str) -> list[Json]:
    sheets: list[Json] = []
    for number, sent in enumerate(body.get("sheets", ())):
        properties = sent.get("properties", {})
        taken = [s["properties"]["sheetId"] for s in sheets]
        wanted = properties.get("sheetId", 0 if not number else None)
        sheet_id = free_id(wanted, taken, "Sheet")
        title = properties.get("title") or default_title(locale or "fr_BE", number + 1)
        sheets.append(new_sheet(sheet_id, title, paired_colours(properties)))
    grids = [s["properties"]["gridProperties"] for s in sheets]
    check_cell_count(sum(g["rowCount"] * g["columnCount"] for g in grids))
    return sheets


def _requests(body: Json, book: Book) -> Iterator[Json]:
    """The batch that would write what is sent along; a Sheet's parts are on its own tab."""
    for entry in body.get("developerMetadata", ()):
        yield {"createDeveloperMetadata": {"developerMetadata": entry}}
    for stored, sent in zip(book.sheets, body.get("sheets", ()), strict=False):
        sheet_id = stored["properties"]["sheetId"]
        for data in sent.get("data", ()):
            yield from _of_data(sheet_id, data)
        yield from _of_sheet(sheet_id, sent)
    for named in body.get("namedRanges", ()):
        yield {"addNamedRange": {"namedRange": named}}


def _of_data(sheet_id: int, data: Json) -> Iterator[Json]:
    row, column = data.get("startRow", 0), data.get("startColumn", 0)
    if "rowData" in data:
        start = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column}
        yield {"updateCells": {"start": start, "rows": data["rowData"], "fields": "*"}}
    for name, dimension, first in (
        ("rowMetadata", "ROWS", row),
        ("columnMetadata", "COLUMNS", column),
    ):
        for index, properties in enumerate(data.get(name, ()), first):
            span = {"sheetId": sheet_id, "startIndex": index, "endIndex": index + 1}
            update = {"range": span | {"dimension": dimension}, "properties": properties}
            yield {"updateDimensionProperties": update | {"fields": "*"}}


def _of_sheet(sheet_id: int, sent: Json) -> Iterator[Json]:
    here = {"sheetId": sheet_id}
    for merge in sent.get("merges", ()):
        yield {"mergeCells": {"range": here | merge, "mergeType": "MERGE_ALL"}}
    for name, (kind, field) in _ADDED.items():
        for index, one in enumerate(sent.get(name, ())):
            place = {"range": here | one["range"]} if "range" in one else {}
            order = {"index": index} if name == "conditionalFormats" else {}
            yield {kind: {field: one | place} | order}
    if "basicFilter" in sent:
        yield {"setBasicFilter": {"filter": sent["basicFilter"]}}
    for group in [*sent.get("rowGroups", ()), *sent.get("columnGroups", ())]:
        yield {"addDimensionGroup": {"range": here | group["range"]}}
