"""sheets.spreadsheets.values.*ByDataFilter: values found by developer metadata, A1 or grid range.

Source: https://developers.google.com/workspace/sheets/api/guides/metadata#read_by_data_filter
"""

from __future__ import annotations

from dataclasses import replace

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.sheets.a1 import Area
from itn_sync.sandbox.sheets.book import open_book, save_book
from itn_sync.sandbox.sheets.data_filters import matching_areas
from itn_sync.sandbox.sheets.reading import Options, value_range
from itn_sync.sandbox.sheets.render import Renderer
from itn_sync.sandbox.sheets.values import blamed_on, clear_rect, totals, update_response
from itn_sync.sandbox.sheets.writing import by_rows, write_values


@behaviour("sheets.spreadsheets.values.batchGetByDataFilter")
def batch_get(call: Call) -> Json:
    """Every range that one of the filters selects, with the filters that did."""
    book = open_book(call)
    found: dict[Area, list[Json]] = {}
    for data_filter in call.body.get("dataFilters", ()):
        for area in matching_areas(book, data_filter, call.project):
            found.setdefault(area, []).append(data_filter)
    renderer, options = Renderer(book), Options.of(call.body)
    ranges = [
        {
            "valueRange": value_range(book, renderer, book.clamp(area), options),
            "dataFilters": filters,
        }
        for area, filters in found.items()
    ]
    return {"spreadsheetId": book.id} | ({"valueRanges": ranges} if ranges else {})


@behaviour("sheets.spreadsheets.values.batchUpdateByDataFilter")
def batch_update(call: Call) -> Json:
    """Write the same values to every range that each filter selects, all or none."""
    book = open_book(call, "writer")
    option = call.body.get("valueInputOption", "")
    written = []
    for number, entry in enumerate(call.body.get("data", ())):
        with blamed_on(f"data[{number}]"):
            for area in matching_areas(book, entry.get("dataFilter", {}), call.project):
                name = book.name(area)
                one = write_values(call, book, area, by_rows(entry), option, text=name)
                written.append((entry, one))
    save_book(call, book)
    responses = []
    for entry, one in written:
        options = None
        if call.body.get("includeValuesInResponse"):
            major = Options.of(entry).major
            options = replace(Options.of(call.body, "response"), major=major)
        response = update_response(book, one, options)
        del response["spreadsheetId"]
        responses.append(response | {"dataFilter": entry["dataFilter"]})
    answer = {"spreadsheetId": book.id} | totals([one for _, one in written])
    return answer | ({"responses": responses} if responses else {})


@behaviour("sheets.spreadsheets.values.batchClearByDataFilter")
def batch_clear(call: Call) -> Json:
    """Clear the values of every range that one of the filters selects."""
    book = open_book(call, "writer")
    areas = [
        area
        for data_filter in call.body.get("dataFilters", ())
        for area in matching_areas(book, data_filter, call.project)
    ]
    rects = [book.clamp(area) for area in dict.fromkeys(areas)]
    for rect in rects:
        clear_rect(call, book, rect)
    save_book(call, book)
    cleared = [book.name(rect) for rect in rects]
    return {"spreadsheetId": book.id} | ({"clearedRanges": cleared} if cleared else {})
