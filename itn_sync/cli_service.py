"""`itn-sync serve` and `itn-sync status`: the schedule, and how it is going."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from itn_sync.cli_moment import Now
from itn_sync.clock import RehearsalOnGoogleError, clock_of
from itn_sync.health import Health, answering, health
from itn_sync.ledger import Ledger
from itn_sync.ledger_runs import Runs
from itn_sync.ledger_tables import LedgerPlaceError
from itn_sync.service_log import write_log
from itn_sync.settings import ConfigError, Settings, load
from itn_sync.status import Status, status_json, status_lines, status_of
from itn_sync.worker import Worker, next_run, scheduler_of
from itn_sync.worker import serve as keep_schedule

_NOT_ALL, _BAD_SETTINGS = 1, 2

Home = Annotated[
    Path, typer.Option("--home", help="Folder of the school: config/, templates/, ledger.")
]


def serve(
    home: Home = Path(),
    at_once: Annotated[
        bool, typer.Option("--at-once", help="Do every job once at the start.")
    ] = False,
    now: Now = None,
) -> None:
    """Keep the schedule of workspace.toml until SIGTERM or Ctrl-C; log to standard error."""
    write_log()
    with _explained():
        settings = load(home, os.environ)
        if not settings.service.jobs:
            _stop("Nothing is scheduled: add a [[schedule]] to config/workspace.toml.")
        clock = clock_of(settings.workspace, now, acting=True)
        with closing(Runs(settings.workspace.ledger_url)) as runs:
            _serve(Worker(home, os.environ, settings, runs, clock), at_once=at_once)


def _serve(worker: Worker, *, at_once: bool) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop.set())
    scheduler = scheduler_of(worker, at_once=at_once)

    def look() -> Health:
        due = next_run(scheduler, worker.clock)
        return health(worker.settings.service, worker.runs, due, worker.clock())

    with ExitStack() as stack:
        port = worker.settings.service.port
        try:
            stack.enter_context(answering(port, look))
        except OSError as error:
            _stop(f"[service] port {port} cannot be had ({error.strerror}): write another, or 0.")
        keep_schedule(worker, scheduler)


def status(
    home: Home = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Tell the last run, the next ones, what fails, what is held and who is at work."""
    with _explained():
        found = _status(load(home, os.environ))
    if as_json:
        typer.echo(json.dumps(status_json(found), ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(status_lines(found)))
    if not found.is_well:
        raise typer.Exit(_NOT_ALL)


def _status(settings: Settings) -> Status:
    url = settings.workspace.ledger_url
    with closing(Ledger(url)) as ledger, closing(Runs(url)) as runs:
        return status_of(settings.service, runs, ledger.deeds(), clock_of(settings.workspace)())


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (ConfigError, LedgerPlaceError, RehearsalOnGoogleError) as error:
        _stop(str(error))


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(_BAD_SETTINGS)
