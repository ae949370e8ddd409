"""Wanted beside what exists: only differences, a safety valve, a fingerprint, a refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.domain.actions import SendMail, WriteRow
from itn_sync.domain.intake import Wanted
from itn_sync.domain.plan import Limits, Plan, compare, row_changes
from itn_sync.domain.privacy import Confidential
from itn_sync.domain.school import Kind
from itn_sync.domain.seen import Cell, DeedState, Row, Seen
from itn_sync.domain.storable import LONGEST_CELL
from tests.school import (
    FORM,
    LIMITS,
    MONDAY,
    NOTHING_READ,
    Paper,
    a_deed,
    a_response,
    a_table,
)

ROW = WriteRow("dossiers", "VA-1", {"id": "VA-1", "phone": "0470"}, "parce que", plan="S162")
MAIL = SendMail("k1", "va@ecole.example", "Val", "case_opened", {}, "parce que")


def wanted(*rows: WriteRow, mails: tuple[SendMail, ...] = ()) -> Wanted:
    return Wanted(rows, mails, (), (), {})


def holding(**cells: Cell) -> Seen:
    """`Dossiers` with the one row VA-1."""
    return Seen(tables={"dossiers": a_table(Row("VA-1", cells))})


def registered(count: int, *, form: str = FORM, state: str = "Active") -> Seen:
    rows = (Row(f"{form}/r{n}", {"state": state}) for n in range(count))
    return Seen(tables={"inscriptions": a_table(*rows)})


def listing(seen: Seen, ids: range, form: str = FORM) -> Seen:
    return replace(seen, complete_forms={form: frozenset(f"r{n}" for n in ids)})


def planned(seen: Seen, limits: Limits = LIMITS) -> Plan:
    return compare(wanted(), seen, limits)


# Rows


def test_a_row_that_is_missing_is_created_with_peoples_first_values() -> None:
    row = replace(ROW, cells={**ROW.cells, "notes": None, "changes": ""}, initial={"status": "Là"})
    (change,) = row_changes((row,), NOTHING_READ)
    assert change.creates
    assert change.cells == {"id": "VA-1", "phone": "0470", "status": "Là"}
    assert (change.why, change.plan) == ("parce que", "S162")


def test_a_row_that_is_right_is_left_alone() -> None:
    assert row_changes((ROW,), holding(id="VA-1", phone="0470", notes="d'une personne")) == ()


def test_only_the_cells_that_differ_are_written() -> None:
    (change,) = row_changes((ROW,), holding(id="VA-1", phone="0499", notes="d'une personne"))
    assert not change.creates
    assert change.cells == {"phone": "0470"}
    assert change.before == {"phone": "0499"}


def test_peoples_columns_of_an_existing_row_are_never_written() -> None:
    row = replace(ROW, initial={"status": "À contacter"})
    assert row_changes((row,), holding(id="VA-1", phone="0470", status="Clos")) == ()
    (change,) = row_changes((row,), holding(id="VA-1", phone="", status=""))
    assert set(change.cells) == {"phone"}


def test_a_cell_that_should_be_blank_is_cleared() -> None:
    (change,) = row_changes((replace(ROW, cells={"phone": None}),), holding(phone="0499"))
    assert change.cells == {"phone": None}


def test_several_wishes_for_a_row_are_one_change_and_the_last_wins() -> None:
    flag = WriteRow("dossiers", "VA-1", {"phone": "0499", "email": "z@a.be"}, "autre", {"notes": 1})
    (change,) = row_changes((replace(ROW, initial={"status": "Là"}), flag), NOTHING_READ)
    assert change.cells == {
        "id": "VA-1",
        "phone": "0499",
        "email": "z@a.be",
        "status": "Là",
        "notes": 1,
    }
    assert (change.why, change.plan) == ("parce que", "S162")


def test_the_same_id_in_two_tabs_is_two_rows() -> None:
    changes = row_changes((ROW, replace(ROW, tab="ar")), NOTHING_READ)
    assert [(change.tab, change.id) for change in changes] == [("dossiers", "VA-1"), ("ar", "VA-1")]


def test_a_touch_to_a_row_that_somebody_removed_creates_nothing() -> None:
    assert row_changes((WriteRow("dossiers", "VA-1", {"phone": "1"}, ""),), NOTHING_READ) == ()


@pytest.mark.parametrize("wrap", [str, Confidential])
def test_a_cell_that_is_too_long_is_cut_once_and_for_all(
    wrap: type[str] | type[Confidential],
) -> None:
    """Google refuses the whole batch for one cell of more than 50,000 characters (facts 5.4)."""
    row = replace(ROW, cells={"id": "VA-1", "request": wrap("x" * 60_000)})
    row = replace(row, initial={"notes": "y" * 60_000})
    (change,) = row_changes((row,), NOTHING_READ)
    request = change.cells["request"]
    assert isinstance(request, wrap)
    text = request.reveal() if isinstance(request, Confidential) else str(request)
    for written in (text, str(change.cells["notes"])):
        assert len(written) == LONGEST_CELL
        assert written.endswith(" … (texte coupé : la suite est dans Google Forms)")
    assert row_changes((row,), holding(**change.cells)) == ()


cells = st.dictionaries(
    st.sampled_from(["id", "phone", "email", "version", "request"]),
    st.one_of(
        st.none(),
        st.text(max_size=3),
        st.floats(0, 60000),
        st.booleans(),
        st.text(max_size=3).map(Confidential),
    ),
)


@given(cells, cells)
def test_after_the_differences_are_written_there_are_none(
    want: dict[str, Cell], have: dict[str, Cell]
) -> None:
    row = WriteRow("dossiers", "VA-1", {**want, "id": "VA-1"}, "")
    written = {
        key: cell for c in row_changes((row,), holding(**have)) for key, cell in c.cells.items()
    }
    assert row_changes((row,), holding(**{**have, **written})) == ()
    assert set(written) <= set(row.cells)


# Mails


@pytest.mark.parametrize("state", [DeedState.BEGUN, DeedState.DRAFTED, DeedState.SENDING])
def test_a_mail_is_due_until_its_outcome_is_known(state: DeedState) -> None:
    unfinished = Seen(deeds={"k1": a_deed("k1", state)})
    for seen in (NOTHING_READ, unfinished):
        assert compare(wanted(mails=(MAIL,)), seen, LIMITS).mails == (MAIL,)


@pytest.mark.parametrize(
    "state", [DeedState.DONE, DeedState.HELD, DeedState.FAILED, DeedState.WITHDRAWN]
)
def test_a_mail_whose_outcome_is_known_is_never_due_again(state: DeedState) -> None:
    seen = Seen(deeds={"k1": a_deed("k1", state)})
    assert compare(wanted(mails=(MAIL,)), seen, LIMITS).mails == ()


def test_mails_that_a_person_must_look_for_are_named_by_their_reference() -> None:
    held, sent = a_deed("k1", DeedState.HELD), a_deed("k2")
    assert planned(Seen(deeds={"k1": held, "k2": sent})).held == (held.reference,)


def test_a_plan_with_a_row_or_a_mail_is_not_empty() -> None:
    assert planned(NOTHING_READ).is_empty
    assert not compare(wanted(ROW), NOTHING_READ, LIMITS).is_empty
    assert not compare(wanted(mails=(MAIL,)), NOTHING_READ, LIMITS).is_empty


# The safety valve


def test_more_mails_than_allowed_in_one_run_need_a_human() -> None:
    mails = tuple(replace(MAIL, key=f"k{n}") for n in range(201))
    assert compare(wanted(mails=mails[:200]), NOTHING_READ, LIMITS).unsafe == ()
    assert compare(wanted(mails=mails), NOTHING_READ, LIMITS).unsafe == (
        "201 mails in one run, 200 allowed",
    )


def test_mails_that_have_gone_out_do_not_count() -> None:
    mails = tuple(replace(MAIL, key=f"k{n}") for n in range(201))
    seen = Seen(deeds={"k0": a_deed("k0")})
    assert compare(wanted(mails=mails), seen, LIMITS).unsafe == ()


def test_an_empty_form_where_there_were_answers_needs_a_human() -> None:
    assert planned(listing(registered(1), range(0))).unsafe == (
        "form inscription: 1 of 1 known responses are gone, an empty form is no news to trust",
    )
    assert planned(listing(NOTHING_READ, range(0))).unsafe == ()


@pytest.mark.parametrize(
    ("known", "left", "safe"), [(10, 7, True), (10, 6, False), (50, 45, True), (50, 44, False)]
)
def test_a_few_answers_or_a_tenth_may_vanish_and_no_more(known: int, left: int, safe: bool) -> None:
    plan = planned(listing(registered(known), range(left)))
    assert (plan.unsafe == ()) is safe


def test_answers_already_marked_as_deleted_do_not_count_again() -> None:
    seen = registered(10, state="Supprimée du formulaire")
    assert planned(listing(seen, range(0))).unsafe == ()


def test_answers_of_another_form_do_not_count() -> None:
    assert planned(listing(registered(10), range(0), form="ins")).unsafe == ()


def test_a_form_that_was_not_listed_whole_raises_no_alarm() -> None:
    assert planned(registered(10)).unsafe == ()


# The refusal


def test_an_empty_ledger_beside_mails_already_sent_refuses_to_act() -> None:
    sent = Seen(tables={"envois": a_table(Row("k1", {"state": "Envoyé"}))})
    assert "itn-sync rebuild" in planned(sent).refused
    assert planned(replace(sent, deeds={"k1": a_deed("k1")})).refused == ""


def test_a_ledger_older_than_the_log_refuses_to_act() -> None:
    """As one restored from yesterday's backup: it would send again what left since."""
    rows = a_table(Row("k1", {"state": "Envoyé"}), Row("k2", {"state": "Envoyé"}))
    assert "(1)" in planned(Seen(tables={"envois": rows}, deeds={"k1": a_deed("k1")})).refused


def test_an_empty_ledger_beside_mails_that_wait_is_a_first_run_that_died() -> None:
    assert (
        planned(Seen(tables={"envois": a_table(Row("k1", {"state": "En attente"}))})).refused == ""
    )
    assert planned(NOTHING_READ).refused == ""


# The fingerprint


def test_a_fingerprint_is_twelve_digits_and_no_text() -> None:
    paper = Paper()
    plan = paper.plan(paper.seen(a_response("r1", Kind.AR, needs="dyslexie")))
    assert len(plan.fingerprint) == 12
    assert int(plan.fingerprint, 16) >= 0


def test_two_plans_that_do_other_things_have_other_fingerprints() -> None:
    paper = Paper()
    answers = [
        a_response("r1", Kind.AR, needs="dyslexie"),
        a_response("r1", Kind.AR, needs="dyscalculie"),
        a_response("r1", Kind.AR, needs="dyslexie", phone="0499"),
        a_response("r1", Kind.VA),
        a_response("r1", Kind.VA, email="autre@etudiant.example"),
        a_response("r2", Kind.VA),
    ]
    plans = [paper.plan(paper.seen(answer)) for answer in answers]
    assert len({plan.fingerprint for plan in plans}) == len(plans)
    fewer = replace(plans[0], mails=plans[0].mails[1:])
    assert fewer.fingerprint != plans[0].fingerprint


def test_the_fingerprint_does_not_depend_on_the_words_of_the_reasons() -> None:
    one, other = (
        compare(wanted(replace(ROW, why=why)), NOTHING_READ, LIMITS) for why in ("a", "b")
    )
    assert one.fingerprint == other.fingerprint


def test_a_plan_says_which_answer_a_mail_belongs_to() -> None:
    paper = Paper()
    answer = a_response("r1", Kind.VA, edited=MONDAY + timedelta(days=1))
    plan = paper.plan(paper.seen(answer))
    assert {plan.concerns[mail.key] for mail in plan.mails} == {answer.key}
