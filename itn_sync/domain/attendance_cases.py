"""The `Assiduité` case that a sent warning opens, and brings up to date (S67, S56, F15).

Who was warned and does not answer is asked to meet somebody: that is the case's next step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from itn_sync.domain.actions import WriteRow
from itn_sync.domain.codes import case_number
from itn_sync.domain.ground import Ground
from itn_sync.domain.ownership import Place, acted_on, chosen_owner, kept_owner, owner_of
from itn_sync.domain.pace import status_of
from itn_sync.domain.school import KIND_LABEL, Kind
from itn_sync.domain.seen import Cell, Row
from itn_sync.domain.serials import date_serial, french_date
from itn_sync.domain.states import ACTIVE, CLOSED, TO_CONTACT
from itn_sync.domain.students import Student
from itn_sync.domain.tracking import CASES


@dataclass(frozen=True)
class Sent:
    """A warning that reached, or may have reached, a student."""

    student: Student
    year: str
    day: date
    words: str
    """`10 périodes injustifiées sur 80, soit 12,5 %, en Mathématiques 1 (secondaire)`."""


def attendance_cases(sent: Iterable[Sent], ground: Ground) -> Iterator[WriteRow]:
    """One case per student and school year, however many warnings it is about."""
    by_case: dict[tuple[str, str], list[Sent]] = {}
    for one in sent:
        by_case.setdefault((one.student.person, one.year), []).append(one)
    for (person, year), warnings in by_case.items():
        warnings.sort(key=lambda one: (one.day, one.words))
        yield _case(case_number(Kind.ATTENDANCE, f"{person}/{year}"), warnings, ground)


def _case(number: str, warnings: list[Sent], ground: Ground) -> WriteRow:
    student, latest = warnings[-1].student, warnings[-1].day
    prior = ground.seen.table(CASES.key).rows.get(number)
    version = float(len(warnings))
    again = prior is not None and version > prior.number_in("version")
    opening = max(1.0, prior.number_in("opening")) if prior else 1.0
    reopened = prior is not None and again and status_of(prior) == CLOSED
    cells: dict[str, Cell] = {
        "id": number,
        "state": ACTIVE,
        "student": student.name,
        "email": student.email,
        "kind": KIND_LABEL[Kind.ATTENDANCE],
        "site": ground.school.site_name(student.place[0]),
        "section": ground.school.section_name(student.place[1]),
        "opened": date_serial(latest if reopened or prior is None else warnings[0].day),
        "due": date_serial(ground.school.calendar.after(latest, ground.deadlines[Kind.ATTENDANCE])),
        "details": "\n".join(f"{french_date(w.day)} : {w.words}" for w in warnings),
        "origin": "Avertissements",
        "version": version,
        "opening": opening + reopened,
    }
    if prior is not None and not reopened:
        cells["opened"] = prior.number_in("opened") or cells["opened"]
    if prior is not None and reopened:
        cells["status_then"] = prior.text("status")
    cells |= _owner(prior, student.place, ground)
    return WriteRow(
        CASES.key,
        number,
        cells,
        why=f"{student.name} : averti le {french_date(latest)}",
        initial={"status": TO_CONTACT},
        plan="S67",
    )


def _owner(prior: Row | None, place: Place, ground: Ground) -> dict[str, Cell]:
    """The secretariat of the place, unless people have handed the case over."""
    school, today = ground.school, ground.today
    chosen = chosen_owner(prior, place, school, today) if prior else None
    kept = kept_owner(prior, school, active=True)
    owner = chosen or kept or owner_of(Kind.ATTENDANCE, place, school, today)
    return acted_on(prior, school) | {
        "owner": owner.person.name if owner.person else "",
        "owner_email": owner.email,
        "owner_why": owner.why,
    }
