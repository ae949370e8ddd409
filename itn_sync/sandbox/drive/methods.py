"""drive.files: get, create, update."""

from __future__ import annotations

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call, Media, behaviour, default_fields
from itn_sync.sandbox.drive.content import content_of, put_content
from itn_sync.sandbox.drive.conversions import check_convertible, fill, source_type
from itn_sync.sandbox.drive.ids import checked_id
from itn_sync.sandbox.drive.metadata import (
    apply_metadata,
    check_writable,
    checked_parents,
    move,
    set_modified_time,
)
from itn_sync.sandbox.drive.restrictions import check_may_be
from itn_sync.sandbox.drive.view import as_seen, is_native, known_file, open_file
from itn_sync.sandbox.errors import Json, forbidden

for _name in ("get", "create", "update"):
    default_fields(f"drive.files.{_name}", "kind,id,name,mimeType")


@behaviour("drive.files.get")
def get(call: Call) -> Json | Media:
    """A file's metadata, or its bytes with `alt=media`."""
    file = open_file(call)
    if call.params.get("alt") != "media":
        return as_seen(call, file)
    return downloaded(call, file)


def downloaded(call: Call, file: Json) -> Media:
    """The bytes of a binary file; 403 for Google's own kinds."""
    content = content_of(call.state, file["id"])
    if content is None or is_native(file["mimeType"]):
        message = (
            "Only files with binary content can be downloaded. Use Export with Docs Editors files."
        )
        raise forbidden(message, reason="fileNotDownloadable", location="alt")
    check_may_be("downloaded", call, file)
    return Media(content, file["mimeType"])


@behaviour("drive.files.create")
def create(call: Call) -> Json:
    """A new file of the caller's: metadata alone, or with content, converted where it asks so."""
    check_writable(call.body, new=True)
    name = call.body.get("name") or "Untitled"
    mime_type = _mime_type(call, name)
    native = is_native(mime_type)
    if call.media is not None:
        _check_room(call)
        if native:
            check_convertible(source_type(call.media, name), mime_type)
    file = files.create_file(
        call.state,
        owner=call.user,
        name=name,
        mime_type=mime_type,
        now=call.now,
        file_id=checked_id(call.body.get("id", ""), mime_type),
        parents=checked_parents(call),
        content=None if native else call.media.content if call.media else b"",
    )
    if native and call.media is not None:
        fill(call, file["id"], mime_type, call.media, name)
    body = {key: value for key, value in call.body.items() if key not in {"name", "mimeType"}}
    apply_metadata(call, file["id"], body)
    if body.get("modifiedTime"):
        set_modified_time(call.state, file["id"], body["modifiedTime"])
    return as_seen(call, known_file(call, file["id"]))


def _mime_type(call: Call, name: str) -> str:
    if call.body.get("mimeType"):
        return str(call.body["mimeType"])
    return source_type(call.media or Media(b"", ""), name)


def _check_room(call: Call) -> None:
    if call.user.endswith(".gserviceaccount.com"):
        raise forbidden(
            "Service Accounts do not have storage quota. Leverage shared drives, or use OAuth"
            " delegation instead.",
            reason="storageQuotaExceeded",
            domain="usageLimits",
        )


@behaviour("drive.files.update")
def update(call: Call) -> Json:
    """Change metadata, content or folder; a star needs no right to write."""
    check_writable(call.body, new=False)
    stars_only = set(call.body) == {"starred"} and call.media is None
    file = open_file(call, "reader" if stars_only else "writer")
    if "trashed" in call.body:
        open_file(call, "owner")
    _check_same_kind(call, file)
    move(call, file)
    if call.media is not None:
        _replace_content(call, file, call.media)
    apply_metadata(call, file["id"], call.body)
    if not stars_only:
        files.touch(call.state, file["id"], user=call.user, now=call.now)
    if call.body.get("modifiedTime"):
        set_modified_time(call.state, file["id"], call.body["modifiedTime"])
    return as_seen(call, known_file(call, file["id"]))


def _check_same_kind(call: Call, file: Json) -> None:
    """An update never turns bytes into a Doc or back, nor a Doc into a Sheet."""
    wanted = call.body.get("mimeType") or file["mimeType"]
    if wanted != file["mimeType"] and (is_native(wanted) or is_native(file["mimeType"])):
        message = "The resource body includes fields which are not directly writable."
        raise forbidden(message, reason="fieldNotWritable")


def _replace_content(call: Call, file: Json, media: Media) -> None:
    _check_room(call)
    name = str(call.body.get("name") or file["name"])
    if is_native(file["mimeType"]):
        fill(call, file["id"], file["mimeType"], media, name)
        return
    mime_type = str(call.body.get("mimeType") or source_type(media, name))
    put_content(call.state, file["id"], media.content, user=call.user, mime_type=mime_type)
    apply_metadata(call, file["id"], {"mimeType": mime_type})
