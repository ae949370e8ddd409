"""What became of drafts: sent by us or by a person, deleted, pointless, left over.

Source: https://developers.google.com/workspace/gmail/api/guides/drafts, facts 7.2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from itn_sync.domain.seen import DeedState
from itn_sync.gateways.errors import OutcomeUnknown
from itn_sync.gateways.gmail import Draft, Mailbox, Message
from itn_sync.ledger import Ledger
from itn_sync.ledger_rows import DeedTrace

POINTLESS = "remplacé par un message plus récent"


@dataclass
class Drafts:
    """The drafts of one mailbox, beside what the ledger knows of them."""

    mailbox: Mailbox
    ledger: Ledger
    clock: Callable[[], datetime]

    @cached_property
    def orphans(self) -> Mapping[str, tuple[Draft, ...]]:
        """The drafts in the mailbox by deed key, read once, when a crash makes it necessary."""
        return self.mailbox.drafts_by_key()

    def is_unsent(self, draft_id: str) -> bool:
        """A draft that a person sent in Gmail may live on as the sent mail's ghost (facts 7.2)."""
        draft = self.mailbox.draft(draft_id)
        return draft is not None and draft.is_unsent

    def still_there(self, trace: DeedTrace) -> bool:
        """True while the draft is unsent; otherwise what became of it is written down.

        A person may have edited it, which moves it to another conversation when its subject
        changed.
        """
        draft = self.mailbox.draft(trace.draft_id)
        if draft is None or not draft.is_unsent:
            self._settle_gone(trace, draft)
            return False
        if draft.thread_id != trace.thread_id:
            left = trace.deed.state is DeedState.LEFT
            where = {"draft_id": draft.id, "thread_id": draft.thread_id}
            self.ledger.drafted(trace.deed.key, **where, at=trace.deed.at, left=left)
        return True

    def _settle_gone(self, trace: DeedTrace, ghost: Draft | None) -> None:
        key, now = trace.deed.key, self.clock()
        if ghost is not None:
            self.ledger.done(key, message_id=ghost.message_id, at=ghost.at or now)
        elif sent := self._what_it_became(trace):
            self.ledger.done(key, message_id=sent.id, at=sent.at)
        else:
            reason = "le brouillon a été supprimé par une personne"
            self.ledger.settle(key, DeedState.WITHDRAWN, reason, now)

    def _what_it_became(self, trace: DeedTrace) -> Message | None:
        """The mail under its key, or what else a person sent in its conversation since.

        An editor may drop the header that holds the key. The instant of a left draft is Google's
        own, as those of messages are.
        """
        thread = self.mailbox.thread(trace.thread_id)
        sent = [message for message in thread if message.was_sent]
        by_key = next((m for m in sent if m.key == trace.deed.key), None)
        if by_key or trace.deed.state is not DeedState.LEFT:
            return by_key
        unmarked = (m for m in sent if not m.key and m.at >= trace.deed.at)
        return next(unmarked, None) or self._sent_elsewhere.get(trace.deed.key)

    @cached_property
    def _sent_elsewhere(self) -> Mapping[str, Message]:
        """What left since the oldest draft that waits for a person, by key; read once, if ever."""
        left = self.ledger.traces(DeedState.LEFT)
        since = min((trace.deed.at for trace in left), default=self.clock())
        return {m.key: m for m in self.mailbox.sent_since(since) if m.key}

    def take_back(self, trace: DeedTrace, reason: str) -> None:
        """Delete what was drafted, unless a person has sent it meanwhile."""
        key, now = trace.deed.key, self.clock()
        if trace.deed.state is DeedState.LEFT and not self.still_there(trace):
            return
        if trace.thread_id and (message_id := self.mailbox.sent_message_id(trace.thread_id, key)):
            self.ledger.done(key, message_id=message_id, at=now)
            return
        orphans = () if trace.draft_id else self.orphans.get(key, ())
        for draft_id in filter(None, (trace.draft_id, *(draft.id for draft in orphans))):
            self.mailbox.delete_draft(draft_id)
        self.ledger.settle(key, DeedState.SUPERSEDED, reason, now)

    def sweep(self) -> None:
        """Delete drafts that a lost answer left behind and that will never be sent."""
        for key, drafts in self.mailbox.drafts_by_key().items():
            trace = self.ledger.trace(key)
            if trace is not None and trace.deed.state is not DeedState.BEGUN:
                for draft in drafts:
                    if draft.id != trace.draft_id:
                        self._delete(draft.id)

    def _delete(self, draft_id: str) -> None:
        """Try it; a draft left behind is harmless, and the next whole reading sweeps again."""
        try:
            self.mailbox.delete_draft(draft_id)
        except OutcomeUnknown:
            self.mailbox.delete_draft(draft_id)  # looks again first: it may have been sent by hand
