"""batchUpdate requests that turn text into cells: pasteData and textToColumns."""

from __future__ import annotations

import csv
import io

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.a1 import Rect
from itn_sync.sandbox.sheets.requests import Edit, request
from itn_sync.sandbox.sheets.reshaping import grow
from itn_sync.sandbox.sheets.writing import Entry

_DELIMITERS = {"COMMA": ",", "SEMICOLON": ";", "PERIOD": ".", "SPACE": " "}
# What pasting text does nothing for: it brings neither look nor rule.
_WITHOUT_VALUES = frozenset(
    {"PASTE_FORMAT", "PASTE_DATA_VALIDATION", "PASTE_CONDITIONAL_FORMATTING"}
)


@request("pasteData")
def paste_data(edit: Edit, details: Json) -> None:
    """Lines of a text, or the rows of an HTML table, as if typed from a cell on; the grid grows."""
    data = details.get("data", "")
    if details.get("html"):
        rows = _html_rows(data)
    elif details.get("delimiter"):
        rows = _delimited(data, details["delimiter"])
    else:
        raise invalid("Must specify either a delimiter or html.")
    if details.get("type", "PASTE_NORMAL") in _WITHOUT_VALUES:
        return
    start = details.get("coordinate", {})
    top, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
    width = max((len(row) for row in rows), default=0)
    rect = Rect(start.get("sheetId", 0), top, left, top + len(rows), left + width)
    if rows and width:
        grow(edit.book, rect.sheet_id, rect.bottom, rect.right)
        type_in(edit, rect, rows)


def _delimited(data: str, delimiter: str) -> list[list[str]]:
    """Rows of texts; a text in double quotes may hold delimiters and ends of lines."""
    if len(delimiter) == 1 and delimiter not in '"\r\n':
        return [row or [""] for row in csv.reader(io.StringIO(data), delimiter=delimiter)]
    return [line.split(delimiter) for line in data.splitlines()]


def _html_rows(data: str) -> list[list[str]]:
    from bs4 import BeautifulSoup  # noqa: PLC0415  (heavy, and seldom needed)

    soup = BeautifulSoup(data, "html.parser")
    rows = [
        [cell.get_text().strip() for cell in row.find_all(["td", "th"])]
        for row in soup.find_all("tr")
    ]
    return rows or [[line] for line in soup.get_text("\n").split("\n") if line.strip()]


def type_in(edit: Edit, rect: Rect, rows: list[list[str]]) -> None:
    """Write rows of texts into `rect` as a person would type them; raises 400 on protected
    cells."""
    edit.guard(rect)
    grid, entry = edit.book.grid(rect.sheet_id), Entry(edit.call, edit.book, "USER_ENTERED")
    for down, texts in enumerate(rows):
        row = grid.row(rect.top + down)
        for across, text in enumerate(texts):
            column = rect.left + across
            row.put(column, entry.cell(text, row.cell(column)))
        grid.keep(rect.top + down, row)


@request("textToColumns")
def text_to_columns(edit: Edit, details: Json) -> None:
    """Split the texts of one column over the columns that follow, which they overwrite."""
    rect = edit.area(details.get("source", {}))
    if rect.width != 1:
        raise invalid("The source of textToColumns must span exactly one column.")
    edit.guard(rect)
    texts = {
        position: row.values[rect.left]
        for position, row in edit.book.grid(rect.sheet_id).rows(rect.top, rect.bottom)
        if rect.left < len(row.values) and isinstance(row.values[rect.left], str)
    }
    delimiter = _delimiter(details, list(texts.values()))
    split = {position: text.split(delimiter) for position, text in texts.items()}
    right = rect.left + max(map(len, split.values()), default=0)
    grow(edit.book, rect.sheet_id, 0, right)
    for position, parts in split.items():
        if len(parts) > 1:
            end = rect.left + len(parts)
            line = Rect(rect.sheet_id, position, rect.left, position + 1, end)
            type_in(edit, line, [parts])


def _delimiter(details: Json, texts: list[str]) -> str:
    kind = details.get("delimiterType", "DELIMITER_TYPE_UNSPECIFIED")
    if kind == "CUSTOM":
        if not details.get("delimiter"):
            raise invalid("A CUSTOM delimiterType requires a delimiter.")
        return str(details["delimiter"])
    if kind == "AUTODETECT":
        counts = {sign: sum(text.count(sign) for text in texts) for sign in _DELIMITERS.values()}
        return max(counts, key=lambda sign: counts[sign])
    if kind not in _DELIMITERS:
        raise invalid("Must specify a delimiterType.")
    return _DELIMITERS[kind]
