"""Charts over Google's own client: kept, shown, moved, and following the rows they draw.

Sources: https://developers.google.com/workspace/sheets/api/samples/charts and the discovery
document (EmbeddedChart, OverlayPosition, ChartSourceRange).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from googleapiclient.errors import HttpError
from hypothesis import given, settings
from hypothesis import strategies as st

from itn_sync.sandbox.errors import Json
from tests.sandbox.conftest import Service
from tests.sandbox.sheets_world import Workbook, box, refused, workbook


def source(*ranges: Json) -> Json:
    return {"sourceRange": {"sources": list(ranges)}}


def columns_chart(**more: Any) -> Json:
    """Points by student: A2:A5 against C2:C5."""
    return {
        "title": "Points",
        "basicChart": {
            "chartType": "COLUMN",
            "legendPosition": "BOTTOM_LEGEND",
            "domains": [{"domain": source(box(1, 0, 5, 1))}],
            "series": [{"series": source(box(1, 2, 5, 3)), "targetAxis": "LEFT_AXIS"}],
        },
    } | more


def add(spec: Json | None = None, **chart: Any) -> Json:
    return {"addChart": {"chart": {"spec": spec or columns_chart()} | chart}}


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Workbook]:
    with workbook(tmp_path) as one:
        yield one


def charts(book: Workbook, tab: int = 0) -> list[Json]:
    found: list[Json] = book.call("get")["sheets"][tab].get("charts", [])
    return found


def domain(chart: Json) -> list[Json]:
    chart = chart["spec"]["basicChart"]["domains"][0]["domain"]
    found: list[Json] = chart["sourceRange"]["sources"]
    return found


def test_a_chart_is_drawn_shown_restyled_moved_and_deleted(service: Service) -> None:
    sheets = service("sheets").spreadsheets()
    key = sheets.create(body={"properties": {"title": "Points"}}).execute()["spreadsheetId"]

    def batch(*requests: Json) -> Any:
        body = {"requests": list(requests)}
        return sheets.batchUpdate(spreadsheetId=key, body=body).execute()["replies"]

    anchor = {"sheetId": 0, "rowIndex": 6, "columnIndex": 1}
    position = {"overlayPosition": {"anchorCell": anchor, "offsetXPixels": 5}}
    (added,) = batch(add(position=position, chartId=77, border={"color": {"red": 1}}))
    chart = added["addChart"]["chart"]
    assert chart["chartId"] == 77
    assert chart["position"]["overlayPosition"] == {
        "anchorCell": anchor,
        "offsetXPixels": 5,
        "widthPixels": 600,
        "heightPixels": 371,
    }
    assert chart["border"]["colorStyle"] == {"rgbColor": {"red": 1}}

    pie = {"title": "Parts", "pieChart": {"domain": source(box(1, 0, 5, 1)),
                                         "series": source(box(1, 2, 5, 3))}}  # fmt: skip
    wider = {"overlayPosition": {"widthPixels": 300, "anchorCell": {"sheetId": 0}}}
    replies = batch(
        {"updateChartSpec": {"chartId": 77, "spec": pie}},
        {
            "updateEmbeddedObjectPosition": {
                "objectId": 77,
                "newPosition": wider,
                "fields": "widthPixels",
            }
        },
        {
            "updateEmbeddedObjectBorder": {
                "objectId": 77,
                "border": {"colorStyle": {"rgbColor": {"blue": 1}}},
                "fields": "colorStyle",
            }
        },
    )
    moved = replies[1]["updateEmbeddedObjectPosition"]["position"]["overlayPosition"]
    assert (moved["widthPixels"], moved["anchorCell"]) == (300, anchor)
    (kept,) = sheets.get(spreadsheetId=key).execute()["sheets"][0]["charts"]
    assert (kept["spec"]["title"], "basicChart" in kept["spec"]) == ("Parts", False)
    assert kept["border"] == {"color": {"blue": 1}, "colorStyle": {"rgbColor": {"blue": 1}}}

    assert batch({"deleteEmbeddedObject": {"objectId": 77}}) == [{}]
    assert "charts" not in sheets.get(spreadsheetId=key).execute()["sheets"][0]
    with pytest.raises(HttpError, match="No embedded object with id: 77"):
        batch({"deleteEmbeddedObject": {"objectId": 77}})


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (add(chartId=1), "Embedded object with id 1 already exists."),
        (add({"title": "vide"}), "Exactly one kind of chart must be specified"),
        (add(columns_chart(pieChart={})), "Exactly one kind of chart must be specified"),
        (add(columns_chart(dataSourceChartProperties={})), "dataSourceChartProperties is not"),
        (add(position={"newSheet": True}), "position.newSheet (a chart on a sheet of its own)"),
        (
            add({"pieChart": {"domain": source({"sheetId": 9, "endColumnIndex": 1})}}),
            "No grid with id: 9",
        ),
        (
            add({"pieChart": {"domain": source(box(0, 0, 3, 3))}}),
            "Each source of a chart must be exactly one row or one column.",
        ),
        (
            add({"pieChart": {"domain": source(box(0, 0, 3, 1), box(0, 0, 1, 3))}}),
            "must have the same dimension of length 1",
        ),
        (add({"pieChart": {"domain": source()}}), "must have 1 to 100 sources"),
        (
            add(position={"overlayPosition": {"anchorCell": {"rowIndex": 1000}}}),
            "anchorCell (1000, 0) is outside the grid.",
        ),
        ({"updateChartSpec": {"chartId": 2, "spec": {}}}, "No embedded object with id: 2"),
        (
            {"updateEmbeddedObjectPosition": {"objectId": 1, "newPosition": {}}},
            "At least one field must be listed in 'fields'.",
        ),
    ],
)
def test_a_chart_that_makes_no_sense_is_refused_with_the_whole_batch(
    book: Workbook, request_: Json, text: str
) -> None:
    book.batch(add(chartId=1))
    before = book.call("get")
    with refused(400, text):
        book.batch({"addSheet": {"properties": {"title": "Neuf"}}}, request_)
    assert book.call("get") == before


def test_a_chart_follows_the_rows_it_draws(book: Workbook) -> None:
    overlay = {"overlayPosition": {"anchorCell": {"rowIndex": 2, "columnIndex": 4}}}
    book.batch(add(chartId=1, position=overlay))
    span = {"sheetId": 0, "dimension": "ROWS", "startIndex": 2, "endIndex": 4}
    book.batch({"insertDimension": {"range": span}})
    (chart,) = charts(book)
    assert domain(chart) == [box(1, 0, 7, 1)]
    assert chart["position"]["overlayPosition"]["anchorCell"]["rowIndex"] == 4
    book.batch({"deleteDimension": {"range": span | {"startIndex": 0, "endIndex": 3}}})
    (chart,) = charts(book)
    assert domain(chart) == [box(0, 0, 4, 1)]
    book.batch({"deleteDimension": {"range": span | {"startIndex": 0, "endIndex": 4}}})
    (chart,) = charts(book)
    assert domain(chart) == []


def test_a_chart_of_another_tab_loses_what_was_on_a_deleted_one(book: Workbook) -> None:
    book.batch({"addSheet": {"properties": {"sheetId": 5, "title": "Graphiques"}}})
    overlay = {"overlayPosition": {"anchorCell": {"sheetId": 5}}}
    book.batch(add(chartId=1, position=overlay), add(chartId=2))
    book.batch({"deleteSheet": {"sheetId": 0}})
    (chart,) = charts(book)
    assert (chart["chartId"], domain(chart)) == (1, [])


def test_a_copied_tab_has_charts_of_its_own(book: Workbook) -> None:
    book.batch(add(chartId=1))
    (reply,) = book.batch({"duplicateSheet": {"sourceSheetId": 0, "insertSheetIndex": 1}})[
        "replies"
    ]
    copied = reply["duplicateSheet"]["properties"]["sheetId"]
    (chart,) = charts(book, 1)
    assert chart["chartId"] != 1
    assert domain(chart) == [box(1, 0, 5, 1) | {"sheetId": copied}]


@settings(max_examples=20)
@given(
    start=st.integers(0, 20),
    length=st.integers(1, 10),
    at=st.integers(0, 25),
    count=st.integers(1, 10),
)
def test_what_is_inserted_and_deleted_again_leaves_a_chart_as_it_was(
    start: int, length: int, at: int, count: int
) -> None:
    spec = {"pieChart": {"domain": source(box(start, 0, start + length, 1))}}
    span = {"sheetId": 0, "dimension": "ROWS", "startIndex": at, "endIndex": at + count}
    with TemporaryDirectory() as folder, workbook(Path(folder)) as book:
        book.batch(add(spec))
        before = charts(book)
        book.batch({"insertDimension": {"range": span}}, {"deleteDimension": {"range": span}})
        assert charts(book) == before
