"""Who may open a file.

Source: https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions
"""

from __future__ import annotations

from dataclasses import dataclass

from googleapiclient.discovery import Resource

from itn_sync.gateways.google import execute

DRIVE_READER = ("https://www.googleapis.com/auth/drive.metadata.readonly",)

_FIELDS = "nextPageToken,permissions(type,emailAddress,domain,deleted)"


@dataclass(frozen=True)
class Sharing:
    """The people and groups who may open a file, and whether it is open to more than people."""

    addresses: frozenset[str]
    by_link: bool
    domains: frozenset[str]


class Files:
    """Drive files, as the person whose `resource` it is sees them."""

    def __init__(self, resource: Resource) -> None:
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
