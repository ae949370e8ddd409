"""Whether a file matches a query."""

from __future__ import annotations

import operator
import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from itn_sync.sandbox import files
from itn_sync.sandbox.drive.content import content_of, document_of
from itn_sync.sandbox.drive.doc_readers import text_of
from itn_sync.sandbox.drive.doc_writers import plain_text
from itn_sync.sandbox.drive.grants import RANKS, effective
from itn_sync.sandbox.drive.query import And, Node, Not, Or, Term
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.world import State

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Candidate:
    """A file as one user sees it, its dearer facts read only when a query asks for them."""

    state: State
    row: sqlite3.Row
    user: str
    project: str = files.PROJECT

    @cached_property
    def file(self) -> Json:
        """The File resource without its permissions."""
        return files.summary(self.state, self.row, self.project)

    @cached_property
    def permissions(self) -> list[Json]:
        """Every permission that holds on the file."""
        return effective(self.state, self.row["id"])

    @cached_property
    def starred(self) -> bool:
        """Whether this user starred the file."""
        return files.is_starred(self.state, self.row["id"], self.user)

    @cached_property
    def shared_with_me(self) -> bool:
        """Whether somebody else's file was shared with this user by name."""
        mine = [p for p in self.permissions if p.get("emailAddress") == self.user]
        own = any(not p["permissionDetails"][0]["inherited"] for p in mine)
        return own and self.row["owner"] != self.user

    @cached_property
    def text(self) -> str:
        """What a full-text search looks through."""
        content = ""
        if self.row["mime"] == files.DOCUMENT:
            content = plain_text(document_of(self.state, self.row["id"]))
        elif self.row["mime"].startswith("text/"):
            content = text_of(content_of(self.state, self.row["id"]) or b"")
        return f"{self.row['name']}\n{self.file.get('description', '')}\n{content}"


def matches(node: Node, candidate: Candidate) -> bool:
    """Whether the file is among what the query asks for."""
    if isinstance(node, And):
        return all(matches(part, candidate) for part in node.parts)
    if isinstance(node, Or):
        return any(matches(part, candidate) for part in node.parts)
    if isinstance(node, Not):
        return not matches(node.part, candidate)
    return _TERMS[node.field](node, candidate)


def _name(term: Term, candidate: Candidate) -> bool:
    value, name = str(term.value), str(candidate.row["name"])
    if term.operator != "contains":
        return _COMPARE[term.operator](name.casefold(), value.casefold())
    words = words_of(name)
    return all(any(word.startswith(part) for word in words) for part in words_of(value))


def words_of(text: str) -> list[str]:
    """The words of a text, without regard to case or punctuation."""
    return [word for word in re.split(r"[\W_]+", text.casefold()) if word]


def _full_text(term: Term, candidate: Candidate) -> bool:
    """Whole words anywhere; words in double quotes must follow one another."""
    value = str(term.value)
    text = f" {' '.join(words_of(candidate.text))} "
    if value.startswith('"') and value.endswith('"'):
        return f" {' '.join(words_of(value))} " in text
    return all(f" {word} " in text for word in words_of(value))


def _mime_type(term: Term, candidate: Candidate) -> bool:
    value, kind = str(term.value), str(candidate.row["mime"])
    if term.operator == "contains":
        return value in kind
    return _COMPARE[term.operator](kind, value)


def _shortcut_target(term: Term, candidate: Candidate) -> bool:
    target = candidate.file.get("shortcutDetails", {}).get("targetId")
    return target is not None and _COMPARE[term.operator](target, term.value)


def _instant(term: Term, candidate: Candidate) -> bool:
    text = candidate.file.get(term.field)
    if text is None:
        return False
    return _COMPARE[term.operator](datetime.fromisoformat(text), term.value)


def _trashed(term: Term, candidate: Candidate) -> bool:
    return _COMPARE[term.operator](bool(candidate.row["trashed"]), term.value)


def _starred(term: Term, candidate: Candidate) -> bool:
    return _COMPARE[term.operator](candidate.starred, term.value)


def _shared_with_me(term: Term, candidate: Candidate) -> bool:
    return _COMPARE[term.operator](candidate.shared_with_me, term.value)


def _parents(term: Term, candidate: Candidate) -> bool:
    wanted = files.root_id(candidate.user) if term.value == "root" else term.value
    return bool(candidate.row["parent"] == wanted)


def _holders(term: Term, candidate: Candidate) -> bool:
    wanted = candidate.user if term.value == "me" else str(term.value).lower()
    least = {"owners": "owner", "writers": "writer", "readers": "reader"}[term.field]
    return any(
        permission.get("emailAddress") == wanted and RANKS[permission["role"]] >= RANKS[least]
        for permission in candidate.permissions
    )


def _visibility(term: Term, candidate: Candidate) -> bool:
    return _COMPARE[term.operator](visibility(candidate.permissions), term.value)


def visibility(permissions: list[Json]) -> str:
    """How far a file is open: `limited`, `domainWithLink`, … `anyoneCanFind`."""
    for kind in ("anyone", "domain"):
        found = [p for p in permissions if p["type"] == kind]
        if found:
            can_find = any(p["allowFileDiscovery"] for p in found)
            return kind + ("CanFind" if can_find else "WithLink")
    return "limited"


def _has(term: Term, candidate: Candidate) -> bool:
    assert isinstance(term.value, tuple)  # noqa: S101  (the parser makes pairs for `has`)
    key, value = term.value
    return bool(candidate.file.get(term.field, {}).get(key) == value)


_TERMS: dict[str, Callable[[Term, Candidate], bool]] = {
    "name": _name,
    "fullText": _full_text,
    "mimeType": _mime_type,
    "shortcutDetails.targetId": _shortcut_target,
    "createdTime": _instant,
    "modifiedTime": _instant,
    "viewedByMeTime": _instant,
    "sharedWithMeTime": _instant,
    "trashed": _trashed,
    "starred": _starred,
    "sharedWithMe": _shared_with_me,
    "parents": _parents,
    "owners": _holders,
    "writers": _holders,
    "readers": _holders,
    "visibility": _visibility,
    "properties": _has,
    "appProperties": _has,
}
