"""One mail, exactly once: intention, draft, sending, outcome, and what a crash in between means.

Source: https://developers.google.com/workspace/gmail/api/guides/drafts: sending a draft makes it
vanish and answers a message with a new id, so the draft is the handle that cannot be sent twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import cached_property

from itn_sync.domain.actions import SendMail
from itn_sync.domain.codes import reference
from itn_sync.domain.seen import SETTLED, DeedState
from itn_sync.drafts import POINTLESS, Drafts
from itn_sync.gateways.errors import Missing, OutcomeUnknown, QuotaSpent, Refused, Unavailable
from itn_sync.gateways.gmail import Draft, Mailbox, OutgoingMail, is_reserved, valid_address
from itn_sync.ledger import Ledger
from itn_sync.ledger_rows import DeedTrace


class Outcome(Enum):
    """How far a delivery came."""

    SENT = auto()
    SETTLED = auto()
    """Nothing more to do, though nothing was sent: refused, or taken over by a person."""
    HELD = auto()
    """Nobody can tell whether it went out: a person looks."""
    LEFT = auto()
    """A draft of it waits for the person who is to send it."""
    WAITING = auto()
    """A later attempt will tell."""


Compose = Callable[[SendMail], OutgoingMail]
"""Makes a mail out of its template."""


@dataclass
class PostOffice:
    """Sends mails from one mailbox and writes every step down before taking it."""

    mailbox: Mailbox
    ledger: Ledger
    clock: Callable[[], datetime]
    late: timedelta
    """How long a request whose answer was lost may still have an effect."""
    reserved_allowed: bool
    """Reserved domains get mail in a rehearsal, never through Google itself."""
    sweeps: bool = False
    """Whether this run looks for left-over drafts; a lost answer makes it do so."""
    unanswered: int = 0
    """How many mails in a row Gmail gave no answer about."""

    @cached_property
    def drafts(self) -> Drafts:
        """The drafts of this mailbox."""
        return Drafts(self.mailbox, self.ledger, self.clock)

    def deliver(self, mail: SendMail, compose: Compose) -> Outcome:
        """Send `mail`, or leave it as a draft; raises QuotaSpent when the mailbox may not send."""
        out_of_the_way = [self.supersede(key) for key in mail.supersedes]
        if not all(out_of_the_way):
            return Outcome.WAITING
        trace = self.ledger.trace(mail.key)
        if trace is None:
            self.ledger.begin(mail.key, reference(mail.key), self.clock())
            return self._first_attempt(mail, compose)
        return self._go_on(trace, mail, compose)

    def _go_on(self, trace: DeedTrace, mail: SendMail, compose: Compose) -> Outcome:
        """Take up what an earlier run began."""
        match trace.deed.state:
            case DeedState.BEGUN:
                return self._adopt_or_draft(mail, compose)
            case DeedState.DRAFTED | DeedState.LEFT:
                return self._go_on_with_draft(trace, mail)
            case DeedState.SENDING:
                return self.resolve(trace, by_hand=mail.by_hand)
            case _:
                return Outcome.SETTLED

    def _first_attempt(self, mail: SendMail, compose: Compose) -> Outcome:
        address = valid_address(mail.recipient)
        if address is None:
            return self._failed(mail.key, "adresse invalide")
        if is_reserved(address) and not self.reserved_allowed:
            return self._failed(mail.key, "adresse d'exemple : aucun message n'y part")
        return self._draft_and_send(mail, compose(replace(mail, recipient=address)))

    def _adopt_or_draft(self, mail: SendMail, compose: Compose) -> Outcome:
        """The draft may have been made though its answer was lost; another one does no harm."""
        self.sweeps = True
        found = self.drafts.orphans.get(mail.key, ())
        return self._drafted(mail, found[0]) if found else self._first_attempt(mail, compose)

    def _draft_and_send(self, mail: SendMail, composed: OutgoingMail) -> Outcome:
        try:
            draft = self._create(composed)
        except Refused as refusal:
            return self._failed(mail.key, f"refusé par Gmail : {refusal.french}")
        except (Unavailable, OutcomeUnknown) as trouble:
            return self._no_answer(mail.key, trouble)
        return self._drafted(mail, draft)

    def _create(self, mail: OutgoingMail) -> Draft:
        """A draft; when the answer is lost, the one that was made all the same, or another."""
        try:
            return self.mailbox.create_draft(mail)
        except OutcomeUnknown:
            self.sweeps = True
            found = self.mailbox.drafts_by_key().get(mail.key, ())
            return found[0] if found else self.mailbox.create_draft(mail)
        except Missing:
            if not mail.thread_id:
                raise
            return self._create(replace(mail, thread_id=""))  # that conversation was just deleted

    def _drafted(self, mail: SendMail, draft: Draft) -> Outcome:
        self.ledger.drafted(mail.key, draft_id=draft.id, thread_id=draft.thread_id, at=self.clock())
        if mail.by_hand:
            return self._leave(mail.key, draft.id, draft.thread_id)
        self.ledger.sending(mail.key, self.clock())
        return self._ask_to_send(mail.key, draft.id, draft.thread_id)

    def _leave(self, key: str, draft_id: str, thread_id: str) -> Outcome:
        """The rest is a person's; the draft's own instant tells what they send from what was."""
        draft = self.mailbox.draft(draft_id)
        at = draft.at if draft and draft.at else self.clock()
        self.ledger.drafted(key, draft_id=draft_id, thread_id=thread_id, at=at, left=True)
        self.ledger.note(key, "")
        return Outcome.LEFT

    def look_at(self, trace: DeedTrace) -> Outcome:
        """What became of a draft that was left for a person."""
        return Outcome.LEFT if self.drafts.still_there(trace) else Outcome.SETTLED

    def _ask_to_send(self, key: str, draft_id: str, thread_id: str) -> Outcome:
        try:
            sent = self.mailbox.send_draft(draft_id)
        except QuotaSpent:
            self.ledger.drafted(key, draft_id=draft_id, thread_id=thread_id, at=self.clock())
            self.ledger.note(key, "quota d'envoi du jour atteint : la suite au prochain passage")
            raise
        except Unavailable as trouble:  # refused before anything happened
            self.ledger.drafted(key, draft_id=draft_id, thread_id=thread_id, at=self.clock())
            return self._no_answer(key, trouble)
        except (OutcomeUnknown, Refused) as trouble:
            return self._after_lost_answer(key, trouble)
        self.unanswered = 0
        self.ledger.done(key, message_id=sent.message_id, at=self.clock())
        return Outcome.SENT

    def _no_answer(self, key: str, trouble: Unavailable | OutcomeUnknown) -> Outcome:
        self.unanswered += 1
        self.ledger.note(key, f"en attente : {trouble.french}")
        return Outcome.WAITING

    def _after_lost_answer(self, key: str, trouble: OutcomeUnknown | Refused) -> Outcome:
        trace = self.ledger.trace(key)
        if trace is None:
            raise LookupError(key)
        if message_id := self.mailbox.sent_message_id(trace.thread_id, key):
            self.ledger.done(key, message_id=message_id, at=self.clock())
            return Outcome.SENT
        if isinstance(trouble, Refused) and self.drafts.is_unsent(trace.draft_id):
            self.mailbox.delete_draft(trace.draft_id)
            return self._failed(key, f"refusé par Gmail : {trouble.french}")
        self.ledger.note(key, "réponse de Gmail perdue : vérification en cours")
        return Outcome.WAITING

    def resolve(self, trace: DeedTrace, *, by_hand: bool = False) -> Outcome:
        """What became of a sending whose answer nobody heard."""
        known = self._outcome_of(trace)
        return self._send_or_leave(trace, by_hand=by_hand) if known is None else known

    def _outcome_of(self, trace: DeedTrace) -> Outcome | None:
        """What can be known of that sending; None when it surely never left, and never will."""
        key, now = trace.deed.key, self.clock()
        if message_id := self.mailbox.sent_message_id(trace.thread_id, key):
            self.ledger.done(key, message_id=message_id, at=trace.deed.at)
            return Outcome.SENT
        if now - trace.deed.at < self.late:
            return Outcome.WAITING
        if self.drafts.is_unsent(trace.draft_id):
            return None
        reason = "envoi incertain : vérifier dans les messages envoyés"
        self.ledger.settle(key, DeedState.HELD, reason, now)
        return Outcome.HELD

    def _go_on_with_draft(self, trace: DeedTrace, mail: SendMail) -> Outcome:
        """A draft that a person edited goes out as it is; one sent or deleted is respected."""
        if not self.drafts.still_there(trace):
            return Outcome.SETTLED
        if mail.by_hand and trace.deed.state is DeedState.LEFT:
            return Outcome.LEFT
        return self._send_or_leave(trace, by_hand=mail.by_hand)

    def _send_or_leave(self, trace: DeedTrace, *, by_hand: bool) -> Outcome:
        if by_hand:
            return self._leave(trace.deed.key, trace.draft_id, trace.thread_id)
        self.ledger.sending(trace.deed.key, self.clock())
        return self._ask_to_send(trace.deed.key, trace.draft_id, trace.thread_id)

    def supersede(self, key: str, reason: str = POINTLESS) -> bool:
        """Take back a mail that is pointless by now; True when it has gone out or never will."""
        trace = self.ledger.trace(key)
        if trace is None or trace.deed.state in SETTLED:
            return True
        if trace.deed.state is DeedState.SENDING and self._outcome_of(trace) is Outcome.WAITING:
            return False
        trace = self.ledger.trace(key)
        if trace is not None and trace.deed.state not in SETTLED:
            self.drafts.take_back(trace, reason)
        return True

    def sweep(self) -> None:
        """Delete drafts that a lost answer left behind, in a run that has a reason to look."""
        if self.sweeps:
            self.drafts.sweep()

    def _failed(self, key: str, reason: str) -> Outcome:
        self.ledger.settle(key, DeedState.FAILED, reason, self.clock())
        return Outcome.SETTLED
