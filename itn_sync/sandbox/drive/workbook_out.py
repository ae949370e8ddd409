"""An Excel workbook from what spreadsheets.get tells: cells with formats, widths, merges, lists."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from itn_sync.sandbox.errors import Json

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_PIXELS_PER_CHARACTER = 7
_DEFAULT_WIDTH = 100
_PATTERNS = {
    "DATE": "dd/mm/yyyy",
    "TIME": "hh:mm:ss",
    "DATE_TIME": "dd/mm/yyyy hh:mm:ss",
    "PERCENT": "0.00%",
    "TEXT": "@",
    "NUMBER": "#,##0.00",
}
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def workbook(sheets: list[Json]) -> bytes:
    """The bytes of an .xlsx file with these Sheet resources."""
    from openpyxl import Workbook  # noqa: PLC0415  (only an export needs it)

    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        if sheet["properties"].get("sheetType", "GRID") == "GRID":
            _write(book.create_sheet(_FORBIDDEN.sub(" ", sheet["properties"]["title"])[:31]), sheet)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _write(target: Worksheet, sheet: Json) -> None:
    properties = sheet["properties"]
    if properties.get("hidden"):
        target.sheet_state = "hidden"
    grid = properties.get("gridProperties", {})
    frozen = grid.get("frozenRowCount", 0), grid.get("frozenColumnCount", 0)
    if any(frozen):
        target.freeze_panes = target.cell(frozen[0] + 1, frozen[1] + 1).coordinate
    for data in sheet.get("data", ()):
        _write_rows(target, data)
        _write_widths(target, data.get("columnMetadata", ()))
    for area in sheet.get("merges", ()):
        target.merge_cells(
            start_row=area.get("startRowIndex", 0) + 1,
            start_column=area.get("startColumnIndex", 0) + 1,
            end_row=area["endRowIndex"],
            end_column=area["endColumnIndex"],
        )


def _write_rows(target: Worksheet, data: Json) -> None:
    offers: dict[tuple[str, int], list[int]] = {}
    for number, row in enumerate(data.get("rowData", ()), data.get("startRow", 0) + 1):
        for column, told in enumerate(row.get("values", ()), data.get("startColumn", 0) + 1):
            if told:
                _write_cell(target.cell(number, column), told)
                formula = _choices(told)
                if formula:
                    offers.setdefault((formula, column), []).append(number)
    _write_dropdowns(target, offers)


def _write_cell(cell: Any, told: Json) -> None:
    formula = told.get("userEnteredValue", {}).get("formulaValue")
    value = formula or _plain(told.get("effectiveValue") or told.get("userEnteredValue") or {})
    cell.value = value
    if isinstance(value, str) and formula is None:
        cell.data_type = "s"  # a text that begins with «=» stays a text
    _dress(cell, told.get("userEnteredFormat", {}))


def _plain(value: Json) -> Any:
    for kind in ("stringValue", "numberValue", "boolValue"):
        if kind in value:
            found = value[kind]
            return _CONTROLS.sub("", found) if isinstance(found, str) else found
    return None


def _choices(told: Json) -> str:
    """A dropdown's `"CESS,CAP"`; Excel holds 255 characters of it and no comma in a choice."""
    condition = told.get("dataValidation", {}).get("condition", {})
    if condition.get("type") != "ONE_OF_LIST":
        return ""
    choices = [str(one["userEnteredValue"]) for one in condition.get("values", ())]
    listed = ",".join(choices).replace('"', '""')
    fits = len(listed) <= 255 and not any("," in choice for choice in choices)
    return f'"{listed}"' if fits else ""


def _write_dropdowns(target: Worksheet, offers: dict[tuple[str, int], list[int]]) -> None:
    """One rule for each list of choices, on whole stretches of a column."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415  (as above)
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415  (as above)

    rules = {
        formula: DataValidation(type="list", formula1=formula, allow_blank=True)
        for formula, _ in offers
    }
    for (formula, column), rows in offers.items():
        letter = get_column_letter(column)
        for first, last in _stretches(rows):
            rules[formula].add(f"{letter}{first}:{letter}{last}")
    for rule in rules.values():
        target.add_data_validation(rule)


def _stretches(rows: list[int]) -> list[tuple[int, int]]:
    """First and last of each run of numbers that follow one another."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found


def _dress(cell: Cell, told: Json) -> None:
    if not told:
        return
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415  (as above)

    number = told.get("numberFormat", {})
    if number:
        cell.number_format = number.get("pattern") or _PATTERNS.get(number["type"], "General")
    background = _colour(told, "backgroundColor")
    if background:
        cell.fill = PatternFill("solid", fgColor=background)
    text = told.get("textFormat", {})
    if text:
        cell.font = Font(
            b=text.get("bold"),
            i=text.get("italic"),
            strike=text.get("strikethrough"),
            u="single" if text.get("underline") else None,
            sz=text.get("fontSize"),
            color=_colour(text, "foregroundColor"),
        )
    horizontal = told.get("horizontalAlignment", "").lower()
    wrap = told.get("wrapStrategy") == "WRAP"
    if horizontal in {"left", "center", "right"} or wrap:
        cell.alignment = Alignment(horizontal=horizontal or None, wrap_text=wrap)


def _colour(told: Json, name: str) -> str | None:
    """`FFE3EEF0` of a colour told either way; None where there is none."""
    found = told.get(f"{name}Style", {}).get("rgbColor", told.get(name))
    if found is None:
        return None
    parts = (round(255 * found.get(part, 0)) for part in ("red", "green", "blue"))
    return "FF" + "".join(f"{part:02X}" for part in parts)


def _write_widths(target: Worksheet, columns: Any) -> None:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415  (as above)

    for number, column in enumerate(columns, 1):
        dimension = target.column_dimensions[get_column_letter(number)]
        if column.get("pixelSize", _DEFAULT_WIDTH) != _DEFAULT_WIDTH:
            dimension.width = column["pixelSize"] / _PIXELS_PER_CHARACTER
        if column.get("hiddenByUser"):
            dimension.hidden = True
