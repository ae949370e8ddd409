"""The labels of a mailbox: Gmail's own and people's; their names and ids.

Source: https://developers.google.com/workspace/gmail/api/guides/labels
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from itn_sync.sandbox.errors import Json, invalid
from itn_sync.sandbox.world import State, declare_schema, next_number

# True: hidden in the label list, as Google marks those without a place of their own.
SYSTEM = {
    "CHAT": True,
    "SENT": False,
    "INBOX": False,
    "IMPORTANT": True,
    "TRASH": True,
    "DRAFT": False,
    "SPAM": True,
    "CATEGORY_FORUMS": True,
    "CATEGORY_UPDATES": True,
    "CATEGORY_PERSONAL": True,
    "CATEGORY_PROMOTIONS": True,
    "CATEGORY_SOCIAL": True,
    "STARRED": False,
    "UNREAD": False,
}
_SEARCH_NAMES = {"bin": "TRASH", "drafts": "DRAFT", "chats": "CHAT"}
_MOST_LABELS = 10_000

declare_schema(
    """
CREATE TABLE IF NOT EXISTS gmail_label (
    mailbox TEXT NOT NULL,
    id TEXT NOT NULL,
    search_name TEXT NOT NULL,
    resource TEXT NOT NULL,
    PRIMARY KEY (mailbox, id)
)
"""
)


def system_label(label: str) -> Json:
    """The resource of one of Gmail's own labels."""
    hidden = {"messageListVisibility": "hide", "labelListVisibility": "labelHide"}
    return {"id": label, "name": label, "type": "system"} | (hidden if SYSTEM[label] else {})


def user_labels(state: State, mailbox: str) -> list[Json]:
    """The labels that people or programs made, oldest first."""
    rows = state.execute(
        "SELECT resource FROM gmail_label WHERE mailbox = ? ORDER BY rowid", (mailbox,)
    )
    return [json.loads(row["resource"]) for row in rows]


def find_label(state: State, mailbox: str, label: str) -> Json | None:
    """The label with that id, or None."""
    if label in SYSTEM:
        return system_label(label)
    row = state.execute(
        "SELECT resource FROM gmail_label WHERE mailbox = ? AND id = ?", (mailbox, label)
    ).fetchone()
    return json.loads(row["resource"]) if row else None


def put_label(state: State, mailbox: str, resource: Json) -> None:
    """Store a person's label."""
    state.execute(
        "INSERT INTO gmail_label VALUES (?, ?, ?, ?) ON CONFLICT (mailbox, id)"
        " DO UPDATE SET search_name = excluded.search_name, resource = excluded.resource",
        (mailbox, resource["id"], search_name(resource["name"]), json.dumps(resource)),
    )


def new_label(state: State, mailbox: str, fields: Json) -> Json:
    """Make a person's label from its name and, if given, visibilities and color."""
    if len(user_labels(state, mailbox)) >= _MOST_LABELS:
        raise invalid("Label limit exceeded")
    resource = {
        "id": f"Label_{next_number(state, f'gmail.label.{mailbox}')}",
        "messageListVisibility": "show",
        "labelListVisibility": "labelShow",
        **fields,
        "type": "user",
    }
    put_label(state, mailbox, resource)
    return resource


def search_name(name: str) -> str:
    """A label's name as searches write it: lower case, spaces and slashes are hyphens."""
    return re.sub(r"[\s/]+", "-", name.strip().casefold())


def label_id(state: State, mailbox: str, name: str) -> str:
    """The id behind a name used in a search; empty when there is no such label."""
    wanted = search_name(name)
    system = _SEARCH_NAMES.get(wanted, wanted.upper())
    if system in SYSTEM:
        return system
    row = state.execute(
        "SELECT id FROM gmail_label WHERE mailbox = ? AND search_name = ?", (mailbox, wanted)
    ).fetchone()
    return str(row["id"]) if row else ""


def require_labels(state: State, mailbox: str, labels: Sequence[str]) -> None:
    """Raises 400 for an id that the mailbox does not have, worded as Google words each kind."""
    for label in labels:
        if find_label(state, mailbox, label) is None:
            of_person = label.startswith("Label_")
            raise invalid("labelId not found" if of_person else f"Invalid label: {label}")
