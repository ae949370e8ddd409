"""What can be looked at without the network: settings, staffing, wordings, ledger, lease."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock, Timeout

from itn_sync.domain.case_words import signature
from itn_sync.domain.school import School
from itn_sync.domain.staffing import holder_of_every_role, staffing_problems
from itn_sync.domain.tabs import Book
from itn_sync.founding.blanks import is_blank
from itn_sync.gateways.mail_text import is_reserved
from itn_sync.inspection.findings import Finding, error, fine, warning
from itn_sync.messages import Messages, TemplateError
from itn_sync.samples import document_samples, samples
from itn_sync.settings import ConfigError, Settings, Workspace

_WORKSPACE = "config/workspace.toml"
_SCHOOL = "config/school.toml"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PARTS = {"subject.txt", "body.txt", "body.html"}


def mistakes(refused: ConfigError, home: Path) -> Iterator[Finding]:
    """Every mistake of every configuration file."""
    for mistake in refused.mistakes:
        told = mistake.told(home.resolve()).removesuffix(f"{mistake.what}; {mistake.mend}")
        yield error("configuration", told.rstrip(": "), mistake.what, mistake.mend)


def configuration(settings: Settings) -> Iterator[Finding]:
    """What fits its shape and is wrong all the same."""
    found = [
        *_blanks(settings),
        *_doubles(settings.workspace),
        *_secrets(settings),
        *_reserved(settings),
        *_unheard(settings),
    ]
    yield from found or [fine("configuration", str(settings.home), "every file is right")]


def _blanks(settings: Settings) -> Iterator[Finding]:
    for book, spreadsheet in settings.workspace.spreadsheets.items():
        if is_blank(spreadsheet):
            yield _blank(f"{_WORKSPACE}, [spreadsheets].{book}", "spreadsheet")
    for form in settings.forms:
        if is_blank(form.form_id):
            yield _blank(f"config/forms.toml, form {form.key}, form_id", "form")


def _blank(where: str, thing: str) -> Finding:
    return error(
        "configuration",
        where,
        f"the {thing} has not been named yet",
        f"run itn-sync init with --create, or write the id of an existing {thing} there",
    )


def _doubles(workspace: Workspace) -> Iterator[Finding]:
    books = workspace.spreadsheets
    if books[Book.TRACKING] == books[Book.CONFIDENTIAL]:
        yield error(
            "configuration",
            f"{_WORKSPACE}, [spreadsheets]",
            "tracking and confidential are the same spreadsheet: everybody would read AR requests",
            "make a second spreadsheet, shared with the AR referent and the direction alone",
        )


def _secrets(settings: Settings) -> Iterator[Finding]:
    """What an AR request says is for the confidential spreadsheet alone (S32)."""
    for form in settings.forms:
        for question in form.questions:
            if question.field == "ar_details" and not question.confidential:
                where = f"config/forms.toml, form {form.key}, question {question.id}"
                what = "what an AR request says would go where everybody reads"
                yield error("configuration", where, what, "add confidential = true to it")


def _reserved(settings: Settings) -> Iterator[Finding]:
    """Addresses of examples and tests, to which nothing goes on Google itself."""
    workspace = settings.workspace
    if not workspace.is_google:
        return
    accounts = vars(workspace.accounts).items()
    named = [
        *((f"{_WORKSPACE}, [accounts].{need}", address) for need, address in accounts),
        (f"{_WORKSPACE}, [mail].from_address", workspace.mail_from),
        *_absences_from(workspace),
        (f"{_WORKSPACE}, [mail].reply_to", workspace.reply_to),
        (f"{_WORKSPACE}, [admin].email", settings.service.admin),
        *((f"{_SCHOOL}, [[person]] {p.key}", p.email) for p in settings.school.persons),
    ]
    for where, address in named:
        if address and is_reserved(address):
            what = f"{address} is an address of examples, which no mail reaches"
            yield error("configuration", where, what, "write the school's own address")


def _unheard(settings: Settings) -> Iterator[Finding]:
    if settings.service.jobs and not settings.service.admin:
        what = "runs are scheduled, and nobody hears when they fail"
        yield warning("configuration", f"{_WORKSPACE}, [admin].email", what, "add an address")


def keys(workspace: Workspace) -> Iterator[Finding]:
    """Key and token files that others on this machine may read."""
    credentials = [workspace.credential(need) for need in vars(workspace.accounts)]
    files = dict.fromkeys(path for one in credentials for path in (one.file, one.token))
    for file in (path for path in files if path.is_file() and os.name == "posix"):
        if file.stat().st_mode & _OTHERS:
            what = "others on this machine may read it"
            yield warning("credentials", str(file), what, f"chmod 600 {file}")


def staffing(school: School, today: date) -> Iterator[Finding]:
    """Roles without a person, absences without a substitute, one person in every role."""
    problems = [*staffing_problems(school, today)]
    yield from (warning("staffing", p.where, p.what, p.mend) for p in problems)
    alone = holder_of_every_role(school)
    if alone:
        yield warning(
            "staffing",
            _SCHOOL,
            f"{alone.name} holds every role alone: nobody stands in, and late requests are "
            "escalated to whoever is late",
            "name other persons under [[role]], at least for the direction",
        )
    if not problems and not alone:
        yield fine("staffing", _SCHOOL, "somebody holds every role everywhere")


def _absences_from(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Nothing where it is the usual sender."""
    if workspace.absences_from != workspace.mail_from:
        yield f"{_WORKSPACE}, [mail].absences_from", workspace.absences_from


def wordings(home: Path, folders: Sequence[Path], school: School | None) -> Iterator[Finding]:
    """Every message, rendered with what an invented student would give."""
    said = signature(school, ("", "")) if school else signature(_NO_SCHOOL, ("", ""))
    messages, documents = Messages(folders), document_samples(**said)
    known = samples(**said) | documents
    wrong: dict[str, Finding] = {}
    for name, contexts in known.items():
        write = messages.document if name in documents else messages.render
        for context in contexts:
            try:
                write(name, context)
            except TemplateError as failure:
                wrong.setdefault(str(failure), _unrendered(name, failure, home))
    yield from wrong.values()
    yield from _strangers(home / "templates", known.keys() | {"_commun"})
    if not wrong:
        yield fine("templates", "templates", f"all {len(known)} messages can be written")


_NO_SCHOOL = School("École", (), (), ())


def _unrendered(name: str, failure: TemplateError, home: Path) -> Finding:
    told, _, mend = str(failure).rpartition("; ")
    place, _, what = told.partition(": ")
    where = place.removeprefix(f"{home.resolve()}{os.sep}")
    return error("templates", where, f"message {name}: {what}", mend)


def _strangers(own: Path, known: set[str]) -> Iterator[Finding]:
    """Files in the school's own templates that no message ever looks for."""
    for folder in sorted(path for path in own.glob("*") if path.is_dir()):
        if folder.name not in known:
            what = "no message has this name, so nobody ever reads it"
            mend = f"rename it to one of {', '.join(sorted(known))}, or remove it"
            yield warning("templates", f"templates/{folder.name}", what, mend)
            continue
        parts = () if folder.name == "_commun" else folder.iterdir()
        for file in sorted(path for path in parts if path.name not in _PARTS):
            where = f"templates/{folder.name}/{file.name}"
            mend = f"rename it to one of {', '.join(sorted(_PARTS))}, or remove it"
            yield warning("templates", where, "a message has no such part", mend)


def ledger(url: str) -> Iterator[Finding]:
    """The ledger's place and what it holds, and whether a run is at work; nothing is created."""
    file = Path(str(sa.make_url(url).database))
    found = next((place for place in (file, *file.parents) if place.exists()), Path())
    if found == file and file.is_file():
        yield _readable(file)
        yield from _lease(Path(f"{file}.lease"))
    elif not found.is_dir() or found == file:
        yield _misplaced(file, f"{found} is no folder" if found != file else "this is a folder")
    elif os.access(found, os.W_OK | os.X_OK):
        yield fine("ledger", str(file), "there is none yet; the first run makes it")
    else:
        yield _misplaced(file, f"this account may not write in {found}")


def _misplaced(file: Path, why: str) -> Finding:
    mend = f"correct [ledger].url in {_WORKSPACE}: a file in a folder of this account"
    return error("ledger", str(file), f"no ledger can be made here: {why}", mend)


def _readable(file: Path) -> Finding:
    if not os.access(file, os.W_OK) or not os.access(file.parent, os.W_OK | os.X_OK):
        mend = "give this account the right to write the file and its folder"
        return error("ledger", str(file), "it cannot be written", mend)
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
            (known,) = database.execute("SELECT count(*) FROM deed").fetchone()
    except sqlite3.Error as failure:
        mend = "put its backup back; without one, move it away and run itn-sync rebuild"
        return error("ledger", str(file), f"this is no ledger, or it is damaged ({failure})", mend)
    return fine("ledger", str(file), f"it knows {known} mails")


def _lease(file: Path) -> Iterator[Finding]:
    if not file.exists():
        return
    try:
        with FileLock(file, blocking=False):
            yield fine("lease", str(file), "no run is at work")
    except Timeout:
        mend = "nothing to mend: wait until it has ended before starting another by hand"
        yield warning("lease", str(file), "a run is at work just now", mend)
    except OSError as failure:
        what = f"the lease cannot be taken ({failure.strerror})"
        yield error("lease", str(file), what, "give this account the right to write that file")
