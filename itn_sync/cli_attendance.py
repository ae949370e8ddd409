"""The commands about attendance: create."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from itn_sync.access import enter
from itn_sync.founding.premises import REFUSED
from itn_sync.founding.registers import register_founder
from itn_sync.gateways.errors import CredentialsRefused, GatewayError, OutcomeUnknown
from itn_sync.settings import ConfigError, Settings, load

NOT_ALL, BAD_SETTINGS = 1, 2

out = Console(soft_wrap=False)
err = Console(stderr=True)

attendance = typer.Typer(help="Keep the registers of attendance.", no_args_is_help=True)


@attendance.callback()
def _commands() -> None:
    """Keep the registers of attendance."""


@attendance.command()
def create(
    home: Annotated[
        Path, typer.Option("--home", help="Folder of the school: config/, templates/, ledger.")
    ] = Path(),
    unit: Annotated[
        list[str] | None, typer.Option("--unit", help="Only this UE, by its key; repeatable.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Make the registers that are missing: spreadsheets, tabs, students; keep what is there."""
    lines: list[str] = []
    with _explained():
        settings = load(home, os.environ)
        _require_known(settings, unit or [])
        with enter(settings) as google:
            for told in register_founder(settings, google).found(unit or ()):
                lines.append(told)
                if not as_json:
                    _say(told)
    complete = not any(line.startswith(REFUSED) for line in lines)
    if as_json:
        steps = [dict(zip(("step", "what"), _parts(line), strict=True)) for line in lines]
        shown = {"complete": complete, "steps": steps}
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    elif not any(line.startswith(("made", REFUSED)) for line in lines):
        _say("Nothing was missing.")
    if not complete:
        raise typer.Exit(NOT_ALL)


def _require_known(settings: Settings, keys: list[str]) -> None:
    known = [unit.key for unit in settings.units]
    if not known:
        _stop(BAD_SETTINGS, "config/units.toml names no UE yet: add a [[unit]] for each.")
    if unknown := [key for key in keys if key not in known]:
        _stop(BAD_SETTINGS, f"There is no UE {unknown[0]}; write one of {', '.join(known)}.")


def _parts(line: str) -> tuple[str, str]:
    """`by hand  share it…`: the step is what stands before two spaces."""
    step, _, what = line.partition("  ")
    return step, what.strip()


@contextmanager
def _explained() -> Iterator[None]:
    """What stops a command becomes a message and an exit code."""
    try:
        yield
    except (ConfigError, CredentialsRefused) as error:
        _stop(BAD_SETTINGS, str(error))
    except OutcomeUnknown as error:
        _stop(NOT_ALL, f"An answer was lost ({error}): run the same again, nothing is made twice.")
    except GatewayError as error:
        _stop(NOT_ALL, f"The Workspace does not answer as it should: {error}")


def _say(line: str) -> None:
    out.print(line, markup=False, highlight=False, soft_wrap=True)


def _stop(code: int, message: str) -> NoReturn:
    err.print(message, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(code)
