"""users.settings.filters: list, get, create, delete; and what they do to mail that comes in.

Source: https://developers.google.com/workspace/gmail/api/guides/filter_settings. Forwarding needs
an address that was verified for it, and none can be here: a filter that forwards is refused.
"""

from __future__ import annotations

import json
import secrets
from datetime import datetime

from itn_sync.sandbox.call import Call, behaviour
from itn_sync.sandbox.errors import Json, failed_precondition, invalid, not_found
from itn_sync.sandbox.gmail import store
from itn_sync.sandbox.gmail.access import mailbox_of
from itn_sync.sandbox.gmail.conditions import Condition, all_of
from itn_sync.sandbox.gmail.label_names import require_labels
from itn_sync.sandbox.gmail.labelling import Change, relabel
from itn_sync.sandbox.gmail.search import Searcher, condition
from itn_sync.sandbox.world import State, declare_schema

_MOST = 1000
_COMPARISONS = frozenset({"larger", "smaller"})

declare_schema(
    """
CREATE TABLE IF NOT EXISTS gmail_filter (
    mailbox TEXT NOT NULL,
    id TEXT NOT NULL,
    resource TEXT NOT NULL,
    PRIMARY KEY (mailbox, id)
)
"""
)


def _filters(state: State, mailbox: str) -> list[Json]:
    rows = state.execute(
        "SELECT resource FROM gmail_filter WHERE mailbox = ? ORDER BY rowid", (mailbox,)
    )
    return [json.loads(row["resource"]) for row in rows]


@behaviour("gmail.users.settings.filters.list")
def list_filters(call: Call) -> Json:
    """The filters, oldest first."""
    found = _filters(call.state, mailbox_of(call))
    return {"filter": found} if found else {}


@behaviour("gmail.users.settings.filters.get")
def get_filter(call: Call) -> Json:
    """One of them; raises 404."""
    return _asked(call, mailbox_of(call))


def _asked(call: Call, mailbox: str) -> Json:
    for one in _filters(call.state, mailbox):
        if one["id"] == call.params["id"]:
            return one
    raise not_found()


@behaviour("gmail.users.settings.filters.create")
def create_filter(call: Call) -> Json:
    """A new filter for mail to come; raises 400 without criteria or action, or for a second one."""
    mailbox = mailbox_of(call)
    criteria = {key: value for key, value in call.body.get("criteria", {}).items() if value}
    action = {key: value for key, value in call.body.get("action", {}).items() if value}
    _check(call, mailbox, criteria, action)
    made = {"id": f"ANe1Bm{secrets.token_urlsafe(24)}", "criteria": criteria, "action": action}
    call.state.execute(
        "INSERT INTO gmail_filter VALUES (?, ?, ?)", (mailbox, made["id"], json.dumps(made))
    )
    return made


def _check(call: Call, mailbox: str, criteria: Json, action: Json) -> None:
    if not criteria:
        raise invalid("Filter doesn't have any criteria")
    if not action:
        raise invalid("Filter doesn't have any actions")
    if "forward" in action:
        raise invalid("Unrecognized forwarding address")
    require_labels(
        call.state, mailbox, [*action.get("addLabelIds", []), *action.get("removeLabelIds", [])]
    )
    known = _filters(call.state, mailbox)
    if any(one["criteria"] == criteria and one["action"] == action for one in known):
        raise failed_precondition("Filter already exists")
    if len(known) >= _MOST:
        raise failed_precondition("Too many filters")


@behaviour("gmail.users.settings.filters.delete")
def delete_filter(call: Call) -> None:
    """Remove it for good; raises 404."""
    mailbox = mailbox_of(call)
    found = _asked(call, mailbox)
    call.state.execute(
        "DELETE FROM gmail_filter WHERE mailbox = ? AND id = ?", (mailbox, found["id"])
    )


def sort_arrival(state: State, row: store.Row, *, now: datetime) -> None:
    """Do to a message that just came in what the mailbox's filters say."""
    searcher = Searcher(state, row["mailbox"], now)
    for one in _filters(state, row["mailbox"]):
        if _matches(searcher, row, one["criteria"]):
            action = one["action"]
            add, remove = action.get("addLabelIds", []), action.get("removeLabelIds", [])
            relabel(state, row, Change(tuple(add), tuple(remove)))


def _matches(searcher: Searcher, row: store.Row, criteria: Json) -> bool:
    sought = condition(searcher, _query(criteria))
    wanted = all_of([Condition("m.seq = ?", (row["seq"],)), *([sought] if sought else [])])
    found = searcher.state.execute(
        f"SELECT 1 FROM gmail_message m WHERE {wanted.sql}",  # noqa: S608  (built from our own text)
        wanted.values,
    ).fetchone()
    return found is not None


def _query(criteria: Json) -> str:
    """The criteria in the words of the search box."""
    subject = str(criteria.get("subject", "")).replace('"', " ")
    comparison = str(criteria.get("sizeComparison", ""))
    asked = {
        f"from:({criteria.get('from')})": "from" in criteria,
        f"to:({criteria.get('to')})": "to" in criteria,
        f'subject:"{subject}"': bool(subject),
        f"({criteria.get('query')})": "query" in criteria,
        f"-({criteria.get('negatedQuery')})": "negatedQuery" in criteria,
        "has:attachment": bool(criteria.get("hasAttachment")),
        f"{comparison}:{criteria.get('size')}": comparison in _COMPARISONS and "size" in criteria,
    }
    return " ".join(text for text, is_asked in asked.items() if is_asked)
