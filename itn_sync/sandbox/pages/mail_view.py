"""A message as the API gives it (`format=full`), as what a page shows."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.units import format_unit

from itn_sync.sandbox.errors import Json

_BRUSSELS = ZoneInfo("Europe/Brussels")
_UNITS = (("megabyte", 1024**2), ("kilobyte", 1024))
_NAMELESS = {
    "message/delivery-status": "état-de-remise.txt",
    "message/rfc822": "message-joint.eml",
    "text/calendar": "invitation.ics",
}

# The frame runs no script; links open outside it.
_FRAME = (
    '<!doctype html><meta charset="utf-8"><base target="_blank">'
    "<style>body{font:15px/1.5 system-ui,sans-serif;color:#1f2a30;margin:12px;"
    "overflow-wrap:anywhere}img{max-width:100%}</style>"
)
_FOREIGN_IMAGE = re.compile(r"<img\b[^>]*\bsrc\s*=\s*[\"']?\s*(https?:)?//", re.IGNORECASE)


@dataclass(frozen=True)
class File:
    """An attachment; `cid` is the name under which the HTML shows it."""

    id: str
    name: str
    kind: str
    size: int
    cid: str = ""

    @property
    def weight(self) -> str:
        """Its size in words: `27 octets`, `1,2 Mo`."""
        unit, count = next(
            ((unit, self.size / least) for unit, least in _UNITS if self.size >= least),
            ("byte", self.size),
        )
        length: Literal["short", "long"] = "long" if unit == "byte" else "short"
        return format_unit(
            round(count, 1), f"digital-{unit}", length=length, locale="fr_BE", format="#,##0.#"
        )


@dataclass(frozen=True)
class Mail:
    """One message: `headers` are all of them in order, decoded; `html` goes into a closed frame."""

    id: str
    thread_id: str
    labels: frozenset[str]
    snippet: str
    when: str
    received: str
    headers: list[tuple[str, str]]
    text: str
    html: str
    files: list[File]

    def header(self, name: str) -> str:
        """The first value of a header; empty when absent."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def subject(self) -> str:
        """The subject line."""
        return self.header("Subject")

    @property
    def framed(self) -> str:
        """The HTML body as the document of a sandboxed frame."""
        return _FRAME + self.html

    @property
    def wants_foreign_images(self) -> bool:
        """True when the HTML names images of other sites, which the page does not load."""
        return _FOREIGN_IMAGE.search(self.html) is not None

    @property
    def outgoing(self) -> bool:
        """True for a sent message or a draft."""
        return bool(self.labels & {"SENT", "DRAFT"})


def mail_of(message: Json) -> Mail:
    """The message behind a `messages.get` answer in full or metadata format."""
    payload = message["payload"]
    leaves = list(_leaves(payload))
    return Mail(
        id=message["id"],
        thread_id=message["threadId"],
        labels=frozenset(message.get("labelIds", ())),
        snippet=unescape(message.get("snippet", "")),
        when=written(instant_of(message), "d MMM y, HH:mm"),
        received=written(instant_of(message), "EEEE d MMMM y 'à' HH:mm"),
        headers=[(header["name"], header["value"]) for header in payload.get("headers", ())],
        text=_text_of(leaves, "text/plain"),
        html=_text_of(leaves, "text/html"),
        files=[_file(part) for part in leaves if "attachmentId" in part.get("body", {})],
    )


def _leaves(part: Json) -> Iterator[Json]:
    """The parts that hold content; an enclosed message counts as one."""
    if part["mimeType"].startswith("multipart/"):
        for child in part.get("parts", ()):
            yield from _leaves(child)
    else:
        yield part


def _text_of(leaves: list[Json], kind: str) -> str:
    found = (part["body"]["data"] for part in leaves if _is_text(part, kind))
    return decoded_bytes(next(found, "")).decode()


def _is_text(part: Json, kind: str) -> bool:
    return part["mimeType"] == kind and "data" in part.get("body", {})


def _file(part: Json) -> File:
    headers = {header["name"].lower(): header["value"] for header in part.get("headers", ())}
    kind = part["mimeType"]
    return File(
        id=part["body"]["attachmentId"],
        name=part["filename"] or _NAMELESS.get(kind, "pièce-jointe"),
        kind=kind,
        size=part["body"]["size"],
        cid=headers.get("content-id", "").strip("<> "),
    )


def decoded_bytes(data: str) -> bytes:
    """The bytes of the API's base64url."""
    return base64.urlsafe_b64decode(data + "=" * (-len(data) % 4))


def instant_of(message: Json) -> datetime:
    """When the mailbox got the message, on the school's clock."""
    return datetime.fromtimestamp(int(message["internalDate"]) / 1000, _BRUSSELS)


def short_time(instant: datetime, now: datetime) -> str:
    """`14:05` today, `23 nov.` this year, `23/11/2025` before."""
    today = now.astimezone(_BRUSSELS)
    if instant.date() == today.date():
        return written(instant, "HH:mm")
    return written(instant, "d MMM" if instant.year == today.year else "dd/MM/y")


def written(instant: datetime, pattern: str) -> str:
    """The instant in Belgian French."""
    return format_datetime(instant, pattern, locale="fr_BE")
