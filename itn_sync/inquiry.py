"""What a person asks about one student: how they stand, why no warning went, their certificate.

It reads as a run reads, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from itn_sync.domain.absence_mails import Subject
from itn_sync.domain.absence_rows import explanation
from itn_sync.domain.absence_words import missed_lines
from itn_sync.domain.actions import WriteDocument
from itn_sync.domain.attendance import subjects_of
from itn_sync.domain.attestation import Attended, attestation_context, attestation_document
from itn_sync.domain.case_words import signature
from itn_sync.domain.ground import Ground
from itn_sync.domain.names import fold
from itn_sync.domain.reading import Reading, read_classes
from itn_sync.domain.register import Register
from itn_sync.domain.serials import french_date, serial_date
from itn_sync.domain.students import Student
from itn_sync.domain.tracking import REGISTRATIONS
from itn_sync.domain.tracking_attendance import WARNINGS
from itn_sync.domain.units import Counts, Unit
from itn_sync.sync import Sync


class NotOneStudentError(Exception):
    """Nobody, or several people, are called so; the message says who there is."""


@dataclass(frozen=True)
class Inquiry:
    """One reading of the school's rosters and registers."""

    ground: Ground
    reading: Reading

    def student(self, called: str) -> tuple[Student, ...]:
        """The one person of that number, address or name, in each of their sections.

        Raises NotOneStudentError.
        """
        wanted = fold(called)
        found: dict[str, list[Student]] = {}
        for student in self.reading.students.values():
            names = {f"{student.name}", f"{student.last_name} {student.first_name}"}
            known = {fold(text) for text in (student.person, student.email, *names)}
            if wanted in known:
                found.setdefault(student.person, []).append(student)
        if len(found) == 1:
            return tuple(found.popitem()[1])
        raise NotOneStudentError(_who(called, found, self.reading.students.values()))

    def explained(self, students: tuple[Student, ...]) -> Iterator[str]:
        """Per UE: the rate in a sentence, its dates and periods, what was told (French)."""
        person = students[0].person
        yield f"{students[0].name} ({person})"
        for subject in subjects_of(person, self.reading, self.ground):
            yield ""
            yield _place(subject.unit, self.ground)
            yield f"  {explanation(subject, self.ground.absences)}"
            yield from (f"    {line}" for line in missed_lines(subject.rate.missed).splitlines())
            yield from (f"  {told}" for told in self._told(subject))

    def _told(self, subject: Subject) -> Iterator[str]:
        for row in self.ground.seen.table(WARNINGS.key).rows.values():
            unit = row.text("key").split("/")[1:2]
            if row.text("person") != subject.student.person or unit != [subject.unit.key]:
                continue
            sent = row.number_in("sent_on")
            when = f" le {french_date(serial_date(sent))}" if sent else ""
            yield f"{row.text('step')} : {row.text('state')}{when} ({row.id})"

    def certificate(
        self, students: tuple[Student, ...], first: date | None, last: date | None
    ) -> WriteDocument:
        """The attendance certificate of a period; of all their UEs to today if none is given."""
        person, today = students[0].person, self.ground.today
        registers = [r for r in self.reading.registers if person in r.names]
        begin = first or min((r.unit.first for r in registers), default=today)
        end = min(last or today, today)
        sessions = [one for register in registers for one in _attended(register, person)]
        context = attestation_context(students[0].name, sessions, begin, end)
        signed = signature(self.ground.school, students[0].place)
        return attestation_document(person, context, signed, today)


def inquire(sync: Sync) -> Inquiry:
    """Read what a run would read. Raises CredentialsRefused."""
    ground = sync.look()
    rows = tuple(ground.seen.table(REGISTRATIONS.key).rows.values())
    return Inquiry(ground, read_classes(rows, ground))


def _attended(register: Register, person: str) -> Iterator[Attended]:
    noted = {entry.session: entry for entry in register.entries.get(person, ())}
    for session in register.sessions:
        entry = noted.get(session)
        missed = entry.periods if entry and entry.counts is Counts.LATE else 0
        yield Attended(session, register.unit.name, entry.counts if entry else None, missed)


def _place(unit: Unit, ground: Ground) -> str:
    school = ground.school
    return f"{unit.name} – {school.section_name(unit.section)} {school.site_name(unit.site)}"


def _who(called: str, found: dict[str, list[Student]], everybody: Iterable[Student]) -> str:
    if found:
        people = ", ".join(f"{mine[0].name} {mine[0].email} ({who})" for who, mine in found.items())
        return f"Several students are called «{called}»: {people}. Give the number or the address."
    close = [s.name for s in everybody if fold(called) and fold(called) in fold(s.name)]
    hint = f" Do you mean {', '.join(sorted(set(close))[:5])}?" if close else ""
    return f"No student is called «{called}» in the rosters and registers.{hint}"
