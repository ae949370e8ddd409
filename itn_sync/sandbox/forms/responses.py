"""forms.responses.list and get: what people answered."""

from __future__ import annotations

import base64
import binascii
import json

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import ApiError, Json, invalid, not_found
from itn_sync.sandbox.forms.instants import submitted_since
from itn_sync.sandbox.forms.methods import open_form
from itn_sync.sandbox.forms.store import load_response, page_of_responses

_LARGEST_PAGE = 5000


@behaviour("forms.forms.responses.list")
def list_responses(call: Call) -> Json:
    """A page of responses in no order of time, for the form's editors.

    `filter` compares the time of the latest submission, so that an edited response comes again.
    """
    _, file = open_form(call, "writer")
    wanted = call.params.get("filter", "")
    size = _page_size(call.params.get("pageSize", 0))
    after = _read_token(call.params.get("pageToken", ""), [file["id"], wanted])
    found = page_of_responses(
        call.state, file["id"], since=submitted_since(wanted), after=after, limit=size + 1
    )
    answer: Json = {}
    if found:
        answer["responses"] = [response for _, response in found[:size]]
    if len(found) > size:
        answer["nextPageToken"] = _token([file["id"], wanted], found[size - 1][0])
    return answer


def _page_size(wanted: int) -> int:
    if wanted < 0:
        raise invalid("Page size must not be negative.", "page_size")
    return min(wanted or _LARGEST_PAGE, _LARGEST_PAGE)


def _token(query: list[str], place: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([query, place]).encode()).decode()


def _read_token(token: str, query: list[str]) -> int:
    if not token:
        return -1
    try:
        asked, place = json.loads(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError, TypeError):
        raise _bad_token() from None
    if asked != query or not isinstance(place, int):
        raise _bad_token()
    return place


def _bad_token() -> ApiError:
    return invalid("Invalid page token.", "page_token")


@behaviour("forms.forms.responses.get")
def get_response(call: Call) -> Json:
    """One response, for the form's editors."""
    _, file = open_form(call, "writer")
    response = load_response(call.state, file["id"], call.params["responseId"])
    if response is None:
        raise not_found()
    return {"formId": file["id"], **response}
