"""The list of a folder: one line per conversation, or per draft."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape
from typing import Any

from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.pages.mail_place import DRAFTS, EVERYTHING, Place, gmail
from itn_sync.sandbox.pages.mail_view import instant_of, short_time
from itn_sync.sandbox.pages.visit import Visit

_PAGE_SIZE = 30
_HEADERS = ["From", "To", "Subject"]


@dataclass(frozen=True)
class Entry:
    """One line; `id` is a conversation's, or a draft's in the drafts."""

    id: str
    who: str
    outgoing: bool
    subject: str
    snippet: str
    when: str
    iso: str
    count: int = 1
    unread: bool = False
    starred: bool = False
    has_draft: bool = False
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listed:
    """One page of a folder, newest first, and the token of the next one."""

    entries: list[Entry]
    next_page: str


def list_folder(visit: Visit, place: Place, names: dict[str, str], now: datetime) -> Listed:
    """The page that `place` asks for; `names` are those of the person's labels by id."""
    if place.folder == DRAFTS:
        return _drafts(visit, place, now)
    labels = [] if place.folder == EVERYTHING else [place.folder]
    answer = _asked(visit, "threads.list", place, labelIds=labels)
    threads = (_thread(visit, place, one["id"]) for one in answer.get("threads", ()))
    entries = [_entry(thread, place, names, now) for thread in threads if thread]
    return Listed(entries, answer.get("nextPageToken", ""))


def newest(visit: Visit, place: Place) -> str:
    """The id of the newest message there; empty for an empty folder."""
    labels = [] if place.folder == EVERYTHING else [place.folder]
    first = replace(place, page="")
    found = _asked(visit, "messages.list", first, labelIds=labels, maxResults=1)
    return next((str(one["id"]) for one in found.get("messages", ())), "")


def _asked(visit: Visit, method: str, place: Place, **more: Any) -> Json:
    given = {"q": place.q, "pageToken": place.page}
    asked: Json = {name: value for name, value in given.items() if value}
    asked |= {"maxResults": _PAGE_SIZE} | more
    found: Json = gmail(visit, place, method, **asked)
    return found


def _thread(visit: Visit, place: Place, thread_id: str) -> Json | None:
    """The conversation, or None: somebody may delete it while the page is made."""
    try:
        found: Json = gmail(
            visit, place, "threads.get", id=thread_id, format="metadata", metadataHeaders=_HEADERS
        )
    except ApiError as error:
        if error.code != 404:
            raise
        return None
    return found


def _entry(thread: Json, place: Place, names: dict[str, str], now: datetime) -> Entry:
    messages = thread["messages"]
    labels = {label for message in messages for label in message.get("labelIds", ())}
    shown = _spokesman(messages, place.folder)
    return Entry(
        id=thread["id"],
        count=len(messages),
        unread="UNREAD" in labels,
        starred="STARRED" in labels,
        has_draft="DRAFT" in labels,
        labels=tuple(names[label] for label in sorted(labels & names.keys())),
        **_line(shown, now),
    )


def _spokesman(messages: list[Json], folder: str) -> Json:
    """The message whose sender stands in the list: the newest that came in, or went out."""
    wanted = [m for m in messages if _is_outgoing(m) == (folder == "SENT")]
    return (wanted or messages)[-1]


def _is_outgoing(message: Json) -> bool:
    return bool({"SENT", "DRAFT"} & set(message.get("labelIds", ())))


def _line(message: Json, now: datetime) -> Json:
    headers = {h["name"].lower(): h["value"] for h in message["payload"].get("headers", ())}
    outgoing = _is_outgoing(message)
    instant = instant_of(message)
    return {
        "who": headers.get("to" if outgoing else "from", "") or _NOBODY[outgoing],
        "outgoing": outgoing,
        "subject": headers.get("subject", "") or "(sans objet)",
        "snippet": unescape(message.get("snippet", "")),
        "when": short_time(instant, now),
        "iso": instant.isoformat(timespec="minutes"),
    }


_NOBODY = {True: "(sans destinataire)", False: "(expéditeur inconnu)"}


def _drafts(visit: Visit, place: Place, now: datetime) -> Listed:
    answer = _asked(visit, "drafts.list", place)
    entries = [
        Entry(id=one["id"], has_draft=True, **_line(_draft(visit, place, one["id"]), now))
        for one in answer.get("drafts", ())
    ]
    return Listed(entries, answer.get("nextPageToken", ""))


def _draft(visit: Visit, place: Place, draft_id: str) -> Json:
    found: Json = gmail(visit, place, "drafts.get", id=draft_id, format="metadata")["message"]
    return found
