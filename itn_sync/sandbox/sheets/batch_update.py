"""sheets.spreadsheets.batchUpdate: requests applied in order, all or none.

Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/batchUpdate
"""

from __future__ import annotations

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.sheets.book import Book, open_book, save_book
from itn_sync.sandbox.sheets.requests import Edit, handler_of
from itn_sync.sandbox.sheets.spreadsheets import resource
from itn_sync.sandbox.sheets.values import blamed_on


@behaviour("sheets.spreadsheets.batchUpdate")
def batch_update(call: Call) -> Json:
    """One reply per request, `{}` where a kind has none; a refused request undoes them all."""
    book = open_book(call, "writer")
    requests = call.body.get("requests") or []
    if not requests:
        raise invalid("Must specify at least one request.")
    replies = []
    for number, one in enumerate(requests):
        kind = _kind(one, number)
        with blamed_on(f"requests[{number}].{kind}"):
            replies.append(apply_request(call, book, one))
    save_book(call, book)
    answer: Json = {"spreadsheetId": book.id, "replies": replies}
    if call.body.get("includeSpreadsheetInResponse"):
        answer["updatedSpreadsheet"] = _updated(call, book)
    return answer


def _kind(one: Json, number: int) -> str:
    if len(one) != 1:
        problem = "No request set." if not one else "Only one kind of request may be set."
        raise invalid(f"Invalid requests[{number}]: {problem}")
    return next(iter(one))


def apply_request(call: Call, book: Book, one: Json) -> Json:
    """Apply a Request to the book; answers its Response. Raises 400."""
    ((kind, details),) = one.items()
    reply = handler_of(kind)(Edit(call, book), details)
    return {} if reply is None else {kind: reply}


def _updated(call: Call, book: Book) -> Json:
    areas = [book.parse(text) for text in call.body.get("responseRanges") or ()]
    grid = bool(call.body.get("responseIncludeGridData"))
    return resource(call, book, areas, grid=grid, mask_prefix=("updatedSpreadsheet",))
