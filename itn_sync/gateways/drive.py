"""Who may open a file.

Source: https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions
"""

from __future__ import annotations

from dataclasses import dataclass

from googleapiclient.discovery import Resource

from itn_sync.gateways.google import execute

DRIVE_READER = ("https://www.googleapis.com/auth/drive.metadata.readonly",)
"""What `Files` needs for these methods."""

DRIVE_METHODS = ("drive.files.get", "drive.permissions.list")

_FIELDS = "nextPageToken,permissions(type,emailAddress,domain,deleted)"


@dataclass(frozen=True)
class Sharing:
    """The people and groups who may open a file, and whether it is open to more than people."""

    addresses: frozenset[str]
    by_link: bool
    domains: frozenset[str]


@dataclass(frozen=True)
class Standing:
    """What the person who asks may do with a file, and whether it lies in the bin."""

    editable: bool
    trashed: bool


class Files:
    """Drive files, as the person whose `resource` it is sees them."""

    def __init__(self, resource: Resource) -> None:
        self._files = resource.files()
        self._permissions = resource.permissions()

    def sharing(self, file_id: str) -> Sharing:
        """Who may open the file; raises Refused when the caller may not know."""
        found = []
        request = self._permissions.list(fileId=file_id, fields=_FIELDS, supportsAllDrives=True)
        while request is not None:
            page = execute(request)
            found += [p for p in page.get("permissions", ()) if not p.get("deleted")]
            request = self._permissions.list_next(request, page)
        return Sharing(
            frozenset(p["emailAddress"].lower() for p in found if p.get("emailAddress")),
            any(p["type"] == "anyone" for p in found),
            frozenset(p["domain"] for p in found if p["type"] == "domain" and "domain" in p),
        )

    def standing(self, file_id: str) -> Standing:
        """What the caller may do with the file; raises Missing when they may not know of it."""
        asked = "trashed,capabilities(canEdit)"
        found = execute(self._files.get(fileId=file_id, fields=asked, supportsAllDrives=True))
        editable = bool(found.get("capabilities", {}).get("canEdit"))
        return Standing(editable, bool(found.get("trashed")))
