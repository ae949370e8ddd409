"""drive.files.list: searching among the files that a person may see."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from itn_sync.sandbox import files
from itn_sync.sandbox.call import Call, behaviour, default_fields
from itn_sync.sandbox.drive.grants import visible_rows
from itn_sync.sandbox.drive.matching import Candidate, matches
from itn_sync.sandbox.drive.query import Node, folders_of, parse
from itn_sync.sandbox.drive.shared_drives import check_no_drive
from itn_sync.sandbox.drive.view import as_seen, known_file, unknown_file
from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.paging import page

_CORPORA = {"", "user", "domain", "allDrives", "drive"}

default_fields(
    "drive.files.list", "kind,nextPageToken,incompleteSearch,files(kind,id,name,mimeType)"
)


@behaviour("drive.files.list")
def list_files(call: Call) -> Json:
    """A page of the files that match `q`, trashed ones too unless `q` says otherwise."""
    _check_corpus(call)
    query = parse(call.params.get("q") or "")
    _check_folders(call, query)
    keys = _sort_keys(call.params.get("orderBy") or "")
    found = [
        candidate
        for row in _rows(call)
        if matches(query, candidate := Candidate(call.state, row, call.user, call.project))
    ]
    for key, descending in reversed(keys):
        found.sort(key=key, reverse=descending)
    shown, token = page(found, call)
    answer: Json = {
        "kind": "drive#fileList",
        "incompleteSearch": False,
        "files": [as_seen(call, known_file(call, candidate.row["id"])) for candidate in shown],
    }
    return answer | ({"nextPageToken": token} if token else {})


def _check_corpus(call: Call) -> None:
    corpora = call.params.get("corpora") or ""
    if corpora not in _CORPORA:
        raise _invalid("corpora")
    check_no_drive(call)
    if corpora == "drive":
        raise _invalid("driveId")


def _check_folders(call: Call, query: Node) -> None:
    """404 with an empty id for a folder that the caller does not know.

    As recorded in RobinBobin/react-native-google-drive-api-wrapper#61.
    """
    own = {"root", files.root_id(call.user)}
    for folder in folders_of(query) - own:
        if files.role_of(call.state, call.user, folder) is None:
            raise unknown_file("")


def _rows(call: Call) -> list[Any]:
    spaces = set((call.params.get("spaces") or "drive").split(","))
    if not spaces <= {"drive", "appDataFolder", "photos"}:
        raise _invalid("spaces")
    return visible_rows(call.state, call.user) if "drive" in spaces else []


def _invalid(parameter: str) -> ApiError:
    return ApiError(400, "Invalid Value", reason="invalid", location=parameter)


SortKey = Callable[[Candidate], Any]

_SORT_KEYS: dict[str, SortKey] = {
    "createdTime": lambda c: c.row["created"],
    "folder": lambda c: c.row["mime"] != files.FOLDER,
    "modifiedByMeTime": lambda c: c.row["modified"] if c.row["modified_by"] == c.user else "",
    "modifiedTime": lambda c: c.row["modified"],
    "name": lambda c: c.row["name"].casefold(),
    "name_natural": lambda c: _natural(c.row["name"]),
    "quotaBytesUsed": lambda c: int(c.file.get("quotaBytesUsed", 0)),
    "recency": lambda c: max(c.row["modified"], c.row["created"]),
    "sharedWithMeTime": lambda c: c.row["created"] if c.shared_with_me else "",
    "starred": lambda c: not c.starred,
    "viewedByMeTime": lambda c: c.file.get("viewedByMeTime", ""),
}


def _natural(name: str) -> list[tuple[int, str]]:
    """Numbers in a name compare as numbers: 2 before 10."""
    parts = re.findall(r"\d+|\D+", name.casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _sort_keys(order_by: str) -> list[tuple[SortKey, bool]]:
    """The keys in order of weight, each with whether it goes down; by default latest first."""
    keys: list[tuple[SortKey, bool]] = []
    for part in filter(None, (order_by or "modifiedTime desc").split(",")):
        name, _, direction = part.strip().partition(" ")
        if name not in _SORT_KEYS or direction.strip() not in {"", "desc"}:
            raise _invalid("orderBy")
        keys.append((_SORT_KEYS[name], direction.strip() == "desc"))
    return [*keys, (lambda candidate: candidate.row["id"], False)]
