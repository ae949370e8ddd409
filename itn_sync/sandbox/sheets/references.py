"""Formulas follow the cells they refer to when rows and columns are inserted, deleted or moved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.a1 import Rect, column_index, column_letters
from itn_sync.sandbox.sheets.book import Book

if TYPE_CHECKING:
    from itn_sync.sandbox.sheets.shifting import Change

# A text literal (left alone), or an optional tab and a cell or range of cells.
_REFERENCE = re.compile(
    r""""[^"]*"|(?P<tab>'(?:[^']|'')+'!|[^\W\d][\w.]*!)?
    (?P<c1>\$?[A-Za-z]{1,3})(?P<r1>\$?\d+)(?::(?P<c2>\$?[A-Za-z]{1,3})(?P<r2>\$?\d+))?(?![\w(])""",
    re.VERBOSE,
)


def follow(book: Book, sheet_id: int, dimension: str, change: Change) -> None:
    """Rewrite the references to that tab in every formula of the book."""
    title = book.title(sheet_id).casefold()
    for sheet in book.sheets:
        here = sheet["properties"]["sheetId"]
        moved = _Moved(title, here == sheet_id, dimension, change)
        for value in _rule_values(sheet):
            value["userEnteredValue"] = moved.formula(value["userEnteredValue"])
        grid = book.grid(here)
        for position, row in grid.formula_rows():
            for column, value in enumerate(row.values):
                if isinstance(value, dict):
                    row.values[column] = {"f": moved.formula(value["f"])}
            grid.keep(position, row)


def _rule_values(sheet: Json) -> Iterator[Json]:
    """The formulas of a tab's conditional rules."""
    for rule in sheet.get("conditionalFormats", ()):
        for value in rule.get("booleanRule", {}).get("condition", {}).get("values", ()):
            if value.get("userEnteredValue", "").startswith("="):
                yield value


@dataclass(frozen=True)
class _Moved:
    """How formulas read after a change on the tab `title`; `own`: they stand on that tab."""

    title: str
    own: bool
    dimension: str
    change: Change

    def formula(self, text: str) -> str:
        """The formula; a reference to what was deleted becomes `#REF!`."""
        return _REFERENCE.sub(self._reference, text)

    def _reference(self, match: re.Match[str]) -> str:
        if match["c1"] is None or not _is_about(match["tab"], self.title, self.own):
            return match[0]
        part = 1 if self.dimension == "ROWS" else 0
        corners = [(match["c1"], match["r1"])]
        if match["c2"]:
            corners.append((match["c2"], match["r2"]))
        ends = [_index(corner[part]) for corner in corners]
        span = self.change.span(min(ends), max(ends) + 1)
        if span is None or span[1] is None:
            return "#REF!"
        placed = (span[0], span[1] - 1)
        texts = [_corner(c, part, index) for c, index in zip(corners, placed, strict=False)]
        return (match["tab"] or "") + ":".join(texts)


def follow_cut(book: Book, source: Rect, target: Rect) -> None:
    """Rewrite the references to cells of `source` that were cut and pasted over `target`."""
    cut = _Cut(book, source, target)
    for sheet in book.sheets:
        here = sheet["properties"]["sheetId"]
        grid = book.grid(here)
        for position, row in grid.formula_rows():
            for column, value in enumerate(row.values):
                if isinstance(value, dict):
                    row.values[column] = {"f": cut.formula(value["f"], here)}
            grid.keep(position, row)


@dataclass(frozen=True)
class _Cut:
    """How formulas read after the cells of `source` went to `target`."""

    book: Book
    source: Rect
    target: Rect

    def formula(self, text: str, here: int) -> str:
        """The formula of a cell of the tab `here`."""
        title = self.book.title(self.source.sheet_id).casefold()
        own = here == self.source.sheet_id

        def moved(match: re.Match[str]) -> str:
            about = match["c1"] and _is_about(match["tab"], title, own)
            return self._reference(match) if about else match[0]

        return _REFERENCE.sub(moved, text)

    def _reference(self, match: re.Match[str]) -> str:
        corners = [(match["c1"], match["r1"])]
        if match["c2"]:
            corners.append((match["c2"], match["r2"]))
        source, target = self.source, self.target
        texts = []
        for column, row in corners:
            at = (_index(row), _index(column))
            inside = source.top <= at[0] < source.bottom and source.left <= at[1] < source.right
            if not inside:
                return match[0]
            placed = _corner((column, row), 1, at[0] + target.top - source.top)
            texts.append(_placed(placed, at[1] + target.left - source.left))
        prefix = match["tab"] or ""
        if target.sheet_id != source.sheet_id:
            prefix = self.book.name_of_sheet(target.sheet_id) + "!"
        return prefix + ":".join(texts)


def _placed(corner: str, column: int) -> str:
    """The same corner in another column."""
    letters = re.sub(r"\$?\d+$", "", corner)
    held = "$" if letters.startswith("$") else ""
    return held + column_letters(column) + corner[len(letters) :]


def _is_about(tab: str | None, title: str, own: bool) -> bool:
    if tab is None:
        return own
    name = tab[:-1].strip("'").replace("''", "'")
    return name.casefold() == title


def _index(part: str) -> int:
    bare = part.lstrip("$")
    return int(bare) - 1 if bare.isdigit() else column_index(bare)


def _corner(corner: tuple[str, str], part: int, index: int) -> str:
    parts = list(corner)
    held = "$" if parts[part].startswith("$") else ""
    parts[part] = held + (str(index + 1) if part else column_letters(index))
    return "".join(parts)
