"""From a Google Sheet, read through the Sheets API itself, to the tables it is exported in.

Source: https://developers.google.com/workspace/drive/api/guides/ref-export-formats
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.drive.workbook_in import XLSX
from itn_sync.sandbox.drive.workbook_out import workbook
from itn_sync.sandbox.errors import Json

_CELLS = "userEnteredValue,effectiveValue,userEnteredFormat,dataValidation"
_FIELDS = f"sheets(properties,merges,data(rowData(values({_CELLS})),columnMetadata))"


def _to_csv(call: Call, spreadsheet_id: str) -> bytes:
    target = StringIO(newline="")
    csv.writer(target).writerows(_first_tab(call, spreadsheet_id))
    return target.getvalue().removesuffix("\r\n").encode()


def _to_tsv(call: Call, spreadsheet_id: str) -> bytes:
    """Tabs and line ends within a cell become spaces, as nothing can quote them."""
    lines = (
        "\t".join(" ".join(cell.splitlines()).replace("\t", " ") for cell in row)
        for row in _first_tab(call, spreadsheet_id)
    )
    return "\r\n".join(lines).encode()


def _first_tab(call: Call, spreadsheet_id: str) -> list[list[str]]:
    """What the first visible tab shows, every line as long as the longest."""
    book = call.invoke(
        "sheets.spreadsheets.get", spreadsheetId=spreadsheet_id, fields="sheets.properties"
    )
    sheets = [sheet["properties"] for sheet in book["sheets"]]
    shown = next(sheet for sheet in sheets if not sheet.get("hidden"))
    title = str(shown["title"]).replace("'", "''")
    answer: Json = call.invoke(
        "sheets.spreadsheets.values.get", spreadsheetId=spreadsheet_id, range=f"'{title}'"
    )
    values: list[list[Any]] = answer.get("values", [])
    width = max(map(len, values), default=0)
    return [[str(cell) for cell in row] + [""] * (width - len(row)) for row in values]


def _to_xlsx(call: Call, spreadsheet_id: str) -> bytes:
    book: Json = call.invoke(
        "sheets.spreadsheets.get", spreadsheetId=spreadsheet_id, fields=_FIELDS
    )
    return workbook(book["sheets"])


WRITERS: dict[str, Callable[[Call, str], bytes]] = {
    "text/csv": _to_csv,
    "text/tab-separated-values": _to_tsv,
    XLSX: _to_xlsx,
}
