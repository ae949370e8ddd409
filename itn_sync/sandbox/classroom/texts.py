"""The limits on what a post may say (facts §4.3)."""

from __future__ import annotations

from itn_sync.sandbox.errors import Json, invalid

_LONGEST_TITLE = 3_000
_LONGEST_TEXT = 30_000


def require_title(content: Json) -> None:
    """Raise 400 unless the title has 1 to 3,000 characters."""
    if not 1 <= len(content.get("title", "")) <= _LONGEST_TITLE:
        raise invalid(f"The title must have 1 to {_LONGEST_TITLE} characters.", "title")


def require_text(content: Json, name: str) -> None:
    """Raise 400 where the text named (`description`, `text`) has more than 30,000 characters."""
    if len(content.get(name, "")) > _LONGEST_TEXT:
        raise invalid(f"The {name} must have at most {_LONGEST_TEXT} characters.", name)
