"""Who a message is from and for."""

from __future__ import annotations

import re
from email.utils import formataddr, getaddresses

from itn_sync.sandbox.errors import invalid
from itn_sync.sandbox.gmail.rfc822 import decoded, fields

_ADDRESS = re.compile(
    r"""(?:"[^"\r\n]+"|[^\s@<>()\[\],;:"\\]+)@(?:[^\W_](?:[\w-]*[^\W_])?\.)*[^\W_](?:[\w-]*[^\W_])?"""
)


def addresses(values: list[str]) -> list[tuple[str, str]]:
    """(display name, address in lower case) of header values that are still encoded."""
    return [(decoded(name), address.lower()) for name, address in getaddresses(values) if address]


def field_values(raw: bytes, name: str) -> list[str]:
    """Every value of a top header."""
    return [value for key, value in fields(raw) if key.lower() == name.lower()]


def field_addresses(raw: bytes, name: str) -> list[tuple[str, str]]:
    """(display name, address) of a top header such as To."""
    return addresses(field_values(raw, name))


def recipients(raw: bytes) -> list[str]:
    """Everybody in To, Cc and Bcc, once each, in that order."""
    found = [pair[1] for name in ("To", "Cc", "Bcc") for pair in field_addresses(raw, name)]
    return list(dict.fromkeys(found))


def require_valid(raw: bytes) -> None:
    """Raises 400 «Invalid To header» when an address cannot be one."""
    for name in ("From", "To", "Cc", "Bcc", "Reply-To"):
        for _, address in field_addresses(raw, name):
            if not is_address(address):
                raise invalid(f"Invalid {name} header")


def is_address(text: str) -> bool:
    """True for `someone@somewhere`, bare."""
    return _ADDRESS.fullmatch(text) is not None


def mailbox_name(address: str, domain: str) -> str:
    """The mailbox an address leads to: in the school's domain `x+tag@` is `x@`."""
    local, _, host = address.lower().rpartition("@")
    plain = local.partition("+")[0] or local
    return f"{plain}@{host}" if host == domain.lower() else address.lower()


def named(name: str, address: str) -> str:
    """`Name <address>` for a header, encoded where needed."""
    return formataddr((name, address))
