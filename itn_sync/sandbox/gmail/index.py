"""What is read from a message once, when it is stored, so that lists and searches are fast."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

from itn_sync.sandbox.gmail.addresses import field_values
from itn_sync.sandbox.gmail.parts import filenames, readable
from itn_sync.sandbox.gmail.rfc822 import decoded, field, fields, parse
from itn_sync.sandbox.gmail.text import snippet, words

_REPLY_PREFIX = re.compile(r"^\s*((re|fw|fwd|tr)\s*:\s*)+", re.IGNORECASE)
_MOST_BODY = 200_000
_SEARCHED_HEADERS = frozenset({"delivered-to", "list-id", "list-post"})


@dataclass(frozen=True)
class Indexed:
    """The columns of a message that its bytes determine; words in the form of `text.words`."""

    message_id: str
    thread_subject: str
    has_attachment: bool
    snippet: str
    sender: str
    recipients: str
    cc: str
    bcc: str
    subject: str
    filenames: str
    words: str

    def columns(self) -> dict[str, Any]:
        """Column name to value."""
        return asdict(self)


def index_of(raw: bytes) -> Indexed:
    """Read a message's columns; never raises on a malformed one."""
    root = parse(raw)
    body = readable(root)
    names = filenames(root)
    subject = decoded(field(raw, "Subject"))
    people = {name: _words_of(raw, name) for name in ("From", "To", "Cc", "Bcc")}
    parts = [words(subject), *people.values(), words(body[:_MOST_BODY]), words(" ".join(names))]
    return Indexed(
        message_id=field(raw, "Message-ID"),
        thread_subject=thread_subject(subject),
        has_attachment=bool(names),
        snippet=snippet(body),
        sender=people["From"],
        recipients=people["To"],
        cc=people["Cc"],
        bcc=people["Bcc"],
        subject=words(subject),
        filenames=words(" ".join(names)),
        words="|".join(parts),
    )


def _words_of(raw: bytes, name: str) -> str:
    return words(decoded(", ".join(field_values(raw, name))))


def searched_headers(raw: bytes) -> list[tuple[str, str]]:
    """Lower-case name and words of the headers behind `deliveredto:` and `list:`."""
    return [
        (name.lower(), words(decoded(value)))
        for name, value in fields(raw)
        if name.lower() in _SEARCHED_HEADERS
    ]


def thread_subject(subject: str) -> str:
    """The subject by which messages of a conversation match: without Re:, case or spacing."""
    return " ".join(_REPLY_PREFIX.sub("", subject).casefold().split())
