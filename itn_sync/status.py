"""How the sync is doing: the last run, what is due, what is held, who is at work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from itn_sync.alert import alerts
from itn_sync.config_service import Job, Service
from itn_sync.domain.seen import Deed
from itn_sync.domain.sendlog import held_references
from itn_sync.domain.serials import SCHOOL_TIME
from itn_sync.ledger_runs import COUNTS, Ending, Run, Runs, Trouble
from itn_sync.timetable import next_due

_BY_HAND = "by hand"
_UNKNOWN = "a command that is no run"


@dataclass(frozen=True)
class Due:
    """A job and when it is due next, in Belgian time."""

    job: Job
    at: datetime | None


@dataclass(frozen=True)
class Status:
    """All of it, at one instant."""

    last: Run | None
    """The newest run that has ended."""
    last_good: Run | None
    trouble: Trouble
    at_work: Run | None
    is_busy: bool
    """Somebody holds the lease; `at_work` says who, if it is a run."""
    is_failing: bool
    is_stuck: bool
    dues: tuple[Due, ...]
    held: tuple[str, ...]
    alert: Deed | None
    """The newest mail to the admin, if there was any."""

    @property
    def is_well(self) -> bool:
        """True when nobody has to do anything."""
        return not (self.is_failing or self.is_stuck or self.held)


def status_of(service: Service, runs: Runs, deeds: Mapping[str, Deed], now: datetime) -> Status:
    """The status of the school that these belong to."""
    trouble = runs.trouble()
    at_work = runs.at_work()
    return Status(
        last=_last(runs, at_work),
        last_good=runs.last(Ending.DONE),
        trouble=trouble,
        at_work=at_work,
        is_busy=runs.is_busy(),
        is_failing=trouble.is_persistent(service.failures_before_mail),
        is_stuck=is_stuck(at_work, service, now),
        dues=tuple(Due(job, next_due(job.trigger, now)) for job in service.jobs),
        held=held_references(deeds),
        alert=next(reversed(alerts(deeds).values()), None),
    )


def _last(runs: Runs, at_work: Run | None) -> Run | None:
    """The newest run but for the one at work; one that nobody works at any more has died."""
    ended = set(Ending) - {Ending.UNDER_WAY}
    last = runs.last(*ended) if at_work else runs.last()
    if last and last.ending is Ending.UNDER_WAY:
        return replace(last, ending=Ending.DIED)
    return last


def is_stuck(run: Run | None, service: Service, now: datetime) -> bool:
    """True when this run has been under way for too long."""
    return run is not None and now - run.started > timedelta(minutes=service.stuck_minutes)


def status_json(status: Status) -> dict[str, Any]:
    """The status as plain data."""
    return {
        "well": status.is_well,
        "failing": status.is_failing,
        "stuck": status.is_stuck,
        "last_run": _run_json(status.last),
        "last_success": _iso(status.last_good.started) if status.last_good else None,
        "failures_in_a_row": len(status.trouble.runs),
        "schedule": [
            {"job": due.job.name, "what": due.job.what, "when": due.job.when, "next": _iso(due.at)}
            for due in status.dues
        ],
        "held": list(status.held),
        "lease": {"holder": _holder(status)} | _since(status) if status.is_busy else None,
        "alert": _alert_json(status.alert),
    }


def _run_json(run: Run | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "job": run.job or _BY_HAND,
        "started": _iso(run.started),
        "ended": _iso(run.ended),
        "ending": run.ending,
        "cause": run.cause or None,
        "detail": run.detail or None,
    } | {name: run.counts.get(name) for name in COUNTS}


def _alert_json(alert: Deed | None) -> dict[str, Any] | None:
    if alert is None:
        return None
    told = {"reference": alert.reference, "state": alert.state, "at": _iso(alert.at)}
    return told | {"reason": alert.reason or None}


def _since(status: Status) -> dict[str, Any]:
    run = status.at_work
    return {"pid": run.pid, "since": _iso(run.started)} if run else {}


def _holder(status: Status) -> str:
    return (status.at_work.job or _BY_HAND) if status.at_work else _UNKNOWN


def _iso(instant: datetime | None) -> str | None:
    return instant.astimezone(SCHOOL_TIME).isoformat(timespec="seconds") if instant else None


def status_lines(status: Status) -> Iterator[str]:
    """The status as people read it."""
    yield f"Last run:    {_run_line(status.last)}"
    if status.trouble.runs:
        good = status.last_good.started if status.last_good else None
        yield f"In a row:    {len(status.trouble.runs)} not well (last success: {_shown(good)})"
    if status.is_busy:
        since = f" since {_shown(status.at_work.started)}" if status.at_work else ""
        yield f"At work:     {_holder(status)}{since}{', stuck' if status.is_stuck else ''}"
    for due in status.dues:
        yield f"Next:        {_shown(due.at)}  {due.job.name} ({due.job.what}, {due.job.when})"
    if not status.dues:
        yield "Next:        nothing is scheduled: no [[schedule]] in config/workspace.toml"
    if status.held:
        yield (
            f"Held:        {', '.join(status.held)}: look for them in the sent mail, then "
            "itn-sync settle REFERENCE --sent, or --again"
        )
    if status.alert:
        reason = f" ({status.alert.reason})" if status.alert.reason else ""
        yield (
            f"Admin told:  {status.alert.reference} {status.alert.state} "
            f"{_shown(status.alert.at)}{reason}"
        )


def _run_line(run: Run | None) -> str:
    if run is None:
        return "none yet"
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in run.counts.items())
    told = ": ".join(filter(None, (run.ending, run.detail)))
    return f"{_shown(run.started)} {run.job or _BY_HAND}, {told}{f' ({counts})' if counts else ''}"


def _shown(instant: datetime | None) -> str:
    return f"{instant.astimezone(SCHOOL_TIME):%Y-%m-%d %H:%M}" if instant else "never"
