"""What only the Workspace can tell: clock, credentials, forms, spreadsheets, mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from itn_sync.access import Right, account_of
from itn_sync.domain.form_structure import structure_problems
from itn_sync.domain.forms import FormMapping
from itn_sync.domain.seen import Problem
from itn_sync.domain.tabs import Book
from itn_sync.founding.blanks import is_blank
from itn_sync.gateways.drive import Files
from itn_sync.gateways.errors import CredentialsRefused, GatewayError, Missing
from itn_sync.gateways.forms import Forms
from itn_sync.gateways.gmail import Mailbox
from itn_sync.gateways.google import Google
from itn_sync.gateways.sheets import Spreadsheet
from itn_sync.gateways.standing import refusal, scopes_refused, server_time
from itn_sync.inspection.findings import Finding, error, fine, warning
from itn_sync.settings import Workspace

_WORKSPACE = "config/workspace.toml"
_LOOK = f"look at [google], [credentials] and [accounts] in {_WORKSPACE}"
_LATER = "try again; if it stays so, see Google's status page"
_TOLERATED = timedelta(minutes=2)
"""Google refuses a token that is asked for with a clock a few minutes wrong (facts 2)."""


def clock(root_url: str, now: datetime) -> Finding:
    """How far this machine's clock is from the Workspace's; raises Unavailable without answer."""
    ahead = now - server_time(root_url)
    if abs(ahead) <= _TOLERATED:
        return fine("clock", "this machine", "it agrees with the Workspace's")
    seconds = abs(round(ahead.total_seconds()))
    way = "ahead of" if ahead > timedelta(0) else "behind"
    what = f"its clock is {seconds} s {way} the Workspace's: Google refuses its tokens"
    mend = "set the clock, and let it be kept by NTP (a demo's own clock may well differ)"
    return error("clock", "this machine", what, mend)


def credentials(google: Google, workspace: Workspace, right: Right) -> Finding:
    """Whether tokens for the right are to be had; if not, which scopes are missing."""
    account = account_of(workspace, right.need)
    where = f"{right.api}, as {account}"
    refused = refusal(google, account, right.scopes, need=right.need)
    if refused is None:
        return fine("credentials", where, f"granted: {' '.join(right.scopes)}")
    if not isinstance(refused, CredentialsRefused):
        return error("workspace", where, f"no token is to be had just now: {refused}", _LATER)
    what, _, mend = refused.message.partition(": ")
    if refused.reason == "unauthorized_client":
        missing = scopes_refused(google, account, right.scopes, need=right.need)
        what = f"{what} (missing: {' '.join(missing) or 'unknown'})"
    return error("credentials", where, what, mend or _LOOK)


def form(forms: Forms, mapping: FormMapping, reader: str, now: datetime) -> Iterator[Finding]:
    """Whether a form and its answers can be read, and still are as forms.toml says."""
    where = f"{mapping.key} ({mapping.form_id})"
    if is_blank(mapping.form_id):
        return
    try:
        shown = forms.structure(mapping.form_id)
        forms.responses(mapping.form_id, since=now)
    except GatewayError as failure:
        yield _unreachable("form", where, failure, f"form_id in config/forms.toml, and {reader}")
        return
    problems = structure_problems(mapping, shown)
    yield from (_of_problem("form", mapping.key, problem) for problem in problems)
    if not problems:
        yield fine("form", where, f"readable, and its {len(mapping.questions)} questions fit")


def spreadsheet(
    sheet: Spreadsheet, files: Files | None, book: Book, workspace: Workspace
) -> Iterator[Finding]:
    """Whether a spreadsheet is there, can be written, and counts days and decimals as we do."""
    spreadsheet_id, worker = workspace.spreadsheets[book], workspace.accounts.sheets
    where = f"{book} ({spreadsheet_id})"
    if is_blank(spreadsheet_id):
        return
    try:
        problems = sheet.read().problems
        standing = files.standing(spreadsheet_id) if files else None
    except GatewayError as failure:
        place = f"[spreadsheets].{book} in {_WORKSPACE}, and {worker}"
        yield _unreachable("spreadsheet", where, failure, place)
        return
    found = [_of_problem("spreadsheet", str(book), problem) for problem in problems]
    if standing and not standing.editable:
        mend = f"in Drive, «Partager»: make {worker} an editor"
        found.append(error("spreadsheet", where, f"{worker} may read it but not write", mend))
    if standing and standing.trashed:
        found.append(error("spreadsheet", where, "it is in the bin", "restore it in Drive"))
    yield from found or [fine("spreadsheet", where, "readable and writable")]


def mailbox(box: Mailbox, workspace: Workspace) -> Finding:
    """Whether the mailer has a mailbox, which lets it write as each sender."""
    mailer = workspace.accounts.mailer
    senders = {"absences_from": workspace.absences_from, "from_address": workspace.mail_from}
    try:
        aliases = box.aliases()
    except GatewayError as failure:
        mend = "give that account Gmail in the Admin console, or correct [accounts].mailer"
        return error("mail", mailer, f"its mailbox does not answer: {failure}", mend)
    wrong = {
        sender: key
        for key, sender in senders.items()
        if sender.lower() not in {*aliases, mailer.lower()}
    }
    for sender, key in wrong.items():
        what = f"{sender} is not an accepted alias: Gmail would write as {mailer}"
        mend = f"add it in Gmail's settings or correct [mail].{key} in {_WORKSPACE}"
        return error("mail", mailer, what, mend)
    return fine("mail", mailer, f"it may write as {' and '.join(sorted({*senders.values()}))}")


def _unreachable(topic: str, where: str, failure: GatewayError, place: str) -> Finding:
    if isinstance(failure, CredentialsRefused):
        mend = "see the lines about credentials"
        return warning(topic, where, "not looked at, for want of a token", mend)
    if isinstance(failure, Missing):
        what = "it does not exist, or is not shared with the worker"
        return error(topic, where, what, f"look at {place}, which must have access")
    mend = f"share it with the account named there as an editor: {place}"
    if failure.status != 403:
        mend = _LATER
    return error(topic, where, f"it cannot be read: {failure}", mend)


def _of_problem(topic: str, name: str, problem: Problem) -> Finding:
    return error(topic, f"{name}, {problem.where}", problem.what, problem.mend)
