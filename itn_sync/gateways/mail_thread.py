"""What lies in a conversation, as its headers tell: bodies are nobody's business here.

Sources: https://developers.google.com/workspace/gmail/api/guides/threads, RFC 3464 and RFC 5322
(delivery reports, threading), facts section 7.3.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Any

from itn_sync.gateways.mail_text import KEY_HEADER, decoded

_FAILED = "X-Failed-Recipients"
HEADERS = (KEY_HEADER, "Message-ID", "References", "Subject", "From", _FAILED)
"""All that is read of a message."""

_REPORTERS = ("mailer-daemon@", "postmaster@")
_MOST_REFERENCES = 20
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_ANSWER = re.compile(r"\s*re\s*:", re.IGNORECASE)


@dataclass(frozen=True)
class Message:
    """One message of a conversation; header names are in lower case."""

    id: str
    thread_id: str
    labels: frozenset[str]
    at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The key of the deed that it is, "" for a message that is not ours."""
        return decoded(self.headers.get(KEY_HEADER.lower(), ""))

    @property
    def was_sent(self) -> bool:
        """True when it left this mailbox."""
        return "SENT" in self.labels

    @property
    def failed(self) -> tuple[str, ...]:
        """The addresses that it says could not be reached; a mere delay is no failure."""
        sender = parseaddr(self.headers.get("from", ""))[1].lower()
        if not sender.startswith(_REPORTERS) or "(delay" in self.headers.get("subject", "").lower():
            return ()
        listed = self.headers.get(_FAILED.lower(), "").split(",")
        return tuple(address.strip() for address in listed if "@" in address)


@dataclass(frozen=True)
class Earlier:
    """What a mail must repeat of an earlier one to join its conversation: all three."""

    thread_id: str
    answers: tuple[str, ...]
    subject: str


def message_of(raw: Mapping[str, Any]) -> Message:
    """A message as the API gives it in `metadata` format."""
    headers = raw.get("payload", {}).get("headers", ())
    return Message(
        id=raw["id"],
        thread_id=raw.get("threadId", ""),
        labels=frozenset(raw.get("labelIds", ())),
        at=datetime.fromtimestamp(int(raw.get("internalDate", 0)) / 1000, UTC),
        headers={header["name"].lower(): header["value"] for header in headers},
    )


def earlier_of(message: Message) -> Earlier | None:
    """How to answer `message`; None when it has no Message-ID to refer to."""
    own = _MESSAGE_ID.findall(message.headers.get("message-id", ""))
    if not own:
        return None
    before = _MESSAGE_ID.findall(message.headers.get("references", ""))
    subject = decoded(message.headers.get("subject", ""))
    # RFC 5322 3.6.5: «Re: » and no translation of it, or the conversation breaks
    answer = subject if _ANSWER.match(subject) else f"Re: {subject}"
    return Earlier(message.thread_id, tuple([*before, own[0]][-_MOST_REFERENCES:]), answer)


def last_failure(messages: Collection[Message], among: Collection[str]) -> str:
    """The address that the latest delivery report names, only those `among` if any are given."""
    wanted = {address.lower() for address in among}
    failed = [address for message in messages for address in message.failed]
    return next((a for a in reversed(failed) if not wanted or a.lower() in wanted), "")
