"""What was asked of the sandbox since it started: counts by method, caller and status."""

from __future__ import annotations

import threading
from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime

from itn_sync.sandbox.errors import Json

_KEPT = 200_000
DROPPED = 0


@dataclass(frozen=True)
class Entry:
    """One call; status 0 where the line dropped instead of an answer."""

    at: datetime
    method_id: str
    caller: str
    status: int
    bytes_in: int
    bytes_out: int


class RequestLog:
    """The latest calls, in memory: a diary of the process, not state of the Workspace."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_KEPT)
        self._lock = threading.Lock()

    def add(self, entry: Entry) -> None:
        """Note a call."""
        with self._lock:
            self._entries.append(entry)

    def clear(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._entries.clear()

    def summary(self, since: datetime | None = None) -> Json:
        """`{total, bytesIn, bytesOut, byMethod: {id: n}, requests: [{method, caller, …}]}`."""
        with self._lock:
            entries = [e for e in self._entries if since is None or e.at >= since]
        return {
            "total": len(entries),
            "bytesIn": sum(e.bytes_in for e in entries),
            "bytesOut": sum(e.bytes_out for e in entries),
            "byMethod": dict(sorted(Counter(e.method_id for e in entries).items())),
            "requests": _grouped(entries),
        }


def _grouped(entries: list[Entry]) -> list[Json]:
    groups: dict[tuple[str, str, int], Json] = {}
    for entry in entries:
        key = (entry.method_id, entry.caller, entry.status)
        group = groups.setdefault(
            key,
            dict(zip(("method", "caller", "status"), key, strict=True))
            | {"count": 0, "bytesIn": 0, "bytesOut": 0},
        )
        group["count"] += 1
        group["bytesIn"] += entry.bytes_in
        group["bytesOut"] += entry.bytes_out
    return [groups[key] for key in sorted(groups)]
