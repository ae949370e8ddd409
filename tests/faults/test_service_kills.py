"""The service killed at any moment and started again: nothing undone, nothing doubled.

The long form:
`ITN_SYNC_KILLS=50 ITN_SYNC_REGISTRATIONS=150 pytest -s tests/faults/test_service_kills.py`
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
from tests.service.service import schedule, serving, status

KILLS = int(os.environ.get("ITN_SYNC_KILLS", "5"))
REGISTRATIONS = int(os.environ.get("ITN_SYNC_REGISTRATIONS", "12"))


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[Rehearsal]:
    """The same school on a Workspace of its own, where nobody kills anything."""
    with serve(tmp_path / "twin-workspace") as running, staged(running, tmp_path / "twin") as other:
        yield other


def serve_and_kill(school: Rehearsal, calls: int) -> bool:
    """Kill the service when it has made so many calls; False when its run had ended before."""
    school.control("DELETE", "requests")
    log = school.sandbox.tenant.log
    with serving(school, "--at-once") as service:
        ended = len(service.lines("run_ended"))
        while log.summary()["total"] < calls and len(service.lines("run_ended")) == ended:
            assert service.process.poll() is None
            time.sleep(0.001)
        time.sleep(random.uniform(0, 0.01))  # noqa: S311  (dice: within the call, or after it)
        service.kill()
        return len(service.lines("run_ended")) == ended


def test_killed_at_random_points_the_service_ends_as_if_undisturbed(
    school: Rehearsal, twin: Rehearsal
) -> None:
    registrations = crowd(REGISTRATIONS, school.now() - timedelta(hours=2))
    for place in (school, twin):
        place.submit(registrations)
        schedule(place)
    twin.run()
    dice = random.Random(20261123)  # noqa: S311  (a repeatable rehearsal)
    step = 2 * sum(twin.calls().values()) // (KILLS + 2)
    kills = sum(serve_and_kill(school, dice.randint(1, step)) for _ in range(KILLS))
    killed_state = school.sent()
    with serving(school, "--at-once") as service:
        service.wait_for("run_ended", len(service.lines("run_ended")) + 1)
        assert service.stop() == 0
    assert kills >= KILLS - 2
    assert status(school)["last_run"]["ending"] == "done"
    assert len(school.rows("Inscriptions")) == REGISTRATIONS
    assert set(school.sent().values()) == {1}
    assert school.received() == school.sent()
    assert school.final_state() == twin.final_state()
    assert school.drafts() == []
    assert school.plan("--full")["empty"]
    print(f"{kills} kills, {len(killed_state)} of {len(school.sent())} mails before the last run")  # noqa: T201  (figures of the long form)
