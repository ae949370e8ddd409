"""What a person must mend in a spreadsheet, in words for the secretariat.

The scope of each is `sheet/<tab key>`;
those of the spreadsheet as a whole count with its first tab.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from itn_sync.domain.seen import Problem, Row
from itn_sync.domain.tabs import Tab
from itn_sync.gateways.cells import Json
from itn_sync.gateways.sheet_places import Layout

TIME_ZONE = "Europe/Brussels"


def _problem(tab: Tab, key: str, where: str, what: str, mend: str) -> Problem:
    scope = f"sheet/{tab.key}"
    return Problem(f"{scope}/{key}", scope, where, what, mend)


def column_problems(layout: Layout) -> Iterator[Problem]:
    tab, where = layout.tab, f"Onglet «{layout.title}»"
    if layout.lost:
        yield _problem(
            tab,
            "identifiants",
            where,
            f"La colonne «{tab.id_column.heading}» a été supprimée : les lignes ne peuvent plus"
            " être reconnues et l'onglet n'est plus tenu à jour.",
            "Restaurer l'onglet : Fichier › Historique des versions, la dernière version qui a"
            " cette colonne.",
        )
        return
    for column in layout.missing_columns:
        yield _problem(
            tab,
            f"colonne/{column.key}",
            where,
            f"La colonne «{column.heading}» manque.",
            "Elle est recréée à droite du tableau : vous pouvez la déplacer, pas la supprimer.",
        )


def protection_problems(sheet: Json, layout: Layout) -> Iterator[Problem]:
    for protected in sheet.get("protectedRanges", ()):
        if not protected.get("requestingUserCanEdit"):
            yield _problem(
                layout.tab,
                f"protection/{protected['protectedRangeId']}",
                f"Onglet «{layout.title}»",
                "Une plage protégée empêche itn-sync d'écrire dans cet onglet.",
                "Données › Protéger des feuilles et des plages : ajouter le compte d'itn-sync aux"
                " personnes autorisées.",
            )


def double_problems(rows: Sequence[Row], layout: Layout) -> Iterator[Problem]:
    first: dict[str, Row] = {}
    for row in rows:
        kept = first.setdefault(row.id, row)
        if kept is not row:
            yield _problem(
                layout.tab,
                f"double/{row.id}",
                f"Onglet «{layout.title}», ligne {row.number}",
                f"Cette ligne a le même identifiant que la ligne {kept.number} : c'est une copie.",
                "Supprimer la copie ; seule la première des deux est tenue à jour.",
            )


def settings_problems(properties: Json, tabs: Sequence[Tab]) -> Iterator[Problem]:
    where = f"Classeur «{properties.get('title', '')}», Fichier › Paramètres"
    zone, locale = properties.get("timeZone", TIME_ZONE), properties.get("locale", "fr_BE")
    for tab in tabs[:1]:
        if zone != TIME_ZONE:
            what = f"Le fuseau horaire est «{zone}»."
            yield _problem(tab, "fuseau", where, what, "Choisir «Bruxelles».")
        if not locale.startswith("fr"):
            what = f"Les paramètres régionaux sont «{locale}» : les dates et les décimales"
            what += " tapées à la main seraient mal comprises."
            mend = "Choisir «Belgique (français)» ou «France»."
            yield _problem(tab, "langue", where, what, mend)
