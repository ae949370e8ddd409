"""What a run reads of the year's UEs: Classroom rosters, registers, refused addresses (F11, F12).

One course or spreadsheet that cannot be read stops no other; it is a fault that is told, and what
it would have said is left as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from itn_sync.domain.actions import KeepRegister
from itn_sync.domain.courses import Course, course_name, courses_called
from itn_sync.domain.register_problems import scope_of as register_scope
from itn_sync.domain.rosters import scope_of as roster_scope
from itn_sync.domain.seen import DeedState, Problem, Row, Table
from itn_sync.domain.students import ADDRESSES
from itn_sync.domain.tracking_attendance import WARNINGS
from itn_sync.domain.units import NO_CLASSES, Classes, Roster, Unit
from itn_sync.gateways.classroom import Rosters
from itn_sync.gateways.errors import GatewayError, Missing, attempt
from itn_sync.gateways.gmail import Mailbox
from itn_sync.gateways.registers import (
    RegisterBook,
    RegisterSnapshot,
    RegisterStudent,
    StudentChanges,
    TabPlace,
    our_place,
)
from itn_sync.ledger import Ledger
from itn_sync.report import RegisterKept, Report, Tell
from itn_sync.settings import Settings

_NOT_FOUND = 404
_BOUNCES_FOR = timedelta(days=5)
"""How long after a sending its conversation is looked at for a delivery report."""


@dataclass(frozen=True)
class RollCall:
    """Rosters and registers as far as they could be read."""

    classes: Classes = NO_CLASSES
    snapshots: Mapping[str, RegisterSnapshot] = field(default_factory=dict)
    """By spreadsheet id."""
    problems: tuple[Problem, ...] = ()
    observed: frozenset[str] = frozenset()
    failures: tuple[str, ...] = ()


NOBODY = RollCall()


@dataclass(frozen=True)
class ClassRoom:
    """The doors to courses and registers."""

    rosters: Rosters
    books: Mapping[str, RegisterBook]
    """By spreadsheet id."""


def call_the_roll(settings: Settings, room: ClassRoom | None, pool: Executor) -> RollCall:
    """Read every roster and register of this year's UEs. Raises CredentialsRefused."""
    if room is None:
        return NOBODY
    units = settings.units
    courses = _courses(settings, room)
    rosters = list(
        pool.map(lambda unit: attempt(lambda: _roster(unit, courses, settings, room)), units)
    )
    places = tab_places(settings)
    books = list(pool.map(lambda one: attempt(lambda: room.books[one].read(places[one])), places))
    snapshots = {
        one: b for one, b in zip(places, books, strict=True) if isinstance(b, RegisterSnapshot)
    }
    grids = {unit: grid for one in snapshots.values() for unit, grid in one.grids.items()}
    read = tuple(roster for roster in rosters if isinstance(roster, Roster))
    unread = [(u, r) for u, r in zip(units, rosters, strict=True) if isinstance(r, GatewayError)]
    closed = [(one, b) for one, b in zip(places, books, strict=True) if isinstance(b, GatewayError)]
    missing = [key for one in snapshots.values() for key in one.missing]
    return RollCall(
        classes=Classes(units, read, tuple(grids[u.key] for u in units if u.key in grids)),
        snapshots=snapshots,
        problems=(
            *(_no_roster(unit, error) for unit, error in unread),
            *(_no_register(unit, error, settings) for one, error in closed for unit in places[one]),
            *(_no_tab(settings, key) for key in missing),
        ),
        observed=frozenset(
            {roster_scope(roster.unit) for roster in read}
            | {register_scope(key) for key in grids}
            | (set() if closed else {ADDRESSES})
        ),
        failures=(
            *(f"roster of {unit.key} could not be read: {error}" for unit, error in unread),
            *(f"register spreadsheet {one} could not be read: {error}" for one, error in closed),
        ),
    )


def tab_places(settings: Settings) -> dict[str, dict[str, TabPlace]]:
    """Where the register of each UE is, by spreadsheet and UE."""
    found: dict[str, dict[str, TabPlace]] = {}
    for unit in settings.units:
        if own := settings.own_registers.get(unit.key):
            place = TabPlace(unit.key, title=own.tab, layout=own.layout)
            found.setdefault(own.spreadsheet, {})[unit.key] = place
        elif spreadsheet := settings.registers.get((unit.section, unit.site)):
            found.setdefault(spreadsheet, {})[unit.key] = our_place(unit.key)
    return found


def bounces(
    tables: Mapping[str, Table], ledger: Ledger, mailbox: Mailbox, now: datetime
) -> dict[str, str]:
    """By the key of a warning that went out lately: the address that refused it."""
    found: dict[str, str] = {}
    for row in tables.get(WARNINGS.key, Table()).rows.values():
        trace = ledger.trace(row.text("key"))
        if trace is None or trace.deed.state is not DeedState.DONE or not trace.thread_id:
            continue
        if now - trace.deed.at <= _BOUNCES_FOR and (
            address := _refused(row, trace.thread_id, mailbox)
        ):
            found[trace.deed.key] = address
    return found


def _refused(row: Row, thread_id: str, mailbox: Mailbox) -> str:
    found = attempt(lambda: mailbox.bounced(thread_id, [row.text("email")]))
    return found if isinstance(found, str) else ""  # not known now: a later run looks again


def _courses(settings: Settings, room: ClassRoom) -> tuple[Course, ...] | GatewayError:
    """Every course, where a UE must be found by its name."""
    if all(unit.classroom for unit in settings.units):
        return ()
    return attempt(room.rosters.courses)


def _roster(
    unit: Unit, courses: tuple[Course, ...] | GatewayError, settings: Settings, room: ClassRoom
) -> Roster:
    if unit.classroom:
        return room.rosters.roster(unit.key, unit.classroom)
    if isinstance(courses, GatewayError):
        raise courses
    name = course_name(unit, settings.school, settings.classroom_pattern)
    found = courses_called(name, courses)
    if len(found) != 1:
        raise Missing(_NOT_FOUND, "notFound", f"{len(found)} courses are called {name!r}")
    return room.rosters.roster(unit.key, found[0].id)


def _no_roster(unit: Unit, error: GatewayError) -> Problem:
    return Problem(
        key=f"{roster_scope(unit.key)}/unread",
        scope=roster_scope(unit.key),
        where=f"Classroom de {unit.name}",
        what=f"La liste des étudiants n'a pas pu être lue ({error.french}).",
        mend="Vérifier que le cours existe et qu'itn-sync y a accès ; voir units.toml.",
    )


def _no_register(key: str, error: GatewayError, settings: Settings) -> Problem:
    unit = next(unit for unit in settings.units if unit.key == key)
    return Problem(
        key=f"{register_scope(key)}/unread",
        scope=register_scope(key),
        where=f"Registre de {unit.name}",
        what=f"Le registre n'a pas pu être lu ({error.french}).",
        mend="Vérifier qu'il existe et qu'il est partagé avec le compte d'itn-sync.",
    )


def _no_tab(settings: Settings, key: str) -> Problem:
    unit = next(unit for unit in settings.units if unit.key == key)
    return Problem(
        key=f"{register_scope(key)}/absent",
        scope=register_scope(key),
        where=f"Registre de {unit.name}",
        what="Le registre n'a pas d'onglet pour cette UE.",
        mend="L'administrateur lance «itn-sync attendance create», ou corrige units.toml.",
    )


def keep_registers(
    kept: Iterable[KeepRegister],
    roll: RollCall,
    settings: Settings,
    room: ClassRoom | None,
    report: Report,
    tell: Tell,
) -> None:
    """Give newcomers their row and say who has left, one spreadsheet after the other."""
    by_unit = {unit: one for one, places in tab_places(settings).items() for unit in places}
    by_spreadsheet: dict[str, list[KeepRegister]] = {}
    for one in kept:
        by_spreadsheet.setdefault(by_unit[one.unit], []).append(one)
    for spreadsheet, mine in by_spreadsheet.items():
        changes = {one.unit: _changes(one) for one in mine}
        done = attempt(partial(_keep, spreadsheet, changes, roll, room))
        if isinstance(done, GatewayError):
            told = f"register spreadsheet {spreadsheet} could not be kept: {done}"
            report.failures.append(told)
            continue
        report.registers_kept += len(mine)
        for one in mine:
            tell(RegisterKept(one))


def _changes(kept: KeepRegister) -> StudentChanges:
    students = tuple(RegisterStudent(*student) for student in kept.added)
    return StudentChanges(students, kept.situations)


def _keep(
    spreadsheet: str,
    changes: Mapping[str, StudentChanges],
    roll: RollCall,
    room: ClassRoom | None,
) -> None:
    if room is not None:
        room.books[spreadsheet].keep_students(changes, roll.snapshots[spreadsheet])
