"""`itn-sync letters`: what is to be printed and posted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from itn_sync.access import WRITE_DOCUMENTS, enter, resource
from itn_sync.clock import clock_of
from itn_sync.domain.seen import DeedState
from itn_sync.gateways.documents import Binder
from itn_sync.gateways.errors import CredentialsRefused, GatewayError
from itn_sync.ledger_tables import LedgerPlaceError
from itn_sync.letters import Letter, Told, export_letters, letters_made, posted
from itn_sync.observe import tables_of
from itn_sync.settings import ConfigError, load
from itn_sync.sync import Sync, open_sync

_NOT_ALL, _BAD_SETTINGS = 1, 2

Home = Annotated[
    Path, typer.Option("--home", help="Folder of the school: config/, templates/, ledger.")
]


def letters(
    home: Home = Path(),
    folder: Annotated[
        Path | None, typer.Option("--out", help="Where to write; courriers-<today> if not said.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Those already noted as posted, too.")
    ] = False,
) -> None:
    """Write the letters that are not posted yet: a .docx each, and one page to print them all."""
    told: list[Told] = []
    with _explained():
        settings = load(home, os.environ)
        clock = clock_of(settings.workspace)
        with open_sync(settings, clock) as sync, enter(settings) as google:
            binder = Binder(resource(google, settings.workspace, WRITE_DOCUMENTS))
            done = frozenset() if everything else _posted(sync)
            found = list(letters_made(sync.ledger.traces(DeedState.DONE), binder, done))
            chosen = [one for one in found if isinstance(one, Letter)]
            told += [one for one in found if isinstance(one, Told)]
            where = folder or Path(f"courriers-{clock():%Y-%m-%d}")
            told += export_letters(binder, chosen, where)
    for one in told:
        typer.echo(one.text, err=one.wrong)
    if not chosen:
        typer.echo("No letter is to be posted.")
    if any(one.wrong for one in told):
        raise typer.Exit(_NOT_ALL)


def _posted(sync: Sync) -> frozenset[str]:
    books = {book: sheet.read() for book, sheet in sync.doors.sources.books.items()}
    return posted(tables_of(books))


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (ConfigError, LedgerPlaceError, CredentialsRefused) as error:
        _stop(_BAD_SETTINGS, str(error))
    except OSError as error:
        _stop(_NOT_ALL, f"The letters cannot be written there: {error.strerror}")
    except GatewayError as error:
        _stop(_NOT_ALL, f"The Workspace does not answer as it should: {error}")


def _stop(code: int, message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)
