"""Registers read and rated, and everything decided: `python -m tests.benchmarks.attendance`.

Each size is a process of its own, so that its peak of memory is its own. Nothing is read from a
Workspace: the cells are there, as Sheets gives them.
"""

from __future__ import annotations

import gc
import random
import resource
import subprocess
import sys
import time
from dataclasses import replace

from itn_sync.domain.intake import decide
from itn_sync.domain.rates import PLANNED, rate_in
from itn_sync.domain.register import read_register
from itn_sync.domain.seen import Seen
from itn_sync.domain.students import person_of_address
from itn_sync.domain.units import MARKS, Classes, Grid, Member, Roster, Unit
from tests.registers import AFTER, a_grid, a_unit, sessions
from tests.school import ground

STUDENTS, SESSIONS = 84, 40
"""Of a UE: 3,360 cells, so that 300 UEs hold 1,008,000."""

SIZES = (75, 150, 300)
LINE = (
    "{cells:9,} cells  {units:4} UEs  {cpu:6.2f} s  ({wall:.2f} s passed)  {peak:4.0f} MiB  {what}"
)
"""Seconds of the processor, which a busy machine does not change much, and those that passed."""


def a_class(number: int, dice: random.Random) -> tuple[Unit, Roster, Grid]:
    """A UE with its roster and a register full of marks; most students follow several UEs."""
    key = f"ue{number}"
    unit = replace(a_unit(key, periods=160), site=("namur", "bruxelles")[number % 2])
    crowd = [f"etudiant{number // 6 * STUDENTS + n}@etudiant.example" for n in range(STUDENTS)]
    members = tuple(Member(f"account-{who}", who, "Prénom", who[:16]) for who in crowd)
    marks = {
        person_of_address(who): dice.choices(
            ("P", "A", "CM", "R2", ""), (86, 6, 3, 2, 3), k=SESSIONS
        )
        for who in crowd
    }
    grid = a_grid(sessions(SESSIONS, 4), marks, unit=key)
    return unit, Roster(key, f"course-{key}", members), grid


def measure(count: int) -> None:
    """Print two lines for so many UEs."""
    dice = random.Random(count)  # noqa: S311  (invented marks)
    units, rosters, grids = zip(*(a_class(n, dice) for n in range(count)), strict=True)
    cells = count * STUDENTS * SESSIONS
    gc.collect()
    begun = time.perf_counter(), time.process_time()
    for unit, grid in zip(units, grids, strict=True):
        register = read_register(grid, unit, MARKS, lambda identity, _name: identity, AFTER)
        for person in register.entries:
            rate_in(register, person, PLANNED, AFTER)
    told(cells, count, begun, "registers read, rates in the UE")
    begun = time.perf_counter(), time.process_time()
    decide(ground(Seen(classes=Classes(units, rosters, grids)), today=AFTER), {})
    told(cells, count, begun, "everything decided: rosters, rates, rows, warnings")


def told(cells: int, units: int, begun: tuple[float, float], what: str) -> None:
    """One line of figures."""
    wall, cpu = time.perf_counter() - begun[0], time.process_time() - begun[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(LINE.format(cells=cells, units=units, cpu=cpu, wall=wall, peak=peak, what=what))  # noqa: T201  (its purpose)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
    else:
        for size in SIZES:
            subprocess.run(
                [sys.executable, "-m", "tests.benchmarks.attendance", str(size)], check=True
            )
