"""`POST /sandbox/v1/import {"files": […]}`: folders and files, as a school has them."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

from itn_sync.sandbox import files
from itn_sync.sandbox.call import importer
from itn_sync.sandbox.drive.content import put_content, put_document
from itn_sync.sandbox.drive.doc_readers import document_html
from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.world import State


@importer("files")
def import_files(state: State, items: list[Json], now: datetime) -> None:
    """Make files, or replace the name, content and properties of those that exist.

    Each is `{id, name, mimeType, owner, parents, content | text | html, permissions,
    appProperties, description}`: `content` in base64 or `text` as it is, for binary kinds; `html`
    or `text` for a Google Doc; `permissions` as `[{role, type, emailAddress | domain}]`. `name`
    and `owner` are required; `mimeType` is text/plain unless said. Folders come before what is in
    them.
    """
    for item in items:
        _import_one(state, item, now)


def _import_one(state: State, item: Json, now: datetime) -> None:
    for name in ("name", "owner"):
        if not item.get(name):
            raise invalid(f"A file to import needs {name}.", f"files.{name}")
    file_id = item.get("id", "")
    content = _content(item)
    if file_id and files.get_file(state, file_id):
        state.execute("UPDATE drive_file SET name = ? WHERE id = ?", (item["name"], file_id))
        if content is not None:
            kind = item.get("mimeType", "text/plain")
            put_content(state, file_id, content, user=item["owner"], mime_type=kind)
        files.touch(state, file_id, user=item["owner"], now=now)
    else:
        file_id = _create(state, item, content, now)
    if item.get("mimeType") == files.DOCUMENT:
        put_document(state, file_id, _document(item), user=item["owner"].lower())
    files.put_app_properties(state, file_id, item.get("appProperties", {}))
    if "description" in item:
        files.put_extra(state, file_id, {"description": item["description"]})
    for permission in item.get("permissions", ()):
        share_as_imported(state, file_id, permission)


def _create(state: State, item: Json, content: bytes | None, now: datetime) -> str:
    file = files.create_file(
        state,
        owner=item["owner"],
        name=item["name"],
        mime_type=item.get("mimeType", "text/plain"),
        now=now,
        file_id=item.get("id", ""),
        parents=item.get("parents", []),
        content=content,
    )
    return str(file["id"])


def _document(item: Json) -> str:
    kind = "html" if "html" in item else "plain"
    return document_html(str(item.get("html") or item.get("text", "")).encode(), f"text/{kind}")


def _content(item: Json) -> bytes | None:
    if item.get("mimeType", "").startswith("application/vnd.google-apps."):
        return None
    if "text" in item:
        return str(item["text"]).encode()
    try:
        return base64.b64decode(item.get("content", ""), validate=True)
    except binascii.Error:
        raise invalid("The content of a file to import is base64.", "files.content") from None


def share_as_imported(state: State, file_id: str, permission: Json) -> None:
    """Grant one `{role, type, emailAddress | domain}` of an import document."""
    files.share(
        state,
        file_id,
        role=permission["role"],
        type=permission.get("type", "user"),
        email=permission.get("emailAddress", ""),
        domain=permission.get("domain", ""),
    )
