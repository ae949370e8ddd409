"""A message's bytes as what a page shows, and a draft that a person changed."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes
from email.policy import SMTP
from email.utils import formataddr, getaddresses

from itn_sync.sandbox.gmail.parts import bodies, content, filename, leaves
from itn_sync.sandbox.gmail.rfc822 import decoded, fields, parse, with_field, without

# The frame runs no script; links open outside it.
_FRAME = '<!doctype html><meta charset="utf-8"><base target="_blank">'


@dataclass(frozen=True)
class Mail:
    """One message: `headers` are all of them in order, decoded; `html` goes into a closed frame."""

    subject: str
    sender: str
    to: str
    cc: str
    received: str
    headers: list[tuple[str, str]]
    text: str
    html: str
    attachments: list[tuple[str, int]]

    @property
    def framed(self) -> str:
        """The HTML body as the document of a sandboxed frame."""
        return _FRAME + self.html


def read_mail(raw: bytes, *, received: str = "") -> Mail:
    """The message that RFC 2822 bytes hold; `received` says when, in words."""
    headers = [(name, decoded(value)) for name, value in fields(raw)]
    first = {name.lower(): value for name, value in reversed(headers)}
    message = parse(raw)
    text, html = bodies(message)
    return Mail(
        subject=first.get("subject", ""),
        sender=first.get("from", ""),
        to=first.get("to", ""),
        cc=first.get("cc", ""),
        received=received,
        headers=headers,
        text=text,
        html=html,
        attachments=[
            (filename(leaf), len(content(leaf))) for leaf in leaves(message) if filename(leaf)
        ],
    )


def edited(raw: bytes, *, to: str, subject: str, text: str) -> bytes:
    """The draft with another recipient, subject or text; the same bytes if none of them changed.

    A changed text is the whole message: the HTML of the old one goes. Other headers stay.
    """
    mail = read_mail(raw)
    to, subject = _one_line(to), _one_line(subject)
    new_text = _lines(text) != _lines(mail.text)
    if not new_text and (to, subject) == (_one_line(mail.to), _one_line(mail.subject)):
        return raw
    message = message_from_bytes(raw, policy=SMTP)
    del message["Subject"]
    message["Subject"] = subject
    if new_text:
        message.clear_content()
        message.set_content(_lines(text) + "\n", charset="utf-8")
    return _addressed(message.as_bytes(), to)


def _addressed(raw: bytes, to: str) -> bytes:
    """With that recipient line: the API refuses it, should it hold no address."""
    if not to:
        return without(raw, "To")
    people = getaddresses([to])
    well_formed = all(address and address.isascii() for _, address in people)
    line = ", ".join(formataddr(one) for one in people) if well_formed else to
    return with_field(raw, "To", line)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> str:
    return "\n".join(text.splitlines()).rstrip()
