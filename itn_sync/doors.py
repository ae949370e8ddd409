"""The ways out to the Workspace, each with the credentials of its own need."""

from __future__ import annotations

from dataclasses import dataclass

from itn_sync.access import READ_FORMS, SEE_SHARING, SEND_MAIL, WRITE_SHEETS, resource, session
from itn_sync.domain.tabs import Book
from itn_sync.domain.tracking import TABS
from itn_sync.gateways.drive import Files
from itn_sync.gateways.forms import Forms
from itn_sync.gateways.gmail import Mailbox
from itn_sync.gateways.google import Google
from itn_sync.gateways.session import Session
from itn_sync.gateways.sheets import Spreadsheet
from itn_sync.messages import Messages
from itn_sync.observe import Sources
from itn_sync.settings import Settings


@dataclass(frozen=True)
class Doors:
    """Opened once per run."""

    sources: Sources
    mailbox: Mailbox
    messages: Messages


def open_doors(settings: Settings, google: Google) -> Doors:
    """The gateways of a school, each with the credentials of its own need."""
    workspace = settings.workspace
    line = session(google, workspace, WRITE_SHEETS)
    return Doors(
        sources=Sources(
            forms=Forms(resource(google, workspace, READ_FORMS)),
            books={book: _spreadsheet(book, settings, line) for book in Book},
            files=Files(resource(google, workspace, SEE_SHARING)),
        ),
        mailbox=Mailbox(resource(google, workspace, SEND_MAIL)),
        messages=Messages(settings.template_folders),
    )


def _spreadsheet(book: Book, settings: Settings, line: Session) -> Spreadsheet:
    workspace = settings.workspace
    return Spreadsheet(
        line,
        workspace.spreadsheets[book],
        [tab for tab in TABS if tab.book is book],
        worker=workspace.accounts.sheets,
        link_root="https://docs.google.com/" if workspace.is_google else workspace.root_url,
    )
