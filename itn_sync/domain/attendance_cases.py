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
    regularised: bool = False
    """What it was about has been excused since."""


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
    cells: dict[str, Cell] = {
        "id": number,
        "state": ACTIVE,
        "student": student.name,
        "email": student.email,
        "kind": KIND_LABEL[Kind.ATTENDANCE],
        "site": ground.school.site_name(student.place[0]),
        "section": ground.school.section_name(student.place[1]),
        "due": _due(warnings, ground),
        "details": "\n".join(f"{french_date(w.day)} : {w.words}" for w in warnings),
        "origin": "Avertissements",
        "version": float(len(warnings)),
    }
    return WriteRow(
        CASES.key,
        number,
        cells | _opened(prior, warnings) | _owner(prior, student.place, ground),
        why=f"{student.name} : averti le {french_date(latest)}",
        initial={"status": TO_CONTACT},
        plan="S67",
    )


def _due(warnings: list[Sent], ground: Ground) -> float | None:
    """By when an answer is expected; none once every absence warned of is excused."""
    if all(warning.regularised for warning in warnings):
        return None
    days = ground.deadlines[Kind.ATTENDANCE]
    return date_serial(ground.school.calendar.after(warnings[-1].day, days))


def _opened(prior: Row | None, warnings: list[Sent]) -> dict[str, Cell]:
    """Since when the case is open; a further warning opens a closed one again."""
    if prior is None:
        return {"opened": date_serial(warnings[0].day), "opening": 1.0}
    opening = max(1.0, prior.number_in("opening"))
    if status_of(prior) == CLOSED and len(warnings) > prior.number_in("version"):
        day, status = date_serial(warnings[-1].day), prior.text("status")
        return {"opened": day, "opening": opening + 1, "status_then": status}
    return {"opened": prior.number_in("opened"), "opening": opening}


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
