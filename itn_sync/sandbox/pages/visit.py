"""What every page needs: the request, the API, the state, and a way to answer HTML safely."""

from __future__ import annotations

import secrets
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined
from werkzeug import Request, Response
from werkzeug.utils import redirect

from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.pages.bidi import correspondents, isolated
from itn_sync.sandbox.runs import Runs
from itn_sync.sandbox.world import State


class OpenCall(Protocol):
    """Runs an API method as a person, in a transaction of its own; raises ApiError."""

    def __call__(
        self, method_id: str, /, *, user: str, body: Json | None = None, **params: Any
    ) -> Any:
        """The method's answer."""


class Transaction(Protocol):
    """Opens a transaction on the state."""

    def __call__(self, *, write: bool) -> AbstractContextManager[State]:
        """Committed on a normal end, rolled back on an exception."""


@dataclass(frozen=True)
class Visit:
    """One request for a page."""

    request: Request
    open_call: OpenCall
    transaction: Transaction
    runs: Runs


def safe_link(address: str) -> str:
    """The address where it is one of the Web; a script in a link would run as ours."""
    return address if address.startswith(("https://", "http://")) else "#"


_TEMPLATES = Environment(
    loader=PackageLoader("itn_sync.sandbox.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {
    "correspondents": correspondents,
    "isolated": isolated,
    "safe_link": safe_link,
}


def render(
    template: str,
    *,
    status: int = HTTPStatus.OK,
    inline_styles: bool = False,
    form_targets: str = "",
    **context: Any,
) -> Response:
    """The template as an HTML page that runs no script and loads nothing but our own files.

    `inline_styles` allows `style="…"` (for the mail that a page frames); else only `<style>`
    elements that carry the page's `nonce`. `form_targets` are origins beyond ours to which a form
    may lead.
    """
    nonce = secrets.token_urlsafe(16)
    html = _TEMPLATES.get_template(template).render(nonce=nonce, **context)
    response = Response(html, status=status, mimetype="text/html")
    styles = "'unsafe-inline'" if inline_styles else f"'nonce-{nonce}'"
    response.headers["Content-Security-Policy"] = _policy(styles, form_targets)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


def _policy(styles: str, form_targets: str) -> str:
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": f"'self' {styles}",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": f"'self' {form_targets}".strip(),
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def see_other(location: str) -> Response:
    """After a change: look at the result there (a reload does not repeat the change)."""
    answer = redirect(location, HTTPStatus.SEE_OTHER)
    return Response(status=answer.status_code, headers=answer.headers)
