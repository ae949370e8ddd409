"""What the service does with a run, whatever the run does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from itn_sync import settings, worker
from itn_sync.config_service import Job, Work
from itn_sync.ledger_runs import Cause, Ending, Run, Runs
from itn_sync.report import Event, Note, Report
from itn_sync.timetable import every
from itn_sync.worker import Worker

FOLLOW_UP = Job("suivi", Work.RUN, "", every(15))
NIGHT = Job("relecture", Work.FULL, "", every(15))
SECRET = "migraines ophtalmiques"

Tell = Callable[[Event], None]


@dataclass(frozen=True)
class Doing:
    """What stands for a run of the sync."""

    act: Callable[[Doing, Tell, bool], None]
    sleep: Callable[[float], None] = print

    def run(self, tell: Tell, *, full: bool) -> Report:
        self.act(self, tell, full)
        return Report(mails_sent=1)


Does = Callable[[Callable[[Doing, Tell, bool], None]], None]


@pytest.fixture
def one(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Worker]:
    caplog.set_level(logging.INFO, "itn_sync.service")
    school = settings.load(tmp_path, {})
    with closing(Runs(f"sqlite:///{tmp_path}/ledger.db")) as runs:
        yield Worker(tmp_path, {}, school, runs)


@pytest.fixture
def runs_do(monkeypatch: pytest.MonkeyPatch) -> Does:
    """Makes every run do this instead."""

    def choose(act: Callable[[Doing, Tell, bool], None]) -> None:
        @contextmanager
        def open_sync(*_: object) -> Iterator[Doing]:
            yield Doing(act)

        monkeypatch.setattr(worker, "open_sync", open_sync)

    return choose


def last(one: Worker) -> Run:
    found = one.runs.last()
    assert found is not None
    return found


def test_a_full_job_reads_every_answer_again(one: Worker, runs_do: Does) -> None:
    asked: list[bool] = []
    runs_do(lambda _doing, _tell, full: asked.append(full))
    one.do(FOLLOW_UP)
    one.do(NIGHT)
    assert asked == [False, True]
    assert last(one).counts["mails_sent"] == 1


def test_waiting_for_a_late_answer_ends_when_the_service_is_asked_to_stop(
    one: Worker, runs_do: Does
) -> None:
    def act(doing: Doing, _tell: Tell, _full: bool) -> None:
        doing.sleep(0)
        one.stop.set()
        doing.sleep(3600)

    runs_do(act)
    one.do(FOLLOW_UP)
    assert last(one).ending is Ending.STOPPED


def test_a_run_that_is_asked_to_stop_ends_after_its_step(one: Worker, runs_do: Does) -> None:
    steps: list[int] = []

    def act(_doing: Doing, tell: Tell, _full: bool) -> None:
        for number in range(5):
            steps.append(number)
            if number == 2:
                one.stop.set()
            tell(Note(f"step {number}"))

    runs_do(act)
    one.do(FOLLOW_UP)
    assert steps == [0, 1, 2]
    assert last(one).ending is Ending.STOPPED


def test_once_asked_to_stop_it_begins_nothing(one: Worker, runs_do: Does) -> None:
    runs_do(lambda *_: pytest.fail("a run began"))
    one.stop.set()
    one.do(FOLLOW_UP)
    assert one.runs.last() is None


def test_an_unforeseen_error_ends_the_run_not_the_service_and_quotes_nothing(
    one: Worker, runs_do: Does, caplog: pytest.LogCaptureFixture
) -> None:
    def act(*_: object) -> None:
        raise ValueError(SECRET)

    runs_do(act)
    one.do(FOLLOW_UP)
    assert (last(one).ending, last(one).cause) == (Ending.FAILED, Cause.UNEXPECTED)
    assert "event=unexpected" in caplog.text
    assert "ValueError at test_worker.py" in caplog.text
    assert SECRET not in caplog.text
    runs_do(lambda *_: None)
    one.do(FOLLOW_UP)
    assert last(one).ending is Ending.DONE


def test_a_job_that_never_ran_and_one_that_did(one: Worker, runs_do: Does) -> None:
    runs_do(lambda *_: None)
    assert one.first_due(FOLLOW_UP) is not None
    one.do(FOLLOW_UP)
    due = one.first_due(FOLLOW_UP)
    assert due is not None
    assert due > last(one).started
