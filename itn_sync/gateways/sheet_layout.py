"""What a tab needs to look and behave as its definition says, as requests of one batchUpdate.

Every id is chosen here, so the same batch sent twice is refused the second time as a whole.
Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/request
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from itertools import chain, count

from itn_sync.domain.names import fold
from itn_sync.domain.tabs import Colour, Column, Format, Owner, Tab
from itn_sync.gateways.cells import Json
from itn_sync.gateways.sheet_places import COLUMN_KEY, TAB_KEY, Layout
from itn_sync.gateways.sheet_snapshot import Snapshot

_ROWS = 1000
_WORKER_HEADING, _PEOPLE_HEADING = "#e8eaed", "#d3e3fd"
_WRAPPED_FROM = 300  # pixels: narrower columns would make the rows too high to scan
_PATTERNS = {
    Format.TEXT: {"type": "TEXT", "pattern": "@"},
    Format.DATE: {"type": "DATE", "pattern": "dd/mm/yyyy"},
    Format.DATETIME: {"type": "DATE_TIME", "pattern": "dd/mm/yyyy hh:mm"},
    Format.NUMBER: {"type": "NUMBER", "pattern": "0"},
}


class _Ids:
    """Ids that nobody uses yet, the same ones for the same snapshot: from the tab's hundred on."""

    def __init__(self, taken: frozenset[int]) -> None:
        self._taken = set(taken)

    def take(self, tab: Tab, position: int) -> int:
        """`position` in the tab's hundred if free, else the first free one after all columns."""
        first = tab.sheet_id * 100
        wanted = chain([first + position], count(first + len(tab.columns)))
        number = next(n for n in wanted if n not in self._taken)
        self._taken.add(number)
        return number

    def column(self, tab: Tab, column: Column) -> int:
        """An id for something on `column`."""
        return self.take(tab, tab.columns.index(column))


def set_up_requests(snapshot: Snapshot, worker: str) -> list[Json]:
    """The requests that make tabs, columns, marks and protections which `snapshot` lacks.

    `worker` is the address that may edit protected columns. Empty when nothing is lacking.
    """
    ids = _Ids(snapshot.taken)
    requests: list[Json] = []
    is_new = not snapshot.layouts and len(snapshot.titles) == 1  # Google's empty tab alone
    for index, tab in enumerate(snapshot.missing):
        first = {"index": index} if is_new else {}  # a spreadsheet opens at its first tab
        requests += _new_tab(tab, snapshot.titles, worker, ids, first)
    for layout in snapshot.layouts.values():
        if layout.unfinished:
            requests += _completed_tab(layout, worker, ids)
    return requests


def column_cell(column: Column) -> Json:
    """The look and the rule of a column's cells, as CellData without value."""
    cell: Json = {
        "userEnteredFormat": {
            "numberFormat": _PATTERNS[column.format],
            "wrapStrategy": "WRAP" if column.width >= _WRAPPED_FROM else "CLIP",
            "verticalAlignment": "TOP",
        }
    }
    rule = _rule(column)
    return cell | {"dataValidation": rule} if rule else cell


def _rule(column: Column) -> Json | None:
    if column.owner is Owner.PEOPLE and column.choices:
        values = [{"userEnteredValue": choice} for choice in column.choices]
        return {
            "condition": {"type": "ONE_OF_LIST", "values": values},
            "strict": True,
            "showCustomUi": True,
        }
    if column.owner is Owner.PEOPLE and column.format in (Format.DATE, Format.DATETIME):
        return {"condition": {"type": "DATE_IS_VALID"}, "strict": True, "showCustomUi": True}
    return None


def _new_tab(tab: Tab, titles: Set[str], worker: str, ids: _Ids, place: Json) -> Iterator[Json]:
    places = {column.key: index for index, column in enumerate(tab.columns)}
    size = {"rowCount": _ROWS, "columnCount": len(places), "frozenRowCount": 1}
    title = f"{tab.title} (itn-sync)" if fold(tab.title) in titles else tab.title
    properties = {"sheetId": tab.sheet_id, "title": title, "gridProperties": size}
    yield {"addSheet": {"properties": properties | place}}
    for column in tab.columns:
        yield from _dressed(tab, tab.sheet_id, column, places[column.key], worker, ids)
    if tab.row_height:
        yield _row_heights(tab)
    yield from _colours(tab, tab.sheet_id, places)
    yield {"setBasicFilter": {"filter": _filter(tab, places)}}


def _row_heights(tab: Tab) -> Json:
    span = {"sheetId": tab.sheet_id, "dimension": "ROWS", "startIndex": 1, "endIndex": _ROWS}
    properties = {"pixelSize": tab.row_height}
    return {
        "updateDimensionProperties": {
            "range": span,
            "properties": properties,
            "fields": "pixelSize",
        }
    }


def _completed_tab(layout: Layout, worker: str, ids: _Ids) -> Iterator[Json]:
    tab, sheet_id = layout.tab, layout.sheet_id
    places = dict(layout.columns)
    absent = layout.missing_columns
    if absent:
        yield _inserted(layout, len(absent))
        places |= {column.key: layout.used + n for n, column in enumerate(absent)}
    for column in tab.columns:
        index = places[column.key]
        if column.key not in layout.marks:
            yield from _dressed(tab, sheet_id, column, index, worker, ids)
        elif column.owner is Owner.WORKER and index not in layout.guarded:
            yield _protection(sheet_id, index, worker, ids.column(tab, column))
    if not layout.known:
        yield _mark({"sheetId": sheet_id}, TAB_KEY, tab.key, ids.take(tab, 99))
        properties = {"sheetId": sheet_id, "gridProperties": {"frozenRowCount": 1}}
        fields = "gridProperties.frozenRowCount"
        yield {"updateSheetProperties": {"properties": properties, "fields": fields}}
        yield from _colours(tab, sheet_id, places)


def _inserted(layout: Layout, count: int) -> Json:
    """Fresh columns at the right: inserted, so nothing that came there meanwhile is written on."""
    span = _columns(layout.sheet_id, layout.used, layout.used + count)
    return {"insertDimension": {"range": span, "inheritFromBefore": layout.used > 0}}


def _dressed(
    tab: Tab, sheet_id: int, column: Column, index: int, worker: str, ids: _Ids
) -> Iterator[Json]:
    """Heading, look, rule, width and mark of one column; protection if it is the worker's."""
    yield _heading(sheet_id, column, index)
    yield {
        "repeatCell": {
            "range": _below_heading(sheet_id, index),
            "cell": column_cell(column),
            "fields": "userEnteredFormat(numberFormat,wrapStrategy,verticalAlignment),"
            "dataValidation",
        }
    }
    yield {
        "updateDimensionProperties": {
            "range": _columns(sheet_id, index, index + 1),
            "properties": {"pixelSize": column.width, "hiddenByUser": column.hidden},
            "fields": "pixelSize,hiddenByUser",
        }
    }
    yield mark_column(sheet_id, index, column.key, ids.column(tab, column))
    if column.owner is Owner.WORKER:
        yield _protection(sheet_id, index, worker, ids.column(tab, column))


def _heading(sheet_id: int, column: Column, index: int) -> Json:
    owned = column.owner is Owner.WORKER
    look = {
        "textFormat": {"bold": True},
        "backgroundColorStyle": _rgb(_WORKER_HEADING if owned else _PEOPLE_HEADING),
        "wrapStrategy": "WRAP",
        "verticalAlignment": "MIDDLE",
    }
    cell = {"userEnteredValue": {"stringValue": column.heading}, "userEnteredFormat": look}
    return {
        "updateCells": {
            "start": {"sheetId": sheet_id, "rowIndex": 0, "columnIndex": index},
            "rows": [{"values": [cell]}],
            "fields": "userEnteredValue,userEnteredFormat(textFormat.bold,backgroundColorStyle,"
            "wrapStrategy,verticalAlignment),dataValidation",
        }
    }


def _protection(sheet_id: int, index: int, worker: str, number: int) -> Json:
    """From the second row on: a heading may be renamed by anybody."""
    protected = {
        "protectedRangeId": number,
        "range": _below_heading(sheet_id, index),
        "description": "Colonne tenue à jour par itn-sync",
        "editors": {"users": [worker]},
    }
    return {"addProtectedRange": {"protectedRange": protected}}


def column_at(sheet_id: int, index: int) -> Json:
    """The developer metadata location of one whole column."""
    return {"dimensionRange": _columns(sheet_id, index, index + 1)}


def mark_column(sheet_id: int, index: int, key: str, number: int) -> Json:
    """The request that makes a column findable under its key, by metadata id `number`."""
    return _mark(column_at(sheet_id, index), COLUMN_KEY, key, number)


def _mark(location: Json, key: str, value: str, number: int) -> Json:
    mark = {"metadataId": number, "metadataKey": key, "metadataValue": value}
    placed = mark | {"location": location, "visibility": "DOCUMENT"}
    return {"createDeveloperMetadata": {"developerMetadata": placed}}


def _colours(tab: Tab, sheet_id: int, places: Mapping[str, int]) -> Iterator[Json]:
    for index, colour in enumerate(tab.colours):
        first = 0 if colour.struck else places[colour.paints or colour.column]
        last = max(places.values()) if colour.struck else first
        area = {"sheetId": sheet_id, "startRowIndex": 1}
        area |= {"startColumnIndex": first, "endColumnIndex": last + 1}
        condition = f'=${_letters(places[colour.column])}2="{colour.value}"'
        formula = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": condition}]}
        rule = {"condition": formula, "format": _look(colour)}
        added = {"ranges": [area], "booleanRule": rule}
        yield {"addConditionalFormatRule": {"rule": added, "index": index}}


def _look(colour: Colour) -> Json:
    look: Json = {"textFormat": {"strikethrough": True}} if colour.struck else {}
    if colour.background:
        look["backgroundColorStyle"] = _rgb(colour.background)
    return look


def _filter(tab: Tab, places: Mapping[str, int]) -> Json:
    area = {"sheetId": tab.sheet_id, "startRowIndex": 0}
    shown: Json = {"range": area | {"startColumnIndex": 0, "endColumnIndex": len(places)}}
    column, value = tab.hides
    if column:
        criteria = {"hiddenValues": [value]}
        shown["filterSpecs"] = [{"columnIndex": places[column], "filterCriteria": criteria}]
    return shown


def _columns(sheet_id: int, start: int, end: int) -> Json:
    span = {"sheetId": sheet_id, "dimension": "COLUMNS"}
    return span | {"startIndex": start, "endIndex": end}


def _below_heading(sheet_id: int, index: int) -> Json:
    span = {"startColumnIndex": index, "endColumnIndex": index + 1}
    return {"sheetId": sheet_id, "startRowIndex": 1} | span


def _rgb(colour: str) -> Json:
    parts = zip(("red", "green", "blue"), (1, 3, 5), strict=True)
    return {"rgbColor": {name: int(colour[at : at + 2], 16) / 255 for name, at in parts}}


def _letters(index: int) -> str:
    """The column's name in formulas: 0 is A, 26 is AA."""
    return (_letters(index // 26 - 1) if index >= 26 else "") + chr(ord("A") + index % 26)
