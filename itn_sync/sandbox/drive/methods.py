"""drive.files: get, create, update, delete, copy, generateIds."""

from __future__ import annotations

import hashlib

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call, Media, behaviour, default_fields
from itn_sync.sandbox.drive.kinds import copier_of
from itn_sync.sandbox.drive.metadata import (
    apply_metadata,
    check_writable,
    checked_parent,
    descendants,
    forget,
    move,
    set_modified_time,
)
from itn_sync.sandbox.drive.view import as_seen, is_native, known_file, open_file
from itn_sync.sandbox.errors import ApiError, Json, forbidden, unimplemented

for _name in ("get", "create", "update", "copy"):
    default_fields(f"drive.files.{_name}", "kind,id,name,mimeType")


@behaviour("drive.files.get")
def get(call: Call) -> Json | Media:
    """A file's metadata, or its bytes with `alt=media`."""
    file = open_file(call)
    if call.params.get("alt") != "media":
        return as_seen(call, file)
    content = files.content_of(call.state, file["id"])
    if content is None:
        message = (
            "Only files with binary content can be downloaded. Use Export with Docs Editors files."
        )
        raise forbidden(message, reason="fileNotDownloadable", location="alt")
    return Media(content, file["mimeType"])


@behaviour("drive.files.create")
def create(call: Call) -> Json:
    """A new file of the caller's: metadata alone, or with content."""
    check_writable(call.body, new=True)
    mime_type = _mime_type(call)
    _check_content(call, mime_type)
    file = files.create_file(
        call.state,
        owner=call.user,
        name=call.body.get("name") or "Untitled",
        mime_type=mime_type,
        now=call.now,
        file_id=_checked_id(call.body.get("id", ""), mime_type),
        parents=_parents(call),
        content=None if is_native(mime_type) else _content(call),
    )
    body = {name: value for name, value in call.body.items() if name not in {"name", "mimeType"}}
    apply_metadata(call, file["id"], body)
    if body.get("modifiedTime"):
        set_modified_time(call.state, file["id"], body["modifiedTime"])
    return as_seen(call, known_file(call, file["id"]))


def _mime_type(call: Call) -> str:
    sent = call.media.mime_type if call.media else ""
    return str(call.body.get("mimeType") or sent or "application/octet-stream")


def _content(call: Call) -> bytes:
    return call.media.content if call.media else b""


def _check_content(call: Call, mime_type: str) -> None:
    if call.media is None:
        return
    if call.user.endswith(".gserviceaccount.com"):
        raise forbidden(
            "Service Accounts do not have storage quota. Leverage shared drives, or use OAuth"
            " delegation instead.",
            reason="storageQuotaExceeded",
            domain="usageLimits",
        )
    if is_native(mime_type):
        raise unimplemented(f"{call.method.id} with conversion to {mime_type}")


def _parents(call: Call) -> list[str]:
    asked = call.body.get("parents", [])
    if len(asked) > 1:
        message = "Increasing the number of parents is not allowed"
        raise forbidden(message, reason="cannotAddParent")
    return [checked_parent(call, folder) for folder in asked]


def _checked_id(file_id: str, mime_type: str) -> str:
    if not file_id:
        return ""
    if is_native(mime_type) and mime_type != files.FOLDER:
        message = "Generated IDs are not supported for Docs Editors formats."
        raise ApiError(400, message, reason="invalid", location="file.id")
    if file_id[-4:] != _check_characters(file_id[:-4]):
        message = "The provided file ID is not usable."
        raise ApiError(400, message, reason="invalid", location="file.id")
    return file_id


def _check_characters(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:4]


@behaviour("drive.files.generateIds")
def generate_ids(call: Call) -> Json:
    """Ids that files.create accepts; they prove themselves by their last characters."""
    space, kind = call.params.get("space", "drive"), call.params.get("type", "files")
    if space not in {"drive", "appDataFolder"} or kind not in {"files", "shortcuts"}:
        raise ApiError(400, "Invalid Value", reason="invalid", location="space")
    heads = [files.new_id(40) for _ in range(call.params.get("count", 10))]
    ids = [head + _check_characters(head) for head in heads]
    return {"kind": "drive#generatedIds", "space": space, "ids": ids}


@behaviour("drive.files.update")
def update(call: Call) -> Json:
    """Change metadata, content or folder; a star needs no right to write."""
    check_writable(call.body, new=False)
    stars_only = set(call.body) == {"starred"} and call.media is None
    file = open_file(call, "reader" if stars_only else "writer")
    if "trashed" in call.body:
        open_file(call, "owner")
    move(call, file)
    if call.media is not None:
        _replace_content(call, file)
    apply_metadata(call, file["id"], call.body)
    if not stars_only:
        files.touch(call.state, file["id"], user=call.user, now=call.now)
    if call.body.get("modifiedTime"):
        set_modified_time(call.state, file["id"], call.body["modifiedTime"])
    return as_seen(call, known_file(call, file["id"]))


def _replace_content(call: Call, file: Json) -> None:
    _check_content(call, file["mimeType"])
    files.put_content(call.state, file["id"], _content(call))
    if "mimeType" not in call.body and call.media and call.media.mime_type:
        apply_metadata(call, file["id"], {"mimeType": call.media.mime_type})


@behaviour("drive.files.delete")
def delete(call: Call) -> None:
    """Erase a file for good; a folder with everything in it that is the caller's."""
    file = open_file(call, "owner")
    for below in descendants(call.state, file["id"]):
        if files.role_of(call.state, call.user, below) == "owner":
            forget(call.state, below)
    call.state.execute("UPDATE drive_file SET parent = '' WHERE parent = ?", (file["id"],))
    forget(call.state, file["id"])


@behaviour("drive.files.copy")
def copy(call: Call) -> Json:
    """A copy of the caller's own, beside the original where they may write, else in their root."""
    source = open_file(call)
    check_writable(call.body, new=True)
    copy_content = copier_of(source["mimeType"])
    if source["mimeType"] == files.FOLDER:
        message = "This file cannot be copied by the user."
        raise forbidden(message, reason="cannotCopyFile")
    if is_native(source["mimeType"]) and copy_content is None:
        raise unimplemented(f"{call.method.id} of {source['mimeType']}")
    made = files.create_file(
        call.state,
        owner=call.user,
        name=call.body.get("name") or f"Copy of {source['name']}",
        mime_type=source["mimeType"],
        now=call.now,
        file_id=_checked_id(call.body.get("id", ""), source["mimeType"]),
        parents=_parents(call) or _same_folder(call, source),
        content=files.content_of(call.state, source["id"]),
    )
    if copy_content is not None:
        copy_content(call.state, source["id"], made["id"])
    inherited = {
        n: source[n] for n in ("description", "properties", "appProperties") if n in source
    }
    own = {n: v for n, v in call.body.items() if n not in {"name", "mimeType", "parents", "id"}}
    apply_metadata(call, made["id"], inherited | own)
    return as_seen(call, known_file(call, made["id"]))


def _same_folder(call: Call, source: Json) -> list[str]:
    try:
        return [checked_parent(call, folder) for folder in source["parents"]]
    except ApiError:
        return []
