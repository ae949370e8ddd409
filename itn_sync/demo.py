"""The demo: a school on an embedded Workspace, in a folder that can be thrown away."""

from __future__ import annotations

import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from itn_sync.clock import Clock
from itn_sync.sandbox import seed_evenings
from itn_sync.sandbox.runs import Sync
from itn_sync.sandbox.server import RunningSandbox, serve
from itn_sync.sandbox.tenant import Tenant
from itn_sync.settings import load


class NotADemoError(Exception):
    """The folder holds something that a demo would overwrite."""


@dataclass(frozen=True)
class Place:
    """Where a demo takes place: the school's folder, the Workspace's address, and its inside."""

    home: Path
    url: str
    tenant: Tenant
    start: datetime | None = None
    """The moment at which the Workspace's clock started, where that is not the machine's."""


@contextmanager
def stage(folder: Path, port: int, *, sync: Sync | None = None) -> Iterator[Place]:
    """A fresh demo school; the Workspace runs as long as the context lasts.

    `sync` is what the button of its home page runs. The school is open, so that its mails go out:
    at night or on a closed day the Workspace's clock starts at the next office hour.

    Raises NotADemoError for a folder that holds anything else: its ledger would be lost; and
    ConfigError.
    """
    workspace = folder / "workspace"
    if folder.is_dir() and any(folder.iterdir()) and not workspace.is_dir():
        raise NotADemoError(f"{folder} is no demo's folder: name a new or an empty one")
    shutil.rmtree(workspace, ignore_errors=True)
    for old in folder.glob("itn-sync.db*"):
        old.unlink()
    workspace.mkdir(parents=True)
    start = _later_opening(folder)
    with _serve(workspace, port, sync, start) as running:
        shutil.copy(workspace / "google.toml", folder / "google.toml")
        yield Place(folder, running.url, running.tenant, start)


def _later_opening(folder: Path) -> datetime | None:
    """When the school opens next; None while it is open."""
    now, settings = Clock()(), load(folder, {})
    opening = settings.rules.office_hours.next_opening(now, settings.school.calendar)
    return None if opening == now else opening


def _serve(workspace: Path, port: int, sync: Sync | None, start: datetime | None) -> RunningSandbox:
    try:
        return serve(workspace, port=port, school="demo", sync=sync, start=start)
    except OSError:  # the usual port is taken: any other will do
        return serve(workspace, port=0, school="demo", sync=sync, start=start)


def fill_registers(place: Place) -> int:
    """The teachers note every evening until yesterday, where the worker made their registers."""
    return seed_evenings.fill_registers(place.tenant)


def bring_certificates(place: Place) -> int:
    """Certificates that come in after the first run: the teachers correct their marks."""
    return seed_evenings.bring_certificates(place.tenant)


def tour(place: Place) -> Iterator[str]:
    """What to look at next, in words."""
    yield ""
    yield "The demo school is open:"
    yield f"  Start here (all addresses):   {place.url}"
    yield f"  Its folder:                   {place.home}"
    if place.start:
        yield ""
        yield "The school is closed now and would send no mails, so the demo's own clock, which all"
        yield f"commands here go by, began at the next office hour: {place.start:%d/%m/%Y, %H:%M}."
    yield ""
    yield "Fill in the form as a student would, then press the button of that page,"
    yield "or in another terminal:"
    yield f"  itn-sync plan --home {place.home}     shows what it asks for"
    yield f"  itn-sync run --home {place.home}      does it"
    yield ""
    yield "The registers «Présences …», one per section and site, are as their teachers left them:"
    yield "docs/demo.md says which student shows what. Two certificates came in after the first"
    yield "run: the next one takes them into account."


def wait_for_the_end() -> None:
    """Stay until Ctrl-C or SIGTERM."""
    ended = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: ended.set())
    ended.wait()
