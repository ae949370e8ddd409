"""Dates as spreadsheets keep them (facts 5.2) and as Belgians read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.domain.revisions import same_cell
from itn_sync.domain.serials import (
    SCHOOL_TIME,
    date_serial,
    french_date,
    instant_serial,
    noted_day,
    school_day_of,
    serial_date,
    serial_instant,
)

CENTURIES = datetime(1950, 1, 1), datetime(2100, 12, 30)  # noqa: DTZ001 (bounds)


@pytest.mark.parametrize(
    ("day", "serial"),
    [
        (date(1899, 12, 31), 1),
        (date(1999, 2, 28), 36219),
        (date(2024, 2, 29), 45351),
        (date(2026, 9, 1), 46266),
    ],
)
def test_a_date_is_the_number_that_google_sheets_shows_for_it(day: date, serial: int) -> None:
    assert date_serial(day) == serial


@given(st.dates(date(1899, 12, 30), date(2100, 12, 31)))
def test_a_date_comes_back_from_its_number(day: date) -> None:
    assert serial_date(date_serial(day)) == day


@given(st.datetimes(*CENTURIES, timezones=st.just(UTC)))
def test_an_instant_falls_on_the_day_of_its_number(instant: datetime) -> None:
    assert serial_date(instant_serial(instant)) == school_day_of(instant)


def test_an_instant_shows_the_clock_of_belgium_in_summer_and_in_winter() -> None:
    noon = date_serial(date(2026, 7, 1)) + 0.5
    assert instant_serial(datetime(2026, 7, 1, 10, tzinfo=UTC)) == noon
    assert instant_serial(datetime(2026, 1, 1, 11, tzinfo=UTC)) % 1 == 0.5


def test_an_answer_sent_late_in_the_evening_belongs_to_the_belgian_day() -> None:
    assert school_day_of(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == date(2026, 7, 2)


@given(st.datetimes(min_value=datetime(1950, 1, 1), timezones=st.just(SCHOOL_TIME)))  # noqa: DTZ001 (bound)
def test_two_answers_a_millisecond_apart_have_two_numbers(instant: datetime) -> None:
    later = instant + timedelta(milliseconds=1)
    assert not same_cell(instant_serial(instant), instant_serial(later))


def test_a_date_is_written_as_belgians_write_it() -> None:
    assert french_date(date(2026, 9, 3)) == "3/09/2026"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_no_number_that_people_type_breaks_a_date(typed: float) -> None:
    today = date(2026, 9, 9)
    assert date(1899, 12, 30) <= serial_date(typed) <= date(2100, 12, 31)
    noted = noted_day(typed, today)
    assert noted is None or date(2000, 1, 1) <= noted <= today


@pytest.mark.parametrize("typed", [32_471_234_567.0, -5e9, 1e300])
def test_no_number_that_a_person_types_is_out_of_time(typed: float) -> None:
    assert serial_instant(typed).year in range(1899, 2102)
