"""How the sync is doing, for people, for programs and for a monitor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from itn_sync.config_service import Job, Service, Work
from itn_sync.domain.seen import Deed, DeedState
from itn_sync.health import answering, health
from itn_sync.ledger import Ledger
from itn_sync.ledger_runs import Cause, Ending, Runs
from itn_sync.report import Report
from itn_sync.status import status_json, status_lines, status_of
from itn_sync.timetable import every
from tests.service.service import free_port

NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SERVICE = Service((Job("suivi", Work.RUN, "every 15 min", every(15)),), "", 3, 0, 60)
HELD = Deed("case/VA-1/told/1", "MSG-1", DeedState.HELD, NOON)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ledger.db"


@pytest.fixture
def runs(url: str) -> Iterator[Runs]:
    with closing(Runs(url)) as opened:
        yield opened


def told(runs: Runs, *deeds: Deed, service: Service = SERVICE) -> list[str]:
    by_key = {deed.key: deed for deed in deeds}
    return list(status_lines(status_of(service, runs, by_key, NOON + MINUTE)))


def failed(runs: Runs, times: int) -> None:
    for _ in range(times):
        runs.end(runs.begin("suivi", NOON), NOON, Ending.FAILED, cause=Cause.GOOGLE, detail="503")


def test_before_the_first_run(runs: Runs) -> None:
    assert told(runs) == [
        "Last run:    none yet",
        "Next:        2026-11-23 12:15  suivi (run, every 15 min)",
    ]


def test_after_a_good_run(runs: Runs) -> None:
    report = Report(rows_created=2, mails_sent=3)
    runs.end(runs.begin("suivi", NOON), NOON, Ending.DONE, report=report)
    assert told(runs)[0] == (
        "Last run:    2026-11-23 12:00 suivi, done (2 rows created, 0 rows changed, 3 mails sent)"
    )


def test_when_runs_fail(runs: Runs) -> None:
    failed(runs, 2)
    assert told(runs)[:2] == [
        "Last run:    2026-11-23 12:00 suivi, failed: 503",
        "In a row:    2 not well (last success: never)",
    ]


def test_a_run_that_died_is_the_last_one(runs: Runs) -> None:
    runs.begin("suivi", NOON)
    assert told(runs)[0] == "Last run:    2026-11-23 12:00 suivi, died"


def test_who_is_at_work_and_since_when(runs: Runs, url: str) -> None:
    with closing(Ledger(url)) as ledger, ledger.lease():
        assert "At work:     a command that is no run" in told(runs)
        runs.begin("", NOON)
        assert "At work:     by hand since 2026-11-23 12:00" in told(runs)
        impatient = replace(SERVICE, stuck_minutes=0)
        assert "At work:     by hand since 2026-11-23 12:00, stuck" in told(runs, service=impatient)


def test_what_a_person_must_see_to(runs: Runs) -> None:
    alert = Deed("alert/20261123", "MSG-2", DeedState.BEGUN, NOON, "n'a pas pu partir")
    lines = told(runs, HELD, alert)
    assert any(line.startswith("Held:        MSG-1: look for them") for line in lines)
    assert lines[-1] == "Admin told:  MSG-2 begun 2026-11-23 12:00 (n'a pas pu partir)"


def test_nothing_scheduled_is_said(runs: Runs) -> None:
    assert "no [[schedule]]" in told(runs, service=replace(SERVICE, jobs=()))[-1]


def test_the_same_for_programs(runs: Runs) -> None:
    failed(runs, 3)
    data = status_json(status_of(SERVICE, runs, {HELD.key: HELD}, NOON))
    assert data["well"] is False
    assert data["failing"] is True
    assert data["last_run"]["cause"] == "google"
    assert data["last_run"]["mails_sent"] is None
    assert data["schedule"] == [
        {
            "job": "suivi",
            "what": "run",
            "when": "every 15 min",
            "next": "2026-11-23T12:00:00+01:00",
        }
    ]
    assert data["held"] == ["MSG-1"]
    assert data["last_success"] is None
    assert data["lease"] is None


def test_a_monitor_hears_of_a_run_that_is_stuck(runs: Runs, url: str) -> None:
    with closing(Ledger(url)) as ledger, ledger.lease():
        runs.begin("suivi", NOON)
        assert health(SERVICE, runs, None, NOON + 60 * MINUTE)["state"] == "ok"
        assert health(SERVICE, runs, None, NOON + 61 * MINUTE)["state"] == "stuck"
    assert health(SERVICE, runs, None, NOON + 61 * MINUTE)["state"] == "ok"


def test_a_monitor_hears_of_a_scheduler_that_stands_still(runs: Runs) -> None:
    assert health(SERVICE, runs, NOON, NOON + 60 * MINUTE)["ok"] is True
    assert health(SERVICE, runs, NOON, NOON + 61 * MINUTE)["ok"] is False


@pytest.mark.parametrize(("ok", "status"), [(True, 200), (False, 503)])
def test_the_page_answers_on_this_machine_alone(ok: bool, status: int) -> None:
    with answering(free_port(), lambda: {"ok": ok}) as port:
        answer = requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5)
        assert answer.status_code == status
        assert answer.json() == {"ok": ok}
        assert requests.get(f"http://127.0.0.1:{port}/other", timeout=5).status_code == 404
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5)


def test_port_0_answers_nowhere() -> None:
    with answering(0, dict) as port:
        assert port == 0
