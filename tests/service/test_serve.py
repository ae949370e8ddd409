"""`itn-sync serve` as a process: it runs, stops, answers a monitor, and shares the lease."""

from __future__ import annotations

import signal
import socket
import time
from contextlib import closing
from datetime import datetime, timedelta

import requests

from itn_sync.ledger import Ledger
from itn_sync.settings import load
from tests.answers import crowd
from tests.rehearsal import Rehearsal
from tests.service.service import DAILY, free_port, schedule, serving, status

SLOW_DRAFT = {"method": "gmail.users.drafts.create", "latencyMs": 4000, "times": 1}


def test_it_runs_logs_ids_alone_and_stops_with_0(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui", va_details="Communication")
    schedule(school)
    with serving(school, "--at-once") as service:
        ended = service.wait_for("run_ended")
        assert service.stop(signal.SIGINT) == 0
    assert "job=suivi" in ended
    assert "ending=done" in ended
    assert "mails_sent=2" in ended
    log = service.log.read_text("utf-8")
    assert all(line.startswith("time=") for line in log.splitlines())
    assert service.lines("stopped")
    for answer in ("Delvaux", "delvaux", "Communication"):
        assert answer not in log
    assert len(school.sent()) == 2


def test_asked_to_stop_a_run_ends_with_its_step_and_the_next_goes_on(school: Rehearsal) -> None:
    school.submit(crowd(4, school.now() - timedelta(hours=2)))
    schedule(school)
    school.fault({"method": "gmail.users.drafts.send", "latencyMs": 400})
    with serving(school, "--at-once") as service:
        service.wait_for('step done="sent')
        asked = time.monotonic()
        assert service.stop() == 0
        assert time.monotonic() - asked < 5
    sent = school.sent()
    assert 0 < len(sent) < 8
    assert school.received() == sent
    assert status(school)["last_run"]["ending"] == "stopped"
    school.fault()
    with serving(school) as service:  # what was cut off is taken up without being told to
        service.wait_for("run_ended", 2)
        assert service.stop() == 0
    assert len(school.sent()) > len(sent)
    assert set(school.sent().values()) == {1}
    assert school.plan()["empty"]


def test_a_run_by_hand_is_refused_while_the_service_is_at_work(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui")
    schedule(school)
    school.fault(SLOW_DRAFT)
    with serving(school, "--at-once") as service:
        while not school.struck():
            time.sleep(0.01)
        assert status(school)["lease"] == {
            "holder": "suivi",
            "pid": service.process.pid,
            "since": status(school)["lease"]["since"],
        }
        by_hand = school.worker("run")
        assert by_hand.exit_code == 3
        assert "ending=done" in service.wait_for("run_ended")
    assert len(school.sent()) == 2
    assert set(school.sent().values()) == {1}


def test_the_service_skips_a_run_while_a_command_by_hand_is_at_work(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui")
    schedule(school)
    url = load(school.home, {}).workspace.ledger_url
    with closing(Ledger(url)) as by_hand, by_hand.lease(), serving(school, "--at-once") as service:
        ended = service.wait_for("run_ended")
        assert "ending=skipped" in ended
        assert 'detail="another run is at work"' in ended
        assert "level=INFO" in ended
        assert status(school)["lease"] == {"holder": "a command that is no run"}
        assert service.stop() == 0
    told = status(school)
    assert told["lease"] is None
    assert told["failures_in_a_row"] == 0
    assert told["well"] is True
    assert school.sent() == {}


def test_a_monitor_sees_when_all_is_well_and_when_not(school: Rehearsal) -> None:
    port = free_port()
    schedule(school, f"[service]\nport = {port}\nfailures_before_mail = 1\n{DAILY}")
    page = f"http://127.0.0.1:{port}/healthz"
    with serving(school, "--at-once") as service:
        service.wait_for("run_ended")
        well = requests.get(page, timeout=5)
        assert well.status_code == 200
        assert well.json()["state"] == "ok"
        assert well.json()["last_success"]
        assert datetime.fromisoformat(well.json()["next_run"]) > school.now()
        assert requests.get(f"http://127.0.0.1:{port}/", timeout=5).status_code == 404
        assert service.stop() == 0
    school.control("PUT", "delegation", scopes=[])
    with serving(school, "--at-once") as service:
        service.wait_for("alert")
        ill = requests.get(page, timeout=5)
        assert ill.status_code == 503
        assert ill.json()["state"] == "failing"
        assert ill.json()["failures_in_a_row"] == 1


def test_it_rehearses_another_moment_and_goes_on_from_there(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui")
    schedule(school, '[[schedule]]\nname = "matin"\ncron = "0 8 * * mon-fri"\n')
    with serving(school, "--now", "2026-11-30T07:59:57") as service:
        service.wait_for("run_ended")
        assert service.stop() == 0
    last = status(school)["last_run"]
    assert last["started"].startswith("2026-11-30T08:00:0")
    assert len(school.sent()) == 2


def test_another_moment_is_never_rehearsed_on_google_itself(school: Rehearsal) -> None:
    (school.home / "google.toml").unlink()
    for command in ("serve", "run", "apply"):
        result = school.worker(command, "--now", "2026-11-30")
        assert result.exit_code == 2
        assert "may not act on Google itself" in result.stderr


def test_a_port_that_is_taken_is_said(school: Rehearsal) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        schedule(school, f"[service]\nport = {port}\n{DAILY}")
        with serving(school) as service:
            assert service.process.wait(30) == 2
        assert f"[service] port {port} cannot be had" in service.log.read_text("utf-8")


def test_without_a_schedule_it_says_what_to_add(school: Rehearsal) -> None:
    schedule(school, "")
    result = school.worker("serve")
    assert result.exit_code == 2
    assert "[[schedule]]" in result.stderr


def test_a_run_by_hand_is_remembered_too(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui")
    school.run()
    last = status(school)["last_run"]
    assert (last["job"], last["ending"], last["mails_sent"]) == ("by hand", "done", 2)
    school.control("PUT", "delegation", scopes=[])
    assert school.worker("run").exit_code == 2
    assert status(school)["last_run"]["cause"] == "credentials"
    assert school.worker("status").exit_code == 1
