"""Pages of a list: sizes within bounds, tokens bound to the query that made them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import TypeVar

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.errors import LEGACY_APIS, ApiError, Json, invalid
from itn_sync.sandbox.tokens import opened, sealed

T = TypeVar("T")

_NOT_PART_OF_THE_QUERY = frozenset(
    (
        *("pageToken", "alt", "fields", "prettyPrint", "key", "quotaUser", "callback"),
        *("access_token", "oauth_token", "$.xgafv", "uploadType", "upload_protocol"),
    )
)


def page(
    items: Sequence[T],
    call: Call,
    size_param: str = "pageSize",
    default: int = 100,
    maximum: int = 1000,
) -> tuple[list[T], str]:
    """One page of `items` and the token of the next, empty at the end.

    Size 0 or none means `default`; more than `maximum` is coerced. Raises 400 for a negative size
    and for a token of another query.
    """
    start = _start(call, size_param)
    end = start + _size(call, size_param, default, maximum)
    token = ""
    if end < len(items):
        token = sealed(call.state, "page", {"at": end, "of": _query_mark(call, size_param)})
    return list(items[start:end]), token


def listed(
    key: str,
    items: Sequence[T],
    call: Call,
    shown: Callable[[T], Json],
    default: int = 100,
    maximum: int = 1000,
) -> Json:
    """One page of `items` as a list answer; like Google's newer APIs without what is empty."""
    on_page, token = page(items, call, default=default, maximum=maximum)
    answer: Json = {key: [shown(item) for item in on_page]} if on_page else {}
    return answer | ({"nextPageToken": token} if token else {})


def _size(call: Call, size_param: str, default: int, maximum: int) -> int:
    asked = int(call.params.get(size_param) or default)
    if asked < 0:
        raise invalid("Page size must not be negative.", size_param, location=size_param)
    return min(asked, maximum)


def _start(call: Call, size_param: str) -> int:
    token = str(call.params.get("pageToken") or "")
    if not token:
        return 0
    known = opened(call.state, "page", token)
    if known is None or known["of"] != _query_mark(call, size_param):
        raise _bad_token(call.method.api)
    return int(known["at"])


def _bad_token(api: str) -> ApiError:
    if api in LEGACY_APIS:
        return ApiError(400, "Invalid Value", reason="invalid", location="pageToken")
    return invalid("Invalid page token.", "page_token")


def _query_mark(call: Call, size_param: str) -> str:
    query = {
        name: value
        for name, value in call.params.items()
        if name not in _NOT_PART_OF_THE_QUERY and name != size_param
    }
    text = json.dumps([call.method.id, call.user, query], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
