"""sheets.spreadsheets.sheets.copyTo: a copy of one tab in the same or another spreadsheet.

Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.sheets/copyTo
"""

from __future__ import annotations

from dataclasses import replace

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.book import Book, free_id, open_book, save_book
from itn_sync.sandbox.sheets.charts import with_ranges
from itn_sync.sandbox.sheets.grid import Row
from itn_sync.sandbox.sheets.spreadsheets import sheet_properties
from itn_sync.sandbox.sheets.tab_copies import copied_tab
from itn_sync.sandbox.sheets.tabs import insert_tab


@behaviour("sheets.spreadsheets.sheets.copyTo")
def copy_to(call: Call) -> Json:
    """The properties of the new tab, the last one there. Cells, formats and rules go with it;
    protections, named ranges and developer metadata do not."""
    source = open_book(call)
    wanted = call.body.get("destinationSpreadsheetId")
    if not wanted:
        raise invalid("destinationSpreadsheetId must be specified.", "destinationSpreadsheetId")
    there = replace(call, params={"spreadsheetId": wanted})
    sheet = source.sheet(call.params["sheetId"], "sheet")
    target = source if wanted == source.id else open_book(there, "writer")
    if target is source:
        open_book(there, "writer")
    copied = _copied(source, sheet, target)
    insert_tab(target, copied, None)
    _copy_cells(source, sheet["properties"]["sheetId"], target, copied["properties"]["sheetId"])
    save_book(there, target)
    return sheet_properties(copied, target.sheets.index(copied))


def _copied(source: Book, sheet: Json, target: Book) -> Json:
    new = free_id(None, target.titles().values(), "Sheet")
    copied = copied_tab(target, sheet, new)
    copied.pop("protectedRanges", None)
    if source.id != target.id:
        for chart in copied.get("charts", ()):
            chart["spec"] = with_ranges(chart["spec"], lambda r: r if r["sheetId"] == new else None)
    return copied


def _copy_cells(source: Book, old: int, target: Book, new: int) -> None:
    """The rows, with their cells' attributes kept again under the target's own ids."""
    known = {0: 0}
    grid = target.grid(new)
    for position, row in source.grid(old).rows():
        for key in row.attrs:
            if key not in known:
                known[key] = target.attrs.id_of(source.attrs.get(key))
        grid.keep(position, Row(list(row.values), [known[key] for key in row.attrs]))
