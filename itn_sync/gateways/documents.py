"""Google Docs in the Drive of one person: made from HTML, found again by a mark, taken away.

Sources: https://developers.google.com/workspace/drive/api/guides/manage-uploads#import-docs,
https://developers.google.com/workspace/drive/api/guides/properties, facts section 6. Ids cannot be
given beforehand to Google's own kinds of file, so the mark is what tells whether one was made.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from googleapiclient.discovery import Resource
from googleapiclient.http import MediaInMemoryUpload

from itn_sync.gateways.errors import Missing
from itn_sync.gateways.founding import Cabinet, FileKind
from itn_sync.gateways.google import execute

REGISTRAR = ("https://www.googleapis.com/auth/drive.file",)
"""Files of our own making (facts 10): enough for all that is done here."""

DOCUMENT_METHODS = (
    "drive.files.create",
    "drive.files.export",
    "drive.files.get",
    "drive.files.list",
    "drive.permissions.create",
    "drive.permissions.list",
)

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HTML = "text/html"

_DOCUMENT = "application/vnd.google-apps.document"
_MARK = "itn-sync"


@dataclass(frozen=True)
class Standing:
    """What became of a file since: its name as people see it, whether it lies in the bin."""

    name: str
    trashed: bool


class Binder:
    """The documents that one account keeps. Every method raises GatewayErrors."""

    def __init__(self, resource: Resource) -> None:
        self._files = resource.files()
        self._cabinet = Cabinet(resource)

    def found(self, mark: str) -> str:
        """The id of what was made under `mark`, "" when there is none that the list knows of.

        The first one, should a late request have made a second. One in the bin counts: a person
        has put it there.
        """
        query = f"appProperties has {{key='{_MARK}' and value='{mark}'}}"
        listing = self._files.list(
            q=query, orderBy="createdTime", fields="files(id)", pageSize=1, spaces="drive"
        )
        return next((str(file["id"]) for file in execute(listing).get("files", ())), "")

    def folder(self, mark: str, name: str) -> str:
        """The folder under `mark`, made if it is not there (one in the bin is not); its id."""
        return self._cabinet.found(mark) or self._cabinet.make(mark, FileKind.FOLDER, name)

    def make(self, mark: str, name: str, html: str, folder: str) -> str:
        """A Google Doc that says `html`, in `folder`; its id. Raises Missing without the folder.

        OutcomeUnknown means that the answer was lost: it may have been made.
        """
        body = {
            "name": name,
            "mimeType": _DOCUMENT,
            "parents": [folder],
            "appProperties": {_MARK: mark},
        }
        media = MediaInMemoryUpload(html.encode(), mimetype=HTML)
        request = self._files.create(body=body, media_body=media, fields="id")
        return str(execute(request, idempotent=False)["id"])

    def standing(self, file_id: str) -> Standing | None:
        """The document as it is now, None when it was deleted for good."""
        try:
            found = execute(self._files.get(fileId=file_id, fields="name,trashed"))
        except Missing:
            return None
        return Standing(found["name"], bool(found.get("trashed")))

    def taken(self, file_id: str, mime_type: str) -> bytes:
        """The document in another format, as people have left it."""
        content: bytes = execute(
            self._files.export_media(fileId=file_id, mimeType=mime_type), idempotent=True
        )
        return content

    def share(self, file_id: str, addresses: Collection[str]) -> dict[str, str]:
        """Make each address an editor, without a mail to them; why not, of those it cannot be."""
        return self._cabinet.share(file_id, addresses)
