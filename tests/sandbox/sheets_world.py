"""A world with a spreadsheet, called directly: what the wire would do after its checks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import itn_sync.sandbox.sheets  # noqa: F401  (registers the behaviours)
from itn_sync.sandbox import files, world
from itn_sync.sandbox.call import Call, behaviour_of
from itn_sync.sandbox.discovery import method
from itn_sync.sandbox.errors import ApiError, Json

OWNER = "itn-sync@ecole.example"
EDITOR = "secretariat@ecole.example"
READER = "direction@ecole.example"


@dataclass
class Workbook:
    """One spreadsheet of OWNER's, shared with EDITOR and READER."""

    world: world.World
    id: str = ""

    def call(self, name: str, *, user: str = OWNER, body: Json | None = None, **params: Any) -> Any:
        """The answer of `sheets.spreadsheets.<name>`, committed."""
        if self.id:
            params = {"spreadsheetId": self.id} | params
        with self.world.transaction(write=True) as state:
            id_ = f"sheets.spreadsheets.{name}"
            project = params.pop("project", "sandbox-project")
            now = world.now(state)
            one = Call(method(id_), user, state, now, params, body or {}, None, project)
            return behaviour_of(id_)(one)

    def batch(self, *requests: Json, user: str = OWNER, **body: Any) -> Any:
        """spreadsheets.batchUpdate with these requests."""
        return self.call("batchUpdate", user=user, body={"requests": list(requests)} | body)

    def write(self, range_: str, values: list[list[Any]], option: str = "RAW", **more: Any) -> Any:
        """values.update."""
        return self.call(
            "values.update", range=range_, valueInputOption=option, body={"values": values}, **more
        )

    def read(self, range_: str, render: str = "UNFORMATTED_VALUE", **more: Any) -> Any:
        """values.get, only the values."""
        answer = self.call("values.get", range=range_, valueRenderOption=render, **more)
        return answer.get("values", [])

    def cell(self, a1: str) -> Json:
        """The CellData of one cell."""
        book = self.call("get", ranges=[a1], includeGridData=True)
        rows = book["sheets"][0]["data"][0].get("rowData", [{}])
        found: Json = rows[0].get("values", [{}])[0]
        return found


@contextmanager
def workbook(folder: Path, locale: str = "fr_BE", **sheet: Any) -> Iterator[Workbook]:
    """A new spreadsheet with one tab, sheetId 0."""
    one = Workbook(world.World(folder / f"{locale}.sqlite"))
    body: Json = {"properties": {"title": "Suivi", "locale": locale}}
    if sheet:
        body["sheets"] = [{"properties": sheet}]
    one.id = one.call("create", body=body)["spreadsheetId"]
    with one.world.transaction(write=True) as state:
        files.share(state, one.id, role="writer", type="user", email=EDITOR)
        files.share(state, one.id, role="reader", type="user", email=READER)
    yield one
    one.world.close()


@contextmanager
def refused(code: int, text: str) -> Iterator[None]:
    """The call within is refused with that status and that text in its message."""
    with pytest.raises(ApiError) as caught:
        yield
    assert caught.value.code == code
    assert text in caught.value.message


def box(top: int, left: int, bottom: int, right: int) -> Json:
    """A GridRange of the tab 0."""
    rows = {"startRowIndex": top, "endRowIndex": bottom}
    return {"sheetId": 0, "startColumnIndex": left, "endColumnIndex": right} | rows


def row(*values: Any) -> Json:
    """A RowData of literal values."""
    kinds = {str: "stringValue", bool: "boolValue", int: "numberValue", float: "numberValue"}
    return {"values": [{"userEnteredValue": {kinds[type(v)]: v}} for v in values]}
