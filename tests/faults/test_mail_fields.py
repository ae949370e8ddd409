"""Sender, copies and conversation of a mail, as people see them in their mailboxes."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from itn_sync.domain.seen import DeedState
from itn_sync.sandbox.seed import WORKER
from tests.posting import LEA, Desk, a_mail, desk
from tests.rehearsal import Rehearsal

SECRETARIAT = "absences@ecole.example"
FIRST, SECOND, THIRD = (f"warning/math1/ETU-1/{step}" for step in (10, 20, 30))
GMAIL = "gmail/v1/users/me"


@pytest.fixture
def post(school: Rehearsal, tmp_path: Path) -> Desk:
    """The school's outgoing mail."""
    return desk(tmp_path / "desk", school.sandbox.url, school.sandbox.credentials)


def accept(school: Rehearsal, status: str = "accepted") -> None:
    """Whether Gmail lets the mailbox write as the secretariat."""
    alias = {"sendAsEmail": SECRETARIAT, "verificationStatus": status}
    school.control("POST", "import", mailboxes=[{"address": WORKER, "sendAs": [alias]}])


def received(school: Rehearsal, address: str = LEA) -> list[dict[str, Any]]:
    """The mails of a mailbox, oldest first."""
    found: list[dict[str, Any]] = school.control("GET", f"mailboxes/{address}")["messages"]
    return found[::-1]


def test_a_mail_is_from_the_secretariat_with_copies(school: Rehearsal, post: Desk) -> None:
    accept(school)
    report = post.send(
        a_mail(
            sender=SECRETARIAT,
            sender_name="Secrétariat CESS",
            reply_to="cess@ecole.example",
            cc=("coordination@ecole.example", "Coordination@ecole.example", LEA),
        )
    )
    assert report.is_complete
    (mail,) = received(school)
    assert mail["headers"]["From"].endswith(f"<{SECRETARIAT}>")
    assert "Secrétariat CESS" in mail["from"]
    assert mail["headers"]["Reply-To"] == "cess@ecole.example"
    assert len(received(school, "coordination@ecole.example")) == 1


def test_a_sender_that_is_no_alias_stops_its_own_mails_only(school: Rehearsal, post: Desk) -> None:
    accept(school, "pending")
    mails = [a_mail(FIRST, sender=SECRETARIAT), a_mail(SECOND), a_mail(THIRD, sender=SECRETARIAT)]
    report = post.send(*mails)
    assert report.mails_sent == 1
    assert len(report.waiting) == 2
    (failure,) = report.failures
    assert f"the sender {SECRETARIAT} is not an accepted alias" in failure
    assert "[mail].absences_from" in failure
    accept(school)
    assert post.send(*mails).mails_sent == 2
    assert len(received(school)) == 3


def test_a_copy_to_no_address_is_left_out(school: Rehearsal, post: Desk) -> None:
    report = post.send(a_mail(cc=("pas une adresse", "", "coordination@ecole.example")))
    assert report.is_complete
    (mail,) = received(school)
    assert mail["headers"]["Cc"] == "coordination@ecole.example"
    assert [line for line in post.told if "a copy is left out" in line]
    assert not [line for line in post.told if "pas une adresse" in line]


def test_a_copy_to_an_invented_address_never_leaves_for_google(
    school: Rehearsal, post: Desk
) -> None:
    post.reserved_allowed = False
    post.send(a_mail(recipient="lea@ecole.be", cc=("coordination@ecole.example",)))
    (mail,) = [m for m in received(school, WORKER) if "SENT" in m["labelIds"]]
    assert "Cc" not in mail["headers"]


def test_a_later_warning_joins_the_conversation_of_the_first(school: Rehearsal, post: Desk) -> None:
    post.send(a_mail(FIRST))
    again = {"name": "Léa", "text": "16 périodes.", "subject": "Un autre objet"}
    post.send(a_mail(SECOND, follows=FIRST, context=again))
    post.send(a_mail(THIRD, follows=SECOND, context=again))
    first, second, third = received(school)
    assert (second["subject"], third["subject"]) == ("Re: Vos absences", "Re: Vos absences")
    assert second["headers"]["In-Reply-To"] == first["headers"]["Message-ID"]
    chain = [first["headers"]["Message-ID"], second["headers"]["Message-ID"]]
    assert third["headers"]["References"].split() == chain
    assert len({m["threadId"] for m in (first, second, third)}) == 1
    ours = {m["threadId"] for m in received(school, WORKER) if "SENT" in m["labelIds"]}
    assert ours == {post.trace(FIRST).thread_id}


def test_a_first_mail_that_never_went_out_or_is_gone_is_not_followed(
    school: Rehearsal, post: Desk
) -> None:
    post.send(a_mail(FIRST, recipient="pas une adresse"))
    post.send(a_mail(SECOND, follows=FIRST))
    assert post.trace(FIRST).deed.state is DeedState.FAILED
    school.call(WORKER, "DELETE", f"{GMAIL}/threads/{post.trace(SECOND).thread_id}")
    assert post.send(a_mail(THIRD, follows=SECOND)).is_complete
    assert [m["subject"] for m in received(school)] == ["Vos absences"] * 2


def test_the_edited_first_mail_is_followed_all_the_same(school: Rehearsal, post: Desk) -> None:
    """A person sent the draft under another subject, without the header that holds the key."""
    post.send(a_mail(FIRST, by_hand=True))
    draft = post.trace(FIRST).draft_id
    rewrite(school, draft, "Parlons de vos absences")
    post.send()
    school.call(WORKER, "POST", f"{GMAIL}/drafts/send", id=draft)
    post.send()
    post.send(a_mail(SECOND, follows=FIRST))
    assert [m["subject"] for m in received(school)] == [
        "Parlons de vos absences",
        "Re: Parlons de vos absences",
    ]
    assert len({m["threadId"] for m in received(school)}) == 1


def rewrite(school: Rehearsal, draft_id: str, subject: str) -> None:
    """A person writes the draft anew in an editor that knows nothing of our headers."""
    raw = f"From: {WORKER}\r\nTo: {LEA}\r\nSubject: {subject}\r\n\r\nBonjour\r\n".encode()
    message = {"raw": base64.urlsafe_b64encode(raw).decode()}
    school.call(WORKER, "PUT", f"{GMAIL}/drafts/{draft_id}", message=message)


@pytest.mark.parametrize("fault", ["before", "after"])
def test_a_lost_answer_in_a_conversation_sends_one_mail(
    school: Rehearsal, post: Desk, fault: str
) -> None:
    post.send(a_mail(FIRST))
    for method in ("create", "send"):
        school.fault({"method": f"gmail.users.drafts.{method}", "drop": fault, "times": 1})
        key = f"{SECOND}/{method}"
        report = post.send(a_mail(key, follows=FIRST))
        assert report.is_complete, report
        assert post.trace(key).deed.state is DeedState.DONE
    assert len(received(school)) == 3
    assert len({m["threadId"] for m in received(school)}) == 1


def test_a_bounce_names_the_address_that_failed(school: Rehearsal, post: Desk) -> None:
    copy = "parti@ecole.example"
    school.control("POST", "import", bouncing=[LEA, copy])
    post.send(a_mail(FIRST, cc=(copy,)), a_mail(SECOND, recipient="bon@ecole.example"))
    with post.correspondent() as sender:
        box = sender.office.mailbox
        thread = post_thread(sender.office.ledger, FIRST)
        assert box.bounced(thread) in {LEA, copy}
        assert box.bounced(thread, {LEA.upper()}) == LEA
        assert box.bounced(thread, {"autre@ecole.example"}) == ""
        assert box.bounced(post_thread(sender.office.ledger, SECOND)) == ""
        assert box.bounced("18f0000000000000") == ""


def post_thread(ledger: Any, key: str) -> str:
    """The conversation of a mail."""
    return str(ledger.trace(key).thread_id)
