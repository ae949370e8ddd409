"""Who gets a request, and who keeps it (S4, S115, S162, S167-S177).

The owner is whoever holds the role for that need at that site and in that section; whoever stands
in when they are away; else the personne de référence, to whom every question may be put. From then
on the case stays with its owner until people hand it over or refuse it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from itn_sync.domain.school import OWNER_ROLE, ROLE_LABEL, Kind, Person, Role, School
from itn_sync.domain.seen import Cell, Row

Place = tuple[str, str]
"""The keys of a site and of a section, "" where unknown."""


@dataclass(frozen=True)
class Ownership:
    """Who gets a request, and why, in one sentence."""

    person: Person | None
    why: str

    @property
    def email(self) -> str:
        """The owner's address, "" for nobody."""
        return self.person.email if self.person else ""


def owner_of(kind: Kind, place: Place, school: School, today: date) -> Ownership:
    """Who gets a request of `kind` made for `place` today."""
    role = OWNER_ROLE[kind]
    for holder in school.holders(role, *place):
        if person := school.present(holder, today):
            return Ownership(person, _because(role, holder, person))
    if person := fallback(place, school, today):
        return Ownership(
            person,
            f"{ROLE_LABEL[role]} : personne n'est disponible ; la "
            "personne de référence prend la demande en charge",
        )
    return Ownership(None, f"{ROLE_LABEL[role]} : personne, ni personne de référence")


def fallback(place: Place, school: School, today: date) -> Person | None:
    """The personne de référence of `place`, or whoever stands in today."""
    return first_present(Role.COORDINATOR, place, school, today)


def first_present(role: Role, place: Place, school: School, today: date) -> Person | None:
    """The first holder of `role` who is there today, or whoever stands in for them."""
    present = (school.present(holder, today) for holder in school.holders(role, *place))
    return next((person for person in present if person), None)


def _because(role: Role, holder: Person, person: Person) -> str:
    if person == holder:
        return ROLE_LABEL[role]
    return f"{ROLE_LABEL[role]}, en remplacement de {holder.name}"


def kept_owner(prior: Row | None, school: School, *, active: bool) -> Ownership | None:
    """The owner that the row in `Dossiers` names: a holiday or a new colleague does not move it.

    An open case does not stay with an address that the school no longer knows.
    """
    if prior is None or not prior.text("owner_email"):
        return None
    email, name = prior.text("owner_email"), prior.text("owner")
    known = school.person_at(email)
    if known is None and active:
        return None
    return Ownership(known or Person("", name, email), prior.text("owner_why"))


def chosen_owner(prior: Row, place: Place, school: School, today: date) -> Ownership | None:
    """Whom people have put in charge since the worker last looked; None when nothing is new.

    A hand-over stands above a refusal noted at the same time.
    """
    if is_news(prior, "handed_to") and (named := school.person_called(prior.text("handed_to"))):
        person = school.present(named, today) or named
        return Ownership(person, f"transmis par {prior.text('owner')}")
    if is_news(prior, "refused") and (person_there := fallback(place, school, today)):
        return Ownership(person_there, f"refusé par {prior.text('owner')}")
    return None


_DONE = {"handed_to": "handed_then", "refused": "refused_then"}


def is_news(prior: Row, column: str) -> bool:
    """True when people wrote something there that was not acted on yet."""
    return bool(prior.text(column)) and prior.text(column) != prior.text(_DONE[column])


def acted_on(prior: Row | None, school: School) -> dict[str, Cell]:
    """What people wrote, as acted on; a name that nobody bears waits until it is mended."""
    if prior is None:
        return {}
    handed = prior.text("handed_to")
    known = not handed or school.person_called(handed) is not None
    return {
        "handed_then": handed if known else prior.text("handed_then"),
        "refused_then": prior.text("refused"),
    }
