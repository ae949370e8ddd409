"""Page sizes and page tokens of Gmail's lists."""

from __future__ import annotations

from itn_sync.sandbox.errors import Json, invalid

_DEFAULT = 100
_MOST = 500
_SEQ_DIGITS = 9


def page_size(params: Json) -> int:
    """`maxResults`: 100 unless told, never more than 500."""
    return min(int(params.get("maxResults") or _DEFAULT), _MOST)


def token_after(internal_date: int, seq: int) -> str:
    """The token of the page that follows this message, digits only like Google's."""
    return f"{internal_date}{seq:0{_SEQ_DIGITS}d}"


def position(token: str) -> tuple[int, int]:
    """The (date, sequence) a token stands for; raises 400."""
    if not token.isdecimal() or not token.isascii() or not _SEQ_DIGITS < len(token) <= 27:
        raise invalid("Invalid pageToken", location="pageToken")
    return int(token[:-_SEQ_DIGITS]), int(token[-_SEQ_DIGITS:])
