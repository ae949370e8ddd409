"""A draft left for a person: sent, edited, deleted, pointless, and every crash between."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from itn_sync.domain.actions import NotSent
from itn_sync.domain.seen import DeedState, Row, Seen, Table
from itn_sync.domain.sendlog import mail_rows
from itn_sync.domain.tabs import Book
from itn_sync.gateways.sheet_snapshot import Snapshot
from itn_sync.rebuild import rebuilt_deeds
from itn_sync.sandbox.seed import WORKER
from tests.faults.test_mail_fields import FIRST, GMAIL, SECOND, received, rewrite
from tests.posting import Desk, a_mail, desk
from tests.rehearsal import Rehearsal

LEFT = a_mail(FIRST, by_hand=True)


@pytest.fixture
def post(school: Rehearsal, tmp_path: Path) -> Desk:
    """The school's outgoing mail."""
    return desk(tmp_path / "desk", school.sandbox.url, school.sandbox.credentials)


@pytest.fixture
def draft(post: Desk) -> str:
    """The id of the draft that a run left for a person."""
    report = post.send(LEFT)
    assert report.is_complete
    assert (report.mails_sent, report.drafts_left) == (0, 1)
    return post.trace(FIRST).draft_id


def state(post: Desk, key: str = FIRST) -> DeedState:
    return post.trace(key).deed.state


def drafts(school: Rehearsal) -> int:
    return len(school.call(WORKER, "GET", f"{GMAIL}/drafts").get("drafts", []))


def by_person(school: Rehearsal, draft_id: str) -> None:
    """Somebody presses «Envoyer» in Gmail's own page: the draft id stays, on the sent mail."""
    school.control("POST", "import", sentByPerson=[{"address": WORKER, "draftId": draft_id}])


def by_program(school: Rehearsal, draft_id: str) -> None:
    """The draft is sent and gone, under a new message id."""
    school.call(WORKER, "POST", f"{GMAIL}/drafts/send", id=draft_id)


def delete(school: Rehearsal, draft_id: str) -> None:
    school.call(WORKER, "DELETE", f"{GMAIL}/drafts/{draft_id}")


@pytest.mark.usefixtures("draft")
def test_a_left_draft_is_no_ones_trouble_run_after_run(school: Rehearsal, post: Desk) -> None:
    for _ in range(2):
        report = post.send(LEFT)
        assert report.is_complete
        assert report.drafts_left == 0
    assert (state(post), drafts(school), received(school)) == (DeedState.LEFT, 1, [])
    seen = Seen(deeds={FIRST: post.trace(FIRST).deed})
    (row,) = mail_rows([replace(LEFT, template="absence_warning")], seen)
    assert (row.cells["state"], row.cells["at"]) == ("Brouillon à envoyer", None)


@pytest.mark.parametrize("send", [by_person, by_program])
@pytest.mark.parametrize("subject", ["", "Vos absences", "Parlons-nous"])
def test_what_a_person_sends_is_done_however_they_edited_it(
    school: Rehearsal, post: Desk, draft: str, send: object, subject: str
) -> None:
    if subject:
        rewrite(school, draft, subject)
        post.send(LEFT)
    assert callable(send)
    send(school, draft)
    post.send(LEFT)
    assert state(post) is DeedState.DONE
    assert len(received(school)) == 1
    (sent,) = school.control("GET", f"mailboxes/{WORKER}")["messages"]
    assert post.trace(FIRST).message_id == sent["id"]
    post.send(a_mail(FIRST))
    assert len(received(school)) == 1


def test_what_was_sent_in_the_conversation_before_is_not_the_draft(
    school: Rehearsal, post: Desk
) -> None:
    post.send(a_mail(FIRST))
    thread = post.trace(FIRST).thread_id
    time.sleep(1)
    left = a_mail(SECOND, follows=FIRST, by_hand=True)
    post.send(left)
    assert post.trace(SECOND).thread_id == thread
    delete(school, post.trace(SECOND).draft_id)
    post.send(left)
    assert post.trace(SECOND).deed.state is DeedState.WITHDRAWN


def test_a_deleted_draft_stays_deleted(school: Rehearsal, post: Desk, draft: str) -> None:
    delete(school, draft)
    for _ in range(2):
        assert post.send(LEFT).is_complete
    deed = post.trace(FIRST).deed
    assert (deed.state, deed.reason) == (
        DeedState.WITHDRAWN,
        "le brouillon a été supprimé par une personne",
    )
    assert drafts(school) == 0


def test_a_draft_that_is_no_longer_wanted_by_any_rule_is_looked_at_all_the_same(
    school: Rehearsal, post: Desk, draft: str
) -> None:
    by_program(school, draft)
    assert post.send().is_complete
    assert state(post) is DeedState.DONE


@pytest.mark.usefixtures("draft")
def test_a_change_of_mode_sends_the_same_draft(school: Rehearsal, post: Desk) -> None:
    report = post.send(a_mail(FIRST))
    assert (report.mails_sent, drafts(school)) == (1, 0)
    assert len(received(school)) == 1
    assert post.send(a_mail(FIRST)).mails_sent == 0


@pytest.mark.usefixtures("draft")
def test_a_pointless_draft_is_taken_back(school: Rehearsal, post: Desk) -> None:
    post.send(a_mail(SECOND, supersedes=(FIRST,)))
    assert (state(post), drafts(school)) == (DeedState.SUPERSEDED, 0)
    assert len(received(school)) == 1


def test_a_pointless_draft_that_was_sent_is_done(school: Rehearsal, post: Desk, draft: str) -> None:
    by_person(school, draft)
    post.send(not_sent=(NotSent(SECOND, "", "hello", "", "", supersedes=(FIRST,)),))
    assert state(post) is DeedState.DONE
    assert len(received(school)) == 1


@pytest.mark.usefixtures("draft")
def test_a_draft_is_taken_back_for_a_reason_that_people_read(school: Rehearsal, post: Desk) -> None:
    with post.correspondent() as sender:
        assert sender.take_back({FIRST: "justificatif du 12/11, taux 8,3 %"}) == set()
    assert post.trace(FIRST).deed.reason == "justificatif du 12/11, taux 8,3 %"
    assert drafts(school) == 0


@pytest.mark.usefixtures("draft")
def test_gmail_out_of_reach_is_no_trouble_for_drafts(school: Rehearsal, post: Desk) -> None:
    school.fault({"method": "gmail.users.drafts.get", "status": 403, "reason": "forbidden"})
    report = post.send()
    assert report.is_complete
    assert state(post) is DeedState.LEFT
    assert [line for line in post.told if "left drafts" in line]


def test_a_left_draft_outlives_a_lost_ledger(school: Rehearsal, post: Desk, draft: str) -> None:
    """The log says that it waits for a person: its draft is taken up, never made again."""
    gone = a_mail(SECOND, by_hand=True)
    post.send(gone)
    delete(school, post.trace(SECOND).draft_id)
    rows = {key: Row(key, {"state": "Brouillon à envoyer"}) for key in (FIRST, SECOND)}
    book = SimpleNamespace(read=lambda: Snapshot({"envois": Table(rows)}, {}))
    with post.correspondent() as sender:
        box = sender.office.mailbox
        found = rebuilt_deeds({Book.TRACKING: cast(Any, book)}, box, datetime.now(UTC))
        for key in (FIRST, SECOND):
            sender.office.ledger.forget(key)
        sender.office.ledger.restore(found)
    assert (state(post), state(post, SECOND)) == (DeedState.BEGUN, DeedState.HELD)
    post.send(LEFT)
    assert (state(post), drafts(school)) == (DeedState.LEFT, 1)
    assert post.trace(FIRST).draft_id == draft


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_lost_answer_leaves_one_draft(school: Rehearsal, post: Desk, drop: str) -> None:
    school.fault({"method": "gmail.users.drafts.create", "drop": drop, "times": 1})
    assert post.send(LEFT).is_complete
    assert (state(post), drafts(school)) == (DeedState.LEFT, 1)


@pytest.mark.parametrize(
    "method", ["gmail.users.drafts.create", "gmail.users.drafts.get", "gmail.users.drafts.delete"]
)
def test_killed_at_any_call_there_is_one_draft_or_one_mail(
    school: Rehearsal, post: Desk, method: str
) -> None:
    """The process dies while it waits for the answer; then the mode changes."""
    if method.endswith("delete"):
        post.send(LEFT)
        wanted = (a_mail(SECOND, supersedes=(FIRST,)),)
    else:
        wanted = (LEFT,)
    school.fault({"method": method, "latencyMs": 1500, "times": 1})
    worker = post.in_a_process(wanted)
    while not school.struck():
        time.sleep(0.01)
    worker.kill()
    worker.communicate()
    time.sleep(2)
    school.fault()
    assert post.send(*wanted).is_complete
    if method.endswith("delete"):
        assert (drafts(school), len(received(school))) == (0, 1)
        return
    assert (state(post), drafts(school)) == (DeedState.LEFT, 1)
    post.send(a_mail(FIRST))
    assert (drafts(school), len(received(school))) == (0, 1)


def test_an_unsure_sending_is_left_when_the_mode_became_by_hand(
    school: Rehearsal, post: Desk
) -> None:
    school.fault({"method": "gmail.users.drafts.send", "drop": "before", "times": 1})
    worker = post.in_a_process((a_mail(FIRST),))
    while not school.struck():
        time.sleep(0.01)
    worker.kill()
    worker.communicate()
    time.sleep(2)
    assert post.send(LEFT).is_complete
    assert (state(post), drafts(school), received(school)) == (DeedState.LEFT, 1, [])


@pytest.mark.parametrize("landed", [False, True])
def test_a_sending_cut_short_and_then_pointless_is_taken_back(
    school: Rehearsal, post: Desk, landed: bool
) -> None:
    """A certificate came after the answer was lost: what has not left must never leave."""
    drop = "after" if landed else "before"
    send = {"method": "gmail.users.drafts.send", "drop": drop}
    look = {"method": "gmail.users.threads.get", "status": 403}
    school.fault(send, look)
    post.send(a_mail(FIRST))
    school.fault()
    assert state(post) is DeedState.SENDING
    reason = NotSent(FIRST, "", "absence_warning", "", "plus atteint", supersedes=(FIRST,))
    time.sleep(1.1)
    post.send(not_sent=(reason,))
    assert (len(received(school)), drafts(school)) == (int(landed), 0)
    assert state(post) is (DeedState.DONE if landed else DeedState.SUPERSEDED)
