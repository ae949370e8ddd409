"""What a person does with conversations: star, read, archive, label, throw away."""

from __future__ import annotations

from collections.abc import Sequence

from werkzeug import Response
from werkzeug.exceptions import NotFound

from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.gmail.text import words
from itn_sync.sandbox.pages.mail_place import Place, done, gmail
from itn_sync.sandbox.pages.visit import Visit

# Labels put on and taken off.
_CHANGES: dict[str, tuple[list[str], list[str]]] = {
    "archive": ([], ["INBOX"]),
    "ham": (["INBOX"], ["SPAM"]),
    "inbox": (["INBOX"], []),
    "read": ([], ["UNREAD"]),
    "restore": (["INBOX"], ["TRASH"]),
    "spam": (["SPAM"], ["INBOX"]),
    "star": (["STARRED"], []),
    "unread": (["UNREAD"], []),
    "unstar": ([], ["STARRED"]),
}
_METHODS = {"trash": "trash", "delete": "delete"}
_STAYS = frozenset({"label", "star", "unstar", "read"})


def act(visit: Visit, address: str) -> Response:
    """`action` on every conversation in `fil`, then back to where the person was.

    A star in the list is a button of its own: `star` or `unstar` holds the conversation's id.
    """
    form = visit.request.form
    place = Place.of(address, form)
    action, threads = _asked(visit)
    if not threads:
        return done(place, "choix")
    for thread in threads:
        _do(visit, place, action, thread)
    opened = {"id": form["id"]} if form.get("id") and action in _STAYS else {}
    return done(place, action, **opened)


def _asked(visit: Visit) -> tuple[str, Sequence[str]]:
    form = visit.request.form
    for star in ("star", "unstar"):
        if form.get(star):
            return star, [form[star]]
    action = form.get("action", "")
    if action not in {*_CHANGES, *_METHODS, "label"}:
        raise NotFound
    return action, form.getlist("fil")


def _do(visit: Visit, place: Place, action: str, thread: str) -> None:
    if action in _METHODS:
        _thread(visit, place, _METHODS[action], thread)
    elif action == "label":
        _put_labels(visit, place, thread)
    else:
        add, remove = _CHANGES[action]
        _modify(visit, place, thread, add, remove)


def _put_labels(visit: Visit, place: Place, thread: str) -> None:
    """Exactly the labels that are ticked, and one more if it was named."""
    form = visit.request.form
    wanted = set(form.getlist("etiquette"))
    if name := form.get("nouvelle", "").strip():
        wanted.add(_label(visit, place, name))
    found = gmail(visit, place, "threads.get", id=thread, format="minimal")
    present = {label for m in found["messages"] for label in m.get("labelIds", ())}
    present &= {label["id"] for label in person_labels(visit, place)}
    add, remove = sorted(wanted - present), sorted(present - wanted)
    if add or remove:
        _modify(visit, place, thread, add, remove)


def _label(visit: Visit, place: Place, name: str) -> str:
    """The id of the label with that name, made where there is none."""
    for label in person_labels(visit, place):
        if label["name"].casefold() == name.casefold():
            return str(label["id"])
    return str(gmail(visit, place, "labels.create", body={"name": name})["id"])


def person_labels(visit: Visit, place: Place) -> list[Json]:
    """The labels that people or programs made, by name."""
    listed = gmail(visit, place, "labels.list")
    own = [label for label in listed["labels"] if label["type"] == "user"]
    return sorted(own, key=lambda label: words(label["name"]))


def _modify(
    visit: Visit, place: Place, thread: str, add: Sequence[str], remove: Sequence[str]
) -> None:
    body = {"addLabelIds": list(add), "removeLabelIds": list(remove)}
    _thread(visit, place, "modify", thread, body=body)


def _thread(
    visit: Visit, place: Place, verb: str, thread: str, *, body: Json | None = None
) -> None:
    """Do it; a conversation that somebody deleted meanwhile is passed over."""
    try:
        gmail(visit, place, f"threads.{verb}", id=thread, body=body)
    except ApiError as error:
        if error.code != 404:
            raise
