"""From uploaded tables to the tabs of a Google Sheet, written through the Sheets API itself.

Source: https://developers.google.com/workspace/drive/api/guides/manage-uploads#import-docs
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from io import StringIO

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.drive.doc_readers import text_of
from itn_sync.sandbox.drive.workbook_in import XLSX, read_workbook
from itn_sync.sandbox.errors import Json


@dataclass(frozen=True)
class Tab:
    """One tab to write: texts to be read as if typed, or cells with their formats.

    `properties` and `requests` are those of spreadsheets.batchUpdate; a request's sheet is `None`
    until the tab has an id.
    """

    title: str
    typed: list[list[str]] = field(default_factory=list)
    rows: list[Json] = field(default_factory=list)
    properties: Json = field(default_factory=dict)
    requests: list[Json] = field(default_factory=list)

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns, at least those of a new tab."""
        lines = self.typed or [row.get("values", []) for row in self.rows]
        return max(1000, len(lines)), max(26, *map(len, lines), 0)


def _from_csv(content: bytes, name: str) -> list[Tab]:
    """Separated by commas or, as spreadsheets write it in French, by semicolons."""
    text = text_of(content)
    heading = re.sub(r'"[^"]*"', "", text.partition("\n")[0])
    return [_typed(text, name, max(",;\t", key=heading.count))]


def _from_tsv(content: bytes, name: str) -> list[Tab]:
    return [_typed(text_of(content), name, "\t")]


def _typed(text: str, name: str, delimiter: str) -> Tab:
    lines = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
    return Tab(title=_stem(name), typed=lines)


def _stem(name: str) -> str:
    stem, dot, _ = name.rpartition(".")
    return (stem if dot else name)[:100] or "Feuille 1"


def _workbook(content: bytes, _name: str) -> list[Tab]:
    return [Tab(**sheet) for sheet in read_workbook(content)]


READERS: dict[str, Callable[[bytes, str], list[Tab]]] = {
    "text/csv": _from_csv,
    "text/tab-separated-values": _from_tsv,
    XLSX: _workbook,
}


def replace_tabs(call: Call, spreadsheet_id: str, tabs: list[Tab]) -> None:
    """Give a spreadsheet these tabs instead of its own."""
    book = _get(call, spreadsheet_id)
    old = [sheet["properties"]["sheetId"] for sheet in book["sheets"]]
    first = max(old) + 1
    _batch(call, spreadsheet_id, [_renamed(sheet_id) for sheet_id in old])
    _batch(call, spreadsheet_id, [_added(tab, first + n) for n, tab in enumerate(tabs)])
    _batch(call, spreadsheet_id, [{"deleteSheet": {"sheetId": sheet_id}} for sheet_id in old])
    for number, tab in enumerate(tabs):
        _fill(call, spreadsheet_id, tab, first + number)


def _get(call: Call, spreadsheet_id: str) -> Json:
    found: Json = call.invoke(
        "sheets.spreadsheets.get", spreadsheetId=spreadsheet_id, fields="sheets.properties"
    )
    return found


def _batch(call: Call, spreadsheet_id: str, requests: list[Json]) -> None:
    if requests:
        call.invoke(
            "sheets.spreadsheets.batchUpdate",
            spreadsheetId=spreadsheet_id,
            body={"requests": requests},
        )


def _renamed(sheet_id: int) -> Json:
    properties = {"sheetId": sheet_id, "title": f"~{sheet_id}"}
    return {"updateSheetProperties": {"properties": properties, "fields": "title"}}


def _added(tab: Tab, sheet_id: int) -> Json:
    rows, columns = tab.size
    grid = {"rowCount": rows, "columnCount": columns} | tab.properties.get("gridProperties", {})
    named = {"sheetId": sheet_id, "title": tab.title}
    return {"addSheet": {"properties": tab.properties | named | {"gridProperties": grid}}}


def _fill(call: Call, spreadsheet_id: str, tab: Tab, sheet_id: int) -> None:
    if tab.typed:
        quoted = tab.title.replace("'", "''")
        call.invoke(
            "sheets.spreadsheets.values.update",
            spreadsheetId=spreadsheet_id,
            range=f"'{quoted}'!A1",
            valueInputOption="USER_ENTERED",
            body={"values": tab.typed},
        )
    start = {"sheetId": sheet_id, "rowIndex": 0, "columnIndex": 0}
    cells = {"updateCells": {"start": start, "rows": tab.rows, "fields": "*"}}
    more = [_with_sheet(request, sheet_id) for request in tab.requests]
    _batch(call, spreadsheet_id, ([cells] if tab.rows else []) + more)


def _with_sheet(request: Json, sheet_id: int) -> Json:
    """The request with its ranges on that tab."""
    ((kind, body),) = request.items()
    return {kind: body | {"range": body["range"] | {"sheetId": sheet_id}}}
