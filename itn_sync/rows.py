"""Rows made as wanted: set up, written, read back, and repaired where somebody moved them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from itn_sync.domain.actions import WriteRow
from itn_sync.domain.plan import RowChange, row_changes
from itn_sync.domain.seen import Seen
from itn_sync.domain.tabs import Book
from itn_sync.domain.tracking import TAB_BY_KEY
from itn_sync.gateways.errors import CredentialsRefused, GatewayError, Refused
from itn_sync.gateways.sheet_snapshot import Snapshot
from itn_sync.gateways.sheets import Spreadsheet
from itn_sync.ledger import Ledger
from itn_sync.report import Note, Report, RowsWritten, Tell

_REPAIRS = 3
"""How often a row that somebody moved under the worker's pen is set right in one run."""

_MARKS_KEPT = timedelta(days=7)

_ROWS_A_BATCH = 500
"""Well under the 2 MB that Google advises for a request."""

_BAD_REQUEST = 400

_REFUSED_ROWS = 10
"""More than this, and it is not for what single rows contain: the spreadsheet is left at that."""

Books = Mapping[Book, Snapshot]
Changes = tuple[RowChange, ...]
Pen = Callable[[Book, Changes, Snapshot], Snapshot]
"""Writes rows in one bite and answers what is there then; a GatewayError when it could not."""


@dataclass(frozen=True)
class Clerk:
    """Writes the rows of the school's spreadsheets."""

    sheets: Mapping[Book, Spreadsheet]
    ledger: Ledger
    clock: Callable[[], datetime]
    report: Report
    tell: Tell
    refused: set[str] = field(default_factory=set)
    """Ids of the rows that Google does not take: not tried again in this run, nor is the
    confidential half of a case without its shared half."""

    def write(self, rows: Iterable[WriteRow], books: Books) -> Books:
        """Make every row as wanted; the books as they are afterwards.

        The shared spreadsheet comes first, and nothing is written without it: its row is what
        tells that an edit was news.
        """
        after, wanted = dict(books), tuple(rows)
        for book in Book:
            if book not in after:
                break
            mine = tuple(row for row in wanted if TAB_BY_KEY[row.tab].book is book)
            try:
                after[book] = self._write_book(book, mine, after[book])
            except CredentialsRefused:
                raise
            except GatewayError as error:
                self.report.failures.append(f"spreadsheet {book}: {error}")
                break
        return after

    def _write_book(self, book: Book, rows: tuple[WriteRow, ...], snapshot: Snapshot) -> Snapshot:
        sheet = self.sheets[book]
        if snapshot.needs_set_up:
            self.tell(Note(f"setting up the {book} spreadsheet"))
            sheet.set_up(snapshot)
            snapshot = sheet.read()
        self._say_lost({row.tab for row in rows} - snapshot.tables.keys())
        rows = tuple(row for row in rows if row.tab in snapshot.tables)
        for repair in range(_REPAIRS + 1):
            changes = self._to_write(rows, snapshot)
            if not changes:
                return snapshot
            if repair == 0:
                self.tell(Note(f"writing {len(changes)} rows"))
            before, snapshot = snapshot, self._write_changes(book, changes, snapshot)
            rows += tuple(_struck_rows(changes, before, snapshot))
        left = self._to_write(rows, snapshot)
        self.report.failures += [f"row {change.tab}/{change.id} keeps moving" for change in left]
        return snapshot

    def _to_write(self, rows: tuple[WriteRow, ...], snapshot: Snapshot) -> Changes:
        changes = row_changes(rows, Seen(tables=snapshot.tables))
        return tuple(c for c in changes if c.id not in self.refused)

    def _say_lost(self, tabs: Collection[str]) -> None:
        said = [f"tab {tab}: its id column is gone, so it is not kept" for tab in sorted(tabs)]
        self.report.failures += [one for one in said if one not in self.report.failures]

    def _write_changes(self, book: Book, changes: Changes, snapshot: Snapshot) -> Snapshot:
        """Add rows in batches that Google takes in one bite, then correct the others."""
        new = tuple(change for change in changes if change.creates)
        for start in range(0, len(new), _ROWS_A_BATCH):
            batch = new[start : start + _ROWS_A_BATCH]
            snapshot = self._sparing(self._append_batch, book, batch, snapshot)
        corrections = tuple(change for change in changes if not change.creates)
        if not corrections:
            return snapshot
        return self._sparing(self._update_batch, book, corrections, snapshot)

    def _sparing(self, pen: Pen, book: Book, changes: Changes, snapshot: Snapshot) -> Snapshot:
        """Write rows; when Google refuses what they contain, all but those it is about.

        Found by halves: a batch is all or nothing, and Google does not say which row it was.
        """
        try:
            snapshot = pen(book, changes, snapshot)
        except Refused as refusal:
            if refusal.status != _BAD_REQUEST or len(self.refused) >= _REFUSED_ROWS:
                raise
            if len(changes) == 1:
                self._say_refused(changes[0], refusal)
            snapshot = self.sheets[book].read()
        else:
            self._count(changes)
            self._tell_written(book, changes, snapshot)
            return snapshot
        middle = len(changes) // 2
        for half in (changes[:middle], changes[middle:]) if middle else ():
            snapshot = self._sparing(pen, book, half, snapshot)
        return snapshot

    def _say_refused(self, change: RowChange, refusal: Refused) -> None:
        self.refused.add(change.id)
        self.report.failures.append(f"row {change.tab}/{change.id} was refused: {refusal}")

    def _count(self, changes: Changes) -> None:
        created = sum(change.creates for change in changes)
        self.report.rows_created += created
        self.report.rows_changed += len(changes) - created

    def _tell_written(self, book: Book, changes: Changes, snapshot: Snapshot) -> None:
        sheet, tables = self.sheets[book], snapshot.tables
        links = {
            (change.tab, change.id): sheet.row_link(change.tab, row.number)
            for change in changes
            if change.tab in tables and (row := tables[change.tab].rows.get(change.id))
        }
        self.tell(RowsWritten(changes, links))

    def _update_batch(self, book: Book, changes: Changes, snapshot: Snapshot) -> Snapshot:
        corrections = {
            TAB_BY_KEY[key]: {change.id: change.cells for change in mine}
            for key, mine in _by_tab(changes).items()
        }
        return self.sheets[book].update(corrections, snapshot)

    def _append_batch(self, book: Book, new: Changes, snapshot: Snapshot) -> Snapshot:
        """Each batch goes under a number of its own, by which a second asking is known."""
        now, name = self.clock(), str(book)
        expired = self.ledger.expired_operations(name, now - _MARKS_KEPT)
        number = self.ledger.next_operation(name, now, landed=snapshot.operations)
        rows = {
            TAB_BY_KEY[key]: [WriteRow(c.tab, c.id, c.cells, c.why) for c in changes]
            for key, changes in _by_tab(new).items()
        }
        snapshot = self.sheets[book].append(rows, number, expired=expired)
        self.ledger.forget_operations(name, expired)
        return snapshot


def _struck_rows(
    changes: Iterable[RowChange], before: Snapshot, after: Snapshot
) -> Iterator[WriteRow]:
    """Other rows that caught a correction because somebody moved them under the pen.

    The worker's columns change by its own pen alone, so they should be as they were.
    """
    for tab, mine in _by_tab(c for c in changes if not c.creates).items():
        meant = {change.id: change.cells for change in mine}
        written = {column for cells in meant.values() for column in cells}
        known = before.tables[tab].rows
        found = after.tables[tab].rows if tab in after.tables else {}
        for identity in sorted(known.keys() & found.keys()):
            cells = {
                column: known[identity].cells.get(column)
                for column in sorted(written - meant.get(identity, {}).keys())
                if known[identity].cells.get(column) != found[identity].cells.get(column)
            }
            if cells:
                yield WriteRow(tab, identity, cells, why="une ligne déplacée pendant l'écriture")


def _by_tab(changes: Iterable[RowChange]) -> dict[str, list[RowChange]]:
    grouped: dict[str, list[RowChange]] = {}
    for change in changes:
        grouped.setdefault(change.tab, []).append(change)
    return grouped
