"""`copyRequiresWriterPermission`: a file that readers may look at but not take away.

Source: https://developers.google.com/workspace/drive/api/guides/content-restrictions
"""

from __future__ import annotations

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.drive.grants import RANKS, strongest_role
from itn_sync.sandbox.errors import Json, forbidden

_REASONS = {
    "copied": "cannotCopyFile",
    "downloaded": "cannotDownloadFile",
    "exported": "cannotExportFile",
}


def check_may_be(done: str, call: Call, file: Json) -> None:
    """403 where the caller may not have the file `copied`, `downloaded` or `exported`."""
    if not may_take(file, call.user):
        message = f"This file cannot be {done} by the user."
        raise forbidden(message, reason=_REASONS[done])


def may_take(file: Json, user: str) -> bool:
    """Whether this person may copy, print or download the file."""
    role = strongest_role(file["permissions"], user) or "reader"
    return RANKS[role] >= RANKS["writer"] or not file.get("copyRequiresWriterPermission", False)
