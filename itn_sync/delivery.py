"""One mail, exactly once: intention, draft, sending, outcome, and what a crash in between means.

Source: https://developers.google.com/workspace/gmail/api/guides/drafts: sending a draft makes it
vanish and answers a message with a new id, so the draft is the handle that cannot be sent twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import cached_property

from itn_sync.domain.actions import SendMail
from itn_sync.domain.codes import reference
from itn_sync.domain.seen import SETTLED, DeedState
from itn_sync.gateways.errors import OutcomeUnknown, QuotaSpent, Refused, Unavailable
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
    WAITING = auto()
    """A later attempt will tell."""


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
    def orphans(self) -> Mapping[str, tuple[Draft, ...]]:
        """The drafts in the mailbox by deed key, read once, when a crash makes it necessary."""
        return self.mailbox.drafts_by_key()

    def deliver(self, mail: SendMail, compose: Callable[[SendMail], OutgoingMail]) -> Outcome:
        """Send `mail` unless it has gone out; raises QuotaSpent when the mailbox may not send."""
        out_of_the_way = [self.supersede(key) for key in mail.supersedes]
        if not all(out_of_the_way):
            return Outcome.WAITING
        trace = self.ledger.trace(mail.key)
        if trace is None:
            self.ledger.begin(mail.key, reference(mail.key), self.clock())
            return self._first_attempt(mail, compose)
        return self._go_on(trace, mail, compose)

    def _go_on(
        self, trace: DeedTrace, mail: SendMail, compose: Callable[[SendMail], OutgoingMail]
    ) -> Outcome:
        """Take up what an earlier run began."""
        match trace.deed.state:
            case DeedState.BEGUN:
                return self._adopt_or_draft(mail, compose)
            case DeedState.DRAFTED:
                return self._send_if_still_there(trace)
            case DeedState.SENDING:
                return self.resolve(trace)
            case _:
                return Outcome.SETTLED

    def _first_attempt(
        self, mail: SendMail, compose: Callable[[SendMail], OutgoingMail]
    ) -> Outcome:
        address = valid_address(mail.recipient)
        if address is None:
            return self._failed(mail.key, "adresse invalide")
        if is_reserved(address) and not self.reserved_allowed:
            return self._failed(mail.key, "adresse d'exemple : aucun message n'y part")
        return self._draft_and_send(replace(mail, recipient=address), compose)

    def _adopt_or_draft(
        self, mail: SendMail, compose: Callable[[SendMail], OutgoingMail]
    ) -> Outcome:
        """The draft may have been made though its answer was lost; another one does no harm."""
        self.sweeps = True
        found = self.orphans.get(mail.key, ())
        return self._send(mail.key, found[0]) if found else self._first_attempt(mail, compose)

    def _draft_and_send(
        self, mail: SendMail, compose: Callable[[SendMail], OutgoingMail]
    ) -> Outcome:
        try:
            draft = self._create(compose(mail))
        except Refused as refusal:
            return self._failed(mail.key, f"refusé par Gmail : {refusal.french}")
        except (Unavailable, OutcomeUnknown) as trouble:
            return self._no_answer(mail.key, trouble)
        return self._send(mail.key, draft)

    def _create(self, mail: OutgoingMail) -> Draft:
        """A draft; when the answer is lost, the one that was made all the same, or another."""
        try:
            return self.mailbox.create_draft(mail)
        except OutcomeUnknown:
            self.sweeps = True
            found = self.mailbox.drafts_by_key().get(mail.key, ())
            return found[0] if found else self.mailbox.create_draft(mail)

    def _send(self, key: str, draft: Draft) -> Outcome:
        self.ledger.drafted(key, draft_id=draft.id, thread_id=draft.thread_id, at=self.clock())
        self.ledger.sending(key, self.clock())
        return self._ask_to_send(key, draft.id, draft.thread_id)

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
        if isinstance(trouble, Refused) and self._is_unsent(trace.draft_id):
            self.mailbox.delete_draft(trace.draft_id)
            return self._failed(key, f"refusé par Gmail : {trouble.french}")
        self.ledger.note(key, "réponse de Gmail perdue : vérification en cours")
        return Outcome.WAITING

    def resolve(self, trace: DeedTrace) -> Outcome:
        """What became of a sending whose answer nobody heard."""
        key, now = trace.deed.key, self.clock()
        if message_id := self.mailbox.sent_message_id(trace.thread_id, key):
            self.ledger.done(key, message_id=message_id, at=trace.deed.at)
            return Outcome.SENT
        if now - trace.deed.at < self.late:
            return Outcome.WAITING
        if self._is_unsent(trace.draft_id):
            self.ledger.sending(key, now)
            return self._ask_to_send(key, trace.draft_id, trace.thread_id)
        reason = "envoi incertain : vérifier dans les messages envoyés"
        self.ledger.settle(key, DeedState.HELD, reason, now)
        return Outcome.HELD

    def _send_if_still_there(self, trace: DeedTrace) -> Outcome:
        """A draft that a person edited goes out as it is; one sent or deleted is respected."""
        key, now = trace.deed.key, self.clock()
        if message_id := self.mailbox.sent_message_id(trace.thread_id, key):
            self.ledger.done(key, message_id=message_id, at=now)
            return Outcome.SENT
        if self._is_unsent(trace.draft_id):
            self.ledger.sending(key, now)
            return self._ask_to_send(key, trace.draft_id, trace.thread_id)
        reason = "le brouillon a été supprimé par une personne"
        self.ledger.settle(key, DeedState.WITHDRAWN, reason, now)
        return Outcome.SETTLED

    def _is_unsent(self, draft_id: str) -> bool:
        """A draft that a person sent in Gmail may live on as the sent mail's ghost (facts 7.2)."""
        draft = self.mailbox.draft(draft_id)
        return draft is not None and draft.is_unsent

    def supersede(self, key: str, reason: str = "remplacé par un message plus récent") -> bool:
        """Take back a mail that is pointless by now; True when it has gone out or never will."""
        trace = self.ledger.trace(key)
        if trace is None or trace.deed.state in SETTLED:
            return True
        if trace.deed.state is DeedState.SENDING and self.resolve(trace) is Outcome.WAITING:
            return False
        trace = self.ledger.trace(key)
        if trace is not None and trace.deed.state not in SETTLED:
            self._take_back(trace, reason)
        return True

    def _take_back(self, trace: DeedTrace, reason: str) -> None:
        """Delete what was drafted, unless a person has sent it meanwhile."""
        key, now = trace.deed.key, self.clock()
        if trace.thread_id and (message_id := self.mailbox.sent_message_id(trace.thread_id, key)):
            self.ledger.done(key, message_id=message_id, at=now)
            return
        orphans = () if trace.draft_id else self.orphans.get(key, ())
        for draft_id in filter(None, (trace.draft_id, *(draft.id for draft in orphans))):
            self.mailbox.delete_draft(draft_id)
        self.ledger.settle(key, DeedState.SUPERSEDED, reason, now)

    def sweep(self) -> None:
        """Delete drafts that a lost answer left behind and that will never be sent."""
        if not self.sweeps:
            return
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

    def _failed(self, key: str, reason: str) -> Outcome:
        self.ledger.settle(key, DeedState.FAILED, reason, self.clock())
        return Outcome.SETTLED
