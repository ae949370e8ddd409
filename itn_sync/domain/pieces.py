"""Which pieces people say they have received, in their own words: the names, or «toutes».

In doubt a piece is missing: asking once more is better than a request that waits for ever.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from itn_sync.domain.names import fold

_ALL = {"tout", "tous", "toute", "toutes", "complet", "complete"}
_HERE = {"ok", "oui", "recu", "recus", "recue", "recues", "vu", "vus", "vue", "vues"}
_BUT = {
    "sauf",
    "excepte",
    "exceptee",
    "exceptes",
    "exceptees",
    "exception",
    "hormis",
    "hors",
    "part",
}
_NOT = {
    *("pas", "ne", "n", "non", "ni", "sans", "rien", "aucun", "aucune", "jamais", "moins"),
    *("manque", "manquent", "manquant", "manquante", "manquants", "manquantes", "manquait"),
    *("absent", "absente", "absents", "absentes", "incomplet", "incomplete", "incompletes"),
    *("attend", "attends", "attendre", "attente", "attendu", "attendue", "demande", "demander"),
    *("reste", "restent", "refuse", "refusee", "perdu", "perdue", "bientot", "promis", "reserve"),
}
_SENTENCES = re.compile(r"[.;\n!]+|(?<=\?)")
_CLAUSES = re.compile(r",|\bmais\b|:", re.IGNORECASE)


def received_pieces(text: str, wanted: Sequence[str]) -> frozenset[str]:
    """The pieces among `wanted` that `text` clearly says are here."""
    here: set[str] = set()
    lacking: set[str] = set()
    is_whole, is_clear = False, True
    for words, holds in _parts(text):
        named = {piece for piece in wanted if _names(words, piece)}
        if holds:
            here |= named
            is_whole |= bool(_ALL & set(words))
        else:
            lacking |= named
            is_clear &= bool(named)
    if is_whole and is_clear:
        here |= set(wanted)
    return frozenset(here - lacking)


def _parts(text: str) -> Iterator[tuple[list[str], bool]]:
    """The words of each part of the text, and whether it says that something is here.

    What begins with a «sauf» or a «pas» goes on until the sentence ends or says «reçu».
    """
    for sentence in _SENTENCES.split(text):
        denied = "?" in sentence
        for clause in _CLAUSES.split(sentence):
            words = fold(clause).split()
            cut = next((n for n, word in enumerate(words) if word in _BUT), None)
            if _NOT & set(words):
                denied, cut = True, None
            elif _HERE & set(words) and "?" not in sentence:
                denied = False
            if cut is not None and not denied:
                yield words[:cut], True
                words, denied = words[cut:], True
            if words:
                yield words, not denied


def _names(words: Collection[str], piece: str) -> bool:
    """True where the piece is named whole, or by its initials («CV»)."""
    name = fold(piece).split()
    initials = "".join(word[0] for word in name)
    whole = f" {' '.join(name)} " in f" {' '.join(words)} "
    return whole or (len(name) > 1 and initials in words)
