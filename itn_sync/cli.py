"""The command line: parse, call, print, exit code (0 done, 1 not all, 2 settings, 3 busy)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from itn_sync import (
    __version__,
    cli_access,
    cli_attendance,
    cli_inquiry,
    cli_letters,
    cli_service,
    cli_setup,
    live,
    show,
)
from itn_sync import demo as demonstration
from itn_sync.access import enter
from itn_sync.cli_moment import Now
from itn_sync.clock import RehearsalOnGoogleError, clock_of
from itn_sync.founding.registers import register_founder
from itn_sync.gateways.errors import CredentialsRefused, GatewayError
from itn_sync.ledger import LeaseHeldError, LeaseLostError
from itn_sync.ledger_tables import LedgerPlaceError
from itn_sync.rebuild import rebuilt_deeds
from itn_sync.record import recorded_by_hand
from itn_sync.sandbox.coverage import coverage as sandbox_coverage
from itn_sync.sandbox.coverage import coverage_table
from itn_sync.sandbox.server import run_sandbox
from itn_sync.settings import ConfigError, load
from itn_sync.settle import NotToSettleError, settle_again, settle_as_sent
from itn_sync.sync import ChangedPlanError, Sync, UnsafePlanError, open_sync

app = typer.Typer(
    help="Keeps the plan d'accompagnement's promises on the school's Google Workspace.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
out = Console(soft_wrap=False)
err = Console(stderr=True)

NOT_ALL, BAD_SETTINGS, BUSY = 1, 2, 3
_BAD = (
    ConfigError,
    LedgerPlaceError,
    CredentialsRefused,
    NotToSettleError,
    RehearsalOnGoogleError,
)

Home = Annotated[
    Path, typer.Option("--home", help="Folder of the school: config/, templates/, ledger.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]
Full = Annotated[bool, typer.Option("--full", help="Read every answer again, not only new ones.")]
Force = Annotated[bool, typer.Option("--force", help="Do it although the safety valve objects.")]


@app.callback(invoke_without_command=True)
def common(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Options of the program itself."""
    if version:
        typer.echo(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


app.command()(cli_access.login)
app.command()(cli_access.scopes)
app.command()(cli_inquiry.explain)
app.command()(cli_inquiry.attestation)
app.command()(cli_letters.letters)
app.command()(cli_service.serve)
app.command()(cli_service.status)
cli_setup.register(app)
app.add_typer(cli_attendance.attendance, name="attendance")


@app.command()
def plan(home: Home = Path(), as_json: AsJson = False, now: Now = None, full: Full = False) -> None:
    """Show what a run would do, and why; change nothing."""
    with _school(home, now) as sync:
        intent = sync.plan(full=full)
    if as_json:
        _print_json(show.plan_json(intent.plan) | {"unreadable": list(intent.observation.failures)})
    else:
        show.show_plan(intent.plan, out)
        for failure in intent.observation.failures:
            err.print(f"Failed: {failure}", markup=False)
    if intent.observation.failures or intent.plan.refused or intent.plan.held:
        raise typer.Exit(NOT_ALL)


@app.command()
def apply(
    home: Home = Path(),
    as_json: AsJson = False,
    now: Now = None,
    full: Full = False,
    force: Force = False,
    expect: Annotated[
        str, typer.Option(help="Fingerprint of the plan you saw; refuse if it is another now.")
    ] = "",
) -> None:
    """Do what the plan says, if it still is the plan named by --expect."""
    _do(home, now, as_json=as_json, full=full, force=force, expect=expect)


@app.command()
def run(
    home: Home = Path(),
    as_json: AsJson = False,
    now: Now = None,
    full: Full = False,
    force: Force = False,
) -> None:
    """Plan and apply, with the safety valve on. A second run right after finds nothing to do."""
    _do(home, now, as_json=as_json, full=full, force=force, expect="")


def _do(
    home: Path, now: datetime | None, *, as_json: bool, full: bool, force: bool, expect: str
) -> None:
    with (
        _school(home, now, acting=True) as sync,
        recorded_by_hand(sync) as note,
        show.progress(err, quiet=as_json) as tell,
    ):
        report = note(sync.run(tell, full=full, force=force, expect=expect))
    if as_json:
        _print_json(show.report_json(report))
    else:
        show.show_report(report, out, err)
    if not report.is_complete:
        raise typer.Exit(NOT_ALL)


@app.command()
def rebuild(home: Home = Path()) -> None:
    """Recreate a lost ledger from the send log and the sent mail: nothing goes out twice."""
    with _school(home, None, acting=True) as sync, sync.ledger.lease():
        deeds = rebuilt_deeds(sync.doors.sources.books, sync.doors.mailbox, sync.clock())
        restored = sync.ledger.restore(deeds)
    show.show_rebuilt(restored, deeds.values(), out)


@app.command()
def settle(
    reference: Annotated[str, typer.Argument(help="MSG-…, as `Anomalies` names it.")],
    sent: Annotated[bool, typer.Option("--sent", help="It is among the sent messages.")] = False,
    again: Annotated[bool, typer.Option("--again", help="It is not: send it.")] = False,
    home: Home = Path(),
) -> None:
    """Say what became of a held mail; --again also tries a refused one once more."""
    if sent == again:
        _stop(BAD_SETTINGS, "Say either --sent or --again.")
    with _school(home, None, acting=True) as sync, sync.ledger.lease():
        (settle_as_sent if sent else settle_again)(sync.ledger, reference)
    told = "noted as sent" if sent else "forgotten: the next run decides and sends it anew"
    out.print(f"{reference}: {told}.", markup=False)


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="0 picks a free one.")] = 0,
    data: Annotated[Path, typer.Option(help="Folder of the state file.")] = Path("sandbox"),
    school: Annotated[str, typer.Option(help="demo or empty.")] = "empty",
    domain: Annotated[str, typer.Option(help="The Workspace's domain.")] = "ecole.example",
    coverage: Annotated[bool, typer.Option(help="List the methods and stop.")] = False,
    as_json: AsJson = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="With --coverage: the table of docs/sandbox.md.")
    ] = False,
) -> None:
    """Run an embedded Google Workspace until it is stopped."""
    if not coverage:
        raise typer.Exit(run_sandbox(port, data, school, domain))
    if markdown:
        typer.echo(coverage_table(), nl=False)
    elif as_json:
        _print_json(show.coverage_json(sandbox_coverage()))
    else:
        show.show_coverage(sandbox_coverage(), out)


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo school lives.")] = Path("demo"),
    port: Annotated[int, typer.Option(help="0 picks a free one.")] = 8010,
    once: Annotated[bool, typer.Option(help="Stop when the sync is done.")] = False,
) -> None:
    """A demo school on an embedded Workspace: one sync, then addresses to look at."""
    try:
        sync = partial(live.run, folder, os.environ)
        with demonstration.stage(folder, port, sync=sync) as place:
            _show_demo(place, once=once)
    except (demonstration.NotADemoError, ConfigError) as error:
        _stop(BAD_SETTINGS, str(error))


def _show_demo(place: demonstration.Place, *, once: bool) -> None:
    _make_registers(place.home)
    demonstration.fill_registers(place)
    with _school(place.home, None, acting=True) as sync, show.progress(err) as tell:
        report = sync.run(tell)
    demonstration.bring_certificates(place)
    show.show_report(report, out, err)
    for line in demonstration.tour(place):
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    if not report.is_complete:
        raise typer.Exit(NOT_ALL)
    if not once:
        demonstration.wait_for_the_end()


def _make_registers(home: Path) -> None:
    settings = load(home, os.environ)
    with enter(settings) as google:
        for line in register_founder(settings, google).found():
            err.print(line, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _school(home: Path, now: datetime | None, *, acting: bool = False) -> Iterator[Sync]:
    """A run on the school in `home`; what stops it becomes a message and an exit code."""
    try:
        settings = load(home, os.environ)
        with open_sync(settings, clock_of(settings.workspace, now, acting=acting)) as sync:
            yield sync
    except _BAD as error:
        _stop(BAD_SETTINGS, str(error))
    except LeaseHeldError:
        _stop(BUSY, "Another run holds the school's lease; try again when it has ended.")
    except LeaseLostError:
        _stop(BUSY, "Another run took over while this one stood still; nothing more was done.")
    except (UnsafePlanError, ChangedPlanError) as error:
        _stop(NOT_ALL, f"Nothing was done: {error}")
    except GatewayError as error:
        _stop(NOT_ALL, f"The Workspace does not answer as it should: {error}")


def _stop(code: int, message: str) -> NoReturn:
    err.print(message, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(code)


def _print_json(data: dict[str, Any]) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def main() -> None:
    """The `itn-sync` command."""
    app()
