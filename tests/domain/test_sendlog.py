"""`Envois`: one row per recipient, with its state, why, and why not (F32, S64)."""

from __future__ import annotations

import pytest

from itn_sync.domain.actions import NotSent, SendMail, WriteRow
from itn_sync.domain.codes import reference
from itn_sync.domain.seen import Deed, DeedState, Row, Seen
from itn_sync.domain.sendlog import MESSAGE_LABEL, logged_state, mail_rows
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
