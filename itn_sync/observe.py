"""What a run reads: the two spreadsheets, and of each form only what is new.

A run with nothing new costs one call per form and one per spreadsheet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

from itn_sync.domain.reception import FORM as DESK
from itn_sync.domain.reception_ids import contact_ids
from itn_sync.domain.secrecy import SCOPE as SECRECY
from itn_sync.domain.secrecy import too_open, unexpected_readers, unknown_readers
from itn_sync.domain.seen import Problem, Row, Seen, Table
from itn_sync.domain.sendlog import SCOPE as MAIL
from itn_sync.domain.sendlog import mail_problems
from itn_sync.domain.serials import school_day_of
from itn_sync.domain.staffing import SCOPE as STAFFING
from itn_sync.domain.staffing import staffing_problems
from itn_sync.domain.tabs import Book
from itn_sync.domain.tracking import RECEPTION
from itn_sync.domain.upkeep import upkeep_mark
from itn_sync.gateways.drive import Files
from itn_sync.gateways.errors import GatewayError, attempt
from itn_sync.gateways.forms import Forms
from itn_sync.gateways.gmail import Mailbox
from itn_sync.gateways.sheet_adoption import can_adopt
from itn_sync.gateways.sheet_snapshot import Snapshot
from itn_sync.gateways.sheets import Spreadsheet
from itn_sync.harvest import Harvest, Reader, settings_mark
from itn_sync.ledger import Ledger
from itn_sync.rollcall import NOBODY, ClassRoom, RollCall, bounces, call_the_roll
from itn_sync.settings import Settings

_BOOK_NAME = {
    Book.TRACKING: "Feuille de suivi",
    Book.CONFIDENTIAL: "Feuille confidentielle (AR)",
}


@dataclass(frozen=True)
class Observation:
    """Everything read, ready for decisions, with what writing back needs."""

    seen: Seen
    books: Mapping[Book, Snapshot]
    harvests: tuple[Harvest, ...]
    settings_mark: str
    failures: tuple[str, ...] = ()
    """What could not be read, for the admin (English, ids only)."""
    roll: RollCall = NOBODY

    @property
    def is_whole(self) -> bool:
        """True when a form was read from its first answer to its last."""
        return any(h.listed is not None for h in self.harvests if h.form != DESK)


@dataclass(frozen=True)
class Sources:
    """The gateways that a run reads through."""

    forms: Forms
    books: Mapping[Book, Spreadsheet]
    files: Files
    mailbox: Mailbox
    room: ClassRoom | None = None
    """None where no attendance is followed."""


def observe(
    settings: Settings,
    sources: Sources,
    ledger: Ledger,
    now: datetime,
    *,
    full: bool,
    adopting: bool = False,
) -> Observation:
    """Read all sources; one that fails is a problem, not the end of the run.

    Where somebody has touched the worker's cells, every answer is read again to set them right.
    `adopting` writes ids into the rows that people typed; without, they are read as if they had
    theirs.

    Raises CredentialsRefused: nothing can be read without credentials.
    """
    mark = settings_mark(settings)
    with ThreadPoolExecutor(max_workers=4) as pool:
        reading = {book: pool.submit(attempt, sheet.read) for book, sheet in sources.books.items()}
        snapshots = {book: task.result() for book, task in reading.items()}
        read = {b: s for b, s in snapshots.items() if isinstance(s, Snapshot)}
        desk = _desk_rows(sources, read, ledger, now, adopting=adopting)
        touched = upkeep_mark(tables_of(read)) != ledger.left_as()
        reader = Reader(sources.forms, ledger, settings, now, full=full or touched)
        forms = tuple(pool.map(reader.harvest, settings.forms))
        harvests = (*forms, reader.desk(tables_of(read)))
        roll = call_the_roll(settings, sources.room, pool)
    outages = {b: s for b, s in snapshots.items() if isinstance(s, GatewayError)}
    secrecy = _Secrecy()
    if Book.CONFIDENTIAL in read and any(harvest.responses for harvest in harvests):
        secrecy = _secrecy(settings, sources.files)
    if secrecy.failure:
        read.pop(Book.CONFIDENTIAL, None)
    deeds = ledger.deeds()
    problems = [
        *(_outage(book, error) for book, error in outages.items()),
        *secrecy.problems,
        *mail_problems(deeds),
        *staffing_problems(settings.school, school_day_of(now)),
        *(problem for harvest in harvests for problem in harvest.problems),
        *(problem for snapshot in read.values() for problem in snapshot.problems),
        *roll.problems,
    ]
    seen = Seen(
        responses=tuple(r for h in harvests for r in h.responses),
        tables=tables_of(read),
        deeds=deeds,
        problems=tuple(problems),
        observed=_observed(harvests, read) | secrecy.observed | roll.observed,
        classes=roll.classes,
        bounced=bounces(tables_of(read), ledger, sources.mailbox, now),
        complete_forms={h.form: h.listed for h in harvests if h.listed is not None},
    )
    failures = [f"{book} spreadsheet could not be read: {e}" for book, e in outages.items()]
    failures += filter(None, (*(h.failure for h in harvests), secrecy.failure, desk))
    failures += roll.failures
    return Observation(seen, read, harvests, mark, tuple(failures), roll)


def _desk_rows(
    sources: Sources,
    read: dict[Book, Snapshot],
    ledger: Ledger,
    now: datetime,
    *,
    adopting: bool,
) -> str:
    """Give every row that the desk typed an id, in `read` too; what stood in the way, if anything.

    A row that has none in the end is not read in this run.
    """
    book = RECEPTION.book
    if book not in read or not _desk_ids(read[book]):
        return ""
    if not adopting:
        read[book] = _as_if_adopted(read[book])
        return ""

    def operation(latest: Snapshot) -> int:
        return ledger.next_operation(str(book), now, landed=latest.operations)

    before, sheet = read[book], sources.books[book]
    adopted = attempt(lambda: sheet.adopt(RECEPTION, before, _desk_ids, operation))
    if isinstance(adopted, GatewayError):
        return f"rows typed in {RECEPTION.key} could not be given an id: {adopted}"
    read[book] = adopted
    left = len(_desk_ids(adopted))
    return f"{left} rows typed in {RECEPTION.key} keep moving" if left else ""


def _desk_ids(snapshot: Snapshot) -> dict[int, str]:
    if not can_adopt(RECEPTION, snapshot):
        return {}
    return contact_ids(snapshot.tables, snapshot.loose(RECEPTION))


def _as_if_adopted(snapshot: Snapshot) -> Snapshot:
    ids, known = _desk_ids(snapshot), snapshot.tables[RECEPTION.key].rows.values()
    rows = (
        Row(ids.get(row.number, row.id), row.cells, row.number)
        for row in (*known, *snapshot.loose(RECEPTION))
    )
    table = Table({row.id: row for row in rows if row.id})
    return replace(snapshot, tables={**snapshot.tables, RECEPTION.key: table})


def tables_of(books: Mapping[Book, Snapshot]) -> dict[str, Table]:
    """The tabs of all spreadsheets by key."""
    return {key: table for book in books.values() for key, table in book.tables.items()}


def _observed(harvests: Sequence[Harvest], books: Mapping[Book, Snapshot]) -> frozenset[str]:
    scopes = {STAFFING, MAIL, "reach"}.union(*(h.observed for h in harvests))
    return frozenset(scopes | {f"sheet/{key}" for s in books.values() for key in s.tables})


@dataclass(frozen=True)
class _Secrecy:
    problems: tuple[Problem, ...] = ()
    observed: frozenset[str] = frozenset()
    failure: str = ""
    """Why nothing may be written into the confidential spreadsheet, for the admin (English)."""


def _secrecy(settings: Settings, files: Files) -> _Secrecy:
    """Who may open the confidential spreadsheet, asked before anything new is written there."""
    workspace = settings.workspace
    sharing = attempt(lambda: files.sharing(workspace.spreadsheets[Book.CONFIDENTIAL]))
    if isinstance(sharing, GatewayError):
        failure = f"who may open the confidential spreadsheet could not be read: {sharing}"
        return _Secrecy((unknown_readers(sharing.french),), failure=failure)
    wide = tuple(too_open(by_link=sharing.by_link, domains=sharing.domains))
    expected = (*workspace.confidential_readers, workspace.accounts.sheets)
    extra = unexpected_readers(sharing.addresses, expected)
    failure = "confidential spreadsheet is open to more than people" if wide else ""
    return _Secrecy((*wide, *extra), frozenset({SECRECY}), failure)


def _outage(book: Book, error: GatewayError) -> Problem:
    return Problem(
        key=f"reach/{book}",
        scope="reach",
        where=_BOOK_NAME[book],
        what=f"La feuille n'a pas pu être lue ({error.french}).",
        mend="Vérifier qu'elle existe et qu'elle est partagée avec le compte d'itn-sync.",
    )
