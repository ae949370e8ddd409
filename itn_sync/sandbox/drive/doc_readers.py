"""From uploaded bytes to the HTML of a Google Doc.

Source: https://developers.google.com/workspace/drive/api/guides/manage-uploads#import-docs
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from itn_sync.sandbox.drive.doc_html import sanitized
from itn_sync.sandbox.errors import ApiError

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TAG = re.compile(r"<(?!br|hr|img)(/?)\w")
_DEEPEST = 60  # what reads a document walks down into it
_LARGEST_UNPACKED = 100 * 2**20


def document_html(content: bytes, mime_type: str) -> str:
    """The sanitized HTML of a document; raises 400 for bytes that are not of their kind."""
    html = sanitized(READERS[mime_type](content))
    if _depth(html) > _DEEPEST:
        raise unreadable()
    return html


def _depth(html: str) -> int:
    """How deep the elements of sanitized HTML are nested."""
    deepest = depth = 0
    for closing in _TAG.findall(html):
        depth += -1 if closing else 1
        deepest = max(deepest, depth)
    return deepest


def unreadable() -> ApiError:
    """400: the bytes are not what their type says."""
    message = "The uploaded content could not be converted: it is not of the type it claims."
    return ApiError(400, message, reason="conversionBadContent")


def office_file(content: bytes) -> BytesIO:
    """A Word or Excel file to read; raises 400 for no archive or one that unpacks without end."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except BadZipFile:
        raise unreadable() from None
    if size > _LARGEST_UNPACKED:
        raise unreadable()
    return BytesIO(content)


def text_of(content: bytes) -> str:
    """The text of bytes: by their mark, in UTF-8, as an HTML page declares, or in Windows-1252."""
    from bs4.dammit import EncodingDetector, UnicodeDammit  # noqa: PLC0415  (only conversions do)

    if not content:
        return ""
    declared = EncodingDetector.find_declared_encoding(content, is_html=True)
    likely = ["utf-8", *([declared] if declared else []), "windows-1252"]
    found = UnicodeDammit(content, user_encodings=likely, is_html=False).unicode_markup
    return (found or "").removeprefix("\ufeff")


def _from_markdown(content: bytes) -> str:
    from markdown_it import MarkdownIt  # noqa: PLC0415  (only a conversion needs it)

    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return str(reader.render(text_of(content)))


def _from_text(content: bytes) -> str:
    """A paragraph a line, empty ones too."""
    return "".join(f"<p>{escape(line)}</p>" for line in text_of(content).splitlines())


def _from_docx(content: bytes) -> str:
    import mammoth  # noqa: PLC0415  (lazily, as above)

    file = office_file(content)
    try:
        return str(mammoth.convert_to_html(file).value)
    except Exception as error:  # a stranger's archive may hold anything, and break it anywhere
        raise unreadable() from error


READERS: dict[str, Callable[[bytes], str]] = {
    "text/html": text_of,
    "text/markdown": _from_markdown,
    "text/x-markdown": _from_markdown,
    "text/plain": _from_text,
    DOCX: _from_docx,
}
