"""What the following of attendance needs: timetables, Classroom courses, registers (F01, F12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from itn_sync.domain.courses import Course
from itn_sync.domain.units import Roster, Unit
from itn_sync.founding.registers import CourseUnknownError, Place, find_roster, places_of
from itn_sync.gateways.classroom import Rosters
from itn_sync.gateways.errors import CredentialsRefused, GatewayError, Missing
from itn_sync.gateways.registers import RegisterBook, RegisterSnapshot, TabPlace, our_place
from itn_sync.gateways.sheet_problems import TIME_ZONE
from itn_sync.inspection.findings import Finding, error, fine, warning
from itn_sync.settings import Settings

_UNITS = "config/units.toml"
_CREATE = "run itn-sync attendance create"
_LATER = "try again; if it stays so, see Google's status page"
_TOLERATED = 0.2
"""How far the sessions of a timetable may be from the planned periods."""


def timetables(settings: Settings) -> Iterator[Finding]:
    """UEs whose lines fit their shape and can hardly be meant."""
    found = [finding for unit in settings.units for finding in _timetable(unit, settings)]
    if settings.units:
        told = f"{len(settings.units)} UEs with timetable and teachers"
        yield from found or [fine("attendance", _UNITS, told)]


def _timetable(unit: Unit, settings: Settings) -> Iterator[Finding]:
    where = f"{_UNITS}, {unit.key}"
    if not unit.teachers:
        what = f"{unit.name} names no teacher: those of its Classroom course alone may write"
        yield warning("attendance", where, what, "add their addresses as teachers")
    if not unit.timetable:
        what = f"{unit.name} has no timetable: its register begins without sessions"
        yield warning("attendance", where, what, "add its weekly sessions as timetable")
        return
    sessions = list(unit.sessions(settings.school.calendar))
    periods = float(sum(session.periods for session in sessions))
    if abs(periods - unit.periods) > _TOLERATED * unit.periods:
        told = f"{len(sessions)} sessions have {periods:g} periods, not {float(unit.periods):g}"
        mend = "correct its periods, dates or timetable: rates are a share of the planned periods"
        yield warning("attendance", where, f"{unit.name}: its {told}", mend)


class CourseBook:
    """The courses of all UEs as they are read, for what comes after."""

    def __init__(self, settings: Settings, rosters: Rosters) -> None:
        self._settings = settings
        self._rosters = rosters
        self._listed: tuple[Course, ...] | None = None
        self.read: dict[str, Roster] = {}

    def findings(self) -> Iterator[Finding]:
        """Whether every UE has a course that can be read, with its teachers and addresses."""
        for unit in self._settings.units:
            where = f"{unit.name} ({unit.key})"
            try:
                roster = find_roster(unit, self._settings, self._rosters, self._courses)
            except CourseUnknownError as trouble:
                what, _, mend = str(trouble).rpartition("; ")
                yield error("course", where, what, mend)
            except CredentialsRefused:
                mend = "see the lines about credentials"
                yield warning("course", where, "not looked at, for want of a token", mend)
            except GatewayError as failure:
                yield error("course", where, f"it cannot be read: {failure}", _LATER)
            else:
                self.read[unit.key] = roster
                yield from list(self._course(unit, roster, where)) or [self._fine(roster, where)]

    def _courses(self) -> tuple[Course, ...]:
        if self._listed is None:
            self._listed = self._rosters.courses()
        return self._listed

    def _named(self, roster: Roster) -> Course:
        known = {course.id: course for course in self._courses()}
        return known.get(roster.course_id) or self._rosters.course(roster.course_id)

    def _fine(self, roster: Roster, where: str) -> Finding:
        told = f"«{self._named(roster).name}» is readable, with {len(roster.students)} students"
        return fine("course", where, told)

    def _course(self, unit: Unit, roster: Roster, where: str) -> Iterator[Finding]:
        course = self._named(roster)
        if course.state != "ACTIVE":
            what = f"the course «{course.name}» is {course.state.lower()}"
            mend = f"name the course of this year in {_UNITS}, or restore it in Classroom"
            yield warning("course", where, what, mend)
        if not roster.students:
            mend = "invite the students in Classroom, or correct the course"
            yield warning("course", where, f"the course «{course.name}» has no students", mend)
        elif not any(student.email for student in roster.students):
            what = "Classroom shows no address of its students, so nobody can be written to"
            mend = "grant classroom.profile.emails, and show addresses in the Admin console"
            yield error("course", where, what, mend)
        known = {teacher.email for teacher in roster.teachers}
        if absent := sorted(set(unit.teachers) - known):
            what = f"not among the teachers of «{course.name}»: {', '.join(absent)}"
            yield warning("course", where, what, f"add them in Classroom, or correct {_UNITS}")


def spreadsheets_of(settings: Settings) -> Mapping[str, tuple[Unit, ...]]:
    """The UEs whose marks each spreadsheet holds, by its id."""
    found: dict[str, tuple[Unit, ...]] = {}
    for unit in settings.units:
        own = settings.own_registers.get(unit.key)
        ours = settings.registers.get((unit.section, unit.site), "")
        spreadsheet = own.spreadsheet if own else ours
        if spreadsheet:
            found[spreadsheet] = (*found.get(spreadsheet, ()), unit)
    return found


def registers(books: Mapping[str, RegisterBook], settings: Settings) -> Iterator[Finding]:
    """Whether every UE has a register that can be read."""
    ours = [unit for unit in settings.units if unit.key not in settings.own_registers]
    for place, units in places_of(ours).items():
        if place not in settings.registers:
            yield _unmade(place, units)
    for spreadsheet, held in spreadsheets_of(settings).items():
        where = f"{held[0].section}/{held[0].site} ({spreadsheet})"
        try:
            snapshot = books[spreadsheet].read(_places(held, settings))
        except GatewayError as failure:
            yield _unreadable(where, failure, settings)
            continue
        found = [*_missing(snapshot, held, settings), *_whole(snapshot)]
        yield from found or [fine("register", where, f"«{snapshot.title}»: {len(held)} UEs")]


def _unmade(place: Place, units: Sequence[Unit]) -> Finding:
    names = ", ".join(unit.name for unit in units)
    return error("register", "/".join(place), f"there are no registers yet for {names}", _CREATE)


def _places(units: Sequence[Unit], settings: Settings) -> dict[str, TabPlace]:
    own = settings.own_registers
    return {
        unit.key: TabPlace(unit.key, title=own[unit.key].tab, layout=own[unit.key].layout)
        if unit.key in own
        else our_place(unit.key)
        for unit in units
    }


def _unreadable(where: str, failure: GatewayError, settings: Settings) -> Finding:
    if isinstance(failure, CredentialsRefused):
        mend = "see the lines about credentials"
        return warning("register", where, "not looked at, for want of a token", mend)
    worker = settings.workspace.accounts.sheets
    if isinstance(failure, Missing):
        what = f"it does not exist, or is not shared with {worker}"
        mend = f"share it, or correct [registers] in workspace.toml, [[register]] in {_UNITS}"
        return error("register", where, what, mend)
    mend = f"share it with {worker} as an editor" if failure.status == 403 else _LATER
    return error("register", where, f"it cannot be read: {failure}", mend)


def _missing(
    snapshot: RegisterSnapshot, units: Sequence[Unit], settings: Settings
) -> Iterator[Finding]:
    for unit in (unit for unit in units if unit.key in snapshot.missing):
        own = settings.own_registers.get(unit.key)
        where = f"{unit.name} ({unit.key})"
        if own:
            what = f"«{snapshot.title}» has no tab «{own.tab}»"
            yield error("register", where, what, f"correct tab of its [[register]] in {_UNITS}")
        else:
            what = f"it has no tab in «{snapshot.title}»"
            yield error("register", where, what, _CREATE)


def _whole(snapshot: RegisterSnapshot) -> Iterator[Finding]:
    where = f"«{snapshot.title}», Fichier › Paramètres"
    if snapshot.time_zone != TIME_ZONE:
        what = f"its time zone is {snapshot.time_zone}"
        yield error("register", where, what, "choose Bruxelles")
    if not snapshot.locale.startswith("fr"):
        what = f"its locale is {snapshot.locale}: dates and decimals would be misread"
        yield error("register", where, what, "choose Belgique (français) or France")
    for grid in snapshot.grids.values():
        if grid.layout.id_column < 0 and not grid.layout.name_columns:
            what = "nothing in it says whose row is whose"
            mend = "restore it: Fichier › Historique des versions"
            yield error("register", grid.place, what, mend)
        elif grid.layout.id_column < 0 and grid.unit in snapshot.sheets:
            what = "the column of student numbers is gone: rows are known by name alone"
            mend = "restore it: Fichier › Historique des versions"
            yield warning("register", grid.place, what, mend)
