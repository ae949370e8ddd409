"""The schedule: what `itn-sync serve` does, job after job, until it is asked to stop.

APScheduler keeps the times; one thread does the work, so that no two jobs overlap. A job that was
missed, by sleep or while the service was off, is done once when it can be.
Source: https://apscheduler.readthedocs.io/en/3.x/userguide.html
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from itn_sync.alert import take_back, tell_admin
from itn_sync.clock import Clock
from itn_sync.config_service import Job, Work
from itn_sync.domain.serials import SCHOOL_TIME
from itn_sync.gateways.errors import GatewayError
from itn_sync.ledger import LeaseHeldError
from itn_sync.ledger_runs import BAD, Cause, Ending, Run, Runs
from itn_sync.record import StopAsked, recorded, verdict_on
from itn_sync.report import Event, Report
from itn_sync.service_log import told
from itn_sync.settings import Settings, load
from itn_sync.sync import open_sync
from itn_sync.timetable import Ahead, later, next_due

_HEARTBEAT = 10.0
"""Seconds: a machine that slept, or whose clock was set, is noticed within so many."""

_TAKEN_UP = frozenset({Ending.UNDER_WAY, Ending.DIED, Ending.STOPPED})
"""A run that ended so is taken up when the service starts."""

log = logging.getLogger("itn_sync.service")


@dataclass
class Worker:
    """Does the jobs of one school; `settings` are the newest that could be read."""

    home: Path
    environ: Mapping[str, str]
    settings: Settings
    runs: Runs
    clock: Clock = field(default_factory=Clock)
    stop: threading.Event = field(default_factory=threading.Event)

    def do(self, job: Job) -> None:
        """One run, whatever comes of it; the log, the ledger and perhaps the admin hear of it."""
        if self.stop.is_set():
            return
        log.info(told("run_begins", job=job.name, what=job.what))
        try:
            with recorded(self.runs, job.name, self.clock) as note:
                note(self._run(full=job.what is Work.FULL))
        except Exception as error:  # whatever it is, it is recorded, and the service goes on
            if (verdict := verdict_on(error)).cause is Cause.UNEXPECTED:
                # not log.exception: its message may quote an answer
                log.error(told("unexpected", detail=verdict.detail))  # noqa: TRY400 (see above)
        self._tell_end(job)

    def _run(self, *, full: bool) -> Report:
        """A run with settings and doors of its own: what was mended meanwhile counts at once."""
        self.settings = load(self.home, self.environ)
        with open_sync(self.settings, self.clock) as sync:
            return replace(sync, sleep=self._sleep).run(self._heard, full=full)

    def _sleep(self, seconds: float) -> None:
        if self.stop.wait(seconds):
            raise StopAsked

    def _heard(self, event: Event) -> None:
        """A step is done and written down: the moment to stop, if that was asked."""
        log.info(told("step", done=str(event)))
        if self.stop.is_set():
            raise StopAsked

    def _tell_end(self, job: Job) -> None:
        run = self.runs.last(job=job.name)
        if run is None:
            return
        level = logging.WARNING if run.ending in BAD else logging.INFO
        log.log(level, told("run_ended", **_shown(run)))
        if run.ending in BAD:
            self._tell_of_trouble()
        elif run.ending is Ending.DONE:
            self._tell_of_no_trouble()

    def _tell_of_trouble(self) -> None:
        trouble = self.runs.trouble()
        if trouble.is_persistent(self.settings.service.failures_before_mail):
            last_good = self.runs.last(Ending.DONE)
            became = tell_admin(self.settings, trouble, last_good, self.clock)
            log.error(told("alert", failures=len(trouble.runs), mail=became))

    def _tell_of_no_trouble(self) -> None:
        try:
            take_back(self.settings, self.clock)
        except (LeaseHeldError, GatewayError) as error:
            log.warning(told("alert", mail=f"an unsent alert stays for now: {error}"))

    def first_due(self, job: Job) -> datetime | None:
        """When `job` is due for the first time: now, if its time has passed or a run broke off."""
        now = self.clock()
        last = self.runs.last(job=job.name)
        if last is None:
            return next_due(job.trigger, now)
        if last.ending in _TAKEN_UP:
            return now
        due = next_due(job.trigger, last.started + timedelta(seconds=1))
        return max(due, now) if due else None


def _shown(run: Run) -> dict[str, object]:
    ended = run.ended or run.started
    return {
        "job": run.job,
        "run": run.number,
        "ending": run.ending,
        "seconds": round((ended - run.started).total_seconds(), 1),
        **run.counts,
        "cause": run.cause,
        "detail": run.detail,
    }


def scheduler_of(worker: Worker, *, at_once: bool = False) -> BackgroundScheduler:
    """The jobs of the school, ready to start; `at_once` does each of them first of all."""
    scheduler = BackgroundScheduler(
        timezone=SCHOOL_TIME,
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in worker.settings.service.jobs:
        due = worker.clock() if at_once else worker.first_due(job)
        scheduler.add_job(
            partial(worker.do, job),
            Ahead(job.trigger, worker.clock.ahead),
            id=job.name,
            name=job.name,
            next_run_time=due and later(due, -worker.clock.ahead),
        )
    return scheduler


def next_run(scheduler: BackgroundScheduler, clock: Clock) -> datetime | None:
    """When the earliest of its jobs is due, as `clock` shows it."""
    dues = (job.next_run_time for job in scheduler.get_jobs())
    due = min(filter(None, dues), default=None)
    return due and later(due, clock.ahead)


def serve(worker: Worker, scheduler: BackgroundScheduler) -> None:
    """Keep the schedule until `worker.stop` is set; a run under way ends with its step."""
    log.info(told("started", jobs=len(scheduler.get_jobs()), home=worker.home))
    scheduler.start()
    while not worker.stop.wait(_HEARTBEAT):
        scheduler.wakeup()
    log.info(told("stopping"))
    scheduler.shutdown(wait=True)
    log.info(told("stopped"))
