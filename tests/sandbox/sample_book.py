"""The spreadsheet that the Sheets API's samples speak of, through Google's own client."""

from __future__ import annotations

from typing import Any


class Book:
    """A spreadsheet with the tab Sheet1, in the samples' locale."""

    def __init__(self, books: Any) -> None:
        self._books = books
        properties = {"title": "Samples", "locale": "en_US"}
        body = {"properties": properties, "sheets": [{"properties": {"title": "Sheet1"}}]}
        made = books.create(body=body).execute()
        self._at = {"spreadsheetId": made["spreadsheetId"]}
        self.tab: int = made["sheets"][0]["properties"]["sheetId"]

    def type(self, range_: str, values: list[list[Any]]) -> Any:
        """values.update as typed by a person."""
        body = {"range": range_, "majorDimension": "ROWS", "values": values}
        call = self._books.values().update
        return call(**self._at, range=range_, valueInputOption="USER_ENTERED", body=body).execute()

    def append(self, range_: str, values: list[list[Any]]) -> Any:
        """values.append as typed by a person."""
        body = {"range": range_, "majorDimension": "ROWS", "values": values}
        call = self._books.values().append
        return call(**self._at, range=range_, valueInputOption="USER_ENTERED", body=body).execute()

    def read(self, range_: str, render: str = "FORMATTED_VALUE") -> Any:
        """The values of a range."""
        call = self._books.values().get(**self._at, range=range_, valueRenderOption=render)
        return call.execute().get("values", [])

    def batch(self, *requests: Any) -> Any:
        """The replies of spreadsheets.batchUpdate."""
        body = {"requests": list(requests)}
        return self._books.batchUpdate(**self._at, body=body).execute()["replies"]

    def sheet(self, range_: str = "Sheet1!A1:F10") -> Any:
        """The tab with the cells of a range."""
        call = self._books.get(**self._at, ranges=[range_], includeGridData=True)
        return call.execute()["sheets"][0]

    def cell(self, a1: str) -> Any:
        """The CellData of one cell."""
        rows = self.sheet(f"Sheet1!{a1}")["data"][0].get("rowData", [{}])
        return rows[0].get("values", [{}])[0]

    def box(self, top: int, bottom: int, left: int, right: int) -> Any:
        """A GridRange."""
        rows = {"sheetId": self.tab, "startRowIndex": top, "endRowIndex": bottom}
        return rows | {"startColumnIndex": left, "endColumnIndex": right}

    def search(self, lookup: Any) -> Any:
        """The developer metadata that a lookup matches."""
        body = {"dataFilters": [{"developerMetadataLookup": lookup}]}
        answer = self._books.developerMetadata().search(**self._at, body=body).execute()
        return [one["developerMetadata"] for one in answer.get("matchedDeveloperMetadata", [])]
