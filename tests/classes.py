"""A school on paper whose classes are followed: rosters, registers, mails, letters, crashes.

`Evenings` is `Paper` with attendance: a run reads the rosters and registers as they are, and may
die between any two of its deeds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from itn_sync.domain.absence_policy import PLAN_POLICY, AbsencePolicy
from itn_sync.domain.actions import SendMail, WriteDocument
from itn_sync.domain.ground import Ground
from itn_sync.domain.intake import Wanted, decide
from itn_sync.domain.plan import Plan, compare, row_changes
from itn_sync.domain.seen import SETTLED, Cell, Deed, DeedState, Problem, Response, Seen
from itn_sync.domain.serials import date_serial
from itn_sync.domain.students import person_of_address
from itn_sync.domain.told import is_warning
from itn_sync.domain.tracking import CASES
from itn_sync.domain.tracking_attendance import WARNINGS
from itn_sync.domain.units import Classes, Grid, Member, Roster, Session, Unit, Value
from itn_sync.domain.warning_state import Mode
from tests.registers import a_unit, sessions
from tests.school import FORM, LABEL, LIMITS, Paper, a_deed, ground, in_writing_order, morning

MATH = a_unit(periods=80)
"""Ten sessions of four periods: two of them missed are 10 % of the planned 80."""

OCTOBER = date(2026, 10, 12)
NOVEMBER = date(2026, 11, 16)


def a_member(name: str, email: str = "", account: str = "") -> Member:
    """`Zoé Dupont`, on a roster."""
    first, _, last = name.partition(" ")
    address = email or f"{first.lower()}.{last.lower()}@etudiant.example"
    return Member(account or f"account-{first}-{last}", address, first, last)


ZOE = a_member("Zoe Dupont")
ALI = a_member("Ali Benali")


def person(member: Member) -> str:
    """Their id in the register and everywhere."""
    return person_of_address(member.email)


_FOR_EVER = 10**9


class Killed(Exception):  # noqa: N818  (it is what happened, no mistake)
    """The run died."""


@dataclass
class Notebook:
    """The register of a UE as its teacher keeps it: rows by id, a column per session."""

    unit: Unit
    held: list[Session]
    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    marks: dict[str, list[Value]] = field(default_factory=dict)
    tab: str = "Math"
    strays: list[tuple[Value, ...]] = field(default_factory=list)
    """Rows that stand above those of the students."""

    def row(self, member: Member, *marks: Value, id: str = "") -> None:
        """A student's row; sessions without a mark are not recorded."""
        key = id or person(member)
        self.names[key] = (member.last_name, member.first_name)
        self.note(key, *marks)

    def note(self, key: str, *marks: Value) -> None:
        """The teacher sets the marks of a row, from the first session on."""
        self.marks[key] = [*marks, *[""] * (len(self.held) - len(marks))]

    def grid(self) -> Grid:
        """As it is read."""
        blank: tuple[Value, ...] = ("", "", "", "")
        heads: list[tuple[Value, ...]] = [
            (*blank, *(date_serial(s.day) for s in self.held)),
            (*blank, *(s.course for s in self.held)),
            (*blank, *(float(s.periods) for s in self.held)),
        ]
        rows = [(key, *self.names[key], "", *marks) for key, marks in self.marks.items()]
        return Grid(
            self.unit.key, f"Présences CAP Namur, onglet {self.tab}", (*heads, *self.strays, *rows)
        )


@dataclass
class Evenings(Paper):
    """UEs with their Classroom and register; see `evenings`."""

    policy: AbsencePolicy = PLAN_POLICY
    rosters: dict[str, Roster] = field(default_factory=dict)
    books: dict[str, Notebook] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    bounced: dict[str, str] = field(default_factory=dict)
    letters: list[WriteDocument] = field(default_factory=list)
    forced: bool = False
    unread: set[str] = field(default_factory=set)
    """UEs whose roster cannot be read."""
    unheard: set[str] = field(default_factory=set)
    """Keys that went out although no run has heard of it."""
    _steps: int = _FOR_EVER

    # What people do

    def organise(self, unit: Unit, *members: Member, held: Sequence[Session] = ()) -> Notebook:
        """A UE with its Classroom and its register, whose rows are blank."""
        self.units[unit.key] = unit
        self.rosters[unit.key] = Roster(unit.key, f"course-{unit.key}", members)
        book = Notebook(unit, list(held or sessions(10, 4)), tab=unit.name)
        self.books[unit.key] = book
        for member in members:
            book.row(member)
        return book

    def on_classroom(self, unit: str, *members: Member, invited: Iterable[Member] = ()) -> None:
        """Who is in the course from now on."""
        self.rosters[unit] = replace(self.rosters[unit], students=members, invited=tuple(invited))

    def choose(self, decision: str, motive: str = "", number: str = "") -> None:
        """The secretariat decides, in the one row or the one with that number."""
        key = number or self.only_warning_id()
        self.type(WARNINGS.key, key, decision=decision, motive=motive)

    # What a run does

    def seen(
        self,
        *responses: Response,
        problems: tuple[Problem, ...] = (),
        listed: Iterable[str] | None = None,
    ) -> Seen:
        """What a run reads now."""
        found = super().seen(*responses, problems=problems, listed=listed)
        classes = Classes(
            tuple(self.units.values()),
            tuple(r for key, r in self.rosters.items() if key not in self.unread),
            tuple(book.grid() for book in self.books.values()),
        )
        return replace(found, classes=classes, bounced=dict(self.bounced))

    def ground(self, seen: Seen, today: date | datetime) -> Ground:
        found = ground(seen, self.school, today)
        return replace(found, absences=self.policy, forced=self.forced)

    def decide(self, seen: Seen, today: date | datetime = OCTOBER) -> Wanted:
        return decide(self.ground(seen, today), {FORM: LABEL})

    def run(
        self,
        *responses: Response,
        today: date | datetime = OCTOBER,
        **reading: Iterable[str],
    ) -> Plan:
        """A whole run; Killed when it dies, with everything as it was at that moment."""
        self._recover()
        seen = self.seen(*responses, listed=reading.get("listed"))
        wanted = self.decide(seen, today)
        plan = compare(wanted, seen, LIMITS)
        for change in in_writing_order(plan.rows):
            self._tick()
            self.write(change)
        for unsent in plan.not_sent:
            for key in unsent.supersedes:
                self._withdraw(key)
        for mail in plan.mails:
            self.deliver(mail, morning(today))
        for document in plan.documents:
            self.make(document, morning(today))
        self._tick()
        self.log(wanted)
        self._note_outcome(today)
        return plan

    def try_to_run(self, killed_after: int, today: date | datetime = OCTOBER) -> None:
        """A run that may die."""
        self._steps = killed_after
        with suppress(Killed):
            self.run(today=today)
        self._steps = _FOR_EVER

    def deliver(self, mail: SendMail, at: datetime) -> None:
        """One mail by the ledger's steps: begun, drafted, sending, done."""
        if mail.key not in self.deeds:
            self._set(mail.key, DeedState.BEGUN, at)
        if self.deeds[mail.key].state is DeedState.BEGUN:
            self._set(mail.key, DeedState.DRAFTED, at)
        if mail.by_hand:
            self._set(mail.key, DeedState.LEFT, at)
            return
        self._set(mail.key, DeedState.SENDING, at)
        self.sent.append(mail)
        self.unheard.add(mail.key)
        self._set(mail.key, DeedState.DONE, at)

    def make(self, document: WriteDocument, at: datetime) -> None:
        """One letter: begun, made, done; one that was made is found again."""
        if document.key not in self.deeds:
            self._set(document.key, DeedState.BEGUN, at)
        if document.key not in self.unheard:
            self.letters.append(document)
            self.unheard.add(document.key)
        self._set(document.key, DeedState.DONE, at, "https://docs.example/letter")

    def _set(self, key: str, state: DeedState, at: datetime, reason: str = "") -> None:
        self._tick()
        self.deeds[key] = replace(a_deed(key, state, reason), at=at)

    def _tick(self) -> None:
        self._steps -= 1
        if self._steps < 0:
            raise Killed

    def _recover(self) -> None:
        """Gmail is asked about every mail that was being sent."""
        for key, deed in self.deeds.items():
            if deed.state is DeedState.SENDING and key in self.unheard:
                self.deeds[key] = replace(deed, state=DeedState.DONE)

    def _withdraw(self, key: str) -> None:
        self._tick()
        deed = self.deeds.get(key)
        if deed and deed.state not in SETTLED:
            self.deeds[key] = replace(deed, state=DeedState.SUPERSEDED)

    def _note_outcome(self, today: date | datetime) -> None:
        """What a warning that went out changes at once, in its row and its case."""
        seen = self.seen()
        rows = self.decide(seen, today).rows
        mine = tuple(row for row in rows if row.tab in (WARNINGS.key, CASES.key))
        for change in in_writing_order(row_changes(mine, seen)):
            self.write(change)

    # What people see

    def deed(self, key: str) -> Deed:
        """What the ledger knows of `key`, as if it had been begun."""
        return self.deeds.get(key) or a_deed(key, DeedState.BEGUN)

    def added(self, unit: str = "math1") -> str:
        """The id under which the only newcomer gets a row in the register."""
        (kept,) = self.decide(self.seen()).registers
        assert kept.unit == unit
        ((key, _last, _first),) = kept.added
        return key

    def warnings(self) -> list[Mapping[str, Cell]]:
        """The rows of `Avertissements`."""
        return list(self.tables[WARNINGS.key].values())

    def only_warning_id(self) -> str:
        """The number of the one warning to a student."""
        (found,) = [
            key
            for key, row in self.tables[WARNINGS.key].items()
            if str(row["key"]).startswith("warning/")
        ]
        return found

    def warning(self) -> Mapping[str, Cell]:
        """The row of the one warning to a student."""
        return self.tables[WARNINGS.key][self.only_warning_id()]

    def state(self) -> str:
        """Its state."""
        return str(self.warning()["state"])

    def mails(self) -> list[SendMail]:
        """The warnings that students got by mail."""
        return [mail for mail in self.sent if is_warning(mail.key)]

    def told(self, deeds: Iterable[SendMail | WriteDocument] = ()) -> Counter[str]:
        """How often each step was told to a student, by mail or on paper, or by `deeds`."""
        told = [deed.key for deed in (deeds or (*self.mails(), *self.letters))]
        keys = (key.removeprefix("letter/").split("/") for key in told if is_warning(key))
        return Counter("/".join(parts[:5]) for parts in keys)


def evenings(
    *marks: Value, mode: Mode = Mode.REVIEW, policy: AbsencePolicy = PLAN_POLICY
) -> Evenings:
    """Zoé and Ali in Mathématiques 1; Zoé has these marks, Ali was there."""
    school = Evenings(policy=replace(policy, mode=mode))
    book = school.organise(MATH, ZOE, ALI)
    book.note(person(ZOE), *marks)
    book.note(person(ALI), *["P"] * 10)
    return school


def marked(school: Evenings, *marks: Value, unit: str = "math1", who: Member = ZOE) -> None:
    """The teacher's marks of somebody, from the first session on."""
    school.books[unit].note(person(who), *marks)


def at(day: date, hour: int = 10) -> datetime:
    """An hour of a day, by Greenwich."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
