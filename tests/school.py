"""A small invented school, its registrations, and a Workspace kept in memory.

`a_school`, `a_response` and `ground` build what decisions stand on; `Paper` plays the spreadsheets
and the ledger, so that a rule can be followed over several runs without any network.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time

from itn_sync.domain.actions import SendMail
from itn_sync.domain.codes import case_number, reference
from itn_sync.domain.ground import Ground, OfficeHours, Patience
from itn_sync.domain.intake import Wanted, decide
from itn_sync.domain.pace import Clock
from itn_sync.domain.plan import Limits, Plan, RowChange, compare, row_changes
from itn_sync.domain.privacy import Confidential
from itn_sync.domain.registration import Registration, read_registration
from itn_sync.domain.school import (
    Absence,
    Assignment,
    Calendar,
    Closure,
    Kind,
    Person,
    Role,
    School,
    Section,
    Site,
)
from itn_sync.domain.seen import Answer, Cell, Deed, DeedState, Problem, Response, Row, Seen, Table
from itn_sync.domain.sendlog import mail_rows
from itn_sync.domain.serials import SCHOOL_TIME, school_day_of
from itn_sync.domain.tabs import Book
from itn_sync.domain.tracking import TAB_BY_KEY, TABS

FORM = "inscription"
LABEL = "Formulaire d'inscription 2026-2027"
MONDAY = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
"""The first answer's instant, 10:00 in Belgium."""

TODAY = school_day_of(MONDAY)
DEADLINES = dict.fromkeys(Kind, 5)
EVIDENCE = {Kind.VA: ("CV", "Copie du titre"), Kind.AR: ("Document probant",)}
NOTHING_READ = Seen()
HOURS = OfficeHours()
LIMITS = Limits(mails_per_run=200, missing_share=0.1, missing_count=3)

VALERIE = Person("va", "Valérie Acquis", "referent.va@ecole.example")
VICTOR = Person("va2", "Victor Acquis", "referent.va2@ecole.example")
ARIANE = Person("ar", "Ariane Inclusion", "referent.ar@ecole.example")
NOEMIE = Person("num", "Noémie Clavier", "referent.numerique@ecole.example")
OFFICE_NAMUR = Person("sec-n", "Secrétariat Namur", "secretariat.namur@ecole.example")
OFFICE_BRUSSELS = Person("sec-b", "Secrétariat Bruxelles", "secretariat.bruxelles@ecole.example")
CORALIE = Person("coord", "Coralie Référence", "coordination@ecole.example")

NAMUR = Site("namur", "Namur")
BRUSSELS = Site("bruxelles", "Bruxelles", ("Etterbeek",))
CESS = Section("cess", "CESS", ("namur",))
CAP = Section("cap", "CAP", ("namur", "bruxelles"))

ASSIGNMENTS = (
    Assignment(Role.REFERENT_VA, (VALERIE, VICTOR)),
    Assignment(Role.REFERENT_AR, (ARIANE,)),
    Assignment(Role.REFERENT_DIGITAL, (NOEMIE,)),
    Assignment(Role.SECRETARIAT, (OFFICE_NAMUR,), sites=("namur",)),
    Assignment(Role.SECRETARIAT, (OFFICE_BRUSSELS,), sites=("bruxelles",)),
    Assignment(Role.COORDINATOR, (CORALIE,)),
)
CALENDAR = Calendar(
    frozenset({date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 11), date(2026, 12, 25)}),
    (Closure("Vacances d'hiver", date(2026, 12, 21), date(2027, 1, 3)),),
)


def a_school(
    *assignments: Assignment,
    absences: tuple[Absence, ...] = (),
    calendar: Calendar = CALENDAR,
) -> School:
    """The school above; `assignments`, when given, take the place of all of its own."""
    held = assignments or ASSIGNMENTS
    persons = tuple(dict.fromkeys(p for a in (*ASSIGNMENTS, *held) for p in a.persons))
    return School("École", (NAMUR, BRUSSELS), (CESS, CAP), held, absences, calendar, persons)


SCHOOL = a_school()


def a_response(
    id: str = "r1",
    *kinds: Kind,
    at: datetime = MONDAY,
    edited: datetime | None = None,
    needs: str = "",
    others: tuple[Answer, ...] = (),
    **answers: str,
) -> Response:
    """Zoé Dupont of CAP in Namur asks for `kinds`; `answers` by field say otherwise."""
    said = {
        "first_name": "Zoé",
        "last_name": "Dupont",
        "email": "zoe@etudiant.example",
        "phone": "0470 00 00 00",
        "birth_date": "1999-02-28",
        "site": "Namur",
        "section": "CAP",
        "consent": "oui",
        "va": "oui" if Kind.VA in kinds else "non",
        "ar": "oui" if Kind.AR in kinds else "non",
        "digital": "oui" if Kind.DIGITAL in kinds else "non",
        "planning": "oui" if Kind.PLANNING in kinds else "non",
        "question": "Quand commencent les cours ?" if Kind.QUESTION in kinds else "",
    } | answers
    return Response(
        form=FORM,
        id=id,
        created=at,
        submitted=edited or at,
        answers={name: _values(value) for name, value in said.items()},
        confidential={"ar_details": Confidential(needs)} if needs else {},
        others=others,
    )


def answering(response: Response, **answers: str) -> Response:
    """`response` with other answers to some fields, "" for a question left blank."""
    said = {name: _values(value) for name, value in answers.items()}
    return replace(response, answers={**response.answers, **said})


def _values(answer: str) -> tuple[str, ...]:
    return (answer,) if answer else ()


def read(response: Response, school: School = SCHOOL) -> Registration:
    """The registration in `response`."""
    return read_registration(response, school)


def number(kind: Kind, id: str = "r1") -> str:
    """The case number of that request in answer `id`."""
    return case_number(kind, f"{FORM}/{id}")


def ground(
    seen: Seen = NOTHING_READ,
    school: School = SCHOOL,
    today: date | datetime = TODAY,
    hours: OfficeHours = HOURS,
) -> Ground:
    """What decisions stand on, at ten in the morning unless an instant is given."""
    return Ground(seen, school, DEADLINES, morning(today), Clock(), Patience(), hours, EVIDENCE)


def morning(day: date | datetime) -> datetime:
    """Ten o'clock in Belgium, or the instant itself."""
    return day if isinstance(day, datetime) else datetime.combine(day, time(10), SCHOOL_TIME)


def a_deed(key: str, state: DeedState = DeedState.DONE, reason: str = "") -> Deed:
    """What the ledger knows of the mail `key`."""
    return Deed(key, reference(key), state, MONDAY, reason)


def a_table(*rows: Row) -> Table:
    """A tab holding these rows."""
    return Table({row.id: row for row in rows})


@dataclass
class Paper:
    """Spreadsheets and ledger in memory: what a run would find, and what it leaves behind."""

    school: School = SCHOOL
    tables: dict[str, dict[str, dict[str, Cell]]] = field(
        default_factory=lambda: {tab.key: {} for tab in TABS}
    )
    deeds: dict[str, Deed] = field(default_factory=dict)
    sent: list[SendMail] = field(default_factory=list)
    hours: OfficeHours = HOURS

    def seen(
        self,
        *responses: Response,
        problems: tuple[Problem, ...] = (),
        listed: Iterable[str] | None = None,
    ) -> Seen:
        """What a run reads now; `listed` are the answers that the form still has, if all were."""
        return Seen(
            responses=responses,
            tables={key: self._table(key) for key in self.tables},
            deeds=dict(self.deeds),
            problems=problems,
            observed=frozenset({f"form/{FORM}"} | {f"response/{r.key}" for r in responses}),
            complete_forms={} if listed is None else {FORM: frozenset(listed)},
        )

    def _table(self, key: str) -> Table:
        return Table({id: Row(id, dict(cells)) for id, cells in self.tables[key].items()})

    def decide(self, seen: Seen, today: date | datetime = TODAY) -> Wanted:
        """What should be true, by the rules."""
        return decide(ground(seen, self.school, today, self.hours), {FORM: LABEL})

    def plan(self, seen: Seen, today: date | datetime = TODAY) -> Plan:
        """What a run would do."""
        return compare(self.decide(seen, today), seen, LIMITS)

    def run(self, *responses: Response, today: date = TODAY, **reading: Iterable[str]) -> Plan:
        """A whole undisturbed run: rows, mails, outcome; answers the plan it followed."""
        seen = self.seen(*responses, listed=reading.get("listed"))
        wanted, plan = self.decide(seen, today), self.plan(seen, today)
        for change in in_writing_order(plan.rows):
            self.write(change)
        for notice in plan.not_sent:
            self._take_back(notice.supersedes)
        for mail in plan.mails:
            self.send(mail, at=morning(today))
        self.log(wanted)
        return plan

    def write(self, change: RowChange) -> None:
        """One row written, as the spreadsheet would keep it."""
        row = self.tables[change.tab].setdefault(change.id, {})
        row.update(change.cells)

    def send(
        self, mail: SendMail, state: DeedState = DeedState.DONE, at: datetime = MONDAY
    ) -> None:
        """One mail gone out; unfinished ones that it supersedes never will."""
        self._take_back(mail.supersedes)
        if state is DeedState.DONE:
            self.sent.append(mail)
        self.deeds[mail.key] = replace(a_deed(mail.key, state), at=at)

    def _take_back(self, keys: Iterable[str]) -> None:
        for key in keys:
            if key in self.deeds and self.deeds[key].state is not DeedState.DONE:
                self.deeds[key] = replace(self.deeds[key], state=DeedState.SUPERSEDED)

    def log(self, wanted: Wanted) -> None:
        """The send log, once the mails are out."""
        seen = self.seen()
        for change in row_changes(tuple(mail_rows(wanted.notices, seen)), seen):
            self.write(change)

    def type(self, tab: str, row: str, **cells: Cell) -> None:
        """A person types into a row."""
        self.tables[tab][row].update(cells)

    def row(self, tab: str, id: str) -> Mapping[str, Cell]:
        """One row as it is now."""
        return self.tables[tab][id]


def in_writing_order(rows: Iterable[RowChange]) -> list[RowChange]:
    """As a run writes: the shared spreadsheet first, in each new rows before corrections."""
    books = list(Book)
    return sorted(rows, key=lambda c: (books.index(TAB_BY_KEY[c.tab].book), not c.creates))
