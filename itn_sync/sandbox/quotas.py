"""Google's quotas, counted per minute: off unless a rehearsal asks for them.

Source: facts 8 (each API's «Usage limits» page).
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from itn_sync.sandbox.discovery import Method
from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.world import State, get_setting, put_setting, rfc3339

_SETTING = "world.quotas"
_SENDINGS_PER_DAY = 2000


@dataclass(frozen=True)
class Bucket:
    """What a call is counted in: per user and per project in one minute."""

    name: str
    per_user: int
    per_project: int


BUCKETS = {
    bucket.name: bucket
    for bucket in (
        Bucket("forms.reads", 390, 975),
        Bucket("forms.responses", 180, 450),
        Bucket("forms.writes", 150, 375),
        Bucket("classroom", 1200, 3000),
        Bucket("sheets.reads", 60, 300),
        Bucket("sheets.writes", 60, 300),
        Bucket("gmail", 6000, 1_200_000),
        Bucket("drive", 325_000, 1_000_000),
    )
}

_GMAIL_UNITS = {
    "drafts.create": 10,
    "drafts.get": 20,
    "drafts.list": 5,
    "drafts.update": 15,
    "drafts.delete": 10,
    "drafts.send": 100,
    "messages.send": 100,
    "messages.list": 5,
    "messages.get": 20,
    "messages.modify": 5,
    "messages.batchModify": 50,
    "messages.batchDelete": 50,
    "messages.import": 25,
    "messages.insert": 25,
    "threads.get": 40,
    "threads.list": 10,
    "threads.modify": 10,
    "labels.list": 1,
    "labels.create": 5,
    "labels.update": 5,
    "labels.delete": 5,
    "labels.get": 1,
    "settings.sendAs.list": 1,
    "history.list": 2,
    "getProfile": 1,
}
_DRIVE_UNITS = {"get": 5, "list": 100, "download": 200, "export": 200}
_DRIVE_WRITE = 50

_WORDS = {
    "forms.reads": ("Read requests", "read_requests", "ReadRequests"),
    "forms.responses": ("Expensive read requests", "expensive_read_requests", "ExpensiveReads"),
    "forms.writes": ("Write requests", "write_requests", "WriteRequests"),
    "classroom": ("Requests", "requests", "Requests"),
    "sheets.reads": ("Read requests", "read_requests", "ReadRequests"),
    "sheets.writes": ("Write requests", "write_requests", "WriteRequests"),
}


def settings(state: State) -> Json:
    """`{mode, sendingLimit, limits: {bucket: per user per minute}}` as in force."""
    chosen: Json = get_setting(state, _SETTING, {})
    return {
        "mode": chosen.get("mode", "off"),
        "sendingLimit": chosen.get("sendingLimit", _SENDINGS_PER_DAY),
        "limits": {b.name: b.per_user for b in BUCKETS.values()} | chosen.get("limits", {}),
    }


def change_settings(state: State, wanted: Json) -> None:
    """Take `mode` (off | enforced), `sendingLimit` and `limits`; ValueError if unclear."""
    if wanted.get("mode", "off") not in ("off", "enforced"):
        raise ValueError("mode is off or enforced")
    if unknown := set(wanted) - {"mode", "sendingLimit", "limits"}:
        raise ValueError(f"unknown quota key {sorted(unknown)[0]!r}")
    limits = wanted.get("limits", {})
    if not isinstance(limits, dict) or set(limits) - set(BUCKETS):
        raise ValueError(f"limits are per user and minute, by: {', '.join(BUCKETS)}")
    if not all(_countable(n) for n in (*limits.values(), wanted.get("sendingLimit", 0))):
        raise ValueError("a limit is a whole number, 0 or more")
    put_setting(state, _SETTING, wanted)


def sending_limit(state: State) -> int | None:
    """How many messages one mailbox may send in 24 hours; None while quotas are off."""
    chosen = settings(state)
    return int(chosen["sendingLimit"]) if chosen["mode"] == "enforced" else None


class Quotas:
    """Counts of the current minute, in memory as Google's are."""

    def __init__(self) -> None:
        self._minute = 0
        self._spent: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def charge(self, state: State, method: Method, user: str, now: datetime) -> None:
        """Count one call; raises the API's own rate error when the minute's allowance is spent."""
        chosen = settings(state)
        if chosen["mode"] == "off":
            return
        bucket, units = cost(method)
        limit = int(chosen["limits"][bucket.name])
        with self._lock:
            self._turn_minute(int(now.timestamp()) // 60)
            mine, all_of_us = (bucket.name, user), (bucket.name, "")
            if self._spent[mine] + units > limit:
                raise rate_limited(method.api, bucket=bucket.name, limit=limit, now=now)
            if self._spent[all_of_us] + units > bucket.per_project:
                raise rate_limited(method.api, bucket=bucket.name, limit=limit, now=now)
            self._spent.update({mine: units, all_of_us: units})

    def clear(self) -> None:
        """Give everyone a fresh minute."""
        with self._lock:
            self._spent.clear()

    def _turn_minute(self, minute: int) -> None:
        if minute != self._minute:
            self._minute = minute
            self._spent.clear()


def cost(method: Method) -> tuple[Bucket, int]:
    """The bucket a call of `method` is counted in and its units."""
    name = method.id.partition(".")[2]
    if method.api == "gmail":
        return BUCKETS["gmail"], _GMAIL_UNITS.get(name.removeprefix("users."), 5)
    if method.api == "drive":
        return BUCKETS["drive"], _drive_units(method)
    if method.api == "classroom":
        return BUCKETS["classroom"], 1
    if name == "forms.responses.list":
        return BUCKETS["forms.responses"], 1
    return BUCKETS[f"{method.api}.{'reads' if _counts_as_read(method) else 'writes'}"], 1


def rate_limited(
    api: str, *, bucket: str = "", limit: int = 60, now: datetime | None = None, reason: str = ""
) -> ApiError:
    """«Too fast» in the words of each API (facts 9)."""
    if api == "drive":
        return ApiError(
            403, "User Rate Limit Exceeded", reason=reason or "userRateLimitExceeded",
            domain="usageLimits",
        )  # fmt: skip
    if api == "gmail":
        retry = f"  Retry after {rfc3339(_next_minute(now))}" if now else ""
        return ApiError(
            429,
            f"User-rate limit exceeded.{retry}",
            reason=reason or "rateLimitExceeded",
            domain="usageLimits",
        )
    return _modern(api, bucket or ("classroom" if api == "classroom" else f"{api}.reads"), limit)


def _modern(api: str, bucket: str, limit: int) -> ApiError:
    metric, metric_id, limit_id = _WORDS.get(bucket, _WORDS["classroom"])
    service = f"{api}.googleapis.com"
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {
            "service": service,
            "consumer": "projects/1",
            "quota_metric": f"{service}/{metric_id}",
            "quota_limit": f"{limit_id}PerMinutePerUser",
            "quota_limit_value": str(limit),
            "quota_location": "global",
        },
    }
    return ApiError(
        429,
        f"Quota exceeded for quota metric '{metric}' and limit '{metric} per minute per user' of"
        f" service '{service}' for consumer 'project_number:1'.",
        details=(info,),
    )


def _next_minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _drive_units(method: Method) -> int:
    verb = method.id.rpartition(".")[2]
    return _DRIVE_UNITS.get(verb, 5 if method.reads_only else _DRIVE_WRITE)


def _counts_as_read(method: Method) -> bool:
    reading_posts = ("getByDataFilter", "batchGetByDataFilter", "search")
    return method.reads_only or method.id.endswith(reading_posts)


def _countable(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
