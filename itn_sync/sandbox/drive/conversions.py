"""Which formats become Google's own when uploaded, and which those leave in.

Sources: https://developers.google.com/workspace/drive/api/guides/ref-export-formats and
https://developers.google.com/workspace/drive/api/guides/mime-types. What Google converts and the
sandbox does not is answered 501 naming it; what Google itself refuses, as Google refuses it.
"""

from __future__ import annotations

import mimetypes

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call, Media
from itn_sync.sandbox.drive import doc_readers, doc_writers, tabs_in, tabs_out
from itn_sync.sandbox.drive.content import document_of, put_document
from itn_sync.sandbox.drive.kinds import copier
from itn_sync.sandbox.errors import ApiError, Json, forbidden, unimplemented
from itn_sync.sandbox.world import State

_EXPORT_LIMIT = 10_000_000
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
_PRESENTATION = "application/vnd.google-apps.presentation"

IMPORTS = {
    **{mime: [files.DOCUMENT] for mime in doc_readers.READERS},
    **{mime: [files.SPREADSHEET] for mime in tabs_in.READERS},
}
EXPORTS = {
    files.DOCUMENT: list(doc_writers.WRITERS),
    files.SPREADSHEET: list(tabs_out.WRITERS),
}
_GOOGLE_READS = {
    *("application/pdf", "application/rtf", "text/rtf", "application/msword", "image/jpeg"),
    *("image/png", "image/gif", "application/vnd.ms-excel", f"{_OPEN_DOCUMENT}.text"),
    f"{_OPEN_DOCUMENT}.spreadsheet",
}
_GOOGLE_WRITES = {
    files.DOCUMENT: {
        *("application/pdf", "application/rtf", "application/epub+zip"),
        f"{_OPEN_DOCUMENT}.text",
    },
    files.SPREADSHEET: {
        *("application/pdf", "application/zip", f"{_OPEN_DOCUMENT}.spreadsheet"),
        "application/x-vnd.oasis.opendocument.spreadsheet",
    },
}


def source_type(media: Media, name: str) -> str:
    """The type of uploaded bytes without its parameters; guessed from the name if unsaid."""
    told = media.mime_type.partition(";")[0].strip().lower()
    if told and told != "application/octet-stream":
        return told
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def check_convertible(source: str, target: str) -> None:
    """Raise 501 or 400 unless bytes of the type `source` become a file of the type `target`."""
    if target in IMPORTS.get(source, ()):
        return
    both = source in _GOOGLE_READS and target in {files.DOCUMENT, files.SPREADSHEET}
    if both or target == _PRESENTATION:
        raise unimplemented(f"drive.files.create with conversion of {source} to {target}")
    message = "Conversion of the uploaded content to the requested output type is not supported."
    raise ApiError(400, message, reason="conversionUnsupportedConversionPath")


def fill(call: Call, file_id: str, target: str, media: Media, name: str) -> None:
    """Make the uploaded bytes the content of a Google Doc or Sheet that exists."""
    source = source_type(media, name)
    check_convertible(source, target)
    if target == files.DOCUMENT:
        html = doc_readers.document_html(media.content, source)
        put_document(call.state, file_id, html, user=call.user)
    else:
        tabs_in.replace_tabs(call, file_id, tabs_in.READERS[source](media.content, name))


def exported(call: Call, file: Json, mime_type: str) -> Media:
    """A Google Doc or Sheet in another format; at most 10 MB."""
    kind = file["mimeType"]
    if mime_type in doc_writers.WRITERS and kind == files.DOCUMENT:
        content = doc_writers.WRITERS[mime_type](document_of(call.state, file["id"]))
    elif mime_type in tabs_out.WRITERS and kind == files.SPREADSHEET:
        content = tabs_out.WRITERS[mime_type](call, file["id"])
    else:
        raise _not_exported(call, kind, mime_type)
    if len(content) > _EXPORT_LIMIT:
        message = "This file is too large to be exported."
        raise forbidden(message, reason="exportSizeLimitExceeded")
    return Media(content, mime_type)


def _not_exported(call: Call, kind: str, mime_type: str) -> ApiError:
    if not kind.startswith("application/vnd.google-apps.") or kind == files.FOLDER:
        message = "Export only supports Docs Editors files."
        return forbidden(message, reason="fileNotExportable")
    if mime_type in _GOOGLE_WRITES.get(kind, ()):
        return unimplemented(f"{call.method.id} of {kind} to {mime_type}")
    message = "The requested conversion is not supported."
    return ApiError(400, message, reason="badRequest", location="convertTo")


@copier(files.DOCUMENT)
def copy_document(state: State, from_id: str, to_id: str) -> None:
    """A copied Doc says the same; its former versions stay behind."""
    owner = state.execute("SELECT owner FROM drive_file WHERE id = ?", (to_id,)).fetchone()
    put_document(state, to_id, document_of(state, from_id), user=owner["owner"])
