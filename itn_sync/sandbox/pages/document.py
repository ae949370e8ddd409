"""The page of a Google Doc: read as one of the people who have access, and taken away."""

from __future__ import annotations

import mimetypes
from http import HTTPStatus

from werkzeug import Response
from werkzeug.exceptions import NotFound

from itn_sync.sandbox import files
from itn_sync.sandbox.drive.content import document_of
from itn_sync.sandbox.drive.doc_html import sanitized
from itn_sync.sandbox.drive.doc_readers import DOCX
from itn_sync.sandbox.drive.workbook_in import XLSX
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.pages.drive_place import Place, place_of, when
from itn_sync.sandbox.pages.foreign import foreign
from itn_sync.sandbox.pages.visit import Visit, render

_FORMATS = {
    "docx": DOCX,
    "html": "text/html",
    "md": "text/markdown",
    "txt": "text/plain",
    "zip": "application/zip",
    "xlsx": XLSX,
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
_OFFERED = {"docx": "Word", "txt": "Texte", "md": "Markdown", "html": "Page web"}


def show(visit: Visit, document_id: str) -> Response:
    """What the Doc says, what people say about it, and the formats it may leave in."""
    place = place_of(visit, document_id)
    if place.file is None:
        return closed(place)
    if place.file["mimeType"] != files.DOCUMENT:
        raise NotFound
    with visit.transaction(write=False) as state:
        html = document_of(state, document_id)
    return render(
        "document.html",
        inline_styles=True,
        place=place,
        file=place.file,
        changed=when(place.file["modifiedTime"]),
        html=sanitized(html),
        formats=_OFFERED if place.file["capabilities"]["canDownload"] else {},
        comments=_comments(visit, place),
    )


def closed(place: Place) -> Response:
    """The page of a file that this person may not see; somebody else may."""
    return render("file_closed.html", status=HTTPStatus.FORBIDDEN, place=place)


def _comments(visit: Visit, place: Place) -> list[Json]:
    listed = visit.open_call(
        "drive.comments.list", user=place.user, fileId=place.file_id, pageSize=100
    )
    return [_dated(one) | {"replies": [*map(_dated, one["replies"])]} for one in listed["comments"]]


def _dated(remark: Json) -> Json:
    return remark | {"when": when(remark["createdTime"])}


def export(visit: Visit, file_id: str) -> Response:
    """The Doc or Sheet in another `format` (`docx`, `txt`, `md`, `html`, `xlsx`, `csv`…)."""
    extension = visit.request.args.get("format", "")
    mime_type = _FORMATS.get(extension) or mimetypes.guess_type(f"x.{extension}")[0]
    if mime_type is None:
        raise NotFound
    place = place_of(visit, file_id)
    if place.file is None:
        return closed(place)
    media = visit.open_call(
        "drive.files.export", user=place.user, fileId=file_id, mimeType=mime_type
    )
    return foreign(media.content, mime_type, f"{place.file['name']}.{extension}", opens=False)
