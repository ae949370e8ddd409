"""drive.files.copy: a file of the caller's own with the same content, or converted."""

from __future__ import annotations

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call, Media, behaviour, default_fields
from itn_sync.sandbox.drive.content import content_of
from itn_sync.sandbox.drive.conversions import fill
from itn_sync.sandbox.drive.ids import checked_id
from itn_sync.sandbox.drive.kinds import copier_of
from itn_sync.sandbox.drive.metadata import (
    apply_metadata,
    check_writable,
    checked_parent,
    checked_parents,
)
from itn_sync.sandbox.drive.restrictions import check_may_be
from itn_sync.sandbox.drive.view import as_seen, is_native, known_file, open_file
from itn_sync.sandbox.errors import ApiError, Json, forbidden, unimplemented

default_fields("drive.files.copy", "kind,id,name,mimeType")


@behaviour("drive.files.copy")
def copy(call: Call) -> Json:
    """A copy of the caller's own, beside the original where they may write, else in their root."""
    source = open_file(call)
    check_writable(call.body, new=True)
    check_may_be("copied", call, source)
    target = str(call.body.get("mimeType") or source["mimeType"])
    _check_copyable(call, source, target)
    made = files.create_file(
        call.state,
        owner=call.user,
        name=call.body.get("name") or f"Copy of {source['name']}",
        mime_type=target,
        now=call.now,
        file_id=checked_id(call.body.get("id", ""), target),
        parents=checked_parents(call) or _same_folder(call, source),
        content=None if is_native(target) else content_of(call.state, source["id"]),
    )
    _copy_content(call, source, made)
    apply_metadata(call, made["id"], _metadata(call, source))
    return as_seen(call, known_file(call, made["id"]))


def _metadata(call: Call, source: Json) -> Json:
    """What the copy has of the original and what the request says; a null takes a property away."""
    kept: Json = {
        name: source[name] for name in ("description", "originalFilename") if name in source
    }
    kept |= {n: v for n, v in call.body.items() if n not in {"name", "mimeType", "parents", "id"}}
    for name in ("properties", "appProperties"):
        kept[name] = source.get(name, {}) | (call.body.get(name) or {})
    return kept


def _check_copyable(call: Call, source: Json, target: str) -> None:
    if source["mimeType"] == files.FOLDER:
        message = "This file cannot be copied by the user."
        raise forbidden(message, reason="cannotCopyFile")
    if not is_native(source["mimeType"]):
        return
    if target != source["mimeType"]:
        message = "The requested conversion is not supported."
        raise ApiError(400, message, reason="badRequest", location="convertTo")
    if copier_of(target) is None:
        raise unimplemented(f"{call.method.id} of {target}")


def _copy_content(call: Call, source: Json, made: Json) -> None:
    copy_content = copier_of(source["mimeType"])
    if copy_content is not None:
        copy_content(call.state, source["id"], made["id"])
    elif is_native(made["mimeType"]):
        media = Media(content_of(call.state, source["id"]) or b"", source["mimeType"])
        fill(call, made["id"], made["mimeType"], media, made["name"])


def _same_folder(call: Call, source: Json) -> list[str]:
    try:
        return [checked_parent(call, folder) for folder in source["parents"]]
    except ApiError:
        return []
