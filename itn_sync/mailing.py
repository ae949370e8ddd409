"""The mails of a run: composed from their templates, delivered one by one, waited for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from itn_sync.delivery import Outcome, PostOffice
from itn_sync.domain.actions import NotSent, SendMail
from itn_sync.domain.codes import reference
from itn_sync.domain.seen import DeedState
from itn_sync.domain.tracking import TAB_BY_KEY
from itn_sync.gateways.errors import (
    CredentialsRefused,
    GatewayError,
    OutcomeUnknown,
    QuotaSpent,
    Unavailable,
)
from itn_sync.gateways.gmail import OutgoingMail
from itn_sync.messages import Messages, TemplateError
from itn_sync.report import MailSent, Note, Report, Tell
from itn_sync.rows import Books
from itn_sync.settings import Workspace

_PATIENCE = timedelta(minutes=2)
"""How long a run waits for an unsure sending; a longer wait is left to the next run."""

_IN_VAIN = 5
"""After so many mails in a row without an answer Gmail is out, and the rest waits."""


@dataclass(frozen=True)
class Correspondent:
    """Sends the mails of one run, with links to `books` as they are now."""

    office: PostOffice
    messages: Messages
    workspace: Workspace
    books: Books
    link: Callable[[str, int], str]
    sleep: Callable[[float], None]
    report: Report
    tell: Tell

    def send(self, mails: tuple[SendMail, ...], not_sent: Iterable[NotSent] = ()) -> set[str]:
        """Deliver every mail; the keys of those that a later run must see to.

        Whatever a `not_sent` one makes pointless is taken back if it has not gone out.
        """
        unsettled = {mail.key for mail in mails}
        try:
            unsettled |= {n.key for n in not_sent if not self._all_taken_back(n)}
            if mails and self._may_write_as_configured():
                self._attempt_twice(mails, unsettled)
        except QuotaSpent:
            self.tell(Note("the mailbox's daily quota is spent: the rest waits for the next run"))
        self._sweep()
        self.report.waiting += [reference(key) for key in sorted(unsettled)]
        return unsettled

    def _all_taken_back(self, notice: NotSent) -> bool:
        done = [self._taken_back(key, notice.reason) for key in notice.supersedes]
        return all(done)

    def _taken_back(self, key: str, reason: str) -> bool:
        try:
            return self.office.supersede(key, reason)
        except (QuotaSpent, CredentialsRefused):
            raise
        except GatewayError as error:
            self.report.failures.append(f"mail {reference(key)}: {error}")
            return False

    def _may_write_as_configured(self) -> bool:
        """False, and told, when Gmail would silently replace the sender by the mailer's address."""
        sender, mailer = self.workspace.mail_from, self.workspace.accounts.mailer
        try:
            if sender.lower() == mailer.lower() or sender.lower() in self.office.mailbox.aliases():
                return True
        except CredentialsRefused:
            raise
        except GatewayError as error:
            self.report.failures.append(f"the aliases of {mailer} cannot be read: {error}")
            return False
        self.report.failures.append(
            f"mail_from {sender} is not an accepted alias of {mailer}; add it in Gmail's settings "
            "or correct [mail].from_address in config/workspace.toml"
        )
        return False

    def _attempt_twice(self, mails: tuple[SendMail, ...], unsettled: set[str]) -> None:
        self._attempt(mails, unsettled)
        if unsettled and self._waited_for_late_answers(unsettled):
            self._attempt(tuple(m for m in mails if m.key in unsettled), unsettled)

    def _attempt(self, mails: tuple[SendMail, ...], unsettled: set[str]) -> None:
        for mail in mails:
            if self.office.unanswered >= _IN_VAIN:
                self.tell(Note("Gmail does not answer: the rest waits for the next run"))
                return
            outcome = self._delivered(mail)
            if outcome is not Outcome.WAITING:
                unsettled.discard(mail.key)
            if outcome is Outcome.HELD:
                self.tell(Note(f"held {reference(mail.key)} {mail.template}"))
            if outcome is Outcome.SENT:
                self.report.mails_sent += 1
                self.tell(self._sent(mail))

    def _sent(self, mail: SendMail) -> MailSent:
        trace = self.office.ledger.trace(mail.key)
        mailer = self.workspace.accounts.mailer
        return MailSent(mail, mailer, trace.message_id if trace else "")

    def _delivered(self, mail: SendMail) -> Outcome:
        """One mail; what goes wrong with it stops no other."""
        if self._row_number(mail.row) is None:
            return self._stopped(mail, "its row could not be written")
        try:
            return self.office.deliver(mail, self._compose)
        except (QuotaSpent, CredentialsRefused):
            raise
        except (GatewayError, TemplateError) as error:
            self.office.unanswered += isinstance(error, Unavailable | OutcomeUnknown)
            return self._stopped(mail, str(error))

    def _stopped(self, mail: SendMail, why: str) -> Outcome:
        self.report.failures.append(f"mail {reference(mail.key)}: {why}")
        return Outcome.WAITING

    def _waited_for_late_answers(self, unsettled: set[str]) -> bool:
        """Wait until a lost sending can no longer land; True when there is one to look at."""
        sending = self.office.ledger.traces(DeedState.SENDING)
        asked_at = [trace.deed.at for trace in sending if trace.deed.key in unsettled]
        if not asked_at or self.office.late > _PATIENCE:
            return False
        rest = max(asked_at) + self.office.late - self.office.clock()
        self.sleep(max(0.0, rest.total_seconds()))
        return True

    def _sweep(self) -> None:
        try:
            self.office.sweep()
        except GatewayError as error:  # an orphan draft is harmless; the next run may sweep it
            self.tell(Note(f"left-over drafts stay for now: {error}"))

    def _compose(self, mail: SendMail) -> OutgoingMail:
        confidential = mail.context.get("confidential_row")
        links = {
            "reference": reference(mail.key),
            "row_link": self._row_link(mail.row),
            "confidential_link": self._row_link(confidential) if confidential else "",
        }
        words = self.messages.render(mail.template, {**mail.context, **links})
        return OutgoingMail(
            sender=self.workspace.mail_from,
            sender_name=self.workspace.mail_from_name,
            to=mail.recipient,
            to_name=mail.recipient_name,
            reply_to=self.workspace.reply_to,
            subject=words.subject,
            text=words.text,
            html=words.html,
            key=mail.key,
            reference=reference(mail.key),
        )

    def _row_link(self, row: tuple[str, str]) -> str:
        return self.link(row[0], self._row_number(row) or 1)

    def _row_number(self, row: tuple[str, str]) -> int | None:
        snapshot = self.books.get(TAB_BY_KEY[row[0]].book)
        table = snapshot.tables.get(row[0]) if snapshot else None
        found = table.rows.get(row[1]) if table else None
        return found.number if found else None
