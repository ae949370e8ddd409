"""Where calls go: Google's hosts, or the one root that stands for all of them."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

GOOGLE = "https://www.googleapis.com/"

_HOSTS = ".googleapis.com"


def at_root(url: str, root_url: str) -> str:
    """`url` with Google's host replaced by `root_url`; ValueError if it is neither's.

    A bearer never leaves for a third host.
    """
    asked, root = urlsplit(url), urlsplit(root_url)
    if (asked.scheme, asked.netloc) == (root.scheme, root.netloc):
        return url
    if not (asked.hostname or "").endswith(_HOSTS):
        raise ValueError(f"not an address of Google: {asked.netloc}")
    if root_url == GOOGLE:
        return url
    path = root.path.rstrip("/") + asked.path
    return urlunsplit((root.scheme, root.netloc, path, asked.query, ""))


def token_address(url: str, root_url: str) -> str:
    """Where a token is asked for: as `at_root`, but a credentials file may name its own host.

    So does a machine of Google's cloud, whose metadata server gives it tokens.
    """
    is_google = (urlsplit(url).hostname or "").endswith(_HOSTS)
    return at_root(url, root_url) if is_google else url
