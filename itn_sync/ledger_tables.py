"""The tables of the ledger, and the SQLite file that they are in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from filelock import FileLock, Timeout

META = sa.MetaData()

DEED = sa.Table(
    "deed",
    META,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("reference", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False, default=""),
    sa.Column("draft_id", sa.String, nullable=False, default=""),
    sa.Column("thread_id", sa.String, nullable=False, default=""),
    sa.Column("message_id", sa.String, nullable=False, default=""),
)
RESPONSE = sa.Table(
    "response",
    META,
    sa.Column("form", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("submitted", sa.String, nullable=False),
)
FORM = sa.Table(
    "form",
    META,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("listed_at", sa.String, nullable=False),
    sa.Column("settings", sa.String, nullable=False),
    sa.Column("read_until", sa.String, nullable=False, default=""),
)
OPERATION = sa.Table(
    "operation",
    META,
    sa.Column("spreadsheet", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", sa.String, nullable=False),
)
UPKEEP = sa.Table(
    "upkeep",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("mark", sa.String, nullable=False),
)
LEASE = sa.Table(
    "lease",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("epoch", sa.Integer, nullable=False),
)
RUN = sa.Table(
    "run",
    META,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("job", sa.String, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("started", sa.String, nullable=False),
    sa.Column("ended", sa.String, nullable=False, default=""),
    sa.Column("ending", sa.String, nullable=False),
    sa.Column("cause", sa.String, nullable=False, default=""),
    sa.Column("detail", sa.String, nullable=False, default=""),
    sa.Column("rows_created", sa.Integer),
    sa.Column("rows_changed", sa.Integer),
    sa.Column("mails_sent", sa.Integer),
)

_GLIMPSE = 0.3
"""Seconds: a look whether the lease is free takes it for a moment (`lease_is_held`)."""


class LedgerPlaceError(ValueError):
    """The ledger cannot be where the settings want it."""


def file_of(url: str) -> Path:
    """The file of an SQLAlchemy URL, its folder made; LedgerPlaceError when there can be none."""
    named = sa.make_url(url)
    if named.get_backend_name() != "sqlite" or named.database in (None, "", ":memory:"):
        raise LedgerPlaceError("the ledger must be an SQLite file: sqlite:///path/to/ledger.db")
    path = Path(str(named.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerPlaceError(f"no ledger can be made at {path} ({error.strerror})") from error
    return path


def lease_of(file: Path) -> FileLock:
    """The lock beside a ledger that the process at work holds; it dies with the process."""
    return FileLock(f"{file}.lease", timeout=_GLIMPSE)


def lease_is_held(file: Path) -> bool:
    """True while some process is at work on the ledger in `file`."""
    try:
        with lease_of(file).acquire(blocking=False):
            return False
    except Timeout:
        return True


def opened(file: Path) -> sa.Engine:
    """The database in `file`, with its tables; what is committed to it survives a power cut."""
    url = sa.URL.create("sqlite", database=str(file))
    engine = sa.create_engine(url, hide_parameters=True)  # an error must not quote what was stored
    sa.event.listen(engine, "connect", _make_durable)
    sa.event.listen(engine, "begin", _begin_at_once)
    META.create_all(engine)
    return engine


def _make_durable(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions, not the driver
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA busy_timeout=10000")


def _begin_at_once(connection: sa.Connection) -> None:
    """The epoch must be checked and the row written under one lock."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def stored(instant: datetime) -> str:
    """How an instant is kept: UTC to the microsecond, so that texts sort as instants do."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")
