"""The worker's memory: one row per deed, what was settled, and the lease.

Every commit is durable before the next call to Google (SQLite in WAL mode, synchronous=FULL). It
holds ids, hashes and states, never an answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa
from filelock import Timeout
from sqlalchemy.dialects.sqlite import insert

from itn_sync.domain.seen import Deed, DeedState
from itn_sync.ledger_rows import DeedTrace, FormMemory, deed_of, row_of, trace_of
from itn_sync.ledger_tables import (
    DEED,
    FORM,
    LEASE,
    OPERATION,
    RESPONSE,
    UPKEEP,
    file_of,
    lease_of,
    opened,
    stored,
)


class LeaseHeldError(Exception):
    """Another run is at work."""


class LeaseLostError(Exception):
    """Another run took over while this one was frozen: this one must stop at once."""


class Ledger:
    """The ledger of one school; `url` is an SQLAlchemy URL of an SQLite file."""

    def __init__(self, url: str) -> None:
        file = file_of(url)
        self._lock = lease_of(file)
        self._engine = opened(file)
        self._epoch: int | None = None

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
            bump = insert(LEASE).values(id=1, epoch=1)
            raised = bump.on_conflict_do_update(
                index_elements=["id"], set_={"epoch": LEASE.c.epoch + 1}
            )
            tx.execute(raised)
            return int(tx.execute(sa.select(LEASE.c.epoch)).scalar_one())

    @contextmanager
    def _write(self) -> Iterator[sa.Connection]:
        """One durable transaction, refused when the lease is not ours (any more)."""
        with self._engine.begin() as tx:
            if self._epoch is None or tx.execute(sa.select(LEASE.c.epoch)).scalar() != self._epoch:
                raise LeaseLostError
            yield tx

    # Deeds

    def deeds(self) -> dict[str, Deed]:
        """Every deed by key."""
        with self._engine.connect() as tx:
            return {row.key: deed_of(row) for row in tx.execute(sa.select(DEED))}

    def trace(self, key: str) -> DeedTrace | None:
        """What is known of one deed, with Google's ids."""
        with self._engine.connect() as tx:
            row = tx.execute(sa.select(DEED).where(DEED.c.key == key)).one_or_none()
        return None if row is None else trace_of(row)

    def traces(self, *states: DeedState) -> list[DeedTrace]:
        """The deeds in one of these states, oldest first."""
        query = sa.select(DEED).where(DEED.c.state.in_([s.value for s in states]))
        with self._engine.connect() as tx:
            return [trace_of(row) for row in tx.execute(query.order_by(DEED.c.at))]

    def begin(self, key: str, reference: str, at: datetime) -> None:
        """The intention, before the first call; again when it is tried once more."""
        row = {"key": key, "reference": reference, "state": DeedState.BEGUN.value, "at": stored(at)}
        again = {"at": stored(at)}
        begun = DEED.c.state == DeedState.BEGUN.value
        new = insert(DEED).values(**row)
        with self._write() as tx:
            tx.execute(new.on_conflict_do_update(index_elements=["key"], set_=again, where=begun))

    def drafted(
        self, key: str, *, draft_id: str, thread_id: str, at: datetime, left: bool = False
    ) -> None:
        """The draft exists; `left` for a person to send."""
        state = DeedState.LEFT if left else DeedState.DRAFTED
        self._mark(key, state, at, draft_id=draft_id, thread_id=thread_id)

    def sending(self, key: str, at: datetime) -> None:
        """The sending is about to be asked for: from here on its outcome is unsure."""
        self._mark(key, DeedState.SENDING, at)

    def done(self, key: str, *, message_id: str, at: datetime, reason: str = "") -> None:
        """The outcome: sent, or made as the file `message_id`."""
        self._mark(key, DeedState.DONE, at, message_id=message_id, reason=reason)

    def settle(self, key: str, state: DeedState, reason: str, at: datetime) -> None:
        """The outcome: held, failed or taken over by a person, and why (French: people read it)."""
        self._mark(key, state, at, reason=reason)

    def note(self, key: str, reason: str) -> None:
        """Why a deed has not come further yet."""
        with self._write() as tx:
            tx.execute(sa.update(DEED).where(DEED.c.key == key).values(reason=reason))

    def _mark(self, key: str, state: DeedState, at: datetime, **values: str) -> None:
        change = sa.update(DEED).where(DEED.c.key == key)
        with self._write() as tx:
            tx.execute(change.values(state=state.value, at=stored(at), **values))

    def forget(self, key: str) -> None:
        """As if the deed had never begun; every answer is read again, so that it is decided anew.

        Answers with nothing new are not looked at otherwise.
        """
        with self._write() as tx:
            tx.execute(sa.delete(DEED).where(DEED.c.key == key))
            tx.execute(sa.update(FORM).values(settings=""))

    def restore(self, deeds: Mapping[str, Deed]) -> int:
        """Write down deeds found in the Workspace that the ledger does not know; how many."""
        known = self.deeds()
        lost = [deed for key, deed in deeds.items() if key not in known]
        with self._write() as tx:
            for deed in lost:
                tx.execute(insert(DEED).values(**row_of(deed)))
        return len(lost)

    # Responses

    def form(self, key: str) -> FormMemory | None:
        """What is settled of a form; None when it was never read."""
        with self._engine.connect() as tx:
            row = tx.execute(sa.select(FORM).where(FORM.c.key == key)).one_or_none()
            responses = tx.execute(sa.select(RESPONSE).where(RESPONSE.c.form == key)).all()
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
                row = insert(RESPONSE).values(form=form, id=response_id, submitted=stored(instant))
                again = {"submitted": row.excluded.submitted}
                tx.execute(row.on_conflict_do_update(index_elements=["form", "id"], set_=again))
            latest = sa.select(sa.func.max(RESPONSE.c.submitted)).where(RESPONSE.c.form == form)
            until = min(map(stored, unsettled), default=tx.execute(latest).scalar() or "")
            tx.execute(sa.update(FORM).where(FORM.c.key == form).values(read_until=until))

    def listed(self, form: str, at: datetime, settings: str) -> None:
        """All responses of the form were read under these settings (a hash)."""
        with self._write() as tx:
            row = insert(FORM).values(
                key=form, listed_at=stored(at), settings=settings, read_until=""
            )
            again = {"listed_at": row.excluded.listed_at, "settings": row.excluded.settings}
            tx.execute(row.on_conflict_do_update(index_elements=["key"], set_=again))

    # Upkeep

    def left_as(self) -> str:
        """The mark of the spreadsheets as the last run left them; "" when there was none."""
        with self._engine.connect() as tx:
            return str(tx.execute(sa.select(UPKEEP.c.mark)).scalar() or "")

    def leave_as(self, mark: str) -> None:
        """The spreadsheets are left so."""
        if mark == self.left_as():
            return
        with self._write() as tx:
            row = insert(UPKEEP).values(id=1, mark=mark)
            again = {"mark": row.excluded.mark}
            tx.execute(row.on_conflict_do_update(index_elements=["id"], set_=again))

    # Operations on spreadsheets

    def next_operation(
        self, spreadsheet: str, at: datetime, *, landed: Collection[int] = ()
    ) -> int:
        """The number that the next append to this spreadsheet carries.

        `landed` are those that the spreadsheet remembers. A last number that is not among them is
        given again: should that append arrive after all, only one of the two is accepted.
        """
        mine = OPERATION.c.spreadsheet == spreadsheet
        with self._write() as tx:
            last = tx.execute(sa.select(sa.func.max(OPERATION.c.number)).where(mine)).scalar() or 0
            highest = max(landed, default=0)
            if last > highest:
                return int(last)
            number: int = max(last, highest, 1_000_000) + 1
            row = {"spreadsheet": spreadsheet, "number": number, "at": stored(at)}
            tx.execute(sa.insert(OPERATION).values(**row))
        return number

    def expired_operations(self, spreadsheet: str, before: datetime) -> tuple[int, ...]:
        """Numbers whose mark in the spreadsheet is no longer needed; the highest is kept."""
        query = sa.select(OPERATION).where(OPERATION.c.spreadsheet == spreadsheet)
        with self._engine.connect() as tx:
            rows = tx.execute(query.order_by(OPERATION.c.number)).all()
        return tuple(row.number for row in rows[:-1] if row.at < stored(before))

    def forget_operations(self, spreadsheet: str, numbers: tuple[int, ...]) -> None:
        """Their marks are gone from the spreadsheet."""
        with self._write() as tx:
            tx.execute(
                sa.delete(OPERATION).where(
                    OPERATION.c.spreadsheet == spreadsheet, OPERATION.c.number.in_(numbers)
                )
            )

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()
