"""What a tab is: columns in order with key, heading and owner; colours; the book it is in.

The worker writes **worker** columns and reads **people**'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Owner(StrEnum):
    """Who writes a column."""

    WORKER = "worker"
    PEOPLE = "people"


class Format(StrEnum):
    """What a column holds, and so how it is shown and checked."""

    TEXT = "text"
    DATE = "date"
    DATETIME = "datetime"
    NUMBER = "number"


class Book(StrEnum):
    """Which spreadsheet a tab lives in."""

    TRACKING = "tracking"
    CONFIDENTIAL = "confidential"


@dataclass(frozen=True)
class Column:
    """`key` is what code says, `heading` what people read (they may rename it)."""

    key: str
    heading: str
    owner: Owner = Owner.WORKER
    format: Format = Format.TEXT
    choices: tuple[str, ...] = ()
    width: int = 120
    hidden: bool = False
    confidential: bool = False
    """Read into and written from `Confidential` only; allowed in the confidential book alone."""


@dataclass(frozen=True)
class Colour:
    """A cell of `column` that reads `value` is shown so (`background` as `#rrggbb`).

    `struck` goes through the whole row: it is over.
    """

    column: str
    value: str
    background: str = ""
    struck: bool = False
    paints: str = ""
    """Another column that is coloured in its place."""


@dataclass(frozen=True)
class Tab:
    """A tab: `sheet_id` is ours and never changes, so a renamed tab is still found."""

    key: str
    title: str
    sheet_id: int
    book: Book
    columns: tuple[Column, ...]
    colours: tuple[Colour, ...] = ()
    hides: tuple[str, str] = ("", "")
    """A column and the value whose rows the tab's filter hides at first."""
    row_height: int = 0
    """Pixels of every row, where long cells would make them too high to scan; 0: as they need."""

    @property
    def id_column(self) -> Column:
        """The first column: the row's id, hidden, written once."""
        return self.columns[0]

    def column(self, key: str) -> Column:
        """The column with that key; KeyError if the tab has none."""
        return {c.key: c for c in self.columns}[key]
