"""A stored message as the API answers it, in the format asked for."""

from __future__ import annotations

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.gmail import store
from itn_sync.sandbox.gmail.access import refuse_format, sees_headers_only
from itn_sync.sandbox.gmail.parts import payload, url_base64


def short(row: store.Row) -> Json:
    """What lists give: id and threadId."""
    return {"id": row["id"], "threadId": row["thread_id"]}


def labelled(call: Call, row: store.Row) -> Json:
    """What writing methods answer: id, threadId and labelIds."""
    return short(row) | _labels(call, row)


def message(call: Call, row: store.Row) -> Json:
    """The message in `format` (full, metadata, minimal, raw); raises 403 for a metadata scope."""
    wanted = call.params.get("format") or "full"
    refuse_format(call, wanted)
    found = labelled(call, row)
    if not sees_headers_only(call):
        found["snippet"] = row["snippet"]
    return found | _content(call, row, wanted) | _numbers(row)


def _labels(call: Call, row: store.Row) -> Json:
    labels = store.labels_of(call.state, row)
    return {"labelIds": labels} if labels else {}


def _numbers(row: store.Row) -> Json:
    return {
        "sizeEstimate": row["size"],
        "historyId": str(row["history_id"]),
        "internalDate": str(row["internal_date"]),
    }


def _content(call: Call, row: store.Row, wanted: str) -> Json:
    if wanted == "raw":
        return {"raw": url_base64(row["raw"])}
    if wanted == "full":
        return {"payload": payload(row["raw"])}
    if wanted == "metadata":
        only = call.params.get("metadataHeaders") or None
        return {"payload": payload(row["raw"], headers_only=True, only=only)}
    return {}
