"""Which labels may go on and off a message.

Source: https://developers.google.com/workspace/gmail/api/guides/labels («manually applied»).
"""

from __future__ import annotations

from dataclasses import dataclass

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.errors import failed_precondition, invalid
from itn_sync.sandbox.gmail import store
from itn_sync.sandbox.gmail.label_names import require_labels
from itn_sync.sandbox.world import State

_NOT_BY_HAND = ("CHAT", "DRAFT", "SENT")
_MOST_LABELS = 100


@dataclass(frozen=True)
class Change:
    """Label ids to put on and take off."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


TRASH = Change(add=("TRASH",), remove=("INBOX", "SPAM"))
UNTRASH = Change(remove=("TRASH",))


def change_of(call: Call, mailbox: str) -> Change:
    """The change in a modify request; raises 400 when it is empty, contradictory or not allowed."""
    add = tuple(call.body.get("addLabelIds", []))
    remove = tuple(call.body.get("removeLabelIds", []))
    if not add and not remove:
        raise invalid("No label add or removes specified")
    if max(len(add), len(remove)) > _MOST_LABELS:
        raise invalid(f"Too many labels, the limit is {_MOST_LABELS}")
    if set(add) & set(remove):
        raise invalid("Cannot both add and remove the same label")
    require_labels(call.state, mailbox, add + remove)
    for label in add + remove:
        if label in _NOT_BY_HAND:
            raise invalid(f"Invalid label: {label}")
    return Change(add, remove)


def refused_to_drafts(change: Change) -> bool:
    """True for a change that puts on any label but TRASH: a draft carries DRAFT alone."""
    return bool(set(change.add) - {"TRASH"})


def relabel(state: State, row: store.Row, change: Change) -> None:
    """Apply a change; what goes to Trash or Spam leaves the inbox.

    Raises 400: a draft carries no label but DRAFT (it may be trashed).
    """
    bins = set(change.add) & {"TRASH", "SPAM"}
    if refused_to_drafts(change) and "DRAFT" in store.labels_of(state, row):
        raise failed_precondition("Draft messages can't have any label other than DRAFT.")
    remove = (*change.remove, "INBOX") if bins else change.remove
    store.relabel(state, row, add=change.add, remove=remove)
