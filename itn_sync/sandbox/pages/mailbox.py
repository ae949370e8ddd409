"""The page of a mailbox: folders, a list, and beside it a conversation or a mail being written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from werkzeug import Response
from werkzeug.exceptions import NotFound

from itn_sync.sandbox.drive.people import display_name
from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.pages.mail_actions import person_labels
from itn_sync.sandbox.pages.mail_compose import reason, write
from itn_sync.sandbox.pages.mail_list import list_folder, newest
from itn_sync.sandbox.pages.mail_place import DRAFTS, FOLDERS, NOTICES, Place, gmail
from itn_sync.sandbox.pages.mail_sheet import (
    Sheet,
    answer_sheet,
    draft_sheet,
    forward_sheet,
    new_sheet,
)
from itn_sync.sandbox.pages.mail_text import Typed
from itn_sync.sandbox.pages.mail_thread import Conversation, open_conversation
from itn_sync.sandbox.pages.visit import Visit, render, see_other
from itn_sync.sandbox.world import State, now

_WRITING = frozenset({"save", "send", "discard"})
_MENDABLE = frozenset({400, 413, 429})


@dataclass(frozen=True)
class Pane:
    """What stands beside the list: a conversation, a mail being written, or nothing."""

    conversation: Conversation | None = None
    sheet: Sheet | None = None
    problem: str = ""


def choose(visit: Visit) -> Response:
    """`/mail?user=…`: the mailbox of the person chosen in «Vous êtes»."""
    address = visit.request.args.get("user", "").strip()
    if not address:
        return see_other("/")
    return see_other(Place(address.lower()).base)


def show(visit: Visit, address: str) -> Response:
    """The folder (`dossier`) or search (`q`), and the conversation `id` of it, if one is chosen."""
    place = Place.of(address, visit.request.args)
    return _page(visit, place, _pane_of(visit, place))


def show_newest(visit: Visit, address: str) -> Response:
    """The id of the folder's newest message as text: the open page asks whether mail came."""
    place = Place.of(address, visit.request.args)
    answer = Response(newest(visit, place), mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _pane_of(visit: Visit, place: Place) -> Pane:
    asked = visit.request.args
    if chosen := asked.get("id", ""):
        if place.folder == DRAFTS:
            return Pane(sheet=draft_sheet(visit, place, chosen))
        return Pane(conversation=open_conversation(visit, place, chosen))
    if answered := asked.get("reponse", ""):
        return Pane(sheet=answer_sheet(visit, place, answered, to_all="tous" in asked))
    if forwarded := asked.get("transfert", ""):
        return Pane(sheet=forward_sheet(visit, place, forwarded))
    return Pane(sheet=new_sheet(visit, place)) if "nouveau" in asked else Pane()


def compose(visit: Visit, address: str) -> Response:
    """A new mail, an answer (`reponse`) or a mail handed on (`transfert`): saved or sent."""
    return _written(visit, address, "")


def change_draft(visit: Visit, address: str, draft_id: str) -> Response:
    """What a person does with a draft: `save` it changed, `send` it, or `delete` it."""
    return _written(visit, address, draft_id)


def _written(visit: Visit, address: str, draft_id: str) -> Response:
    form = visit.request.form
    place = Place.of(address, form)
    action = {"delete": "discard"}.get(form.get("action", ""), form.get("action", ""))
    if action not in _WRITING:
        raise NotFound
    sheet = _sheet(visit, place, draft_id)
    try:
        return write(visit, place, sheet, action)
    except ApiError as error:
        if error.code not in _MENDABLE:
            raise
        drafts = replace(place, folder=DRAFTS) if draft_id else place
        return _page(visit, drafts, Pane(sheet=sheet, problem=reason(error)), error.code)


def _sheet(visit: Visit, place: Place, draft_id: str) -> Sheet:
    """What was typed; a draft sent from elsewhere than its form goes as it is kept."""
    form = visit.request.form
    if draft_id and "text" not in form:
        return draft_sheet(visit, place, draft_id)
    lines = {name: form.get(name) for name in ("to", "cc", "bcc")}
    typed = Typed(**lines, subject=form.get("subject", ""), text=form.get("text", ""))
    answers, forwards = form.get("reponse", ""), form.get("transfert", "")
    return Sheet(typed, draft_id=draft_id, answers=answers, forwards=forwards)


def _page(visit: Visit, place: Place, pane: Pane, status: int = HTTPStatus.OK) -> Response:
    if "@" not in place.address:
        raise NotFound
    labels = person_labels(visit, place)
    names = {label["id"]: label["name"] for label in labels}
    if place.folder not in FOLDERS | names:
        raise NotFound
    with visit.transaction(write=False) as state:
        name, moment, people = display_name(state, place.address), now(state), _people(state)
    return render(
        "mailbox.html",
        status=status,
        inline_styles=pane != Pane(),
        place=place,
        name=name,
        people_by_domain=_by_domain({*people, place.address}),
        folders=FOLDERS,
        labels=labels,
        title=f"Recherche «{place.q}»" if place.q else (FOLDERS | names)[place.folder],
        counts=_counts(visit, place, labels),
        newest=newest(visit, place),
        listed=list_folder(visit, place, names, moment),
        pane=pane,
        chosen=visit.request.args.get("id", ""),
        notice=NOTICES.get(visit.request.args.get("fait", ""), ""),
    )


def _counts(visit: Visit, place: Place, labels: list[Json]) -> dict[str, int]:
    """How many conversations are unread in the inbox and under each label; how many drafts."""
    counted = ["INBOX", *(label["id"] for label in labels)]
    found = {one: _label(visit, place, one)["threadsUnread"] for one in counted}
    return found | {DRAFTS: _label(visit, place, DRAFTS)["messagesTotal"]}


def _label(visit: Visit, place: Place, label: str) -> Any:
    return gmail(visit, place, "labels.get", id=label)


def _people(state: State) -> list[str]:
    """Every address that somebody may read the mail of."""
    rows = state.execute("SELECT email AS a FROM person UNION SELECT mailbox FROM gmail_message")
    return [row["a"] for row in rows]


def _by_domain(addresses: set[str]) -> dict[str, list[str]]:
    domains: dict[str, list[str]] = {}
    for address in sorted(addresses):
        domains.setdefault(address.rpartition("@")[2], []).append(address)
    return dict(sorted(domains.items(), key=lambda pair: (-len(pair[1]), pair[0])))
