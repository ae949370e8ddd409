"""`itn-sync check`: everything is looked at, whatever was found before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from itn_sync.access import enter, rights_of
from itn_sync.config_files import packaged
from itn_sync.domain.serials import school_day_of
from itn_sync.domain.units import Roster
from itn_sync.doors import Doors, open_doors
from itn_sync.gateways.drive import Files
from itn_sync.gateways.errors import CredentialsRefused, Unavailable
from itn_sync.gateways.retries import Policy
from itn_sync.inspection import at_home, in_workspace
from itn_sync.inspection.attendance import CourseBook, registers, timetables
from itn_sync.inspection.findings import Finding, error, warning
from itn_sync.inspection.register_sharing import register_sharing
from itn_sync.inspection.sharing import sharing
from itn_sync.settings import ConfigError, Settings, load

_IMPATIENT = Policy(attempts=2)
"""Whoever checks wants to know now; a run has the patience."""


def check_school(home: Path, environ: Mapping[str, str], now: datetime) -> Iterator[Finding]:
    """Every finding about the school in `home`, as it is made; nothing is changed."""
    try:
        settings = load(home, environ)
    except ConfigError as refused:
        yield from at_home.mistakes(refused, home)
        folders = (home / "templates", packaged("templates"))
        yield from at_home.wordings(home, folders, None)
        yield _not_looked_at("the configuration cannot be used", "the lines about configuration")
        return
    today = school_day_of(now)
    yield from at_home.configuration(settings)
    yield from at_home.keys(settings.workspace)
    yield from at_home.staffing(settings.school, today)
    yield from timetables(settings)
    yield from at_home.wordings(home, settings.template_folders, settings.school)
    yield from at_home.ledger(settings.workspace.ledger_url)
    yield from _in_workspace(settings, now)


def _in_workspace(settings: Settings, now: datetime) -> Iterator[Finding]:
    workspace = settings.workspace
    try:
        yield in_workspace.clock(workspace.root_url, now)
    except Unavailable as failure:
        mend = "look at the network, and at [google].root_url in config/workspace.toml"
        yield error("workspace", workspace.root_url, str(failure), mend)
        yield _not_looked_at("nothing answers", "the line above")
        return
    with enter(settings, policy=_IMPATIENT) as google:
        refused: set[str] = set()
        for right in rights_of(settings):
            finding = in_workspace.credentials(google, workspace, right)
            if finding.mend:
                refused.add(right.api)
            yield finding
        try:
            doors = open_doors(settings, google)
        except CredentialsRefused:
            yield _not_looked_at("there are no credentials", "the lines about credentials")
            return
        yield from _behind(doors, settings, refused, now)


def _behind(
    doors: Doors, settings: Settings, refused: set[str], now: datetime
) -> Iterator[Finding]:
    """What is behind each door; one for which there is no token stays shut."""
    workspace, sources = settings.workspace, doors.sources
    for api in sorted(refused):
        yield _not_looked_at("there is no token for it", "the lines about credentials", api)
    if "forms" not in refused:
        for mapping in settings.forms:
            yield from in_workspace.form(sources.forms, mapping, workspace.accounts.reader, now)
    files = None if "drive" in refused else sources.files
    if "sheets" not in refused:
        for book, sheet in sources.books.items():
            yield from in_workspace.spreadsheet(sheet, files, book, workspace)
    if files:
        yield from sharing(files, settings, school_day_of(now))
    if "gmail" not in refused:
        yield in_workspace.mailbox(doors.mailbox, workspace)
    yield from _attendance(doors, settings, files, refused)


def _attendance(
    doors: Doors, settings: Settings, files: Files | None, refused: set[str]
) -> Iterator[Finding]:
    """Courses and registers; without UEs nothing is looked at."""
    rosters: Mapping[str, Roster] = {}
    room = doors.sources.room
    if room and "classroom" not in refused:
        courses = CourseBook(settings, room.rosters)
        yield from courses.findings()
        rosters = courses.read
    if room and "sheets" not in refused:
        yield from registers(room.books, settings)
    if files:
        yield from register_sharing(files, settings, rosters)


def _not_looked_at(why: str, first: str, what: str = "the Workspace") -> Finding:
    return warning(what, "not looked at", why, f"see {first}, then check again")
