"""A spreadsheet of the direction's, shared with the worker and the secretariat, on a sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from itn_sync.domain.actions import WriteRow
from itn_sync.domain.seen import Cell
from itn_sync.domain.tabs import Book, Colour, Column, Format, Owner, Tab
from itn_sync.gateways.cells import Json
from itn_sync.gateways.google import Google
from itn_sync.gateways.retries import Policy, Quotas
from itn_sync.gateways.sheets import SCOPE, Spreadsheet
from itn_sync.sandbox.server import serve

WORKER = "itn-sync@ecole.example"
DIRECTION = "direction@ecole.example"
SECRETARIAT = "secretariat@ecole.example"
DRIVE = "https://www.googleapis.com/auth/drive"

TAB = Tab(
    "suivi",
    "Suivi",
    71_900,
    Book.TRACKING,
    (
        Column("id", "Dossier"),
        Column("name", "Étudiant", width=170),
        Column("due", "Avant le", format=Format.DATE),
        Column("status", "Statut", Owner.PEOPLE, choices=("À contacter", "Clos")),
        Column("notes", "Remarques", Owner.PEOPLE, width=240),
    ),
    (Colour("status", "Clos", "#eeeeee", struck=True),),
)


def row(identity: str, **cells: Cell) -> WriteRow:
    """A wanted row of TAB whose status is «À contacter» at first."""
    return WriteRow(TAB.key, identity, cells, "parce que", {"status": "À contacter"})


@dataclass
class Office:
    """The spreadsheet and whoever acts on it; `waits` are the seconds nobody really waited."""

    root: str
    google: Google
    id: str
    waits: list[float]

    def spreadsheet(self, *tabs: Tab, worker: str = WORKER) -> Spreadsheet:
        """As the worker sees it."""
        session = self.google.session(worker, [SCOPE])
        return Spreadsheet(session, self.id, tabs or (TAB,), worker=worker, link_root=self.root)

    def ready(self) -> Spreadsheet:
        """As the worker sees it, set up and read."""
        spreadsheet = self.spreadsheet()
        spreadsheet.set_up(spreadsheet.read())
        spreadsheet.read()
        return spreadsheet

    def batch(self, *wanted: Json, user: str = DIRECTION) -> None:
        """What a person does by hand, as batchUpdate requests."""
        self._post(f"/v4/spreadsheets/{self.id}:batchUpdate", user, {"requests": list(wanted)})

    def type(self, cell: str, value: object, user: str = SECRETARIAT) -> None:
        """A person types into one cell (A1 notation with the tab)."""
        body = {
            "valueInputOption": "USER_ENTERED",
            "data": [{"range": cell, "values": [[value]]}],
        }
        self._post(f"/v4/spreadsheets/{self.id}/values:batchUpdate", user, body)

    def rows(self, title: str = TAB.title) -> list[list[Any]]:
        """All values of a tab as a person sees them, dates as serial numbers."""
        address = f"https://sheets.googleapis.com/v4/spreadsheets/{self.id}/values/{title}"
        session = self.google.session(DIRECTION, [SCOPE])
        asked = {"valueRenderOption": "UNFORMATTED_VALUE"}
        values: list[list[Any]] = session.get(address, params=asked).json().get("values", [])
        return values

    def get(self, **params: Any) -> Json:
        """The Spreadsheet resource."""
        address = f"https://sheets.googleapis.com/v4/spreadsheets/{self.id}"
        answer: Json = self.google.session(DIRECTION, [SCOPE]).get(address, params=params).json()
        return answer

    def column(self, title: str, key: str = TAB.key) -> list[Any]:
        """What stands under the heading `title` in TAB, top to bottom."""
        values = self.rows({"suivi": TAB.title}.get(key, key))
        place = values[0].index(title)
        return [line[place] if place < len(line) else "" for line in values[1:]]

    def calls(self) -> dict[str, int]:
        """The API calls since the last question, by method."""
        log = requests.get(f"{self.root}sandbox/v1/requests", timeout=10).json()
        requests.delete(f"{self.root}sandbox/v1/requests", timeout=10)
        return {k: n for k, n in log["byMethod"].items() if k.startswith("sheets.")}

    def trouble(self, **fault: Any) -> None:
        """A fault to come (`times` defaults to once)."""
        body = {"faults": [{"times": 1} | fault]}
        requests.put(f"{self.root}sandbox/v1/faults", json=body, timeout=10).raise_for_status()

    def _post(self, path: str, user: str, body: Json) -> Json:
        session = self.google.session(user, [SCOPE])
        answer: Json = session.post(f"https://sheets.googleapis.com{path}", json=body).json()
        return answer


def span(dimension: str, start: int, end: int) -> Json:
    """Rows or columns [start, end) of TAB."""
    place = {"sheetId": TAB.sheet_id, "dimension": dimension}
    return {"range": place | {"startIndex": start, "endIndex": end}}


def insert_column(office: Office) -> None:
    office.batch({"insertDimension": span("COLUMNS", 1, 2)})
    office.type("Suivi!B1", "À nous")
    office.type("Suivi!B2", "notre note")


def insert_column_before_the_first(office: Office) -> None:
    office.batch({"insertDimension": span("COLUMNS", 0, 1)})
    office.type("Suivi!A1", "À nous")


def move_a_column(office: Office) -> None:
    source = span("COLUMNS", 4, 5)["range"]
    office.batch({"moveDimension": {"source": source, "destinationIndex": 0}})


def delete_an_own_column(office: Office) -> None:
    office.batch({"deleteDimension": span("COLUMNS", 2, 3)})


def rename_a_heading(office: Office) -> None:
    office.type("Suivi!B1", "Étudiant ou étudiante")


def insert_a_row(office: Office) -> None:
    office.batch({"insertDimension": span("ROWS", 1, 2)})


def sort_backwards(office: Office) -> None:
    area = {"sheetId": TAB.sheet_id, "startRowIndex": 1, "startColumnIndex": 0}
    specs = [{"dimensionIndex": 0, "sortOrder": "DESCENDING"}]
    office.batch({"sortRange": {"range": area, "sortSpecs": specs}})


def move_the_tab(office: Office) -> None:
    properties = {"sheetId": TAB.sheet_id, "index": 0, "title": "Ailleurs"}
    office.batch({"updateSheetProperties": {"properties": properties, "fields": "index,title"}})
    properties |= {"title": "Suivi"}
    office.batch({"updateSheetProperties": {"properties": properties, "fields": "title"}})


@contextmanager
def offices(folder: Path) -> Iterator[Callable[[], Office]]:
    """A sandbox on which each call opens a new spreadsheet, owned by the direction, which the
    worker and the secretariat may edit."""
    waits: list[float] = []
    policy = Policy(sleep=waits.append)
    many = Quotas(sheets_reads=100_000, sheets_writes=100_000)
    with (
        serve(folder) as running,
        Google(running.url, running.credentials, policy=policy, quotas=many) as google,
    ):
        yield lambda: _opened(running.url, google, waits)


def _opened(root: str, google: Google, waits: list[float]) -> Office:
    waits.clear()
    requests.delete(f"{root}sandbox/v1/faults", timeout=10).raise_for_status()
    properties = {"title": "Suivi", "locale": "fr_BE", "timeZone": "Europe/Brussels"}
    direction = google.session(DIRECTION, [SCOPE, DRIVE])
    address = "https://sheets.googleapis.com/v4/spreadsheets"
    made: Json = direction.post(address, json={"properties": properties}).json()
    for person in (WORKER, SECRETARIAT):
        permission = {"role": "writer", "type": "user", "emailAddress": person}
        address = f"https://www.googleapis.com/drive/v3/files/{made['spreadsheetId']}/permissions"
        direction.post(address, json=permission)
    return Office(root, google, made["spreadsheetId"], waits)
