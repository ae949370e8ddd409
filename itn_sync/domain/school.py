"""The school as the plan describes it: sites, sections, roles, calendar (plan S4, S167-S177)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from itn_sync.domain.names import fold


class Kind(StrEnum):
    """What a case is about: what students ask for when they register (S30-S34, S38), and more."""

    VA = "va"
    AR = "ar"
    DIGITAL = "numerique"
    PLANNING = "planning"
    QUESTION = "question"
    ATTENDANCE = "assiduite"
    """Nobody asks for it: a warning opens it (S67)."""


class Role(StrEnum):
    """Who does what; a role is held per site and section by persons in order."""

    REFERENT_VA = "referent_va"
    REFERENT_AR = "referent_ar"
    REFERENT_DIGITAL = "referent_numerique"
    SECRETARIAT = "secretariat"
    COORDINATOR = "personne_de_reference"
    SECTION_COORDINATION = "coordination_section"
    DIRECTION = "direction"


OWNER_ROLE = {
    Kind.VA: Role.REFERENT_VA,
    Kind.AR: Role.REFERENT_AR,
    Kind.DIGITAL: Role.REFERENT_DIGITAL,
    Kind.PLANNING: Role.SECRETARIAT,
    Kind.QUESTION: Role.SECRETARIAT,
    Kind.ATTENDANCE: Role.SECRETARIAT,
}

ROLE_LABEL = {
    Role.REFERENT_VA: "Référent VA",
    Role.REFERENT_AR: "Référent AR",
    Role.REFERENT_DIGITAL: "Référent numérique",
    Role.SECRETARIAT: "Secrétariat",
    Role.COORDINATOR: "Personne de référence du plan d'accompagnement",
    Role.SECTION_COORDINATION: "Coordination de section",
    Role.DIRECTION: "Direction",
}

KIND_LABEL = {
    Kind.VA: "Valorisation des acquis (VA)",
    Kind.AR: "Aménagement raisonnable (AR)",
    Kind.DIGITAL: "Outils numériques",
    Kind.PLANNING: "Planning sur mesure",
    Kind.QUESTION: "Question",
    Kind.ATTENDANCE: "Assiduité",
}


@dataclass(frozen=True)
class Site:
    """An implantation; `aliases` are other names people type (Etterbeek for Bruxelles, S134)."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A section and the sites where it is organised; `aliases` as for sites.

    `information` says how it works and what it asks; the acknowledgement repeats it (S14).
    """

    key: str
    name: str
    sites: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    information: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody (or a shared mailbox) who holds a role."""

    key: str
    name: str
    email: str


@dataclass(frozen=True)
class Absence:
    """`person` is away from `first` to `last` (both included); `substitute` stands in."""

    person: str
    substitute: str
    first: date
    last: date


@dataclass(frozen=True)
class Assignment:
    """`persons` hold `role`, in order; empty `sites` or `sections` mean all of them."""

    role: Role
    persons: tuple[Person, ...]
    sites: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()

    def covers(self, site: str, section: str) -> bool:
        """True when this assignment holds for that site and section (keys, "" when unknown)."""
        return (not self.sites or site in self.sites) and (
            not self.sections or section in self.sections
        )

    @property
    def precision(self) -> int:
        """How specific it is: an assignment for a section beats one for a whole site."""
        return 2 * bool(self.sections) + bool(self.sites)


@dataclass(frozen=True)
class Closure:
    """Days without school, both included (holidays of the calendar, a local closure)."""

    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Calendar:
    """School days: no weekend, no public holiday, no closure."""

    public_holidays: frozenset[date] = frozenset()
    closures: tuple[Closure, ...] = ()

    def is_school_day(self, day: date) -> bool:
        """True when the school works that day."""
        closed = any(c.first <= day <= c.last for c in self.closures)
        return day.weekday() < 5 and day not in self.public_holidays and not closed

    def after(self, day: date, school_days: int) -> date:
        """The date `school_days` school days after `day` (the day itself never counts)."""
        while school_days > 0:
            day += timedelta(days=1)
            school_days -= self.is_school_day(day)
        return day

    def school_days(self, start: date, end: date) -> int:
        """How many school days come after `start`, up to `end` included; 0 when `end` is before."""
        days = range(1, (end - start).days + 1)
        return sum(self.is_school_day(start + timedelta(days=n)) for n in days)


@dataclass(frozen=True)
class School:
    """Everything about the school that a decision may need."""

    name: str
    sites: tuple[Site, ...]
    sections: tuple[Section, ...]
    assignments: tuple[Assignment, ...]
    absences: tuple[Absence, ...] = ()
    calendar: Calendar = Calendar()
    persons: tuple[Person, ...] = ()
    """Everybody named, so that a substitute need not hold a role."""

    def site(self, text: str) -> Site | None:
        """The site named `text`, whatever its case and accents; None when unknown."""
        return next((s for s in self.sites if _is_called(text, s.key, s.name, *s.aliases)), None)

    def section(self, text: str) -> Section | None:
        """The section named `text`, whatever its case and accents; None when unknown."""
        return next((s for s in self.sections if _is_called(text, s.key, s.name, *s.aliases)), None)

    def site_name(self, key: str) -> str:
        """What people call a site; the key of one that the school does not know."""
        return next((s.name for s in self.sites if s.key == key), key)

    def section_name(self, key: str) -> str:
        """What people call a section; the key of one that the school does not know."""
        return next((s.name for s in self.sections if s.key == key), key)

    def holders(self, role: Role, site: str, section: str) -> tuple[Person, ...]:
        """Who holds `role` there, the most specific assignment first, without substitutions."""
        fitting = [a for a in self.assignments if a.role == role and a.covers(site, section)]
        fitting.sort(key=lambda a: -a.precision)
        return tuple(dict.fromkeys(p for a in fitting for p in a.persons))

    def present(self, person: Person, today: date) -> Person | None:
        """`person`, or whoever stands in today (chains followed); None when nobody does."""
        met: set[str] = set()
        while absence := self._absence(person, today):
            met.add(person.key)
            substitute = self._person(absence.substitute)
            if substitute is None or substitute.key in met:
                return None
            person = substitute
        return person

    def addresses(self, role: Role) -> frozenset[str]:
        """The addresses of everybody who holds `role` anywhere."""
        return frozenset(p.email for a in self.assignments if a.role is role for p in a.persons)

    def person_at(self, email: str) -> Person | None:
        """Whoever has that address; None when the school does not know it."""
        return next((p for p in self._people() if p.email == email), None)

    def person_called(self, text: str) -> Person | None:
        """Whoever `text` names, by name, address or key; None when nobody or several."""
        wanted = fold(text)
        found = {p for p in self._people() if wanted in {fold(p.name), fold(p.email), fold(p.key)}}
        return found.pop() if len(found) == 1 else None

    def _absence(self, person: Person, today: date) -> Absence | None:
        return next(
            (a for a in self.absences if a.person == person.key and a.first <= today <= a.last),
            None,
        )

    def _person(self, key: str) -> Person | None:
        return next((p for p in self._people() if p.key == key), None)

    def _people(self) -> tuple[Person, ...]:
        return (*self.persons, *(p for a in self.assignments for p in a.persons))


def _is_called(text: str, *names: str) -> bool:
    return bool(text.strip()) and fold(text) in {fold(name) for name in names}
