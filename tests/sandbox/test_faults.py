"""Troubles as a client feels them: slow, refused, cut off before or after the deed (facts 11)."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.faults import Faults, read_fault
from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.conftest import Session
from tests.sandbox.lent import control, error_of

CREATE = "v4/spreadsheets"


@pytest.fixture
def worker(session: Session) -> requests.Session:
    """A session whose token is already there."""
    found = session()
    assert found.get("drive/v3/files").ok
    return found


def _trouble(sandbox: RunningSandbox, **fault: Any) -> None:
    control(sandbox, "PUT", "faults", {"faults": [{"method": "sheets.*", **fault}]})


def _sheets(worker: requests.Session) -> int:
    return len(worker.get("drive/v3/files").json()["files"])


@pytest.mark.parametrize(("drop", "made"), [("before", 0), ("after", 1)])
def test_the_line_drops_around_the_commit(
    sandbox: RunningSandbox, worker: requests.Session, drop: str, made: int
) -> None:
    _trouble(sandbox, drop=drop)
    with pytest.raises(requests.ConnectionError):
        worker.post(CREATE, json={})
    assert _sheets(worker) == made
    log = control(sandbox, "GET", "requests")["requests"]
    assert [r["status"] for r in log if r["method"] == "sheets.spreadsheets.create"] == [0]


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_an_error_comes_before_or_after_the_deed(
    sandbox: RunningSandbox, worker: requests.Session, when: str, made: int
) -> None:
    _trouble(sandbox, status=503, when=when)
    answer = worker.post(CREATE, json={})
    assert (answer.status_code, error_of(answer)["status"]) == (503, "UNAVAILABLE")
    assert _sheets(worker) == made


def test_half_an_answer_is_no_answer(sandbox: RunningSandbox, worker: requests.Session) -> None:
    _trouble(sandbox, truncate=True)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        worker.post(CREATE, json={})
    assert _sheets(worker) == 1


def test_a_proxy_page_instead_of_json(sandbox: RunningSandbox, worker: requests.Session) -> None:
    _trouble(sandbox, html=True)
    answer = worker.post(CREATE, json={})
    assert (answer.status_code, answer.text[:15]) == (502, "<!DOCTYPE html>")
    _trouble(sandbox, html=True, status=200)
    assert worker.post(CREATE, json={}).headers["Content-Type"].startswith("text/html")
    assert _sheets(worker) == 0


def test_a_slow_answer(sandbox: RunningSandbox, worker: requests.Session) -> None:
    _trouble(sandbox, latencyMs=300)
    began = time.monotonic()
    assert worker.post(CREATE, json={}).ok
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize(
    ("path", "fault", "expected"),
    [
        ("v4/spreadsheets/x", {"status": 429}, (429, None)),
        ("gmail/v1/users/me/profile", {"status": 429}, (429, "rateLimitExceeded")),
        ("drive/v3/files", {"status": 429}, (429, "userRateLimitExceeded")),
        (
            "drive/v3/files",
            {"status": 403, "reason": "dailyLimitExceeded"},
            (403, "dailyLimitExceeded"),
        ),
    ],
)
def test_too_fast_is_said_as_each_api_says_it(
    sandbox: RunningSandbox, worker: requests.Session, path: str, fault: Json, expected: Any
) -> None:
    control(sandbox, "PUT", "faults", [fault | {"retryAfter": 7, "method": "[sgd]*"}])
    answer = worker.get(path)
    entries = error_of(answer).get("errors", [{}])
    assert (answer.status_code, entries[0].get("reason")) == expected
    assert answer.headers["Retry-After"] == "7"


def test_a_fault_is_spent_and_reported(sandbox: RunningSandbox, worker: requests.Session) -> None:
    _trouble(sandbox, status=500, times=2)
    statuses = [worker.post(CREATE, json={}).status_code for _ in range(3)]
    assert statuses == [500, 500, 200]
    report = control(sandbox, "DELETE", "faults")["faults"][0]
    assert (report["matched"], report["consumed"]) == (2, 2)
    assert control(sandbox, "GET", "faults")["faults"] == []


def test_the_same_seed_makes_the_same_troubles() -> None:
    def drawn(seed: int) -> list[bool]:
        faults = Faults()
        faults.arm([read_fault({"status": 500, "probability": 0.3, "seed": seed})])
        return [faults.draw("forms.forms.get") is not None for _ in range(60)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert 5 < sum(drawn(1)) < 35


def test_the_first_fault_that_strikes_is_the_calls() -> None:
    faults = Faults()
    faults.arm([read_fault({"glob": "gmail.*", "status": 500}), read_fault({"status": 503})])
    struck = [faults.draw(method_id) for method_id in ("gmail.users.stop", "drive.files.list")]
    assert [fault and fault.status for fault in struck] == [500, 503]


def test_others_are_left_in_peace(sandbox: RunningSandbox, worker: requests.Session) -> None:
    _trouble(sandbox, drop="before")
    assert worker.get("drive/v3/files").ok
    assert control(sandbox, "GET", "health")["status"] == "ok"
