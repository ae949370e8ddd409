"""Codes that people read aloud: the same fact always has the same one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.domain.codes import case_number, reference
from itn_sync.domain.school import Kind


@pytest.mark.parametrize(
    ("kind", "prefix"),
    [
        (Kind.VA, "VA"),
        (Kind.AR, "AR"),
        (Kind.DIGITAL, "NUM"),
        (Kind.PLANNING, "PLA"),
        (Kind.QUESTION, "QUE"),
        (Kind.ATTENDANCE, "ASS"),
    ],
)
def test_a_case_number_says_the_kind_of_request(kind: Kind, prefix: str) -> None:
    assert case_number(kind, "inscription/r1").startswith(f"{prefix}-")


def test_these_numbers_are_in_sheets_and_mails_and_never_change() -> None:
    assert case_number(Kind.VA, "inscription/r1") == "VA-93QXQFZ8"
    assert reference("case/VA-1/told/1") == "MSG-1M2KA9JE"


@given(st.text())
def test_no_letter_of_a_code_is_mistaken_for_a_digit_on_the_telephone(key: str) -> None:
    assert re.fullmatch(r"MSG-[0-9A-HJKMNP-TV-Z]{8}", reference(key))
    assert re.fullmatch(r"AR-[0-9A-HJKMNP-TV-Z]{8}", case_number(Kind.AR, key))


def test_requests_of_one_answer_and_answers_of_one_kind_have_numbers_of_their_own() -> None:
    numbers = [case_number(kind, f"inscription/r{n}") for kind in Kind for n in range(200)]
    assert len({number.partition("-")[2] for number in numbers}) == 1200
