"""A draft that a person edited, sent or deleted between a crash and the next run is respected."""

from __future__ import annotations

import base64
import json
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


@pytest.fixture
def held(school: Rehearsal) -> str:
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
    result = school.worker("run", "--json")
    assert result.exit_code == 1
    (reference,) = json.loads(result.stdout)["held"]
    return str(reference)


def test_what_nobody_can_tell_is_held_for_a_person(school: Rehearsal, held: str) -> None:
    assert school.row("Envois", "Référence", held)["État"] == "À vérifier"
    (anomaly,) = school.rows("Anomalies")
    assert held in anomaly["Quoi"]
    assert anomaly["État"] == "À corriger"
    for words in (["run"], ["run", "--full"], ["plan"]):
        result = school.worker(*words)
        assert result.exit_code == 1
        assert held in result.output
    assert school.plan()["held"] == [held]
    assert len(school.sent()) == 1
    assert school.rows("Anomalies") == [anomaly]


def test_a_held_mail_that_never_left_is_sent_once_when_a_person_says_so(
    school: Rehearsal, held: str
) -> None:
    assert school.worker("settle", held, "--again").exit_code == 0
    report = school.run()
    assert (report["mails_sent"], report["held"]) == (1, [])
    assert school.run()["mails_sent"] == 0
    assert len(school.sent()) == 2
    assert set(school.sent().values()) == {1}
    assert {row["État"] for row in school.rows("Envois")} == {"Envoyé"}
    assert [row["État"] for row in school.rows("Anomalies")] == ["Corrigée"]


def test_a_held_mail_that_a_person_found_is_noted_as_sent(school: Rehearsal, held: str) -> None:
    assert school.worker("settle", held.lower(), "--sent").exit_code == 0
    assert school.run()["mails_sent"] == 0
    assert len(school.sent()) == 1
    assert school.row("Envois", "Référence", held)["État"] == "Envoyé"
    assert [row["État"] for row in school.rows("Anomalies")] == ["Corrigée"]


def test_only_a_mail_that_is_held_can_be_settled(school: Rehearsal) -> None:
    school.answer("Delvaux")
    school.run()
    (sent,) = [row["Référence"] for row in school.rows("Envois")]
    for words, complaint in (
        (["MSG-00000000", "--again"], "No mail has the reference"),
        ([sent, "--again"], "it is done"),
        ([sent, "--sent"], "it is done"),
        ([sent], "either --sent or --again"),
        ([sent, "--sent", "--again"], "either --sent or --again"),
    ):
        result = school.worker("settle", *words)
        assert result.exit_code == 2
        assert complaint in result.stderr
    assert school.run()["mails_sent"] == 0
