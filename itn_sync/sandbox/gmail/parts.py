"""A message as `payload`: the MIME tree that `format=full` answers."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from email.message import Message
from email.utils import collapse_rfc2231_value

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.gmail.rfc822 import children, decoded, parse, storable, unfolded
from itn_sync.sandbox.gmail.text import text_of_html

_ATTACHMENT_PREFIX = "ANGjdJ-"


def url_base64(content: bytes) -> str:
    """Base64 with the URL alphabet and padding, as Gmail writes bytes."""
    return base64.urlsafe_b64encode(content).decode()


def payload(raw: bytes, *, headers_only: bool = False, only: list[str] | None = None) -> Json:
    """The root MessagePart; for `format=metadata` type and headers (`only` these names)."""
    root = parse(raw)
    if headers_only:
        return {"mimeType": root.get_content_type(), "headers": _headers(root, only)}
    return _part(root, "")


def _part(node: Message, part_id: str) -> Json:
    inside = children(node)
    part: Json = {
        "partId": part_id,
        "mimeType": node.get_content_type(),
        "filename": filename(node),
        "headers": _headers(node, None),
        "body": {"size": 0} if _is_multipart(node) else _body(node, part_id),
    }
    if inside:
        part["parts"] = [_part(child, _child_id(part_id, i)) for i, child in enumerate(inside)]
    return part


def _is_multipart(node: Message) -> bool:
    return node.get_content_maintype() == "multipart"


def _child_id(part_id: str, index: int) -> str:
    return f"{part_id}.{index}" if part_id else str(index)


def _headers(node: Message, only: list[str] | None) -> list[Json]:
    wanted = None if only is None else {name.lower() for name in only}
    return [
        {"name": name, "value": decoded(_value(value))}
        for name, value in node.raw_items()
        if wanted is None or name.lower() in wanted
    ]


def _value(value: object) -> str:
    data = str(value).encode("utf-8", "surrogateescape")
    try:
        return unfolded(data.decode("utf-8"))
    except UnicodeDecodeError:
        return unfolded(data.decode("latin-1"))


def _body(node: Message, part_id: str) -> Json:
    if _is_attached(node):
        return {"attachmentId": _token(part_id), "size": len(content(node))}
    data = text(node).encode()
    return {"size": len(data), "data": url_base64(data)} if data else {"size": 0}


def _is_attached(node: Message) -> bool:
    return bool(filename(node)) or node.get_content_maintype() != "text"


def filename(node: Message) -> str:
    """The part's file name, decoded; empty when it is not an attachment."""
    try:
        name = node.get_filename() or ""
    except (LookupError, ValueError):
        return ""
    return decoded(_value(collapse_rfc2231_value(name)))


def content(node: Message) -> bytes:
    """A leaf's bytes, transfer encoding undone; an enclosed message's source."""
    if children(node):
        return b"".join(child.as_bytes() for child in children(node))
    data = node.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def text(node: Message) -> str:
    """A text part's characters (Gmail answers them in UTF-8 whatever their charset was)."""
    data = content(node)
    try:
        charset = node.get_content_charset()
        return storable(data.decode(charset, "replace")) if charset else _guessed(data)
    except (LookupError, ValueError):
        return _guessed(data)


def _guessed(data: bytes) -> str:
    """Without a charset that says something: UTF-8, else what western mail is written in."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def bodies(root: Message) -> tuple[str, str]:
    """The message's own text and HTML; empty where it has none."""
    found = {"text/plain": "", "text/html": ""}
    for node in leaves(root):
        kind = node.get_content_type()
        if kind in found and not _is_attached(node) and not found[kind]:
            found[kind] = text(node)
    return found["text/plain"], found["text/html"]


def readable(root: Message) -> str:
    """The text a person reads: the plain part, else that of the HTML."""
    plain, markup = bodies(root)
    return plain if plain.strip() else text_of_html(markup)


def leaves(node: Message) -> Iterator[Message]:
    """Every part that holds content, in order; an enclosed message counts as one."""
    if not _is_multipart(node):
        yield node
        return
    for child in children(node):
        yield from leaves(child)


def filenames(root: Message) -> list[str]:
    """The names of the attachments."""
    return [name for node in leaves(root) if (name := filename(node))]


def _token(part_id: str) -> str:
    return _ATTACHMENT_PREFIX + url_base64(f"part:{part_id}".encode()).rstrip("=")


def attachment(raw: bytes, token: str) -> bytes:
    """The bytes behind an `attachmentId`; raises 400 for a token of no part."""
    node: Message | None = parse(raw)
    for index in _path(token):
        inside = children(node) if node else []
        node = inside[index] if index < len(inside) else None
    if node is None or _is_multipart(node):
        raise invalid("Invalid attachment token")
    return content(node)


def _path(token: str) -> list[int]:
    encoded = token.removeprefix(_ATTACHMENT_PREFIX)
    try:
        plain = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode("ascii")
    except ValueError:
        raise invalid("Invalid attachment token") from None
    if not re.fullmatch(r"part:(\d{1,6}(\.\d{1,6})*)?", plain, re.ASCII):
        raise invalid("Invalid attachment token")
    return [int(index) for index in plain.removeprefix("part:").split(".") if index]
