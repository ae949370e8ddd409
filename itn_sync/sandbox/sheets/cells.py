"""CellData as clients write it into the cells of the grid.

Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/cells
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.attributes import Attrs
from itn_sync.sandbox.sheets.cell_errors import CellError
from itn_sync.sandbox.sheets.grid import Cell, Value
from itn_sync.sandbox.sheets.masks import Mask, merged
from itn_sync.sandbox.sheets.typed import plain_number

MAX_CHARACTERS = 50_000
KEPT = ("userEnteredFormat", "note", "dataValidation", "textFormatRuns", "chipRuns")
WRITABLE = ("userEnteredValue", *KEPT, "pivotTable")
_OUT_OF_SCOPE = ("pivotTable", "dataSourceTable", "dataSourceFormula")

DEFAULT_FORMAT: Json = {
    "backgroundColor": {"red": 1, "green": 1, "blue": 1},
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": {"red": 1, "green": 1, "blue": 1}},
}


def checked_text(text: str) -> str:
    """The text; raises 400 above 50,000 characters."""
    if len(text) > MAX_CHARACTERS:
        raise invalid(
            f"Your input contains more than the maximum of {MAX_CHARACTERS} characters"
            " in a single cell."
        )
    return text


def value_of(extended: Json) -> Value:
    """The value of an ExtendedValue: a stringValue is literal, whatever it begins with."""
    if "errorValue" in extended:
        raise invalid("errorValue is read-only.")
    if "formulaValue" in extended:
        formula = checked_text(extended["formulaValue"])
        if not formula.startswith("="):
            raise invalid(f"formulaValue must begin with '=': {formula[:50]}")
        return {"f": formula}
    if "stringValue" in extended:
        return checked_text(extended["stringValue"]) or None
    if "numberValue" in extended:
        return plain_number(float(extended["numberValue"]))
    return extended.get("boolValue")


def extended(value: Any) -> Json:
    """The ExtendedValue of a value, a formula or an error."""
    if isinstance(value, dict):
        return {"formulaValue": value["f"]}
    if isinstance(value, CellError):
        return {"errorValue": {"type": value.kind, "message": value.message}}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    return {"numberValue": value}


def writer(data: Json, mask: Mask, attrs: Attrs) -> Callable[[Cell], Cell]:
    """What writing this CellData under `mask` makes of a cell."""
    for name in _OUT_OF_SCOPE:
        if name in data:
            raise invalid(f"{name} is not supported by the sandbox.")
    fields = mask or {name: {} for name in WRITABLE}
    sets_value = "userEnteredValue" in fields
    value = value_of(data.get("userEnteredValue", {})) if sets_value else None
    kept_mask = _both_colours({name: fields[name] for name in KEPT if name in fields})
    kept = paired_colours({name: data[name] for name in KEPT if name in data})
    _check_number_format(kept)
    known: dict[int, int] = {}

    def write(cell: Cell) -> Cell:
        if cell[1] not in known:
            new = merged(attrs.get(cell[1]), kept, kept_mask) if kept_mask else attrs.get(cell[1])
            known[cell[1]] = attrs.id_of({name: v for name, v in new.items() if v not in ({}, "")})
        return (value if sets_value else cell[0]), known[cell[1]]

    return write


def _check_number_format(kept: Json) -> None:
    number_format = kept.get("userEnteredFormat", {}).get("numberFormat")
    unspecified = (None, "NUMBER_FORMAT_TYPE_UNSPECIFIED")
    if number_format is not None and number_format.get("type") in unspecified:
        raise invalid("NumberFormat.type must be set when writing a number format.")


def paired_colours(value: Any) -> Any:
    """The same with every colour told twice, as Google does: `xColor` and `xColorStyle`."""
    if isinstance(value, list):
        return [paired_colours(item) for item in value]
    if not isinstance(value, dict):
        return value
    result = {name: paired_colours(item) for name, item in value.items()}
    for name in list(result):
        if name.lower().endswith("color") and name != "rgbColor" and isinstance(result[name], dict):
            result.setdefault(f"{name}Style", {"rgbColor": result[name]})
        elif name.lower().endswith("colorstyle") and "rgbColor" in result[name]:
            result[name.removesuffix("Style")] = result[name]["rgbColor"]
    return result


def _both_colours(mask: Mask) -> Mask:
    """A mask that names one way to tell a colour, naming both."""
    result: Mask = {}
    for name, below in mask.items():
        result[name] = _both_colours(below)
        if name.lower().endswith("color") and name != "rgbColor":
            result[f"{name}Style"] = {}
        elif name.lower().endswith("colorstyle"):
            result[name.removesuffix("Style")] = {}
    return result
