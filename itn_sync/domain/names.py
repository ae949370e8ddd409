"""How names are compared: case, accents, Unicode forms, spaces, hyphens, particles."""

from __future__ import annotations

import re
import unicodedata

_LEADING_PARTICLES = re.compile(r"^(?:de|du|des|la|le|les|van|von|der|den|di|el|al|ben)+(?=\w{3})")
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ł": "l", "ø": "o", "đ": "d", "ı": "i"})
"""Letters that Unicode does not take apart, as people type them without their keyboard."""


def fold(text: str) -> str:
    """`Électricien – Automaticien` → `electricien automaticien`: to compare, never to show."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", plain.translate(_LETTERS)))


def same_person_key(first_name: str, last_name: str) -> str:
    """One key for the ways in which a person writes their name.

    `Jean-Marc de la Croix`, `JEAN MARC DELACROIX` and `Delacroix, Jean-Marc` in the wrong boxes
    all meet. Meeting flags two registrations for a person to look at; it never merges them.
    """
    run_together = (fold(name).replace(" ", "") for name in (first_name, last_name))
    return " ".join(sorted(_LEADING_PARTICLES.sub("", name) for name in run_together))
