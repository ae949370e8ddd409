"""The instants and the `filter` of forms.responses.list (facts 3.1, 3.2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.sandbox.errors import ApiError
from itn_sync.sandbox.forms.instants import nanoseconds, of_clock, printed, submitted_since

instants = st.integers(0, 4_000_000_000 * 10**9)


@given(instants)
def test_an_instant_reads_back_as_it_was_printed(instant: int) -> None:
    assert nanoseconds(printed(instant)) == instant


@given(instants)
def test_google_prints_0_3_6_or_9_fraction_digits(instant: int) -> None:
    fraction = printed(instant).rstrip("Z").partition(".")[2]
    assert len(fraction) in {0, 3, 6, 9}
    assert not fraction.endswith("000")


@given(instants, st.sampled_from([">", ">="]))
def test_the_filter_lets_through_its_instant_only_with_an_equals_sign(
    instant: int, sign: str
) -> None:
    first = submitted_since(f"timestamp {sign} {printed(instant)}")
    assert (instant >= first) == (sign == ">=")
    assert instant + 1 >= first > instant - 1


@given(st.text(min_size=1))
def test_any_other_filter_is_a_400(text: str) -> None:
    with pytest.raises(ApiError) as caught:
        submitted_since(text)
    assert caught.value.code == 400


@pytest.mark.parametrize(
    "text",
    [
        "timestamp < 2026-09-01T00:00:00Z",
        "timestamp = 2026-09-01T00:00:00Z",
        "timestamp > 2026-09-01",
        "timestamp > 2026-09-01T00:00:00+02:00",
        "timestamp > 2026-13-01T00:00:00Z",
        "timestamp > 2026-09-01T00:00:00.1234567890Z",
        "timestamp > 2026-09-01T00:00:00Z AND timestamp > 2026-09-02T00:00:00Z",
        "createTime > 2026-09-01T00:00:00Z",
    ],
)
def test_a_filter_google_does_not_know_is_a_400(text: str) -> None:
    with pytest.raises(ApiError):
        submitted_since(text)


def test_up_to_nine_fraction_digits_count() -> None:
    first = submitted_since("timestamp >= 2026-09-01T00:00:00.000000001Z")
    assert first == nanoseconds("2026-09-01T00:00:00Z") + 1


def test_the_clock_is_kept_to_the_millisecond() -> None:
    moment = datetime(2026, 9, 1, tzinfo=UTC) + timedelta(microseconds=123_456)
    assert printed(of_clock(moment)) == "2026-09-01T00:00:00.123Z"
