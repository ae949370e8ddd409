"""The commands that set a school up and look it over: check, init, forms inspect, mail preview."""

from __future__ import annotations

import json
import os
import webbrowser
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from itn_sync.access import enter
from itn_sync.clock import Clock
from itn_sync.domain.case_words import signature
from itn_sync.doors import open_doors
from itn_sync.founding.pages import Answers, missing_pages, write_pages
from itn_sync.founding.premises import REFUSED, founder
from itn_sync.gateways.errors import CredentialsRefused, GatewayError, OutcomeUnknown
from itn_sync.gateways.google import GOOGLE
from itn_sync.inspection.findings import Finding, Grade
from itn_sync.inspection.whole import check_school
from itn_sync.mapping import mapping_toml
from itn_sync.messages import Messages, Rendered, TemplateError
from itn_sync.samples import document_samples, samples
from itn_sync.settings import ConfigError, Settings, load

NOT_ALL, BAD_SETTINGS = 1, 2

_SETTINGS = {"configuration", "credentials"}
"""What a finding is about when the settings have to be mended, not the Workspace."""

_STYLE = {Grade.OK: "green", Grade.WARNING: "yellow", Grade.ERROR: "red"}

out = Console(soft_wrap=False)
err = Console(stderr=True)

Home = Annotated[
    Path, typer.Option("--home", help="Folder of the school: config/, templates/, ledger.")
]

forms = typer.Typer(help="Look at the school's forms.", no_args_is_help=True)
mail = typer.Typer(help="Look at the messages.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Give `app` the commands of this file."""
    app.command()(check)
    app.command()(init)
    app.add_typer(forms, name="forms")
    app.add_typer(mail, name="mail")


def check(
    home: Home = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show what is right, too.")] = False,
) -> None:
    """Look the whole school over, here and in the Workspace; change nothing."""
    findings: list[Finding] = []
    for finding in check_school(home, os.environ, Clock()()):
        findings.append(finding)
        if not as_json and (verbose or finding.grade is not Grade.OK):
            _say(finding.line, style=_STYLE[finding.grade])
    if as_json:
        typer.echo(json.dumps(_findings_json(findings), ensure_ascii=False, indent=2))
    else:
        counts = Counter(finding.grade for finding in findings)
        _say(
            f"{counts[Grade.OK]} things are right, {counts[Grade.WARNING]} to look at, "
            f"{counts[Grade.ERROR]} to mend."
        )
    raise typer.Exit(_exit_code(findings))


def _exit_code(findings: Sequence[Finding]) -> int:
    wrong = {finding.topic for finding in findings if finding.grade is Grade.ERROR}
    if wrong & _SETTINGS:
        return BAD_SETTINGS
    return NOT_ALL if wrong else 0


def _findings_json(findings: Sequence[Finding]) -> dict[str, object]:
    return {"exit_code": _exit_code(findings), "findings": [asdict(one) for one in findings]}


def init(  # noqa: PLR0913, PLR0917  (the command's options)
    folder: Annotated[Path, typer.Argument(help="The school's folder; made if need be.")],
    school_name: Annotated[str, typer.Option("--name", help="The school's name.")] = "",
    domain: Annotated[str, typer.Option(help="The school's domain.")] = "",
    account: Annotated[str, typer.Option(help="Whom the worker acts as.")] = "",
    credentials: Annotated[str, typer.Option(help="A service account's key file.")] = "",
    root_url: Annotated[str, typer.Option(help="Where the Workspace is.")] = GOOGLE,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
    create: Annotated[
        bool, typer.Option("--create", help="Make spreadsheets, folder and form in the Workspace.")
    ] = False,
) -> None:
    """Found a school's folder, and its things in the Workspace; keeps what is there already."""
    home = folder.resolve()
    given = Answers(school_name, domain, account, root_url, _placed(credentials))
    answers = _answered(given, ask=not yes) if missing_pages(home) else None
    for told in write_pages(home, answers):
        _say(told)
    complete = True
    if create:
        with _explained():
            complete = _create(load(home, os.environ))
    _say(f"Next: look at {folder}/config, then run `itn-sync check --home {folder}`.")
    if not complete:
        raise typer.Exit(NOT_ALL)


def _placed(credentials: str) -> str:
    """A path that somebody typed starts where they stand, not at the configuration."""
    return str(Path(credentials).expanduser().resolve()) if credentials else ""


def _answered(given: Answers, *, ask: bool) -> Answers:
    name = _wanted(given.school_name, "The school's name", "", ask=ask, flag="--name")
    domain = _wanted(given.domain, "Its domain", "", ask=ask, flag="--domain")
    usual = f"itn-sync@{domain}"
    account = _wanted(given.account, "The account that the worker acts as", usual, ask=ask)
    key = "A service account's key file (beside workspace.toml, or a whole path)"
    credentials = _wanted(given.credentials, key, "credentials.json", ask=ask)
    return Answers(name, domain.removeprefix("@"), account, given.root_url, credentials)


def _wanted(given: str, question: str, usual: str, *, ask: bool, flag: str = "") -> str:
    if given:
        return given
    if ask:
        answer: str = typer.prompt(question, default=usual or None)
        return answer.strip()
    if not usual:
        _stop(BAD_SETTINGS, f"Without questions, {flag} must be given.")
    return usual


def _create(settings: Settings) -> bool:
    """Make what is missing; whether all of it could be done."""
    refused = False
    with enter(settings) as google:
        for told in founder(settings, google).found():
            _say(told)
            refused |= told.startswith(REFUSED)
    return not refused


@forms.command()
def inspect(
    form_id: Annotated[str, typer.Argument(help="The long code in the form's address.")],
    home: Home = Path(),
) -> None:
    """Show a form's questions, and the lines that map them in forms.toml."""
    with _explained():
        settings = load(home, os.environ)
        with enter(settings) as google:
            shown = open_doors(settings, google).sources.forms.structure(form_id)
    _say(f"# {shown.title}: {len(shown.questions)} questions")
    for question in shown.questions:
        options = f": {' | '.join(question.options)}" if question.options else ""
        other = " | (autre)" if question.has_other else ""
        needed = ", required" if question.required else ""
        _say(f"#   {question.id}  {question.title} ({question.kind}{needed}){options}{other}")
    _say("")
    typer.echo(mapping_toml(form_id, shown, settings.school), nl=False)


@mail.command()
def preview(
    name: Annotated[str, typer.Argument(help="The message's folder in templates/.")],
    home: Home = Path(),
    variant: Annotated[int, typer.Option(help="Which of the samples, from 1.", min=1)] = 1,
    html: Annotated[Path | None, typer.Option(help="Write the HTML part to this file.")] = None,
    browser: Annotated[bool, typer.Option("--browser", help="Open it in the browser.")] = False,
) -> None:
    """Show a message, or a document to print, as an invented person would get it."""
    with _explained():
        settings = load(home, os.environ)
        message = _rendered(settings, name, variant)
    if browser or html or not message.text:
        path = _saved(message, html)
        _say(f"{message.subject}: {path}")
        if browser:
            webbrowser.open(path.resolve().as_uri())
        return
    _say(f"Objet : {message.subject}\n")
    typer.echo(message.text, nl=False)


def _rendered(settings: Settings, name: str, variant: int) -> Rendered:
    said, messages = signature(settings.school, ("", "")), Messages(settings.template_folders)
    documents = document_samples(**said)
    known = samples(**said) | documents
    if name not in known:
        _stop(BAD_SETTINGS, f"There is no message {name}; write one of {', '.join(sorted(known))}.")
    contexts = known[name]
    if variant > len(contexts):
        _stop(BAD_SETTINGS, f"{name} has {len(contexts)} samples: --variant 1 to {len(contexts)}.")
    context = contexts[variant - 1]
    if name in documents:
        return Rendered(name, "", messages.document(name, context))
    return messages.render(name, context)


def _saved(message: Rendered, path: Path | None) -> Path:
    if path is None:
        with NamedTemporaryFile(prefix="itn-sync-", suffix=".html", delete=False) as file:
            path = Path(file.name)
    path.write_text(message.html, encoding="utf-8")
    return path


@contextmanager
def _explained() -> Iterator[None]:
    """What stops a command becomes a message and an exit code."""
    try:
        yield
    except (ConfigError, CredentialsRefused, TemplateError) as error:
        _stop(BAD_SETTINGS, str(error))
    except OutcomeUnknown as error:
        _stop(NOT_ALL, f"An answer was lost ({error}): run the same again, nothing is made twice.")
    except GatewayError as error:
        _stop(NOT_ALL, f"The Workspace does not answer as it should: {error}")


def _say(line: str, style: str = "") -> None:
    out.print(line, style=style, markup=False, highlight=False, soft_wrap=True)


def _stop(code: int, message: str) -> NoReturn:
    err.print(message, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(code)
