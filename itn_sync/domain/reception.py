"""A contact at the secretariat's desk, read as a form answer would be (S16, S114).

People type the row; nothing of it is theirs alone to repeat in a form. It becomes a registration
once it names somebody who can be reached, asks for something and says that the person agrees.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from itn_sync.domain.names import fold, same_person_key
from itn_sync.domain.school import KIND_LABEL, Kind
from itn_sync.domain.seen import Response, Row, Table
from itn_sync.domain.serials import (
    SCHOOL_TIME,
    date_serial,
    serial_date,
    serial_instant,
)
from itn_sync.domain.states import DELETED
from itn_sync.domain.storable import storable
from itn_sync.domain.tracking import RECEPTION, REGISTRATIONS

FORM = RECEPTION.key
"""What such registrations have in the place of a form's key."""

LABEL = "Accueil du secrétariat"

ANSWERED = "Renseigné"
"""The result that leaves nobody else a question to answer."""

_TOLD = (
    "date",
    "last_name",
    "first_name",
    "email",
    "phone",
    "site",
    "section",
    "requests",
    "question",
    "result",
    "consent",
)
"""The columns that make the answer; how it was given and remarks are the desk's own."""

_SHORTHAND = {
    Kind.VA: ("VA", "valorisation", "valorisation des acquis"),
    Kind.AR: ("AR", "aménagement", "aménagement raisonnable", "aménagements raisonnables"),
    Kind.DIGITAL: ("numérique", "aide numérique", "informatique"),
    Kind.PLANNING: ("planning", "planning de formation", "horaire"),
}
_ASKED = {
    fold(name): kind for kind, names in _SHORTHAND.items() for name in (*names, KIND_LABEL[kind])
}
_NOTHING = frozenset(map(fold, ("aucune", "aucun", "rien", "non")))
_BETWEEN = re.compile(r"[,;/+&·\n]|\bet\b", re.IGNORECASE)
_FIELD = {Kind.VA: "va", Kind.AR: "ar", Kind.DIGITAL: "digital", Kind.PLANNING: "planning"}
_SECOND = 1 / 86_400
_OLDEST = timedelta(days=366)


def is_filled(row: Row) -> bool:
    """True when people noted anything of a contact; a line of totals is none."""
    return any(text_of(row, column) for column in _TOLD)


def text_of(row: Row, column: str) -> str:
    """The cell as one text, also where a telephone number became a number."""
    value = row.cells.get(column)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return storable(row.text(column)).text.strip()


def content_mark(row: Row) -> str:
    """The row's id, and a hash that changes whenever what people noted of the contact does."""
    return f"{row.id} {content_hash(row)}"


def content_hash(row: Row) -> str:
    """What people noted of the contact, as its mark keeps it."""
    said = json.dumps([text_of(row, key) for key in _TOLD])
    return sha256(said.encode()).hexdigest()[:16]


def marked_id(row: Row) -> str:
    """The id that the row had when it was last read; "" for one that never was."""
    return row.text("content").partition(" ")[0]


def marked_hash(row: Row) -> str:
    """What the row said when it was last read; "" for one that never was."""
    return row.text("content").partition(" ")[2]


def person_of(row: Row) -> tuple[str, str]:
    """Who a row of `Accueil` or of `Inscriptions` is about: the name, and how to reach them."""
    name = same_person_key(text_of(row, "first_name"), text_of(row, "last_name"))
    return name.strip(), fold(text_of(row, "email") or text_of(row, "phone"))


def predecessor(row: Row, tables: Mapping[str, Table]) -> Row | None:
    """The registration that the row was, where it now is about somebody else altogether.

    A name alone, or an address alone, is corrected; both at once are another person.
    """
    known = _registration_of(row, tables)
    if known is None or not is_filled(row):
        return None
    before, after = person_of(known), person_of(row)
    changed = before[0] != after[0] and before[1] != after[1]
    return known if changed and all((*before, *after)) else None


def submitted_serial(row: Row, tables: Mapping[str, Table], today: date) -> float:
    """When the row last changed: the day on which that was noticed, and after any time before.

    Days, so that a plan reads the same all day; one second more for each change of one day.
    """
    noted = row.number_in("submitted")
    if noted and row.text("content") == content_mark(row):
        return noted
    known = _registration_of(row, tables)
    before = max(noted, known.number_in("submitted") if known else 0.0)
    return max(date_serial(today), round(before + _SECOND, 9) if before else 0.0)


def _registration_of(row: Row, tables: Mapping[str, Table]) -> Row | None:
    return tables.get(REGISTRATIONS.key, Table()).rows.get(f"{FORM}/{row.id}")


def kinds_of(row: Row) -> tuple[Kind, ...]:
    """The requests that the row makes, as far as they are understood."""
    found = {kind for part in _parts(row) for kind in _kinds_in(part) or ()}
    if text_of(row, "question") and text_of(row, "result") != ANSWERED:
        found.add(Kind.QUESTION)
    return tuple(kind for kind in Kind if kind in found)


def unclear_requests(row: Row) -> tuple[str, ...]:
    """What stands under `Demandes` and names no request."""
    return tuple(part for part in _parts(row) if _kinds_in(part) is None)


def _parts(row: Row) -> Iterator[str]:
    parts = (part.strip() for part in _BETWEEN.split(text_of(row, "requests")))
    return (part for part in parts if fold(part))


def _kinds_in(part: str) -> frozenset[Kind] | None:
    """«VA», «Valorisation des acquis (VA)», «VA AR»; None for what names no request."""
    said = fold(part)
    names = [said] if said in _ASKED or said in _NOTHING else said.split()
    if not all(name in _ASKED or name in _NOTHING for name in names):
        return None
    return frozenset(_ASKED[name] for name in names if name in _ASKED)


def consent_of(row: Row) -> bool | None:
    """What the person said at the desk; None while nothing is noted that can be understood."""
    return {"oui": True, "non": False}.get(fold(text_of(row, "consent")))


def day_of(row: Row, today: date) -> date | None:
    """The day of the contact; None for none, or one that cannot be meant."""
    serial = row.number_in("date")
    day = serial_date(serial) if 1 <= serial <= date_serial(today) else None
    return day if day and day >= today - _OLDEST else None


def lacking(row: Row) -> tuple[str, ...]:
    """What the row needs to become a registration and does not say, as people read it."""
    held = {
        "Nom": text_of(row, "last_name") or text_of(row, "first_name"),
        "E-mail ou téléphone": text_of(row, "email") or text_of(row, "phone"),
        "Accord donné": consent_of(row) is not None,
    }
    return tuple(name for name, there in held.items() if not there)


def is_taken_in(row: Row, tables: Mapping[str, Table]) -> bool:
    """True for a registration: complete, asked for and agreed to, or one that already is one."""
    if _registration_of(row, tables):
        return True
    return bool(kinds_of(row)) and consent_of(row) is True and not lacking(row)


def contact_responses(tables: Mapping[str, Table], today: date) -> Iterator[Response]:
    """Every contact that is a registration, as an answer.

    One whose agreement was blanked, or that somebody else was typed over, is not there for now: it
    stays as it was last read.
    """
    for row in tables.get(RECEPTION.key, Table()).rows.values():
        blanked = consent_of(row) is None or predecessor(row, tables)
        if is_taken_in(row, tables) and not blanked:
            yield contact_response(row, tables, today)


def contact_response(row: Row, tables: Mapping[str, Table], today: date) -> Response:
    """The row as an answer; the person never says here what an adaptation is needed for (S32)."""
    submitted = serial_instant(submitted_serial(row, tables, today))
    said = ("last_name", "first_name", "email", "phone", "site", "section")
    kinds = kinds_of(row)
    answers: dict[str, tuple[str, ...]] = {name: (text_of(row, name),) for name in said}
    answers |= {name: ("oui" if kind in kinds else "non",) for kind, name in _FIELD.items()}
    answers["question"] = (text_of(row, "question"),) if Kind.QUESTION in kinds else ()
    answers["consent"] = ("oui",) if consent_of(row) else ()
    return Response(FORM, row.id, _created(row, submitted, today), submitted, answers)


def _created(row: Row, submitted: datetime, today: date) -> datetime:
    day = day_of(row, today)
    return datetime.combine(day, time(), SCHOOL_TIME) if day else submitted


def to_read(
    responses: Iterable[Response], settled: Mapping[str, datetime], tables: Mapping[str, Table]
) -> Iterator[Response]:
    """Those which changed since they were `settled`, or whose registration is not in use.

    A row that was deleted may come back: undoing is one keystroke.
    """
    alive = tables.get(REGISTRATIONS.key, Table()).rows
    for response in responses:
        known, before = alive.get(response.key), settled.get(response.id)
        changed = before is None or response.submitted > before
        if changed or known is None or known.text("state") == DELETED:
            yield response
