"""What the ledger remembers of runs, and how a run's end is put into words."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from itn_sync.config_files import ConfigError, Mistake
from itn_sync.gateways.errors import CredentialsRefused, Unavailable
from itn_sync.ledger import LeaseHeldError, LeaseLostError, Ledger
from itn_sync.ledger_runs import Cause, Ending, Runs
from itn_sync.ledger_tables import LedgerPlaceError
from itn_sync.record import StopAsked, Verdict, recorded, verdict_of, verdict_on
from itn_sync.report import Report
from itn_sync.sync import ChangedPlanError, UnsafePlanError

NOON = datetime(2026, 9, 7, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECRET = "migraines ophtalmiques"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ledger.db"


@pytest.fixture
def runs(url: str) -> Iterator[Runs]:
    with closing(Runs(url)) as opened:
        yield opened


def ended(runs: Runs, *endings: Ending, cause: Cause = Cause.NONE) -> None:
    """Runs that ended so, one an hour."""
    for number, ending in enumerate(endings):
        at = NOON + number * HOUR
        runs.end(runs.begin("suivi", at), at, ending, cause=cause)


def test_a_run_is_remembered_with_its_counts(runs: Runs) -> None:
    number = runs.begin("suivi", NOON)
    report = Report(rows_created=2, rows_changed=1, mails_sent=3)
    runs.end(number, NOON + HOUR, Ending.DONE, report=report)
    run = runs.last(job="suivi")
    assert run is not None
    assert (run.started, run.ended) == (NOON, NOON + HOUR)
    assert run.counts == {"rows_created": 2, "rows_changed": 1, "mails_sent": 3}
    assert runs.last(job="relecture") is None


def test_a_run_without_a_report_has_no_counts_rather_than_noughts(runs: Runs) -> None:
    ended(runs, Ending.STOPPED)
    run = runs.last()
    assert run is not None
    assert run.counts == {}


def test_failures_in_a_row_are_those_since_the_last_good_run(runs: Runs) -> None:
    ended(runs, Ending.FAILED, Ending.DONE, Ending.PARTLY, Ending.SKIPPED, Ending.STOPPED)
    ended(runs, Ending.FAILED)
    trouble = runs.trouble()
    assert [run.ending for run in trouble.runs] == [Ending.FAILED, Ending.PARTLY]
    assert not trouble.is_persistent(3)
    assert trouble.is_persistent(2)


def test_refused_credentials_are_persistent_from_the_first_time(runs: Runs) -> None:
    ended(runs, Ending.FAILED, cause=Cause.CREDENTIALS)
    assert runs.trouble().is_persistent(3)


def test_without_a_bad_run_there_is_no_trouble(runs: Runs) -> None:
    ended(runs, Ending.DONE, Ending.SKIPPED)
    assert runs.trouble().runs == ()
    assert not runs.trouble().is_persistent(1)


def test_a_run_whose_process_is_gone_has_died_and_counts(runs: Runs) -> None:
    runs.begin("suivi", NOON)
    assert runs.at_work() is None
    runs.begin("suivi", NOON + HOUR)
    assert [run.ending for run in runs.trouble().runs] == [Ending.DIED]


def test_a_run_that_another_process_is_doing_has_not_died(runs: Runs, url: str) -> None:
    number = runs.begin("suivi", NOON)
    with closing(Ledger(url)) as other, other.lease():
        runs.begin("", NOON + HOUR)
        at_work = runs.at_work()
        assert at_work is not None
        assert runs.is_busy()
    runs.end(number, NOON + HOUR, Ending.DONE)
    assert runs.trouble().runs == ()
    assert not runs.is_busy()


def test_looking_whether_somebody_is_at_work_turns_no_run_away(url: str) -> None:
    script = f"""
from contextlib import closing
from itn_sync.ledger_runs import Runs
with closing(Runs({url!r})) as runs:
    print("looking", flush=True)
    while True: runs.is_busy()
"""
    looker = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert looker.stdout is not None
    looker.stdout.readline()
    try:
        with closing(Ledger(url)) as ledger:
            for _ in range(30):
                with ledger.lease():
                    pass
    finally:
        looker.kill()
        looker.communicate()


def test_only_so_many_runs_are_kept(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("itn_sync.ledger_runs._KEPT", 3)
    ended(runs, *[Ending.FAILED] * 5)
    assert [run.number for run in runs.trouble().runs] == [5, 4, 3]


# In words


@pytest.mark.parametrize(
    ("report", "verdict"),
    [
        (Report(mails_sent=1), Verdict(Ending.DONE)),
        (
            Report(failures=["row AR/1 keeps moving"], held=["MSG-1"], waiting=["MSG-2"]),
            Verdict(
                Ending.PARTLY,
                Cause.INCOMPLETE,
                "row AR/1 keeps moving; held MSG-1; waits MSG-2",
            ),
        ),
        (Report(held=["MSG-1"]), Verdict(Ending.PARTLY, Cause.HELD, "held MSG-1")),
        (Report(waiting=["MSG-2"]), Verdict(Ending.PARTLY, Cause.INCOMPLETE, "waits MSG-2")),
    ],
)
def test_a_report_says_how_its_run_ended(report: Report, verdict: Verdict) -> None:
    assert verdict_of(report) == verdict


@pytest.mark.parametrize(
    ("error", "ending", "cause"),
    [
        (StopAsked(), Ending.STOPPED, Cause.NONE),
        (KeyboardInterrupt(), Ending.STOPPED, Cause.NONE),
        (LeaseHeldError(), Ending.SKIPPED, Cause.NONE),
        (ChangedPlanError("another plan"), Ending.SKIPPED, Cause.NONE),
        (LeaseLostError(), Ending.FAILED, Cause.UNEXPECTED),
        (CredentialsRefused(401, "invalid_grant", "…"), Ending.FAILED, Cause.CREDENTIALS),
        (ConfigError((Mistake("a", 1, "k", "w", "m"),)), Ending.FAILED, Cause.SETTINGS),
        (LedgerPlaceError("no ledger"), Ending.FAILED, Cause.SETTINGS),
        (UnsafePlanError("too many mails"), Ending.FAILED, Cause.UNSAFE),
        (Unavailable(503, "backendError", "…"), Ending.FAILED, Cause.GOOGLE),
        (ValueError("?"), Ending.FAILED, Cause.UNEXPECTED),
    ],
)
def test_what_stopped_a_run_has_a_cause(error: BaseException, ending: Ending, cause: Cause) -> None:
    verdict = verdict_on(error)
    assert (verdict.ending, verdict.cause) == (ending, cause)
    assert "\n" not in verdict.detail


def test_of_an_unforeseen_error_the_place_is_told_and_not_what_it_quotes(runs: Runs) -> None:
    with pytest.raises(ValueError, match=SECRET), recorded(runs, "suivi", lambda: NOON):
        raise ValueError(SECRET)
    run = runs.last()
    assert run is not None
    assert run.cause is Cause.UNEXPECTED
    assert "ValueError at test_runs.py" in run.detail
    assert SECRET not in run.detail


def test_a_long_detail_is_cut() -> None:
    verdict = verdict_of(Report(failures=["row 1 was refused"] * 500))
    assert len(verdict.detail) == 1000
    assert verdict.detail.endswith("…")
