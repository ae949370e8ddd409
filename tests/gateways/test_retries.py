"""When to try again and how long to wait, as rules."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.gateways.errors import (
    GatewayError,
    OutcomeUnknown,
    Refused,
    Unavailable,
    read_complaint,
)
from itn_sync.gateways.retries import Bucket, Pace, Policy, Quotas, TryAgain, announced_wait

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
DATE = {"Date": format_datetime(NOW, usegmt=True)}


class Attempts:
    """A call that fails as told, then answers "done"."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.made = 0

    def __call__(self) -> str:
        self.made += 1
        if self.failures:
            raise self.failures.pop(0)
        return "done"


def _patient(first: float = 0.5, longest: float = 64) -> tuple[Policy, list[float]]:
    waits: list[float] = []
    return Policy(attempts=5, first=first, longest=longest, sleep=waits.append), waits


@given(harmless=st.lists(st.booleans(), max_size=8), idempotent=st.booleans())
def test_nothing_that_might_have_worked_is_done_twice(
    harmless: list[bool], idempotent: bool
) -> None:
    policy, waits = _patient()
    attempts = Attempts(*(TryAgain(503, "busy", harmless=h) for h in harmless))
    with suppress(GatewayError):
        policy.run(attempts, idempotent=idempotent)
    doubtful = [not h for h in harmless[: attempts.made]]
    assert attempts.made <= 5
    assert len(waits) == attempts.made - 1
    assert idempotent or not any(doubtful[: attempts.made - 1])


def test_a_doubtful_end_is_an_unknown_outcome() -> None:
    policy, _ = _patient()
    attempts = Attempts(TryAgain(429, "rate", harmless=True), TryAgain(0, "dropped"))
    with pytest.raises(OutcomeUnknown):
        policy.run(attempts, idempotent=False)


@pytest.mark.parametrize(("harmless", "idempotent"), [(True, False), (False, True)])
def test_a_harmless_end_is_unavailable(harmless: bool, idempotent: bool) -> None:
    policy, _ = _patient()
    attempts = Attempts(*[TryAgain(503, "busy", harmless=harmless)] * 5)
    with pytest.raises(Unavailable) as failed:
        policy.run(attempts, idempotent=idempotent)
    assert (failed.value.status, failed.value.reason) == (503, "busy")
    assert attempts.made == 5


def test_a_refusal_is_final() -> None:
    policy, waits = _patient()
    attempts = Attempts(Refused(400, "badRequest", "no"))
    with pytest.raises(Refused):
        policy.run(attempts, idempotent=True)
    assert waits == []


def test_waits_grow_but_never_beyond_the_longest() -> None:
    policy, waits = _patient(first=10, longest=15)
    policy.run(Attempts(*[TryAgain(503, "busy")] * 4), idempotent=True)
    assert 0 <= waits[0] <= 10
    assert all(0 <= wait <= 15 for wait in waits)


@given(seconds=st.integers(1, 100_000))
def test_every_way_of_announcing_a_wait_is_understood(seconds: int) -> None:
    until = NOW + timedelta(seconds=seconds)
    gmail = f"User-rate limit exceeded.  Retry after {until:%Y-%m-%dT%H:%M:%S}.000Z"
    assert announced_wait({"Retry-After": str(seconds)}, "") == seconds
    assert (
        announced_wait(DATE | {"Retry-After": format_datetime(until, usegmt=True)}, "") == seconds
    )
    assert announced_wait(DATE, gmail) == seconds
    assert announced_wait(DATE, gmail + " (Mail sending)") == seconds


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, ""),
        (DATE, "Retry after 2026-99-99T00:00:00Z"),
        ({}, "Retry after 2026-09-01T09:00:00Z"),
        (DATE | {"Retry-After": "soon"}, ""),
        ({"Retry-After": "-3"}, ""),
    ],
)
def test_an_unclear_announcement_is_none(headers: dict[str, str], message: str) -> None:
    assert announced_wait(headers, message) is None


def test_an_instant_that_has_passed_needs_no_wait() -> None:
    assert announced_wait(DATE, "Retry after 2026-09-01T07:00:00Z") == 0


@given(gaps=st.lists(st.floats(0, 30), min_size=1, max_size=200))
def test_no_minute_holds_more_than_was_saved_and_earned(gaps: list[float]) -> None:
    clock = [0.0]
    bucket = Bucket(60, clock=lambda: clock[0])
    taken: list[float] = []
    for gap in gaps:
        clock[0] += gap
        clock[0] += bucket.take(1)
        taken.append(clock[0])
    for start in taken:
        in_a_minute = [at for at in taken if start <= at < start + 60]
        assert len(in_a_minute) <= 60 + 60 + 1


def test_small_runs_never_wait_and_sending_is_dear() -> None:
    waits: list[float] = []
    pace = Pace(Quotas(), waits.append)
    for _ in range(59):
        pace.wait_for("POST", "/gmail/v1/users/me/drafts/send")
        pace.wait_for("GET", "/v4/spreadsheets/x")
        pace.wait_for("POST", "/v4/spreadsheets/x:batchUpdate")
        pace.wait_for("GET", "/v1/forms/x/responses")
        pace.wait_for("GET", "/drive/v3/files")
    assert waits == []
    for _ in range(3):
        pace.wait_for("POST", "/gmail/v1/users/me/drafts/send")
    assert waits


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"error"', b"null", b'{"error": null}', b'{"other": 1}']
)
def test_any_error_page_can_be_read(body: bytes) -> None:
    complaint = read_complaint(403, body)
    assert not complaint.is_rate_limit
    assert complaint.status == 403


def test_the_most_precise_reason_comes_first() -> None:
    body = (
        b'{"error": {"code": 429, "message": "m", "status": "RESOURCE_EXHAUSTED",'
        b' "details": [{"@type": "Help"}, {"reason": "RATE_LIMIT_EXCEEDED"}]}}'
    )
    assert read_complaint(429, body).reason == "RATE_LIMIT_EXCEEDED"


@pytest.mark.parametrize("message", ['Invalid value: "je suis malade"', 'Bad "je suis malade'])
def test_what_google_quotes_is_not_logged(message: str) -> None:
    complaint = read_complaint(400, json.dumps({"error": {"message": message}}).encode())
    assert "malade" not in complaint.message


def test_an_error_says_all_it_knows() -> None:
    assert str(Refused(400, "badRequest", "Invalid To header")) == (
        "Invalid To header [400, badRequest]"
    )
    assert str(Unavailable(0, "ReadTimeout", "gone")) == "gone [no answer, ReadTimeout]"
