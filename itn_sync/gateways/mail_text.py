"""A mail as bytes, with headers that nobody can break out of, and what an address may be.

Source: RFC 5322, RFC 3834 (Auto-Submitted), RFC 2606 and 6761 (reserved domains).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from email_validator import EmailNotValidError, validate_email

from itn_sync.gateways.errors import InvalidAddress

KEY_HEADER = "X-ITN-Sync-Key"

_NEXT_LINE = "\r\n "
_MESSAGE_ID = re.compile(r"<[!-~]{1,900}>")

_RESERVED_TOP = frozenset({"example", "test", "invalid", "localhost"})
_RESERVED = ("example.com", "example.net", "example.org")
# Control characters, halves of surrogate pairs, line and paragraph separators
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Unicode's Cc and Cs, but for tab and line feed."""
_NOT_IN_A_NAME = re.compile(r'[()<>\[\]:;@\\,"\u200e\u200f\u202a-\u202e\u2066-\u2069]')
_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})


@dataclass(frozen=True)
class OutgoingMail:
    """One mail to one person; `key` is its deed's, `reference` the short one people see."""

    sender: str
    sender_name: str
    to: str
    to_name: str
    subject: str
    text: str
    html: str
    key: str
    reference: str = ""
    reply_to: str = ""
    cc: tuple[str, ...] = ()
    thread_id: str = ""
    """The conversation it joins, as Gmail knows it."""
    answers: tuple[str, ...] = ()
    """The Message-IDs of that conversation so far, oldest first."""

    def as_bytes(self) -> bytes:
        """The message for the wire (RFC 5322); raises InvalidAddress when an address is none."""
        try:
            return self._conversation() + self._message().as_bytes()
        except (ValueError, MessageError, IndexError) as error:
            # the cause may quote the address
            raise InvalidAddress(0, "invalid_address", "an address of this mail is none") from error

    def _conversation(self) -> bytes:
        """What it answers, an id a line; Python would encode a long one as if it were text."""
        known = [one for one in self.answers if _MESSAGE_ID.fullmatch(one)]
        if not known:
            return b""
        lines = f"In-Reply-To: {known[-1]}", f"References: {_NEXT_LINE.join(known)}"
        return "".join(f"{line}\r\n" for line in lines).encode("ascii")

    def _message(self) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = _address(self.sender, self.sender_name)
        message["To"] = _address(self.to, self.to_name)
        if self.cc:
            message["Cc"] = tuple(_address(address, "") for address in self.cc)
        for name, value in self._optional_headers().items():
            if value:
                message[name] = value
        message["Subject"] = one_line(self.subject)
        message["Auto-Submitted"] = "auto-generated"
        message[KEY_HEADER] = one_line(self.key)
        message.set_content(_several_lines(self.text))
        message.add_alternative(_several_lines(self.html), subtype="html")
        return message

    def _optional_headers(self) -> dict[str, str | Address]:
        return {
            "Reply-To": _address(self.reply_to, "") if self.reply_to else "",
            "X-ITN-Sync-Reference": one_line(self.reference),
        }


def one_line(text: str) -> str:
    """`text` for a header: without line breaks, NUL or other control characters."""
    shown = (" " if unicodedata.category(c) in _UNPRINTABLE else c for c in text)
    return " ".join("".join(shown).split())


def decoded(header: str) -> str:
    """A header as people read it, whether or not it still is in RFC 2047's encoding."""
    return str(make_header(decode_header(header)))


def valid_address(text: str) -> str | None:
    """The address in `text`, domain in lower case and ASCII; None when it cannot be one.

    Only the syntax is looked at, never the network.
    """
    try:
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return found.ascii_email


def is_reserved(address: str) -> bool:
    """True for addresses that can never exist (`…@ecole.example`): for demos and tests only."""
    domain = address.rpartition("@")[2].rstrip(".").lower()
    return domain.rpartition(".")[2] in _RESERVED_TOP or any(
        domain == reserved or domain.endswith(f".{reserved}") for reserved in _RESERVED
    )


def _address(address: str, name: str) -> Address:
    return Address(display_name=_display_name(name), addr_spec=address)


def _display_name(name: str) -> str:
    """`name` without what has a meaning of its own in an address list.

    Quoting would do, but Python drops the quotes of a long name when it folds the header, and then
    `Anne <a@b.example>,` is a recipient. Bidirectional controls would turn the address around.
    """
    return " ".join(_NOT_IN_A_NAME.sub(" ", one_line(name)).split())


def _several_lines(text: str) -> str:
    """A body: line breaks and tabs stay, what no mail may carry goes."""
    normal = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", normal)
