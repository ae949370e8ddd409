"""`POST /sandbox/v1/import {"spreadsheets": [...]}`: spreadsheets for tests and demo."""

from __future__ import annotations

from datetime import datetime

from itn_sync.sandbox import files
from itn_sync.sandbox.call import importer
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.book import MIME_TYPE, Book, default_title, new_body, new_sheet
from itn_sync.sandbox.sheets.grid import Row
from itn_sync.sandbox.world import State


@importer("spreadsheets")
def import_spreadsheets(state: State, items: list[Json], now: datetime) -> None:
    """Each item:

    {"id": "1Suivi…" (optional), "title": "Suivi", "owner": "itn-sync@ecole.example",
     "locale": "fr_BE", "timeZone": "Europe/Brussels",
     "sheets": [{"sheetId": 0, "title": "Inscriptions", "rowCount": 1000, "columnCount": 26,
                 "values": [["Nom", "Prénom"], ["Dupont", null], [46266, true]]}],
     "permissions": [{"role": "writer", "type": "user", "emailAddress": "a@ecole.example"},
                     {"role": "reader", "type": "domain", "domain": "ecole.example"}]}

    Only title and owner are required. Values are stored as they are (RAW); without `sheets` there
    is one empty tab.
    """
    for item in items:
        _import_one(state, item, now)


def _import_one(state: State, item: Json, now: datetime) -> None:
    file = files.create_file(
        state,
        owner=item["owner"],
        name=item["title"],
        mime_type=MIME_TYPE,
        now=now,
        file_id=item.get("id", ""),
    )
    properties: Json = {name: item[name] for name in ("locale", "timeZone") if name in item}
    body = new_body(properties)
    if item.get("sheets"):
        locale = body["properties"]["locale"]
        body["sheets"] = [_sheet(one, locale, n) for n, one in enumerate(item["sheets"])]
    book = Book(state, file["id"], body)
    for stored, sent in zip(book.sheets, item.get("sheets", ()), strict=False):
        grid = book.grid(stored["properties"]["sheetId"])
        for position, values in enumerate(sent.get("values", ())):
            grid.keep(position, Row([None if v == "" else v for v in values], []))
    book.save()
    for permission in item.get("permissions", ()):
        files.share(
            state,
            file["id"],
            role=permission["role"],
            type=permission["type"],
            email=permission.get("emailAddress", ""),
            domain=permission.get("domain", ""),
        )


def _sheet(sent: Json, locale: str, number: int) -> Json:
    """The tab; its grid is never smaller than its values."""
    values = sent.get("values", [])
    grid = {
        "rowCount": max(sent.get("rowCount", 1000), len(values)),
        "columnCount": max(sent.get("columnCount", 26), *map(len, values), 1),
    }
    title = sent.get("title") or default_title(locale, number + 1)
    return new_sheet(sent.get("sheetId", number), title, {"gridProperties": grid})
