"""Lists of messages, drafts and threads: filters, order, pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from itn_sync.sandbox.call import Call
from itn_sync.sandbox.errors import Json
from itn_sync.sandbox.gmail.access import refuse_search
from itn_sync.sandbox.gmail.conditions import Condition, all_of, has_label, without_label
from itn_sync.sandbox.gmail.label_names import require_labels
from itn_sync.sandbox.gmail.paging import page_size, position, token_after
from itn_sync.sandbox.gmail.search import Searcher, condition, looks_everywhere
from itn_sync.sandbox.gmail.store import Row, milliseconds

_HIDDEN = ("SPAM", "TRASH")

# The newest matching message stands for its conversation.
_ONE_PER = {"message": "seq", "thread": "thread_id"}


@dataclass(frozen=True)
class Listed:
    """One page: rows newest first, how many there are in all, the next page's token."""

    rows: Sequence[Row]
    total: int
    next_token: str

    def answer(self, key: str, items: Sequence[Json]) -> Json:
        """The list response; Google omits an empty list."""
        found: Json = {key: list(items)} if items else {}
        if self.next_token:
            found["nextPageToken"] = self.next_token
        return found | {"resultSizeEstimate": self.total}


def list_page(
    call: Call, mailbox: str, *, drafts: bool = False, one_per: str = "message"
) -> Listed:
    """The page of messages that `q`, `labelIds`, `includeSpamTrash` and `pageToken` ask for.

    `one_per` "thread" gives the newest matching message of each conversation. Raises 403 when a
    metadata-only caller searches, 400 for an unknown label or page token.
    """
    refuse_search(call)
    wanted = all_of(_conditions(call, mailbox, drafts=drafts))
    group = _ONE_PER[one_per]
    limit = page_size(call.params)
    rows = _rows(call, wanted, group, limit + 1)
    more = len(rows) > limit
    last = rows[limit - 1] if more else None
    token = token_after(last["internal_date"], last["seq"]) if last else ""
    return Listed(rows[:limit], _count(call, wanted, group), token)


def _conditions(call: Call, mailbox: str, *, drafts: bool) -> list[Condition]:
    labels = call.params.get("labelIds") or []
    query = call.params.get("q") or ""
    require_labels(call.state, mailbox, labels)
    found = [Condition("m.mailbox = ?", (mailbox,)), *map(has_label, labels)]
    if drafts:
        found += [Condition("m.draft_id <> ''"), has_label("DRAFT")]
    if not (call.params.get("includeSpamTrash") or _asks_hidden(labels, query)):
        found.append(without_label(*_HIDDEN))
    return found + (_searched(call, mailbox, query) if query.strip() else [])


def _asks_hidden(labels: Sequence[str], query: str) -> bool:
    return bool(set(labels) & set(_HIDDEN)) or looks_everywhere(query)


def _searched(call: Call, mailbox: str, query: str) -> list[Condition]:
    """The index lags behind the mailbox: only what it has seen is found (facts 7.3)."""
    indexed = Condition("m.searchable_at <= ?", (milliseconds(call.now),))
    sought = condition(Searcher(call.state, mailbox, call.now), query)
    return [indexed, sought] if sought else [indexed]


def _rows(call: Call, wanted: Condition, group: str, limit: int) -> list[Row]:
    token = call.params.get("pageToken")
    # Beyond any message: the first page begins at the newest.
    date, seq = position(token) if token else (2**62, 0)
    return call.state.execute(
        f"""SELECT m.seq, m.id, m.thread_id, m.draft_id, m.snippet, m.history_id,
        max(m.internal_date) AS internal_date FROM gmail_message m WHERE {wanted.sql}
        GROUP BY m.{group} HAVING (max(m.internal_date), m.seq) < (?, ?)
        ORDER BY max(m.internal_date) DESC, m.seq DESC LIMIT ?""",  # noqa: S608 (built from our own text)
        (*wanted.values, date, seq, limit),
    ).fetchall()


def _count(call: Call, wanted: Condition, group: str) -> int:
    row = call.state.execute(
        f"SELECT count(DISTINCT m.{group}) AS total FROM gmail_message m WHERE {wanted.sql}",  # noqa: S608 (as above)
        wanted.values,
    ).fetchone()
    return int(row["total"])
