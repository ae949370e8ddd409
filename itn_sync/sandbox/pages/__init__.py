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
from itn_sync.sandbox.pages import assets, form, home, mailbox, spreadsheet
from itn_sync.sandbox.pages.visit import OpenCall, Transaction, Visit, render

__all__ = ["handle"]

_Page = Callable[..., Response]

_ROUTES: dict[str, tuple[str, _Page]] = {
    "/": ("GET", home.show),
    "/assets/<name>": ("GET", assets.serve),
    "/forms/d/<form_id>/viewform": ("GET", form.show),
    "/forms/d/e/<form_id>/viewform": ("GET", form.show),
    "/forms/d/e/<form_id>/formResponse": ("POST", form.receive),
    "/spreadsheets/d/<spreadsheet_id>": ("GET", spreadsheet.show),
    "/spreadsheets/d/<spreadsheet_id>/edit": ("GET", spreadsheet.show),
    "/spreadsheets/d/<spreadsheet_id>/cell": ("POST", spreadsheet.write),
    "/mail/<address>": ("GET", mailbox.show),
    "/mail/<address>/drafts/<draft_id>": ("POST", mailbox.change_draft),
}
_PREFIXES = ("/assets/", "/forms/d/", "/spreadsheets/d/", "/mail/")
_MAP = Map(
    [Rule(path, endpoint=page, methods=[verb]) for path, (verb, page) in _ROUTES.items()],
    strict_slashes=False,
)


def handle(request: Request, open_call: OpenCall, transaction: Transaction) -> Response | None:
    """The page that the request asks for; None when its address is not a page's.

    `open_call(method_id, user=…, body=…, **params)` runs an API method as that person in a
    transaction of its own and raises ApiError; `transaction(write=…)` opens one for the rest.
    """
    try:
        page, arguments = _MAP.bind_to_environ(request.environ).match()
    except RequestRedirect as redirect:
        return Response(
            status=HTTPStatus.PERMANENT_REDIRECT, headers={"Location": redirect.new_url}
        )
    except HTTPException as problem:
        return _no_page(request, problem)
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        return _apology(HTTPStatus.FORBIDDEN)
    return _answer(page, Visit(request, open_call, transaction), arguments)


def _no_page(request: Request, problem: HTTPException) -> Response | None:
    if not request.path.startswith(_PREFIXES):
        return None
    if isinstance(problem, MethodNotAllowed):
        return _apology(HTTPStatus.METHOD_NOT_ALLOWED)
    return _apology(HTTPStatus.NOT_FOUND)


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
        "La personne choisie n'a pas le droit de voir ou de modifier cette page.",
    ),
    HTTPStatus.NOT_FOUND: (
        "Page introuvable",
        "Cette adresse ne mène à rien, ou la personne choisie n'y a pas accès.",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "Action impossible",
        "Cette adresse ne s'ouvre pas de cette façon.",
    ),
}
_OTHER_APOLOGY = ("Demande refusée", "Le service a refusé la demande.")


def _apology(status: HTTPStatus, detail: str = "") -> Response:
    title, text = _APOLOGIES.get(status, _OTHER_APOLOGY)
    shown = detail if status not in _APOLOGIES else ""
    return render("problem.html", status=status, title=title, text=text, detail=shown)
