"""A spreadsheet's structure (tabs, ranges, rules, metadata) as one JSON document beside its cells.

`open_book` checks permissions; every write ends with `save`.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call
from itn_sync.sandbox.errors import Json, failed_precondition, forbidden, invalid
from itn_sync.sandbox.sheets.a1 import Area, Rect, format_area, parse_range, quoted_title
from itn_sync.sandbox.sheets.attributes import Attrs
from itn_sync.sandbox.sheets.grid import Grid
from itn_sync.sandbox.world import State, declare_schema

declare_schema("CREATE TABLE IF NOT EXISTS sheet_book (id TEXT PRIMARY KEY, body TEXT)")

MIME_TYPE = "application/vnd.google-apps.spreadsheet"
DEFAULT_LOCALE = "fr_BE"
DEFAULT_ZONE = "Europe/Brussels"
MAX_CELLS = 10_000_000


@dataclass
class Book:
    """One spreadsheet within one transaction.

    `body` holds `properties`, `sheets` (each with properties, rows, columns, merges,
    protectedRanges…), `namedRanges` and `developerMetadata`.
    """

    state: State
    id: str
    body: Json
    _grids: dict[int, Grid] = field(default_factory=dict)
    _attrs: list[Attrs] = field(default_factory=list)

    @property
    def locale(self) -> str:
        """The spreadsheet's locale, `fr_BE`."""
        return str(self.body["properties"]["locale"])

    @property
    def sheets(self) -> list[Json]:
        """The tabs in order."""
        found: list[Json] = self.body["sheets"]
        return found

    @property
    def attrs(self) -> Attrs:
        """The interned attributes of cells."""
        if not self._attrs:
            self._attrs.append(Attrs(self.state, self.id))
        return self._attrs[0]

    def find_sheet(self, sheet_id: int) -> Json | None:
        """The tab with that id."""
        return next((s for s in self.sheets if s["properties"]["sheetId"] == sheet_id), None)

    def sheet(self, sheet_id: int, kind: str = "grid") -> Json:
        """The tab with that id; raises 400 `No grid with id: …` (or `No sheet with id: …`)."""
        found = self.find_sheet(sheet_id)
        if found is None:
            raise invalid(f"No {kind} with id: {sheet_id}")
        return found

    def titles(self) -> dict[str, int]:
        """Tab ids by title, in tab order."""
        return {s["properties"]["title"]: s["properties"]["sheetId"] for s in self.sheets}

    def title(self, sheet_id: int) -> str:
        """The title of the tab with that id."""
        return str(self.sheet(sheet_id)["properties"]["title"])

    def size(self, sheet_id: int) -> tuple[int, int]:
        """Rows and columns of the tab's grid."""
        grid = self.sheet(sheet_id)["properties"]["gridProperties"]
        return grid["rowCount"], grid["columnCount"]

    def resize(self, sheet_id: int, rows: int, columns: int) -> None:
        """Give the tab's grid another size; raises 400 above ten million cells in all."""
        grid = self.sheet(sheet_id)["properties"]["gridProperties"]
        others = sum(_cells(s) for s in self.sheets if s["properties"]["sheetId"] != sheet_id)
        check_cell_count(others + rows * columns)
        grid["rowCount"], grid["columnCount"] = rows, columns

    def grid(self, sheet_id: int) -> Grid:
        """The tab's cells."""
        if sheet_id not in self._grids:
            self._grids[sheet_id] = Grid(self.state, self.id, sheet_id)
        return self._grids[sheet_id]

    def parse(self, text: str) -> Area:
        """The area that an A1 (or R1C1) text or a named range means; raises 400."""
        named = {n["name"]: n["range"] for n in self.body["namedRanges"]}
        return parse_range(text, self.titles(), named)

    def clamp(self, area: Area) -> Rect:
        """The part of `area` in its grid; raises 400 when it starts outside."""
        rows, columns = self.size(area.sheet_id)
        if area.top >= rows or area.left >= columns:
            raise invalid(
                f"Range ({self.name(area)}) exceeds grid limits."
                f" Max rows: {rows}, max columns: {columns}"
            )
        return area.within(rows, columns)

    def name(self, area: Area) -> str:
        """The area in A1 notation with its tab."""
        return format_area(area, self.title(area.sheet_id))

    def name_of_sheet(self, sheet_id: int) -> str:
        """The tab's title as it stands before `!`."""
        return quoted_title(self.title(sheet_id))

    def save(self) -> None:
        """Write the structure and the changed cells."""
        for grid in self._grids.values():
            grid.flush()
        self.state.execute(
            "INSERT OR REPLACE INTO sheet_book VALUES (?, ?)",
            (self.id, json.dumps(self.body, ensure_ascii=False)),
        )


def check_cell_count(cells: int) -> None:
    """Raise 400 when a workbook would have more than ten million cells."""
    if cells > MAX_CELLS:
        raise invalid(
            "This action would increase the number of cells in the workbook above the limit of"
            f" {MAX_CELLS} cells."
        )


def _cells(sheet: Json) -> int:
    grid = sheet["properties"]["gridProperties"]
    return int(grid["rowCount"]) * int(grid["columnCount"])


def new_sheet(sheet_id: int, title: str, properties: Json | None = None) -> Json:
    """A tab of 1000 rows and 26 columns unless `properties` say otherwise."""
    given = dict(properties or {})
    grid = {"rowCount": 1000, "columnCount": 26} | given.pop("gridProperties", {})
    given.pop("index", None)
    return {
        "properties": given
        | {"sheetId": sheet_id, "title": title, "sheetType": "GRID", "gridProperties": grid},
        "rows": {},
        "columns": {},
    }


def default_title(locale: str, number: int) -> str:
    """`Feuille 1` in French, `Sheet1` elsewhere."""
    return f"Feuille {number}" if locale.startswith("fr") else f"Sheet{number}"


def new_body(properties: Json, sheets: list[Json] | None = None) -> Json:
    """The structure of a new spreadsheet; without `sheets` it gets one, with sheetId 0."""
    known = {"locale": DEFAULT_LOCALE, "timeZone": DEFAULT_ZONE, "autoRecalc": "ON_CHANGE"}
    kept = known | {name: value for name, value in properties.items() if name != "title"}
    return {
        "properties": kept,
        "sheets": sheets or [new_sheet(0, default_title(kept["locale"], 1))],
        "namedRanges": [],
        "developerMetadata": [],
    }


def open_book(call: Call, role: str = "reader") -> Book:
    """The spreadsheet that the call names; raises 404, 403, or 400 for another kind of file."""
    spreadsheet_id = call.params["spreadsheetId"]
    if files.get_file(call.state, spreadsheet_id) and not files.role_of(
        call.state, call.user, spreadsheet_id
    ):
        raise forbidden()  # unlike Drive, Sheets tells a file that exists from one that does not
    file = files.require(call.state, call.user, spreadsheet_id, role, api="sheets")
    if file.get("mimeType") != MIME_TYPE:
        raise failed_precondition("This operation is not supported for this document")
    return load_book(call.state, spreadsheet_id)


def load_book(state: State, spreadsheet_id: str) -> Book:
    """The stored structure; that of an empty spreadsheet for a file made through Drive."""
    row = state.execute("SELECT body FROM sheet_book WHERE id = ?", (spreadsheet_id,)).fetchone()
    body: Any = json.loads(row["body"]) if row else new_body({})
    return Book(state, spreadsheet_id, body)


def save_book(call: Call, book: Book) -> None:
    """Write the book and mark its file as modified by the caller."""
    book.save()
    files.touch(call.state, book.id, user=call.user, now=call.now)


def free_id(wanted: int | None, taken: Iterable[int], thing: str) -> int:
    """`wanted` if nobody has it, else a random id; raises 400 for one in use or negative."""
    used = set(taken)
    if wanted is None:
        return next(n for n in iter(lambda: secrets.randbelow(2**31 - 1) + 1, 0) if n not in used)
    if wanted < 0:
        raise invalid(f"{thing} id must be non-negative.")
    if wanted in used:
        raise invalid(f"{thing} with id {wanted} already exists.")
    return wanted
