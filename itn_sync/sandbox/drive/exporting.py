"""drive.files.export and download, and the operations that a download makes.

Source: https://developers.google.com/workspace/drive/api/guides/manage-downloads
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from itn_sync.sandbox.call import Call, Media, behaviour
from itn_sync.sandbox.drive.conversions import EXPORTS, exported
from itn_sync.sandbox.drive.restrictions import check_may_be
from itn_sync.sandbox.drive.view import is_native, open_file
from itn_sync.sandbox.errors import ApiError, Json, forbidden, not_found
from itn_sync.sandbox.tokens import opened, sealed

_VALID = timedelta(hours=24)
_TYPE = "type.googleapis.com/google.apps.drive.v3"


@behaviour("drive.files.export")
def export(call: Call) -> Media:
    """A Google Doc or Sheet in another format."""
    file = open_file(call)
    check_may_be("exported", call, file)
    return exported(call, file, str(call.params["mimeType"]))


@behaviour("drive.files.download")
def download(call: Call) -> Json:
    """An operation, already done, with the address where the bytes are (a bearer opens it)."""
    file = open_file(call)
    check_may_be("downloaded", call, file)
    uri = _address(call, file)
    payload = {"uri": uri, "until": (call.now + _VALID).timestamp()}
    return _operation(sealed(call.state, "download", payload), uri)


def _address(call: Call, file: Json) -> str:
    base = f"{call.root_url}drive/v3/files/{file['id']}"
    if not is_native(file["mimeType"]):
        revision = call.params.get("revisionId")
        return f"{base}/revisions/{revision}?alt=media" if revision else f"{base}?alt=media"
    if file["mimeType"] not in EXPORTS:
        message = "This file cannot be downloaded by the user."
        raise forbidden(message, reason="cannotDownloadFile")
    mime_type = call.params.get("mimeType") or EXPORTS[file["mimeType"]][-1]
    exported(call, file, mime_type)
    return f"{base}/export?mimeType={quote(mime_type, safe='')}"


def _operation(name: str, uri: str) -> Json:
    return {
        "name": name,
        "done": True,
        "metadata": {"@type": f"{_TYPE}.DownloadFileMetadata"},
        "response": {"@type": f"{_TYPE}.DownloadFileResponse", "downloadUri": uri},
    }


@behaviour("drive.operations.get")
def get_operation(call: Call) -> Json:
    """The operation of a download, for 24 hours."""
    name = str(call.params["name"])
    payload = opened(call.state, "download", name)
    if payload is None:
        raise not_found(f"Operation not found: {name}.", reason="notFound", location="name")
    if payload["until"] < call.now.timestamp():
        raise ApiError(404, "The operation has expired.", reason="notFound", location="name")
    return _operation(name, payload["uri"])
