"""sheets.spreadsheets.values.*: reading, writing and clearing ranges in A1 notation.

Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import ApiError, Json, invalid
from itn_sync.sandbox.sheets.a1 import Rect
from itn_sync.sandbox.sheets.book import Book, open_book, save_book
from itn_sync.sandbox.sheets.protection import guard
from itn_sync.sandbox.sheets.reading import Options, value_range
from itn_sync.sandbox.sheets.render import Renderer
from itn_sync.sandbox.sheets.writing import Written, by_rows, write_values


@contextmanager
def blamed_on(place: str) -> Iterator[None]:
    """Say in a 400 which part of the request it is about: `Invalid data[0]: …`."""
    try:
        yield
    except ApiError as error:
        if error.code != 400:
            raise
        raise replace(error, message=f"Invalid {place}: {error.message}") from None


@behaviour("sheets.spreadsheets.values.get")
def get(call: Call) -> Json:
    """One ValueRange."""
    book = open_book(call)
    rect = book.clamp(book.parse(call.params["range"]))
    return value_range(book, Renderer(book), rect, Options.of(call.params))


@behaviour("sheets.spreadsheets.values.batchGet")
def batch_get(call: Call) -> Json:
    """One ValueRange per asked range, in the same order."""
    book = open_book(call)
    rects = [book.clamp(book.parse(text)) for text in call.params.get("ranges", ())]
    renderer, options = Renderer(book), Options.of(call.params)
    found = [value_range(book, renderer, rect, options) for rect in rects]
    return {"spreadsheetId": book.id} | ({"valueRanges": found} if found else {})


@behaviour("sheets.spreadsheets.values.update")
def update(call: Call) -> Json:
    """Write one range."""
    book = open_book(call, "writer")
    text = call.params["range"]
    named = call.body.get("range")
    if named and book.parse(named) != book.parse(text):
        raise invalid(f"Requested writing within range [{named}], but the URL names range [{text}]")
    option = call.params.get("valueInputOption", "")
    written = write_values(call, book, book.parse(text), by_rows(call.body), option, text=text)
    save_book(call, book)
    return update_response(book, written, _wanted_data(call.params, call.body))


@behaviour("sheets.spreadsheets.values.batchUpdate")
def batch_update(call: Call) -> Json:
    """Write several ranges, all or none."""
    book = open_book(call, "writer")
    written = []
    for number, entry in enumerate(call.body.get("data", ())):
        with blamed_on(f"data[{number}]"):
            area = book.parse(entry.get("range", ""))
            option = call.body.get("valueInputOption", "")
            name = entry["range"]
            written.append(write_values(call, book, area, by_rows(entry), option, text=name))
    save_book(call, book)
    responses = [
        update_response(book, one, _wanted_data(call.body, entry))
        for one, entry in zip(written, call.body.get("data", ()), strict=True)
    ]
    answer = {"spreadsheetId": book.id} | totals(written)
    return answer | ({"responses": responses} if responses else {})


def _wanted_data(source: Json, entry: Json) -> Options | None:
    """How to tell the written values, where the request asks for them."""
    if not source.get("includeValuesInResponse"):
        return None
    return replace(Options.of(source, "response"), major=Options.of(entry).major)


def update_response(book: Book, written: Written, options: Options | None) -> Json:
    """The UpdateValuesResponse, with the values after the write where `options` are given."""
    answer: Json = {"spreadsheetId": book.id, "updatedRange": book.name(written.rect)}
    answer |= written.counts()
    if options:
        renderer = Renderer(book)
        answer["updatedData"] = value_range(book, renderer, written.requested, options)
    return answer


def totals(written: list[Written]) -> Json:
    """totalUpdatedRows, …Columns, …Cells, …Sheets of a batch; zeros left out."""
    cells = {(one.rect.sheet_id, *cell) for one in written for cell in one.cells}
    counts = {
        "totalUpdatedRows": len({(sheet, row) for sheet, row, _ in cells}),
        "totalUpdatedColumns": len({(sheet, column) for sheet, _, column in cells}),
        "totalUpdatedCells": sum(len(one.cells) for one in written),
        "totalUpdatedSheets": len({sheet for sheet, _, _ in cells}),
    }
    return {name: count for name, count in counts.items() if count}


@behaviour("sheets.spreadsheets.values.clear")
def clear(call: Call) -> Json:
    """Clear the values of one range; formats and notes stay."""
    book = open_book(call, "writer")
    rect = book.clamp(book.parse(call.params["range"]))
    clear_rect(call, book, rect)
    save_book(call, book)
    return {"spreadsheetId": book.id, "clearedRange": book.name(rect)}


@behaviour("sheets.spreadsheets.values.batchClear")
def batch_clear(call: Call) -> Json:
    """Clear several ranges, all or none."""
    book = open_book(call, "writer")
    cleared: list[Any] = []
    for number, text in enumerate(call.body.get("ranges", ())):
        with blamed_on(f"range[{number}]"):
            rect = book.clamp(book.parse(text))
            clear_rect(call, book, rect)
        cleared.append(book.name(rect))
    save_book(call, book)
    return {"spreadsheetId": book.id} | ({"clearedRanges": cleared} if cleared else {})


def clear_rect(call: Call, book: Book, rect: Rect) -> None:
    """Forget the values in `rect`; raises 400 on protected cells."""
    guard(call, book, rect)
    grid = book.grid(rect.sheet_id)
    for position, row in grid.rows(rect.top, rect.bottom):
        held = row.values[rect.left : rect.right]
        row.values[rect.left : rect.right] = [None] * len(held)
        grid.keep(position, row)
