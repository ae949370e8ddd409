"""Who the students are, and where the three lists differ: registered, on Classroom, in a register.

A person keeps one id for ever, whatever becomes of their name, address or section (S40, F11). They
are known by Classroom account, by address, by the id in a register, and by name where a person in
the sheet has confirmed it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from itn_sync.domain.codes import student_number
from itn_sync.domain.names import fold, same_person_key
from itn_sync.domain.ownership import Place
from itn_sync.domain.seen import Problem, Row, Table
from itn_sync.domain.units import Member, Roster, Unit

ADDRESSES = "address"
"""The scope of addresses that do not take mail."""


@dataclass(frozen=True)
class Student:
    """One person in one section of a site, as this run knows them."""

    person: str
    place: Place
    last_name: str = ""
    first_name: str = ""
    email: str = ""
    user_id: str = ""
    enrolled: frozenset[str] = frozenset()
    """UEs on whose Classroom roster they are."""
    invited: frozenset[str] = frozenset()
    registered_in: frozenset[str] = frozenset()
    """UEs in whose register they have a row."""
    registrations: tuple[str, ...] = ()

    @property
    def row_id(self) -> str:
        """Their row in `Étudiants`."""
        return row_id(self.person, self.place)

    @property
    def name(self) -> str:
        """`Zoé Dupont`."""
        return f"{self.first_name} {self.last_name}".strip()


def row_id(person: str, place: Place) -> str:
    """`ETU-7K3Q2M9X/namur/cap`."""
    return "/".join((person, *place))


def person_of_address(email: str) -> str:
    """The id of somebody whom the school first knew by an address."""
    return student_number(f"person/{email.strip().lower()}")


def person_of_account(user_id: str) -> str:
    """The id of somebody of whom Classroom shows no address."""
    return student_number(f"classroom/{user_id}")


def person_of_name(name: str, place: Place) -> str:
    """The id of somebody who is only a name in a register."""
    return student_number(f"register/{'/'.join(place)}/{fold(name)}")


@dataclass
class Directory:
    """Finds a person by whatever is known of them; first come, first served."""

    by_id: dict[str, str] = field(default_factory=dict)
    by_account: dict[str, str] = field(default_factory=dict)
    by_address: dict[str, str] = field(default_factory=dict)
    by_name: dict[tuple[Place, str], set[str]] = field(default_factory=dict)

    def member(self, member: Member) -> str:
        """The person on a roster, known from now on."""
        known = self.by_account.get(member.user_id) or self.by_address.get(_plain(member.email))
        person = known or _first_id(member)
        self.learn(person, member.user_id, member.email)
        return person

    def address(self, email: str) -> str:
        """The person at an address, known from now on."""
        person = self.by_address.get(_plain(email)) or person_of_address(email)
        self.learn(person, "", email)
        return person

    def learn(self, person: str, user_id: str, email: str) -> None:
        """Remember what `person` is known by."""
        self.by_id.setdefault(person, person)
        if user_id:
            self.by_account.setdefault(user_id, person)
            self.by_id.setdefault(person_of_account(user_id), person)
        if email:
            self.by_address.setdefault(_plain(email), person)
            self.by_id.setdefault(person_of_address(email), person)

    def named(self, person: str, place: Place, last_name: str, first_name: str) -> None:
        """Remember a name; in a section it may be somebody else's as well."""
        for name in {fold(f"{last_name} {first_name}"), fold(f"{first_name} {last_name}")}:
            if name:
                self.by_name.setdefault((place, name), set()).add(person)

    def row(self, identity: str, name: str, place: Place) -> str:
        """Whose row of a register it is; "" for a row that names nobody."""
        if identity in self.by_id:
            return self.by_id[identity]
        if "@" in identity:
            return self.address(identity)
        called = name or identity
        people = self.by_name.get((place, fold(called)), set())
        if len(people) == 1:
            return next(iter(people))
        return person_of_name(called, place) if called else ""


def _first_id(member: Member) -> str:
    return person_of_address(member.email) if member.email else person_of_account(member.user_id)


def _plain(email: str) -> str:
    return email.strip().lower()


def known_directory(table: Table) -> Directory:
    """Everybody whom `Étudiants` knows already, under the ids that they have there."""
    directory = Directory()
    for row in table.rows.values():
        directory.learn(row.text("person"), row.text("user_id"), row.text("email"))
    return directory


def enrolled_students(
    rosters: Iterable[Roster], units: Mapping[str, Unit], directory: Directory
) -> dict[str, Student]:
    """Everybody on the rosters, one per site and section, by row id."""
    found: dict[str, Student] = {}
    for roster in rosters:
        unit = units[roster.unit]
        place = (unit.site, unit.section)
        for members, invited in ((roster.students, False), (roster.invited, True)):
            for member in members:
                _enrol(found, member, directory.member(member), place, unit.key, invited=invited)
    for student in found.values():
        directory.named(student.person, student.place, student.last_name, student.first_name)
    return found


def _enrol(
    found: dict[str, Student],
    member: Member,
    person: str,
    place: Place,
    unit: str,
    *,
    invited: bool,
) -> None:
    key = row_id(person, place)
    known = found.get(key) or Student(person, place)
    units = {unit}
    found[key] = replace(
        known,
        last_name=known.last_name or member.last_name,
        first_name=known.first_name or member.first_name,
        email=known.email or member.email,
        user_id=known.user_id or member.user_id,
        enrolled=known.enrolled | (frozenset() if invited else units),
        invited=known.invited | (units if invited else frozenset()),
    )


def registered_students(
    registrations: Iterable[Row],
    place_of: Mapping[str, Place],
    found: Mapping[str, Student],
    directory: Directory,
) -> dict[str, Student]:
    """Everybody in `found` with their registrations, and those who are nowhere else.

    `place_of` gives the site and section of each registration, by row id.
    """
    students = dict(found)
    for row in registrations:
        if row.id not in place_of or "@" not in row.text("email"):
            continue
        person = directory.address(row.text("email"))
        place = place_of[row.id]
        key = row_id(person, place)
        known = students.get(key) or Student(
            person, place, row.text("last_name"), row.text("first_name"), row.text("email")
        )
        students[key] = replace(known, registrations=(*known.registrations, row.id))
    return students


def bad_address(student: Student, refused: str) -> Problem:
    """What the office is asked to mend when mail does not reach a student."""
    said = f"L'adresse {refused} refuse les messages" if refused else "Il n'y a pas d'adresse"
    return Problem(
        key=f"{ADDRESSES}/{student.person}",
        scope=ADDRESSES,
        where=f"Étudiants : {student.name}",
        what=f"{said} : les avertissements partent par courrier.",
        mend="Demander une adresse qui fonctionne et l'inviter avec elle sur Classroom.",
    )


Named = Mapping[Hashable, Sequence[Student]]
"""Students by section and name."""


def by_name(students: Iterable[Student]) -> Named:
    """Who bears which name in which section."""
    found: dict[Hashable, list[Student]] = {}
    for student in students:
        found.setdefault(_called(student), []).append(student)
    return found


def namesakes(student: Student, named: Named) -> Iterator[Student]:
    """The others of the same section who bear the same name."""
    yield from (s for s in named.get(_called(student), ()) if s.person != student.person)


def _called(student: Student) -> Hashable:
    return student.place, same_person_key(student.first_name, student.last_name)


def known_units(row: Row | None) -> frozenset[str]:
    """The UEs that `Étudiants` had for somebody: what holds while a roster cannot be read."""
    return frozenset(row.text("unit_keys").split()) if row else frozenset()


def is_suspicious(before: int, now: int, *, share: float, count: int) -> bool:
    """True when a roster lost so many students that it may not have been read whole."""
    lost = before - now
    return before > 0 and (now == 0 or lost > max(count, int(share * before)))
