"""Why the API refused, in words that a secretary understands."""

from __future__ import annotations

import re
from http import HTTPStatus

from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.pages.sheet_layout import guard_at, guarded_box
from itn_sync.sandbox.pages.sheet_places import Box, a1_of, box_of
from itn_sync.sandbox.pages.sheet_reading import size_of

READ_ONLY = "Cette personne peut lire la feuille, pas la modifier."
NO_CELL = "Indiquez une cellule, par exemple C5."
NO_DAY = "Cette cellule n’accepte qu’une date, par exemple 17/04/2026."

_KNOWN = (
    (r"exceeds grid limits|tried writing to", "C’est en dehors de la feuille."),
    (r"delete all the rows", "Il doit rester au moins une ligne."),
    (r"delete all the columns", "Il doit rester au moins une colonne."),
    (r"freeze all", "Il doit rester des lignes et des colonnes non figées."),
    (r"more than the maximum of", "Une cellule contient au plus 50 000 caractères."),
    (r"above the limit of \d+ cells", "La feuille serait trop grande."),
)


def unreadable(error: ApiError) -> str:
    """Why that person sees nothing of the spreadsheet."""
    if error.code in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
        return "Cette personne n’a pas accès à cette feuille."
    return _refused(error)


def reason(error: ApiError, tab: Json, wanted: Box) -> str:
    """Why that person could not change the cells `wanted` of the tab."""
    if error.code == HTTPStatus.FORBIDDEN:
        return READ_ONLY
    if error.code == HTTPStatus.NOT_FOUND:
        return "Cette feuille n’existe plus."
    for pattern, words in _KNOWN:
        if re.search(pattern, error.message):
            return words
    return _protected(tab, wanted) or _refused(error)


def _refused(error: ApiError) -> str:
    """The API's own words, without the place in the request that a client would need."""
    return f"La feuille a refusé : {re.sub(r'^Invalid [^ ]+: ', '', error.message)}"


def _protected(tab: Json, wanted: Box) -> str:
    top, left, bottom, right = wanted
    if (bottom - top, right - left) == (1, 1):
        guard = guard_at(tab, top, left)
        place = f"La cellule {a1_of(wanted)} est protégée"
    else:
        guard = guarded_box(tab, wanted)
        place = f"La plage {_shown(tab, guard)} est protégée" if guard else ""
    if guard is None:
        return ""
    why = f" ({guard['description']})" if guard.get("description") else ""
    return f"{place}{why} : cette personne ne peut pas la modifier."


def _shown(tab: Json, guard: Json) -> str:
    return a1_of(box_of(guard.get("range", {}), *size_of(tab)))


def not_offered(allowed: list[str]) -> str:
    """What a strict dropdown answers to another value."""
    return f"Cette cellule n’accepte que : {', '.join(allowed)}."
