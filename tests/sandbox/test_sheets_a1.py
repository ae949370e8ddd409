"""A1 notation as clients write it and as Google echoes it (facts 5.2)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itn_sync.sandbox.errors import ApiError
from itn_sync.sandbox.sheets.a1 import (
    Area,
    Rect,
    column_index,
    column_letters,
    format_area,
    parse_range,
    quoted_title,
)

SHEETS = {"Feuille 1": 0, "L'AR": 7, "Suivi": 9}
NAMED = {"Totaux": {"sheetId": 9, "startRowIndex": 2, "endRowIndex": 4}}


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("A1:C3", Area(0, 0, 0, 3, 3)),
        ("C3:A1", Area(0, 0, 0, 3, 3)),
        ("$B$2", Area(0, 1, 1, 2, 2)),
        ("'Feuille 1'!A:C", Area(0, 0, 0, None, 3)),
        ("'Feuille 1'!2:5", Area(0, 1, 0, 5, None)),
        ("'Feuille 1'!A2:C", Area(0, 1, 0, None, 3)),
        ("Suivi!A1:2", Area(9, 0, 0, 2, None)),
        ("suivi!b2", Area(9, 1, 1, 2, 2)),
        ("SUIVI", Area(9)),
        ("'L''AR'!A1", Area(7, 0, 0, 1, 1)),
        ("'L''AR'", Area(7)),
        ("Suivi!R2C3:R4C5", Area(9, 1, 2, 4, 5)),
        ("R1C1", Area(0, 0, 0, 1, 1)),
        ("totaux", Area(9, 2, 0, 4, None)),
    ],
)
def test_every_way_to_write_a_range_is_understood(text: str, area: Area) -> None:
    assert parse_range(text, SHEETS, NAMED) == area


@pytest.mark.parametrize(
    "text", ["", "NOPE!A5:F15", "Suivi!", "Suivi!1A", "A0", "Suivi!A1:B2:C3", "'Suivi", "Suivi!:"]
)
def test_a_range_that_means_nothing_is_refused_in_googles_words(text: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_range(text, SHEETS, NAMED)
    assert caught.value.message == f"Unable to parse range: {text}"


@pytest.mark.parametrize(
    ("title", "quoted"),
    [
        ("Suivi", "Suivi"),
        ("Sheet_1", "Sheet_1"),
        ("x.y", "x.y"),
        ("Suivi2", "Suivi2"),
        ("Feuille 1", "'Feuille 1'"),
        ("A1", "'A1'"),
        ("R1C1", "'R1C1'"),
        ("2026", "'2026'"),
        ("Été", "'Été'"),
        ("L'AR", "'L''AR'"),
    ],
)
def test_a_title_is_quoted_only_where_it_must_be(title: str, quoted: str) -> None:
    assert quoted_title(title) == quoted


titles = st.text(min_size=1, max_size=12)


@settings(deadline=None)
@given(
    title=titles,
    top=st.integers(0, 5000),
    left=st.integers(0, 18000),
    height=st.integers(1, 50),
    width=st.integers(1, 50),
)
def test_what_is_formatted_is_parsed_back(
    title: str, top: int, left: int, height: int, width: int
) -> None:
    rect = Rect(3, top, left, top + height, min(left + width, 18278))
    text = format_area(rect, title)
    back = parse_range(text, {"autre": 1, title: 3}, {})
    assert (back.top, back.left, back.bottom, back.right) == (top, left, rect.bottom, rect.right)
    assert back.sheet_id == 3


@settings(deadline=None)
@given(st.integers(0, 18277))
def test_columns_are_counted_from_a(index: int) -> None:
    assert column_index(column_letters(index)) == index


def test_an_open_end_stays_open() -> None:
    assert format_area(Area(0, 1000, 0, None, 2), "T") == "T!A1001:B"
    assert format_area(Area(0, 0, 26, 2, None), "T") == "T!AA1:2"
    assert format_area(Area(0), "Feuille 1") == "'Feuille 1'"
