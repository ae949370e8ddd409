"""What a Google Doc is made of here: HTML that runs nothing and loads nothing."""

from __future__ import annotations

import re

_TAGS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "span", "br", "hr", "blockquote", "pre"),
    *("a", "b", "strong", "i", "em", "u", "s", "del", "sub", "sup", "code", "img"),
    *("ul", "ol", "li", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "*": {"style", "lang", "dir"},
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "type"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
}
_STYLES = {
    *("color", "background-color", "font-family", "font-size", "font-style", "font-weight"),
    *("text-align", "text-decoration", "text-indent", "vertical-align", "line-height", "width"),
    *("margin-left", "padding-left", "list-style-type"),
}
_DROPPED_WHOLE = {"script", "style", "title", "noscript", "template", "iframe", "object", "svg"}
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*")


def sanitized(html: str) -> str:
    """A document's body without scripts, frames, forms, handlers and remote pictures."""
    import nh3  # noqa: PLC0415  (only a Doc needs it)

    return nh3.clean(
        _without_remote_pictures(html),
        tags=_TAGS,
        clean_content_tags=_DROPPED_WHOLE,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer",
    ).strip()


def _without_remote_pictures(html: str) -> str:
    from bs4 import BeautifulSoup  # noqa: PLC0415  (only a Doc needs it)

    if "<img" not in html.lower():
        return html
    soup = BeautifulSoup(html, "html.parser")
    for picture in soup.find_all("img"):
        if not _PICTURE.fullmatch(str(picture.get("src", ""))):
            picture.decompose()
    return str(soup)


def _kept(tag: str, attribute: str, value: str) -> str | None:
    """Pictures are part of the document or they are not; links lead to pages and addresses."""
    if tag == "img" and attribute == "src":
        return value if _PICTURE.fullmatch(value) else None
    if tag == "a" and attribute == "href" and value.lstrip().lower().startswith("data:"):
        return None
    return value


def body_of(html: str) -> str:
    """A complete page around the document's body, as Docs exports it."""
    return (
        '<html><head><meta content="text/html; charset=UTF-8" http-equiv="content-type"></head>'
        f'<body class="doc-content">{html}</body></html>'
    )
