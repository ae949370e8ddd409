"""One conversation, opened: its messages oldest first, and what its HTML shows."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, replace

from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.pages.mail_place import Place, gmail
from itn_sync.sandbox.pages.mail_view import File, Mail, decoded_bytes, mail_of
from itn_sync.sandbox.pages.visit import Visit

# Shown in place: kinds that hold no document of their own.
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_LARGEST_PICTURE = 5 * 1024**2
_CID = re.compile(r"cid:([^\"'\s)>]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Conversation:
    """`drafts` gives the draft id of each message that is one."""

    id: str
    mails: list[Mail]
    drafts: dict[str, str]

    @property
    def subject(self) -> str:
        """The first message's."""
        return self.mails[0].subject or "(sans objet)"

    @property
    def labels(self) -> frozenset[str]:
        """The label ids on any of its messages."""
        return frozenset().union(*(mail.labels for mail in self.mails))

    @property
    def opened(self) -> frozenset[str]:
        """Ids of the messages to show unfolded: the newest and those not read yet."""
        unread = {mail.id for mail in self.mails if "UNREAD" in mail.labels}
        return frozenset(unread | {self.mails[-1].id})


def open_conversation(visit: Visit, place: Place, given: str) -> Conversation:
    """The conversation with that id, or of the message with that id; raises ApiError 404."""
    thread = _thread(visit, place, given)
    mails = [_with_pictures(visit, place, mail_of(message)) for message in thread["messages"]]
    has_draft = any("DRAFT" in mail.labels for mail in mails)
    return Conversation(thread["id"], mails, _draft_ids(visit, place) if has_draft else {})


def _thread(visit: Visit, place: Place, given: str) -> Json:
    try:
        found: Json = gmail(visit, place, "threads.get", id=given)
    except ApiError as error:
        if error.code != 404:
            raise
        message = gmail(visit, place, "messages.get", id=given, format="minimal")
        found = gmail(visit, place, "threads.get", id=message["threadId"])
    return found


def _draft_ids(visit: Visit, place: Place) -> dict[str, str]:
    listed = gmail(visit, place, "drafts.list", maxResults=500)
    return {one["message"]["id"]: one["id"] for one in listed.get("drafts", ())}


def _with_pictures(visit: Visit, place: Place, mail: Mail) -> Mail:
    """The mail with its own pictures (`cid:`) written into the HTML."""
    named = set(_CID.findall(mail.html))
    pictures = {
        file.cid: _data_url(visit, place, mail, file)
        for file in mail.files
        if file.cid in named and file.kind in PICTURES and file.size <= _LARGEST_PICTURE
    }
    if not pictures:
        return mail
    html = _CID.sub(lambda found: pictures.get(found[1], found[0]), mail.html)
    return replace(mail, html=html, files=[f for f in mail.files if f.cid not in pictures])


def _data_url(visit: Visit, place: Place, mail: Mail, file: File) -> str:
    content = file_content(visit, place, mail.id, file.id)
    return f"data:{file.kind};base64,{base64.b64encode(content).decode()}"


def file_content(visit: Visit, place: Place, message_id: str, file_id: str) -> bytes:
    """An attachment's bytes; raises ApiError."""
    found = gmail(visit, place, "messages.attachments.get", messageId=message_id, id=file_id)
    return decoded_bytes(found["data"])
