"""The message a client hands over: `raw` in the body, or an upload."""

from __future__ import annotations

import base64
import re

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.errors import ApiError, Json, field_violation, invalid
from itn_sync.sandbox.gmail.addresses import require_valid
from itn_sync.sandbox.gmail.rfc822 import with_crlf

_URL_BASE64 = re.compile(r"[A-Za-z0-9_-]*={0,2}")
MOST_SENT = 36_700_160
MOST_IMPORTED = 157_286_400


def incoming(call: Call, message: Json, *, path: str, most: int = MOST_SENT) -> bytes:
    """The RFC 2822 bytes with CRLF line ends.

    `path` is where `raw` stands in the request, for the error. Raises 400 when there is no
    message, it is not base64url, or an address in its headers cannot be one; 413 when too large.
    """
    raw = call.media.content if call.media else decode(message.get("raw"), path)
    if len(raw) > most:
        raise ApiError(413, "Request size is too large.", reason="uploadTooLarge")
    raw = with_crlf(raw)
    require_valid(raw)
    return raw


def has_message(call: Call, message: Json) -> bool:
    """True when the request carries a message at all."""
    return call.media is not None or bool(message.get("raw"))


def decode(raw: str | None, path: str) -> bytes:
    """Base64url to bytes, padding or not; raises 400 for anything else."""
    if not raw:
        raise invalid(
            "'raw' RFC822 payload message string or uploading message via /upload/* URL required"
        )
    bare = raw.rstrip("=")
    if not _URL_BASE64.fullmatch(raw) or len(bare) % 4 == 1:
        raise _not_base64(raw, path)
    return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))


def _not_base64(raw: str, path: str) -> ApiError:
    message = f"Invalid value at '{path}' (TYPE_BYTES), Base64 decoding failed for \"{raw[:200]}\""
    return ApiError(400, message, details=(field_violation(path, message),))
