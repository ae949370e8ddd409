"""What decisions stand on: what was read, the school, its delays, and the instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from itn_sync.domain.absence_policy import PLAN_POLICY, AbsencePolicy
from itn_sync.domain.pace import Clock
from itn_sync.domain.school import Calendar, Kind, School
from itn_sync.domain.seen import Seen
from itn_sync.domain.serials import SCHOOL_TIME, school_day_of


@dataclass(frozen=True)
class Patience:
    """School days that a reminder has, and then an escalation, before the next person hears."""

    coordinator: int = 3
    direction: int = 3


@dataclass(frozen=True)
class OfficeHours:
    """When mails may go out, on school days (`last` excluded)."""

    first: time = time(8)
    last: time = time(18)
    acknowledge_at_once: bool = True
    """Whether what answers a student's own click goes out at any hour."""

    def next_opening(self, now: datetime, calendar: Calendar) -> datetime:
        """The first instant from `now` on at which mails go out: `now` itself in office hours."""
        local = now.astimezone(SCHOOL_TIME)
        today, at = local.date(), local.time()
        if calendar.is_school_day(today) and at < self.last:
            return now if at >= self.first else _at(today, self.first)
        return _at(calendar.after(today, 1), self.first)


@dataclass(frozen=True)
class Ground:
    """What every decision is given; `deadlines` are school days to the first contact."""

    seen: Seen
    school: School
    deadlines: Mapping[Kind, int]
    now: datetime
    clock: Clock
    patience: Patience
    hours: OfficeHours
    evidence: Mapping[Kind, tuple[str, ...]]
    """The pieces that a request needs, by kind."""
    office_sender: str = ""
    """The secretariat's address as a sender; "" for the school's usual one."""
    absences: AbsencePolicy = PLAN_POLICY
    forced: bool = False
    """A person has looked at what seems wrong, and wants it believed."""

    @property
    def today(self) -> date:
        """The date in Belgium."""
        return school_day_of(self.now)

    @property
    def is_office_hour(self) -> bool:
        """True on a school day, between the school's first and last hour for mails."""
        return self.next_opening == self.now

    @property
    def next_opening(self) -> datetime:
        """When the next mails go out."""
        return self.hours.next_opening(self.now, self.school.calendar)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, SCHOOL_TIME)
