"""The functions that formulas may call here, and the errors that cells may hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


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
PARSE = CellError("ERROR", "#ERROR!", "Formula parse error.")


def single(value: Any) -> Any:
    """The one value of a one-cell reference; a larger one cannot stand alone here."""
    if isinstance(value, list):
        if len(value) != 1 or len(value[0]) != 1:
            raise VALUE
        value = value[0][0]
    if isinstance(value, CellError):
        raise value
    return value


def number_of(value: Any) -> float:
    """The value in arithmetic: nothing is 0; raises CellError for a text."""
    value = single(value)
    if value is None:
        return 0
    if isinstance(value, str):
        raise VALUE
    return float(value)


def text_of(value: Any) -> str:
    """The value joined to a text."""
    value = single(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _flat(arguments: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for argument in arguments:
        rows = argument if isinstance(argument, list) else [[argument]]
        flat += [value for row in rows for value in row]
    for value in flat:
        if isinstance(value, CellError):
            raise value
    return flat


def _numbers(arguments: list[Any]) -> list[float]:
    return [float(v) for v in _flat(arguments) if isinstance(v, int | float) and v is not True]


def _average(arguments: list[Any]) -> float:
    numbers = _numbers(arguments)
    if not numbers:
        raise DIVIDE
    return sum(numbers) / len(numbers)


def _if(arguments: list[Any]) -> Any:
    padded = [*arguments, False, False][: max(3, len(arguments))]
    return padded[1] if single(padded[0]) else padded[2]


_FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "SUM": lambda a: sum(_numbers(a)),
    "AVERAGE": _average,
    "MIN": lambda a: min(_numbers(a), default=0),
    "MAX": lambda a: max(_numbers(a), default=0),
    "COUNT": lambda a: len(_numbers(a)),
    "COUNTA": lambda a: len([v for v in _flat(a) if v is not None]),
    "IF": _if,
    "CONCATENATE": lambda a: "".join(text_of(v) for v in _flat(a)),
    "HYPERLINK": lambda a: single(a[-1]),
}
_FRENCH = {"SOMME": "SUM", "MOYENNE": "AVERAGE", "NB": "COUNT", "NBVAL": "COUNTA", "SI": "IF"}
_FRENCH |= {"CONCATENER": "CONCATENATE", "LIEN_HYPERTEXTE": "HYPERLINK"}


def call_function(name: str, arguments: list[Any]) -> Any:
    """The result of a function under its English or French name; raises CellError."""
    function = _FUNCTIONS.get(_FRENCH.get(name, name))
    if function is None:
        raise CellError("NAME", "#NAME?", f"Unknown function: '{name}'.")
    try:
        return function(arguments)
    except IndexError:
        raise CellError("N_A", "#N/A", f"Wrong number of arguments to {name}.") from None
