"""batchUpdate requests about developer metadata."""

from __future__ import annotations

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets import metadata
from itn_sync.sandbox.sheets.data_filters import matching_metadata
from itn_sync.sandbox.sheets.masks import merged, update_mask
from itn_sync.sandbox.sheets.requests import Edit, request

_SETTABLE = ("metadataKey", "metadataValue", "visibility", "location")


@request("createDeveloperMetadata")
def create(edit: Edit, details: Json) -> Json:
    """A new entry, under an id of the caller's choice if nobody has it."""
    entry = metadata.create(edit.book, details.get("developerMetadata", {}), edit.call.project)
    return {"developerMetadata": metadata.resource(entry)}


@request("updateDeveloperMetadata")
def update(edit: Edit, details: Json) -> Json:
    """Change key, value, visibility or place of every entry that the filters select."""
    sent, mask = details.get("developerMetadata", {}), update_mask(details, *_SETTABLE)
    mask = mask or {name: {} for name in _SETTABLE if name in sent}
    entries = _selected(edit, details.get("dataFilters", []))
    for entry in entries:
        new = merged(entry, sent, mask)
        if not new.get("metadataKey") or new.get("visibility") not in {"DOCUMENT", "PROJECT"}:
            raise invalid("Developer metadata must always have a key and a visibility.")
        new["location"] = metadata.checked_location(edit.book, new.get("location", {}))
        entry.clear()
        entry.update(new)
        metadata.check_room(edit.book, entry)
    return {"developerMetadata": [metadata.resource(entry) for entry in entries]}


@request("deleteDeveloperMetadata")
def delete(edit: Edit, details: Json) -> Json:
    """Remove every entry that the filter selects; the reply holds them."""
    entries = _selected(edit, [details.get("dataFilter", {})])
    body = edit.book.body
    gone = {entry["metadataId"] for entry in entries}
    body["developerMetadata"] = [
        e for e in body["developerMetadata"] if e["metadataId"] not in gone
    ]
    return {"deletedDeveloperMetadata": [metadata.resource(entry) for entry in entries]}


def _selected(edit: Edit, filters: list[Json]) -> list[Json]:
    found: dict[int, Json] = {}
    for data_filter in filters:
        for entry in matching_metadata(edit.book, data_filter, edit.call.project):
            found[entry["metadataId"]] = entry
    return list(found.values())
