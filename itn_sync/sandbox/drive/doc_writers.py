"""From the HTML of a Google Doc to the formats it is exported in.

Source: https://developers.google.com/workspace/drive/api/guides/ref-export-formats
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from itn_sync.sandbox.drive.doc_html import body_of
from itn_sync.sandbox.drive.doc_readers import DOCX

if TYPE_CHECKING:
    from bs4 import Tag

_BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr", "pre", "hr", "caption"}
# Docs writes a mark at the beginning of its plain text (googleapis/google-api-nodejs-client#2404).
_MARK = "\ufeff"


def plain_text(html: str) -> str:
    """The document's text, a line a paragraph; list items begin with `* ` or their number."""
    from bs4 import BeautifulSoup  # noqa: PLC0415  (only an export needs it)

    lines = [""]
    for piece in _pieces(BeautifulSoup(html, "html.parser")):
        if piece == "\n":
            lines.append("")
        else:
            lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _pieces(node: Tag) -> Iterator[str]:
    """Text and line ends in the order of the document."""
    from bs4 import Tag as Element  # noqa: PLC0415  (only an export needs it)

    for child in node.children:
        if not isinstance(child, Element):
            yield _spaced(str(child), keep=node.name == "pre")
        elif child.name == "br":
            yield "\n"
        else:
            yield from _element(child)


def _element(element: Tag) -> Iterator[str]:
    if element.name == "li":
        yield "\n" if element.find_parent("li") else ""
        yield _bullet(element)
    yield from _pieces(element)
    if element.name in {"td", "th"} and element.find_next_sibling(["td", "th"]):
        yield "\t"
    if element.name in _BLOCKS and not _ends_with_its_parent(element):
        yield "\n"


def _ends_with_its_parent(element: Tag) -> bool:
    """A paragraph of an item or cell ends no line of its own, nor an item after a nested list."""
    if element.name == "li":
        return element.find(["ul", "ol"]) is not None
    return element.name == "p" and element.find_parent(["li", "td", "th"]) is not None


def _bullet(item: Tag) -> str:
    if item.parent is None or item.parent.name != "ol":
        return "* "
    before = item.find_previous_siblings("li")
    return f"{int(str(item.parent.get('start') or 1)) + len(before)}. "


def _spaced(text: str, *, keep: bool) -> str:
    if keep:
        return text
    if not text.strip():
        return " " if text and "\n" not in text else ""
    lead, trail = text[:1].isspace(), text[-1:].isspace()
    return " " * lead + " ".join(text.split()) + " " * trail


def _to_text(html: str) -> bytes:
    return (_MARK + plain_text(html).replace("\n", "\r\n")).encode()


def _to_html(html: str) -> bytes:
    return body_of(html).encode()


def _to_markdown(html: str) -> bytes:
    from markdownify import markdownify  # noqa: PLC0415  (only an export needs it)

    return str(markdownify(html, heading_style="ATX", bullets="*")).strip().encode() + b"\n"


def _to_zip(html: str) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        archive.writestr("document.html", body_of(html))
    return target.getvalue()


def _to_docx(html: str) -> bytes:
    from html4docx import HtmlToDocx  # noqa: PLC0415  (only an export needs it)

    target = BytesIO()
    HtmlToDocx().parse_html_string(_with_known_pictures(html) or "<p></p>").save(target)
    return target.getvalue()


def _with_known_pictures(html: str) -> str:
    """Without the pictures that a Word document cannot hold (WebP, or broken ones)."""
    from bs4 import BeautifulSoup  # noqa: PLC0415  (only an export needs it)
    from docx.image.image import Image  # noqa: PLC0415  (as above)

    if "<img" not in html:
        return html
    soup = BeautifulSoup(html, "html.parser")
    for picture in soup.find_all("img"):
        try:
            Image.from_blob(b64decode(str(picture["src"]).partition(",")[2]))
        except Exception:  # whatever its bytes make the library stumble over
            picture.decompose()
    return str(soup)


WRITERS: dict[str, Callable[[str], bytes]] = {
    "text/plain": _to_text,
    "text/html": _to_html,
    "text/markdown": _to_markdown,
    "application/zip": _to_zip,
    DOCX: _to_docx,
}
