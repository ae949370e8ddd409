"""HTML that Gmail keeps of what a client gives it: no script, no event, no foreign document."""

from __future__ import annotations

_LAYOUT = {"style", "class", "dir", "lang", "align", "width", "height", "color", "bgcolor"}
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}


def sanitized(markup: str) -> str:
    """The markup without elements that act, `on…` attributes and unsafe links."""
    import nh3  # noqa: PLC0415  (only signatures and absence notices need it)

    return nh3.clean(
        markup,
        tags=nh3.ALLOWED_TAGS | {"font"},
        attributes=nh3.ALLOWED_ATTRIBUTES | {"*": _LAYOUT},
        url_schemes=_SCHEMES,
        link_rel=None,
    )
