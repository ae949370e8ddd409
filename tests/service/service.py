"""`itn-sync serve` as a process of its own, with a schedule that the tests choose."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from itn_sync.config_files import packaged
from tests.rehearsal import Rehearsal

DAILY = """
[[schedule]]
name = "suivi"
every_minutes = 1440
"""
"""Due at midnight, so that a test does not meet it: `--at-once` does it."""


def schedule(school: Rehearsal, tables: str = DAILY) -> None:
    """The school's own workspace.toml, with these tables in place of the shipped schedule."""
    folder = school.home / "config"
    folder.mkdir(exist_ok=True)
    text = (packaged("config") / "workspace.toml").read_text("utf-8")
    kept = re.sub(r"\[\[schedule\]\]\n(?:\w.*\n)+", "", text)
    assert "[[schedule]]" not in kept
    (folder / "workspace.toml").write_text(f"{kept}\n{tables}", "utf-8")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Serving:
    """The process, and what it has logged."""

    process: subprocess.Popen[bytes]
    log: Path

    def lines(self, event: str) -> list[str]:
        """Its lines about this event."""
        return [
            line for line in self.log.read_text("utf-8").splitlines() if f"event={event}" in line
        ]

    def wait_for(self, event: str, count: int = 1, seconds: float = 60) -> str:
        """Its `count`th line about this event."""
        deadline = time.monotonic() + seconds
        while len(found := self.lines(event)) < count:
            assert self.process.poll() is None, self.log.read_text("utf-8")
            assert time.monotonic() < deadline, self.log.read_text("utf-8")
            time.sleep(0.01)
        return found[count - 1]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)

    def kill(self) -> bool:
        """Kill it; False when it had ended before."""
        self.process.kill()
        return self.process.wait(60) != 0


@contextmanager
def serving(school: Rehearsal, *options: str) -> Iterator[Serving]:
    """`itn-sync serve` on the school, killed at the end if it still is there."""
    log = school.home / "service.log"
    with log.open("ab") as written:
        command = [sys.executable, "-m", "itn_sync", "serve", "--home", str(school.home), *options]
        process = subprocess.Popen(command, stderr=written, stdout=written)
    one = Serving(process, log)
    try:
        yield one
    finally:
        one.kill()


def status(school: Rehearsal) -> dict[str, Any]:
    """What `itn-sync status --json` tells."""
    told: dict[str, Any] = json.loads(school.worker("status", "--json").stdout)
    return told


def copied(name: str, school: Rehearsal) -> Path:
    """The school's own copy of a configuration file."""
    folder = school.home / "config"
    folder.mkdir(exist_ok=True)
    return Path(shutil.copy(packaged("config") / name, folder / name))
