"""What people see of the sandbox: forms to fill in, spreadsheets, mailboxes.

Pages show and change everything through the API's own behaviours, as the person who looks.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, RequestRedirect, Rule

from itn_sync.sandbox.errors import ApiError
from itn_sync.sandbox.exchange import is_of_another_site
from itn_sync.sandbox.pages import (
    assets,
    classroom,
    clock,
    consent,
    document,
    file,
    form,
    home,
    live,
    mail_actions,
    mail_files,
    mailbox,
    sheet_data,
    spreadsheet,
)
from itn_sync.sandbox.pages.visit import OpenCall, Transaction, Visit, render
from itn_sync.sandbox.runs import Runs

__all__ = ["handle"]

_Page = Callable[..., Response]

_ROUTES: dict[str, tuple[str, _Page]] = {
    "/": ("GET", home.show),
    "/horloge": ("POST", clock.move),
    "/synchronisation": ("POST", live.start),
    "/synchronisation/evenements": ("GET", live.events),
    "/courrier/<sender>/<message_id>": ("GET", live.delivered),
    "/o/oauth2/v2/auth": ("GET", consent.ask),
    "/o/oauth2/auth": ("GET", consent.ask),
    "/o/oauth2/approval": ("POST", consent.decide),
    "/assets/<path:name>": ("GET", assets.serve),
    "/forms/d/<form_id>/viewform": ("GET", form.show),
    "/forms/d/e/<form_id>/viewform": ("GET", form.show),
    "/forms/d/e/<form_id>/formResponse": ("POST", form.receive),
    "/forms/d/e/<form_id>/merci": ("GET", form.thank),
    "/spreadsheets/d/<spreadsheet_id>": ("GET", spreadsheet.show),
    "/spreadsheets/d/<spreadsheet_id>/edit": ("GET", spreadsheet.show),
    "/spreadsheets/d/<spreadsheet_id>/tab": ("GET", sheet_data.tab),
    "/spreadsheets/d/<spreadsheet_id>/cells": ("GET", sheet_data.cells),
    "/spreadsheets/d/<spreadsheet_id>/choices": ("GET", sheet_data.choices),
    "/spreadsheets/d/<spreadsheet_id>/write": ("POST", sheet_data.write),
    "/spreadsheets/d/<spreadsheet_id>/change": ("POST", sheet_data.change),
    "/mail": ("GET", mailbox.choose),
    "/classroom": ("GET", classroom.show_classes),
    "/classroom/invitations/<invitation>": ("POST", classroom.answer_invitation),
    "/classroom/c/<course>": ("GET", classroom.show_stream),
    "/classroom/c/<course>/travaux": ("GET", classroom.show_work),
    "/classroom/c/<course>/personnes": ("GET", classroom.show_people),
    "/classroom/c/<course>/annonces": ("POST", classroom.announce),
    "/classroom/c/<course>/<letter>/<post>": ("GET", classroom.show_post),
    "/classroom/c/<course>/<letter>/<post>/details": ("GET", classroom.show_post),
    "/classroom/c/<course>/<letter>/<post>/submissions/student/<student>": (
        "GET",
        classroom.show_submission,
    ),
    "/document/d/<document_id>": ("GET", document.show),
    "/document/d/<document_id>/edit": ("GET", document.show),
    "/document/d/<file_id>/export": ("GET", document.export),
    "/spreadsheets/d/<file_id>/export": ("GET", document.export),
    "/file/d/<file_id>": ("GET", file.show),
    "/file/d/<file_id>/view": ("GET", file.show),
    "/drive/folders/<folder_id>": ("GET", file.show_folder),
    "/open": ("GET", file.forward),
    "/uc": ("GET", file.content),
    "/mail/<address>": ("GET", mailbox.show),
    "/mail/<address>/newest": ("GET", mailbox.show_newest),
    "/mail/<address>/drafts": ("POST", mailbox.compose),
    "/mail/<address>/drafts/<draft_id>": ("POST", mailbox.change_draft),
    "/mail/<address>/threads": ("POST", mail_actions.act),
    "/mail/<address>/messages/<message_id>/original": ("GET", mail_files.show_original),
    "/mail/<address>/messages/<message_id>/files/<file_id>": ("GET", mail_files.serve_file),
}
_PREFIXES = (
    "/assets/",
    "/classroom/",
    "/courrier/",
    "/o/oauth2/",
    "/horloge",
    "/synchronisation",
    "/forms/d/",
    "/spreadsheets/d/",
    "/document/d/",
    "/file/d/",
    "/drive/folders/",
    "/mail/",
)
_MAP = Map(
    [Rule(path, endpoint=page, methods=[verb]) for path, (verb, page) in _ROUTES.items()],
    strict_slashes=False,
)


def handle(
    request: Request, open_call: OpenCall, transaction: Transaction, runs: Runs
) -> Response | None:
    """The page that the request asks for; None when its address is not a page's.

    `open_call(method_id, user=…, body=…, **params)` runs an API method as that person in a
    transaction of its own and raises ApiError; `transaction(write=…)` opens one for the rest;
    `runs` are the synchronisations started here.
    """
    try:
        page, arguments = _MAP.bind_to_environ(request.environ).match()
    except RequestRedirect as redirect:
        return Response(
            status=HTTPStatus.PERMANENT_REDIRECT, headers={"Location": redirect.new_url}
        )
    except HTTPException as problem:
        return _no_page(request, problem)
    headers = {name.lower(): value for name, value in request.headers.items()}
    if request.method == "POST" and is_of_another_site(headers):
        return _apology(HTTPStatus.FORBIDDEN)
    return _answer(page, Visit(request, open_call, transaction, runs), arguments)


def _no_page(request: Request, problem: HTTPException) -> Response | None:
    if not request.path.startswith(_PREFIXES) and not _is_typed(request):
        return None
    if isinstance(problem, MethodNotAllowed):
        return _apology(HTTPStatus.METHOD_NOT_ALLOWED)
    return _apology(HTTPStatus.NOT_FOUND)


def _is_typed(request: Request) -> bool:
    """Whether somebody typed the address into a browser; a program wants the API's own answer."""
    return request.headers.get("Sec-Fetch-Mode") == "navigate"


def _answer(page: _Page, visit: Visit, arguments: Any) -> Response:
    try:
        return page(visit, **arguments)
    except NotFound:
        return _apology(HTTPStatus.NOT_FOUND)
    except ApiError as error:
        return _apology(HTTPStatus(error.code), error.message)
    finally:
        visit.request.close()  # the temporary files of an upload


_APOLOGIES = {
    HTTPStatus.FORBIDDEN: (
        "Accès refusé",
        "La personne choisie n’a pas le droit de voir ou de modifier cette page.",
    ),
    HTTPStatus.NOT_FOUND: (
        "Page introuvable",
        "Cette adresse ne mène à rien, ou la personne choisie n’y a pas accès.",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "Action impossible",
        "Cette adresse ne s’ouvre pas de cette façon.",
    ),
}
_OTHER_APOLOGY = ("Demande refusée", "Le service a refusé la demande.")


def _apology(status: HTTPStatus, detail: str = "") -> Response:
    title, text = _APOLOGIES.get(status, _OTHER_APOLOGY)
    shown = detail if status not in _APOLOGIES else ""
    return render("problem.html", status=status, title=title, text=text, detail=shown)
