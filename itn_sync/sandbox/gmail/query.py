"""The grammar of Gmail's search box, as a tree.

Source: https://support.google.com/mail/answer/7190. Terms stand side by side (and), OR binds more
tightly, `{a b}` is an or, `-` negates a term or group, `field:(a b)` spreads over the group.
`a AROUND 5 b` wants the two words near each other, in quotes in that order. Anything typed is a
valid query: what makes no sense is taken as words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DEEPEST = 40
_NEAR_IN_ORDER = re.compile(r"(.*\S) AROUND (\d{1,4}) (\S.*)", re.ASCII)
_CLOSING = {"(": ")", "{": "}"}
_TOKEN = re.compile(
    r"""(?P<field>(?:after|bcc|before|category|cc|deliveredto|filename|from|has|in|is|label|larger
        |list|newer|newer_than|older|older_than|rfc822msgid|size|smaller|subject|to):)
    | "(?P<phrase>[^"]*)"?
    | (?P<open>[({]) | (?P<close>[)}])
    | (?P<negation>(?<![^\s(){}:-])-(?=[^\s)}]))
    | (?P<word>[^\s(){}"]+)""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Term:
    """`value` sought in `field`; an empty field is the whole message."""

    field: str
    value: str


@dataclass(frozen=True)
class Not:
    """What must not match."""

    node: Node


@dataclass(frozen=True)
class AllOf:
    """Every part matches; without parts there is nothing to match."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class AnyOf:
    """One part matches."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Near:
    """Two terms with at most `distance` words between them; in that order where `ordered`."""

    left: Term
    right: Term
    distance: int
    ordered: bool = False


Node = Term | Not | AllOf | AnyOf | Near


def parse(query: str) -> Node:
    """The tree of a search; never raises."""
    return AllOf(tuple(_Reader(list(_tokens(query))).sequence("", "", 0)))


def _brought_near(nodes: list[Node]) -> list[Node]:
    """The nodes with each `a`, `AROUND`, `5`, `b` of them made one."""
    found: list[Node] = []
    rest = list(nodes)
    while rest:
        near = _near(rest[:4])
        found.append(near or rest[0])
        del rest[: 4 if near else 1]
    return found


def _near(four: list[Node]) -> Near | None:
    words = [node for node in four if isinstance(node, Term) and not node.field]
    if len(words) < 4 or words[1].value != "AROUND":
        return None
    number = words[2].value
    is_number = number.isdecimal() and len(number) <= 4
    return Near(words[0], words[3], int(number)) if is_number else None


def terms(node: Node) -> Iterator[Term]:
    """Every term of the tree."""
    if isinstance(node, Term):
        yield node
        return
    for child in _inside(node):
        yield from terms(child)


def _inside(node: Not | AllOf | AnyOf | Near) -> tuple[Node, ...]:
    if isinstance(node, Not):
        return (node.node,)
    return (node.left, node.right) if isinstance(node, Near) else node.nodes


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


def _tokens(query: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(query):
        kind = found.lastgroup or "word"
        text = found[kind]
        if kind == "word" and text in {"OR", "|"}:
            kind = "or"
        if not (kind == "word" and text == "AND"):
            yield _Token(kind, text)


class _Reader:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0

    def sequence(self, closing: str, field: str, depth: int) -> list[Node]:
        """The nodes up to `closing` (or the end), neighbours of OR joined."""
        nodes: list[Node] = []
        joining = False
        closer = _Token("close", closing)
        while (token := self._take()) not in (None, closer):
            if token.kind == "or":
                joining = bool(nodes)
            elif (node := self._unit(token, field, depth)) is not None:
                nodes[-1:] = [_either(nodes[-1], node)] if joining else [*nodes[-1:], node]
                joining = False
        return _brought_near(nodes)

    def _take(self) -> _Token | None:
        if self._next == len(self._tokens):
            return None
        self._next += 1
        return self._tokens[self._next - 1]

    def _at_close(self) -> bool:
        return self._next < len(self._tokens) and self._tokens[self._next].kind == "close"

    def _unit(self, first: _Token, field: str, depth: int) -> Node | None:
        token: _Token | None = first
        negative = False
        while token is not None and token.kind in {"negation", "field"}:
            if token.kind == "negation":
                negative = not negative
            else:
                field = token.text[:-1].lower()
            token = None if self._at_close() else self._take()
        node = self._plain(token, field, depth) if token else None
        return Not(node) if negative and node is not None else node

    def _plain(self, token: _Token, field: str, depth: int) -> Node | None:
        if token.kind == "open" and depth < _DEEPEST:
            inside = tuple(self.sequence(_CLOSING[token.text], field, depth + 1))
            return AllOf(inside) if token.text == "(" else AnyOf(inside)
        if token.kind == "phrase" and (near := _NEAR_IN_ORDER.fullmatch(token.text)):
            return Near(Term("", near[1]), Term("", near[3]), int(near[2]), ordered=True)
        return Term(field, token.text) if token.kind in {"word", "phrase", "or"} else None


def _either(left: Node, right: Node) -> Node:
    nodes = left.nodes if isinstance(left, AnyOf) else (left,)
    return AnyOf((*nodes, right))
