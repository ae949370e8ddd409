"""Who may open the spreadsheets, beside those whom the configuration names (S32, F36)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from itn_sync.domain.school import Role
from itn_sync.domain.secrecy import followers, too_open, unexpected_readers
from itn_sync.domain.tabs import Book
from itn_sync.founding.blanks import is_blank
from itn_sync.gateways.drive import Files, Sharing
from itn_sync.gateways.errors import GatewayError, Missing
from itn_sync.inspection.findings import Finding, error, fine, warning
from itn_sync.settings import Settings

_READERS = "[spreadsheets].confidential_readers in config/workspace.toml"


Look = Callable[[str, Sharing, Settings, date], Iterator[Finding]]
"""What is to be said of who may open one thing, on one day."""


def sharing(files: Files, settings: Settings, today: date) -> Iterator[Finding]:
    """Everybody who may open a spreadsheet or a form and should not, or should and may not."""
    for book, spreadsheet in settings.workspace.spreadsheets.items():
        look = _confidential if book is Book.CONFIDENTIAL else _tracking
        yield from _looked_at(str(book), spreadsheet, files, look, settings, today)
    for mapping in settings.forms:
        name = f"form {mapping.key}"
        yield from _looked_at(name, mapping.form_id, files, _answers, settings, today)


def _looked_at(
    name: str, file_id: str, files: Files, look: Look, settings: Settings, today: date
) -> Iterator[Finding]:
    if is_blank(file_id):
        return
    try:
        found = files.sharing(file_id)
    except Missing:
        what = f"{settings.workspace.accounts.sheets} cannot know who may open it"
        mend = "share it with that account as an editor, or look in «Partager» by hand"
        yield warning("sharing", name, what, mend)
        return
    except GatewayError as failure:
        yield _unknown(name, settings.workspace.accounts.sheets, failure)
        return
    findings = list(look(name, found, settings, today))
    yield from findings or [fine("sharing", name, "open to the people named, no others")]


def _unknown(name: str, worker: str, failure: GatewayError) -> Finding:
    what = f"who may open it cannot be read: {failure}"
    return error("sharing", name, what, f"in Drive, «Partager»: make {worker} an editor")


def _confidential(name: str, found: Sharing, settings: Settings, today: date) -> Iterator[Finding]:
    workspace, school = settings.workspace, settings.school
    named = {*map(str.lower, workspace.confidential_readers), workspace.accounts.sheets.lower()}
    for problem in (
        *too_open(by_link=found.by_link, domains=found.domains),
        *unexpected_readers(found.addresses, named),
    ):
        yield error("sharing", name, problem.what, problem.mend)
    yield from _shut_out(name, named - found.addresses)
    holders = {p for a in school.assignments if a.role is Role.REFERENT_AR for p in a.persons}
    present = {person for holder in holders if (person := school.present(holder, today))}
    for address in sorted({person.email.lower() for person in present} - named):
        what = f"{address} is the AR referent and not among those who may open it"
        yield warning("sharing", name, what, f"add it to {_READERS}")


def _tracking(name: str, found: Sharing, settings: Settings, _: date) -> Iterator[Finding]:
    yield from _too_wide(name, found)
    yield from _strangers(name, found, settings)
    if not found.by_link and not found.domains:
        yield from _shut_out(name, followers(settings.school) - found.addresses)


def _answers(name: str, found: Sharing, settings: Settings, _: date) -> Iterator[Finding]:
    """Whoever may open a form reads every answer, AR requests too."""
    yield from _too_wide(name, found)
    yield from _strangers(name, found, settings)


def _too_wide(name: str, found: Sharing) -> Iterator[Finding]:
    close = "in Drive, «Partager», set the general access to «Limité»"
    if found.by_link:
        yield error("sharing", name, "it is open to whoever has the link", close)
    for domain in sorted(found.domains):
        yield warning("sharing", name, f"it is open to everybody at {domain}", close)


def _strangers(name: str, found: Sharing, settings: Settings) -> Iterator[Finding]:
    for address in sorted(found.addresses - _known(settings)):
        what = f"{address} may open it and is nobody of config/school.toml"
        yield warning("sharing", name, what, "take the share back, or add a [[person]]")


def _known(settings: Settings) -> set[str]:
    workspace = settings.workspace
    persons = (person.email for person in settings.school.persons)
    accounts = vars(workspace.accounts).values()
    return {address.lower() for address in (*persons, *accounts, *workspace.confidential_readers)}


def _shut_out(name: str, addresses: Iterable[str]) -> Iterator[Finding]:
    """Those who should have access and have none of their own; a group may give it to them."""
    if missing := sorted(addresses):
        what = f"no access of their own: {', '.join(missing)}"
        mend = "share it with them as editors, unless a group gives them access"
        yield warning("sharing", name, what, mend)
