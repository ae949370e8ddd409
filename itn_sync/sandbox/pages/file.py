"""The page of an uploaded file, and its bytes: nothing that somebody uploaded ever runs here."""

from __future__ import annotations

from urllib.parse import urlencode

from werkzeug import Response
from werkzeug.exceptions import NotFound

from itn_sync.sandbox.drive.content import content_of
from itn_sync.sandbox.drive.doc_readers import text_of
from itn_sync.sandbox.drive.view import is_native
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.pages.document import closed
from itn_sync.sandbox.pages.drive_place import Place, kind_of, path_of, place_of, size_of, when
from itn_sync.sandbox.pages.foreign import PICTURES, SHOWN_IN_PLACE, foreign
from itn_sync.sandbox.pages.visit import Visit, render, see_other

_LONGEST_TEXT = 200_000
_READ_AS_TEXT = frozenset({"application/json", "application/xml", "message/rfc822"})


def show(visit: Visit, file_id: str) -> Response:
    """A picture or a text is shown, a PDF opens beside, the rest is to download."""
    place = place_of(visit, file_id)
    if place.file is None:
        return closed(place)
    if is_native(place.file["mimeType"]):
        return see_other(path_of(place.file, place.user))
    query = urlencode({"id": file_id, "user": place.user})
    return render(
        "file.html",
        place=place,
        file=place.file,
        kind=kind_of(place.file["mimeType"]),
        size=size_of(place.file),
        changed=when(place.file["modifiedTime"]),
        picture=place.file["mimeType"] in PICTURES,
        text=_text(visit, place, place.file),
        open_at=f"/uc?{query}&export=view",
        save_at=f"/uc?{query}&export=download",
    )


def _text(visit: Visit, place: Place, file: Json) -> str | None:
    """The text of a text file, HTML as it is written; None for other kinds."""
    if not file["mimeType"].startswith("text/") and file["mimeType"] not in _READ_AS_TEXT:
        return None
    return text_of(_bytes(visit, place)[:_LONGEST_TEXT])


def _bytes(visit: Visit, place: Place) -> bytes:
    """What this person may look at, though perhaps not take away."""
    with visit.transaction(write=False) as state:
        return content_of(state, place.file_id) or b""


def content(visit: Visit) -> Response:
    """`/uc?id=…&export=download`: the bytes, to save; `export=view` opens what is harmless."""
    place = place_of(visit, visit.request.args.get("id", ""))
    if place.file is None:
        return closed(place)
    name = str(place.file.get("originalFilename") or place.file["name"])
    kind = str(place.file["mimeType"])
    if visit.request.args.get("export") == "view" and kind in SHOWN_IN_PLACE:
        return foreign(_bytes(visit, place), kind, name, opens=True)
    media = visit.open_call("drive.files.get", user=place.user, fileId=place.file_id, alt="media")
    return foreign(media.content, kind, name, opens=False)


def forward(visit: Visit) -> Response:
    """`/open?id=…`: the page of whatever has that id."""
    place = place_of(visit, visit.request.args.get("id", ""))
    return closed(place) if place.file is None else see_other(path_of(place.file, place.user))


def show_folder(visit: Visit, folder_id: str) -> Response:
    """What a folder holds, as one person sees it."""
    place = place_of(visit, folder_id)
    if place.file is None:
        return closed(place)
    if not place.file["capabilities"]["canListChildren"]:
        raise NotFound
    wanted = f"'{place.file['id']}' in parents and trashed = false"
    listed = visit.open_call(
        "drive.files.list", user=place.user, q=wanted, orderBy="folder,name_natural", pageSize=1000
    )
    return render(
        "folder.html",
        place=place,
        file=place.file,
        entries=[_entry(one, place.user) for one in listed["files"]],
    )


def _entry(file: Json, user: str) -> Json:
    kind = kind_of(file["mimeType"])
    icon = file["iconLink"].rpartition("/assets/")[2]
    return {
        "name": file["name"],
        "kind": kind,
        "icon": f"/assets/{icon}",
        "path": path_of(file, user),
        "changed": when(file["modifiedTime"]),
    }
