"""An Excel workbook as the Sheets API would write it: cells with formats, widths, merges."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from itn_sync.sandbox.drive.doc_readers import office_file, unreadable
from itn_sync.sandbox.errors import Json

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  (a spreadsheet's dates have no zone)
_MOST_CELLS = 2_000_000  # empty ones between two that are filled count
_PIXELS_PER_CHARACTER = 7
_HORIZONTAL = {"left": "LEFT", "center": "CENTER", "right": "RIGHT"}


def read_workbook(content: bytes) -> list[Json]:
    """Each worksheet as `{title, rows, properties, requests}`; raises 400 for other bytes."""
    from openpyxl import load_workbook  # noqa: PLC0415  (only a conversion needs it)

    file = office_file(content)
    try:
        book = load_workbook(file)
    except Exception as error:  # a stranger's archive may hold anything, and break it anywhere
        raise unreadable() from error
    if sum(sheet.max_row * sheet.max_column for sheet in book.worksheets) > _MOST_CELLS:
        raise unreadable()
    return [_sheet(sheet) for sheet in book.worksheets]


def _sheet(sheet: Worksheet) -> Json:
    properties: Json = {"hidden": True} if sheet.sheet_state != "visible" else {}
    if sheet.freeze_panes:
        row, column = _position(sheet.freeze_panes)
        properties["gridProperties"] = {"frozenRowCount": row, "frozenColumnCount": column}
    return {
        "title": sheet.title,
        "rows": [{"values": [_cell(cell) for cell in row]} for row in sheet.iter_rows()],
        "properties": properties,
        "requests": [*_widths(sheet), *_merges(sheet), *_dropdowns(sheet)],
    }


def _position(cell: str) -> tuple[int, int]:
    from openpyxl.utils.cell import coordinate_to_tuple  # noqa: PLC0415  (as above)

    row, column = coordinate_to_tuple(cell)
    return row - 1, column - 1


def _widths(sheet: Worksheet) -> list[Json]:
    last = max(sheet.max_column, 26)
    return [
        {"updateDimensionProperties": _width(dimension, last)}
        for dimension in sheet.column_dimensions.values()
        if dimension.min is not None and dimension.min <= last
    ]


def _width(dimension: Any, last: int) -> Json:
    """Excel keeps neighbours of one width together: `min` to `max`, both from 1."""
    ends = {"startIndex": dimension.min - 1, "endIndex": min(dimension.max, last)}
    pixels = max(round(dimension.width * _PIXELS_PER_CHARACTER), 2)
    return {
        "range": {"dimension": "COLUMNS", **ends},
        "properties": {"pixelSize": pixels, "hiddenByUser": bool(dimension.hidden)},
        "fields": "pixelSize,hiddenByUser",
    }


def _merges(sheet: Worksheet) -> list[Json]:
    return [
        {"mergeCells": {"mergeType": "MERGE_ALL", "range": _span(area)}}
        for area in sheet.merged_cells.ranges
    ]


def _span(area: Any) -> Json:
    return {
        "startRowIndex": area.min_row - 1,
        "endRowIndex": area.max_row,
        "startColumnIndex": area.min_col - 1,
        "endColumnIndex": area.max_col,
    }


def _dropdowns(sheet: Worksheet) -> list[Json]:
    """The rules that offer choices written in the rule itself, as `"CESS,CAP"`."""
    requests = []
    for rule in sheet.data_validations.dataValidation:
        if rule.type == "list" and str(rule.formula1).startswith('"'):
            choices = str(rule.formula1).strip('"').replace('""', '"').split(",")
            condition = {
                "type": "ONE_OF_LIST",
                "values": [{"userEnteredValue": c} for c in choices],
            }
            told = {"condition": condition, "strict": True, "showCustomUi": True}
            requests += [
                {"setDataValidation": {"range": _span(area), "rule": told}}
                for area in rule.sqref.ranges
                if area.max_row <= max(sheet.max_row, 1000)
            ]
    return requests


def _cell(cell: Any) -> Json:
    value = _value(cell.value)
    formatted = _format(cell) if getattr(cell, "has_style", False) else {}
    if isinstance(cell.value, date | time | timedelta) and "numberFormat" not in formatted:
        formatted["numberFormat"] = {"type": "DATE"}
    told: Json = {"userEnteredValue": value} if value else {}
    return told | ({"userEnteredFormat": formatted} if formatted else {})


def _value(value: Any) -> Json:
    if value is None:
        return {}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int | float):
        return {"numberValue": value}
    if isinstance(value, date | time | timedelta):
        return {"numberValue": _serial(value)}
    text = str(getattr(value, "text", value))  # an array formula keeps its text aside
    return {"formulaValue": text} if text.startswith("=") else {"stringValue": text}


def _serial(value: date | time | timedelta) -> float:
    """Days since the end of 1899; the time of day is the fraction."""
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    if isinstance(value, time):
        return (datetime.combine(_EPOCH, value.replace(tzinfo=None)) - _EPOCH) / timedelta(days=1)
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    return (moment.replace(tzinfo=None) - _EPOCH) / timedelta(days=1)


def _format(cell: Cell) -> Json:
    found: Json = {}
    if cell.number_format != "General":
        found["numberFormat"] = _number_format(cell)
    background = _colour(cell.fill.fgColor) if cell.fill.fill_type == "solid" else None
    if background is not None:
        found["backgroundColorStyle"] = {"rgbColor": background}
    text = _text_format(cell)
    if text:
        found["textFormat"] = text
    if cell.alignment.horizontal in _HORIZONTAL:
        found["horizontalAlignment"] = _HORIZONTAL[cell.alignment.horizontal]
    if cell.alignment.wrap_text:
        found["wrapStrategy"] = "WRAP"
    return found


def _number_format(cell: Cell) -> Json:
    pattern = cell.number_format
    if pattern == "@":
        return {"type": "TEXT"}
    if cell.is_date:
        clock = "h" in pattern.lower()
        dated = "y" in pattern.lower() or "d" in pattern.lower()
        kind = "DATE_TIME" if clock and dated else "TIME" if clock else "DATE"
        return {"type": kind, "pattern": pattern}
    return {"type": "PERCENT" if "%" in pattern else "NUMBER", "pattern": pattern}


def _text_format(cell: Cell) -> Json:
    font = cell.font
    flags = {"bold": font.b, "italic": font.i, "strikethrough": font.strike}
    found: Json = {name: True for name, on in flags.items() if on}
    if font.u:
        found["underline"] = True
    colour = _colour(font.color)
    if colour is not None:
        found["foregroundColorStyle"] = {"rgbColor": colour}
    return found


def _colour(colour: Any) -> Json | None:
    """Red, green and blue from 0 to 1; None for a theme's colour, which is not ours to know."""
    if colour is None or colour.type != "rgb" or not isinstance(colour.rgb, str):
        return None
    parts = (value / 255 for value in bytes.fromhex(colour.rgb[-6:]))
    return dict(zip(("red", "green", "blue"), parts, strict=True))
