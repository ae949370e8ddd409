"""`Envois`: one row per recipient, with its state, why, and why not (F32, S64)."""

from __future__ import annotations

import pytest

from itn_sync.domain.actions import NotSent, SendMail, WriteRow
from itn_sync.domain.codes import reference
from itn_sync.domain.seen import Deed, DeedState, Problem, Row, Seen
from itn_sync.domain.sendlog import (
    MESSAGE_LABEL,
    held_references,
    logged_state,
    mail_problems,
    mail_rows,
)
from itn_sync.domain.serials import instant_serial
from tests.school import MONDAY, Paper, a_deed, a_response, a_table

KEY = "case/VA-1/told/2"
MAIL = SendMail(KEY, "va@ecole.example", "Val", "case_opened", {}, "Zoé : VA")
NOT = NotSent(KEY, "", "case_opened", "Zoé : VA", "personne")


def log(action: SendMail | NotSent | None, *deeds: Deed, rows: tuple[Row, ...] = ()) -> WriteRow:
    """The one row of the log."""
    seen = Seen(deeds={d.key: d for d in deeds}, tables={"envois": a_table(*rows)})
    (row,) = mail_rows([action] if action else [], seen)
    return row


def test_a_mail_that_is_due_waits_with_its_reference_and_reason() -> None:
    row = log(MAIL)
    assert row.cells == {
        "id": KEY,
        "reference": reference(KEY),
        "message": "Nouvelle demande",
        "recipient": "va@ecole.example",
        "why": "Zoé : VA",
        "state": "En attente",
        "at": None,
        "reason": "",
    }


def test_a_mail_that_went_out_says_when() -> None:
    cells = log(MAIL, a_deed(KEY, DeedState.DONE, "oubliée")).cells
    assert (cells["state"], cells["at"], cells["reason"]) == (
        "Envoyé",
        instant_serial(MONDAY),
        "",
    )


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (DeedState.BEGUN, "En attente"),
        (DeedState.DRAFTED, "En attente"),
        (DeedState.SENDING, "En attente"),
        (DeedState.HELD, "À vérifier"),
        (DeedState.FAILED, "Non envoyé"),
        (DeedState.WITHDRAWN, "Repris à la main"),
    ],
)
def test_a_mail_that_did_not_go_out_says_how_far_it_came_and_why(
    state: DeedState, shown: str
) -> None:
    cells = log(MAIL, a_deed(KEY, state, "quota atteint")).cells
    assert (cells["state"], cells["at"], cells["reason"]) == (shown, None, "quota atteint")


def test_a_mail_that_cannot_go_out_says_why_not() -> None:
    cells = log(NOT).cells
    assert (cells["state"], cells["reason"]) == ("Non envoyé", "personne")


def test_an_older_line_follows_what_became_of_its_mail() -> None:
    row = log(None, a_deed(KEY), rows=(Row(KEY, {"state": "En attente"}),))
    assert row.id == KEY
    assert row.cells["state"] == "Envoyé"
    assert "message" not in row.cells


def test_a_mail_that_a_newer_one_replaced_before_it_began_no_longer_waits() -> None:
    newer = SendMail("k3", "va@ecole.example", "", "case_opened", {}, "", supersedes=(KEY,))
    seen = Seen(tables={"envois": a_table(Row(KEY, {"state": "En attente"}))})
    old = {row.id: row for row in mail_rows([newer], seen)}[KEY]
    assert (old.cells["state"], old.cells["reason"]) == (
        "Remplacé",
        "",
    )


@pytest.mark.parametrize("state", ["Envoyé", "Remplacé", "À vérifier"])
def test_a_line_without_deed_is_left_as_it_is_unless_it_waits(state: str) -> None:
    newer = SendMail("k3", "va@ecole.example", "", "case_opened", {}, "", supersedes=(KEY,))
    seen = Seen(tables={"envois": a_table(Row(KEY, {"state": state}))})
    assert [row.id for row in mail_rows([newer], seen)] == ["k3"]


def test_a_waiting_line_of_an_answer_not_read_in_this_run_goes_on_waiting() -> None:
    seen = Seen(tables={"envois": a_table(Row(KEY, {"state": "En attente"}))})
    assert list(mail_rows([], seen)) == []


def test_every_message_of_a_run_has_a_label() -> None:
    paper = Paper()
    wanted = paper.decide(paper.seen(a_response("r1", email="?"), a_response("r2")))
    paper.log(wanted)
    assert {notice.template for notice in wanted.notices} <= set(MESSAGE_LABEL)
    assert len(paper.tables["envois"]) == 2


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        ("Envoyé", DeedState.DONE),
        ("Repris à la main", DeedState.WITHDRAWN),
        ("Remplacé", DeedState.SUPERSEDED),
        ("En attente", DeedState.HELD),
        ("À vérifier", DeedState.HELD),
        ("changé par quelqu'un", DeedState.HELD),
        ("Non envoyé", None),
    ],
)
def test_the_log_stands_in_for_a_lost_ledger(shown: str, meant: DeedState | None) -> None:
    """What never went out may be tried again; what may have gone out is for a person to check."""
    assert logged_state(shown) is meant


# What a person must see to


STUDENT = "registration/inscription/r1/acknowledged/1"
HANDED_OVER = "case/VA-1/handed-over/1"


def problems(*deeds: Deed) -> list[Problem]:
    return list(mail_problems({deed.key: deed for deed in deeds}))


def test_a_held_mail_says_where_to_look_and_how_to_go_on() -> None:
    (problem,) = problems(a_deed(KEY, DeedState.HELD, "envoi incertain"))
    assert (problem.key, problem.scope) == (f"mail/{reference(KEY)}", "mail")
    assert problem.what.startswith(f"L'envoi {reference(KEY)} est incertain")
    assert f"itn-sync settle {reference(KEY)} --sent" in problem.mend
    assert f"itn-sync settle {reference(KEY)} --again" in problem.mend


@pytest.mark.parametrize(
    ("key", "mend"), [(STUDENT, "à l'étudiant"), (KEY, "config/school.toml"), (HANDED_OVER, "toml")]
)
def test_a_mail_that_could_not_leave_says_why_and_whom_to_ask(key: str, mend: str) -> None:
    (problem,) = problems(a_deed(key, DeedState.FAILED, "adresse invalide"))
    assert problem.what == f"Le message {reference(key)} n'a pas pu partir : adresse invalide."
    assert mend in problem.mend
    assert "--sent" not in problem.mend


@pytest.mark.parametrize("state", [s for s in DeedState if s.value not in ("held", "failed")])
def test_any_other_mail_needs_nobody(state: DeedState) -> None:
    assert problems(a_deed(KEY, state)) == []


@pytest.mark.parametrize("state", [DeedState.HELD, DeedState.FAILED])
@pytest.mark.parametrize("fact", ["case/VA-1/told/", "registration/inscription/r1/acknowledged/"])
def test_a_later_version_of_the_same_news_settles_an_earlier_one(
    fact: str, state: DeedState
) -> None:
    older, newer = a_deed(f"{fact}9", state), a_deed(f"{fact}10")
    assert problems(older, newer) == []
    assert held_references({d.key: d for d in (older, newer)}) == ()


def test_other_news_settles_nothing() -> None:
    held = a_deed("case/VA-1/told/1", DeedState.HELD)
    others = [a_deed(k) for k in ("case/VA-2/told/2", HANDED_OVER, "case/VA-1/handed-over/2")]
    assert [p.key for p in problems(held, *others)] == [f"mail/{held.reference}"]
    assert held_references({d.key: d for d in (held, *others)}) == (held.reference,)


def test_two_departures_are_two_news() -> None:
    left = a_deed(HANDED_OVER, DeedState.FAILED, "erreur")
    assert len(problems(left, a_deed("case/VA-1/handed-over/2"))) == 1
