"""The ways out to the Workspace, each with the credentials of its own need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from itn_sync.access import (
    KEEP_REGISTERS,
    READ_FORMS,
    READ_ROSTERS,
    SEE_SHARING,
    SEND_MAIL,
    WRITE_DOCUMENTS,
    WRITE_SHEETS,
    resource,
    session,
)
from itn_sync.domain.tabs import Book, Tab
from itn_sync.domain.tracking import TABS
from itn_sync.domain.tracking_attendance import ABSENCES, coloured_by_section
from itn_sync.gateways.classroom import Rosters
from itn_sync.gateways.documents import Binder
from itn_sync.gateways.drive import Files
from itn_sync.gateways.forms import Forms
from itn_sync.gateways.gmail import Mailbox
from itn_sync.gateways.google import Google
from itn_sync.gateways.registers import RegisterBook
from itn_sync.gateways.session import Session
from itn_sync.gateways.sheets import Spreadsheet
from itn_sync.messages import Messages
from itn_sync.observe import Sources
from itn_sync.rollcall import ClassRoom
from itn_sync.settings import Settings


@dataclass(frozen=True)
class Doors:
    """Opened once per run."""

    sources: Sources
    mailbox: Mailbox
    messages: Messages
    binder: Binder | None = None
    """None where no attendance is followed: nothing else makes documents."""


def open_doors(settings: Settings, google: Google) -> Doors:
    """The gateways of a school, each with the credentials of its own need."""
    workspace = settings.workspace
    line = session(google, workspace, WRITE_SHEETS)
    mailbox = Mailbox(resource(google, workspace, SEND_MAIL))
    return Doors(
        sources=Sources(
            forms=Forms(resource(google, workspace, READ_FORMS)),
            books={book: _spreadsheet(book, settings, line) for book in Book},
            files=Files(resource(google, workspace, SEE_SHARING)),
            mailbox=mailbox,
            room=open_class_room(settings, google) if settings.units else None,
        ),
        mailbox=mailbox,
        messages=Messages(settings.template_folders),
        binder=open_binder(settings, google) if settings.units else None,
    )


def open_class_room(settings: Settings, google: Google) -> ClassRoom:
    """The courses and registers of this year's UEs."""
    return ClassRoom(open_rosters(settings, google), open_registers(settings, google))


def open_binder(settings: Settings, google: Google) -> Binder:
    """Where letters and certificates are kept."""
    return Binder(resource(google, settings.workspace, WRITE_DOCUMENTS))


def open_rosters(settings: Settings, google: Google) -> Rosters:
    """The courses that the reader may see."""
    return Rosters(resource(google, settings.workspace, READ_ROSTERS))


def open_registers(settings: Settings, google: Google) -> Mapping[str, RegisterBook]:
    """Every spreadsheet that workspace.toml and units.toml name, by its id."""
    own = (register.spreadsheet for register in settings.own_registers.values())
    named = dict.fromkeys((*settings.registers.values(), *own))
    return {one: open_register(one, settings, google) for one in named}


def open_register(spreadsheet: str, settings: Settings, google: Google) -> RegisterBook:
    """One spreadsheet of registers."""
    workspace = settings.workspace
    return RegisterBook(
        session(google, workspace, KEEP_REGISTERS),
        spreadsheet,
        link_root=workspace.link_root,
    )


def _spreadsheet(book: Book, settings: Settings, line: Session) -> Spreadsheet:
    workspace = settings.workspace
    return Spreadsheet(
        line,
        workspace.spreadsheets[book],
        [_dressed(tab, settings) for tab in TABS if tab.book is book],
        worker=workspace.accounts.sheets,
        link_root=workspace.link_root,
    )


def _dressed(tab: Tab, settings: Settings) -> Tab:
    """A tab as this school sees it: `Absences` has a colour for each of its sections."""
    if tab is not ABSENCES:
        return tab
    return coloured_by_section(tab, [section.name for section in settings.school.sections])
