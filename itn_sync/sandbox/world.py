"""The state of the embedded Workspace: one SQLite file, durable before any answer.

Each room declares its tables with `declare_schema`; a request runs in one transaction, so a
method that fails halfway leaves nothing behind.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

State = sqlite3.Connection

_SCHEMAS: list[str] = ["CREATE TABLE IF NOT EXISTS setting (key TEXT PRIMARY KEY, value TEXT)"]


def declare_schema(sql: str) -> None:
    """Add `CREATE TABLE IF NOT EXISTS …` statements that every new world runs."""
    _SCHEMAS.append(sql)


class World:
    """Opens transactions on the state file; any number of readers, one writer at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = threading.RLock()
        self._idle: dict[bool, list[State]] = {True: [], False: []}
        with self.transaction(write=True) as state:
            for sql in _SCHEMAS:
                for statement in filter(str.strip, sql.split(";")):
                    state.execute(statement)

    @contextmanager
    def transaction(self, *, write: bool) -> Iterator[State]:
        """One transaction: committed (and synced) on a normal end, rolled back on an exception.

        A reader's connection refuses every write (sqlite3.OperationalError, «readonly»), so that
        two readers never wait for each other to become writers.
        """
        if not write:
            with self._transaction("BEGIN", write=False) as state:
                yield state
            return
        with self._writer, self._transaction("BEGIN IMMEDIATE", write=True) as state:
            yield state

    @contextmanager
    def _transaction(self, begin: str, *, write: bool) -> Iterator[State]:
        state = self._borrow(write=write)
        try:
            state.execute(begin)
            yield state
            state.execute("COMMIT")
        except BaseException:
            if state.in_transaction:
                state.execute("ROLLBACK")
            raise
        finally:
            self._idle[write].append(state)

    def _borrow(self, *, write: bool) -> State:
        try:
            return self._idle[write].pop()
        except IndexError:
            return self._connect(write=write)

    def _connect(self, *, write: bool) -> State:
        state = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, timeout=30
        )
        state.row_factory = sqlite3.Row
        state.execute("PRAGMA journal_mode=WAL")
        state.execute("PRAGMA synchronous=FULL")
        state.execute("PRAGMA foreign_keys=ON")
        if not write:
            state.execute("PRAGMA query_only=ON")
        return state

    def now(self) -> datetime:
        """The Workspace's own clock (UTC)."""
        with self.transaction(write=False) as state:
            return now(state)

    def reset(self) -> None:
        """Forget everything but the settings made at start (domain, keys)."""
        with self.transaction(write=True) as state:
            state.execute("PRAGMA defer_foreign_keys=ON")
            for table in _tables(state):
                state.execute(f'DELETE FROM "{table}"')  # noqa: S608  (a name of our own)
            state.execute("DELETE FROM setting WHERE key LIKE 'world.%'")

    def is_empty(self) -> bool:
        """True while nobody has put anything into this Workspace."""
        with self.transaction(write=False) as state:
            queries = (f'SELECT 1 FROM "{table}" LIMIT 1' for table in _tables(state))  # noqa: S608  (a name of our own)
            return not any(state.execute(query).fetchone() for query in queries)

    def close(self) -> None:
        """Close the idle connections."""
        for idle in self._idle.values():
            while idle:
                idle.pop().close()


def _tables(state: State) -> list[str]:
    rows = state.execute(
        "SELECT name FROM sqlite_master WHERE type='table' AND name <> 'setting'"
        " AND name NOT LIKE 'sqlite_%'"
    )
    return [row["name"] for row in rows.fetchall()]


def get_setting(state: State, key: str, default: Any = None) -> Any:
    """A JSON value kept under `key`; keys beginning with `world.` go with a reset."""
    row = state.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
    return default if row is None else json.loads(row["value"])


def put_setting(state: State, key: str, value: Any) -> None:
    """Keep a JSON value under `key`."""
    state.execute(
        "INSERT INTO setting VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, json.dumps(value)),
    )


def machine_now() -> datetime:
    """The machine's own clock (UTC): what a client signs its assertions with."""
    return datetime.now(UTC)


def now(state: State) -> datetime:
    """The Workspace's own clock (UTC): the machine's, moved by the control endpoint."""
    return datetime.now(UTC) + timedelta(seconds=get_setting(state, "world.clock_offset", 0.0))


def set_now(state: State, instant: datetime) -> None:
    """Move the Workspace's clock to `instant`; it goes on running from there."""
    put_setting(state, "world.clock_offset", (instant - datetime.now(UTC)).total_seconds())


def next_number(state: State, counter: str, first: int = 1) -> int:
    """The next value of a counter that never repeats (draft ids, history ids…)."""
    value = int(get_setting(state, f"world.counter.{counter}", first - 1)) + 1
    put_setting(state, f"world.counter.{counter}", value)
    return value


def rfc3339(instant: datetime) -> str:
    """`2026-11-23T19:14:05.123Z`, as Google writes instants (UTC, milliseconds)."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
