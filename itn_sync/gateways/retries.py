"""When a call may be made again, and after how long: one policy for every API.

Nothing is sent again that might have worked, unless doing it twice is the same as doing it once
(facts 1.4 and 9). `Pace` keeps below the published quotas, so that retries stay rare.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from itn_sync.gateways.errors import GatewayError, OutcomeUnknown, Unavailable

T = TypeVar("T")


class TryAgain(Exception):  # noqa: N818 (it is an instruction, never the final error)
    """One attempt failed in a way that may pass.

    `harmless` is True when it is certain that nothing was done; `wait` is what Google asked for,
    in seconds, if it did.
    """

    def __init__(
        self, status: int, reason: str, *, harmless: bool = False, wait: float | None = None
    ) -> None:
        super().__init__(status, reason)
        self.status = status
        self.reason = reason
        self.harmless = harmless
        self.wait = wait

    def given_up(self, *, idempotent: bool) -> GatewayError:
        """The error that the caller gets when there is no further attempt."""
        if self.harmless or idempotent:
            return Unavailable(self.status, self.reason, "still failing after the last attempt")
        return OutcomeUnknown(self.status, self.reason, "the answer was lost: done or not")


@dataclass(frozen=True)
class Policy:
    """How often and how patiently: waits in seconds.

    Waits double from `first` to `longest` with full jitter. A wait that Google announces is
    honoured up to `patience`; a longer one means that the allowance is spent.
    """

    attempts: int = 8
    first: float = 0.5
    longest: float = 64.0
    patience: float = 120.0
    sleep: Callable[[float], None] = time.sleep

    def run(self, attempt: Callable[[], T], *, idempotent: bool) -> T:
        """The result of `attempt`, made again while that is safe.

        Raises whatever `attempt` raises but TryAgain, which becomes Unavailable, or OutcomeUnknown
        when it might have been done and is not `idempotent`.
        """

        def may_repeat(failure: BaseException) -> bool:
            return isinstance(failure, TryAgain) and (failure.harmless or idempotent)

        retrying = Retrying(
            retry=retry_if_exception(may_repeat),
            stop=stop_after_attempt(self.attempts),
            wait=self._wait,
            sleep=self.sleep,
            reraise=True,
        )
        try:
            return retrying(attempt)
        except TryAgain as failure:
            raise failure.given_up(idempotent=idempotent) from failure

    def _wait(self, state: RetryCallState) -> float:
        jittered = wait_random_exponential(multiplier=self.first, max=self.longest)(state)
        failure = state.outcome.exception() if state.outcome else None
        announced = failure.wait if isinstance(failure, TryAgain) else None
        # Announced times get the jitter on top: many workers are told the same instant.
        return jittered if announced is None else announced + min(jittered, 1.0)


_GMAIL_TIME = re.compile(r"[Rr]etry after (\d{4}-\S+?Z)")


def announced_wait(headers: Mapping[str, str], message: str) -> float | None:
    """The seconds Google asks to wait: `Retry-After`, or the time in Gmail's message; else None.

    Instants are compared with the answer's own `Date`, so a wrong clock here does no harm.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isdigit():
        return float(value)
    until = _http_date(value) or _gmail_time(message)
    answered = _http_date(headers.get("Date", ""))
    if until is None or answered is None:
        return None
    return max(0.0, (until - answered).total_seconds())


def _http_date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _gmail_time(message: str) -> datetime | None:
    found = _GMAIL_TIME.search(message)
    try:
        return datetime.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


@dataclass
class Bucket:
    """So many units a minute, which may be saved up for one minute; thread-safe."""

    per_minute: float
    clock: Callable[[], float] = time.monotonic
    _level: float = field(init=False)
    _at: float = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        self._level = self.per_minute
        self._at = self.clock()

    def take(self, units: float) -> float:
        """Take `units`, now or on credit; the seconds to wait before using them."""
        with self._lock:
            now = self.clock()
            refilled = self._level + (now - self._at) * self.per_minute / 60
            self._level = min(self.per_minute, refilled) - units
            self._at = now
            return max(0.0, -self._level * 60 / self.per_minute)


@dataclass(frozen=True)
class Quotas:
    """What Google allows one person per minute (facts 8); a project may have more.

    Gmail counts units: sending costs 100, most else 20 or less.
    """

    sheets_reads: float = 60
    sheets_writes: float = 60
    forms_reads: float = 180
    gmail_units: float = 6_000
    others: float = 600


UNPACED = Quotas(*[1e9] * 5)
"""For a root URL that publishes no quotas; an answer 429 is waited for all the same."""


class Pace:
    """Spends one person's quotas; most runs never wait."""

    def __init__(self, quotas: Quotas, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep
        self._buckets = {
            "sheets GET": Bucket(quotas.sheets_reads),
            "sheets": Bucket(quotas.sheets_writes),
            "forms": Bucket(quotas.forms_reads),
            "gmail": Bucket(quotas.gmail_units),
            "others": Bucket(quotas.others),
        }

    def wait_for(self, method: str, path: str) -> None:
        """Return when a call of `method` on URL path `path` fits in."""
        name, units = _cost(method, path)
        if wait := self._buckets[name].take(units):
            self._sleep(wait)


def _cost(method: str, path: str) -> tuple[str, float]:
    if "/spreadsheets" in path:
        return ("sheets GET" if method == "GET" else "sheets"), 1
    if path.startswith("/v1/forms"):
        return "forms", 1
    if "/gmail/" in path:
        return "gmail", 100 if path.endswith("/send") else 20
    return "others", 1
