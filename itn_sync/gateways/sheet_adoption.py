"""Ids written into rows that people typed, as one batch that is done once or not at all.

Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/request
"""

from __future__ import annotations

from collections.abc import Mapping

from itn_sync.domain.tabs import Tab
from itn_sync.gateways.cells import Json, literal
from itn_sync.gateways.sheet_places import Layout
from itn_sync.gateways.sheet_snapshot import Snapshot
from itn_sync.gateways.sheet_writes import columns_held, operation_mark

Ids = Mapping[int, str]
"""Row number → the id to write there, "" to clear it."""


def can_adopt(tab: Tab, snapshot: Snapshot) -> bool:
    """True when the tab is set up, so that its id column is where its mark says."""
    layout = snapshot.layouts.get(tab.key)
    return layout is not None and tab.id_column.key in layout.marks


def adoption_body(tab: Tab, ids: Ids, snapshot: Snapshot, operation: int, *, held: bool) -> Json:
    """The batchUpdate that writes `ids` where `snapshot` says that the column is.

    It is refused as a whole if `operation` is in use or, when `held`, the column has moved.
    """
    layout = snapshot.layouts[tab.key]
    written = [_id_written(layout, number, identity) for number, identity in sorted(ids.items())]
    holding = columns_held(layout) if held else ()
    requests = [operation_mark(operation), *holding, *written]
    return {"requests": requests, "includeSpreadsheetInResponse": True}


def _id_written(layout: Layout, number: int, identity: str) -> Json:
    column = layout.columns[layout.tab.id_column.key]
    start = {"sheetId": layout.sheet_id, "rowIndex": number - 1, "columnIndex": column}
    rows = [{"values": [{"userEnteredValue": literal(identity)}]}]
    return {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}
