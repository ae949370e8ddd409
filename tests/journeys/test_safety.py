"""A run that should not be made is not made, and says why (exit codes, the valve, the ledger)."""

from __future__ import annotations

import json
import re
import shutil
import time
from datetime import timedelta
from pathlib import Path

import pytest

from itn_sync.config_files import packaged
from itn_sync.sandbox.seed import WORKER
from tests.answers import crowd
from tests.rehearsal import REFERENT_VA, Rehearsal

ALIAS = "ne-pas-repondre@ecole.example"
SEND_AS = "gmail.users.settings.sendAs.list"


def own_config(school: Rehearsal, name: str) -> Path:
    """The school's own copy of a configuration file."""
    folder = school.home / "config"
    folder.mkdir(exist_ok=True)
    return Path(shutil.copy(packaged("config") / name, folder / name))


def allow_mails(school: Rehearsal, number: int) -> None:
    path = own_config(school, "rules.toml")
    text = path.read_text("utf-8")
    changed = re.sub(r"max_mails_per_run = \d+", f"max_mails_per_run = {number}", text)
    assert changed != text
    path.write_text(changed, "utf-8")


def test_two_runs_at_once(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui")
    school.fault({"method": "gmail.users.drafts.create", "latencyMs": 2000, "times": 1})
    first = school.process("run")
    while not school.struck():
        time.sleep(0.01)
    second = school.worker("run")
    assert second.exit_code == 3
    assert "lease" in second.stderr
    assert school.worker("plan").exit_code == 0  # looking is always allowed
    first.communicate()
    assert first.returncode == 0
    assert set(school.sent().values()) == {1}


def test_bad_settings_name_file_line_and_key(school: Rehearsal) -> None:
    path = own_config(school, "rules.toml")
    text = re.sub(r"(max_mails_per_run) = \d+", r"\1 = 'many'", path.read_text("utf-8"))
    path.write_text(text, "utf-8")
    line = next(n for n, one in enumerate(text.splitlines(), 1) if "'many'" in one)
    result = school.worker("run")
    assert result.exit_code == 2
    assert f"rules.toml:{line}" in result.stderr
    assert "max_mails_per_run" in result.stderr


def test_more_mails_than_allowed_need_a_human(school: Rehearsal) -> None:
    school.submit(crowd(6, school.now() - timedelta(hours=1)))
    allow_mails(school, 5)
    due = len(school.plan()["mails"])
    result = school.worker("run")
    assert result.exit_code == 1
    assert f"{due} mails" in result.stderr
    assert "5 allowed" in result.stderr
    assert school.sent() == {}
    assert school.grid("Feuille 1") == []
    assert len(school.plan()["unsafe"]) == 1
    school.run("--force")
    assert len(school.sent()) == due


def write_as(school: Rehearsal, address: str) -> None:
    path = own_config(school, "workspace.toml")
    text = path.read_text("utf-8")
    changed = text.replace(f'from_address = "{WORKER}"', f'from_address = "{address}"')
    assert changed != text
    path.write_text(changed, "utf-8")


def declare_alias(school: Rehearsal, status: str) -> None:
    alias = {"sendAsEmail": ALIAS, "verificationStatus": status}
    school.control("POST", "import", mailboxes=[{"address": WORKER, "sendAs": [alias]}])


def test_no_mail_leaves_under_an_address_that_gmail_would_replace(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui")
    write_as(school, ALIAS)
    declare_alias(school, "pending")
    result = school.worker("run")
    assert result.exit_code == 1
    told = f"mail_from {ALIAS} is not an accepted alias of {WORKER}"
    assert told in " ".join(result.stderr.split())
    assert (school.sent(), school.drafts()) == ({}, [])
    assert {row["État"] for row in school.rows("Envois")} == {"En attente"}
    declare_alias(school, "accepted")
    with school.watched() as calls:
        assert school.run()["mails_sent"] == 2
    assert calls[SEND_AS] == 1
    assert {m["from"].rpartition("<")[2] for m in school.mails()} == {f"{ALIAS}>"}
    with school.watched() as calls:
        school.run()
    assert SEND_AS not in calls


def test_aliases_that_cannot_be_read_keep_the_mails_waiting(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui")
    write_as(school, ALIAS)
    school.fault({"method": SEND_AS, "status": 400})
    result = school.worker("run")
    assert result.exit_code == 1
    assert "aliases" in result.stderr
    assert school.sent() == {}


def test_the_mailers_own_address_needs_no_question(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui")
    with school.watched() as calls:
        school.run()
    assert SEND_AS not in calls


@pytest.mark.parametrize(
    ("words", "reason"),
    [("Invalid To header", "adresse invalide"), ("Mail service not enabled", "erreur 400")],
)
def test_a_refusal_is_told_in_french(school: Rehearsal, words: str, reason: str) -> None:
    school.answer("Delvaux", va="Oui")
    refusal = {"status": 400, "reason": "failedPrecondition", "message": words}
    school.fault({"method": "gmail.users.drafts.send", **refusal})
    school.run()
    told = [row["Explication"] for row in school.rows("Envois")]
    assert told == [f"refusé par Gmail : {reason}"] * 2


def test_an_empty_form_where_there_were_answers_is_unsafe(school: Rehearsal) -> None:
    names = ("Adam", "Bodart", "Collard", "Dumont", "Evrard")
    registrations = [school.answer(name) for name in names]
    school.run()
    for registration in registrations:
        school.delete_answer(registration)
    result = school.worker("run", "--full")
    assert result.exit_code == 1
    assert "5 of 5" in result.stderr
    assert {row["État"] for row in school.rows("Inscriptions")} == {"Active"}
    school.run("--full", "--force")
    assert {row["État"] for row in school.rows("Inscriptions")} == {"Supprimée du formulaire"}


def test_apply_refuses_another_plan_than_the_one_that_was_read(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui")
    seen = school.plan()["fingerprint"]
    school.answer("Mertens", va="Oui")
    refused = school.worker("apply", "--expect", seen)
    assert refused.exit_code == 1
    assert seen in refused.stderr
    assert school.sent() == {}
    now = school.plan()["fingerprint"]
    assert school.worker("apply", "--expect", now).exit_code == 0
    assert len(school.sent()) == 4


def test_a_lost_ledger_is_noticed_and_rebuilt(school: Rehearsal) -> None:
    school.submit(crowd(6, school.now() - timedelta(hours=1)))
    school.run()
    before = school.final_state()
    for file in school.home.glob("itn-sync.db*"):
        file.unlink()
    refused = school.worker("run")
    assert refused.exit_code == 1
    assert "itn-sync rebuild" in refused.stderr
    assert school.worker("rebuild").exit_code == 0
    report = school.run()
    assert report["mails_sent"] == 0
    school.run("--full")
    assert school.final_state() == before
    school.answer("Delvaux", va="Oui")
    assert school.run()["mails_sent"] == 2


def test_a_ledger_lost_before_the_log_was_written_sends_nothing_twice(school: Rehearsal) -> None:
    """Mails left, the log says «waiting»: the sent mail itself tells that they did."""
    school.answer("Delvaux", va="Oui")
    school.fault({"method": "sheets.*.batchUpdateByDataFilter", "status": 403})
    assert school.worker("run").exit_code == 1
    school.fault()
    sent = school.sent()
    assert len(sent) == 2
    for file in school.home.glob("itn-sync.db*"):
        file.unlink()
    assert school.worker("rebuild").exit_code == 0
    school.run()
    assert school.sent() == sent
    assert {row["État"] for row in school.rows("Envois")} == {"Envoyé"}


def test_one_line_of_the_report_is_json(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui")
    result = school.worker("run", "--json")
    assert json.loads(result.stdout)["mails_sent"] == 2
    assert len(school.inbox(REFERENT_VA)) == 1
