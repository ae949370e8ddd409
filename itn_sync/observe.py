"""What a run reads: the two spreadsheets, and of each form only what is new.

A run with nothing new costs one call per form and one per spreadsheet.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from itn_sync.domain.form_answers import read_response
from itn_sync.domain.form_structure import structure_problems
from itn_sync.domain.forms import FormMapping, RawResponse
from itn_sync.domain.secrecy import SCOPE as SECRECY
from itn_sync.domain.secrecy import too_open, unexpected_readers
from itn_sync.domain.seen import Problem, Response, Seen
from itn_sync.domain.serials import school_day_of
from itn_sync.domain.staffing import SCOPE as STAFFING
from itn_sync.domain.staffing import staffing_problems
from itn_sync.domain.tracking import Book
from itn_sync.gateways.drive import Files
from itn_sync.gateways.errors import CredentialsRefused, GatewayError
from itn_sync.gateways.forms import Forms
from itn_sync.gateways.sheet_snapshot import Snapshot
from itn_sync.gateways.sheets import Spreadsheet
from itn_sync.ledger import FormMemory, Ledger
from itn_sync.settings import Settings

T = TypeVar("T")

_BOOK_NAME = {
    Book.TRACKING: "Feuille de suivi",
    Book.CONFIDENTIAL: "Feuille confidentielle (AR)",
}


@dataclass(frozen=True)
class Harvest:
    """What one form gave: its new responses, whether all were listed, and what was wrong."""

    form: str
    responses: tuple[Response, ...] = ()
    listed: frozenset[str] | None = None
    problems: tuple[Problem, ...] = ()
    observed: frozenset[str] = frozenset()
    unreadable: bool = False


@dataclass(frozen=True)
class Observation:
    """Everything read, ready for decisions, with what writing back needs."""

    seen: Seen
    books: Mapping[Book, Snapshot]
    harvests: tuple[Harvest, ...]
    settings_mark: str
    failures: tuple[str, ...] = ()
    """What could not be read, for the admin (English, ids only)."""


@dataclass(frozen=True)
class Sources:
    """The gateways that a run reads through."""

    forms: Forms
    books: Mapping[Book, Spreadsheet]
    files: Files


def observe(
    settings: Settings, sources: Sources, ledger: Ledger, now: datetime, *, full: bool
) -> Observation:
    """Read all sources side by side; one that fails is a problem, not the end of the run.

    Raises CredentialsRefused: nothing can be read without credentials.
    """
    mark = settings_mark(settings)
    with ThreadPoolExecutor(max_workers=4) as pool:
        reading = {book: pool.submit(_attempt, sheet.read) for book, sheet in sources.books.items()}
        harvesting = [
            pool.submit(_harvest, mapping, sources.forms, ledger, settings, now, full=full)
            for mapping in settings.forms
        ]
        snapshots = {book: task.result() for book, task in reading.items()}
        harvests = tuple(task.result() for task in harvesting)
    read = {b: s for b, s in snapshots.items() if isinstance(s, Snapshot)}
    outages = [_outage(b, s) for b, s in snapshots.items() if isinstance(s, GatewayError)]
    secrecy = _secrecy(settings, sources.files, harvests)
    if secrecy.closed:
        read.pop(Book.CONFIDENTIAL, None)
    today = school_day_of(now)
    problems = [*outages, *secrecy.problems, *staffing_problems(settings.school, today)]
    for harvest in harvests:
        problems += harvest.problems
    for snapshot in read.values():
        problems += snapshot.problems
    seen = Seen(
        responses=tuple(r for h in harvests for r in h.responses),
        tables={key: table for s in read.values() for key, table in s.tables.items()},
        deeds=ledger.deeds(),
        problems=tuple(problems),
        observed=_observed(harvests, read) | secrecy.observed,
        complete_forms={h.form: h.listed for h in harvests if h.listed is not None},
    )
    failures = [problem.key for problem in outages]
    failures += [f"form/{h.form}" for h in harvests if h.unreadable]
    failures += ["the confidential spreadsheet is open to more than people"] * secrecy.closed
    return Observation(seen, read, harvests, mark, tuple(failures))


def _observed(harvests: Sequence[Harvest], books: Mapping[Book, Snapshot]) -> frozenset[str]:
    scopes = {STAFFING, "reach"}.union(*(h.observed for h in harvests))
    return frozenset(scopes | {f"sheet/{key}" for s in books.values() for key in s.tables})


@dataclass(frozen=True)
class _Secrecy:
    closed: bool = False
    problems: tuple[Problem, ...] = ()
    observed: frozenset[str] = frozenset()


def _secrecy(settings: Settings, files: Files, harvests: Sequence[Harvest]) -> _Secrecy:
    """Who may open the confidential spreadsheet, asked before anything new is written there."""
    if not any(harvest.responses for harvest in harvests):
        return _Secrecy()
    workspace = settings.workspace
    sharing = _attempt(lambda: files.sharing(workspace.spreadsheets[Book.CONFIDENTIAL]))
    if isinstance(sharing, GatewayError):
        return _Secrecy()  # the spreadsheet itself cannot be opened either, and says so
    wide = tuple(too_open(by_link=sharing.by_link, domains=sharing.domains))
    expected = (*workspace.confidential_readers, workspace.accounts.sheets)
    extra = unexpected_readers(sharing.addresses, expected)
    return _Secrecy(bool(wide), (*wide, *extra), frozenset({SECRECY}))


def _attempt(read: Callable[[], T]) -> T | GatewayError:
    try:
        return read()
    except CredentialsRefused:
        raise
    except GatewayError as error:
        return error


def _outage(book: Book, error: GatewayError) -> Problem:
    return Problem(
        key=f"reach/{book}",
        scope="reach",
        where=_BOOK_NAME[book],
        what=f"La feuille n'a pas pu être lue (erreur {error.status}).",
        mend="Vérifier qu'elle existe et qu'elle est partagée avec le compte d'itn-sync.",
    )


def _harvest(
    mapping: FormMapping,
    forms: Forms,
    ledger: Ledger,
    settings: Settings,
    now: datetime,
    *,
    full: bool,
) -> Harvest:
    memory = ledger.form(mapping.key)
    whole = full or _is_full_listing_due(memory, settings, now)
    since = None if whole or memory is None else _since(memory, settings)
    try:
        answers = forms.responses(mapping.form_id, since)
        fresh = tuple(r for r in answers.read if whole or _is_new(r, memory))
        if not fresh and not whole:
            return Harvest(mapping.key)
        shown = forms.structure(mapping.form_id)
    except CredentialsRefused:
        raise
    except GatewayError as error:
        return Harvest(mapping.key, problems=(_unreadable(mapping, error),), unreadable=True)
    problems = [*structure_problems(mapping, shown), *_malformed(mapping, answers.unreadable)]
    responses = []
    for raw in fresh:
        response, gaps = read_response(mapping, shown, raw)
        responses.append(response)
        problems += gaps
    listed = frozenset(r.id for r in answers.read) | frozenset(answers.unreadable)
    scopes = {f"form/{mapping.key}"} | {f"response/{r.key}" for r in responses}
    return Harvest(
        mapping.key,
        tuple(sorted(responses, key=lambda r: (r.created, r.id))),
        listed if whole else None,
        tuple(problems),
        frozenset(scopes),
    )


def _is_full_listing_due(memory: FormMemory | None, settings: Settings, now: datetime) -> bool:
    """Now and then everything is read again: only so is a deleted answer noticed."""
    if memory is None or memory.settings != settings_mark(settings):
        return True
    return now - memory.listed_at >= timedelta(hours=settings.rules.full_list_every_hours)


def _since(memory: FormMemory, settings: Settings) -> datetime | None:
    """A while before what is settled: order and clocks of the source are not ours."""
    if memory.read_until is None:
        return None
    return memory.read_until - timedelta(minutes=settings.rules.overlap_minutes)


def _is_new(response: RawResponse, memory: FormMemory | None) -> bool:
    settled = memory.settled.get(response.id) if memory else None
    return settled is None or response.submitted > settled


def settings_mark(settings: Settings) -> str:
    """Changes when the school's settings do: old answers may then mean something else."""
    said = {
        "school": asdict(settings.school),
        "forms": [asdict(form) for form in settings.forms],
        "deadlines": dict(settings.rules.first_contact_school_days),
    }
    return sha256(json.dumps(said, default=_plain, sort_keys=True).encode()).hexdigest()[:16]


def _plain(value: object) -> object:
    """Sets have no order of their own; dates and the like read as text."""
    return sorted(map(str, value)) if isinstance(value, frozenset) else str(value)


def _unreadable(mapping: FormMapping, error: GatewayError) -> Problem:
    return Problem(
        key=f"reach/form/{mapping.key}",
        scope="reach",
        where=f"Formulaire « {mapping.label} »",
        what=f"Le formulaire n'a pas pu être lu (erreur {error.status}).",
        mend="Vérifier « form_id » dans config/forms.toml et le partage du formulaire.",
    )


def _malformed(mapping: FormMapping, ids: Sequence[str]) -> list[Problem]:
    return [
        Problem(
            key=f"form/{mapping.key}/unreadable/{response_id}",
            scope=f"form/{mapping.key}",
            where=f"Formulaire « {mapping.label} », réponse {response_id}",
            what="Cette réponse n'a pas pu être lue.",
            mend="L'ouvrir dans Google Forms et prévenir l'administrateur.",
        )
        for response_id in ids
    ]
