"""A run that people watch on the demo's home page: its story as it happens, its end in French."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from itn_sync.gateways.errors import GatewayError
from itn_sync.ledger import LeaseHeldError, LeaseLostError
from itn_sync.report import (
    DocumentMade,
    Event,
    MailLeft,
    MailSent,
    Planned,
    RegisterKept,
    RowsWritten,
)
from itn_sync.settings import ConfigError, load
from itn_sync.story import (
    LISTS,
    Ending,
    Line,
    document_line,
    ending,
    mail_line,
    planned_lines,
    register_line,
    row_lines,
)
from itn_sync.sync import UnsafePlanError, open_sync


def run(
    home: Path,
    environ: Mapping[str, str],
    clock: Callable[[], datetime],
    hear: Callable[[Line], None],
) -> Ending:
    """One run of the school in `home`; `hear` gets every line when planned and again when done.

    It never raises: whatever stops the run is told, and how to mend it.
    """
    try:
        settings = load(home, environ)
        root_url = settings.workspace.root_url

        def tell(event: Event) -> None:
            for line in lines_of(event, root_url):
                hear(line)

        with open_sync(settings, clock) as sync:
            report = sync.run(tell)
    except Exception as error:
        _log(error)
        return failure(error, home)
    for one in report.failures:
        print(f"itn-sync: {one}", file=sys.stderr)  # noqa: T201  (the demo's own terminal)
    return ending(report)


def lines_of(event: Event, root_url: str) -> Iterator[Line]:
    """What an event adds to the story; done lines lead to the row or the mail."""
    match event:
        case Planned(plan):
            yield from planned_lines(plan)
        case RowsWritten(changes, links):
            by_key = {f"{tab}/{row}": link for (tab, row), link in links.items()}
            by_key |= {tab: link for (tab, _), link in links.items() if tab in LISTS}
            for line in row_lines(changes):
                link = by_key.get(line.key, "")
                yield replace(line, done=True, link=link, link_text="Voir la ligne")
        case MailSent(mail, sender, message_id):
            link = f"{root_url}courrier/{quote(sender)}/{message_id}?pour={quote(mail.recipient)}"
            yield replace(mail_line(mail), done=True, link=link, link_text="Lire le message")
        case MailLeft(mail):
            yield replace(mail_line(mail), done=True)
        case RegisterKept(kept):
            yield replace(register_line(kept), done=True)
        case DocumentMade(document, link):
            yield replace(
                document_line(document), done=True, link=link, link_text="Ouvrir le document"
            )
        case _:
            return


def failure(error: Exception, home: Path) -> Ending:
    """Why nothing more was done, and what to do about it."""
    match error:
        case ConfigError():
            return Ending(
                "La configuration de l’école contient une erreur : rien n’a été fait.",
                "Le terminal de la démo nomme le fichier et la ligne à corriger.",
            )
        case LeaseHeldError() | LeaseLostError():
            return Ending(
                "Une autre synchronisation est déjà en cours.",
                "Attendez qu’elle se termine, puis relancez.",
            )
        case UnsafePlanError():
            return Ending(
                "Par prudence, rien n’a été fait : ce passage ferait plus que d’habitude.",
                f"«itn-sync plan --home {home}» montre pourquoi ; si c’est voulu, "
                f"«itn-sync run --home {home} --force» le fait quand même.",
            )
        case GatewayError():
            return Ending(
                f"L’espace d’essai n’a pas répondu comme prévu ({error.french}).",
                "Relancez la synchronisation : elle reprend où elle s’est arrêtée.",
            )
        case _:
            return Ending(
                "La synchronisation s’est arrêtée sur une erreur inattendue.",
                "Le terminal de la démo en dit la cause ; relancer ne peut rien envoyer deux fois.",
            )


def _log(error: Exception) -> None:
    if isinstance(error, ConfigError | LeaseHeldError | LeaseLostError | UnsafePlanError):
        print(f"itn-sync: {error}", file=sys.stderr)  # noqa: T201  (the demo's own terminal)
    else:
        traceback.print_exception(error, file=sys.stderr)
