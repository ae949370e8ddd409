"""Dates as spreadsheets keep them: days since 30 December 1899, in the school's own time.

Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/DateTimeRenderOption
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SCHOOL_TIME = ZoneInfo("Europe/Brussels")
_EPOCH = date(1899, 12, 30)
_LAST = (date(2100, 12, 31) - _EPOCH).days
_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_FIRST_NOTED = (date(2000, 1, 1) - _EPOCH).days


def date_serial(day: date) -> float:
    """Whole days since the epoch."""
    return float((day - _EPOCH).days)


def instant_serial(instant: datetime) -> float:
    """An aware instant as the wall clock in Belgium shows it, to the millisecond."""
    local = instant.astimezone(SCHOOL_TIME)
    seconds = local.hour * 3600 + local.minute * 60 + local.second
    milliseconds = seconds * 1000 + local.microsecond // 1000
    return round((local.date() - _EPOCH).days + milliseconds / 86_400_000, 9)


def serial_instant(serial: float) -> datetime:
    """The aware instant at which clocks in Belgium showed `serial`, to the millisecond."""
    days = min(max(serial, 0.0), float(_LAST))  # whatever a person may type in a cell
    wall = datetime.combine(_EPOCH, time()) + timedelta(milliseconds=round(days * 86_400_000))
    return wall.replace(tzinfo=SCHOOL_TIME).astimezone(UTC)


def serial_date(serial: float) -> date:
    """The day of a serial number (its time of day dropped); never before 1899 nor after 2100."""
    return _EPOCH + timedelta(days=int(min(max(serial, 0), _LAST)))


def noted_day(serial: float, today: date) -> date | None:
    """The day that a person noted; None for none, a day to come, or one that cannot be meant."""
    return serial_date(serial) if _FIRST_NOTED <= serial < date_serial(today) + 1 else None


def school_day_of(instant: datetime) -> date:
    """The date in Belgium at that instant."""
    return instant.astimezone(SCHOOL_TIME).date()


def french_moment(instant: datetime) -> str:
    """`lundi 7 décembre à 8 h`, by clocks in Belgium."""
    local = instant.astimezone(SCHOOL_TIME)
    day = "1er" if local.day == 1 else str(local.day)
    minutes = f" {local.minute:02}" if local.minute else ""
    return (
        f"{_WEEKDAYS[local.weekday()]} {day} {_MONTHS[local.month - 1]} à {local.hour} h{minutes}"
    )


def french_date(day: date) -> str:
    """`3/09/2026`, as Belgians write it."""
    return f"{day.day}/{day.month:02}/{day.year}"
