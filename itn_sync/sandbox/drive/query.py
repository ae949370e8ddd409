"""The search language of files.list (`q`), read into a tree.

Sources: https://developers.google.com/workspace/drive/api/guides/ref-search-terms and the examples
of https://developers.google.com/workspace/drive/api/guides/search-files
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from itn_sync.sandbox.errors import ApiError


@dataclass(frozen=True)
class Term:
    """`field operator value`; for `has`, the value is a (key, value) pair."""

    field: str
    operator: str
    value: str | bool | datetime | tuple[str, str]


@dataclass(frozen=True)
class Not:
    """Everything that `part` does not match."""

    part: Node


@dataclass(frozen=True)
class And:
    """What every part matches; no parts match everything."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    """What some part matches."""

    parts: tuple[Node, ...]


Node = Term | Not | And | Or

_EQUAL = frozenset({"=", "!="})
_ORDERED = _EQUAL | {"<", "<=", ">", ">="}
_TEXTS = {
    "name": _EQUAL | {"contains"},
    "fullText": frozenset({"contains"}),
    "mimeType": _EQUAL | {"contains"},
    "visibility": _EQUAL,
    "shortcutDetails.targetId": _EQUAL,
}
_TIMES = frozenset({"createdTime", "modifiedTime", "viewedByMeTime", "sharedWithMeTime"})
_FLAGS = frozenset({"trashed", "starred", "sharedWithMe"})
# The guide writes `sharedWithMe and name contains 'hello'`, but always `trashed = true` and
# `starred = true`.
_ALONE = "sharedWithMe"
_COLLECTIONS = frozenset({"parents", "owners", "writers", "readers"})
_MAPS = frozenset({"properties", "appProperties"})
_VISIBILITIES = frozenset(
    {"anyoneCanFind", "anyoneWithLink", "domainCanFind", "domainWithLink", "limited"}
)

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
            |(?P<sign><=|>=|!=|[=<>(){}])
            |(?P<word>\w+(?:\.\w+)?))""",
    re.VERBOSE | re.DOTALL,
)


def bad_query() -> ApiError:
    """400 `invalid` at `q`: what Drive answers to any query it cannot read."""
    return ApiError(400, "Invalid Value", reason="invalid", location="q")


def parse(query: str) -> Node:
    """The tree of a query; an empty one matches everything. Raises 400 at `q`."""
    if not query.strip():
        return And(())
    reader = _Reader(_tokens(query))
    try:
        node = reader.alternatives()
    except RecursionError:
        raise bad_query() from None
    if reader.peek():
        raise bad_query()
    return node


def _tokens(query: str) -> list[str]:
    tokens: list[str] = []
    position, text = 0, query.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise bad_query()
        tokens.append(match[0].strip() if match["text"] is None else match["text"])
        position = match.end()
    return tokens


class _Reader:
    """A reader by descent: `or` binds least, then `and`, then `not`."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    def peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def take(self, expected: str = "") -> str:
        token = self.peek()
        if not token or (expected and token != expected):
            raise bad_query()
        self._at += 1
        return token

    def _took(self, token: str) -> bool:
        if self.peek() != token:
            return False
        self._at += 1
        return True

    def alternatives(self) -> Node:
        parts = [self._conjunction()]
        while self._took("or"):
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _conjunction(self) -> Node:
        parts = [self._negation()]
        while self._took("and"):
            parts.append(self._negation())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _negation(self) -> Node:
        if self._took("not"):
            return Not(self._negation())
        if self._took("("):
            node = self.alternatives()
            self.take(")")
            return node
        return self._term()

    def _term(self) -> Term:
        first = self.take()
        if first[0] in "'\"":
            self.take("in")
            return _term(self.take(), "in", unquoted(first))
        if first == _ALONE and self.peek() not in _EQUAL:
            return Term(first, "=", True)
        operator = self.take()
        if operator == "has":
            return _term(first, operator, self._pair())
        if operator == "in":
            return _term(first, operator, unquoted(self.take()))
        return _term(first, operator, self.take())

    def _pair(self) -> tuple[str, str]:
        for expected in ("{", "key", "="):
            self.take(expected)
        key = unquoted(self.take())
        for expected in ("and", "value", "="):
            self.take(expected)
        value = unquoted(self.take())
        self.take("}")
        return key, value


def folders_of(node: Node) -> set[str]:
    """The ids that a query looks for among parents."""
    if isinstance(node, Term):
        return {str(node.value)} if node.field == "parents" else set()
    parts = (node.part,) if isinstance(node, Not) else node.parts
    return {folder for part in parts for folder in folders_of(part)}


def unquoted(token: str) -> str:
    """The text of a quoted token, its escapes undone; 400 if it is not quoted."""
    if len(token) < 2 or token[0] not in "'\"":
        raise bad_query()
    return re.sub(r"\\(.)", r"\1", token[1:-1], flags=re.DOTALL)


def _term(field: str, operator: str, raw: str | tuple[str, str]) -> Term:
    """The term with its value typed as the field wants it; 400 for what does not go together."""
    if isinstance(raw, tuple):
        return _checked(Term(field, operator, raw), field in _MAPS)
    if field in _COLLECTIONS:
        return _checked(Term(field, operator, raw), operator == "in")
    if field in _FLAGS:
        return _checked(Term(field, operator, _flag(raw)), operator in _EQUAL)
    if field in _TIMES:
        return _checked(Term(field, operator, _instant(unquoted(raw))), operator in _ORDERED)
    value = unquoted(raw)
    known = field != "visibility" or value in _VISIBILITIES
    return _checked(Term(field, operator, value), known and operator in _TEXTS.get(field, ()))


def _checked(term: Term, allowed: bool) -> Term:
    if not allowed:
        raise bad_query()
    return term


def _flag(raw: str) -> bool:
    if raw not in {"true", "false"}:
        raise bad_query()
    return raw == "true"


def _instant(text: str) -> datetime:
    """RFC 3339, UTC where no zone is given."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise bad_query() from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
