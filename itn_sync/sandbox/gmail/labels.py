"""users.labels: list, get, create, update, patch, delete."""

from __future__ import annotations

import re
from functools import cache

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.discovery import schema
from itn_sync.sandbox.errors import ApiError, Json, invalid, not_found
from itn_sync.sandbox.gmail.access import mailbox_of
from itn_sync.sandbox.gmail.label_names import (
    SYSTEM,
    find_label,
    new_label,
    put_label,
    search_name,
    system_label,
    user_labels,
)

_WRITABLE = ("name", "messageListVisibility", "labelListVisibility", "color")
_RESERVED = {search_name(name) for name in SYSTEM} | {"drafts", "muted", "migrated", "all-mail"}
_LONGEST_NAME = 225


@behaviour("gmail.users.labels.list")
def list_labels(call: Call) -> Json:
    """Gmail's own labels, then people's; without counts."""
    mailbox = mailbox_of(call)
    return {"labels": [*map(system_label, SYSTEM), *user_labels(call.state, mailbox)]}


@behaviour("gmail.users.labels.get")
def get_label(call: Call) -> Json:
    """One label with its counts of messages and threads; raises 404."""
    mailbox = mailbox_of(call)
    label = find_label(call.state, mailbox, call.params["id"])
    if label is None:
        raise not_found()
    return label | _counts(call, mailbox, label["id"])


def _counts(call: Call, mailbox: str, label: str) -> Json:
    row = call.state.execute(
        """SELECT count(*) AS messages, count(DISTINCT m.thread_id) AS threads,
        count(u.seq) AS unread,
        count(DISTINCT CASE WHEN u.seq THEN m.thread_id END) AS unread_threads
        FROM gmail_message_label l JOIN gmail_message m ON m.seq = l.seq
        LEFT JOIN gmail_message_label u ON u.seq = l.seq AND u.label = 'UNREAD'
        WHERE l.label = ? AND m.mailbox = ?""",
        (label, mailbox),
    ).fetchone()
    return {
        "messagesTotal": row["messages"],
        "messagesUnread": row["unread"],
        "threadsTotal": row["threads"],
        "threadsUnread": row["unread_threads"],
    }


@behaviour("gmail.users.labels.create")
def create_label(call: Call) -> Json:
    """A new label; raises 400 for a reserved or empty name, 409 for one in use."""
    mailbox = mailbox_of(call)
    fields = _writable(call.body)
    _check(call, mailbox, fields | {"name": fields.get("name", "")}, own_id="")
    return new_label(call.state, mailbox, fields)


@behaviour("gmail.users.labels.update")
def update_label(call: Call) -> Json:
    """Replace a person's label; raises 400 for Gmail's own, 404, and as create."""
    return _changed(call, {"messageListVisibility": "show", "labelListVisibility": "labelShow"})


@behaviour("gmail.users.labels.patch")
def patch_label(call: Call) -> Json:
    """Change the given fields of a person's label; raises as update."""
    return _changed(call, _writable(_of_person(call, mailbox_of(call))))


def _changed(call: Call, base: Json) -> Json:
    mailbox = mailbox_of(call)
    label = _of_person(call, mailbox)
    fields = base | _writable(call.body)
    _check(call, mailbox, fields | {"name": fields.get("name", "")}, own_id=label["id"])
    resource = {"id": label["id"], **fields, "type": "user"}
    put_label(call.state, mailbox, resource)
    return resource


@behaviour("gmail.users.labels.delete")
def delete_label(call: Call) -> None:
    """Delete a person's label and take it off every message; raises 400, 404."""
    mailbox = mailbox_of(call)
    label = _of_person(call, mailbox)
    call.state.execute(
        "DELETE FROM gmail_message_label WHERE label = ? AND seq IN"
        " (SELECT seq FROM gmail_message WHERE mailbox = ?)",
        (label["id"], mailbox),
    )
    call.state.execute(
        "DELETE FROM gmail_label WHERE mailbox = ? AND id = ?", (mailbox, label["id"])
    )


def _of_person(call: Call, mailbox: str) -> Json:
    label = find_label(call.state, mailbox, call.params["id"])
    if label is None:
        raise not_found()
    if label["type"] == "system":
        verb = "delete" if call.method.http_method == "DELETE" else "update"
        raise invalid(f"Invalid {verb} request")
    return label


def _writable(body: Json) -> Json:
    return {key: body[key] for key in _WRITABLE if key in body}


def _check(call: Call, mailbox: str, fields: Json, *, own_id: str) -> None:
    name = fields["name"].strip()
    if not name or len(name) > _LONGEST_NAME or search_name(name) in _RESERVED:
        raise invalid("Invalid label name")
    for other in user_labels(call.state, mailbox):
        if other["name"].casefold() == name.casefold() and other["id"] != own_id:
            raise _name_in_use()
    _check_color(fields.get("color") or {})


def _check_color(color: Json) -> None:
    """Both colors or none, each of the palette («required in order to set the color»)."""
    if len(color) == 1:
        raise invalid("Label color requires both backgroundColor and textColor")
    for shade in color.values():
        if shade not in _palette():
            raise invalid(f"Label color {shade} is not on the allowed color palette")


def _name_in_use() -> ApiError:
    return ApiError(409, "Label name exists or conflicts", status="ABORTED", reason="aborted")


@cache
def _palette() -> frozenset[str]:
    description = schema("gmail", "LabelColor")["properties"]["textColor"]["description"]
    return frozenset(re.findall(r"#[0-9a-f]{6}", description))
