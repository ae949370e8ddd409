"""Messages that a person writes, as bytes: a draft changed, a new mail, an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, getaddresses

from itn_sync.sandbox.gmail.parts import bodies, readable
from itn_sync.sandbox.gmail.rfc822 import decoded, field, parse, with_field, without

_ADDRESSED = ("To", "Cc", "Bcc")


@dataclass(frozen=True)
class Typed:
    """What stands in the form: addresses as people write them, None for a line left alone."""

    to: str | None = None
    cc: str | None = None
    bcc: str | None = None
    subject: str = ""
    text: str = ""

    def addresses(self) -> list[tuple[str, str]]:
        """Header name and line of the address fields that the form has."""
        lines = zip(_ADDRESSED, (self.to, self.cc, self.bcc), strict=True)
        return [(name, _one_line(line)) for name, line in lines if line is not None]


def editable_text(raw: bytes) -> str:
    """The text a person may change: the plain part, else what the HTML says."""
    root = parse(raw)
    plain, _ = bodies(root)
    return _lines(plain if plain.strip() else readable(root).strip())


def edited(raw: bytes, typed: Typed) -> bytes:
    """The draft with what was typed; the same bytes if nothing changed.

    A changed text takes the place of the old text and its HTML; attachments and other headers stay.
    """
    subject = _one_line(typed.subject)
    new_text = _lines(typed.text) != editable_text(raw)
    new_lines = [(name, line) for name, line in typed.addresses() if line != _shown(raw, name)]
    if not new_text and not new_lines and subject == _shown(raw, "Subject"):
        return raw
    message = message_from_bytes(raw, _class=EmailMessage, policy=SMTP)
    del message["Subject"]
    message["Subject"] = subject
    if new_text:
        files = attachments(raw)
        message.clear_content()
        _set_text(message, typed.text, files)
    return _addressed(message.as_bytes(), new_lines)


def _set_text(message: EmailMessage, text: str, files: Sequence[EmailMessage]) -> None:
    message.set_content(_lines(text) + "\n", charset="utf-8")
    if files:
        message.make_mixed()
    for file in files:
        message.attach(file)


def _shown(raw: bytes, name: str) -> str:
    return _one_line(decoded(field(raw, name)))


def attachments(raw: bytes) -> list[EmailMessage]:
    """The parts of a message that are files."""
    message = message_from_bytes(raw, _class=EmailMessage, policy=SMTP)
    return [part for part in message.walk() if part.is_attachment()]


def composed(
    typed: Typed,
    sender: str,
    *,
    answers: Sequence[str] = (),
    files: Sequence[EmailMessage] = (),
) -> bytes:
    """A new mail; `answers` are the Message-IDs of the conversation it continues, oldest first."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["Subject"] = _one_line(typed.subject)
    if answers:
        message["In-Reply-To"] = answers[-1]
        message["References"] = " ".join(answers)
    _set_text(message, typed.text, files)
    return _addressed(message.as_bytes(), typed.addresses())


def _addressed(raw: bytes, lines: Sequence[tuple[str, str]]) -> bytes:
    """With those recipient lines: the API refuses what holds no address."""
    for name, line in lines:
        raw = with_field(raw, name, _encoded(line)) if line else without(raw, name)
    return raw


def _encoded(line: str) -> str:
    people = getaddresses([line])
    well_formed = all(address and address.isascii() for _, address in people)
    return ", ".join(formataddr(one) for one in people) if well_formed else line


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> str:
    return "\n".join(text.splitlines()).rstrip()
