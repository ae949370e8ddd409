"""A spreadsheet read as one person: each function is one call of the Sheets API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from werkzeug.exceptions import NotFound

from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.pages.sheet_places import a1_of, box_of, quoted
from itn_sync.sandbox.pages.visit import OpenCall


@dataclass
class Reader:
    """`user` before the spreadsheet; every answer is what the API gives that person."""

    open_call: OpenCall
    spreadsheet_id: str
    user: str
    _lists: dict[str, list[str]] = field(default_factory=dict)

    def call(self, method: str, body: Json | None = None, **params: Any) -> Any:
        """Run `sheets.spreadsheets.<method>` on this spreadsheet; raises ApiError."""
        name = f"sheets.spreadsheets.{method}"
        params |= {"spreadsheetId": self.spreadsheet_id}
        return self.open_call(name, user=self.user, body=body, **params)

    def book(self, *ranges: str, fields: str = "") -> Json:
        """The Spreadsheet, limited to tabs of `ranges` and to the field mask."""
        more: Json = {"ranges": list(ranges)} if ranges else {}
        more |= {"fields": fields} if fields else {}
        found: Json = self.call("get", includeGridData=False, **more)
        return found

    def columns(self, ranges: list[str], render: str) -> list[list[Any]]:
        """The values of each range, column by column, in one list per range; gaps are ""."""
        found = self.call(
            "values.batchGet", ranges=ranges, valueRenderOption=render, majorDimension="COLUMNS"
        )
        blocks = (block.get("values", []) for block in found.get("valueRanges", ()))
        return [[value for column in block for value in column] for block in blocks]

    def list_of(self, formula: str) -> list[str]:
        """The texts of the range that a ONE_OF_RANGE rule names (`=Listes!A2:A9`), each once."""
        if formula not in self._lists:
            self._lists[formula] = self._texts(formula.lstrip("="))
        return self._lists[formula]

    def _texts(self, area: str) -> list[str]:
        try:
            (texts,) = self.columns([area], "FORMATTED_VALUE")
        except ApiError:
            return []  # a list whose range is gone offers nothing
        return list(dict.fromkeys(text for text in texts if text))


def tab_of(book: Json, gid: str) -> Json:
    """The tab with that id; without one the first that is not hidden. Raises NotFound."""
    wanted = [tab for tab in book["sheets"] if str(tab["properties"]["sheetId"]) == gid]
    visible = [tab for tab in book["sheets"] if not tab["properties"].get("hidden")]
    chosen: list[Json] = wanted or (visible if not gid else [])
    if not chosen:
        raise NotFound
    return chosen[0]


def named(tab: Json, a1: str = "") -> str:
    """`'Dossiers'!C5:C9`, or the whole tab."""
    title = quoted(str(tab["properties"]["title"]))
    return f"{title}!{a1}" if a1 else title


def size_of(tab: Json) -> tuple[int, int]:
    """Rows and columns of the tab's grid."""
    grid = tab["properties"].get("gridProperties", {})
    return grid.get("rowCount", 0), grid.get("columnCount", 0)


def column_of(tab: Json, area: Json, column: int) -> str:
    """The range of one column of a GridRange, below its first row; empty where it has no more."""
    top, _, bottom, _ = box_of(area, *size_of(tab))
    if top + 1 >= bottom:
        return ""
    return named(tab, a1_of((top + 1, column, bottom, column + 1)))
