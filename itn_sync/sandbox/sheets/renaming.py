"""Formulas go on naming a tab when it gets another title."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from itn_sync.sandbox.sheets.a1 import quoted_title
from itn_sync.sandbox.sheets.book import Book
from itn_sync.sandbox.sheets.references import rewrite_cells

# A text literal (left alone), or the title of a tab before its `!`.
_TAB = re.compile(r""""[^"]*"|(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^\W\d][\w.]*))!""")
_WITH_CONDITIONS = ("conditionalFormats", "basicFilter", "filterViews")


def follow_name(book: Book, old: str, new: str) -> None:
    """Write the new title in every formula of the book that names the old one: of cells,
    conditional formats, filters and validations."""

    def named(match: re.Match[str]) -> str:
        title = (match["quoted"] or match["plain"] or "").replace("''", "'")
        return f"{quoted_title(new)}!" if title.casefold() == old.casefold() else match[0]

    def rewritten(formula: str) -> str:
        return _TAB.sub(named, formula)

    for sheet in book.sheets:
        rewrite_cells(book, sheet, rewritten)
        held = {key: sheet[key] for key in _WITH_CONDITIONS if key in sheet}
        sheet.update(_conditions(held, rewritten))
        _rewrite_validations(book, sheet["properties"]["sheetId"], rewritten)


def _conditions(value: Any, rewritten: Callable[[str], str]) -> Any:
    """The same structure with the formulas among its ConditionValues rewritten."""
    if isinstance(value, list):
        return [_conditions(item, rewritten) for item in value]
    if not isinstance(value, dict):
        return value
    held = {name: _conditions(item, rewritten) for name, item in value.items()}
    text = held.get("userEnteredValue")
    if isinstance(text, str) and text.startswith("="):
        held["userEnteredValue"] = rewritten(text)
    return held


def _rewrite_validations(book: Book, sheet_id: int, rewritten: Callable[[str], str]) -> None:
    grid, known = book.grid(sheet_id), {0: 0}
    for position, row in grid.rows():
        for key in set(row.attrs) - known.keys():
            attrs = book.attrs.get(key)
            rule = {name: attrs[name] for name in ("dataValidation",) if name in attrs}
            known[key] = book.attrs.id_of(attrs | _conditions(rule, rewritten))
        ids = [known[key] for key in row.attrs]
        if ids != row.attrs:
            row.attrs = ids
            grid.keep(position, row)
