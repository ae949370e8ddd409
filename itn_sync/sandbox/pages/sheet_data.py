"""What the script of the spreadsheet's page asks for and sends, as JSON.

Everything is done through the API as the person who looks. A refusal is `{"refusal": "…"}`, in
French, with the API's status.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from werkzeug import Response
from werkzeug.exceptions import BadRequest, NotFound

from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.pages import sheet_refusals
from itn_sync.sandbox.pages.sheet_actions import request_for, touched_box
from itn_sync.sandbox.pages.sheet_cells import FIELDS, choices_of, window
from itn_sync.sandbox.pages.sheet_filters import values_of
from itn_sync.sandbox.pages.sheet_layout import layout
from itn_sync.sandbox.pages.sheet_places import Box, a1_of, cell_at, column_letters
from itn_sync.sandbox.pages.sheet_reading import Reader, named, size_of, tab_of
from itn_sync.sandbox.pages.sheet_typed import may_be_a_day
from itn_sync.sandbox.pages.visit import Visit
from itn_sync.sandbox.sheets.locales import Rules, rules

_MOST_ROWS = 500  # in one answer
_TABS = "spreadsheetId,properties(title,locale),sheets(properties)"
_GUARDS = "sheets(properties,protectedRanges,basicFilter)"
_RULES = "properties(locale),sheets(properties,data(rowData(values(dataValidation))))"

_Told = Callable[[Visit, str], Json]
_Page = Callable[[Visit, str], Response]


class _RefusedError(ApiError):
    """A refusal that is told in French already."""


def _as_json(told: _Told) -> _Page:
    """The page that answers `told` as JSON, refusals too."""

    @wraps(told)
    def page(visit: Visit, spreadsheet_id: str) -> Response:
        try:
            return _answer(told(visit, spreadsheet_id), HTTPStatus.OK)
        except _RefusedError as error:
            return _answer({"refusal": error.message}, HTTPStatus(error.code))
        except ApiError as error:
            return _answer({"refusal": sheet_refusals.unreadable(error)}, HTTPStatus(error.code))
        except BadRequest:
            refusal = "Cette demande ne se comprend pas."
            return _answer({"refusal": refusal}, HTTPStatus.BAD_REQUEST)
        except NotFound:
            return _answer({"refusal": "Cet onglet n’existe plus."}, HTTPStatus.NOT_FOUND)

    return page


def _answer(content: Json, status: HTTPStatus) -> Response:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    response = Response(text, status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _reader(visit: Visit, spreadsheet_id: str, user: str) -> Reader:
    return Reader(visit.open_call, spreadsheet_id, user.lower())


def _asked(visit: Visit, spreadsheet_id: str) -> tuple[Reader, str]:
    """Who asks, and for which tab, in the address of a GET."""
    args = visit.request.args
    return _reader(visit, spreadsheet_id, args.get("user", "")), args.get("gid", "")


def _number(visit: Visit, name: str) -> int:
    text = visit.request.args.get(name, "")
    if not (text.isascii() and text.isdigit()):
        raise BadRequest
    return int(text)


@_as_json
def tab(visit: Visit, spreadsheet_id: str) -> Json:
    """`tab?user=&gid=`: the shape of a tab (see `sheet_layout.layout`)."""
    reader, gid = _asked(visit, spreadsheet_id)
    return layout(reader, reader.book(fields=_TABS), gid)


@_as_json
def cells(visit: Visit, spreadsheet_id: str) -> Json:
    """`cells?user=&gid=&top=&bottom=`: these rows (see `sheet_cells`)."""
    reader, gid = _asked(visit, spreadsheet_id)
    chosen = tab_of(reader.book(fields=_TABS), gid)
    return _window(reader, chosen, _number(visit, "top"), _number(visit, "bottom"))


def _window(reader: Reader, chosen: Json, top: int, bottom: int) -> Json:
    rows, columns = size_of(chosen)
    bottom = min(bottom, rows, top + _MOST_ROWS)
    if top >= bottom or not columns:
        return {"top": top, "bottom": bottom, "rows": [], "looks": [], "lists": []}
    book = reader.book(named(chosen, a1_of((top, 0, bottom, columns))), fields=FIELDS)
    return window(book, top, bottom, reader.list_of)


@_as_json
def choices(visit: Visit, spreadsheet_id: str) -> Json:
    """`choices?user=&gid=&column=`: the values that the filter of a column can hide."""
    reader, gid = _asked(visit, spreadsheet_id)
    chosen = tab_of(reader.book(fields=_GUARDS), gid)
    return {"values": values_of(reader, chosen, _number(visit, "column"))}


@_as_json
def write(visit: Visit, spreadsheet_id: str) -> Json:
    """`{user, gid, cell, values, top, bottom}`: type a block of values from `cell` on.

    Answers the rows `top` to `bottom` afterwards, formulas and all.
    """
    sent = _sent(visit)
    reader = _reader(visit, spreadsheet_id, str(sent.get("user")))
    start = cell_at(str(sent.get("cell")))
    chosen = tab_of(reader.book(fields=_GUARDS), str(sent.get("gid", "")))
    values = _block(sent.get("values"))
    if start is None:
        raise _RefusedError(HTTPStatus.BAD_REQUEST, sheet_refusals.NO_CELL)
    box = (*start, start[0] + len(values), start[1] + max(map(len, values)))
    _type(reader, chosen, box, values)
    return _window(reader, chosen, int(sent.get("top", 0)), int(sent.get("bottom", 0)))


def _block(values: Any) -> list[list[str | None]]:
    """A block of texts that is not empty (null leaves a cell as it is); raises BadRequest."""
    rows = values if isinstance(values, list) else []
    if not rows or not all(isinstance(row, list) and row for row in rows):
        raise BadRequest
    return [[None if value is None else str(value) for value in row] for row in rows]


def _type(reader: Reader, chosen: Json, box: Box, values: list[list[str | None]]) -> None:
    target = named(chosen, a1_of(box))
    try:
        _check_rules(reader, target, values)
        reader.call(
            "values.update",
            range=target,
            valueInputOption="USER_ENTERED",
            body={"values": values},
        )
    except ApiError as error:
        raise _told_in_french(error, chosen, box) from error


def _told_in_french(error: ApiError, chosen: Json, box: Box) -> ApiError:
    if isinstance(error, _RefusedError):
        return error
    return _RefusedError(error.code, sheet_refusals.reason(error, chosen, box))


def _check_rules(reader: Reader, target: str, values: list[list[str | None]]) -> None:
    """Keep to strict dropdowns and dates: only people are held to them, the API is not."""
    book = reader.book(target, fields=_RULES)
    locale = rules(book["properties"]["locale"])
    for row, typed in zip(book["sheets"][0]["data"][0].get("rowData", ()), values, strict=False):
        for data, value in zip(row.get("values", ()), typed, strict=False):
            rule = data.get("dataValidation", {})
            if value and rule.get("strict"):
                _check(rule["condition"], value, reader, locale)


def _check(condition: Json, value: str, reader: Reader, locale: Rules) -> None:
    offered = choices_of(condition, reader.list_of)
    if offered and value not in offered:
        raise _RefusedError(HTTPStatus.BAD_REQUEST, sheet_refusals.not_offered(offered))
    if condition["type"] == "DATE_IS_VALID" and not may_be_a_day(value, locale):
        raise _RefusedError(HTTPStatus.BAD_REQUEST, sheet_refusals.NO_DAY)


@_as_json
def change(visit: Visit, spreadsheet_id: str) -> Json:
    """`{user, gid, action, …}` (see `sheet_actions`): answers the tab's new shape."""
    sent = _sent(visit)
    reader = _reader(visit, spreadsheet_id, str(sent.get("user")))
    chosen = tab_of(reader.book(fields=_GUARDS), str(sent.get("gid", "")))
    request = request_for(chosen, sent)
    try:
        reader.call("batchUpdate", body={"requests": [request]})
    except ApiError as error:
        raise _told_in_french(error, chosen, touched_box(chosen, sent)) from error
    return layout(reader, reader.book(fields=_TABS), str(sent.get("gid", "")))


def _sent(visit: Visit) -> Json:
    """The JSON object in a POST; raises BadRequest for anything else, a form for instance."""
    found = visit.request.get_json(silent=True)
    if not isinstance(found, dict):
        raise BadRequest
    return found


def plain_rows(reader: Reader, chosen: Json, most: int) -> list[list[str]]:
    """The first texts of a tab for a browser without script; hidden columns are left out."""
    rows, columns = size_of(chosen)
    if not rows or not columns:
        return []
    area = named(chosen, f"A1:{column_letters(columns - 1)}{min(rows, most)}")
    shape = "sheets(data(columnMetadata(hiddenByUser)))"
    data = reader.book(area, fields=shape)["sheets"][0].get("data", [{}])[0]
    hidden = [one.get("hiddenByUser", False) for one in data.get("columnMetadata", ())]
    found = reader.call("values.get", range=area).get("values", [])
    return [
        [str(text) for place, text in enumerate(row) if not (place < len(hidden) and hidden[place])]
        for row in found
    ]
