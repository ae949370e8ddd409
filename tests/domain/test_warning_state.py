"""What becomes of a step that absences reached: in doubt nothing goes out (S126, S64)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from itn_sync.domain.seen import DeedState
from itn_sync.domain.states_attendance import (
    DECISIONS,
    DRAFT,
    FAILED,
    HELD,
    IGNORE,
    IGNORED,
    LETTER,
    OUTRUN,
    POSTPONED,
    REGULARISED,
    SEND,
    SENT,
    SETTLING,
    TAKEN_BACK,
    TO_DECIDE,
    TO_SEND,
    WAIT,
)
from itn_sync.domain.warning_state import Action, Facts, Mode, fate_of

NOW = datetime(2026, 10, 12, 8, tzinfo=UTC)
DELAY = timedelta(hours=20)
SEEN = NOW - timedelta(hours=21)
REVIEW = Facts(reached=True, now=NOW, settling=DELAY, reached_on=SEEN)
AUTO = replace(REVIEW, mode=Mode.AUTO)
BY_HAND = replace(REVIEW, mode=Mode.DRAFT)
STAFF = replace(AUTO, to_student=False)
GONE = frozenset({DeedState.DONE, DeedState.SENDING, DeedState.HELD})
GOES_OUT = frozenset({Action.MAIL, Action.DRAFT, Action.LETTER})

FACTS = st.builds(
    Facts,
    reached=st.booleans(),
    now=st.just(NOW),
    to_student=st.booleans(),
    outrun=st.booleans(),
    gone=st.sampled_from(["", "abandon"]),
    mode=st.sampled_from(Mode),
    decision=st.sampled_from(["", *DECISIONS]),
    motive=st.sampled_from(["", "vu à l'accueil"]),
    has_address=st.booleans(),
    bounced=st.booleans(),
    reached_on=st.none() | st.timedeltas(timedelta(), timedelta(days=3)).map(lambda d: NOW - d),
    settling=st.just(DELAY),
    mail=st.none() | st.sampled_from(DeedState),
    letter=st.none() | st.sampled_from([DeedState.BEGUN, DeedState.DONE, DeedState.FAILED]),
)


@pytest.mark.parametrize(
    ("facts", "state", "action"),
    [
        (REVIEW, TO_DECIDE, Action.TAKE_BACK),
        (replace(REVIEW, decision=SEND), TO_SEND, Action.MAIL),
        (replace(REVIEW, decision=SEND, reached_on=None), TO_SEND, Action.MAIL),
        (replace(REVIEW, decision=WAIT), POSTPONED, Action.TAKE_BACK),
        (replace(REVIEW, decision=IGNORE), POSTPONED, Action.TAKE_BACK),
        (replace(REVIEW, decision=IGNORE, motive="vu"), IGNORED, Action.TAKE_BACK),
        (replace(REVIEW, decision=SEND, has_address=False), TO_SEND, Action.LETTER),
        (replace(REVIEW, has_address=False), TO_DECIDE, Action.TAKE_BACK),
        (AUTO, TO_SEND, Action.MAIL),
        (replace(AUTO, reached_on=None), SETTLING, Action.TAKE_BACK),
        (replace(AUTO, reached_on=NOW - DELAY), TO_SEND, Action.MAIL),
        (replace(AUTO, reached_on=NOW - timedelta(hours=19)), SETTLING, Action.TAKE_BACK),
        (replace(AUTO, decision=WAIT), POSTPONED, Action.TAKE_BACK),
        (BY_HAND, DRAFT, Action.DRAFT),
        (replace(BY_HAND, reached_on=None), SETTLING, Action.TAKE_BACK),
        (replace(BY_HAND, decision=SEND), TO_SEND, Action.MAIL),
        (replace(BY_HAND, mail=DeedState.LEFT), DRAFT, Action.DRAFT),
        (replace(BY_HAND, mail=DeedState.WITHDRAWN), IGNORED, Action.NOTHING),
        (replace(AUTO, outrun=True), OUTRUN, Action.TAKE_BACK),
        (replace(AUTO, reached=False), TAKEN_BACK, Action.TAKE_BACK),
        (replace(AUTO, gone="abandon"), TAKEN_BACK, Action.TAKE_BACK),
        (replace(AUTO, reached=False, mail=DeedState.BEGUN), TAKEN_BACK, Action.TAKE_BACK),
        (replace(AUTO, mail=DeedState.DONE), SENT, Action.NOTHING),
        (replace(AUTO, mail=DeedState.DONE, decision=SEND), SENT, Action.NOTHING),
        (replace(AUTO, mail=DeedState.DONE, reached=False), REGULARISED, Action.NOTHING),
        (replace(AUTO, mail=DeedState.DONE, reached=False, gone="x"), SENT, Action.NOTHING),
        (replace(AUTO, mail=DeedState.DONE, bounced=True), TO_SEND, Action.LETTER),
        (
            replace(AUTO, mail=DeedState.DONE, bounced=True, reached=False),
            REGULARISED,
            Action.NOTHING,
        ),
        (replace(AUTO, mail=DeedState.DONE, bounced=True, decision=WAIT), SENT, Action.NOTHING),
        (
            replace(AUTO, mail=DeedState.DONE, bounced=True, letter=DeedState.DONE),
            LETTER,
            Action.NOTHING,
        ),
        (replace(AUTO, mail=DeedState.SENDING), TO_SEND, Action.MAIL),
        (replace(AUTO, mail=DeedState.SENDING, reached=False), SETTLING, Action.TAKE_BACK),
        (replace(REVIEW, mail=DeedState.SENDING, decision=WAIT), SETTLING, Action.TAKE_BACK),
        (replace(AUTO, mail=DeedState.HELD), HELD, Action.NOTHING),
        (replace(AUTO, mail=DeedState.HELD, reached=False), HELD, Action.NOTHING),
        (replace(AUTO, mail=DeedState.FAILED), TO_SEND, Action.LETTER),
        (replace(AUTO, mail=DeedState.FAILED, decision=WAIT), POSTPONED, Action.TAKE_BACK),
        (replace(AUTO, letter=DeedState.BEGUN), TO_SEND, Action.LETTER),
        (replace(AUTO, letter=DeedState.DONE, reached=False), REGULARISED, Action.NOTHING),
        (STAFF, TO_SEND, Action.MAIL),
        (replace(STAFF, mail=DeedState.FAILED), FAILED, Action.NOTHING),
    ],
)
def test_each_case_has_its_state_and_what_is_done(facts: Facts, state: str, action: Action) -> None:
    fate = fate_of(facts)
    assert (fate.state, fate.action) == (state, action)


@given(FACTS)
def test_what_may_have_gone_is_never_mailed_anew(facts: Facts) -> None:
    """A mail whose sending was cut short is only taken up again under its own key."""
    assume(facts.mail in GONE or facts.letter is DeedState.DONE)
    action = fate_of(facts).action
    assert action is not Action.DRAFT
    assert action is not Action.MAIL or facts.mail is DeedState.SENDING
    assert action is not Action.LETTER or facts.bounced


@given(FACTS)
def test_a_letter_that_is_made_ends_it(facts: Facts) -> None:
    assert fate_of(replace(facts, letter=DeedState.DONE)).action is Action.NOTHING


@given(FACTS)
def test_a_letter_that_was_begun_is_never_joined_by_a_mail(facts: Facts) -> None:
    assume(facts.mail is not DeedState.SENDING)
    fate = fate_of(replace(facts, letter=DeedState.BEGUN))
    assert fate.action not in {Action.MAIL, Action.DRAFT}


@given(FACTS)
def test_nothing_goes_out_that_is_not_true(facts: Facts) -> None:
    assert fate_of(replace(facts, reached=False)).action not in GOES_OUT
    assert fate_of(replace(facts, gone="abandon")).action not in GOES_OUT
    assert fate_of(replace(facts, outrun=True)).action not in GOES_OUT


@given(FACTS)
def test_nothing_goes_out_that_a_person_does_not_want(facts: Facts) -> None:
    assert fate_of(replace(facts, decision=WAIT)).action not in GOES_OUT
    assert fate_of(replace(facts, decision=IGNORE, motive="vu")).action not in GOES_OUT
    assert fate_of(replace(facts, decision=IGNORE, motive="")).action not in GOES_OUT


@given(FACTS)
def test_in_review_nothing_goes_out_before_a_decision(facts: Facts) -> None:
    fresh = replace(facts, mode=Mode.REVIEW, decision="", mail=None, letter=None)
    assert fate_of(fresh).action not in GOES_OUT


@given(FACTS)
def test_without_a_decision_the_register_is_read_twice(facts: Facts) -> None:
    assume(facts.reached_on is None or facts.now < facts.reached_on + facts.settling)
    fresh = replace(facts, decision="", mail=None, letter=None)
    assert fate_of(fresh).action not in GOES_OUT


@given(FACTS)
def test_every_silence_says_why(facts: Facts) -> None:
    fate = fate_of(facts)
    if fate.state in {TAKEN_BACK, IGNORED, POSTPONED, OUTRUN, REGULARISED, SETTLING, TO_DECIDE}:
        assert fate.why
