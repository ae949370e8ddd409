"""How long plan and run take for 300 and 3,000 registrations: `python -m tests.benchmarks.seconds`.

Each command is a process of its own; the sandbox runs beside it on the same machine.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from itn_sync.sandbox.server import serve
from tests.answers import crowd
from tests.rehearsal import Rehearsal, staged

STEPS = (
    ("plan, nothing done yet", ("plan", "--json")),
    ("run", ("run", "--force")),
    ("run, nothing new", ("run",)),
    ("plan, everything read again", ("plan", "--full")),
)


def seconds(school: Rehearsal, words: tuple[str, ...]) -> float:
    """How long `itn-sync <words>` takes; it must end well."""
    begun = time.perf_counter()
    worker = school.process(*words)
    output, _ = worker.communicate()
    if worker.returncode:
        raise SystemExit(output)
    return time.perf_counter() - begun


def measure(count: int) -> None:
    """Print a line per step for `count` registrations."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder) / "workspace") as sandbox,
        staged(sandbox, Path(folder) / "home") as school,
    ):
        school.submit(crowd(count, school.now() - timedelta(days=1)))
        for name, words in STEPS:
            print(f"{count:6} registrations  {seconds(school, words):8.1f} s  {name}")  # noqa: T201  (its purpose)


if __name__ == "__main__":
    for size in map(int, sys.argv[1:] or ("300", "3000")):
        measure(size)
