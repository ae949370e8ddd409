"""Cells as the Sheets API tells and takes them, to and from plain values.

Nothing here can make a formula: text is written as a literal string, whatever it begins with.
Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/cells
"""

from __future__ import annotations

from typing import Any

from itn_sync.domain.privacy import Confidential
from itn_sync.domain.seen import Cell
from itn_sync.domain.tabs import Book, Tab

Json = dict[str, Any]
Plain = str | float | bool | None
"""A cell's content without its wrapping: what may go on the wire."""

_ERROR_TEXTS = {
    "NULL_VALUE": "#NULL!",
    "DIVIDE_BY_ZERO": "#DIV/0!",
    "VALUE": "#VALUE!",
    "REF": "#REF!",
    "NAME": "#NAME?",
    "NUM": "#NUM!",
    "N_A": "#N/A",
    "LOADING": "Loading...",
}


def cell_value(data: Json) -> Plain:
    """What a CellData shows: dates as serial numbers, an error as the text people see, None when
    blank."""
    value: Json = data.get("effectiveValue", {})
    if "errorValue" in value:
        return _ERROR_TEXTS.get(value["errorValue"].get("type", ""), "#ERROR!")
    if "stringValue" in value:
        return str(value["stringValue"]) or None
    found: Plain = value.get("numberValue", value.get("boolValue"))
    return found


def plain(tab: Tab, column: str, cell: Cell) -> Plain:
    """What to write into `column` of `tab`; reveals a confidential text where it may be read.

    Raises ValueError, without the text, for one that would land anywhere else.
    """
    if not isinstance(cell, Confidential):
        return cell
    if tab.book is not Book.CONFIDENTIAL or not tab.column(column).confidential:
        raise ValueError(f"a confidential text may not be written into {tab.key}/{column}")
    return cell.reveal()


def wrapped(tab: Tab, column: str, cell: Plain) -> Cell:
    """What was read in `column` of `tab`; a text of a confidential column comes as such."""
    secret = tab.column(column).confidential and cell is not None
    return Confidential(str(cell)) if secret else cell


def literal(cell: Plain) -> Json:
    """The ExtendedValue that stores `cell` as it is; empty for a blank one."""
    if cell is None or cell == "":
        return {}
    if isinstance(cell, bool):
        return {"boolValue": cell}
    if isinstance(cell, str):
        return {"stringValue": cell}
    return {"numberValue": cell}


def raw(cell: Plain) -> str | float | bool:
    """The value to send with RAW; "" clears the cell, where null would leave it alone."""
    return "" if cell is None else cell
