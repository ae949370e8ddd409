"""What the worker notes beside the desk's contacts, and what the desk must mend in them."""

from __future__ import annotations

from collections.abc import Iterator

from itn_sync.domain.actions import WriteRow
from itn_sync.domain.ground import Ground
from itn_sync.domain.privacy import mentions_health
from itn_sync.domain.reception import (
    consent_of,
    contact_response,
    content_mark,
    day_of,
    is_taken_in,
    kinds_of,
    lacking,
    predecessor,
    submitted_serial,
    text_of,
    unclear_requests,
)
from itn_sync.domain.registration import Registration, read_registration
from itn_sync.domain.seen import Cell, Problem, Row
from itn_sync.domain.serials import date_serial
from itn_sync.domain.states import CONTACT_ONLY, TAKEN_IN, TYPED_OVER
from itn_sync.domain.tracking import RECEPTION

_SCOPE = f"sheet/{RECEPTION.key}"
_ERASE = (
    "L'effacer ici : tout le secrétariat lit cet onglet. La personne de référence le notera "
    "dans la feuille confidentielle."
)


def contact_rows(ground: Ground) -> Iterator[WriteRow]:
    """The worker's cells of every contact: what became of it, and when it last changed."""
    tables = ground.seen.tables
    for row in ground.seen.table(RECEPTION.key).rows.values():
        state = _state(row, ground)
        read: dict[str, Cell] = {
            "submitted": submitted_serial(row, tables, ground.today),
            "content": content_mark(row),
        }
        if predecessor(row, tables):
            read = {}  # the mark still finds the contact that the row was
        yield WriteRow(
            RECEPTION.key,
            row.id,
            {"state": state, **read},
            why=f"{_who(row)} : {state[0].lower()}{state[1:]}",
            plan="S16",
        )


def _state(row: Row, ground: Ground) -> str:
    """What became of the contact, and what it still lacks."""
    if predecessor(row, ground.seen.tables):
        return TYPED_OVER
    if is_taken_in(row, ground.seen.tables):
        wished = ("site", "section")
        blanks = [RECEPTION.column(k).heading for k in wished if not text_of(row, k)]
        return _with_blanks(TAKEN_IN, (*lacking(row), *blanks))
    if not kinds_of(row):
        return "À compléter : Demandes" if unclear_requests(row) else CONTACT_ONLY
    if consent_of(row) is False:
        return f"{CONTACT_ONLY} (sans accord)"
    return f"À compléter : {', '.join(lacking(row))}"


def _with_blanks(state: str, blanks: tuple[str, ...]) -> str:
    return f"{state} ; à compléter : {', '.join(blanks)}" if blanks else state


def contact_problems(ground: Ground) -> Iterator[Problem]:
    """One problem per cell of `Accueil` that no rule understands, or that says too much."""
    for row in ground.seen.table(RECEPTION.key).rows.values():
        if before := predecessor(row, ground.seen.tables):
            yield _typed_over(row, before)
            continue
        yield from _cell_problems(row, ground)
        yield from _health_problems(row)
        response = contact_response(row, ground.seen.tables, ground.today)
        yield from _place_problems(row, read_registration(response, ground.school))
        yield from _resting(row, ground)


def _typed_over(row: Row, before: Row) -> Problem:
    """The row's registration stays as it was; nobody's edit is taken for somebody else's."""
    what = (
        f"Cette ligne était celle de {_who(before)} ; elle porte maintenant un autre nom et une "
        "autre adresse. Rien n'en est repris."
    )
    mend = (
        f"Remettre ici le nom et l'adresse de {_who(before)}, et noter l'autre personne sur une "
        "ligne vide. Si c'est bien la même personne : corriger d'abord le nom seul, puis l'adresse "
        "après la mise à jour suivante."
    )
    return _problem(row, "last_name", what, mend, "/personne")


def _cell_problems(row: Row, ground: Ground) -> Iterator[Problem]:
    if text_of(row, "date") and day_of(row, ground.today) is None:
        what = "Ce n'est pas une date, ou elle est à venir ou trop ancienne."
        yield _problem(row, "date", what, "Écrire le jour du contact, par exemple 15/09/2026.")
    if unclear_requests(row):
        what = "Une partie de ce texte n'est pas une demande connue ; elle n'est pas suivie."
        mend = "Écrire VA, AR, Numérique ou Planning, séparés par des virgules ; le reste va sous "
        yield _problem(row, "requests", what, f"{mend}«Question» ou «Remarques».")
    if text_of(row, "consent") and consent_of(row) is None:
        yield _problem(row, "consent", "Ce n'est ni oui ni non.", "Choisir «Oui» ou «Non».")


def _health_problems(row: Row) -> Iterator[Problem]:
    """Told without a word of it: `Anomalies` is read by as many people (S32, S155)."""
    said = {
        "requests": " ".join(unclear_requests(row)),
        "question": text_of(row, "question"),
        "notes": text_of(row, "notes"),
    }
    for column, text in said.items():
        if mentions_health(text):
            yield _problem(row, column, "Ce texte semble parler de santé.", _ERASE, "/sante")


def _place_problems(row: Row, contact: Registration) -> Iterator[Problem]:
    """Only what is typed: a blank is said in the row's own state."""
    aliases = "Corriger le nom, ou l'ajouter à «aliases» dans config/school.toml."
    if text_of(row, "email") and not contact.can_be_written_to:
        what = "Ce n'est pas une adresse e-mail : aucun accusé de réception ne part."
        yield _problem(row, "email", what, "La corriger, ou l'effacer s'il y a un téléphone.")
    if text_of(row, "site") and contact.site is None:
        yield _problem(row, "site", "Cette implantation n'est pas connue.", aliases)
    if text_of(row, "section") and contact.section is None:
        yield _problem(row, "section", "Cette section n'est pas connue.", aliases)
    site, section = contact.site, contact.section
    if site and section and site.key not in section.sites:
        what = f"La section {section.name} n'est pas organisée à {site.name}."
        yield _problem(row, "section", what, "Corriger la section ou l'implantation.", "/lieu")


def _resting(row: Row, ground: Ground) -> Iterator[Problem]:
    """A request that waits for a missing cell since yesterday at least must not be forgotten."""
    open_request = kinds_of(row) and consent_of(row) is not False
    if not open_request or is_taken_in(row, ground.seen.tables):
        return
    if submitted_serial(row, ground.seen.tables, ground.today) < date_serial(ground.today):
        what = f"Cette demande n'est suivie par personne : il manque {', '.join(lacking(row))}."
        yield _problem(row, "state", what, "Compléter la ligne.")


def _problem(row: Row, column: str, what: str, mend: str, more: str = "") -> Problem:
    heading = RECEPTION.column(column).heading.partition(" (")[0].partition(" : ")[0]
    return Problem(
        key=f"{_SCOPE}/{row.id}/{column}{more}",
        scope=_SCOPE,
        where=f"{RECEPTION.title}, {_who(row)} ({row.id}), colonne «{heading}»",
        what=what,
        mend=mend,
    )


def _who(row: Row) -> str:
    named = f"{text_of(row, 'first_name')} {text_of(row, 'last_name')}".strip()
    return named or "contact sans nom"
