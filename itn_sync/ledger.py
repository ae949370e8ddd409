"""The worker's memory: one row per deed, what was settled, and the lease.

Every commit is durable before the next call to Google (SQLite in WAL mode, synchronous=FULL). It
holds ids, hashes and states, never an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy.dialects.sqlite import insert

from itn_sync.domain.seen import Deed, DeedState

_META = sa.MetaData()

_DEED = sa.Table(
    "deed",
    _META,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("reference", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False, default=""),
    sa.Column("draft_id", sa.String, nullable=False, default=""),
    sa.Column("thread_id", sa.String, nullable=False, default=""),
    sa.Column("message_id", sa.String, nullable=False, default=""),
)
_RESPONSE = sa.Table(
    "response",
    _META,
    sa.Column("form", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("submitted", sa.String, nullable=False),
)
_FORM = sa.Table(
    "form",
    _META,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("listed_at", sa.String, nullable=False),
    sa.Column("settings", sa.String, nullable=False),
    sa.Column("read_until", sa.String, nullable=False, default=""),
)
_OPERATION = sa.Table(
    "operation",
    _META,
    sa.Column("spreadsheet", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", sa.String, nullable=False),
)
_LEASE = sa.Table(
    "lease",
    _META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("epoch", sa.Integer, nullable=False),
)


class LeaseHeldError(Exception):
    """Another run is at work."""


class LeaseLostError(Exception):
    """Another run took over while this one was frozen: this one must stop at once."""


@dataclass(frozen=True)
class DeedTrace:
    """What Google answered about one deed so far; "" where it has not."""

    deed: Deed
    draft_id: str
    thread_id: str
    message_id: str


@dataclass(frozen=True)
class FormMemory:
    """What earlier runs settled of one form; `listed_at` is the last full listing.

    Every response submitted before `read_until` is settled.
    """

    listed_at: datetime
    settings: str
    read_until: datetime | None
    settled: Mapping[str, datetime]


class Ledger:
    """The ledger of one school; `url` is an SQLAlchemy URL of an SQLite file."""

    def __init__(self, url: str) -> None:
        self._lock = FileLock(f"{_file_of(sa.make_url(url))}.lease", blocking=False)
        self._engine = sa.create_engine(url)
        self._epoch: int | None = None
        sa.event.listen(self._engine, "connect", _make_durable)
        sa.event.listen(self._engine, "begin", _begin_at_once)
        _META.create_all(self._engine)

    @contextmanager
    def lease(self) -> Iterator[None]:
        """Hold the school's lease; raises LeaseHeldError when another process has it.

        The lock dies with its process; the epoch fences off one that was frozen and wakes.
        """
        try:
            self._lock.acquire()
        except Timeout:
            raise LeaseHeldError from None
        try:
            self._epoch = self._next_epoch()
            yield
        finally:
            self._epoch = None
            self._lock.release()

    def _next_epoch(self) -> int:
        with self._engine.begin() as tx:
            bump = insert(_LEASE).values(id=1, epoch=1)
            raised = bump.on_conflict_do_update(
                index_elements=["id"], set_={"epoch": _LEASE.c.epoch + 1}
            )
            tx.execute(raised)
            return int(tx.execute(sa.select(_LEASE.c.epoch)).scalar_one())

    @contextmanager
    def _write(self) -> Iterator[sa.Connection]:
        """One durable transaction, refused when the lease is not ours (any more)."""
        with self._engine.begin() as tx:
            if self._epoch is None or tx.execute(sa.select(_LEASE.c.epoch)).scalar() != self._epoch:
                raise LeaseLostError
            yield tx

    # Deeds

    def deeds(self) -> dict[str, Deed]:
        """Every deed by key."""
        with self._engine.connect() as tx:
            return {row.key: _deed(row) for row in tx.execute(sa.select(_DEED))}

    def trace(self, key: str) -> DeedTrace | None:
        """What is known of one deed, with Google's ids."""
        with self._engine.connect() as tx:
            row = tx.execute(sa.select(_DEED).where(_DEED.c.key == key)).one_or_none()
        return None if row is None else _trace(row)

    def traces(self, *states: DeedState) -> list[DeedTrace]:
        """The deeds in one of these states, oldest first."""
        query = sa.select(_DEED).where(_DEED.c.state.in_([s.value for s in states]))
        with self._engine.connect() as tx:
            return [_trace(row) for row in tx.execute(query.order_by(_DEED.c.at))]

    def begin(self, key: str, reference: str, at: datetime) -> None:
        """The intention, before the first call."""
        row = {"key": key, "reference": reference, "state": DeedState.BEGUN.value, "at": _text(at)}
        with self._write() as tx:
            tx.execute(insert(_DEED).values(**row).on_conflict_do_nothing())

    def drafted(self, key: str, *, draft_id: str, thread_id: str, at: datetime) -> None:
        """The draft exists."""
        self._mark(key, DeedState.DRAFTED, at, draft_id=draft_id, thread_id=thread_id)

    def sending(self, key: str, at: datetime) -> None:
        """The sending is about to be asked for: from here on its outcome is unsure."""
        self._mark(key, DeedState.SENDING, at)

    def done(self, key: str, *, message_id: str, at: datetime) -> None:
        """The outcome: sent."""
        self._mark(key, DeedState.DONE, at, message_id=message_id, reason="")

    def settle(self, key: str, state: DeedState, reason: str, at: datetime) -> None:
        """The outcome: held, failed or taken over by a person, and why (French: people read it)."""
        self._mark(key, state, at, reason=reason)

    def note(self, key: str, reason: str) -> None:
        """Why a deed has not come further yet."""
        with self._write() as tx:
            tx.execute(sa.update(_DEED).where(_DEED.c.key == key).values(reason=reason))

    def _mark(self, key: str, state: DeedState, at: datetime, **values: str) -> None:
        change = sa.update(_DEED).where(_DEED.c.key == key)
        with self._write() as tx:
            tx.execute(change.values(state=state.value, at=_text(at), **values))

    def restore(self, deeds: Mapping[str, Deed]) -> int:
        """Write down deeds found in the Workspace that the ledger does not know; how many."""
        known = self.deeds()
        lost = [deed for key, deed in deeds.items() if key not in known]
        with self._write() as tx:
            for deed in lost:
                tx.execute(insert(_DEED).values(**_row(deed)))
        return len(lost)

    # Responses

    def form(self, key: str) -> FormMemory | None:
        """What is settled of a form; None when it was never read."""
        with self._engine.connect() as tx:
            row = tx.execute(sa.select(_FORM).where(_FORM.c.key == key)).one_or_none()
            responses = tx.execute(sa.select(_RESPONSE).where(_RESPONSE.c.form == key)).all()
        if row is None:
            return None
        settled = {r.id: datetime.fromisoformat(r.submitted) for r in responses}
        until = datetime.fromisoformat(row.read_until) if row.read_until else None
        return FormMemory(datetime.fromisoformat(row.listed_at), row.settings, until, settled)

    def settle_responses(
        self, form: str, submitted: Mapping[str, datetime], unsettled: Iterable[datetime]
    ) -> None:
        """These responses need nothing more, as submitted then; `unsettled` ones are read again."""
        with self._write() as tx:
            for response_id, instant in submitted.items():
                row = insert(_RESPONSE).values(form=form, id=response_id, submitted=_text(instant))
                again = {"submitted": row.excluded.submitted}
                tx.execute(row.on_conflict_do_update(index_elements=["form", "id"], set_=again))
            latest = sa.select(sa.func.max(_RESPONSE.c.submitted)).where(_RESPONSE.c.form == form)
            until = min(map(_text, unsettled), default=tx.execute(latest).scalar() or "")
            tx.execute(sa.update(_FORM).where(_FORM.c.key == form).values(read_until=until))

    def listed(self, form: str, at: datetime, settings: str) -> None:
        """All responses of the form were read under these settings (a hash)."""
        with self._write() as tx:
            row = insert(_FORM).values(
                key=form, listed_at=_text(at), settings=settings, read_until=""
            )
            again = {"listed_at": row.excluded.listed_at, "settings": row.excluded.settings}
            tx.execute(row.on_conflict_do_update(index_elements=["key"], set_=again))

    # Operations on spreadsheets

    def next_operation(self, spreadsheet: str, at: datetime, *, after: int = 0) -> int:
        """A number that no write to this spreadsheet has carried before.

        `after` is the highest that the spreadsheet itself remembers: a ledger may be younger.
        """
        highest = sa.select(sa.func.max(_OPERATION.c.number)).where(
            _OPERATION.c.spreadsheet == spreadsheet
        )
        with self._write() as tx:
            number = max(after, tx.execute(highest).scalar() or 1_000_000) + 1
            row = {"spreadsheet": spreadsheet, "number": number, "at": _text(at)}
            tx.execute(sa.insert(_OPERATION).values(**row))
        return number

    def expired_operations(self, spreadsheet: str, before: datetime) -> tuple[int, ...]:
        """Numbers whose mark in the spreadsheet is no longer needed; the highest is kept."""
        query = sa.select(_OPERATION).where(_OPERATION.c.spreadsheet == spreadsheet)
        with self._engine.connect() as tx:
            rows = tx.execute(query.order_by(_OPERATION.c.number)).all()
        return tuple(row.number for row in rows[:-1] if row.at < _text(before))

    def forget_operations(self, spreadsheet: str, numbers: tuple[int, ...]) -> None:
        """Their marks are gone from the spreadsheet."""
        with self._write() as tx:
            tx.execute(
                sa.delete(_OPERATION).where(
                    _OPERATION.c.spreadsheet == spreadsheet, _OPERATION.c.number.in_(numbers)
                )
            )

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()


def _file_of(url: sa.URL) -> Path:
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        raise ValueError("the ledger must be an SQLite file: sqlite:///path/to/ledger.db")
    path = Path(str(url.database))
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _make_durable(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions, not the driver
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA busy_timeout=10000")


def _begin_at_once(connection: sa.Connection) -> None:
    """The epoch must be checked and the row written under one lock."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _text(instant: datetime) -> str:
    """UTC to the microsecond, so that texts sort as instants do."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def _deed(row: Any) -> Deed:
    at = datetime.fromisoformat(row.at)
    return Deed(row.key, row.reference, DeedState(row.state), at, row.reason)


def _trace(row: Any) -> DeedTrace:
    return DeedTrace(_deed(row), row.draft_id, row.thread_id, row.message_id)


def _row(deed: Deed) -> dict[str, str]:
    return {
        "key": deed.key,
        "reference": deed.reference,
        "state": deed.state.value,
        "at": _text(deed.at),
        "reason": deed.reason,
    }
