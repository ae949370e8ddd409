"""The attendance certificate: every session, every line and every sum can be checked by hand."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.domain.attestation import (
    Attended,
    attestation_context,
    attestation_document,
    periods_shown,
)
from itn_sync.domain.told import is_document, is_letter
from itn_sync.domain.units import Counts, Periods, Session

FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)
PARTS = ("attended", "excused", "unexcused", "out")


def noted(day: date, counts: Counts | None, periods: Periods = 4, **more: Any) -> Attended:
    """A session of Mathématiques 1."""
    said: dict[str, Any] = {"unit": "Mathématiques 1", "course": "Mathématiques", "missed": 0}
    said |= more
    return Attended(Session(day, said["course"], periods), said["unit"], counts, said["missed"])


def certified(*sessions: Attended, first: date = FIRST, last: date = LAST) -> dict[str, Any]:
    return attestation_context("Léa", sessions, first, last)


def only_line(one: Attended) -> dict[str, Any]:
    (month,) = certified(one)["months"]
    (line,) = month["lines"]
    found: dict[str, Any] = line
    return found


@pytest.mark.parametrize(
    ("counts", "part", "note"),
    [
        (Counts.PRESENT, "attended", ""),
        (Counts.CERTIFIED, "excused", ""),
        (Counts.EXCUSED, "excused", ""),
        (Counts.UNEXCUSED, "unexcused", ""),
        (Counts.OUT, "out", "non compté"),
        (Counts.LEFT, "out", "abandon"),
        (None, "out", "pas encore noté"),
    ],
)
def test_each_session_counts_once(counts: Counts | None, part: str, note: str) -> None:
    line = only_line(noted(FIRST, counts))
    assert {name: line[name] for name in PARTS} == dict.fromkeys(PARTS, "0") | {part: "4"}
    assert (line["planned"], line["note"], line["course"]) == ("4", note, "Mathématiques")


def test_a_certificate_reads_as_any_other_justification() -> None:
    by_certificate = only_line(noted(FIRST, Counts.CERTIFIED))
    assert by_certificate == only_line(noted(FIRST, Counts.EXCUSED))


@pytest.mark.parametrize(
    ("missed", "attended", "unexcused"),
    [(0, "4", "0"), (Fraction(3, 2), "2,5", "1,5"), (9, "0", "4"), (-1, "4", "0")],
)
def test_a_late_arrival_is_part_presence(missed: Periods, attended: str, unexcused: str) -> None:
    line = only_line(noted(FIRST, Counts.LATE, missed=missed))
    assert (line["attended"], line["unexcused"]) == (attended, unexcused)
    assert line["note"] == "retard"


def test_months_follow_one_another_with_their_sums() -> None:
    days = (date(2026, 12, 14), date(2027, 1, 4), date(2026, 12, 7), date(2027, 12, 6))
    context = certified(*(noted(day, Counts.PRESENT) for day in days))
    assert [(m["name"], m["total"]["attended"]) for m in context["months"]] == [
        ("décembre 2026", "8"),
        ("janvier 2027", "4"),
    ]
    assert context["total"]["planned"] == "12"


def test_nothing_counts_after_leaving_a_unit_even_when_that_was_before_the_period() -> None:
    left = noted(FIRST, Counts.LEFT)
    after = noted(FIRST + timedelta(7), Counts.UNEXCUSED)
    other = noted(FIRST + timedelta(7), Counts.PRESENT, unit="Français 2", course="")
    context = certified(after, left, other, first=FIRST + timedelta(1))
    (month,) = context["months"]
    assert [(line["course"], line["note"]) for line in month["lines"]] == [
        ("Français 2", ""),
        ("Mathématiques 1, Mathématiques", "abandon"),
    ]
    assert context["total"]["unexcused"] == "0"


def test_no_session_is_no_month() -> None:
    assert certified() == {
        "student": "Léa",
        "units": [],
        "first": FIRST,
        "last": LAST,
        "months": [],
        "total": dict.fromkeys(("planned", *PARTS), "0"),
    }


def test_a_certificate_is_one_document_a_day() -> None:
    context = certified(noted(FIRST, Counts.PRESENT))
    signed = {"school_name": "École", "contact_name": "", "contact_email": ""}
    made = attestation_document("ETU-7K3Q2M9X", context, signed, date(2026, 12, 1))
    assert made.key == "attestation/ETU-7K3Q2M9X/20260901/20270831/20261201"
    assert is_document(made.key)
    assert not is_letter(made.key)
    assert made.title == "Attestation – Léa – 01/09/2026–31/08/2027"
    assert made.context["school_name"] == "École"
    again = attestation_document("ETU-7K3Q2M9X", context, signed, date(2026, 12, 2))
    assert again.key != made.key


def number(shown: str) -> Fraction:
    """What is written, exactly."""
    return Fraction(shown.replace(",", "."))


PERIODS = st.integers(0, 8) | st.fractions(0, 8, max_denominator=4)
SESSIONS = st.lists(
    st.builds(
        noted,
        st.dates(FIRST, LAST),
        st.sampled_from([*Counts, None]),
        PERIODS,
        missed=PERIODS,
        unit=st.sampled_from(["A", "B"]),
    ),
    max_size=30,
)


@given(SESSIONS, st.randoms())
def test_what_is_printed_adds_up_in_any_order(sessions: list[Attended], dice: Any) -> None:
    context = certified(*sessions)
    shares = [line for month in context["months"] for line in month["lines"]]
    assert len(shares) == len(sessions)
    totals = [month["total"] for month in context["months"]]
    for share in (*shares, *totals, context["total"]):
        assert number(share["planned"]) == sum(number(share[part]) for part in PARTS)
    for name in ("planned", *PARTS):
        total = number(context["total"][name])
        assert total == sum(number(line[name]) for line in shares)
        assert total == sum(number(month[name]) for month in totals)
    dice.shuffle(sessions)
    assert certified(*sessions)["total"] == context["total"]


@pytest.mark.parametrize(
    ("periods", "shown"),
    [
        (4, "4"),
        (Fraction(3, 2), "1,5"),
        (Fraction(5, 4), "1,25"),
        (Fraction(1, 3), "1/3"),
        (Fraction(401, 100), "4,01"),
    ],
)
def test_periods_are_written_exactly(periods: Periods, shown: str) -> None:
    assert periods_shown(periods) == shown
