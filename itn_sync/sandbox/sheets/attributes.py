"""What cells have beside a value (format, note, validation…), kept once for all cells alike."""

from __future__ import annotations

import json

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.world import State, declare_schema

declare_schema("""
CREATE TABLE IF NOT EXISTS sheet_attrs (
    spreadsheet_id TEXT, id INTEGER, body TEXT,
    PRIMARY KEY (spreadsheet_id, id), UNIQUE (spreadsheet_id, body));
""")


class Attrs:
    """The interned cell attributes of one spreadsheet: `{"userEnteredFormat": …, "note": …}`."""

    def __init__(self, state: State, spreadsheet_id: str) -> None:
        self._state = state
        self._spreadsheet_id = spreadsheet_id
        rows = state.execute(
            "SELECT id, body FROM sheet_attrs WHERE spreadsheet_id = ?", (spreadsheet_id,)
        )
        self._bodies: dict[int, str] = {row["id"]: row["body"] for row in rows}
        self._ids = {body: key for key, body in self._bodies.items()}
        self._loaded: dict[int, Json] = {0: {}}

    def get(self, key: int) -> Json:
        """The attributes with that id; not to be changed in place."""
        if key not in self._loaded:
            self._loaded[key] = json.loads(self._bodies[key])
        return self._loaded[key]

    def id_of(self, attrs: Json) -> int:
        """The id under which these attributes are kept; 0 for none."""
        if not attrs:
            return 0
        body = json.dumps(attrs, sort_keys=True, ensure_ascii=False)
        if body not in self._ids:
            self._add(body)
        return self._ids[body]

    def _add(self, body: str) -> None:
        key = max(self._bodies, default=0) + 1
        self._bodies[key], self._ids[body] = body, key
        self._state.execute(
            "INSERT INTO sheet_attrs VALUES (?, ?, ?)", (self._spreadsheet_id, key, body)
        )
