"""The synchronisation that the home page starts, told to the browser as it happens.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import quote, urlencode

from werkzeug import Response

from itn_sync.sandbox.errors import not_found
from itn_sync.sandbox.pages.visit import Visit, render, see_other
from itn_sync.sandbox.runs import Happening, Runs

_LOOKED_AT = 200
"""How many of a mailbox's latest messages are searched for the copy of a sent one."""


def start(visit: Visit) -> Response:
    """Begin a run, or join the one at work; its story is on the home page."""
    try:
        visit.runs.start()
    except LookupError:
        return render(
            "problem.html",
            status=HTTPStatus.CONFLICT,
            title="Pas de synchronisation ici",
            text="Cet espace d’essai tourne seul. La page d’accueil dit quoi taper à la place.",
            detail="",
        )
    return see_other("/#direct")


def events(visit: Visit) -> Response:
    """The latest run's events, from its beginning or from where a cut line left off."""
    after = visit.request.headers.get("Last-Event-ID", "")
    if visit.runs.is_over(after):
        return Response(status=HTTPStatus.NO_CONTENT)  # tells the browser not to ask again
    response = Response(_stream(visit.runs, after), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _stream(runs: Runs, after: str) -> Iterator[str]:
    yield "retry: 1000\n\n"
    for happening in runs.follow(after):
        yield ": encore là\n\n" if happening is None else _framed(happening)


def _framed(happening: Happening) -> str:
    data = json.dumps(happening.data, ensure_ascii=False)
    return f"id: {happening.id}\nevent: {happening.kind}\ndata: {data}\n\n"


def delivered(visit: Visit, sender: str, message_id: str) -> Response:
    """To the copy of a sent message in the mailbox of `pour`; to that mailbox if it is gone."""
    reader = visit.request.args.get("pour", "").lower()
    if "@" not in reader:
        raise not_found()
    mark = _message_mark(visit, sender.lower(), message_id)
    listed = visit.open_call(
        "gmail.users.messages.list", user=reader, userId="me", maxResults=_LOOKED_AT
    )
    ids = (one["id"] for one in listed.get("messages", ()))
    found = next((one for one in ids if _message_mark(visit, reader, one) == mark), "")
    return see_other(f"/mail/{quote(reader)}" + (f"?{urlencode({'id': found})}" if found else ""))


def _message_mark(visit: Visit, address: str, message_id: str) -> str:
    """The Message-ID, which every copy of a message has in common."""
    message = visit.open_call(
        "gmail.users.messages.get",
        user=address,
        userId="me",
        id=message_id,
        format="metadata",
        metadataHeaders=["Message-ID"],
    )
    headers = message["payload"].get("headers", ())
    return "".join(h["value"] for h in headers if h["name"].lower() == "message-id")
