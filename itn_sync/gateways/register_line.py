"""The calls that registers need, on one spreadsheet; all of them may be sent again.

Source: https://developers.google.com/workspace/sheets/api/reference/rest
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gspread.http_client import HTTPClient
from gspread.urls import SPREADSHEET_BATCH_UPDATE_URL, SPREADSHEET_VALUES_BATCH_UPDATE_URL

from itn_sync.gateways.cells import Json
from itn_sync.gateways.register_keeping import Situations, column_read
from itn_sync.gateways.register_places import Sheet
from itn_sync.gateways.register_reading import VALUE_FIELDS, Values, value_filters, values_in
from itn_sync.gateways.session import Session

REGISTER_METHODS = (
    "sheets.spreadsheets.get",
    "sheets.spreadsheets.batchUpdate",
    "sheets.spreadsheets.values.batchGetByDataFilter",
    "sheets.spreadsheets.values.batchUpdateByDataFilter",
)

_COLUMN_FIELDS = "valueRanges(valueRange(values),dataFilters(developerMetadataLookup(metadataId)))"


class RegisterLine:
    """One spreadsheet; every method raises GatewayErrors."""

    def __init__(self, session: Session, spreadsheet_id: str) -> None:
        self._session = session
        self._client = HTTPClient(None, session=session)  # type: ignore[arg-type]  # (documented)
        self._id = spreadsheet_id
        self._values = SPREADSHEET_VALUES_BATCH_UPDATE_URL % spreadsheet_id

    def get(self, fields: str) -> Json:
        """Some of the Spreadsheet resource."""
        answer: Json = self._client.spreadsheets_get(self._id, params={"fields": fields})
        return answer

    def values(self, sheets: Sequence[Sheet]) -> Values:
        """Every cell of some tabs."""
        if not sheets:
            return values_in({})
        return values_in(self._read(value_filters(sheets), VALUE_FIELDS))

    def situations(self, sheets: Mapping[str, Sheet]) -> dict[str, Situations]:
        """Ids and situations of registers of ours as they are now, wherever the columns are."""
        asked = {unit: (one.marks["id"], one.marks["situation"]) for unit, one in sheets.items()}
        marks = [mark for pair in asked.values() for mark in pair]
        columns: dict[int, tuple[str, ...]] = {}
        for one in self._read(column_read(marks), _COLUMN_FIELDS).get("valueRanges", ()):
            cells = (one.get("valueRange", {}).get("values") or [[]])[0]
            for data_filter in one["dataFilters"]:
                mark = data_filter["developerMetadataLookup"]["metadataId"]
                columns[mark] = tuple(str(cell) for cell in cells)
        return {
            unit: Situations(columns.get(ids, ()), columns.get(texts, ()))
            for unit, (ids, texts) in asked.items()
        }

    def write(self, data: Sequence[Json]) -> None:
        """Cells, chosen by their column's mark."""
        body = {"valueInputOption": "RAW", "data": list(data)}
        self._posted(f"{self._values}ByDataFilter", body, "spreadsheetId")

    def batch(self, requests: Sequence[Json]) -> None:
        """One atomic batchUpdate, which must be refused or change nothing the second time."""
        address = SPREADSHEET_BATCH_UPDATE_URL % self._id
        self._posted(address, {"requests": list(requests)}, "spreadsheetId")

    def _read(self, body: Json, fields: str) -> Json:
        """A read, although it is a POST."""
        address = self._values.removesuffix("batchUpdate") + "batchGetByDataFilter"
        return self._posted(address, body, fields)

    def _posted(self, address: str, body: Json, fields: str) -> Json:
        with self._session.idempotent():
            response = self._client.request("post", address, {"fields": fields}, json=body)
        answer: Json = response.json()
        return answer
