"""The page of a spreadsheet: seen, and typed into, as one of the people who have access."""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import urlencode

from werkzeug import Response

from itn_sync.sandbox import files
from itn_sync.sandbox.errors import ApiError, Json, not_found
from itn_sync.sandbox.pages.home import people_with_access
from itn_sync.sandbox.pages.sheet_view import SheetView, choices_of, is_guarded, sheet_view
from itn_sync.sandbox.pages.visit import Visit, render, see_other

_CELL = re.compile(r"[A-Za-z]{1,3}[1-9]\d{0,6}")
_WRITERS = frozenset({"owner", "organizer", "fileOrganizer", "writer"})


def show(visit: Visit, spreadsheet_id: str) -> Response:
    """One tab, as `user` (by default the first person it is shared with) sees it."""
    people = _people(visit, spreadsheet_id)
    user = visit.request.args.get("user", "").lower() or people[0]["emailAddress"]
    cell = visit.request.args.get("cell", "")
    return _page(visit, spreadsheet_id, people, user=user, gid=_gid(visit), cell=cell)


def write(visit: Visit, spreadsheet_id: str) -> Response:
    """Type a value into a cell as a person would; a refusal is shown with its reason."""
    typed = visit.request.form
    user, cell, value = typed.get("user", ""), typed.get("cell", "").strip(), typed.get("value", "")
    gid = _gid(visit)
    refusal = _write(visit, spreadsheet_id, user, gid, cell, value)
    if refusal:
        people = _people(visit, spreadsheet_id)
        return _page(
            visit,
            spreadsheet_id,
            people,
            user=user,
            gid=gid,
            cell=cell,
            typed=value,
            refusal=refusal,
        )
    query = urlencode({"user": user, "gid": gid, "cell": cell.upper()})
    return see_other(f"/spreadsheets/d/{spreadsheet_id}/edit?{query}#{cell.upper()}")


def _gid(visit: Visit) -> str:
    gid = visit.request.values.get("gid", "")
    return gid if gid.isascii() and gid.isdigit() else ""


def _people(visit: Visit, spreadsheet_id: str) -> list[Json]:
    with visit.transaction(write=False) as state:
        file = files.get_file(state, spreadsheet_id)
    if file is None or file["mimeType"] != files.SPREADSHEET:
        raise not_found()
    return people_with_access(file)


def _tabs(visit: Visit, spreadsheet_id: str, user: str) -> Json:
    found: Json = visit.open_call(
        "sheets.spreadsheets.get", user=user, spreadsheetId=spreadsheet_id, includeGridData=False
    )
    return found


def _chosen(book: Json, gid: str) -> Json:
    visible = [tab for tab in book["sheets"] if not tab["properties"].get("hidden")]
    wanted = [tab for tab in book["sheets"] if str(tab["properties"]["sheetId"]) == gid]
    chosen: Json = (wanted or visible)[0]
    return chosen


def _quoted(tab: Json) -> str:
    return "'" + str(tab["properties"]["title"]).replace("'", "''") + "'"


def _view(visit: Visit, spreadsheet_id: str, user: str, tab: Json) -> SheetView:
    book = visit.open_call(
        "sheets.spreadsheets.get",
        user=user,
        spreadsheetId=spreadsheet_id,
        ranges=[_quoted(tab)],
        includeGridData=True,
    )
    start = visit.request.args.get("debut", "0")
    return sheet_view(
        book["sheets"][0],
        start=int(start) if start.isdecimal() else 0,
        show_filtered="tout" in visit.request.args,
    )


def _page(  # noqa: PLR0913  (what a person chose and typed)
    visit: Visit,
    spreadsheet_id: str,
    people: list[Json],
    *,
    user: str,
    gid: str,
    cell: str = "",
    typed: str = "",
    refusal: str = "",
) -> Response:
    book = _tabs(visit, spreadsheet_id, user)
    tab = _chosen(book, gid)
    role = next((p["role"] for p in people if p.get("emailAddress") == user), "")
    return render(
        "spreadsheet.html",
        status=HTTPStatus.BAD_REQUEST if refusal else HTTPStatus.OK,
        book=book,
        tab=tab,
        gid=tab["properties"]["sheetId"],
        view=_view(visit, spreadsheet_id, user, tab),
        people=people,
        user=user,
        may_write=not role or role in _WRITERS,
        cell=cell,
        typed=typed,
        refusal=refusal,
    )


def _write(visit: Visit, spreadsheet_id: str, user: str, gid: str, cell: str, value: str) -> str:
    """Write through the API; answers why it was refused, empty when it was not."""
    if not _CELL.fullmatch(cell):
        return "Indiquez une cellule, par exemple C5."
    tab = _chosen(_tabs(visit, spreadsheet_id, user), gid)
    target = f"{_quoted(tab)}!{cell.upper()}"
    allowed = _strict_choices(visit, spreadsheet_id, user, target)
    if allowed and value and value not in allowed:
        return f"Cette cellule n'accepte que : {', '.join(allowed)}."
    try:
        visit.open_call(
            "sheets.spreadsheets.values.update",
            user=user,
            spreadsheetId=spreadsheet_id,
            range=target,
            valueInputOption="USER_ENTERED",
            body={"values": [[value]]},
        )
    except ApiError as error:
        return _reason(error, tab, cell)
    return ""


def _strict_choices(visit: Visit, spreadsheet_id: str, user: str, target: str) -> list[str]:
    """What the cell's rule lets a person type: only the page keeps to it, the API does not."""
    try:
        book = visit.open_call(
            "sheets.spreadsheets.get",
            user=user,
            spreadsheetId=spreadsheet_id,
            ranges=[target],
            includeGridData=True,
        )
    except ApiError:
        return []  # the write below is refused for the same reason, and says it
    rows = book["sheets"][0]["data"][0].get("rowData", [{}])
    data = (rows[0].get("values") or [{}])[0]
    strict = data.get("dataValidation", {}).get("strict")
    return choices_of(data) if strict else []


def _reason(error: ApiError, tab: Json, cell: str) -> str:
    if error.code == HTTPStatus.FORBIDDEN:
        return "Cette personne peut lire la feuille, pas la modifier."
    if error.code == HTTPStatus.BAD_REQUEST and is_guarded(tab, cell):
        return f"La cellule {cell.upper()} est protégée : cette personne ne peut pas la modifier."
    return f"La feuille a refusé cette valeur : {error.message}"
