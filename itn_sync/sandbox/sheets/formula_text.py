"""A formula as a person types it, rewritten for the engine that computes it.

A person writes French or English names, `;` or `,` between arguments, decimals as the locale has
them, tabs by title and names for ranges; the engine reads English, `,`, `.` and plain references
to tabs of its own naming.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import replace

import formualizer as fz

from itn_sync.sandbox.errors import ApiError
from itn_sync.sandbox.sheets.a1 import Rect, area_of, column_letters, parse_cells
from itn_sync.sandbox.sheets.book import Book
from itn_sync.sandbox.sheets.cell_errors import NAME, PARSE, VALUE
from itn_sync.sandbox.sheets.french_functions import ENGLISH

_LOCAL = re.compile(
    r""""(?:[^"]|"")*"|'(?:[^']|'')*'|(?<![\w.$:])\d+,\d+|[{};\\]""",
)
_LINK = re.compile(r'=\s*(?:HYPERLINK|LIEN_HYPERTEXTE)\(\s*"((?:[^"]|"")*)"\s*[,;)]', re.IGNORECASE)
# What these answer takes several cells, or depends on where the formula stands: the sandbox
# computes one value per formula, and rather says #NAME? than something else than Google.
_SPILLING = frozenset({"FILTER", "SEQUENCE", "SORT", "TRANSPOSE", "UNIQUE"})
_PLACED = frozenset({"ROW", "COLUMN"})
_LITERALS = {"TRUE": "TRUE", "VRAI": "TRUE", "FALSE": "FALSE", "FAUX": "FALSE"}
_FUNCTION, _RANGE = fz.TokenType.Func, fz.TokenSubType.Range


def tab_name(sheet_id: int) -> str:
    """How the engine calls a tab."""
    return f"t_{sheet_id}"


def link_of(formula: str) -> str | None:
    """The address in `=HYPERLINK("https://…"; …)`; None for any other formula."""
    match = _LINK.match(formula)
    return match[1].replace('""', '"') if match else None


def plain_syntax(formula: str, decimal: str) -> str:
    """The formula with `,` between arguments and `.` in numbers, texts left alone."""
    depth = 0

    def rewritten(match: re.Match[str]) -> str:
        nonlocal depth
        piece = match[0]
        depth += {"{": 1, "}": -1}.get(piece, 0)
        if piece[0].isdigit():
            return piece.replace(",", ".") if decimal == "," and not depth else piece
        if piece == ";" and depth == 0:
            return ","
        return "," if piece == "\\" else piece

    return _LOCAL.sub(rewritten, formula)


def functions_of(formula: str) -> list[str]:
    """The English names of the functions it calls, the outermost first; [] where it is no
    formula that can be read."""
    try:
        tokens = _tokens(formula, ".")
    except fz.TokenizerError:
        return []
    return [_english(t.value) for t in tokens if t.token_type == _FUNCTION and t.value != ")"]


def _tokens(formula: str, decimal: str) -> list[fz.Token]:
    return [token for token in fz.tokenize(plain_syntax(formula, decimal)) if token is not None]


def _english(opening: str) -> str:
    name = opening.removesuffix("(").strip().upper()
    return ENGLISH.get(name, name)


def for_engine(book: Book, formula: str, sheet_id: int, decimal: str) -> tuple[str, list[Rect]]:
    """The engine's text and the cells that it refers to; raises CellError for what cannot be
    computed here."""
    try:
        tokens = _tokens(formula, decimal)
    except fz.TokenizerError as error:
        raise PARSE from error
    needed: list[Rect] = []
    pieces = [_piece(book, token, sheet_id, needed.append) for token in tokens]
    _check(pieces, needed)
    return "=" + "".join(pieces), needed


def _check(pieces: list[str], needed: list[Rect]) -> None:
    if len(pieces) == 1 and needed and not needed[0].is_cell:
        raise VALUE  # a range cannot stand in one cell
    if pieces and pieces[0].removesuffix("(") in _SPILLING:
        raise NAME
    for here, after in itertools.pairwise(pieces):
        if here.removesuffix("(") in _PLACED and here.endswith("(") and after == ")":
            raise NAME


def _piece(book: Book, token: fz.Token, sheet_id: int, need: Callable[[Rect], None]) -> str:
    text: str = token.value
    if token.token_type == _FUNCTION and text.endswith("("):
        return _english(text) + "("
    if token.subtype != _RANGE:
        return _LITERALS.get(text.upper(), text)
    return _LITERALS.get(text.upper()) or _reference(book, text, sheet_id, need)


def _reference(book: Book, text: str, sheet_id: int, need: Callable[[Rect], None]) -> str:
    try:
        rect = _rect(book, text, sheet_id)
    except ApiError:
        return "#REF!"
    if rect is None:
        return text
    need(rect)
    start = f"{column_letters(rect.left)}{rect.top + 1}"
    end = "" if rect.is_cell else f":{column_letters(rect.right - 1)}{rect.bottom}"
    return f"{tab_name(rect.sheet_id)}!{start}{end}"


def _rect(book: Book, text: str, sheet_id: int) -> Rect | None:
    """The cells meant, whole columns to the end of the grid; None for an unknown name."""
    if "!" in text:
        return book.clamp(book.parse(text))
    area = parse_cells(text)
    if area is not None:
        return book.clamp(replace(area, sheet_id=sheet_id))
    for named in book.body["namedRanges"]:
        if named["name"].casefold() == text.casefold():
            return book.clamp(area_of(named["range"]))
    return None
