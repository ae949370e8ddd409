"""How this machine and its accounts stand with the Workspace, asked without doing anything.

Source: https://developers.google.com/identity/protocols/oauth2/service-account, facts section 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests

from itn_sync.gateways.errors import GatewayError, Unavailable
from itn_sync.gateways.google import Google

_TIMEOUT = (5, 20)


def server_time(root_url: str) -> datetime:
    """The Workspace's clock, to the second, from the `Date` of an answer to nobody in particular.

    Raises Unavailable when nothing answers there, or something without a clock.
    """
    try:
        # `auth` keeps a .netrc file out of it
        answer = requests.head(root_url, timeout=_TIMEOUT, auth=lambda request: request)
        found = parsedate_to_datetime(answer.headers["Date"])
    except requests.RequestException as error:
        raise Unavailable(0, type(error).__name__, f"nothing answers at {root_url}") from error
    except (KeyError, ValueError) as error:
        raise Unavailable(0, "no_date", f"what answers at {root_url} tells no time") from error
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def refusal(
    google: Google, subject: str, scopes: Sequence[str], *, need: str = ""
) -> GatewayError | None:
    """Why no token can be had as `subject` with all of `scopes`; None when one was given."""
    try:
        session = google.session(subject, scopes, need=need)
        if callable(session.auth):
            session.auth(requests.Request("GET", "https://www.googleapis.com/").prepare())
    except GatewayError as error:
        return error
    return None


def scopes_refused(
    google: Google, subject: str, scopes: Sequence[str], *, need: str = ""
) -> tuple[str, ...]:
    """Which of `scopes` no token can be had for, each asked for alone."""
    return tuple(one for one in scopes if refusal(google, subject, [one], need=need) is not None)
