"""Where indexes and spans are after an insertion, a deletion or a move."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from itn_sync.sandbox.sheets.shifting import Delete, Insert, Move

changes = st.one_of(
    st.builds(Insert, st.integers(0, 9), st.integers(1, 3)),
    st.builds(Delete, st.integers(0, 9), st.integers(1, 3)),
    st.builds(Move, st.integers(0, 6), st.integers(1, 3), st.integers(0, 9)).filter(
        lambda m: not m.at < m.to < m.at + m.count
    ),
)


@settings(deadline=None)
@given(changes, st.integers(0, 8))
def test_a_span_of_one_goes_where_its_index_goes(change: Any, index: int) -> None:
    place = change.index(index)
    expected = None if place is None else (place, place + 1)
    assert change.span(index, index + 1) == expected


@settings(deadline=None)
@given(st.integers(0, 6), st.integers(1, 3), st.integers(0, 9))
def test_a_move_is_a_permutation(at: int, count: int, to: int) -> None:
    if at < to < at + count:
        return
    moved = Move(at, count, to)
    assert sorted(moved.index(n) for n in range(12)) == list(range(12))
