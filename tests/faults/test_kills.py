"""kill -9 at any moment, then another run: the same end as if nothing had happened.

The long form: `ITN_SYNC_KILLS=50 ITN_SYNC_REGISTRATIONS=300 pytest tests/faults/test_kills.py`
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from itn_sync.sandbox.server import serve
from tests.answers import crowd
from tests.rehearsal import Rehearsal, staged

KILLS = int(os.environ.get("ITN_SYNC_KILLS", "8"))
REGISTRATIONS = int(os.environ.get("ITN_SYNC_REGISTRATIONS", "40"))


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[Rehearsal]:
    """The same school on a Workspace of its own, where nobody kills anything."""
    with serve(tmp_path / "twin-workspace") as running, staged(running, tmp_path / "twin") as other:
        yield other


def run_and_kill(school: Rehearsal, calls: int, *options: str) -> bool:
    """Kill a run when it has made so many calls; False when it ended before."""
    school.control("DELETE", "requests")
    worker = school.process("run", "--force", *options)
    log = school.sandbox.tenant.log
    while worker.poll() is None and log.summary()["total"] < calls:
        time.sleep(0.001)
    time.sleep(random.uniform(0, 0.01))  # noqa: S311  (dice: within the call, or after it)
    worker.kill()
    worker.communicate()
    return worker.returncode != 0


def test_killed_at_random_points_a_run_ends_as_if_undisturbed(
    school: Rehearsal, twin: Rehearsal
) -> None:
    registrations = crowd(REGISTRATIONS, school.now() - timedelta(hours=2))
    for place in (school, twin):
        place.submit(registrations)
    twin.run("--force")
    dice = random.Random(20260901)  # noqa: S311  (a repeatable rehearsal)
    step = 2 * sum(twin.calls().values()) // KILLS
    kills = sum(run_and_kill(school, dice.randint(1, step)) for _ in range(KILLS))
    killed_state = school.sent()
    school.run("--force")
    assert kills >= KILLS - 2
    assert len(school.rows("Inscriptions")) == REGISTRATIONS
    assert set(school.sent().values()) == {1}
    assert school.received() == school.sent()
    assert school.final_state() == twin.final_state()
    assert school.drafts() == []
    assert school.plan("--full")["empty"]
    print(f"{kills} kills, {len(killed_state)} of {len(school.sent())} mails before the last run")  # noqa: T201  (figures of the long form)


def test_killed_while_a_mail_is_being_sent_it_goes_out_once(school: Rehearsal) -> None:
    """The process dies between the request and its answer: the worst moment there is."""
    school.answer("Delvaux", va="Oui")
    school.fault({"method": "gmail.users.drafts.send", "latencyMs": 1500, "times": 1})
    worker = school.process("run")
    while not school.struck():
        time.sleep(0.01)
    worker.kill()
    worker.communicate()
    school.run()
    assert set(school.sent().values()) == {1}
    assert len(school.sent()) == 2
    assert {row["État"] for row in school.rows("Envois")} == {"Envoyé"}
