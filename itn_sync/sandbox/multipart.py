"""Multipart bodies as clients write them: parts with their headers, contents untouched."""

from __future__ import annotations

import base64
import re
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from werkzeug.http import parse_options_header

from itn_sync.sandbox.errors import invalid


@dataclass(frozen=True)
class Part:
    """One part; header names are lower case."""

    headers: Mapping[str, str]
    content: bytes


def split_parts(body: bytes, content_type: str) -> list[Part]:
    """The parts of a multipart body; raises 400 without a boundary or a closing one."""
    boundary = parse_options_header(content_type)[1].get("boundary", "")
    if not boundary:
        raise invalid("Missing boundary in the multipart content type.")
    line = rb"(?:^|\r?\n)--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*(?=\r?\n|$)"
    marks = list(re.finditer(line, body))
    if not marks or not marks[-1][1]:
        raise invalid("Malformed multipart body.")
    return [_part(body[start.end() : end.start()]) for start, end in pairwise(marks)]


def split_head(raw: bytes) -> tuple[dict[str, str], bytes]:
    """Headers (unfolded, names in lower case) and what follows the empty line."""
    head, _, content = re.sub(rb"\A\r?\n", b"", raw).partition(_blank_line(raw))
    text = re.sub(r"\r?\n[ \t]+", " ", head.decode("latin-1"))
    pairs = (line.partition(":") for line in text.splitlines() if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}, content


def _part(raw: bytes) -> Part:
    raw = re.sub(rb"\A\r?\n", b"", raw, count=1)
    if raw.startswith((b"\r\n", b"\n")):
        return Part({}, raw.lstrip(b"\r").removeprefix(b"\n"))
    headers, content = split_head(raw)
    if headers.get("content-transfer-encoding", "").lower() == "base64":
        content = _from_base64(content)
    return Part(headers, content)


def _blank_line(raw: bytes) -> bytes:
    windows, unix = raw.find(b"\r\n\r\n"), raw.find(b"\n\n")
    return b"\n\n" if windows < 0 or 0 <= unix < windows else b"\r\n\r\n"


def _from_base64(content: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(content.split()), validate=True)
    except Base64Error:
        raise invalid("Malformed base64 in a part of the multipart body.") from None
