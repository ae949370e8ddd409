"""One person, several registrations: flagged for a person to see, never merged or blocked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from itn_sync.domain.names import fold, same_person_key
from itn_sync.domain.registration import Registration
from itn_sync.domain.seen import Table
from itn_sync.domain.serials import date_serial, french_date, instant_serial, serial_date
from itn_sync.domain.states import DELETED


@dataclass(frozen=True)
class Identity:
    """What two registrations are compared by; dates as serial numbers, 0 when unknown."""

    id: str
    first_name: str
    last_name: str
    email: str
    birth_date: float
    submitted: float

    def marks(self) -> Iterator[tuple[str, str]]:
        """Reason and key: two registrations that share a pair may be one person.

        A name alone is no reason: homonyms exist.
        """
        if self.email:
            yield "même e-mail", self.email.casefold()
        if self.birth_date and fold(self.last_name):
            person = same_person_key(self.first_name, self.last_name)
            yield "même nom et date de naissance", f"{person} {self.birth_date:.0f}"


def duplicate_texts(known: Table, fresh: Iterable[Registration]) -> Mapping[str, str]:
    """For every registration id, what its `Doublon possible` cell says ("" for none).

    `known` are the rows of the tab; `fresh` registrations replace their rows.
    """
    people = {i.id: i for i in _known(known)} | {r.key: _identity(r) for r in fresh}
    sharing: defaultdict[tuple[str, str], list[Identity]] = defaultdict(list)
    for identity in people.values():
        for mark in identity.marks():
            sharing[mark].append(identity)
    return {identity.id: _text(identity, sharing) for identity in people.values()}


def _text(identity: Identity, sharing: Mapping[tuple[str, str], list[Identity]]) -> str:
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    met = {i.id: i for mark in identity.marks() for i in sharing[mark] if i.id != identity.id}
    for other in sorted(met.values(), key=lambda i: (i.submitted, i.id)):
        shared = [reason for reason, key in identity.marks() if (reason, key) in set(other.marks())]
        reasons[" et ".join(shared)].append(
            f"{other.first_name} {other.last_name} ({french_date(serial_date(other.submitted))})"
        )
    lines = (f"{reason} : {', '.join(others)}" for reason, others in reasons.items())
    return "\n".join(line[0].upper() + line[1:] for line in lines)


def _known(table: Table) -> Iterator[Identity]:
    for row in table.rows.values():
        if row.text("state") != DELETED:
            yield Identity(
                row.id,
                row.text("first_name"),
                row.text("last_name"),
                row.text("email"),
                row.number_in("birth_date"),
                row.number_in("submitted"),
            )


def _identity(registration: Registration) -> Identity:
    born = registration.birth_date
    return Identity(
        registration.key,
        registration.first_name,
        registration.last_name,
        registration.email,
        date_serial(born) if born else 0.0,
        instant_serial(registration.submitted),
    )
