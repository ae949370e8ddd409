"""The batchUpdate request findReplace."""

from __future__ import annotations

import re
from typing import Any

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.a1 import Rect
from itn_sync.sandbox.sheets.cells import checked_text
from itn_sync.sandbox.sheets.requests import Edit, request


@request("findReplace")
def find_replace(edit: Edit, details: Json) -> Json:
    """Replace text in a range, a tab or all tabs; counts what changed, zeros left out."""
    if not details.get("find"):
        raise invalid("Must specify the text to find.")
    pattern, replacement = _pattern(details), details.get("replacement", "")
    if details.get("searchByRegex"):
        replacement = re.sub(r"\$(\d+)", r"\\g<\1>", replacement.replace("\\", r"\\"))
    else:
        replacement = replacement.replace("\\", r"\\")
    found = [
        _replaced(edit, rect, pattern, replacement, bool(details.get("includeFormulas")))
        for rect in _searched(edit, details)
    ]
    counts = {
        "valuesChanged": sum(f["values"] for f in found),
        "formulasChanged": sum(f["formulas"] for f in found),
        "rowsChanged": sum(f["rows"] for f in found),
        "sheetsChanged": sum(1 for f in found if f["rows"]),
        "occurrencesChanged": sum(f["occurrences"] for f in found),
    }
    return {name: count for name, count in counts.items() if count}


def _pattern(details: Json) -> re.Pattern[str]:
    text = details["find"]
    try:
        body = text if details.get("searchByRegex") else re.escape(text)
        body = rf"\A(?:{body})\Z" if details.get("matchEntireCell") else body
        return re.compile(body, 0 if details.get("matchCase") else re.IGNORECASE)
    except re.error as error:
        raise invalid(f"Invalid regular expression: {text}") from error


def _searched(edit: Edit, details: Json) -> list[Rect]:
    if details.get("allSheets"):
        return [edit.area({"sheetId": s["properties"]["sheetId"]}) for s in edit.book.sheets]
    if "range" in details:
        return [edit.area(details["range"])]
    if "sheetId" in details:
        return [edit.area({"sheetId": details["sheetId"]})]
    raise invalid("Must specify a range, a sheetId or allSheets.")


def _replaced(
    edit: Edit, rect: Rect, pattern: re.Pattern[str], replacement: str, formulas: bool
) -> dict[str, int]:
    counts = dict.fromkeys(("values", "formulas", "rows", "occurrences"), 0)
    grid, rows = edit.book.grid(rect.sheet_id), set()
    for position, row in grid.rows(rect.top, rect.bottom):
        for column in range(rect.left, min(rect.right, len(row.values))):
            new, times = _searched_value(row.values[column], pattern, replacement, formulas)
            if times:
                edit.guard(Rect(rect.sheet_id, position, column, position + 1, column + 1))
                counts["formulas" if isinstance(new, dict) else "values"] += 1
                counts["occurrences"] += times
                row.values[column] = new
                rows.add(position)
        if position in rows:
            grid.keep(position, row)
    return counts | {"rows": len(rows)}


def _searched_value(
    value: Any, pattern: re.Pattern[str], replacement: str, formulas: bool
) -> tuple[Any, int]:
    """The value after the replacement and how many times the text was found; only text and,
    where asked, formulas are searched."""
    if isinstance(value, dict) and formulas:
        text, times = pattern.subn(replacement, value["f"])
        return {"f": checked_text(text)}, times
    if isinstance(value, str):
        text, times = pattern.subn(replacement, value)
        return checked_text(text) or None, times
    return value, 0
