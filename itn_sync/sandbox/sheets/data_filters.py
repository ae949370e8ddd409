"""Data filters: what an A1 range, a GridRange or a developer metadata lookup selects.

Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/DataFilter
"""

from __future__ import annotations

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.a1 import Area, area_of
from itn_sync.sandbox.sheets.book import Book

_EXACT = "EXACT_LOCATION"


def visible_metadata(book: Book, project: str) -> list[Json]:
    """The developer metadata that a Cloud project may see: PROJECT ones are its own only."""
    return [
        entry
        for entry in book.body["developerMetadata"]
        if entry["visibility"] == "DOCUMENT" or entry["project"] == project
    ]


def location_type(location: Json) -> str:
    """ROW, COLUMN, SHEET or SPREADSHEET."""
    if location.get("spreadsheet"):
        return "SPREADSHEET"
    if "dimensionRange" in location:
        return "ROW" if location["dimensionRange"].get("dimension") == "ROWS" else "COLUMN"
    return "SHEET"


def location_area(location: Json) -> Area | None:
    """The cells at a metadata location; None for the spreadsheet as a whole."""
    kind = location_type(location)
    if kind == "SPREADSHEET":
        return None
    if kind == "SHEET":
        return Area(location["sheetId"])
    span = location["dimensionRange"]
    sheet, start, end = span.get("sheetId", 0), span.get("startIndex", 0), span.get("endIndex")
    if kind == "ROW":
        return Area(sheet, top=start, bottom=end)
    return Area(sheet, left=start, right=end)


def matching_metadata(book: Book, data_filter: Json, project: str) -> list[Json]:
    """The visible metadata entries that the filter selects."""
    entries = visible_metadata(book, project)
    if "developerMetadataLookup" in data_filter:
        lookup = data_filter["developerMetadataLookup"]
        _check_lookup(lookup)
        return [entry for entry in entries if _matches(entry, lookup)]
    area = _plain_area(book, data_filter)
    return [entry for entry in entries if _meets(location_area(entry["location"]), area)]


def matching_areas(book: Book, data_filter: Json, project: str) -> list[Area]:
    """The areas that the filter selects: one, or one per metadata entry on a tab."""
    if "developerMetadataLookup" not in data_filter:
        return [_plain_area(book, data_filter)]
    entries = matching_metadata(book, data_filter, project)
    areas = (location_area(entry["location"]) for entry in entries)
    return list(dict.fromkeys(area for area in areas if area is not None))


def _plain_area(book: Book, data_filter: Json) -> Area:
    if "a1Range" in data_filter:
        return book.parse(data_filter["a1Range"])
    if "gridRange" in data_filter:
        area = area_of(data_filter["gridRange"])
        book.sheet(area.sheet_id)
        return area
    raise invalid("A data filter must name an a1Range, a gridRange or a developerMetadataLookup.")


def _check_lookup(lookup: Json) -> None:
    if not lookup:
        raise invalid("developerMetadataLookup must specify at least one field.")
    strategy, kind = lookup.get("locationMatchingStrategy"), lookup.get("locationType")
    if strategy and "metadataLocation" not in lookup:
        raise invalid("locationMatchingStrategy requires a metadataLocation.")
    if strategy == _EXACT and kind:
        raise invalid("locationType must be left unspecified when matching an EXACT_LOCATION.")


def _matches(entry: Json, lookup: Json) -> bool:
    asked = ("metadataId", "metadataKey", "metadataValue", "visibility")
    if any(name in lookup and entry.get(name) != lookup[name] for name in asked):
        return False
    if lookup.get("locationType", location_type(entry["location"])) != location_type(
        entry["location"]
    ):
        return False
    return "metadataLocation" not in lookup or _located(entry["location"], lookup)


def _located(location: Json, lookup: Json) -> bool:
    wanted = lookup["metadataLocation"]
    here, there = location_area(location), location_area(wanted)
    if lookup.get("locationMatchingStrategy") == _EXACT:
        return here == there and location_type(location) == location_type(wanted)
    return here is there if there is None else _meets(here, there)


def _meets(here: Area | None, area: Area) -> bool:
    return here is not None and here.meets(area)
