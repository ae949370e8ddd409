"""The registers of attendance: one spreadsheet per section and site, one tab per UE (S55).

What is there is left alone: whoever runs it again gets what is missing. Each id is written into
workspace.toml as soon as the spreadsheet exists, which is found again by its mark.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import tomlkit

from itn_sync.access import FOUND, WRITE_SHEETS, resource, session
from itn_sync.domain.codes import student_number
from itn_sync.domain.courses import Course, course_name, courses_called
from itn_sync.domain.school import Role, School
from itn_sync.domain.units import Member, Roster, Unit
from itn_sync.doors import open_register, open_rosters
from itn_sync.founding.premises import REFUSED, school_folder, write_down
from itn_sync.gateways.classroom import Rosters
from itn_sync.gateways.errors import CredentialsRefused, Refused
from itn_sync.gateways.founding import Cabinet, FileKind, count_as_in_belgium
from itn_sync.gateways.google import Google
from itn_sync.gateways.registers import NewTab, RegisterBook, RegisterStudent
from itn_sync.gateways.session import Session
from itn_sync.settings import Settings

_WORKSPACE = "workspace.toml"

Place = tuple[str, str]
"""A section and a site."""

Told = Generator[str, None, str]
"""Lines for people, and an id in the end."""


class CourseUnknownError(Exception):
    """Why a UE has no Classroom course that can be read, and how to mend it."""


def places_of(units: Sequence[Unit]) -> dict[Place, tuple[Unit, ...]]:
    """The UEs of each section and site, in their order."""
    places = dict.fromkeys((unit.section, unit.site) for unit in units)
    return {
        place: tuple(unit for unit in units if (unit.section, unit.site) == place)
        for place in places
    }


def title_of(place: Place, year: str, school: School) -> str:
    """`Présences CAP Namur 2026-2027`."""
    section = next((one.name for one in school.sections if one.key == place[0]), place[0])
    site = next((one.name for one in school.sites if one.key == place[1]), place[1])
    return f"Présences {section} {site} {year}"


def keepers(place: Place, school: School) -> frozenset[str]:
    """Those who look after the registers of a section and site: coordination and secretariat."""
    section, site = place
    roles = (Role.SECTION_COORDINATION, Role.SECRETARIAT)
    people = (person for role in roles for person in school.holders(role, site, section))
    return frozenset(person.email.lower() for person in people)


def find_roster(unit: Unit, settings: Settings, rosters: Rosters, courses: Courses) -> Roster:
    """Who is in the UE's course; CourseUnknownError when there is none that can be read."""
    course = unit.classroom or _number(unit, settings, courses)
    try:
        return rosters.roster(unit.key, course)
    except CredentialsRefused:
        raise
    except Refused as refusal:
        what = f"the Classroom course {course} cannot be read ({refusal})"
        mend = f"correct it in config/units.toml, or make {settings.workspace.accounts.reader}"
        raise CourseUnknownError(f"{what}; {mend} a teacher of it") from refusal


Courses = Callable[[], tuple[Course, ...]]


def _number(unit: Unit, settings: Settings, courses: Courses) -> str:
    name = course_name(unit, settings.school, settings.classroom_pattern)
    found = courses_called(name, courses())
    if len(found) != 1:
        what = f"{len(found) or 'no'} Classroom courses are called «{name}»"
        raise CourseUnknownError(f"{what}; name its own with classroom = … in config/units.toml")
    return found[0].id


@dataclass(frozen=True)
class RegisterFounder:
    """Who makes the registers: the account that keeps the school's spreadsheets."""

    settings: Settings
    cabinet: Cabinet
    rosters: Rosters
    session: Session
    book: Callable[[str], RegisterBook]

    def found(self, keys: Collection[str] = ()) -> Iterator[str]:
        """Make what is missing for these UEs (all when none is named), telling of each thing.

        Raises GatewayErrors; may be run again.
        """
        own = self.settings.own_registers
        wanted = [unit for unit in self.settings.units if not keys or unit.key in keys]
        for unit in wanted:
            if unit.key in own:
                yield f"kept     {unit.name}: a register of the school's own ({unit.key})"
        places = places_of([unit for unit in wanted if unit.key not in own])
        if places:
            folder = yield from school_folder(self.cabinet, self.settings.school)
            listing: list[tuple[Course, ...]] = []

            def courses() -> tuple[Course, ...]:
                if not listing:
                    listing.append(self.rosters.courses())
                return listing[0]

            for place, units in places.items():
                yield from self._place(place, units, folder, courses)

    def _place(
        self, place: Place, units: Sequence[Unit], folder: str, courses: Courses
    ) -> Iterator[str]:
        spreadsheet = yield from self._spreadsheet(place, units, folder)
        teachers: set[str] = set()
        tabs = []
        for unit in units:
            students: tuple[Member, ...] = ()
            teachers |= set(unit.teachers)
            try:
                roster = find_roster(unit, self.settings, self.rosters, courses)
                students = roster.students
                teachers |= {one.email for one in roster.teachers if one.email}
            except CourseUnknownError as trouble:
                yield f"{REFUSED}  {unit.name}: its students are not known: {trouble}"
            tabs.append(self._tab(unit, students))
        made = self.book(spreadsheet).make_tabs(tabs)
        yield from (_told(tab) for tab in tabs if tab.unit in made)
        yield from self._shared(place, spreadsheet, teachers | keepers(place, self.settings.school))

    def _spreadsheet(self, place: Place, units: Sequence[Unit], folder: str) -> Told:
        """The spreadsheet of a section and site in this school year."""
        year = max(unit.year for unit in units)
        mark = f"register/{place[0]}/{place[1]}/{year}"
        named = self.settings.registers.get(place, "")
        title = title_of(place, year, self.settings.school)
        if named and not self._is_of_another_year(named, mark):
            yield f"kept     «{title}»: {named} (named in config/workspace.toml)"
            return named
        ours = self.cabinet.found(mark)
        if not ours:
            ours = self.cabinet.make(mark, FileKind.SPREADSHEET, title, folder)
            yield f"made     spreadsheet «{title}»: {ours}"
        count_as_in_belgium(self.session, ours)
        write_down(self.settings, _WORKSPACE, lambda page: _name(page, place, ours))
        yield f"written  config/workspace.toml, [registers] {'/'.join(place)}"
        return ours

    def _is_of_another_year(self, named: str, mark: str) -> bool:
        found = self.cabinet.mark_of(named)
        return found != mark and found.rpartition("/")[0] == mark.rpartition("/")[0]

    def _tab(self, unit: Unit, students: Sequence[Member]) -> NewTab:
        calendar = self.settings.school.calendar
        return NewTab(
            unit=unit.key,
            title=unit.name,
            sessions=tuple(unit.sessions(calendar)),
            students=tuple(_student(one) for one in students),
            marks=self.settings.marks,
        )

    def _shared(self, place: Place, spreadsheet: str, addresses: Collection[str]) -> Iterator[str]:
        name = "/".join(place)
        try:
            refused = self.cabinet.share(spreadsheet, addresses)
        except CredentialsRefused:
            raise
        except Refused:
            named = ", ".join(sorted(addresses))
            yield (
                f"by hand  the registers of {name} were not made by this program: in «Partager», "
                f"make these people editors: {named}"
            )
            return
        for address, why in refused.items():
            yield (
                f"{REFUSED}  the registers of {name} cannot be shared with {address} ({why}): "
                "correct the address in config/, then run this again"
            )


def register_founder(settings: Settings, google: Google) -> RegisterFounder:
    """Whoever keeps the spreadsheets makes the registers too, and owns them."""
    workspace = settings.workspace
    return RegisterFounder(
        settings,
        Cabinet(resource(google, workspace, FOUND)),
        open_rosters(settings, google),
        session(google, workspace, WRITE_SHEETS),
        lambda spreadsheet: open_register(spreadsheet, settings, google),
    )


def student_fact(member: Member) -> str:
    """What a person's number is made of: the address, else the number that Classroom gave."""
    email = member.email.strip().lower()
    return f"person/{email}" if email else f"classroom/{member.user_id}"


def _student(member: Member) -> RegisterStudent:
    number = student_number(student_fact(member))
    return RegisterStudent(number, member.last_name, member.first_name)


def _told(tab: NewTab) -> str:
    count = f"{len(tab.students)} students, {len(tab.sessions)} sessions"
    return f"made     register «{tab.title}» ({tab.unit}): {count}"


def _name(page: Any, place: Place, spreadsheet: str) -> None:
    if "registers" not in page:
        page["registers"] = tomlkit.table()
    page["registers"]["/".join(place)] = spreadsheet
