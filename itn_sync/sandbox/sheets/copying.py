"""What drive.files.copy does to a spreadsheet: tabs, cells and formats go with it."""

from __future__ import annotations

from itn_sync.sandbox.drive.kinds import copier
from itn_sync.sandbox.sheets.book import MIME_TYPE
from itn_sync.sandbox.world import State


@copier(MIME_TYPE)
def copy_spreadsheet(state: State, from_id: str, to_id: str) -> None:
    """Give the new file everything that the other one holds."""
    state.execute(
        "INSERT INTO sheet_book (id, body) SELECT ?, body FROM sheet_book WHERE id = ?",
        (to_id, from_id),
    )
    state.execute(
        "INSERT INTO sheet_row (spreadsheet_id, sheet_id, position, vals, attrs)"
        " SELECT ?, sheet_id, position, vals, attrs FROM sheet_row WHERE spreadsheet_id = ?",
        (to_id, from_id),
    )
    state.execute(
        "INSERT INTO sheet_attrs (spreadsheet_id, id, body)"
        " SELECT ?, id, body FROM sheet_attrs WHERE spreadsheet_id = ?",
        (to_id, from_id),
    )
