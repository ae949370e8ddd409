"""What the ledger remembers of runs: when, how each ended, with which counts. Never an answer.

Unlike deeds, runs are written down without the lease: one that is turned away is told as well.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import takewhile
from typing import Any

import sqlalchemy as sa

from itn_sync.ledger_tables import RUN, file_of, lease_is_held, opened, stored
from itn_sync.report import Report

COUNTS = ("rows_created", "rows_changed", "mails_sent")
_KEPT = 5000
_LOOKED_AT = 200


class Ending(StrEnum):
    """How a run ended."""

    UNDER_WAY = "under way"
    DONE = "done"
    PARTLY = "partly"
    """Something failed, waits or is held."""
    FAILED = "failed"
    DIED = "died"
    """Its process ended in the middle; the next run takes it up."""
    STOPPED = "stopped"
    """The service was asked to stop; the next run takes it up."""
    SKIPPED = "skipped"
    """Another run was at work."""


BAD = frozenset({Ending.PARTLY, Ending.FAILED, Ending.DIED})


class Cause(StrEnum):
    """Why a run did not do everything."""

    NONE = ""
    CREDENTIALS = "credentials"
    SETTINGS = "settings"
    UNSAFE = "unsafe"
    GOOGLE = "google"
    INCOMPLETE = "incomplete"
    HELD = "held"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True)
class Run:
    """One run; `job` is "" when a person started it."""

    number: int
    job: str
    pid: int
    started: datetime
    ended: datetime | None
    ending: Ending
    cause: Cause
    detail: str
    counts: Mapping[str, int]
    """What its report counted, by name (see COUNTS); empty when it did not come to a report."""


@dataclass(frozen=True)
class Trouble:
    """The bad runs since the last good one, newest first; skipped and stopped ones do not count."""

    runs: tuple[Run, ...]

    @property
    def is_refused(self) -> bool:
        """True when the last run was not let in: waiting mends no credentials."""
        return bool(self.runs) and self.runs[0].cause is Cause.CREDENTIALS

    def is_persistent(self, failures: int) -> bool:
        """True when a person must hear of it: at once for credentials, else after `failures`."""
        return self.is_refused or len(self.runs) >= failures


class Runs:
    """The runs of one school, in the ledger at `url` (an SQLAlchemy URL of an SQLite file)."""

    def __init__(self, url: str) -> None:
        self._file = file_of(url)
        self._engine = opened(self._file)

    def begin(self, job: str, at: datetime) -> int:
        """A run starts; its number. What is still under way though nobody is at work has died."""
        self.bury_the_dead(at)
        row = {"job": job, "pid": os.getpid(), "started": stored(at), "ending": Ending.UNDER_WAY}
        with self._engine.begin() as tx:
            new = sa.insert(RUN).values(**row).returning(RUN.c.number)
            number = int(tx.execute(new).scalar_one())
            tx.execute(sa.delete(RUN).where(RUN.c.number <= number - _KEPT))
        return number

    def bury_the_dead(self, at: datetime) -> None:
        """Runs whose process is gone are told to have died by `at`."""
        if lease_is_held(self._file):
            return
        unfinished = sa.update(RUN).where(RUN.c.ending == Ending.UNDER_WAY)
        died = {"ending": Ending.DIED, "cause": Cause.UNEXPECTED, "ended": stored(at)}
        with self._engine.begin() as tx:
            tx.execute(unfinished.values(**died))

    def end(
        self,
        number: int,
        at: datetime,
        ending: Ending,
        *,
        cause: Cause = Cause.NONE,
        detail: str = "",
        report: Report | None = None,
    ) -> None:
        """The run ended so; `detail` is for logs: ids, never answers."""
        values = {"ended": stored(at), "ending": ending, "cause": cause, "detail": detail}
        if report:
            values |= {name: getattr(report, name) for name in COUNTS}
        with self._engine.begin() as tx:
            tx.execute(sa.update(RUN).where(RUN.c.number == number).values(**values))

    def last(self, *endings: Ending, job: str | None = None) -> Run | None:
        """The newest run, of that job and with one of those endings where they are given."""
        query = sa.select(RUN)
        if endings:
            query = query.where(RUN.c.ending.in_(endings))
        if job is not None:
            query = query.where(RUN.c.job == job)
        return next(self._newest_first(query), None)

    def trouble(self) -> Trouble:
        """What went wrong since the last good run."""
        telling = sa.select(RUN).where(RUN.c.ending.in_(BAD | {Ending.DONE}))
        return Trouble(tuple(takewhile(lambda run: run.ending in BAD, self._newest_first(telling))))

    def _newest_first(self, query: sa.Select[Any]) -> Iterator[Run]:
        with self._engine.connect() as tx:
            rows = tx.execute(query.order_by(RUN.c.number.desc()).limit(_LOOKED_AT)).all()
        return map(_run, rows)

    def at_work(self) -> Run | None:
        """The run that is under way now, if its process is alive."""
        return self.last(Ending.UNDER_WAY) if self.is_busy() else None

    def is_busy(self) -> bool:
        """True while some process holds the lease, be it for a run or for something else."""
        return lease_is_held(self._file)

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()


def _run(row: Any) -> Run:
    return Run(
        number=row.number,
        job=row.job,
        pid=row.pid,
        started=datetime.fromisoformat(row.started),
        ended=datetime.fromisoformat(row.ended) if row.ended else None,
        ending=Ending(row.ending),
        cause=Cause(row.cause),
        detail=row.detail,
        counts={} if row.mails_sent is None else {name: getattr(row, name) for name in COUNTS},
    )
