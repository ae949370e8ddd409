"""What a BooleanCondition must be: where each type serves, and how many values it takes.

Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/other#conditiontype
"""

from __future__ import annotations

from itn_sync.sandbox.errors import ApiError, Json, invalid
from itn_sync.sandbox.sheets.book import Book

VALIDATION, FORMATTING, FILTERS = "data validation", "conditional formatting", "filters"
_EVERYWHERE = frozenset({VALIDATION, FORMATTING, FILTERS})
_LOOKS = frozenset({FORMATTING, FILTERS})
_CHECKS = frozenset({VALIDATION})

# Type: where it serves, least and greatest number of values (None: no bound).
_TYPES: dict[str, tuple[frozenset[str], int, int | None]] = {
    "NUMBER_GREATER": (_EVERYWHERE, 1, 1),
    "NUMBER_GREATER_THAN_EQ": (_EVERYWHERE, 1, 1),
    "NUMBER_LESS": (_EVERYWHERE, 1, 1),
    "NUMBER_LESS_THAN_EQ": (_EVERYWHERE, 1, 1),
    "NUMBER_EQ": (_EVERYWHERE, 1, 1),
    "NUMBER_NOT_EQ": (_EVERYWHERE, 1, 1),
    "NUMBER_BETWEEN": (_EVERYWHERE, 2, 2),
    "NUMBER_NOT_BETWEEN": (_EVERYWHERE, 2, 2),
    "TEXT_CONTAINS": (_EVERYWHERE, 1, 1),
    "TEXT_NOT_CONTAINS": (_EVERYWHERE, 1, 1),
    "TEXT_STARTS_WITH": (_LOOKS, 1, 1),
    "TEXT_ENDS_WITH": (_LOOKS, 1, 1),
    "TEXT_EQ": (_EVERYWHERE, 1, 1),
    "TEXT_IS_EMAIL": (_CHECKS, 0, 0),
    "TEXT_IS_URL": (_CHECKS, 0, 0),
    "DATE_EQ": (_EVERYWHERE, 1, 1),
    "DATE_BEFORE": (_EVERYWHERE, 1, 1),
    "DATE_AFTER": (_EVERYWHERE, 1, 1),
    "DATE_ON_OR_BEFORE": (_CHECKS, 1, 1),
    "DATE_ON_OR_AFTER": (_CHECKS, 1, 1),
    "DATE_BETWEEN": (_CHECKS, 2, 2),
    "DATE_NOT_BETWEEN": (_CHECKS, 2, 2),
    "DATE_IS_VALID": (_CHECKS, 0, 0),
    "ONE_OF_RANGE": (_CHECKS, 1, 1),
    "ONE_OF_LIST": (_CHECKS, 1, None),
    "BLANK": (_LOOKS, 0, 0),
    "NOT_BLANK": (_LOOKS, 0, 0),
    "CUSTOM_FORMULA": (_EVERYWHERE, 1, 1),
    "BOOLEAN": (_CHECKS, 0, 2),
}


def check_condition(book: Book, condition: Json, purpose: str) -> None:
    """Raise 400 unless the condition's type serves that purpose and has the values it needs."""
    kind = condition.get("type", "CONDITION_TYPE_UNSPECIFIED")
    purposes, least, most = _TYPES.get(kind, (frozenset(), 0, None))
    if purpose not in purposes:
        raise invalid(f"Condition type {kind} is not supported by {purpose}.")
    values = condition.get("values", [])
    if len(values) < least or (most is not None and len(values) > most):
        raise invalid(f"Invalid number of values for a condition of type {kind}: {len(values)}.")
    for value in values:
        _check_value(book, kind, value, purpose)


def _check_value(book: Book, kind: str, value: Json, purpose: str) -> None:
    relative = "relativeDate" in value
    if relative and (purpose == VALIDATION or kind not in {"DATE_BEFORE", "DATE_AFTER"}):
        raise invalid(f"relativeDate is not supported by {kind} in {purpose}.")
    if not relative and "userEnteredValue" not in value:
        raise invalid("A condition value must have a userEnteredValue or a relativeDate.")
    text = value.get("userEnteredValue", "")
    if kind == "CUSTOM_FORMULA" and not text.startswith(("=", "+")):
        raise invalid("A custom formula must begin with '='.")
    if kind == "ONE_OF_RANGE" and not _is_range(book, text):
        raise invalid(f"The value of a ONE_OF_RANGE condition must be a range: {text}")


def _is_range(book: Book, text: str) -> bool:
    try:
        book.parse(text.removeprefix("="))
    except ApiError:
        return False
    return True
