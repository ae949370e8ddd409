"""From an HTTP method and a path to an API method: an index made once from the documents."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import unquote

from itn_sync.sandbox.discovery import Method, method, methods, path_pattern

# gspread's import_csv still posts to Drive v2 (gspread/urls.py); its upload is the v3 method's.
_V2_UPLOADS = {
    ("POST", "/upload/drive/v2/files"): "drive.files.create",
    ("PUT", "/upload/drive/v2/files/{fileId}"): "drive.files.update",
}


@dataclass(frozen=True)
class Route:
    """A method, the decoded parameters of its path, and whether it is its upload address."""

    method: Method
    params: dict[str, str] = field(default_factory=dict)
    upload: bool = False
    ignored: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Entry:
    pattern: re.Pattern[str]
    method: Method
    upload: bool = False
    ignored: frozenset[str] = frozenset()


def find(http_method: str, path: str) -> Route | None:
    """The route of a still percent-encoded path, or None."""
    for entry in _index().get((http_method, path.count("/")), ()):
        if match := entry.pattern.match(path):
            params = {name: unquote(value) for name, value in match.groupdict().items()}
            return Route(entry.method, params, entry.upload, entry.ignored)
    return None


@cache
def _index() -> dict[tuple[str, int], list[_Entry]]:
    index: dict[tuple[str, int], list[tuple[str, _Entry]]] = {}
    for http_method, template, entry in _entries():
        index.setdefault((http_method, template.count("/")), []).append((template, entry))
    return {key: _most_literal_first(entries) for key, entries in index.items()}


def _entries() -> list[tuple[str, str, _Entry]]:
    found = []
    for known in methods().values():
        found.append((known.http_method, known.path, _Entry(path_pattern(known.path), known)))
        for path in known.upload_paths:
            found.append((known.http_method, path, _Entry(path_pattern(path), known, upload=True)))
    for (http_method, path), method_id in _V2_UPLOADS.items():
        entry = _Entry(path_pattern(path), method(method_id), True, frozenset({"convert"}))
        found.append((http_method, path, entry))
    return found


def _most_literal_first(entries: list[tuple[str, _Entry]]) -> list[_Entry]:
    """`files/generateIds` before `files/{fileId}`, `{range}:clear` before `{range}`."""
    return [entry for _, entry in sorted(entries, key=lambda e: (e[0].count("{"), -len(e[0])))]


def warm_up() -> None:
    """Read the documents and compile the index now rather than at the first request."""
    _index()
