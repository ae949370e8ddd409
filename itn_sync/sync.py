"""A run, from the first reading to the last line of the report. Read `run` aloud: it is the story.

observe → decide → compare → apply (rows, then mails, then their outcome) → settle
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from itn_sync.access import enter
from itn_sync.delivery import PostOffice
from itn_sync.documents import Registrar
from itn_sync.domain.actions import WriteDocument, WriteRow
from itn_sync.domain.anomalies import anomaly_rows
from itn_sync.domain.codes import reference
from itn_sync.domain.ground import Ground
from itn_sync.domain.intake import Wanted, decide
from itn_sync.domain.plan import Plan, compare
from itn_sync.domain.school import Role
from itn_sync.domain.seen import DeedState, Seen
from itn_sync.domain.sendlog import SCOPE as MAIL
from itn_sync.domain.sendlog import held_references, mail_problems, mail_rows
from itn_sync.domain.serials import school_day_of
from itn_sync.domain.tabs import Book
from itn_sync.domain.told import is_about_absences
from itn_sync.domain.tracking import CASES, RECEPTION, TAB_BY_KEY
from itn_sync.domain.tracking_attendance import WARNINGS
from itn_sync.domain.upkeep import upkeep_mark
from itn_sync.doors import Doors, open_doors
from itn_sync.gateways.errors import CredentialsRefused, GatewayError
from itn_sync.grounds import ground_of, labels_of, limits_of
from itn_sync.ledger import Ledger
from itn_sync.mailing import Correspondent
from itn_sync.observe import Observation, observe, tables_of
from itn_sync.previews import with_previews
from itn_sync.report import Planned, Report, Tell
from itn_sync.rollcall import keep_registers
from itn_sync.rows import Books, Clerk
from itn_sync.settings import Settings


class UnsafePlanError(Exception):
    """The safety valve: the plan does more than a run may do unasked."""


class ChangedPlanError(Exception):
    """`--expect` named another plan than today's."""


@dataclass(frozen=True)
class Intent:
    """A plan with what it was made of."""

    plan: Plan
    wanted: Wanted
    observation: Observation


@dataclass(frozen=True)
class Sync:
    """One run: its settings, doors, ledger and clock."""

    settings: Settings
    doors: Doors
    ledger: Ledger
    clock: Callable[[], datetime]
    sleep: Callable[[float], None] = time.sleep

    def plan(self, *, full: bool = False) -> Intent:
        """What a run would do now; it changes nothing. `full` reads every answer again."""
        return self._intent(full=full, adopting=False, force=False)

    def _intent(self, *, full: bool, adopting: bool, force: bool) -> Intent:
        now, sources = self.clock(), self.doors.sources
        observation = observe(
            self.settings, sources, self.ledger, now, full=full, adopting=adopting
        )
        ground = ground_of(self.settings, observation.seen, now, forced=force)
        wanted = with_previews(decide(ground, labels_of(self.settings)), self.doors.messages)
        plan = compare(wanted, observation.seen, limits_of(self.settings))
        return Intent(plan, wanted, observation)

    def look(self) -> Ground:
        """What decisions would stand on now; it changes nothing."""
        now = self.clock()
        seen = observe(self.settings, self.doors.sources, self.ledger, now, full=False).seen
        return ground_of(self.settings, seen, now)

    def write(self, document: WriteDocument) -> Report:
        """Make one document that a person asked for, under the lease. Raises LeaseHeldError."""
        report = Report()
        with self.ledger.lease():
            if registrar := self._registrar(report, lambda _event: None):
                registrar.write((document,))
        return report

    def run(
        self, tell: Tell, *, full: bool = False, force: bool = False, expect: str = ""
    ) -> Report:
        """Do what is to be done, under the lease.

        Raises LeaseHeldError, UnsafePlanError, ChangedPlanError, CredentialsRefused.
        """
        with self.ledger.lease():
            self._recover()
            intent = self._intent(full=full, adopting=True, force=force)
            _check(intent.plan, force=force, expect=expect)
            tell(Planned(intent.plan))
            return self._apply(intent, tell)

    def _recover(self) -> None:
        """Learn what became of mails that an earlier run was sending when it died."""
        for trace in self.ledger.traces(DeedState.SENDING):
            try:
                message_id = self.doors.mailbox.sent_message_id(trace.thread_id, trace.deed.key)
            except CredentialsRefused:
                raise
            except GatewayError:
                return  # it stays unsure, which its own delivery tells; the rest goes on
            if message_id:
                self.ledger.done(trace.deed.key, message_id=message_id, at=trace.deed.at)

    def _apply(self, intent: Intent, tell: Tell) -> Report:
        """Rows, then the mails that link to them, then what became of the mails."""
        report = Report(failures=list(intent.observation.failures))
        clerk = Clerk(self.doors.sources.books, self.ledger, self.clock, report, tell)
        readable = len(report.failures)
        books = clerk.write(_noted_first(intent), intent.observation.books)
        books = clerk.write(intent.wanted.rows, books)
        rows_done = len(report.failures) == readable and len(books) == len(Book)
        correspondent = self._correspondent(intent, books, report, tell)
        self._keep_registers(intent, report, tell)
        unsettled = correspondent.send(intent.plan.mails, intent.plan.not_sent)
        if registrar := self._registrar(report, tell):
            unsettled |= registrar.write(intent.plan.documents)
        report.later += [reference(mail.key) for mail in intent.plan.waiting]
        books = clerk.write(self._outcome_rows(intent, self._now_seen(books)), books)
        books = clerk.write(self._after_warnings(intent, books), books)
        report.held += held_references(self.ledger.deeds())
        self.ledger.leave_as(upkeep_mark(tables_of(books)))
        if rows_done:
            self._settle(intent, unsettled | {mail.key for mail in intent.plan.waiting})
        return report

    def _keep_registers(self, intent: Intent, report: Report, tell: Tell) -> None:
        """Newcomers get their row in the registers, and who has left is said there."""
        room = self.doors.sources.room
        keep_registers(
            intent.plan.registers, intent.observation.roll, self.settings, room, report, tell
        )

    def _after_warnings(self, intent: Intent, books: Books) -> Iterator[WriteRow]:
        """What a warning that went out changes at once: its row, and the case that it opens."""
        before, deeds = intent.observation.seen.deeds, self.ledger.deeds()
        if not any(is_about_absences(k) and before.get(k) != deeds[k] for k in deeds):
            return
        seen = replace(intent.observation.seen, tables=tables_of(books), deeds=deeds)
        wanted = decide(ground_of(self.settings, seen, self.clock()), labels_of(self.settings))
        yield from (row for row in wanted.rows if row.tab in (WARNINGS.key, CASES.key))

    def _registrar(self, report: Report, tell: Tell) -> Registrar | None:
        """Who makes the letters; None where no attendance is followed."""
        if self.doors.binder is None:
            return None
        workspace = self.settings.workspace
        return Registrar(
            self.doors.binder,
            self.ledger,
            self.doors.messages,
            workspace.folders,
            self.settings.school.addresses(Role.SECRETARIAT),
            self.clock,
            timedelta(seconds=self.settings.rules.late_request_seconds),
            self.sleep,
            report,
            tell,
            workspace.link_root,
        )

    def _correspondent(
        self, intent: Intent, books: Books, report: Report, tell: Tell
    ) -> Correspondent:
        office = PostOffice(
            self.doors.mailbox,
            self.ledger,
            self.clock,
            late=timedelta(seconds=self.settings.rules.late_request_seconds),
            reserved_allowed=not self.settings.workspace.is_google,
            sweeps=intent.observation.is_whole,
        )
        return Correspondent(
            office,
            self.doors.messages,
            self.settings.workspace,
            books,
            lambda tab, row: self.doors.sources.books[TAB_BY_KEY[tab].book].row_link(tab, row),
            self.sleep,
            report,
            tell,
        )

    def _now_seen(self, books: Books) -> Seen:
        tables, deeds = tables_of(books), self.ledger.deeds()
        return Seen(tables=tables, deeds=deeds, observed=frozenset({MAIL}))

    def _outcome_rows(self, intent: Intent, seen: Seen) -> tuple[WriteRow, ...]:
        """The send log, and what people must see to now that the mails are out."""
        problems = tuple(mail_problems(seen.deeds))
        return (
            *mail_rows(intent.wanted.notices, seen),
            *anomaly_rows(problems, seen, school_day_of(self.clock())),
        )

    def _settle(self, intent: Intent, unsettled: set[str]) -> None:
        """Remember which answers need nothing more; the others are read again next time."""
        concerns = intent.plan.concerns
        open_answers = {concerns[key] for key in unsettled if key in concerns}
        for harvest in intent.observation.harvests:
            if harvest.listed is not None:
                mark = intent.observation.settings_mark
                self.ledger.listed(harvest.form, self.clock(), mark)
            settled = {r.id: r.submitted for r in harvest.responses if r.key not in open_answers}
            rest = [r.submitted for r in harvest.responses if r.key in open_answers]
            if settled or rest:
                self.ledger.settle_responses(harvest.form, settled, rest)


@contextmanager
def open_sync(settings: Settings, clock: Callable[[], datetime]) -> Iterator[Sync]:
    """The next run of a school; its doors and its ledger are closed with the context.

    Raises CredentialsRefused and LedgerPlaceError.
    """
    with (
        enter(settings) as google,
        closing(Ledger(settings.workspace.ledger_url)) as ledger,
    ):
        yield Sync(settings, open_doors(settings, google), ledger, clock)


def _noted_first(intent: Intent) -> tuple[WriteRow, ...]:
    """What the desk typed anew is marked as read before anything is made of it.

    So a run that dies in between leaves no row older than the registration made of it.
    """
    typed = {change.id for change in intent.plan.rows if change.tab == RECEPTION.key}
    return tuple(w for w in intent.wanted.rows if w.tab == RECEPTION.key and w.id in typed)


def _check(plan: Plan, *, force: bool, expect: str) -> None:
    if plan.refused:
        raise UnsafePlanError(plan.refused)
    if plan.unsafe and not force:
        raise UnsafePlanError("; ".join(plan.unsafe))
    if expect and expect != plan.fingerprint:
        raise ChangedPlanError(f"the plan is now {plan.fingerprint}, not {expect}")
