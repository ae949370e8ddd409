"""The errors that a cell may hold instead of a value.

Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/other#errorvalue
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CellError(Exception):
    """An error value; `kind` is an ErrorValue type, `text` what the cell shows."""

    kind: str
    text: str
    message: str = ""


NAME = CellError("NAME", "#NAME?", "Unknown function or name.")
VALUE = CellError("VALUE", "#VALUE!", "A value of another type was expected.")
DIVIDE = CellError("DIVIDE_BY_ZERO", "#DIV/0!", "Division by zero.")
REF = CellError("REF", "#REF!", "Circular dependency or missing reference.")
NUMBER = CellError("NUM", "#NUM!", "The number is out of the function's range.")
ABSENT = CellError("N_A", "#N/A", "A value is not available.")
NULL = CellError("NULL_VALUE", "#NULL!", "The ranges have no cell in common.")
PARSE = CellError("ERROR", "#ERROR!", "Formula parse error.")
