"""batchUpdate requests about protected ranges."""

from __future__ import annotations

from itn_sync.sandbox import files
from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.book import free_id
from itn_sync.sandbox.sheets.masks import merged, update_mask
from itn_sync.sandbox.sheets.protection import may_edit, protected_area, refusal, resource
from itn_sync.sandbox.sheets.requests import Edit, request

_SETTABLE = (
    "range",
    "namedRangeId",
    "description",
    "warningOnly",
    "editors",
    "unprotectedRanges",
)


def _protections(edit: Edit) -> dict[int, tuple[list[Json], Json]]:
    return {
        one["protectedRangeId"]: (sheet["protectedRanges"], one)
        for sheet in edit.book.sheets
        for one in sheet.get("protectedRanges", ())
    }


def _people(edit: Edit, *roles: str) -> list[str]:
    """The addresses that have one of these Drive roles on the spreadsheet."""
    file = files.get_file(edit.call.state, edit.book.id) or {}
    return [
        permission["emailAddress"]
        for permission in file.get("permissions", ())
        if permission["role"] in roles and permission.get("emailAddress")
    ]


def _with_editors(edit: Edit, protected: Json, *, asked: bool) -> Json:
    """Editors as Google keeps them: none for a mere warning; every editor of the document where
    none was asked for; the owner and the one who protects always."""
    if protected.get("warningOnly"):
        return {name: value for name, value in protected.items() if name != "editors"}
    editors = dict(protected.get("editors", {})) if asked else {}
    users = editors.get("users", []) if asked else _people(edit, "writer", "organizer")
    everyone = [*users, *_people(edit, "owner"), edit.call.user]
    editors["users"] = list(dict.fromkeys(user.lower() for user in everyone))
    return protected | {"editors": editors}


def _checked(edit: Edit, protected: Json) -> Json:
    if ("range" in protected) == ("namedRangeId" in protected):
        raise invalid("Exactly one of range or namedRangeId must be set.")
    area = protected_area(edit.book, protected)
    if area.sheet_id < 0:
        raise invalid(f"No named range with id: {protected['namedRangeId']}")
    edit.book.clamp(area)
    whole = not area.top and not area.left and area.bottom is None and area.right is None
    if protected.get("unprotectedRanges") and not whole:
        raise invalid("Unprotected ranges are only supported on protected sheets.")
    if "range" in protected:
        protected = protected | {"range": {"sheetId": 0} | protected["range"]}
    return protected


@request("addProtectedRange")
def add_protected_range(edit: Edit, details: Json) -> Json:
    """Protect a range or a tab, under an id that may be chosen."""
    sent = details.get("protectedRange", {})
    kept = {name: sent[name] for name in _SETTABLE if name in sent}
    protected = _with_editors(edit, _checked(edit, kept), asked="editors" in sent)
    key = free_id(sent.get("protectedRangeId"), _protections(edit), "Protected range")
    protected = {"protectedRangeId": key} | protected
    sheet = edit.book.sheet(protected_area(edit.book, protected).sheet_id)
    edit.guard(protected_area(edit.book, protected))
    sheet.setdefault("protectedRanges", []).append(protected)
    return {"protectedRange": resource(edit.call, edit.book, protected)}


def _editable(edit: Edit, key: int | None) -> tuple[list[Json], Json]:
    """The protection and its tab's list; raises 400 unless the caller may edit it."""
    known = _protections(edit)
    if key not in known:
        raise invalid(f"No protected range with id: {key}")
    if not may_edit(edit.call, edit.book, known[key][1]):
        raise refusal(edit.book)
    return known[key]


@request("updateProtectedRange")
def update_protected_range(edit: Edit, details: Json) -> None:
    """Change what is protected or who may edit it."""
    sent = details.get("protectedRange", {})
    mask = update_mask(details, *_SETTABLE) or {name: {} for name in _SETTABLE}
    others, old = _editable(edit, sent.get("protectedRangeId"))
    new = _checked(edit, merged(old, sent, mask))
    asked = "editors" in (sent if "editors" in mask or old.get("warningOnly") else new)
    others.remove(old)
    sheet = edit.book.sheet(protected_area(edit.book, new).sheet_id)
    sheet.setdefault("protectedRanges", []).append(_with_editors(edit, new, asked=asked))


@request("deleteProtectedRange")
def delete_protected_range(edit: Edit, details: Json) -> None:
    """Lift a protection."""
    others, old = _editable(edit, details.get("protectedRangeId"))
    others.remove(old)
