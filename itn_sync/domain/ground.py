"""What decisions stand on: what was read, the school, its delays, and the instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from itn_sync.domain.absence_policy import PLAN_POLICY, AbsencePolicy
from itn_sync.domain.pace import Clock
from itn_sync.domain.school import Kind, School
from itn_sync.domain.seen import Seen
from itn_sync.domain.serials import SCHOOL_TIME, school_day_of


@dataclass(frozen=True)
class Patience:
    """School days that a reminder has, and then an escalation, before the next person hears."""

    coordinator: int = 3
    direction: int = 3


@dataclass(frozen=True)
class OfficeHours:
    """When mails that nobody waits for may go out, on school days (`last` excluded)."""

    first: time = time(8)
    last: time = time(18)


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
        local = self.now.astimezone(SCHOOL_TIME).time()
        open_now = self.hours.first <= local < self.hours.last
        return open_now and self.school.calendar.is_school_day(self.today)
