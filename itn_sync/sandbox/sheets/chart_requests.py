"""batchUpdate requests about charts: embedded objects that float over the cells of a tab.

Source: https://developers.google.com/workspace/sheets/api/samples/charts
"""

from __future__ import annotations

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.book import free_id
from itn_sync.sandbox.sheets.cells import paired_colours
from itn_sync.sandbox.sheets.charts import HEIGHT, WIDTH, charts_of, checked_spec
from itn_sync.sandbox.sheets.masks import Mask, merged, update_mask
from itn_sync.sandbox.sheets.requests import Edit, request

_OVERLAY = ("anchorCell", "offsetXPixels", "offsetYPixels", "widthPixels", "heightPixels")


def _overlay(edit: Edit, sent: Json) -> Json:
    """The OverlayPosition to keep: on a cell of the grid, 600 × 371 pixels unless told."""
    anchor = sent.get("anchorCell", {})
    sheet_id = anchor.get("sheetId", 0)
    row, column = anchor.get("rowIndex", 0), anchor.get("columnIndex", 0)
    rows, columns = edit.book.size(sheet_id)
    if not (0 <= row < rows and 0 <= column < columns):
        raise invalid(
            f"anchorCell ({row}, {column}) is outside the grid. Max rows: {rows},"
            f" max columns: {columns}"
        )
    pixels = {name: sent[name] for name in _OVERLAY[1:] if name in sent}
    if any(value < 0 for value in pixels.values()):
        raise invalid("The offsets and sizes of an embedded object must be non-negative.")
    cell = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column}
    return {"anchorCell": cell, "widthPixels": WIDTH, "heightPixels": HEIGHT} | pixels


def _position(edit: Edit, sent: Json) -> Json:
    for name in ("newSheet", "sheetId"):
        if sent.get(name) is not None and sent[name] is not False:
            raise invalid(
                f"position.{name} (a chart on a sheet of its own) is not supported by the sandbox."
            )
    return {"overlayPosition": _overlay(edit, sent.get("overlayPosition", {}))}


@request("addChart")
def add_chart(edit: Edit, details: Json) -> Json:
    """A chart under an id that may be chosen, over the cell that it hangs on."""
    sent = details.get("chart", {})
    key = free_id(sent.get("chartId"), charts_of(edit.book), "Embedded object")
    chart: Json = {
        "chartId": key,
        "spec": checked_spec(edit, sent.get("spec", {})),
        "position": _position(edit, sent.get("position", {})),
    }
    if "border" in sent:
        chart["border"] = paired_colours(sent["border"])
    _keep(edit, chart)
    return {"chart": chart}


def _keep(edit: Edit, chart: Json) -> None:
    anchor = chart["position"]["overlayPosition"]["anchorCell"]
    edit.book.sheet(anchor["sheetId"]).setdefault("charts", []).append(chart)


def _known(edit: Edit, key: int) -> tuple[list[Json], Json]:
    known = charts_of(edit.book)
    if key not in known:
        raise invalid(f"No embedded object with id: {key}")
    return known[key]


@request("updateChartSpec")
def update_chart_spec(edit: Edit, details: Json) -> None:
    """Another specification in the place of the one before; position and border stay."""
    _, chart = _known(edit, details.get("chartId", 0))
    chart["spec"] = checked_spec(edit, details.get("spec", {}))


@request("updateEmbeddedObjectPosition")
def update_embedded_object_position(edit: Edit, details: Json) -> Json:
    """Move or resize, under a mask of OverlayPosition."""
    charts, chart = _known(edit, details.get("objectId", 0))
    mask = update_mask(details, *_OVERLAY)
    sent = details.get("newPosition", {})
    old = chart["position"]["overlayPosition"]
    overlay = merged(old, sent.get("overlayPosition", {}), mask)
    chart["position"] = _position(edit, sent | {"overlayPosition": overlay})
    charts.remove(chart)
    _keep(edit, chart)
    return {"position": chart["position"]}


@request("updateEmbeddedObjectBorder")
def update_embedded_object_border(edit: Edit, details: Json) -> None:
    """Another colour of the border, under a mask."""
    _, chart = _known(edit, details.get("objectId", 0))
    mask = update_mask(details, "color", "colorStyle")
    both: Mask = {"color": {}, "colorStyle": {}} if mask else {}
    border = merged(chart.get("border", {}), paired_colours(details.get("border", {})), both)
    if border:
        chart["border"] = border
    else:
        chart.pop("border", None)


@request("deleteEmbeddedObject")
def delete_embedded_object(edit: Edit, details: Json) -> None:
    """Take a chart away."""
    charts, chart = _known(edit, details.get("objectId", 0))
    charts.remove(chart)
