"""The words of a message: text of its HTML, snippet, and normal form for searching."""

from __future__ import annotations

import html
import re
import unicodedata
from html.parser import HTMLParser

_HIDDEN = frozenset({"script", "style", "title", "head"})
_INLINE = frozenset({"a", "b", "i", "u", "em", "strong", "span", "font", "small", "sub", "sup"})
_SNIPPET_LENGTH = 200
_TOKEN = re.compile(r"\w+|[\u2600-\u27bf\U0001f000-\U0001faff]")


class _TextOfHtml(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._hidden += tag in _HIDDEN
        self._space(tag)

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in _HIDDEN))
        self._space(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)

    def _space(self, tag: str) -> None:
        if tag not in _INLINE:
            self.pieces.append(" ")


def text_of_html(markup: str) -> str:
    """What a reader sees of an HTML body, without layout; never raises."""
    reader = _TextOfHtml()
    try:
        reader.feed(markup)
        reader.close()
    except AssertionError:  # html.parser's answer to a malformed declaration
        reader.pieces.append(re.sub(r"<[^>]*>", " ", markup))
    return "".join(reader.pieces)


def snippet(text: str) -> str:
    """The first words of a text, HTML-escaped as Gmail gives them."""
    flat = " ".join(text.replace("\0", " ").split())
    if len(flat) > _SNIPPET_LENGTH:
        flat = flat[:_SNIPPET_LENGTH].rpartition(" ")[0] or flat[:_SNIPPET_LENGTH]
    return html.escape(flat).replace("&#x27;", "&#39;")


def words(text: str) -> str:
    """The words of a text, without case or accents, each between spaces: ` une phrase `.

    A word or phrase is in a text when its normal form is a part of the text's.
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    tokens = _TOKEN.findall(bare.casefold())
    return f" {' '.join(tokens)} " if tokens else ""


def are_near(text: str, left: str, right: str, distance: int, ordered: bool) -> bool:
    """True where `text` holds both words at most `distance` words apart, in either order or not.

    All three are in the form that `words` gives.
    """
    for first, second in ((left, right),) if ordered else ((left, right), (right, left)):
        gaps = text.split(first)[1:]
        for gap in gaps:
            before, found, _ = f" {gap.lstrip()}".partition(second)
            if found and len(before.split()) <= distance:
                return True
    return False
