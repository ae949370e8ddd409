"""HTML that Gmail keeps of what a client gives it: no script, no event, no foreign document."""

from __future__ import annotations

_REMOVED = ("script", "style", "iframe", "object", "embed", "form", "link", "meta", "base")
_SAFE_SCHEMES = ("http:", "https:", "mailto:", "tel:", "cid:")


def sanitized(markup: str) -> str:
    """The markup without elements that act, `on…` attributes and unsafe links."""
    from bs4 import BeautifulSoup  # noqa: PLC0415  (heavy; only signatures need it)

    soup = BeautifulSoup(markup, "html.parser")
    for element in soup(_REMOVED):
        element.decompose()
    for element in soup(True):
        element.attrs = {
            name: value for name, value in element.attrs.items() if _is_safe(name, str(value))
        }
    return str(soup)


def _is_safe(name: str, value: str) -> bool:
    if name.lower() in {"href", "src"}:
        return value.strip().lower().startswith(_SAFE_SCHEMES)
    return not name.lower().startswith("on")
