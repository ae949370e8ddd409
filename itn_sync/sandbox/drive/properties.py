"""The limits of `properties` and `appProperties`.

Source: https://developers.google.com/workspace/drive/api/guides/properties; the message is Drive's
own as reported in RichardX366/Obsidian-Google-Drive#34.
"""

from __future__ import annotations

from itn_sync.sandbox.errors import Json, forbidden

_LONGEST = 124
_MOST = 30


def check_properties(body: Json, file: Json) -> None:
    """403 for a key and value of more than 124 bytes together, or a file with more than 30."""
    for name in ("properties", "appProperties"):
        changes: dict[str, str | None] = body.get(name) or {}
        if any(len(f"{key}{value or ''}".encode()) > _LONGEST for key, value in changes.items()):
            message = (
                "Properties and app properties are limited to 124 bytes in UTF-8 encoding,"
                " counting both the key and the value."
            )
            raise forbidden(message, reason="propertyLengthLimitExceeded")
        kept = dict(file.get(name, {})) | changes
        if sum(value is not None for value in kept.values()) > _MOST:
            message = f"A file is limited to {_MOST} {name} from any one application."
            raise forbidden(message, reason="propertyCountLimitExceeded")
