"""`itn-sync explain` and `itn-sync attestation`: what a person asks about one student."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from itn_sync.cli_moment import Now
from itn_sync.clock import RehearsalOnGoogleError, clock_of
from itn_sync.gateways.errors import CredentialsRefused, GatewayError
from itn_sync.inquiry import NotOneStudentError, inquire
from itn_sync.ledger import LeaseHeldError
from itn_sync.ledger_tables import LedgerPlaceError
from itn_sync.settings import ConfigError, load
from itn_sync.sync import Sync, open_sync

_NOT_ALL, _BAD_SETTINGS, _BUSY = 1, 2, 3
_BAD = (ConfigError, LedgerPlaceError, CredentialsRefused, RehearsalOnGoogleError)

Home = Annotated[
    Path, typer.Option("--home", help="Folder of the school: config/, templates/, ledger.")
]
Student = Annotated[str, typer.Argument(help="Number (ETU-…), e-mail address or full name.")]
First = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="From this day; else from the start."),
]
Last = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="To this day; else to today."),
]


def explain(student: Student, home: Home = Path(), now: Now = None) -> None:
    """How a student stands in each UE, and why a warning went or did not."""
    with _opened(home, now) as sync:
        inquiry = inquire(sync)
        for line in inquiry.explained(inquiry.student(student)):
            typer.echo(line)


def attestation(
    student: Student,
    first: First = None,
    last: Last = None,
    home: Home = Path(),
    now: Now = None,
) -> None:
    """Make the attendance certificate of a student, session by session, as a Google Doc."""
    with _opened(home, now, acting=True) as sync:
        inquiry = inquire(sync)
        document = inquiry.certificate(inquiry.student(student), _day(first), _day(last))
        report = sync.write(document)
        for failure in report.failures:
            typer.echo(f"Failed: {failure}", err=True)
        link = sync.ledger.deeds()[document.key].reason if not report.failures else ""
    if not report.is_complete or not link:
        raise typer.Exit(_NOT_ALL)
    typer.echo(f"{document.title}: {link}")


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


@contextmanager
def _opened(home: Path, now: datetime | None, *, acting: bool = False) -> Iterator[Sync]:
    try:
        settings = load(home, os.environ)
        with open_sync(settings, clock_of(settings.workspace, now, acting=acting)) as sync:
            yield sync
    except NotOneStudentError as error:
        _stop(_NOT_ALL, str(error))
    except _BAD as error:
        _stop(_BAD_SETTINGS, str(error))
    except LeaseHeldError:
        _stop(_BUSY, "Another run holds the school's lease; try again when it has ended.")
    except GatewayError as error:
        _stop(_NOT_ALL, f"The Workspace does not answer as it should: {error}")


def _stop(code: int, message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)
