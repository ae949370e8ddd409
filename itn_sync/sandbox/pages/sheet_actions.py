"""What a person does to the rows, columns, order and filter of a tab, as batchUpdate requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.exceptions import BadRequest

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.pages.sheet_filters import with_hidden
from itn_sync.sandbox.pages.sheet_places import Box, box_of, grid_range
from itn_sync.sandbox.pages.sheet_reading import size_of

Action = Callable[[Json, Json], Json]
"""Makes a Request from the tab and from what the page sent."""


def request_for(tab: Json, sent: Json) -> Json:
    """The batchUpdate request that `sent["action"]` means on that tab; raises BadRequest."""
    action = _ACTIONS.get(sent.get("action", ""))
    if action is None:
        raise BadRequest
    try:
        return action(tab, sent)
    except (KeyError, TypeError, ValueError) as error:
        raise BadRequest from error


def touched_box(tab: Json, sent: Json) -> Box:
    """The cells that the action moves or changes: where a protection may forbid it."""
    rows, columns = size_of(tab)
    if sent.get("action") == "sort":
        return _sorted_box(tab)
    start, end = int(sent.get("start", 0)), int(sent.get("end", 0))
    if sent.get("dimension") == "ROWS":
        return (start, 0, end, columns)
    return (0, start, rows, end)


def _span(tab: Json, sent: Json) -> Json:
    if sent["dimension"] not in {"ROWS", "COLUMNS"}:
        raise ValueError(sent["dimension"])
    span: Json = {"sheetId": tab["properties"]["sheetId"], "dimension": sent["dimension"]}
    return span | {"startIndex": int(sent["start"]), "endIndex": int(sent["end"])}


def _insert(tab: Json, sent: Json) -> Json:
    """New lines take the look of the ones before them, where `inherit` says so."""
    before = bool(sent.get("inherit"))
    return {"insertDimension": {"range": _span(tab, sent), "inheritFromBefore": before}}


def _delete(tab: Json, sent: Json) -> Json:
    return {"deleteDimension": {"range": _span(tab, sent)}}


def _properties(tab: Json, sent: Json, properties: Json) -> Json:
    details = {"range": _span(tab, sent), "properties": properties}
    return {"updateDimensionProperties": details | {"fields": ",".join(properties)}}


def _hide(tab: Json, sent: Json) -> Json:
    return _properties(tab, sent, {"hiddenByUser": bool(sent["hidden"])})


def _resize(tab: Json, sent: Json) -> Json:
    return _properties(tab, sent, {"pixelSize": max(21, min(int(sent["pixels"]), 2000))})


def _freeze(tab: Json, sent: Json) -> Json:
    frozen = {
        "frozenRowCount": int(sent.get("rows", 0)),
        "frozenColumnCount": int(sent.get("columns", 0)),
    }
    properties = {"sheetId": tab["properties"]["sheetId"], "gridProperties": frozen}
    fields = "gridProperties(frozenRowCount,frozenColumnCount)"
    return {"updateSheetProperties": {"properties": properties, "fields": fields}}


def _sorted_box(tab: Json) -> Box:
    """The filter's rows below its heading; without a filter all but the frozen ones."""
    rows, columns = size_of(tab)
    if "basicFilter" in tab:
        top, left, bottom, right = box_of(tab["basicFilter"].get("range", {}), rows, columns)
        return (top + 1, left, bottom, right)
    return (tab["properties"]["gridProperties"].get("frozenRowCount", 0), 0, rows, columns)


def _sort(tab: Json, sent: Json) -> Json:
    order = "DESCENDING" if sent.get("descending") else "ASCENDING"
    spec = {"dimensionIndex": int(sent["column"]), "sortOrder": order}
    area = grid_range(tab["properties"]["sheetId"], _sorted_box(tab))
    return {"sortRange": {"range": area, "sortSpecs": [spec]}}


def _filter(tab: Json, sent: Json) -> Json:
    box: Any = tuple(map(int, sent["box"]))
    area = grid_range(tab["properties"]["sheetId"], box)
    return {"setBasicFilter": {"filter": {"range": area}}}


def _unfilter(tab: Json, _sent: Json) -> Json:
    return {"clearBasicFilter": {"sheetId": tab["properties"]["sheetId"]}}


def _criteria(tab: Json, sent: Json) -> Json:
    hidden = [str(text) for text in sent["hidden"]]
    return {"setBasicFilter": {"filter": with_hidden(tab, int(sent["column"]), hidden)}}


_ACTIONS: dict[str, Action] = {
    "insert": _insert,
    "delete": _delete,
    "hide": _hide,
    "resize": _resize,
    "freeze": _freeze,
    "sort": _sort,
    "filter": _filter,
    "unfilter": _unfilter,
    "criteria": _criteria,
}
