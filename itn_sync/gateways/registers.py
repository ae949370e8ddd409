"""The registers of one section and site, or a sheet of the school's own that holds one.

Teachers write in them all day long. Reading never disturbs them; the worker writes new tabs, new
rows and the situation column, and nothing else: see `register_keeping`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from itn_sync.gateways.errors import Refused
from itn_sync.gateways.register_keeping import (
    Changes,
    Situations,
    StudentChanges,
    appending,
    can_keep,
    column_written,
    corrections,
    situations_in,
)
from itn_sync.gateways.register_line import REGISTER_METHODS, RegisterLine
from itn_sync.gateways.register_looks import guide_requests
from itn_sync.gateways.register_making import NewTab, RegisterStudent, making_bodies
from itn_sync.gateways.register_places import (
    FIELDS,
    Sheet,
    TabPlace,
    our_place,
    sheet_id_of,
    sheets_in,
)
from itn_sync.gateways.register_reading import RegisterSnapshot, found_sheets, snapshot_of
from itn_sync.gateways.session import Session

__all__ = [
    "REGISTER_METHODS",
    "NewTab",
    "RegisterBook",
    "RegisterSnapshot",
    "RegisterStudent",
    "StudentChanges",
    "TabPlace",
    "our_place",
    "sheet_id_of",
]

_TRIES = 4
_READINGS = 3
_REPAIRS = 3
_GOOGLE_DOCS = "https://docs.google.com/"
_TAB_FIELDS = "sheets(properties(sheetId,title))"
_BLANK_TAB = 0
"""The sheetId of the one tab of a new spreadsheet."""


class RegisterBook:
    """One spreadsheet of registers; `session` calls as somebody who may edit it.

    Every method raises GatewayErrors: Missing for a spreadsheet that is gone or not shared.
    """

    def __init__(
        self,
        session: Session,
        spreadsheet_id: str,
        *,
        link_root: str = _GOOGLE_DOCS,
    ) -> None:
        self._line = RegisterLine(session, spreadsheet_id)
        root = link_root if link_root.endswith("/") else f"{link_root}/"
        self.link = f"{root}spreadsheets/d/{spreadsheet_id}/edit"

    def read(self, tabs: Mapping[str, TabPlace]) -> RegisterSnapshot:
        """The registers of these UEs, at one instant. Two calls, more while people change tabs."""
        for left in reversed(range(_READINGS)):
            answer = self._line.get(FIELDS)
            sheets = list(found_sheets(tabs, answer).values())
            try:
                values = self._line.values(sheets)
            except Refused:  # a tab was deleted in between
                if not left:
                    raise
                continue
            if values.fit(sheets):
                break
        return snapshot_of(tabs, answer, values, self.link)

    def make_tabs(self, tabs: Sequence[NewTab]) -> tuple[str, ...]:
        """Make the tabs that are not there; their UEs. Doing it twice changes nothing."""
        sheets = self._sheets()
        there = {sheet.sheet_id for sheet in sheets}
        absent = tuple(tab.unit for tab in tabs if sheet_id_of(tab.unit) not in there)
        for _ in range(_TRIES):
            batches = making_bodies(tabs, sheets)
            if not batches:
                return absent
            if self._is_new(sheets):
                batches[0] += guide_requests(_BLANK_TAB, tabs[0].marks)
            try:
                for requests in batches:
                    self._line.batch(requests)
            except Refused as refusal:
                # Either somebody made a tab of that name, or ours was made and the answer got lost.
                refused, before, sheets = refusal, sheets, self._sheets()
                if sheets == before:
                    raise
            else:
                return absent
        raise refused

    def keep_students(self, changes: Changes, snapshot: RegisterSnapshot) -> None:
        """Add rows at the end and set situations, wherever people have moved things meanwhile.

        A UE whose tab or id column is gone, and an id that is in no row, are left for another time.
        """
        kept = {unit: change for unit, change in changes.items() if can_keep(unit, snapshot)}
        current = self._appended(kept, snapshot)
        wanted = {
            unit: _overlaid(situations_in(unit, current), change.situations)
            for unit, change in kept.items()
            if change.situations
            and can_keep(unit, current)
            and "situation" in current.sheets[unit].parts
        }
        self._situated(wanted, kept, current)

    def _appended(self, changes: Changes, snapshot: RegisterSnapshot) -> RegisterSnapshot:
        """Add the rows; what is there then."""
        held, refused = True, None
        for _ in range(_TRIES):
            requests = appending(changes, snapshot, held=held)
            if not requests:
                return snapshot
            before, refused = snapshot, None
            try:
                self._line.batch(requests)
            except Refused as refusal:
                refused = refusal
            snapshot = self.read({unit: our_place(unit) for unit in changes})
            moved = snapshot.sheets != before.sheets
            if not moved and not held:
                break
            # Refused although nothing moved: in case it was the holding that Google dislikes.
            held = moved
        if refused and appending(changes, snapshot, held=False):
            raise refused
        return snapshot

    def _situated(
        self, wanted: Mapping[str, Mapping[str, str]], changes: Changes, current: RegisterSnapshot
    ) -> None:
        """Write, look again by id, and repair what a sort in between displaced."""
        found = {unit: situations_in(unit, current) for unit in wanted}
        for _ in range(_REPAIRS + 1):
            data = []
            for unit, texts in wanted.items():
                ours = frozenset(filter(None, changes[unit].situations.values()))
                if cells := corrections(texts, ours, found[unit]):
                    mark = current.sheets[unit].marks["situation"]
                    data.append(column_written(mark, cells))
            if not data:
                return
            self._line.write(data)
            found = self._line.situations({unit: current.sheets[unit] for unit in wanted})

    def _sheets(self) -> tuple[Sheet, ...]:
        return sheets_in(self._line.get(_TAB_FIELDS))

    def _is_new(self, sheets: Sequence[Sheet]) -> bool:
        """True for a spreadsheet that has Google's one empty tab and nothing else."""
        if [sheet.sheet_id for sheet in sheets] != [_BLANK_TAB]:
            return False
        return not self._line.values(sheets).rows.get(_BLANK_TAB)


def _overlaid(before: Situations, changes: Mapping[str, str]) -> dict[str, str]:
    """What every row should say: as it was, but for the changes."""
    as_was = {identity: before.text(row) for row, identity in enumerate(before.ids) if identity}
    return as_was | {identity: text for identity, text in changes.items() if identity in as_was}
