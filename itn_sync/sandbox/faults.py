"""Troubles made to order: slow answers, errors, dropped lines, half answers, HTML pages.

A fault chooses calls by a glob on the method id (`gmail.users.*`, `oauth.token`) and is drawn from
its own seeded dice, so that a run can be repeated.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.exchange import HTML_TYPE, LineDroppedError, Response, json_response
from itn_sync.sandbox.quotas import rate_limited

_BAD_GATEWAY = (
    b"<!DOCTYPE html>\n<html lang=en>\n  <title>Error 502 (Server Error)!!1</title>\n"
    b"  <p><b>502.</b> <ins>That\xe2\x80\x99s an error.</ins>\n"
    b"  <p>The server encountered a temporary error and could not complete your request."
    b"<p>Please try again in 30 seconds.\n"
)
_MESSAGES = {
    429: "Resource has been exhausted (e.g. check quota).",
    500: "Internal error encountered.",
    503: "The service is currently unavailable.",
    504: "Deadline expired before operation could complete.",
}
_USAGE_REASONS = ("rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded")
_LONGEST_LATENCY_MS = 600_000


@dataclass(frozen=True)
class Fault:
    """One kind of trouble; `when` says whether an error comes before or after the deed."""

    method: str = "*"
    status: int = 0
    reason: str = ""
    message: str = ""
    retry_after: str = ""
    latency_ms: int = 0
    drop: str = ""
    truncate: bool = False
    html: bool = False
    when: str = "before"
    probability: float = 1.0
    seed: int = 0
    times: int | None = None


@dataclass
class _Armed:
    fault: Fault
    dice: random.Random
    matched: int = 0
    consumed: int = 0

    def strikes(self, method_id: str) -> bool:
        if not fnmatchcase(method_id, self.fault.method):
            return False
        if self.fault.times is not None and self.consumed >= self.fault.times:
            return False
        self.matched += 1
        struck = self.dice.random() < self.fault.probability
        self.consumed += struck
        return struck


@dataclass
class Faults:
    """The faults in force, in order; the first that strikes is the call's."""

    _armed: list[_Armed] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def arm(self, wanted: Sequence[Fault]) -> None:
        """Replace all faults by these, unconsumed."""
        with self._lock:
            # Seeded on purpose: a rehearsed trouble must be the same one again.
            self._armed = [_Armed(f, random.Random(f.seed)) for f in wanted]  # noqa: S311 (dice, not secrets)

    def draw(self, method_id: str) -> Fault | None:
        """The fault that strikes this call, if any."""
        with self._lock:
            return next((a.fault for a in self._armed if a.strikes(method_id)), None)

    def report(self) -> list[Json]:
        """Every fault with how many calls it matched and struck."""
        with self._lock:
            return [
                to_json(a.fault) | {"matched": a.matched, "consumed": a.consumed}
                for a in self._armed
            ]


def suffered(fault: Fault | None, method_id: str, execute: Callable[[], Response]) -> Response:
    """The answer of `execute` as the fault leaves it; raises LineDroppedError where it drops."""
    if fault is None:
        return execute()
    time.sleep(fault.latency_ms / 1000)
    if fault.drop == "before":
        raise LineDroppedError
    instead = _instead(fault, method_id)
    if instead is not None and fault.when == "before":
        return instead
    response = execute()
    if fault.drop == "after":
        raise LineDroppedError
    if instead is not None:
        response = instead
    return replace(response, cut=len(response.body) // 2) if fault.truncate else response


def _instead(fault: Fault, method_id: str) -> Response | None:
    headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
    if fault.html:
        return Response(fault.status or 502, _BAD_GATEWAY, HTML_TYPE, headers)
    if not fault.status:
        return None
    if method_id == "oauth.token":
        body = {"error": fault.reason or "internal_failure", "error_description": fault.message}
        return json_response(body, fault.status, headers)
    api = method_id.partition(".")[0]
    return json_response(_error(fault, api).envelope(api), fault.status, headers)


def _error(fault: Fault, api: str) -> ApiError:
    if fault.status == 429 and not fault.message:
        return replace(rate_limited(api, reason=fault.reason), code=fault.status)
    message = fault.message or _MESSAGES.get(fault.status) or fault.reason or "Injected fault."
    domain = "usageLimits" if fault.reason in _USAGE_REASONS else "global"
    return ApiError(fault.status, message, reason=fault.reason, domain=domain)


def read_fault(item: Json) -> Fault:
    """A fault from its JSON (`{"method": …, "status": 503, "times": 2}`); ValueError if unclear."""
    unknown = set(item) - set(_NAMES)
    if unknown:
        raise ValueError(f"unknown fault key {sorted(unknown)[0]!r}; known: {', '.join(_NAMES)}")
    given = {_NAMES[key]: value for key, value in item.items() if value is not None}
    if "retry_after" in given:
        given["retry_after"] = str(given["retry_after"])
    for name, value in given.items():
        _require(name, value)
    return Fault(**given)


def to_json(fault: Fault) -> Json:
    """The JSON that `read_fault` reads."""
    return {key: getattr(fault, name) for key, name in _NAMES.items() if key != "glob"}


def _require(name: str, value: object) -> None:
    fine = _RULES[name](value)
    if not fine:
        raise ValueError(f"fault key {name!r} cannot be {value!r}")


def _whole(low: int, high: int) -> Callable[[object], bool]:
    return lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high


def _text(value: object) -> bool:
    return isinstance(value, str)


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _share(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value <= 1


_NAMES = {
    "method": "method",
    "glob": "method",
    "status": "status",
    "reason": "reason",
    "message": "message",
    "retryAfter": "retry_after",
    "latencyMs": "latency_ms",
    "drop": "drop",
    "truncate": "truncate",
    "html": "html",
    "when": "when",
    "probability": "probability",
    "seed": "seed",
    "times": "times",
}

_MANY = 2**31
_RULES: dict[str, Callable[[object], bool]] = {
    "method": _text,
    "status": _whole(0, 599),
    "reason": _text,
    "message": _text,
    "retry_after": _text,
    "latency_ms": _whole(0, _LONGEST_LATENCY_MS),
    "drop": lambda value: value in ("", "before", "after"),
    "truncate": _flag,
    "html": _flag,
    "when": lambda value: value in ("before", "after"),
    "probability": _share,
    "seed": _whole(-_MANY, _MANY),
    "times": _whole(0, _MANY),
}
