"""When jobs are due: by the clock on the wall in Belgium, over both changes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.domain.serials import SCHOOL_TIME
from itn_sync.timetable import TimetableError, by_cron, every, next_due

MINUTE = timedelta(minutes=1)
SCHOOL_YEAR = datetime(2026, 9, 1, tzinfo=UTC), datetime(2027, 9, 1, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 24, 20, tzinfo=UTC)
SPRING = datetime(2027, 3, 27, 20, tzinfo=UTC)

OnTheWall = Callable[[datetime], bool]


def dues(trigger: object, first: datetime, end: datetime) -> Iterator[datetime]:
    """Every due instant, each asked for with the one before as both `previous` and `now`."""
    previous, now = None, first
    while (found := trigger.get_next_fire_time(previous, now)) and found < end:  # type: ignore[attr-defined]  # (apscheduler has no types)
        yield found.astimezone(SCHOOL_TIME)
        previous = now = found


def shown(trigger: object, first: datetime, hours: int = 36) -> list[str]:
    return [f"{due:%d %H:%M%z}" for due in dues(trigger, first, first + timedelta(hours=hours))]


def in_utc(instants: Iterable[datetime]) -> list[datetime]:
    """So that two passings of the same hour differ."""
    return [instant.astimezone(UTC) for instant in instants]


def minutes_of(first: datetime, end: datetime) -> Iterator[datetime]:
    """Every minute as the wall shows it, in the order in which they pass."""
    for number in range(int((end - first) / MINUTE)):
        yield (first + number * MINUTE).astimezone(SCHOOL_TIME)


@pytest.mark.parametrize(
    ("line", "on_the_wall"),
    [
        (
            "*/15 7-19 * * mon-fri",
            lambda t: t.minute % 15 == 0 <= t.weekday() < 5 and 7 <= t.hour <= 19,
        ),
        ("30 5 * * *", lambda t: (t.hour, t.minute) == (5, 30)),
        ("0 * * * *", lambda t: t.minute == 0),
        ("0 8 1 */3 *", lambda t: (t.day, t.hour, t.minute) == (1, 8, 0) and t.month % 3 == 1),
        ("0 7 * * mon", lambda t: (t.weekday(), t.hour, t.minute) == (0, 7, 0)),
    ],
)
def test_over_a_school_year_each_job_is_due_exactly_when_the_wall_says_so(
    line: str, on_the_wall: OnTheWall
) -> None:
    expected = [minute for minute in minutes_of(*SCHOOL_YEAR) if on_the_wall(minute)]
    assert in_utc(dues(by_cron(line), *SCHOOL_YEAR)) == in_utc(expected)
    assert len(expected) > 3


def test_a_night_job_is_done_once_every_night_of_the_year() -> None:
    nights = list(dues(by_cron("30 2 * * *"), *SCHOOL_YEAR))
    assert len(nights) == 365
    assert len({night.date() for night in nights}) == 365
    odd = [night for night in nights if (night.hour, night.minute) != (2, 30)]
    assert [f"{night:%d/%m/%Y %H:%M}" for night in odd] == ["28/03/2027 03:30"]


def test_every_quarter_of_an_hour_is_just_that_whatever_the_clocks_do() -> None:
    found = in_utc(dues(every(15), *SCHOOL_YEAR))
    assert len(found) == 365 * 24 * 4
    assert {later - earlier for earlier, later in pairwise(found)} == {timedelta(minutes=15)}
    assert {one.minute % 15 for one in found} == {0}


def test_when_the_hour_comes_twice_a_fixed_time_counts_once() -> None:
    assert shown(by_cron("30 2 * * *"), AUTUMN) == ["25 02:30+0200", "26 02:30+0100"]
    assert shown(by_cron("0 2,3 * * *"), AUTUMN, 12) == ["25 02:00+0200", "25 03:00+0100"]


def test_when_the_hour_comes_twice_every_hour_is_both() -> None:
    assert shown(by_cron("30 * * * *"), AUTUMN + timedelta(hours=4), 3) == [
        "25 02:30+0200",
        "25 02:30+0100",
        "25 03:30+0100",
    ]


def test_what_is_due_in_the_hour_that_does_not_come_is_due_an_hour_later() -> None:
    assert shown(by_cron("30 2 * * *"), SPRING) == ["28 03:30+0200", "29 02:30+0200"]
    assert shown(by_cron("30 2,3 * * *"), SPRING, 12) == ["28 03:30+0200"]


def test_starting_within_the_second_passing_of_the_hour_waits_for_the_next_day() -> None:
    again = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 02:10 for the second time
    due = next_due(by_cron("30 2 * * *"), again)
    assert due is not None
    assert f"{due:%d %H:%M%z}" == "26 02:30+0100"


times = st.tuples(st.integers(0, 59), st.integers(0, 23))


@given(times, st.sampled_from([AUTUMN, SPRING]), st.integers(0, 1800))
def test_any_daily_time_comes_once_a_day_around_a_change(
    time: tuple[int, int], around: datetime, start: int
) -> None:
    first = around - timedelta(days=2) + start * MINUTE
    found = list(dues(by_cron(f"{time[0]} {time[1]} * * *"), first, first + timedelta(days=6)))
    days = [one.date() for one in found]
    assert len(days) == len(set(days))
    assert len(days) in (5, 6, 7)
    assert all(earlier < later for earlier, later in pairwise(in_utc(found)))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("*/15 7-19 * * 1-5", "weekdays are written as names"),
        ("0 7 * * mon,2", "weekdays are written as names"),
        ("0 7 * *", "has not five parts"),
        ("61 7 * * *", "is no cron line"),
        ("0 0 31 feb *", "is never due"),
    ],
)
def test_a_line_that_means_nothing_is_refused(line: str, told: str) -> None:
    with pytest.raises(TimetableError, match=told):
        by_cron(line)
