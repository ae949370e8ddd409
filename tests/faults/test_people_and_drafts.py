"""A draft that a person edited, sent or deleted between a crash and the next run is respected."""

from __future__ import annotations

import base64
import time

import pytest

from itn_sync.sandbox.seed import WORKER
from tests.rehearsal import REFERENT_VA, Rehearsal

GMAIL = "gmail/v1/users/me"


@pytest.fixture
def draft_id(school: Rehearsal) -> str:
    """The owner's mail was drafted, and Gmail was out when it was to be sent."""
    school.answer("Delvaux", va="Oui")
    school.fault({"method": "gmail.users.drafts.send", "status": 403, "reason": "quotaExceeded"})
    assert school.worker("run").exit_code == 1
    school.fault()
    (found,) = school.drafts()
    return str(found["draftId"])


def only_message(school: Rehearsal, address: str) -> dict[str, str]:
    (mail,) = school.inbox(address)
    return mail


def test_an_untouched_draft_goes_out_once(school: Rehearsal, draft_id: str) -> None:
    assert draft_id
    school.run()
    school.run()
    assert len(school.inbox(REFERENT_VA)) == 1
    assert school.drafts() == []
    assert set(school.sent().values()) == {1}


def test_an_edited_draft_goes_out_as_edited(school: Rehearsal, draft_id: str) -> None:
    draft = school.call(WORKER, "GET", f"{GMAIL}/drafts/{draft_id}?format=raw")
    raw = base64.urlsafe_b64decode(draft["message"]["raw"])
    edited = raw.replace(b"Bonjour", b"Bonsoir")
    assert edited != raw
    message = {"raw": base64.urlsafe_b64encode(edited).decode()}
    school.call(WORKER, "PUT", f"{GMAIL}/drafts/{draft_id}", message=message)
    school.run()
    (mail,) = [m for m in school.mails() if "INBOX" in m["labelIds"] and "Bonsoir" in m["text"]]
    assert mail["headers"]["X-ITN-Sync-Key"]
    assert set(school.sent().values()) == {1}
    assert len(school.sent()) == 2


def test_a_draft_that_a_person_sent_is_not_sent_again(school: Rehearsal, draft_id: str) -> None:
    school.call(WORKER, "POST", f"{GMAIL}/drafts/send", id=draft_id)
    school.run()
    assert set(school.sent().values()) == {1}
    assert len(school.sent()) == 2
    assert {row["État"] for row in school.rows("Envois")} == {"Envoyé"}


def test_a_draft_that_a_person_deleted_stays_deleted(school: Rehearsal, draft_id: str) -> None:
    school.call(WORKER, "DELETE", f"{GMAIL}/drafts/{draft_id}")
    school.run()
    school.run("--full")
    assert len(school.sent()) == 1
    states = [row["État"] for row in school.rows("Envois")]
    assert sorted(states) == ["Envoyé", "Repris à la main"]


def test_what_nobody_can_tell_is_held_for_a_person(school: Rehearsal) -> None:
    """The line dropped at the sending, the worker died, and then the draft was gone."""
    school.answer("Delvaux", va="Oui")
    school.fault({"method": "gmail.users.drafts.send", "drop": "before", "times": 1})
    worker = school.process("run")
    while not school.struck():
        time.sleep(0.01)
    time.sleep(0.5)
    worker.kill()
    worker.communicate()
    for draft in school.drafts():
        school.call(WORKER, "DELETE", f"{GMAIL}/drafts/{draft['draftId']}")
    time.sleep(2)
    result = school.worker("run")
    assert result.exit_code == 1
    assert "held" in result.stderr
    states = sorted(row["État"] for row in school.rows("Envois"))
    assert states == ["Envoyé", "À vérifier"]
    assert len(school.plan()["held"]) == 1
    school.run("--full")
    assert len(school.sent()) == 1
