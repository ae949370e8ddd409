"""drive.files.generateIds: ids that a client may take before it creates."""

from __future__ import annotations

import hashlib

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.drive.view import is_native
from itn_sync.sandbox.errors import ApiError, Json

_SHORTCUT = "application/vnd.google-apps.shortcut"


@behaviour("drive.files.generateIds")
def generate_ids(call: Call) -> Json:
    """Ids that files.create accepts; they prove themselves by their last characters."""
    space, kind = call.params.get("space", "drive"), call.params.get("type", "files")
    if space not in {"drive", "appDataFolder"}:
        raise ApiError(400, "Invalid Value", reason="invalid", location="space")
    if kind not in {"files", "shortcuts"}:
        raise ApiError(400, "Invalid Value", reason="invalid", location="type")
    heads = [files.new_id(40) for _ in range(call.params.get("count", 10))]
    ids = [head + _check_characters(head) for head in heads]
    return {"kind": "drive#generatedIds", "space": space, "ids": ids}


def checked_id(file_id: str, mime_type: str) -> str:
    """The id that a request wants for its new file; 400 unless it was generated and is allowed."""
    if not file_id:
        return ""
    if is_native(mime_type) and mime_type not in {files.FOLDER, _SHORTCUT}:
        message = "Generated IDs are not supported for Docs Editors formats."
        raise ApiError(400, message, reason="invalid", location="file.id")
    if file_id[-4:] != _check_characters(file_id[:-4]):
        message = "The provided file ID is not usable."
        raise ApiError(400, message, reason="invalid", location="file.id")
    return file_id


def _check_characters(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:4]
