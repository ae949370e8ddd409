"""Foreign text beside our own: no direction mark in it may turn what stands around it.

Where a text has an element to itself, `dir="auto"` or `<bdi>` does it; these are the other places.
Source: https://www.w3.org/International/questions/qa-bidi-unicode-controls
"""

from __future__ import annotations

import re
from itertools import zip_longest

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_ADDRESS = re.compile(r"(\s*<[^<>\s]+@[^<>\s]+>(?:,\s*)?)")


def isolated(text: str) -> str:
    """The text between isolating marks, for `<option>` and `<title>`, which hold no elements."""
    kept = text.replace(_POP_ISOLATE, "")  # would end our isolation before the text does
    return f"{_FIRST_STRONG_ISOLATE}{kept}{_POP_ISOLATE}"


def correspondents(line: str) -> list[tuple[str, str]]:
    """The names of `Name <address>, …`, each with the ` <address>, ` that follows it as written.

    A page isolates each name, which cannot then disguise an address.
    """
    parts = _ADDRESS.split(line)
    pairs = zip_longest(parts[::2], parts[1::2], fillvalue="")
    return [pair for pair in pairs if any(pair)]
