"""The page of a spreadsheet: seen, and typed into, as one of the people who have access.

The page itself holds tabs, tools and an empty grid; its script asks `sheet_data` for the rest.
"""

from __future__ import annotations

from http import HTTPStatus

from werkzeug import Response

from itn_sync.sandbox import files
from itn_sync.sandbox.errors import ApiError, Json, not_found
from itn_sync.sandbox.pages.home import people_with_access
from itn_sync.sandbox.pages.sheet_data import plain_rows
from itn_sync.sandbox.pages.sheet_reading import Reader, tab_of
from itn_sync.sandbox.pages.visit import Visit, render

_WRITERS = frozenset({"owner", "organizer", "fileOrganizer", "writer"})
_FIELDS = "spreadsheetId,properties(title,locale),sheets(properties)"
_PLAIN_ROWS = 200


def show(visit: Visit, spreadsheet_id: str) -> Response:
    """One tab, as `user` (by default the first person it is shared with) sees it.

    `gid` names the tab, `cell` the cell to begin at; `#gid=…&range=…`, as Google links, works too.
    """
    args = visit.request.args
    people = _people(visit, spreadsheet_id)
    user = args.get("user", "").lower() or people[0]["emailAddress"]
    reader = Reader(visit.open_call, spreadsheet_id, user)
    try:
        book = reader.book(fields=_FIELDS)
    except ApiError as error:
        return _closed(error, spreadsheet_id, user, people)
    gid = args.get("gid", "")
    tab = tab_of(book, gid if gid in _gids(book) else "")
    role = next((p["role"] for p in people if p.get("emailAddress") == user), "")
    return render(
        "spreadsheet.html",
        book=book,
        tab=tab,
        gid=tab["properties"]["sheetId"],
        people=people,
        user=user,
        may_write=not role or role in _WRITERS,
        cell=args.get("cell", ""),
        rows=plain_rows(reader, tab, _PLAIN_ROWS),
    )


def _closed(error: ApiError, spreadsheet_id: str, user: str, people: list[Json]) -> Response:
    """The door of a spreadsheet that this person may not see; another can be chosen."""
    if error.code != HTTPStatus.FORBIDDEN:
        raise error
    return render(
        "spreadsheet_closed.html",
        status=HTTPStatus.FORBIDDEN,
        base=f"/spreadsheets/d/{spreadsheet_id}",
        user=user,
        people=people,
    )


def _gids(book: Json) -> set[str]:
    return {str(tab["properties"]["sheetId"]) for tab in book["sheets"]}


def _people(visit: Visit, spreadsheet_id: str) -> list[Json]:
    with visit.transaction(write=False) as state:
        file = files.get_file(state, spreadsheet_id)
    if file is None or file["mimeType"] != files.SPREADSHEET:
        raise not_found()
    return people_with_access(file)
