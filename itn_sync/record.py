"""How a run ended, in the few words that a log, a status and a mail to the admin are made of.

Words are safe to keep: gateways' errors quote nothing that was sent, and of an unforeseen error
only the place is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from traceback import extract_tb

from itn_sync.gateways.errors import CredentialsRefused, GatewayError
from itn_sync.ledger import LeaseHeldError, LeaseLostError
from itn_sync.ledger_runs import Cause, Ending, Runs
from itn_sync.ledger_tables import LedgerPlaceError
from itn_sync.report import Report
from itn_sync.settings import ConfigError
from itn_sync.sync import ChangedPlanError, Sync, UnsafePlanError

_LONGEST_DETAIL = 1000
_FRAMES = 5


class StopAsked(Exception):  # noqa: N818 (nothing went wrong)
    """The run was asked to end; what it has done is written down, the next one goes on."""


@dataclass(frozen=True)
class Verdict:
    """How a run ended, why, and the detail for a log."""

    ending: Ending
    cause: Cause = Cause.NONE
    detail: str = ""


@contextmanager
def recorded(
    runs: Runs, job: str, clock: Callable[[], datetime]
) -> Iterator[Callable[[Report], Report]]:
    """A run of `job` that `runs` remembers; hand its report to what this gives.

    Whatever stops the run is written down and goes on to the caller.
    """
    number = runs.begin(job, clock())
    reports: list[Report] = []

    def note(report: Report) -> Report:
        reports.append(report)
        return report

    try:
        yield note
    except BaseException as error:
        end = verdict_on(error)
        runs.end(number, clock(), end.ending, cause=end.cause, detail=end.detail)
        raise
    report = reports[0]
    end = verdict_of(report)
    runs.end(number, clock(), end.ending, cause=end.cause, detail=end.detail, report=report)


@contextmanager
def recorded_by_hand(sync: Sync) -> Iterator[Callable[[Report], Report]]:
    """`recorded`, for a run that a person started."""
    with (
        closing(Runs(sync.settings.workspace.ledger_url)) as runs,
        recorded(runs, "", sync.clock) as note,
    ):
        yield note


def verdict_of(report: Report) -> Verdict:
    """How a run with this report ended."""
    if report.is_complete:
        return Verdict(Ending.DONE)
    told = [
        *report.failures,
        *(f"held {one}" for one in report.held),
        *(f"waits {one}" for one in report.waiting),
    ]
    only_held = report.held and not report.failures
    cause = Cause.HELD if only_held else Cause.INCOMPLETE
    return Verdict(Ending.PARTLY, cause, _one_line("; ".join(told)))


def verdict_on(error: BaseException) -> Verdict:
    """How a run ended that this stopped."""
    match error:
        case StopAsked() | KeyboardInterrupt():
            return Verdict(Ending.STOPPED)
        case LeaseHeldError():
            return Verdict(Ending.SKIPPED, detail="another run is at work")
        case ChangedPlanError():
            return Verdict(Ending.SKIPPED, detail=_one_line(str(error)))
        case LeaseLostError():
            return Verdict(Ending.FAILED, Cause.UNEXPECTED, "another run took over")
        case _:
            return Verdict(Ending.FAILED, _cause_of(error), _detail_of(error))


def _cause_of(error: BaseException) -> Cause:
    match error:
        case CredentialsRefused():
            return Cause.CREDENTIALS
        case ConfigError() | LedgerPlaceError():
            return Cause.SETTINGS
        case UnsafePlanError():
            return Cause.UNSAFE
        case GatewayError():
            return Cause.GOOGLE
        case _:
            return Cause.UNEXPECTED


def _detail_of(error: BaseException) -> str:
    if _cause_of(error) is not Cause.UNEXPECTED:
        return _one_line(str(error))
    frames = reversed(extract_tb(error.__traceback__)[-_FRAMES:])
    trail = (f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    return _one_line(f"{type(error).__name__} at {' < '.join(trail)}")


def _one_line(text: str) -> str:
    line = " | ".join(filter(None, (part.strip() for part in text.splitlines())))
    return line if len(line) <= _LONGEST_DETAIL else f"{line[: _LONGEST_DETAIL - 1]}…"
