"""Making a school's files in Drive: found again by a mark of ours, so never made twice.

Sources: https://developers.google.com/workspace/drive/api/guides/properties,
https://developers.google.com/workspace/forms/api/guides/publish-form, facts sections 3 and 6.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any

from googleapiclient.discovery import Resource
from gspread.http_client import HTTPClient

from itn_sync.gateways.errors import CredentialsRefused, Missing, Refused
from itn_sync.gateways.google import execute
from itn_sync.gateways.session import Session

FOUNDER = ("https://www.googleapis.com/auth/drive.file",)
"""Files of our own making, whatever their kind (facts 10): enough for all that is done here."""

FOUNDER_METHODS = (
    "drive.files.create",
    "drive.files.get",
    "drive.files.list",
    "drive.files.update",
    "drive.permissions.create",
    "drive.permissions.list",
    "forms.forms.batchUpdate",
    "forms.forms.create",
    "forms.forms.get",
    "forms.forms.setPublishSettings",
    "sheets.spreadsheets.batchUpdate",
)

_MARK = "itn-sync"


class FileKind(StrEnum):
    """Google's own kinds of file."""

    FOLDER = "application/vnd.google-apps.folder"
    SPREADSHEET = "application/vnd.google-apps.spreadsheet"


class Cabinet:
    """The Drive of one person, for making and sharing. Every method raises GatewayErrors."""

    def __init__(self, resource: Resource) -> None:
        self._files = resource.files()
        self._permissions = resource.permissions()

    def found(self, mark: str) -> str:
        """The id of the file that was made under `mark`, "" when there is none."""
        query = f"appProperties has {{key='{_MARK}' and value='{mark}'}} and trashed = false"
        listing = self._files.list(q=query, fields="files(id)", pageSize=1)
        return next((str(file["id"]) for file in execute(listing).get("files", ())), "")

    def make(self, mark: str, kind: FileKind, name: str, folder: str = "") -> str:
        """Make a file under `mark`, and answer its id."""
        body = {"name": name, "mimeType": kind.value, "appProperties": {_MARK: mark}}
        placed = body | ({"parents": [folder]} if folder else {})
        return str(execute(self._files.create(body=placed, fields="id"), idempotent=False)["id"])

    def adopt(self, file_id: str, mark: str, folder: str) -> None:
        """Put a file that another API made under `mark`, and move it into a folder."""
        parents = execute(self._files.get(fileId=file_id, fields="parents")).get("parents", ())
        move = {"addParents": folder, "removeParents": ",".join(parents)}
        body = {"appProperties": {_MARK: mark}}
        asked = self._files.update(fileId=file_id, body=body, fields="id", **move)
        execute(asked, idempotent=True)

    def mark_of(self, file_id: str) -> str:
        """What a file was made under, "" for one that this program did not make."""
        try:
            found = execute(self._files.get(fileId=file_id, fields="appProperties"))
        except Missing:
            return ""
        return str(found.get("appProperties", {}).get(_MARK, ""))

    def share(self, file_id: str, addresses: Collection[str]) -> dict[str, str]:
        """Make each address an editor, without a mail to them; why not, of those it cannot be."""
        listing = self._permissions.list(fileId=file_id, fields="permissions(emailAddress)")
        held = {p.get("emailAddress", "").lower() for p in execute(listing)["permissions"]}
        refused = {}
        for address in sorted({one.lower() for one in addresses} - held):
            body = {"type": "user", "role": "writer", "emailAddress": address}
            try:
                self._permit(file_id, body)
            except CredentialsRefused:
                raise
            except Refused as error:
                refused[address] = error.message
        return refused

    def let_anyone_answer(self, form_id: str) -> None:
        """Whoever has the link may answer the form; nobody gets to read it by that."""
        self._permit(form_id, {"type": "anyone", "role": "reader", "view": "published"})

    def _permit(self, file_id: str, body: dict[str, str]) -> None:
        # granting twice is the same as granting once
        asked = self._permissions.create(
            fileId=file_id, body=body, sendNotificationEmail=False, fields="id"
        )
        execute(asked, idempotent=True)


class FormMaker:
    """New forms of one person. Every method raises GatewayErrors."""

    def __init__(self, resource: Resource) -> None:
        self._forms = resource.forms()

    def make(self, title: str) -> str:
        """An empty form that nobody can answer yet; its id."""
        body = {"info": {"title": title, "documentTitle": title}}
        asked = self._forms.create(body=body, unpublished=True)
        return str(execute(asked, idempotent=False)["formId"])

    def fill(self, form_id: str, requests: Sequence[dict[str, Any]]) -> bool:
        """Do the requests, all or nothing, if the form is still empty; whether it was."""
        form = execute(self._forms.get(formId=form_id, fields="revisionId,items(itemId)"))
        if form.get("items"):
            return False
        control = {"requiredRevisionId": form["revisionId"]}
        body = {"requests": list(requests), "writeControl": control}
        execute(self._forms.batchUpdate(formId=form_id, body=body), idempotent=False)
        return True

    def publish(self, form_id: str) -> None:
        """Open the form to answers."""
        state = {"isPublished": True, "isAcceptingResponses": True}
        body = {"publishSettings": {"publishState": state}, "updateMask": "publishState"}
        execute(self._forms.setPublishSettings(formId=form_id, body=body), idempotent=True)


def count_as_in_belgium(session: Session, spreadsheet_id: str) -> None:
    """Belgian time and French decimals in a spreadsheet."""
    properties = {"locale": "fr_BE", "timeZone": "Europe/Brussels"}
    change = {"properties": properties, "fields": "locale,timeZone"}
    client = HTTPClient(None, session=session)  # type: ignore[arg-type]  # (documented)
    with session.idempotent():
        client.batch_update(spreadsheet_id, {"requests": [{"updateSpreadsheetProperties": change}]})
