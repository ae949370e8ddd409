"""The page of a mailbox: its folders, one message, and a draft in a person's hands."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from werkzeug import Response
from werkzeug.exceptions import NotFound

from itn_sync.sandbox.drive.people import display_name
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.gmail import store
from itn_sync.sandbox.gmail.drafts import send_by_hand
from itn_sync.sandbox.pages.mail_text import Mail, edited, read_mail
from itn_sync.sandbox.pages.visit import Visit, render, see_other
from itn_sync.sandbox.world import now

FOLDERS = {"INBOX": "Boîte de réception", "SENT": "Envoyés", "DRAFT": "Brouillons"}
_BRUSSELS = ZoneInfo("Europe/Brussels")
_LISTED_HEADERS = ["From", "To", "Subject"]


@dataclass(frozen=True)
class Entry:
    """One line of a folder's list."""

    id: str
    who: str
    subject: str
    snippet: str
    when: str
    unread: bool


def show(visit: Visit, address: str) -> Response:
    """A folder (`dossier`) of the mailbox and the message `id` of it, if one is chosen."""
    address = address.lower()
    folder = visit.request.args.get("dossier", "INBOX")
    if folder not in FOLDERS:
        raise NotFound
    message_id = visit.request.args.get("id", "")
    page = _page_of(visit, address, folder)
    opened = _open(visit, address, folder, message_id) if message_id else None
    with visit.transaction(write=False) as state:
        name = display_name(state, address)
    return render(
        "mailbox.html",
        inline_styles=opened is not None,
        address=address,
        name=name,
        folders=FOLDERS,
        folder=folder,
        entries=page[0],
        next_page=page[1],
        opened=opened,
        message_id=message_id,
    )


def _page_of(visit: Visit, address: str, folder: str) -> tuple[list[Entry], str]:
    token = visit.request.args.get("page", "")
    if folder == "DRAFT":
        listed = visit.open_call(
            "gmail.users.drafts.list", user=address, userId="me", maxResults=50, pageToken=token
        )
        return [_draft_entry(visit, address, one["id"]) for one in listed.get("drafts", ())], str(
            listed.get("nextPageToken", "")
        )
    listed = visit.open_call(
        "gmail.users.messages.list",
        user=address,
        userId="me",
        labelIds=[folder],
        maxResults=50,
        pageToken=token,
    )
    found = [_message_entry(visit, address, one["id"]) for one in listed.get("messages", ())]
    return found, str(listed.get("nextPageToken", ""))


def _message_entry(visit: Visit, address: str, message_id: str) -> Entry:
    message = visit.open_call(
        "gmail.users.messages.get",
        user=address,
        userId="me",
        id=message_id,
        format="metadata",
        metadataHeaders=_LISTED_HEADERS,
    )
    return _entry(message_id, message)


def _draft_entry(visit: Visit, address: str, draft_id: str) -> Entry:
    draft = visit.open_call(
        "gmail.users.drafts.get", user=address, userId="me", id=draft_id, format="metadata"
    )
    return _entry(draft_id, draft["message"])


def _entry(entry_id: str, message: Json) -> Entry:
    headers = {h["name"].lower(): h["value"] for h in message["payload"].get("headers", ())}
    labels = message.get("labelIds", [])
    outgoing = "SENT" in labels or "DRAFT" in labels
    return Entry(
        id=entry_id,
        who=headers.get("to" if outgoing else "from", "") or "(sans destinataire)",
        subject=headers.get("subject", "") or "(sans objet)",
        snippet=unescape(message.get("snippet", "")),
        when=_when(message),
        unread="UNREAD" in labels,
    )


def _when(message: Json, pattern: str = "d MMM, HH:mm") -> str:
    """`23 nov., 14:05` on the school's clock, or as the pattern says."""
    instant = datetime.fromtimestamp(int(message["internalDate"]) / 1000, _BRUSSELS)
    return format_datetime(instant, pattern, locale="fr_BE")


def _open(visit: Visit, address: str, folder: str, message_id: str) -> Mail:
    message = _raw_message(visit, address, folder, message_id)
    return read_mail(_bytes(message), received=_when(message, "EEEE d MMMM y 'à' HH:mm"))


def _raw_message(visit: Visit, address: str, folder: str, message_id: str) -> Json:
    method = "gmail.users.drafts.get" if folder == "DRAFT" else "gmail.users.messages.get"
    found: Json = visit.open_call(method, user=address, userId="me", id=message_id, format="raw")
    message: Json = found["message"] if folder == "DRAFT" else found
    return message


def _bytes(message: Json) -> bytes:
    raw: str = message["raw"]
    return base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))


def change_draft(visit: Visit, address: str, draft_id: str) -> Response:
    """What a person does with a draft: `save` it changed, `send` it, or `delete` it."""
    address = address.lower()
    action = visit.request.form.get("action", "")
    if action not in {"save", "send", "delete"}:
        raise NotFound
    if action == "delete":
        visit.open_call("gmail.users.drafts.delete", user=address, userId="me", id=draft_id)
        return _back(address, "DRAFT")
    if "text" in visit.request.form:
        _save(visit, address, draft_id)
    if action == "save":
        return _back(address, "DRAFT", draft_id)
    _send(visit, address, draft_id)
    return _back(address, "SENT")


def _save(visit: Visit, address: str, draft_id: str) -> None:
    """Replace the draft where something changed; one that is as it was keeps its HTML."""
    draft = _raw_message(visit, address, "DRAFT", draft_id)
    before, typed = _bytes(draft), visit.request.form
    after = edited(before, to=typed["to"], subject=typed["subject"], text=typed["text"])
    if after == before:
        return
    raw = base64.urlsafe_b64encode(after).decode()
    visit.open_call(
        "gmail.users.drafts.update",
        user=address,
        userId="me",
        id=draft_id,
        body={"message": {"raw": raw, "threadId": draft["threadId"]}},
    )


def _send(visit: Visit, address: str, draft_id: str) -> None:
    """As Gmail's own page does it, not the API: the draft's id may outlive it (facts 7.2)."""
    with visit.transaction(write=True) as state:
        draft = store.find_draft(state, address, draft_id)
        if draft is None or "DRAFT" not in store.labels_of(state, draft):
            raise NotFound
        send_by_hand(state, draft, now=now(state))


def _back(address: str, folder: str, draft_id: str = "") -> Response:
    query = urlencode({"dossier": folder} | ({"id": draft_id} if draft_id else {}))
    return see_other(f"/mail/{quote(address)}?{query}")
