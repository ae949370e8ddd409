"""What a document is known by in Drive."""

from __future__ import annotations

from base64 import b32encode
from hashlib import sha256


def mark_of(key: str) -> str:
    """The mark of a document in Drive: properties hold 124 bytes, and keys may be longer."""
    return f"document/{b32encode(sha256(key.encode()).digest()).decode().rstrip('=').lower()}"
