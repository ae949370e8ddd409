"""Wanted set beside what exists: the plan, its safety valve, its fingerprint."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from itn_sync.domain.actions import KeepRegister, NotSent, SendMail, WriteDocument, WriteRow
from itn_sync.domain.intake import Wanted
from itn_sync.domain.privacy import Confidential
from itn_sync.domain.reception import FORM as DESK
from itn_sync.domain.report_tabs import MAILS
from itn_sync.domain.revisions import same_cell
from itn_sync.domain.seen import Cell, Seen
from itn_sync.domain.sendlog import held_references
from itn_sync.domain.states import DELETED, MADE, SENT
from itn_sync.domain.storable import fitting
from itn_sync.domain.told import is_warning
from itn_sync.domain.tracking import REGISTRATIONS


@dataclass(frozen=True)
class RowChange:
    """One row to create (`before` is None) or to correct; `cells` are those to write."""

    tab: str
    id: str
    cells: Mapping[str, Cell]
    before: Mapping[str, Cell] | None
    why: str
    plan: str = ""

    @property
    def creates(self) -> bool:
        """True when the row does not exist yet."""
        return self.before is None


@dataclass(frozen=True)
class Limits:
    """The safety valve: beyond these a human must say `--force` (S126's lesson, peers row 97)."""

    mails_per_run: int
    missing_share: float
    missing_count: int
    warnings_per_run: int = 50


@dataclass(frozen=True)
class Plan:
    """What a run would do, in order, and what stands in its way."""

    rows: tuple[RowChange, ...]
    mails: tuple[SendMail, ...]
    waiting: tuple[SendMail, ...]
    """Mails that are due and go out in office hours only, each with its reason to wait."""
    not_sent: tuple[NotSent, ...]
    held: tuple[str, ...]
    unsafe: tuple[str, ...]
    refused: str
    concerns: Mapping[str, str]
    documents: tuple[WriteDocument, ...] = ()
    registers: tuple[KeepRegister, ...] = ()

    @property
    def told(self) -> tuple[SendMail | WriteDocument, ...]:
        """What people are told, by mail or on paper."""
        return (*self.mails, *self.documents)

    @property
    def is_empty(self) -> bool:
        """True when the Workspace already is as it should be."""
        return not (self.rows or self.mails or self.documents or self.registers)

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits: two plans with the same one do the same things."""
        rows = [
            [c.tab, c.id, sorted((k, _token(v)) for k, v in c.cells.items())] for c in self.rows
        ]
        mails = [[m.key, m.recipient, m.template] for m in self.mails]
        documents = [[d.key, d.template] for d in self.documents]
        kept = [[r.unit, r.added, sorted(r.situations.items())] for r in self.registers]
        said = json.dumps([rows, mails, *filter(None, (documents, kept))])
        return sha256(said.encode()).hexdigest()[:12]


def _token(cell: Cell) -> str:
    return cell.reveal() if isinstance(cell, Confidential) else str(cell)


def compare(wanted: Wanted, seen: Seen, limits: Limits) -> Plan:
    """The plan that makes `seen` into `wanted`."""
    due = tuple(mail for mail in wanted.mails if mail.is_due(seen.deeds.get(mail.key)))
    mails = tuple(mail for mail in due if not mail.waits)
    documents = tuple(d for d in wanted.documents if d.is_due(seen.deeds.get(d.key)))
    return Plan(
        rows=row_changes(wanted.rows, seen),
        mails=mails,
        waiting=tuple(mail for mail in due if mail.waits),
        not_sent=wanted.not_sent,
        held=held_references(seen.deeds),
        unsafe=tuple(_alarms(mails, documents, seen, limits)),
        refused=_refusal(seen),
        concerns=wanted.concerns,
        documents=documents,
        registers=wanted.registers,
    )


def row_changes(rows: tuple[WriteRow, ...], seen: Seen) -> tuple[RowChange, ...]:
    """The differences, one per row: several wishes for a row are one change."""
    merged: dict[tuple[str, str], WriteRow] = {}
    for row in rows:
        known = merged.get((row.tab, row.id))
        merged[row.tab, row.id] = _merge(known, row) if known else row
    changes = (_change(_storable(row), seen) for row in merged.values())
    return tuple(change for change in changes if change is not None)


def _merge(one: WriteRow, other: WriteRow) -> WriteRow:
    cells = {**one.cells, **other.cells}
    return WriteRow(one.tab, one.id, cells, one.why, {**one.initial, **other.initial}, one.plan)


def _storable(row: WriteRow) -> WriteRow:
    """One cell too long would make Google refuse every row of its batch, run after run."""
    cells = {key: _fitting(cell) for key, cell in row.cells.items()}
    return replace(row, cells=cells, initial={k: _fitting(v) for k, v in row.initial.items()})


def _fitting(cell: Cell) -> Cell:
    if isinstance(cell, Confidential):
        return Confidential(fitting(cell.reveal()))
    return fitting(cell) if isinstance(cell, str) else cell


def _change(row: WriteRow, seen: Seen) -> RowChange | None:
    existing = seen.table(row.tab).rows.get(row.id)
    if existing is None:
        if "id" not in row.cells:
            return None  # a touch to a row that somebody removed
        filled = {k: v for k, v in {**row.initial, **row.cells}.items() if v not in (None, "")}
        return RowChange(row.tab, row.id, filled, None, row.why, row.plan)
    before = {key: existing.cells.get(key) for key in row.cells}
    cells = {k: v for k, v in row.cells.items() if not same_cell(before[k], v)}
    if not cells:
        return None
    return RowChange(row.tab, row.id, cells, {k: before[k] for k in cells}, row.why, row.plan)


def _alarms(
    mails: tuple[SendMail, ...],
    documents: tuple[WriteDocument, ...],
    seen: Seen,
    limits: Limits,
) -> Iterator[str]:
    if len(mails) > limits.mails_per_run:
        yield f"{len(mails)} mails in one run, {limits.mails_per_run} allowed"
    told: tuple[SendMail | WriteDocument, ...] = (*mails, *documents)
    warnings = sum(is_warning(one.key) for one in told)
    if warnings > limits.warnings_per_run:
        yield f"{warnings} absence warnings in one run, {limits.warnings_per_run} allowed"
    for form, listed in seen.complete_forms.items():
        known = _known_responses(form, seen)
        missing = len(known - listed)
        allowed = max(limits.missing_count, int(limits.missing_share * len(known)))
        silent = not listed and form != DESK  # people may delete the first row that they tried
        if known and (silent or missing > allowed):
            limit = "an empty form is no news to trust" if silent else f"{allowed} allowed"
            yield f"form {form}: {missing} of {len(known)} known responses are gone, {limit}"


def _known_responses(form: str, seen: Seen) -> set[str]:
    rows = seen.table(REGISTRATIONS.key).rows.values()
    alive = (row.id for row in rows if row.text("state") != DELETED)
    return {key.removeprefix(f"{form}/") for key in alive if key.startswith(f"{form}/")}


def _refusal(seen: Seen) -> str:
    """A ledger that is empty, or older than the log, would send again what has gone out."""
    log = seen.table(MAILS.key).rows.values()
    unknown = sum(row.text("state") in {SENT, MADE} and row.id not in seen.deeds for row in log)
    if not unknown:
        return ""
    return (
        f"`Envois` lists mails as sent that the ledger does not know ({unknown}): "
        "complete it with `itn-sync rebuild`"
    )
