"""What must never leak: health-related text (RGPD art. 9, plan S32, S155)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Confidential:
    """Text for the confidential spreadsheet alone.

    It refuses to become a string by accident: `str`, `repr` and `format` never show it, so neither
    a log, a traceback nor a template can. Only `reveal()` gives it: to the confidential tab,
    and to a plan's fingerprint, which is a hash.
    """

    _text: str

    def reveal(self) -> str:
        """The text itself, for a cell of the confidential spreadsheet."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "<confidentiel>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        raise TypeError("a confidential text cannot be formatted; reveal() it where it may be read")


_HEALTH = re.compile(
    r"\b(handicap\w*|dys(?!tribu)\w+|tdah?\b|autis\w*|malad\w*|medica\w*|medecin\w*|diagnos\w*"
    r"|sante\b|trouble\w*|depress\w*|anxi\w*|burn[- ]?out|cancer\w*|diabet\w*|epilep\w*|surd\w*"
    r"|malentend\w*|malvoy\w*|aveugle\w*|invalid\w*|hopita\w*|hospitali\w*|therap\w*|psych\w*"
    r"|grossesse|enceinte|amenagements?\s+raisonnables?|fauteuils? roulants?|chimio\w*|sclerose\w*"
    r"|bipolaire\w*|hyperacti\w*|haut potentiel|fibromyalgie|migraine\w*|allergi\w*|asthm\w*|aviq\b"
    r"|sourde?s?\b|deficien\w*|asperger|tsa\b|toc\b|avc\b|vih\b|sida\b|cardia\w*|chirurg\w*"
    r"|phobi\w*|beg(?:ue|ai|ay)\w*|tourette|trisomi\w*|parkinson|alzheimer|\w*arthrite\w*|arthrose\w*"
    r"|endometriose\w*|incapacites?\b|paraly\w*|amput\w*|protheses?\b|cecite\w*|pmr\b"
    r"|mobilite reduite|langue des signes|implants? cochleaires?|convalescen\w*"
    r"|disab\w*|deaf\w*|doof\w*|disease\w*|illness\w*|pregnan\w*|ziek\w*)"
)


def mentions_health(text: str) -> bool:
    """True when free text seems to speak of somebody's health.

    A safety net for answers that a shared sheet would show (a free question, an unmapped answer):
    when in doubt the text stays in Google Forms. A word list cannot know everything.
    """
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return bool(_HEALTH.search("".join(c for c in decomposed if not unicodedata.combining(c))))
