"""The clock on the home page: tomorrow is a button away, and the run follows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import requests

from itn_sync.sandbox.runs import Clock, Line
from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.test_runs import Ended


def move(sandbox: RunningSandbox, leap: str) -> requests.Response:
    return requests.post(f"{sandbox.url}horloge", data={"saut": leap}, timeout=5)


def set_clock(sandbox: RunningSandbox, instant: str) -> None:
    clock = f"{sandbox.url}sandbox/v1/clock"
    requests.post(clock, json={"now": instant}, timeout=5).raise_for_status()


@pytest.mark.parametrize(
    ("leap", "shown"),
    [("jour", "mercredi 28 octobre 2026, 09:00"), ("semaine", "mardi 3 novembre 2026, 09:00")],
)
def test_a_button_leads_to_a_morning(sandbox: RunningSandbox, leap: str, shown: str) -> None:
    set_clock(sandbox, "2026-10-27T22:30:00Z")
    assert shown in move(sandbox, leap).text


def test_the_morning_is_nine_o_clock_on_both_sides_of_the_clock_change(
    sandbox: RunningSandbox,
) -> None:
    set_clock(sandbox, "2026-10-24T12:00:00Z")
    assert "dimanche 25 octobre 2026, 09:00" in move(sandbox, "jour").text
    assert sandbox.tenant.world.now().hour == 8


def test_any_other_leap_leaves_the_clock_alone(sandbox: RunningSandbox) -> None:
    set_clock(sandbox, "2026-10-27T10:00:00Z")
    assert "mardi 27 octobre 2026, 11:00" in move(sandbox, "an").text


def test_a_run_goes_by_the_clock_of_the_workspace(sandbox: RunningSandbox) -> None:
    read: list[datetime] = []

    def look(clock: Clock, _hear: Callable[[Line], None]) -> Ended:
        read.append(clock())
        return Ended()

    sandbox.tenant.runs.sync = look
    set_clock(sandbox, "2028-02-29T10:00:00Z")
    sandbox.tenant.runs.start()
    list(sandbox.tenant.runs.follow())
    sandbox.tenant.runs.sync = None
    assert [one.astimezone(UTC).date().isoformat() for one in read] == ["2028-02-29"]
