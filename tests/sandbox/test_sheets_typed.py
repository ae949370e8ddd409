"""What a person types in a Belgian spreadsheet, and what they then see (facts 5.2)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itn_sync.sandbox.errors import ApiError
from itn_sync.sandbox.sheets.locales import rules
from itn_sync.sandbox.sheets.patterns import shown
from itn_sync.sandbox.sheets.typed import EPOCH, parse_typed

TODAY = date(2026, 11, 23)
BELGIAN, AMERICAN = rules("fr_BE"), rules("en_US")
NNBSP = "\u202f"


@pytest.mark.parametrize(
    ("typed", "value", "seen"),
    [
        ("12,5", 12.5, "12,5"),
        ("007", 7, "7"),
        ("1 234,5", 1234.5, f"1{NNBSP}234,50"),
        ("15 %", 0.15, "15%"),
        ("12,5 %", 0.125, "12,50%"),
        ("12,50 €", 12.5, "12,50 €"),
        ("-3", -3, "-3"),
        ("1/09/2026", 46266, "1/09/2026"),
        ("01/09/2026", 46266, "01/09/2026"),
        ("2026-09-05", 46270, "2026-09-05"),
        ("1 septembre 2026", 46266, "1 septembre 2026"),
        ("14:30", 0.6041666666666666, "14:30"),
        ("1/09/2026 06:00", 46266.25, "1/09/2026 6:00"),
        ("1e3", 1000, "1,00E+03"),
    ],
)
def test_numbers_and_dates_are_read_as_a_belgian_writes_them(
    typed: str, value: float, seen: str
) -> None:
    number, number_format = parse_typed(typed, BELGIAN, TODAY)
    assert number == pytest.approx(value, abs=1e-9)
    assert shown(number, number_format, BELGIAN) == seen


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("'007", "007"),
        ("'=1+1", "=1+1"),
        ("VRAI", True),
        ("faux", False),
        ("TRUE", True),
        ("=1+2", {"f": "=1+2"}),
        ("+SOMME(1;2)", {"f": "=+SOMME(1;2)"}),
        ("bonjour", "bonjour"),
        ("  deux mots ", "  deux mots "),
        ("31/02/2026", "31/02/2026"),
        ("1/13/2026", "1/13/2026"),
        ("25:99", "25:99"),
        ("1,234,5", "1,234,5"),
        ("", ""),
        ("=", "="),
    ],
)
def test_the_rest_is_text_boolean_or_formula(typed: str, value: Any) -> None:
    found = parse_typed(typed, BELGIAN, TODAY)[0]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("typed", "value", "pattern"),
    [
        ("1-2", 46024, "m-d"),
        ("2026-09-05", 46270, "yyyy-mm-dd"),
        ("$100.15", 100.15, '"$"#,##0.00'),
        ("9/1/2026", 46266, "m/d/yyyy"),
        ("2:30 PM", 0.6041666666666666, "h:mm am/pm"),
        ("Sep 1, 2026", 46266, "mmm d, yyyy"),
        ("1,234.5", 1234.5, "#,##0.00"),
    ],
)
def test_an_american_spreadsheet_reads_otherwise(typed: str, value: float, pattern: str) -> None:
    number, number_format = parse_typed(typed, AMERICAN, TODAY)
    assert number == value
    assert number_format is not None
    assert number_format["pattern"] == pattern


@pytest.mark.parametrize(
    ("number", "pattern", "seen"),
    [
        (1234.5, "0.00", "1234,50"),
        (0.005, "0.00", "0,01"),
        (-3, "#,##0.00;(#,##0.00)", "(3,00)"),
        (0, '0;-0;"zéro"', "zéro"),
        (45.25, "#.##", "45,25"),
        (3, '0 "pts"', "3 pts"),
        (1500000, "0.0,,\\M", "1,5M"),
        (-0.001, "0.00", "0,00"),
        (2.5, "# ?/?", "2 1/2"),
        (0.333, "?/?", "1/3"),
        (-3.14159, "# ??/??", "-3 14/99"),
        (2, "# ?/?", "2"),
        (1.75, "?/8", "14/8"),
        (12, '[<10]"insuffisant";[>=16]"très bien";0', "12"),
        (8, '[<10]"insuffisant";[>=16]"très bien";0', "insuffisant"),
        (16, '[<10]"insuffisant";[>=16]"très bien";0', "très bien"),
        (5.5, '[>10]"grand"', "5,5"),
        (46266, "dd/mm/yyyy", "01/09/2026"),
        (1.5, "[h]:mm", "36:00"),
        (1234.5, "#,##0.00 [$€-40C]", "1\u202f234,50 €"),
    ],
)
def test_a_pattern_shapes_a_number(number: float, pattern: str, seen: str) -> None:
    assert shown(number, {"type": "NUMBER", "pattern": pattern}, BELGIAN) == seen


def test_a_date_pattern_may_use_words_and_fractions() -> None:
    number_format = {"type": "DATE_TIME", "pattern": 'dddd d mmmm yyyy "à" h:mm:ss.000'}
    assert shown(46270.604, number_format, BELGIAN) == "samedi 5 septembre 2026 à 14:29:45.600"
    assert shown(1.5, {"type": "TIME", "pattern": "[h]:mm"}, BELGIAN) == "36:00"


def test_a_format_without_pattern_is_the_locales_own() -> None:
    assert shown(46266, {"type": "DATE"}, BELGIAN) == "01/09/2026"
    assert shown(46266, {"type": "DATE"}, AMERICAN) == "9/1/2026"
    assert shown(2, {"type": "CURRENCY"}, BELGIAN) == "2,00 €"


def test_a_number_without_format_shows_at_most_ten_digits() -> None:
    assert shown(0.1 + 0.2, None, BELGIAN) == "0,3"
    assert shown(1 / 3, None, AMERICAN) == "0.3333333333"
    assert shown(1e21, None, AMERICAN) == "1E+21"


def test_an_unknown_locale_is_refused() -> None:
    with pytest.raises(ApiError, match="Unsupported locale"):
        rules("xx_YY")


locales = st.sampled_from([BELGIAN, AMERICAN])
numbers = st.decimals(-(10**9), 10**9, places=4).map(float)


@settings(deadline=None)
@given(numbers, locales)
def test_a_number_typed_as_it_is_shown_is_the_same_number(number: float, locale: Any) -> None:
    text = shown(number, {"type": "NUMBER", "pattern": "#,##0.0000"}, locale)
    assert parse_typed(text, locale, TODAY)[0] == pytest.approx(number)


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), locales)
def test_a_date_typed_as_it_is_shown_is_the_same_date(day: date, locale: Any) -> None:
    serial = (day - EPOCH).days
    text = shown(serial, {"type": "DATE"}, locale)
    assert parse_typed(text, locale, TODAY)[0] == serial
    assert EPOCH + timedelta(days=serial) == day


@settings(deadline=None)
@given(st.text(max_size=30))
def test_no_text_breaks_the_reading(text: str) -> None:
    value, number_format = parse_typed(text, BELGIAN, TODAY)
    assert isinstance(value, str | int | float | bool | dict)
    assert number_format is None or number_format["type"]
