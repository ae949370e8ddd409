"""The real scheduler against a clock that the test turns: a year of runs, sleep, overlaps."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import cast

import pytest
from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.base import BaseScheduler

from itn_sync import settings, worker
from itn_sync.clock import Clock
from itn_sync.config_service import Job, Work
from itn_sync.domain.serials import SCHOOL_TIME
from itn_sync.ledger_runs import Ending, Runs
from itn_sync.timetable import by_cron, every
from itn_sync.worker import Worker, scheduler_of

MINUTE = timedelta(minutes=1)
FRIDAY = datetime(2026, 11, 20, 17, 0, 20, tzinfo=UTC)
FOLLOW_UP = Job("suivi", Work.RUN, "", by_cron("*/15 7-19 * * mon-fri"))
NIGHT = Job("relecture", Work.FULL, "", by_cron("30 2 * * *"))
HOURLY = Job("horaire", Work.RUN, "", every(60))


@dataclass
class Wall:
    """The machine's clock."""

    now: datetime
    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return self.now + self.ahead


@dataclass
class Diary(Worker):
    """Writes down when it was asked to do which job; each takes `takes`."""

    wall: Wall = field(default_factory=lambda: Wall(FRIDAY))
    takes: timedelta = timedelta()
    done: list[tuple[str, datetime]] = field(default_factory=list)

    def do(self, job: Job) -> None:
        self.done.append((job.name, self.wall.now))
        self.wall.now += self.takes


class ByHand(BaseScheduler):  # type: ignore[misc]  # (apscheduler has no types)
    """The scheduler without its thread."""

    def wakeup(self) -> None:
        """The test does it."""

    def shutdown(self, wait: bool = True) -> None:
        """Nothing runs."""

    def turn(self) -> timedelta:
        """What its thread does when it wakes; how long it means to sleep then."""
        return timedelta(seconds=self._process_jobs())


@pytest.fixture
def diary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Diary]:
    wall = Wall(FRIDAY)

    class TurnedClock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # (the scheduler only reads it)
            return wall.now.astimezone(tz)

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", TurnedClock)
    monkeypatch.setattr(worker, "BackgroundScheduler", ByHand)
    monkeypatch.setattr(worker, "ThreadPoolExecutor", lambda _: DebugExecutor())
    runs = Runs(f"sqlite:///{tmp_path}/ledger.db")
    school = settings.load(tmp_path, {})
    yield Diary(tmp_path, {}, school, runs, clock=cast("Clock", wall), wall=wall)
    runs.close()


def started(diary: Diary, *jobs: Job, at_once: bool = False) -> ByHand:
    """The scheduler of these jobs, as `serve` starts it."""
    service = replace(diary.settings.service, jobs=jobs)
    diary.settings = replace(diary.settings, service=service)
    scheduler: ByHand = scheduler_of(diary, at_once=at_once)
    scheduler.start()
    return scheduler


def live(diary: Diary, scheduler: ByHand, until: datetime) -> None:
    """Time passes; the scheduler's thread sleeps as long as it means to."""
    while diary.wall.now < until:
        diary.wall.now += scheduler.turn()


def test_a_rehearsed_moment_goes_on_over_both_clock_changes(diary: Diary) -> None:
    diary.wall.ahead = timedelta(days=100, hours=7, minutes=3)
    scheduler = started(diary, FOLLOW_UP, NIGHT)
    live(diary, scheduler, FRIDAY + timedelta(days=365))
    shown = {
        job.name: [(at + diary.wall.ahead).astimezone(SCHOOL_TIME) for at in by_name(diary, job)]
        for job in (FOLLOW_UP, NIGHT)
    }
    assert {(t.minute % 15, 7 <= t.hour <= 19) for t in shown["suivi"]} == {(0, True)}
    assert {t.date() for t in shown["suivi"]} == {
        day.date() for day in shown["relecture"] if day.weekday() < 5
    }
    assert len({night.date() for night in shown["relecture"]}) == len(shown["relecture"]) == 365


def ran(diary: Diary, job: Job, at: datetime, ending: Ending = Ending.DONE) -> None:
    """A run of that job that an earlier service did, and how it ended."""
    diary.runs.end(diary.runs.begin(job.name, at), at, ending)


def by_name(diary: Diary, job: Job) -> list[datetime]:
    return [at for name, at in diary.done if name == job.name]


def test_over_a_simulated_year_each_job_is_done_exactly_when_due(diary: Diary) -> None:
    end = FRIDAY + timedelta(days=365)
    scheduler = started(diary, FOLLOW_UP, NIGHT, HOURLY)
    live(diary, scheduler, end)
    first = FRIDAY.replace(minute=1, second=0)
    wall = [
        (first + n * MINUTE).astimezone(SCHOOL_TIME) for n in range((end - first) // MINUTE + 1)
    ]
    follow_up = [t for t in wall if t.weekday() < 5 and 7 <= t.hour <= 19 and t.minute % 15 == 0]
    assert by_name(diary, FOLLOW_UP) == [t.astimezone(UTC) for t in follow_up]
    hours = [t.astimezone(UTC) for t in wall if t.minute == 0]
    assert by_name(diary, HOURLY) == hours
    nights = [at.astimezone(SCHOOL_TIME) for at in by_name(diary, NIGHT)]
    assert len({night.date() for night in nights}) == len(nights) == 365
    odd = [f"{t:%d/%m/%Y %H:%M}" for t in nights if (t.hour, t.minute) != (2, 30)]
    assert odd == ["28/03/2027 03:30"]


def test_a_machine_that_slept_over_the_week_end_catches_up_once(diary: Diary) -> None:
    scheduler = started(diary, FOLLOW_UP, NIGHT)
    live(diary, scheduler, FRIDAY + timedelta(hours=1))
    diary.done.clear()
    woken = datetime(2026, 11, 23, 9, 3, tzinfo=UTC)
    diary.wall.now = woken
    scheduler.turn()
    assert sorted(diary.done) == [("relecture", woken), ("suivi", woken)]
    diary.done.clear()
    live(diary, scheduler, woken + 20 * MINUTE)
    assert diary.done == [("suivi", woken.replace(minute=15))]


def test_what_fell_due_while_the_service_was_off_is_done_at_its_start(diary: Diary) -> None:
    ran(diary, NIGHT, FRIDAY - timedelta(days=2))
    ran(diary, HOURLY, FRIDAY - timedelta(seconds=10))
    scheduler = started(diary, NIGHT, HOURLY)
    scheduler.turn()
    assert diary.done == [("relecture", FRIDAY)]


def test_a_run_that_was_just_done_is_not_done_again_at_the_start(diary: Diary) -> None:
    exactly_due = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    ran(diary, HOURLY, exactly_due)
    scheduler = started(diary, HOURLY)
    live(diary, scheduler, FRIDAY + timedelta(hours=1))
    assert diary.done == [("horaire", datetime(2026, 11, 20, 18, tzinfo=UTC))]


@pytest.mark.parametrize("ending", [Ending.STOPPED, Ending.DIED, Ending.UNDER_WAY])
def test_a_run_that_was_cut_off_is_taken_up_at_the_start(diary: Diary, ending: Ending) -> None:
    ran(diary, HOURLY, FRIDAY - timedelta(seconds=10), ending)
    started(diary, HOURLY).turn()
    assert diary.done == [("horaire", FRIDAY)]


def test_a_job_that_never_ran_waits_for_its_time(diary: Diary) -> None:
    started(diary, HOURLY, NIGHT).turn()
    assert diary.done == []


def test_at_once_does_every_job_at_the_start(diary: Diary) -> None:
    started(diary, HOURLY, NIGHT, at_once=True).turn()
    assert sorted(diary.done) == [("horaire", FRIDAY), ("relecture", FRIDAY)]


@dataclass
class Slow(Worker):
    """Takes a moment for each job, and notices another one meanwhile."""

    done: list[str] = field(default_factory=list)
    overlaps: list[str] = field(default_factory=list)
    _busy: threading.Lock = field(default_factory=threading.Lock)

    def do(self, job: Job) -> None:
        if not self._busy.acquire(blocking=False):
            self.overlaps.append(job.name)
            return
        time.sleep(0.15)
        self.done.append(job.name)
        self._busy.release()


def test_jobs_that_are_due_together_wait_for_one_another(tmp_path: Path) -> None:
    school = settings.load(tmp_path, {})
    service = replace(school.service, jobs=(FOLLOW_UP, NIGHT, HOURLY))
    with closing(Runs(f"sqlite:///{tmp_path}/ledger.db")) as runs:
        slow = Slow(tmp_path, {}, replace(school, service=service), runs)
        scheduler = scheduler_of(slow, at_once=True)
        threading.Timer(0.05, slow.stop.set).start()
        worker.serve(slow, scheduler)
    assert sorted(slow.done) == ["horaire", "relecture", "suivi"]
    assert slow.overlaps == []
