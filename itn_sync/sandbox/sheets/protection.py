"""Protected ranges: who may edit what. The spreadsheet's owner always may.

Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/sheets#protectedrange
"""

from __future__ import annotations

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call
from itn_sync.sandbox.errors import ApiError, Json, invalid
from itn_sync.sandbox.sheets.a1 import Area, area_of
from itn_sync.sandbox.sheets.book import Book

_REFUSED = (
    "You are trying to edit a protected cell or object."
    " Please contact the spreadsheet owner to remove protection if you need to edit."
)
# Google localises this text, so clients cannot rely on the English one (facts 5.3).
_REFUSED_FRENCH = (
    "Vous tentez de modifier une cellule ou un objet protégés. Si vous avez besoin d'effectuer"
    " cette modification, demandez au propriétaire de la feuille de calcul de supprimer la"
    " protection."
)


def refusal(book: Book) -> ApiError:
    """400 as Google words it in the spreadsheet's language."""
    return invalid(_REFUSED_FRENCH if book.locale.startswith("fr") else _REFUSED)


def may_edit(call: Call, book: Book, protected: Json) -> bool:
    """True when the caller may edit what this ProtectedRange protects."""
    if protected.get("warningOnly") or call.user in _users(protected):
        return True
    in_domain = call.user.endswith(f"@{call.domain}")
    if protected.get("editors", {}).get("domainUsersCanEdit") and in_domain:
        return True
    return files.role_of(call.state, call.user, book.id) == "owner"


def _users(protected: Json) -> set[str]:
    return {user.lower() for user in protected.get("editors", {}).get("users", ())}


def guard(call: Call, book: Book, area: Area) -> None:
    """Raise 400 when a protected range forbids the caller to edit some cell of `area`."""
    for protected in book.sheet(area.sheet_id).get("protectedRanges", ()):
        if _forbids(book, protected, area) and not may_edit(call, book, protected):
            raise refusal(book)


def guard_gap(call: Call, book: Book, sheet_id: int, dimension: str, at: int) -> None:
    """Raise 400 when rows or columns put before index `at` would widen what the caller may not
    edit."""
    for protected in book.sheet(sheet_id).get("protectedRanges", ()):
        area = protected_area(book, protected)
        by_rows = dimension == "ROWS"
        start, end = (area.top, area.bottom) if by_rows else (area.left, area.right)
        inside = area.sheet_id == sheet_id and start < at and (end is None or at < end)
        if inside and not may_edit(call, book, protected):
            raise refusal(book)


def _forbids(book: Book, protected: Json, area: Area) -> bool:
    if not protected_area(book, protected).meets(area):
        return False
    free = [area_of(r) for r in protected.get("unprotectedRanges", ())]
    rows, columns = book.size(area.sheet_id)
    return not any(one.holds(area.within(rows, columns)) for one in free)


def protected_area(book: Book, protected: Json) -> Area:
    """The cells that a ProtectedRange covers, directly or through its named range."""
    if "range" in protected:
        return area_of(protected["range"])
    name = protected.get("namedRangeId")
    return next(
        (area_of(n["range"]) for n in book.body["namedRanges"] if n["namedRangeId"] == name),
        Area(-1),
    )


def resource(call: Call, book: Book, protected: Json) -> Json:
    """The ProtectedRange as the caller sees it: editors are shown to editors only."""
    shown = {name: value for name, value in protected.items() if name != "editors"}
    if not may_edit(call, book, protected):
        return shown
    if not protected.get("warningOnly") and "editors" in protected:
        shown["editors"] = protected["editors"]
    return shown | {"requestingUserCanEdit": True}
