"""The confidential spreadsheet is for the AR referent and the direction alone (S32, F36)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from itn_sync.domain.school import OWNER_ROLE, Role, School
from itn_sync.domain.seen import Problem

SCOPE = "sharing"
_WHERE = "Feuille confidentielle (AR)"
_FOLLOWING = {*OWNER_ROLE.values(), Role.COORDINATOR, Role.DIRECTION}


def followers(school: School) -> frozenset[str]:
    """The addresses of those who work in the shared spreadsheet: owners of requests, and whoever
    hears of late ones."""
    following = (a for a in school.assignments if a.role in _FOLLOWING)
    return frozenset(person.email.lower() for a in following for person in a.persons)


def too_open(*, by_link: bool, domains: Collection[str]) -> Iterator[Problem]:
    """Sharing that lets in people nobody named: nothing is written there until it is mended."""
    if by_link:
        yield _problem("link", "Elle est ouverte à toute personne qui a le lien.")
    for domain in sorted(domains):
        yield _problem(domain, f"Elle est ouverte à tout le domaine {domain}.")


def unknown_readers(trouble: str) -> Problem:
    """Nobody can say who may open it (`trouble`, in French): in doubt, nothing is written there."""
    return Problem(
        key=f"{SCOPE}/unknown",
        scope=SCOPE,
        where=_WHERE,
        what=f"Impossible de savoir qui peut l'ouvrir ({trouble}). Rien n'y est plus écrit.",
        mend="Prévenir l'administrateur : itn-sync doit pouvoir lire le partage de cette feuille.",
    )


def unexpected_readers(readers: Collection[str], expected: Collection[str]) -> Iterator[Problem]:
    """Persons who may open it although the school did not name them."""
    known = {address.lower() for address in expected}
    for address in sorted(set(readers) - known):
        yield Problem(
            key=f"{SCOPE}/{address}",
            scope=SCOPE,
            where=_WHERE,
            what=f"{address} peut l'ouvrir sans être prévu.",
            mend="Retirer ce partage, ou ajouter l'adresse à «confidential_readers» dans "
            "config/workspace.toml.",
        )


def _problem(key: str, what: str) -> Problem:
    return Problem(
        key=f"{SCOPE}/{key}",
        scope=SCOPE,
        where=_WHERE,
        what=f"{what} Rien n'y est plus écrit.",
        mend="Dans «Partager», repasser l'accès général à «Limité».",
    )
