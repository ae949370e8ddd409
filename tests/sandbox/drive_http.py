"""Uploads, downloads and refusals as Google's own client has them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaInMemoryUpload

DOCUMENT = "application/vnd.google-apps.document"
SPREADSHEET = "application/vnd.google-apps.spreadsheet"
FOLDER = "application/vnd.google-apps.folder"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def media(content: bytes | str, mime_type: str = "text/plain", **more: Any) -> Any:
    """The content to upload."""
    raw = content.encode() if isinstance(content, str) else content
    return MediaInMemoryUpload(raw, mime_type, **more)


def uploaded(
    drive: Any, content: bytes | str, mime_type: str, target: str = "", **body: Any
) -> str:
    """The id of a new file with that content, of the kind `target` if one is given."""
    kind = {"mimeType": target} if target else {}
    made = drive.files().create(
        body={"name": "Essai", **kind, **body}, media_body=media(content, mime_type)
    )
    return str(made.execute()["id"])


def exported(drive: Any, file_id: str, mime_type: str) -> bytes:
    """The file in another format."""
    content: bytes = drive.files().export(fileId=file_id, mimeType=mime_type).execute()
    return content


@contextmanager
def http_refused(code: int, reason: str = "", text: str = "") -> Iterator[None]:
    """The request within is refused with that status, legacy reason, and text in its message."""
    with pytest.raises(HttpError) as caught:
        yield
    error = json.loads(caught.value.content)["error"]
    assert error["code"] == code, error
    assert text in error["message"]
    assert reason in error["errors"][0]["reason"]
