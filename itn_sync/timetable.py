"""When a job is due: every so many minutes, or by a cron line in Belgian time.

Source: https://apscheduler.readthedocs.io/en/3.x/modules/triggers/cron.html
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from itn_sync.domain.serials import SCHOOL_TIME

_ROUND = datetime(2026, 1, 1, tzinfo=UTC)
"""Intervals are counted from here, so a service that starts again keeps its beat."""


class TimetableError(ValueError):
    """The cron line means nothing; reads `what is wrong; how to mend it`."""


class BelgianCron(CronTrigger):  # type: ignore[misc]  # (apscheduler has no types)
    """A cron line by the clock on the wall, each time once.

    In October the hour from 2 to 3 comes twice: only a line for every hour (`*`) is due in both.
    In March it does not come: what was due in it is due an hour later.
    """

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The first due instant after `previous`, or from `now` on; None when there is none."""
        found = super().get_next_fire_time(previous, now)
        while found and _comes_again(found) and not self._every_hour:
            found = super().get_next_fire_time(found, found)
        return found.astimezone(UTC).astimezone(SCHOOL_TIME) if found else None

    @property
    def _every_hour(self) -> bool:
        return any(field.name == "hour" and str(field) == "*" for field in self.fields)


def _comes_again(instant: datetime) -> bool:
    """True when the clock on the wall has shown this time before on the same day."""
    back = instant.astimezone(UTC).astimezone(SCHOOL_TIME)
    return bool(back.fold)


class Ahead(BaseTrigger):  # type: ignore[misc]  # (apscheduler has no types)
    """A trigger kept by a clock that runs ahead of the machine's, which the scheduler goes by."""

    def __init__(self, trigger: BaseTrigger, ahead: timedelta) -> None:
        self._trigger, self._ahead = trigger, ahead

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The machine's time at which the other clock shows the next due one."""
        before = previous and later(previous, self._ahead)
        found = self._trigger.get_next_fire_time(before, later(now, self._ahead))
        return found and later(found, -self._ahead)


def later(instant: datetime, by: timedelta) -> datetime:
    """The instant so much later, whatever the clocks on the wall do in between."""
    return (instant.astimezone(UTC) + by).astimezone(SCHOOL_TIME)


def every(minutes: int) -> IntervalTrigger:
    """Due at each whole multiple of `minutes`, whatever the clocks on the wall do."""
    return IntervalTrigger(minutes=minutes, start_date=_ROUND, timezone=UTC)


def by_cron(line: str) -> BelgianCron:
    """Due by a cron line: minute, hour, day of the month, month, weekday.

    Raises TimetableError. Weekdays have names: what APScheduler calls 1, cron calls 2.
    """
    fields = line.split()
    if len(fields) != 5:
        raise TimetableError(f'"{line}" has not five parts; write it like "*/15 7-19 * * mon-fri"')
    if re.search(r"(?<!/)\b\d", fields[4]):
        raise TimetableError("weekdays are written as names; write mon, tue, wed, thu, fri")
    try:
        trigger: BelgianCron = BelgianCron.from_crontab(line, timezone=SCHOOL_TIME)
    except ValueError as error:
        raise TimetableError(f'"{line}" is no cron line ({error}); correct it') from error
    if trigger.get_next_fire_time(None, _ROUND) is None:
        raise TimetableError(f'"{line}" is never due; correct it')
    return trigger


def next_due(trigger: BaseTrigger, now: datetime) -> datetime | None:
    """The first due instant from `now` on, in Belgian time."""
    found: datetime | None = trigger.get_next_fire_time(None, now)
    return found.astimezone(SCHOOL_TIME) if found else None
