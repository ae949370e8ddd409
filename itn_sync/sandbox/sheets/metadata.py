"""Developer metadata: entries on the spreadsheet, a tab, one row or one column.

Source: https://developers.google.com/workspace/sheets/api/guides/metadata
"""

from __future__ import annotations

from typing import Any

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import Json, invalid, not_found
from itn_sync.sandbox.sheets.book import Book, free_id, open_book
from itn_sync.sandbox.sheets.data_filters import (
    location_type,
    matching_metadata,
    visible_metadata,
)

MAX_CHARACTERS = 30_000


def resource(entry: Json) -> Json:
    """The DeveloperMetadata as clients see it."""
    shown = {name: value for name, value in entry.items() if name != "project"}
    location = dict(entry["location"])
    return shown | {"location": {"locationType": location_type(location)} | location}


@behaviour("sheets.spreadsheets.developerMetadata.get")
def get(call: Call) -> Json:
    """One entry by its id; raises 404."""
    book = open_book(call)
    for entry in visible_metadata(book, call.project):
        if entry["metadataId"] == call.params["metadataId"]:
            return resource(entry)
    raise not_found()


@behaviour("sheets.spreadsheets.developerMetadata.search")
def search(call: Call) -> Json:
    """Every entry that one of the filters selects, with the filters that did."""
    book = open_book(call)
    by_id: dict[int, Json] = {}
    for data_filter in call.body.get("dataFilters", ()):
        for entry in matching_metadata(book, data_filter, call.project):
            match = by_id.setdefault(
                entry["metadataId"], {"developerMetadata": resource(entry), "dataFilters": []}
            )
            match["dataFilters"].append(data_filter)
    return {"matchedDeveloperMetadata": list(by_id.values())} if by_id else {}


def create(book: Book, sent: Json, project: str) -> Json:
    """Add an entry; raises 400 without key, visibility or location, for an id in use, or above
    30,000 characters on one tab."""
    if not sent.get("metadataKey"):
        raise invalid("Developer metadata must always have a key specified.")
    if sent.get("visibility") not in {"DOCUMENT", "PROJECT"}:
        raise invalid("Developer metadata must always have a visibility specified.")
    entry = {
        "metadataId": _free_id(book, sent.get("metadataId")),
        "metadataKey": sent["metadataKey"],
        "location": checked_location(book, sent.get("location", {})),
        "visibility": sent["visibility"],
        "project": project,
    }
    if "metadataValue" in sent:
        entry["metadataValue"] = sent["metadataValue"]
    book.body["developerMetadata"].append(entry)
    check_room(book, entry)
    return entry


def _free_id(book: Book, wanted: Any) -> int:
    taken = {entry["metadataId"] for entry in book.body["developerMetadata"]}
    if wanted is None or wanted == 0:
        return free_id(None, taken, "Developer metadata")
    if wanted < 0:
        raise invalid("Developer metadata ID must be positive.")
    return free_id(wanted, taken, "Developer metadata")


def checked_location(book: Book, location: Json) -> Json:
    """The location without its read-only type; raises 400 unless it is exactly one existing
    spreadsheet, tab, row or column."""
    if location.get("spreadsheet"):
        return {"spreadsheet": True}
    span = location.get("dimensionRange")
    if span is None:
        if "sheetId" not in location:
            raise invalid("Developer metadata must always have a location specified.")
        book.sheet(location["sheetId"])
        return {"sheetId": location["sheetId"]}
    sheet, start, end = span.get("sheetId", 0), span.get("startIndex", 0), span.get("endIndex")
    if span.get("dimension") not in {"ROWS", "COLUMNS"} or end != start + 1:
        raise invalid("Developer metadata can only be associated with a single row or column.")
    limit = book.size(sheet)[0 if span["dimension"] == "ROWS" else 1]
    if end > limit:
        raise invalid(f"endIndex[{end}] is larger than the grid size ({limit}).")
    keys = {"sheetId": sheet, "dimension": span["dimension"], "startIndex": start, "endIndex": end}
    return {"dimensionRange": keys}


def _sheet_of(entry: Json) -> int | None:
    location = entry["location"]
    found = location.get("dimensionRange", location).get("sheetId")
    return None if found is None else int(found)


def check_room(book: Book, entry: Json) -> None:
    """Raise 400 when the entry's tab (or the spreadsheet) holds more than 30,000 characters."""
    place = _sheet_of(entry)
    used = sum(
        len(other["metadataKey"]) + len(other.get("metadataValue", ""))
        for other in book.body["developerMetadata"]
        if _sheet_of(other) == place
    )
    if used > MAX_CHARACTERS:
        raise invalid(
            f"The developer metadata of one sheet or spreadsheet cannot exceed {MAX_CHARACTERS}"
            " characters."
        )
