"""The rate: unexcused periods ÷ planned periods of the UE, exactly (S55, S126, S146)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.domain.rates import PLANNED, Base, Rate, course_rates, rate_in
from itn_sync.domain.steps import (
    PLAN_RULE,
    AbsenceRule,
    Step,
    StepKind,
    is_reached,
    next_step,
    steps_of,
    steps_reached,
)
from itn_sync.domain.units import Level, Periods, Session, Value
from tests.registers import AFTER, a_grid, a_register, a_unit, read, sessions

_MARKS = ("P", "A", "CM", "AJ", "R1", "R2", "D", "M", "CH", "abandon", "cm")
MARK = st.sampled_from(["", " a ", *_MARKS])
COURSES = ("Math", "Algèbre")


@st.composite
def grids(draw: st.DrawFn) -> tuple[list[Session], dict[str, list[Value]]]:
    """Some sessions of two courses, some students, any marks."""
    count = draw(st.integers(0, 12))
    held = [
        Session(s.day, draw(st.sampled_from(COURSES)), draw(st.integers(2, 5)))
        for s in sessions(count)
    ]
    students = [f"ETU-{n}" for n in range(draw(st.integers(1, 4)))]
    marks: dict[str, list[Value]] = {
        who: draw(st.lists(MARK, min_size=count, max_size=count)) for who in students
    }
    return held, marks


def naive(held: Sequence[Session], marks: Sequence[Value], planned: Periods) -> tuple[object, ...]:
    """The rule once more, spelled out in the slowest way."""
    unexcused, excused, out = Fraction(0), Fraction(0), Fraction(0)
    for session, mark in sorted(zip(held, marks, strict=True), key=lambda pair: pair[0].day):
        text = str(mark).strip().upper()
        if text == "ABANDON":
            break
        if text == "A":
            unexcused += session.periods
        elif text.startswith("R"):
            unexcused += int(text[1:])
        elif text in {"CM", "AJ"}:
            excused += session.periods
        elif text in {"D", "CH"}:
            out += session.periods
    return unexcused, excused, max(planned - out, 0)


@given(grids(), st.integers(10, 200))
def test_it_is_what_the_plan_says(
    case: tuple[list[Session], dict[str, list[Value]]], planned: int
) -> None:
    held, marks = case
    register = read(a_grid(held, marks), a_unit(periods=planned))
    for who, mine in marks.items():
        rate = rate_in(register, who, PLANNED, AFTER)
        assert (rate.unexcused, rate.excused, rate.base) == naive(held, mine, planned)
        assert sum(m.periods for m in rate.missed) == rate.unexcused


@given(grids(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_never_changes_it(
    case: tuple[list[Session], dict[str, list[Value]]], chance: random.Random
) -> None:
    held, marks = case
    columns = list(range(len(held)))
    chance.shuffle(columns)
    people = list(marks)
    chance.shuffle(people)
    moved = a_grid(
        [held[n] for n in columns], {who: [marks[who][n] for n in columns] for who in people}
    )
    plain, other = read(a_grid(held, marks)), read(moved)
    for who in marks:
        one, two = (rate_in(r, who, PLANNED, AFTER) for r in (plain, other))
        assert (one.unexcused, one.excused, one.base, one.left) == (
            two.unexcused,
            two.excused,
            two.base,
            two.left,
        )
        assert [m.session for m in one.missed] == [m.session for m in two.missed]


@given(grids())
def test_courses_add_up_to_the_ue(case: tuple[list[Session], dict[str, list[Value]]]) -> None:
    held, marks = case
    register = a_register(held, marks)
    for who in marks:
        whole = rate_in(register, who, PLANNED, AFTER)
        parts = course_rates(register, who, AFTER).values()
        assert sum(part.unexcused for part in parts) == whole.unexcused


def _rate(unexcused: Periods, base: Periods) -> Rate:
    return Rate(base=base, unexcused=unexcused, excused=0, missed=(), recorded=9)


@pytest.mark.parametrize(("level", "percent"), [(Level.SECONDARY, 10), (Level.HIGHER, 20)])
def test_one_period_below_at_and_above_for_every_total(level: Level, percent: int) -> None:
    steps = steps_of(a_unit(level=level), PLAN_RULE)
    warning = next(s for s in steps if s.kind is StepKind.WARNING)
    assert warning.percent == percent
    for total in range(10, 201):
        for periods in range(total + 1):
            reached = is_reached(warning, _rate(periods, total), PLAN_RULE)
            assert reached == (periods * 100 >= percent * total and periods > 0)


def test_at_ten_percent_exactly_the_threshold_is_reached_or_only_when_exceeded() -> None:
    warning = Step(StepKind.WARNING, Fraction(10))
    assert is_reached(warning, _rate(8, 80), AbsenceRule())
    assert not is_reached(warning, _rate(8, 80), AbsenceRule(exceeded=True))
    assert is_reached(warning, _rate(9, 80), AbsenceRule(exceeded=True))


@pytest.mark.parametrize("base", [30, 70, 110, Fraction(123, 10)])
def test_no_float_trap(base: Periods) -> None:
    tenth = Fraction(base) / 10
    warning = Step(StepKind.WARNING, Fraction(10))
    assert is_reached(warning, _rate(tenth, base), AbsenceRule())
    assert not is_reached(warning, _rate(tenth - Fraction(1, 1000), base), AbsenceRule())


@given(st.integers(0, 60), st.integers(1, 120), st.booleans())
def test_the_remaining_periods_reach_the_next_step_and_one_less_does_not(
    unexcused: int, base: int, exceeded: bool
) -> None:
    rule = AbsenceRule(exceeded=exceeded)
    steps = steps_of(a_unit(), rule)
    ahead = next_step(steps, _rate(unexcused, base), rule)
    if ahead is None:
        return
    step, left = ahead
    assert is_reached(step, _rate(unexcused + left, base), rule)
    assert not is_reached(step, _rate(unexcused + left - 1, base), rule)


def test_without_periods_there_is_no_rate_and_no_step() -> None:
    unit = a_unit(periods=4)
    register = read(a_grid(sessions(2), {"ETU-1": ["D", "D"]}), unit)
    rate = rate_in(register, "ETU-1", PLANNED, AFTER)
    assert (rate.base, rate.share) == (0, Fraction(0))
    assert not steps_reached(steps_of(unit, PLAN_RULE), rate, PLAN_RULE)


def test_all_excused_is_no_absence() -> None:
    register = a_register(sessions(10), {"ETU-1": ["CM", "AJ"] * 5})
    rate = rate_in(register, "ETU-1", PLANNED, AFTER)
    assert (rate.unexcused, rate.excused) == (0, 20)
    assert not steps_reached(steps_of(register.unit, PLAN_RULE), rate, PLAN_RULE)


def test_after_an_abandon_nothing_counts_and_nobody_is_warned() -> None:
    register = a_register(sessions(8), {"ETU-1": ["A"] * 6 + ["abandon", "A"]})
    rate = rate_in(register, "ETU-1", PLANNED, AFTER)
    assert rate.left == sessions(8)[6].day
    assert rate.unexcused == 12
    assert not steps_reached(steps_of(register.unit, PLAN_RULE), rate, PLAN_RULE)


def test_of_periods_held_so_far_with_a_minimum() -> None:
    register = a_register(sessions(4), {"ETU-1": ["A", "P", "", ""], "ETU-2": ["P", "P", "P", ""]})
    assert rate_in(register, "ETU-1", Base(held=True), AFTER).share == Fraction(2, 6)
    early = rate_in(register, "ETU-1", Base(held=True, minimum=10), AFTER)
    assert (early.base, early.share) == (0, Fraction(0))


def test_sessions_missed_in_a_row() -> None:
    register = a_register(sessions(6), {"ETU-1": ["P", "A", "P", "A", "A", "A"]})
    assert rate_in(register, "ETU-1", PLANNED, AFTER).in_a_row == 3
    rule = AbsenceRule(steps=(Step(StepKind.NOTICE, in_a_row=3),))
    steps = steps_of(register.unit, rule)
    assert steps_reached(steps, rate_in(register, "ETU-1", PLANNED, AFTER), rule) == steps


def test_a_step_for_a_ue_goes_before_one_for_its_section_and_level() -> None:
    general = Step(StepKind.WARNING, Fraction(10), levels=(Level.SECONDARY,))
    section = Step(StepKind.WARNING, Fraction(12), sections=("cap",))
    unit = Step(StepKind.WARNING, Fraction(15), units=("math1",))
    notice = Step(StepKind.NOTICE, Fraction(8))
    rule = AbsenceRule(steps=(general, section, unit, notice))
    assert steps_of(a_unit(), rule) == (notice, unit)
    assert steps_of(a_unit("autre"), rule) == (notice, section)


def test_not_before_so_many_sessions() -> None:
    register = a_register(sessions(1, periods=20), {"ETU-1": ["A"]})
    rate = rate_in(register, "ETU-1", PLANNED, AFTER)
    steps = steps_of(register.unit, PLAN_RULE)
    assert not steps_reached(steps, rate, PLAN_RULE)
    assert steps_reached(steps, rate, AbsenceRule(not_before=1))


def test_absences_in_a_row_do_not_take_the_place_of_a_share() -> None:
    in_a_row = Step(StepKind.WARNING, in_a_row=4, sections=("cap",))
    rule = AbsenceRule(steps=(*PLAN_RULE.steps, in_a_row))
    kinds = [(s.kind, s.in_a_row) for s in steps_of(a_unit(), rule)]
    assert (StepKind.WARNING, 0) in kinds
    assert (StepKind.WARNING, 4) in kinds


def test_what_is_excused_beforehand_does_not_end_a_long_absence() -> None:
    held = sessions(4)
    register = read(a_grid(held, {"ETU-1": ["A", "A", "A", "CM"]}), today=held[2].day)
    assert rate_in(register, "ETU-1", PLANNED, held[2].day).in_a_row == 3
