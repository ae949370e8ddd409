"""A spreadsheet that the worker and people write in together, through gspread's client.

Its row helpers are not used: they guess tables and turn "7,5" into 75 (facts 5.2, 5.5).
Source: https://developers.google.com/workspace/sheets/api/reference/rest
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from gspread.http_client import HTTPClient
from gspread.urls import SPREADSHEET_BATCH_UPDATE_URL, SPREADSHEET_VALUES_BATCH_UPDATE_URL

from itn_sync.domain.tabs import Tab
from itn_sync.gateways.cells import Json
from itn_sync.gateways.errors import Refused
from itn_sync.gateways.session import Session
from itn_sync.gateways.sheet_adoption import (
    Ids,
    adoption_body,
    can_adopt,
)
from itn_sync.gateways.sheet_layout import set_up_requests
from itn_sync.gateways.sheet_places import Layout
from itn_sync.gateways.sheet_snapshot import FIELDS, Snapshot, read_snapshot
from itn_sync.gateways.sheet_writes import (
    ANSWER,
    Changes,
    Rows,
    append_body,
    stray_bodies,
    update_bodies,
)

__all__ = ["SCOPE", "Layout", "Snapshot", "Spreadsheet"]

SCOPE = "https://www.googleapis.com/auth/spreadsheets"
"""What `Spreadsheet` needs for these methods; reads of developer metadata too (facts 5.1)."""

SHEETS_METHODS = (
    "sheets.spreadsheets.get",
    "sheets.spreadsheets.batchUpdate",
    "sheets.spreadsheets.values.batchUpdateByDataFilter",
)

_TRIES = 4
_REPAIRS = 3
_GOOGLE_DOCS = "https://docs.google.com/"


class Spreadsheet:
    """One spreadsheet and the tabs of it that the worker keeps.

    `session` calls as `worker`, an address that may edit the spreadsheet. Every method raises
    GatewayErrors: Refused for what Google will never accept, such as a cell that is too long.
    """

    def __init__(
        self,
        session: Session,
        spreadsheet_id: str,
        tabs: Sequence[Tab],
        *,
        worker: str,
        link_root: str = _GOOGLE_DOCS,
    ) -> None:
        self._session = session
        self._client = HTTPClient(None, session=session)  # type: ignore[arg-type]  # (documented)
        self._id = spreadsheet_id
        self._tabs = tuple(tabs)
        self._worker = worker
        self._link_root = link_root if link_root.endswith("/") else f"{link_root}/"
        self._latest: Snapshot | None = None

    def read(self) -> Snapshot:
        """Layout and values of all tabs at one instant, in one call."""
        return self._seen(self._client.spreadsheets_get(self._id, params={"fields": FIELDS}))

    def set_up(self, snapshot: Snapshot) -> None:
        """Make what `snapshot` lacks (tabs, columns, marks, protections), all or nothing.

        One call; none when nothing is lacking. Doing it twice changes nothing.
        """
        requests = set_up_requests(snapshot, self._worker)
        for _ in range(_TRIES):
            if not requests:
                return
            self._latest = None
            try:
                self._batch({"requests": requests}, "spreadsheetId")
            except Refused as refusal:
                # Either people changed the layout, or it was done and the answer got lost.
                again = set_up_requests(self.read(), self._worker)
                if again == requests:
                    raise
                requests, refused = again, refusal
            else:
                return
        raise refused

    def append(self, rows: Rows, operation: int, expired: Sequence[int] = ()) -> Snapshot:
        """Add rows at the end of their tabs, all or none, once; answers what is there then.

        `operation` is a number used for no other append in this spreadsheet; `expired` are earlier
        ones to forget. Columns stand where the latest reading saw them: if one has moved since,
        Google refuses the batch and it is placed anew.
        """
        snapshot = self._latest or self.read()
        held = True
        for _ in range(_TRIES):
            body = append_body(rows, snapshot, operation, expired, held=held)
            try:
                return self._seen(self._batch(body, ANSWER)["updatedSpreadsheet"])
            except Refused as refusal:
                refused, before, snapshot = refusal, snapshot, self.read()
            if _is_applied(rows, operation, snapshot):
                return snapshot
            moved = _places(rows, before) != _places(rows, snapshot)
            if not moved and not held:
                break
            # Refused although nothing moved: in case it was the holding that Google dislikes.
            held = moved
        raise refused

    def adopt(
        self,
        tab: Tab,
        snapshot: Snapshot,
        ids: Callable[[Snapshot], Ids],
        operation: Callable[[Snapshot], int],
    ) -> Snapshot:
        """Write ids into rows of `tab` that people typed; answers what is there then.

        `ids` says what the id column should read where it does not, by row number; `operation`
        gives a number used for nothing else in this spreadsheet, the same again while it has not
        landed. What comes back was read with the write: an id that a sort put on another row is
        seen at once and, if `ids` says so, taken back, three times at most.
        """
        held = True
        for _ in range(_REPAIRS + 1):
            wanted = ids(snapshot) if can_adopt(tab, snapshot) else {}
            if not wanted:
                break
            before, number = snapshot, operation(snapshot)
            body = adoption_body(tab, wanted, before, number, held=held)
            try:
                snapshot = self._seen(self._batch(body, ANSWER)["updatedSpreadsheet"])
            except Refused:
                snapshot = self.read()
                if snapshot == before and not held:
                    raise
            # Refused although nothing moved: in case it was the holding that Google dislikes.
            held = snapshot != before
        return snapshot

    def update(self, changes: Changes, snapshot: Snapshot) -> Snapshot:
        """Write cells of the worker's columns, by tab, row id and column key; None clears.

        Rows are addressed by the number they have in `snapshot`, which should be the latest. What
        comes back was read after the write: compare, and repair what a sort in between displaced.
        Text caught by a row that people inserted has been cleared by then. No call for no change.
        """
        if not update_bodies(changes, snapshot):
            return snapshot
        placed = self._written(changes, snapshot)
        found = self.read()
        strays = stray_bodies(changes, placed, found)
        if not strays:
            return found
        self._send(strays)
        return self.read()

    def _written(self, changes: Changes, snapshot: Snapshot) -> Snapshot:
        """Write, and answer the snapshot by which the rows were addressed in the end."""
        for _ in range(_TRIES):
            try:
                self._send(update_bodies(changes, snapshot))
            except Refused as refusal:
                refused, before, snapshot = refusal, snapshot, self.read()
            else:
                return snapshot
            # Rows may have been deleted meanwhile, so that the tab is too short for the write.
            if snapshot == before:
                break
        raise refused

    def _send(self, bodies: Sequence[Json]) -> None:
        address = f"{SPREADSHEET_VALUES_BATCH_UPDATE_URL % self._id}ByDataFilter"
        for body in bodies:
            with self._may_be_sent_twice():
                self._client.request("post", address, {"fields": "spreadsheetId"}, json=body)

    def row_link(self, tab_key: str, row_number: int) -> str:
        """The address that opens the spreadsheet on that row."""
        layouts = self._latest.layouts if self._latest else {}
        planned = {tab.key: tab.sheet_id for tab in self._tabs}
        sheet = layouts[tab_key].sheet_id if tab_key in layouts else planned[tab_key]
        path = f"spreadsheets/d/{self._id}/edit?gid={sheet}#gid={sheet}&range=A{row_number}"
        return self._link_root + path

    def _seen(self, answer: Json) -> Snapshot:
        self._latest = read_snapshot(answer, self._tabs)
        return self._latest

    def _batch(self, body: Json, fields: str) -> Json:
        address = SPREADSHEET_BATCH_UPDATE_URL % self._id
        with self._may_be_sent_twice():
            response = self._client.request("post", address, {"fields": fields}, json=body)
        answer: Json = response.json()
        return answer

    @contextmanager
    def _may_be_sent_twice(self) -> Iterator[None]:
        """For writes that are refused, or change nothing, the second time."""
        with self._session.idempotent():
            yield


def _is_applied(rows: Rows, operation: int, snapshot: Snapshot) -> bool:
    """True when the append was done and only its answer got lost."""
    present = (
        row.id in snapshot.tables[tab.key].rows
        for tab, wanted in rows.items()
        if tab.key in snapshot.tables
        for row in wanted
    )
    return operation in snapshot.operations and all(present)


def _places(rows: Rows, snapshot: Snapshot) -> list[object]:
    """Where the columns of the tabs of `rows` are."""
    found = (snapshot.layouts.get(tab.key) for tab in rows)
    return [layout and (layout.columns, layout.marks) for layout in found]
