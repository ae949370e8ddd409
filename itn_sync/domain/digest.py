"""Once a week, to each owner and each coordinator: what is open, late, closed (S139, F33).

It goes out with the week's first run in office hours; who has nothing to read gets nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from itn_sync.domain.actions import SendMail
from itn_sync.domain.case_words import place_of, signature
from itn_sync.domain.ground import Ground
from itn_sync.domain.outcome import closed_on
from itn_sync.domain.ownership import first_present
from itn_sync.domain.pace import Stage, next_step, standing
from itn_sync.domain.school import Person, Role
from itn_sync.domain.seen import Row
from itn_sync.domain.serials import date_serial
from itn_sync.domain.told import digest_key, told_days
from itn_sync.domain.tracking import CASES

_LONGEST_HOLIDAY = timedelta(days=90)


@dataclass(frozen=True)
class _Sorted:
    """The cases of one reader."""

    late: tuple[Row, ...]
    open: tuple[Row, ...]
    closed: tuple[Row, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.late or self.open or self.closed)


def digests(cases: Iterable[Row], ground: Ground) -> Iterator[SendMail]:
    """The digests due now: one per reader and week."""
    week = ground.today.isocalendar()
    readers = _readers(tuple(cases), ground)
    for person, mine in readers.items():
        key = digest_key(person.email, week.year, week.week)
        begun = key in ground.seen.deeds
        sorted_cases = _sorted(mine, ground)
        if not sorted_cases.is_empty and (begun or ground.is_office_hour):
            yield _digest(key, person, sorted_cases, ground)


def _readers(cases: tuple[Row, ...], ground: Ground) -> dict[Person, list[Row]]:
    """Each owner with their own cases; each coordinator with all those of their place.

    What is told since the week's first school day is told by a mail of its own.
    """
    readers: dict[Person, list[Row]] = {}
    for case in (case for case in cases if _was_known(case, ground)):
        for person in _readers_of(case, ground):
            readers.setdefault(person, []).append(case)
    return readers


def _was_known(case: Row, ground: Ground) -> bool:
    """Opened before the week's first school day, and by then told to its owner, if it has one."""
    sunday = ground.today - timedelta(days=ground.today.isoweekday())
    first_day = ground.school.calendar.after(sunday, 1)
    told = any(day < first_day for day in told_days(case, ground.seen))
    is_old = case.number_in("opened") < date_serial(first_day)
    return is_old and (told or not case.text("owner_email"))


def _readers_of(case: Row, ground: Ground) -> set[Person]:
    school, today = ground.school, ground.today
    owner = school.person_at(case.text("owner_email"))
    owner = school.present(owner, today) if owner else None
    coordinator = first_present(Role.COORDINATOR, place_of(case, school), school, today)
    return {person for person in (owner, coordinator) if person}


def _sorted(cases: Iterable[Row], ground: Ground) -> _Sorted:
    late, still_open, closed = [], [], []
    for case in cases:
        stands = standing(case, ground.school.calendar, ground.clock, ground.today)
        if stands.late:
            late.append(case)
        elif stands.stage is not Stage.NOTHING:
            still_open.append(case)
        elif _was_closed_since(case, ground):
            closed.append(case)
    return _Sorted(tuple(late), tuple(still_open), tuple(closed))


def _was_closed_since(case: Row, ground: Ground) -> bool:
    """Closed in the last week that had a school day, or in the holidays since."""
    monday = ground.today - timedelta(days=ground.today.weekday())
    last = monday - timedelta(days=1)
    while not ground.school.calendar.is_school_day(last) and monday - last < _LONGEST_HOLIDAY:
        last -= timedelta(days=1)
    day = closed_on(case, ground.today)
    return day is not None and last - timedelta(days=last.weekday()) <= day < monday


def _digest(key: str, person: Person, mine: _Sorted, ground: Ground) -> SendMail:
    first = (*mine.late, *mine.open, *mine.closed)[0]
    return SendMail(
        key=key,
        recipient=person.email,
        recipient_name=person.name,
        template="digest",
        context={
            "recipient_name": person.name,
            "late": [_line(case, ground) for case in mine.late],
            "open": [_line(case, ground) for case in mine.open],
            "closed": [_line(case, ground) for case in mine.closed],
        }
        | signature(ground.school, place_of(first, ground.school)),
        why=f"Semaine : {len(mine.late)} en retard, {len(mine.open)} ouverts, "
        f"{len(mine.closed)} clos",
        row=(CASES.key, first.id),
        plan="S139",
    )


def _line(case: Row, ground: Ground) -> dict[str, Any]:
    stands = standing(case, ground.school.calendar, ground.clock, ground.today)
    return {
        "number": case.id,
        "student": case.text("student"),
        "kind_label": case.text("kind"),
        "owner_name": case.text("owner"),
        "next_step": next_step(stands),
    }
