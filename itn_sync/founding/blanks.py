"""What stands in a configuration file where the school's own id will be."""

from __future__ import annotations

_BLANK = "fill-in-the-id-of-"


def blank(thing: str) -> str:
    """The id to be written over, of a `thing` in one word."""
    return f"{_BLANK}{thing}"


def is_blank(file_id: str) -> bool:
    """True for an id that nobody has filled in yet."""
    return file_id.startswith(_BLANK)
