"""A modest evaluation of formulas: arithmetic, text, comparisons and a few functions.

What it does not know is `#NAME?`, as Google answers for an unknown function; nothing is fetched
or executed (`=IMPORTXML(…)` is `#NAME?` here).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from itn_sync.sandbox.sheets.functions import (
    DIVIDE,
    PARSE,
    call_function,
    number_of,
    single,
    text_of,
)

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?(?![:\w!]))|"(?P<text>(?:[^"]|"")*)"
    |(?P<ref>(?:'(?:[^']|'')+'!|[^\W\d][\w.]*!)?\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}\$?\d*)?(?![\w(])
      |(?:'(?:[^']|'')+'!|[^\W\d][\w.]*!)?\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w(]))
    |(?P<name>[^\W\d][\w.]*)|(?P<sign><>|<=|>=|[-+*/^&=<>%();,]))""",
    re.VERBOSE,
)


# What a reference means: the cells' effective values, row by row.
Lookup = Callable[[str], list[list[Any]]]


def evaluate(formula: str, lookup: Lookup, decimal: str) -> Any:
    """The value of `=…`: str, number, bool or None; raises CellError."""
    reader = _Reader(_tokens(formula[1:], decimal), lookup)
    value = reader.comparison()
    if reader.here[0] != "end":
        raise PARSE
    return single(value)


def _tokens(text: str, decimal: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match or match.lastgroup is None:
            raise PARSE
        kind, value = match.lastgroup, match[match.lastgroup]
        if kind == "number" and "," in value and decimal != ",":
            value = value.partition(",")[0]
            at = match.start("number") + len(value)
        else:
            at = match.end()
        tokens.append((kind, value.replace(",", ".") if kind == "number" else value))
    return [*tokens, ("end", "")]


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


class _Reader:
    """Reads the tokens by recursive descent, loosest operator first."""

    def __init__(self, tokens: list[tuple[str, str]], lookup: Lookup) -> None:
        self._tokens = tokens
        self._lookup = lookup

    @property
    def here(self) -> tuple[str, str]:
        return self._tokens[0]

    def _take(self, *signs: str) -> str:
        kind, value = self.here
        if kind == "sign" and value in signs:
            self._tokens.pop(0)
            return value
        return ""

    def comparison(self) -> Any:
        value = self._joined()
        while sign := self._take(*_COMPARE):
            left, right = single(value), single(self._joined())
            try:
                value = _COMPARE[sign](left, right)
            except TypeError:
                value = _COMPARE[sign](str(left), str(right))
        return value

    def _joined(self) -> Any:
        value = self._sum()
        while self._take("&"):
            value = text_of(value) + text_of(self._sum())
        return value

    def _sum(self) -> Any:
        value = self._product()
        while sign := self._take("+", "-"):
            right = number_of(self._product())
            value = number_of(value) + (right if sign == "+" else -right)
        return value

    def _product(self) -> Any:
        value = self._power()
        while sign := self._take("*", "/"):
            right = number_of(self._power())
            if sign == "/" and not right:
                raise DIVIDE
            value = number_of(value) * right if sign == "*" else number_of(value) / right
        return value

    def _power(self) -> Any:
        value = self._signed()
        while self._take("^"):
            value = number_of(value) ** number_of(self._signed())
        return value

    def _signed(self) -> Any:
        if sign := self._take("-", "+"):
            number = number_of(self._signed())
            return -number if sign == "-" else number
        value = self._operand()
        while self._take("%"):
            value = number_of(value) / 100
        return value

    def _operand(self) -> Any:
        kind, value = self._tokens.pop(0)
        if kind == "number":
            return float(value)
        if kind == "text":
            return value.replace('""', '"')
        if kind == "ref":
            return self._lookup(value)
        if kind == "name":
            return self._named(value)
        if (kind, value) == ("sign", "("):
            inner = self.comparison()
            self._expect(")")
            return inner
        raise PARSE

    def _named(self, name: str) -> Any:
        if self._take("("):
            return call_function(name.upper(), self._arguments())
        if name.upper() in {"TRUE", "FALSE", "VRAI", "FAUX"}:
            return name.upper() in {"TRUE", "VRAI"}
        return self._lookup(name)

    def _arguments(self) -> list[Any]:
        values: list[Any] = []
        if self._take(")"):
            return values
        while True:
            values.append(self.comparison())
            if not self._take(";", ","):
                self._expect(")")
                return values

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise PARSE
