"""A message as bytes: its header fields, read and replaced without touching the rest.

Editing bytes, not re-serialising, so that what a client sent is what is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from email import policy
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser

from itn_sync.sandbox.errors import ApiError, invalid

_DEEPEST = 100
_LINE_END = re.compile(rb"\r\n|\r|\n")
_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:((?:[^\r\n]+|\r\n[ \t])*)(?:\r\n|\Z)", re.MULTILINE)
_ENCODED_WORDS = re.compile(
    r"=\?[^?\s]+\?[BbQq]\?[^?\r\n]*\?=(?:\s+=\?[^?\s]+\?[BbQq]\?[^?\r\n]*\?=)*"
)


def with_crlf(raw: bytes) -> bytes:
    """The message with every line ended by CRLF."""
    return _LINE_END.sub(b"\r\n", raw)


def parse(raw: bytes) -> Message:
    """The MIME tree; a malformed message has defects. Raises 400 where parts nest too deep."""
    try:
        root = BytesParser(policy=policy.compat32).parsebytes(raw)
    except RecursionError:
        raise _too_deep() from None
    _require_shallow(root)
    return root


def _require_shallow(root: Message) -> None:
    level = [root]
    for _ in range(_DEEPEST):
        level = [child for node in level for child in children(node)]
        if not level:
            return
    raise _too_deep()


def _too_deep() -> ApiError:
    return invalid(f"The message's parts nest more than {_DEEPEST} deep")


def children(node: Message) -> list[Message]:
    """The parts inside a multipart or an enclosed message."""
    inner = node.get_payload()
    return [part for part in inner if isinstance(part, Message)] if isinstance(inner, list) else []


def _split(raw: bytes) -> tuple[bytes, bytes]:
    if raw.startswith(b"\r\n"):
        return b"", raw
    head, separator, body = raw.partition(b"\r\n\r\n")
    if separator:
        return head + b"\r\n", b"\r\n" + body
    return head if not head or head.endswith(b"\r\n") else head + b"\r\n", b""


def fields(raw: bytes) -> list[tuple[str, str]]:
    """The top header fields in order: name and value, unfolded, still encoded (RFC 2047)."""
    head, _ = _split(raw)
    return [
        (found[1].decode("ascii"), _as_text(found[2].strip())) for found in _FIELD.finditer(head)
    ]


def field(raw: bytes, name: str) -> str:
    """The first value of a top header, unfolded; empty when absent."""
    wanted = name.lower()
    return next((value for key, value in fields(raw) if key.lower() == wanted), "")


def _as_text(value: bytes) -> str:
    try:
        return unfolded(value.decode("utf-8"))
    except UnicodeDecodeError:
        return unfolded(value.decode("latin-1"))


def unfolded(value: str) -> str:
    """A header value on one line."""
    return re.sub(r"\r\n(?=[ \t])", "", value).strip()


def without(raw: bytes, *names: str) -> bytes:
    """The message without the named top headers."""
    unwanted = {name.lower().encode() for name in names}

    def drop(found: re.Match[bytes]) -> bytes:
        return b"" if found[1].lower() in unwanted else found[0]

    return _edit_head(raw, drop)


def with_field(raw: bytes, name: str, value: str) -> bytes:
    """The message with one header of that name: in the first one's place, else at the end."""
    wanted = name.lower().encode()
    line = _line(name, value)
    seen = False

    def replace(found: re.Match[bytes]) -> bytes:
        nonlocal seen
        if found[1].lower() != wanted:
            return found[0]
        first, seen = not seen, True
        return line if first else b""

    edited = _edit_head(raw, replace)
    return edited if seen else _append(edited, line)


def prefixed(raw: bytes, name: str, value: str) -> bytes:
    """The message with one more header on top, as a mail server adds its trace."""
    return _line(name, value) + raw


def _line(name: str, value: str) -> bytes:
    return f"{name}: {value}\r\n".encode()


def _append(raw: bytes, line: bytes) -> bytes:
    head, rest = _split(raw)
    return head + line + (rest or b"\r\n")


def _edit_head(raw: bytes, edit: Callable[[re.Match[bytes]], bytes]) -> bytes:
    head, rest = _split(raw)
    return _FIELD.sub(edit, head) + rest


def decoded(value: str) -> str:
    """A header value with its encoded words (RFC 2047) decoded, on one line."""
    text = _ENCODED_WORDS.sub(lambda found: _decode_run(found[0]), value)
    return storable(re.sub(r"[\r\n]+", " ", text))


def storable(text: str) -> str:
    """The text with `?` for halves of characters that some charsets decode to."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _decode_run(run: str) -> str:
    try:
        return "".join(
            part if isinstance(part, str) else part.decode(charset or "ascii", "replace")
            for part, charset in decode_header(run)
        )
    except (LookupError, ValueError):
        return run
