"""What a case's row remembers of the owners whom it has left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.domain.departures import Departure, departures_cell, read_departures


@given(st.lists(st.tuples(st.integers(1, 99), st.sampled_from(["a@x.be", "b@x.be"]))))
def test_departures_come_back_from_their_cell(pairs: list[tuple[int, str]]) -> None:
    departures = tuple(Departure(version, email) for version, email in pairs)
    assert read_departures(departures_cell(departures)) == departures


@pytest.mark.parametrize(
    "typed", ["", "a@x.be", "deux a@x.be", "2", "2 a@x.be et b@x.be", "² a@x.be"]
)
def test_what_somebody_else_typed_there_is_not_a_departure(typed: str) -> None:
    assert read_departures(typed) == ()
