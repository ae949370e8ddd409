"""ValueRange resources: rows without their empty ends, ragged, in A1 notation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.a1 import Rect
from itn_sync.sandbox.sheets.book import Book
from itn_sync.sandbox.sheets.grid import Row
from itn_sync.sandbox.sheets.render import Renderer, Show


@dataclass(frozen=True)
class Options:
    """How values are to be told."""

    render: str = "FORMATTED_VALUE"
    dates: str = "SERIAL_NUMBER"
    major: str = "ROWS"

    @staticmethod
    def of(source: Mapping[str, Any], prefix: str = "") -> Options:
        """From query parameters or a body; `prefix` is `response` for the answers of writes."""

        def named(name: str) -> str:
            return prefix + name[0].upper() + name[1:] if prefix else name

        major = source.get("majorDimension") or "ROWS"
        return Options(
            source.get(named("valueRenderOption")) or "FORMATTED_VALUE",
            source.get(named("dateTimeRenderOption")) or "SERIAL_NUMBER",
            "ROWS" if major == "DIMENSION_UNSPECIFIED" else major,
        )


def value_range(book: Book, renderer: Renderer, rect: Rect, options: Options) -> Json:
    """The ValueRange of `rect`; without `values` where nothing is."""
    show = renderer.shower(rect.sheet_id, options.render, options.dates)
    rows: list[list[Any]] = []
    for position, row in book.grid(rect.sheet_id).rows(rect.top, rect.bottom):
        values = _shown(row, rect, show)
        if values:
            rows.extend([] for _ in range(position - rect.top - len(rows)))
            rows.append(values)
    if options.major == "COLUMNS":
        rows = transposed(rows)
    answer = {"range": book.name(rect), "majorDimension": options.major}
    return answer | ({"values": rows} if rows else {})


def _shown(row: Row, rect: Rect, show: Show) -> list[Any]:
    values = row.values[rect.left : rect.right]
    while values and values[-1] is None:
        values.pop()
    attrs = row.attrs[rect.left : rect.left + len(values)]
    return [
        "" if value is None else value if type(value) is str else show(value, key)
        for value, key in zip_longest(values, attrs, fillvalue=0)
    ]


def transposed(rows: list[list[Any]], filler: Any = "") -> list[list[Any]]:
    """Columns of ragged rows, themselves without an empty end."""
    columns = [list(column) for column in zip_longest(*rows, fillvalue=filler)]
    for column in columns:
        while column and column[-1] == filler:
            column.pop()
    while columns and not columns[-1]:
        columns.pop()
    return columns
