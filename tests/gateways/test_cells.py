"""Cells as Sheets tells and takes them (facts 5.2)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.domain.privacy import Confidential
from itn_sync.domain.serials import SCHOOL_TIME, date_serial, instant_serial, serial_date
from itn_sync.domain.tracking import ACCOMMODATIONS, CASES
from itn_sync.gateways.cells import Json, cell_value, literal, plain, raw, wrapped


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ({}, None),
        ({"effectiveValue": {}}, None),
        ({"effectiveValue": {"stringValue": ""}}, None),
        ({"effectiveValue": {"stringValue": "7,5"}}, "7,5"),
        ({"effectiveValue": {"numberValue": 0}}, 0),
        ({"effectiveValue": {"boolValue": False}}, False),
        ({"effectiveValue": {"errorValue": {"type": "N_A", "message": "?"}}}, "#N/A"),
        ({"effectiveValue": {"errorValue": {"type": "DIVIDE_BY_ZERO"}}}, "#DIV/0!"),
        ({"effectiveValue": {"errorValue": {"type": "ERROR"}}}, "#ERROR!"),
    ],
)
def test_a_cell_is_what_people_see_in_it(data: Json, shown: object) -> None:
    found = cell_value(data)
    assert (found, type(found)) == (shown, type(shown))


@given(st.text(min_size=1))
def test_text_is_written_as_text_whatever_it_looks_like(text: str) -> None:
    assert literal(text) == {"stringValue": text}
    assert raw(text) == text


@given(st.one_of(st.text(), st.floats(allow_nan=False, allow_infinity=False), st.booleans()))
def test_what_is_written_is_read_back(cell: str | float | bool) -> None:
    found = cell_value({"effectiveValue": literal(cell)})
    assert found == (cell if cell != "" else None)


def test_a_blank_cell_is_cleared_and_a_tick_is_no_number() -> None:
    assert raw(None) == ""
    assert literal(None) == {} == literal("")
    assert literal(value := True) == {"boolValue": value}
    assert literal(0.0) == {"numberValue": 0.0}


def test_a_confidential_text_opens_in_its_own_column_only() -> None:
    secret = Confidential("un tiers-temps")
    assert plain(ACCOMMODATIONS, "request", secret) == "un tiers-temps"
    for tab, column in ((ACCOMMODATIONS, "student"), (CASES, "details")):
        with pytest.raises(ValueError, match="confidential") as refusal:
            plain(tab, column, secret)
        assert "tiers-temps" not in str(refusal.value)


def test_a_confidential_column_is_read_wrapped() -> None:
    assert wrapped(ACCOMMODATIONS, "request", "un tiers-temps") == Confidential("un tiers-temps")
    assert wrapped(ACCOMMODATIONS, "request", None) is None
    assert wrapped(ACCOMMODATIONS, "student", "Nadia") == "Nadia"


@given(st.dates(date(1899, 12, 30), date(2100, 12, 31)))
def test_a_date_survives_its_trip_through_a_cell(day: date) -> None:
    assert serial_date(date_serial(day)) == day


@pytest.mark.parametrize(
    ("day", "serial"),
    [
        (date(1900, 1, 1), 2),
        (date(2024, 2, 29), 45351),
        (date(2024, 3, 1), 45352),
        (date(2026, 9, 1), 46266),
    ],
)
def test_dates_are_counted_as_sheets_counts_them(day: date, serial: float) -> None:
    assert date_serial(day) == serial


@given(st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 (aware by `timezones`)
def test_an_instant_is_the_wall_clock_in_belgium_to_the_millisecond(instant: datetime) -> None:
    local = instant.astimezone(SCHOOL_TIME).replace(tzinfo=None)
    shown = datetime(1899, 12, 30) + timedelta(days=instant_serial(instant))  # noqa: DTZ001 (wall clock)
    assert abs(shown - local) < timedelta(milliseconds=1.1)


def test_summer_time_ends_and_the_clock_shows_the_same_hour_twice() -> None:
    before, after = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert instant_serial(before) == instant_serial(after)
    spring = [instant_serial(datetime(2026, 3, 29, hour, tzinfo=UTC)) for hour in (0, 1)]
    assert round((spring[1] - spring[0]) * 24) == 2
