"""Text as a spreadsheet cell can hold it: what cannot be stored is removed, and said."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

LONGEST_CELL = 50_000
"""Characters a cell holds, an emoji counting for two (facts 5.2)."""

_CUT_SHORT = " … (texte coupé : la suite est dans Google Forms)"

_REMOVED = ("Cc", "Cs")


@dataclass(frozen=True)
class Storable:
    """`text` may be stored; the flags say what that cost."""

    text: str
    had_controls: bool = False
    was_cut: bool = False


def storable(text: str) -> Storable:
    """`text` in NFC, with `\\n` as the only line end, no control character, and not too long.

    Anything else stays as typed: formulas, tags, emoji, right-to-left text.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in _REMOVED)
    composed = unicodedata.normalize("NFC", kept)
    cut = _cut(composed)
    return Storable(cut, had_controls=kept != lines, was_cut=cut != composed)


def fitting(text: str) -> str:
    """`text` if a cell can hold it, otherwise as much of it as fits, and where the rest is.

    For what the worker puts together from several answers; what fits comes back as it is.
    """
    if _cut(text) == text:
        return text
    return _cut(text, LONGEST_CELL - len(_CUT_SHORT)) + _CUT_SHORT


def _cut(text: str, longest: int = LONGEST_CELL) -> str:
    return text.encode("utf-16-le")[: 2 * longest].decode("utf-16-le", "ignore")
