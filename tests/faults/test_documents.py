"""Letters as Google Docs: one each, whatever is lost, killed, renamed or thrown away."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import requests

from itn_sync.domain.seen import DeedState, Seen
from itn_sync.domain.sendlog import mail_problems, mail_rows
from itn_sync.sandbox.seed import WORKER
from tests.posting import Desk, a_document, desk
from tests.rehearsal import SECRETARY, Rehearsal

KEY = "letter/math1/ETU-1/10"
LETTER = a_document()
CREATE = "drive.files.create"


@pytest.fixture
def registry(school: Rehearsal, tmp_path: Path) -> Desk:
    """Where the school's letters are written."""
    return desk(tmp_path / "desk", school.sandbox.url, school.sandbox.credentials)


def files(school: Rehearsal, kind: str = "document") -> list[dict[str, Any]]:
    """Our files of a kind, in the bin too."""
    query = f"mimeType = 'application/vnd.google-apps.{kind}' and 'me' in owners"
    fields = "files(id,name,trashed,parents,appProperties,permissions(emailAddress))"
    path = f"drive/v3/files?q={query}&fields={fields}"
    found: list[dict[str, Any]] = school.call(WORKER, "GET", path)["files"]
    return [file for file in found if file.get("appProperties")]


def state(registry: Desk) -> DeedState:
    return registry.trace(KEY).deed.state


def test_a_letter_is_a_document_in_a_folder_that_the_secretariat_may_open(
    school: Rehearsal, registry: Desk
) -> None:
    report, unsettled = registry.write(LETTER)
    assert (report.documents_made, unsettled, report.is_complete) == (1, set(), True)
    (file,) = files(school)
    (folder,) = files(school, "folder")
    assert (file["name"], folder["name"]) == ("Courrier – Léa Été", "Courriers")
    assert file["parents"] == [folder["id"]]
    page = requests.get(f"{school.sandbox.url}document/d/{file['id']}/edit", timeout=20)
    assert page.status_code in {200, 403}
    path = f"drive/v3/files/{file['id']}?fields=name"
    assert school.call(SECRETARY, "GET", path)["name"] == "Courrier – Léa Été"
    with registry.registrar() as registrar:
        text = registrar.binder.taken(file["id"], "text/plain").decode()
    assert "10 périodes sur 80." in text
    assert registry.trace(KEY).deed.reference in text


def test_the_log_shows_what_was_made_and_where_it_is(registry: Desk) -> None:
    registry.write(LETTER)
    deed, trace = registry.trace(KEY).deed, registry.trace(KEY)
    (row,) = mail_rows([a_document(template="absence_letter")], Seen(deeds={KEY: deed}))
    assert (row.cells["message"], row.cells["state"]) == ("Courrier", "Document fait")
    assert row.cells["reason"] == f"https://docs.google.com/document/d/{trace.message_id}/edit"
    assert row.cells["at"]


def test_letters_are_made_once_and_share_a_folder(school: Rehearsal, registry: Desk) -> None:
    letters = [a_document(f"letter/{n}") for n in range(5)]
    registry.write(*letters[:3])
    registry.write(*letters)
    registry.write(*letters)
    assert len(files(school)) == 5
    assert len(files(school, "folder")) == 1
    assert len({file["appProperties"]["itn-sync"] for file in files(school)}) == 5


def test_a_key_of_any_length_has_a_mark_that_drive_takes(school: Rehearsal, registry: Desk) -> None:
    key = f"letter/{'é' * 300}"
    report, _ = registry.write(a_document(key))
    assert report.is_complete
    assert len(files(school)) == 1


def test_people_may_rename_move_edit_and_throw_away(school: Rehearsal, registry: Desk) -> None:
    registry.write(LETTER)
    (file,) = files(school)
    school.call(WORKER, "PATCH", f"drive/v3/files/{file['id']}", name="Léa", trashed=True)
    registry.write(LETTER)
    assert len(files(school)) == 1


def test_a_folder_that_config_names_is_used(school: Rehearsal, tmp_path: Path) -> None:
    kind = "application/vnd.google-apps.folder"
    own = school.call(WORKER, "POST", "drive/v3/files", name="À poster", mimeType=kind)["id"]
    more = f'\n[folders]\nletters = "{own}"\n'
    where = (school.sandbox.url, school.sandbox.credentials)
    registry = desk(tmp_path / "named", *where, workspace=more)
    registry.write(LETTER)
    (file,) = files(school)
    assert file["parents"] == [own]


def test_a_named_folder_that_is_not_there_is_told_and_waits(
    school: Rehearsal, tmp_path: Path
) -> None:
    more = f'\n[folders]\nletters = "{"1Nulle" * 5}"\n'
    where = (school.sandbox.url, school.sandbox.credentials)
    registry = desk(tmp_path / "named", *where, workspace=more)
    report, unsettled = registry.write(LETTER)
    assert unsettled == {KEY}
    assert "404" in report.failures[0]
    assert state(registry) is DeedState.BEGUN


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_lost_answer_makes_one_letter(school: Rehearsal, registry: Desk, drop: str) -> None:
    registry.write(a_document("letter/first"))
    school.fault({"method": CREATE, "drop": drop, "times": 1})
    report, unsettled = registry.write(LETTER)
    assert (report.is_complete, unsettled) == (True, set())
    assert len(files(school)) == 2


def test_a_list_that_lags_is_waited_for_before_a_letter_is_made_again(
    school: Rehearsal, registry: Desk
) -> None:
    """Found absent too early, nothing is made; the request was only late."""
    school.fault({"method": CREATE, "latencyMs": 1500, "times": 1})
    worker = registry.in_a_process(documents=(a_document("letter/first"), LETTER))
    killed_while_making(school, worker)
    time.sleep(2)
    school.fault()
    report, unsettled = registry.write(a_document("letter/first"), LETTER)
    assert (report.is_complete, unsettled) == (True, set())
    assert len(files(school)) == 2
    assert len(files(school, "folder")) == 1


def killed_while_making(school: Rehearsal, worker: Any) -> None:
    while not school.struck():
        time.sleep(0.01)
    worker.kill()
    worker.communicate()


@pytest.mark.parametrize("nth", range(1, 8))
def test_killed_at_any_call_there_is_one_letter(
    school: Rehearsal, registry: Desk, nth: int
) -> None:
    school.control("DELETE", "requests")
    worker = registry.in_a_process(documents=(a_document("letter/first"), LETTER))
    while worker.poll() is None and school.sandbox.tenant.log.summary()["total"] < nth:
        time.sleep(0.001)
    worker.kill()
    worker.communicate()
    time.sleep(1)
    report, unsettled = registry.write(a_document("letter/first"), LETTER)
    assert (report.is_complete, unsettled) == (True, set())
    assert len(files(school)) == 2


def test_a_refusal_is_told_and_may_be_tried_again(school: Rehearsal, registry: Desk) -> None:
    registry.write(a_document("letter/first"))
    school.fault({"method": CREATE, "status": 403, "reason": "storageQuotaExceeded"})
    report, unsettled = registry.write(LETTER)
    assert unsettled == set()
    deed = registry.trace(KEY).deed
    assert (deed.state, deed.reason) == (DeedState.FAILED, "refusé par Drive : erreur 403")
    (problem,) = mail_problems({KEY: deed})
    assert "Le document" in problem.what
    assert "settle" in problem.mend
    assert report.documents_made == 0
    school.fault()
    with registry.ledger() as ledger:
        ledger.forget(KEY)
    assert registry.write(LETTER)[0].documents_made == 1


def test_an_outage_stops_after_a_few_and_everything_is_made_later(
    school: Rehearsal, registry: Desk
) -> None:
    letters = tuple(a_document(f"letter/{n}") for n in range(8))
    registry.write(a_document("letter/first"))
    school.fault({"method": CREATE, "status": 503})
    report, unsettled = registry.write(*letters)
    assert len(unsettled) == len(report.waiting) == 8
    school.fault()
    time.sleep(1)
    report, unsettled = registry.write(*letters)
    assert (report.is_complete, len(files(school))) == (True, 9)


def test_a_template_that_cannot_be_written_is_told_and_begins_nothing(
    school: Rehearsal, registry: Desk
) -> None:
    report, unsettled = registry.write(a_document(context={"title": "x"}))
    assert unsettled == {KEY}
    assert "document.html:1: 'text' is undefined" in report.failures[0]
    assert files(school) == []
