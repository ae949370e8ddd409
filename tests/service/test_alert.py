"""When the sync itself is in trouble the admin gets one mail a day, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from itn_sync import settings
from itn_sync.clock import Clock, clock_of
from itn_sync.config_service import Job
from itn_sync.domain.seen import DeedState
from itn_sync.gateways.forms import FORMS_READER
from itn_sync.gateways.gmail import MAILER
from itn_sync.ledger import Ledger
from itn_sync.ledger_runs import Runs
from itn_sync.worker import Worker
from tests.rehearsal import Rehearsal
from tests.service.service import copied, schedule, status

ADMIN = "admin@ecole.example"
EVERYTHING = (
    "https://www.googleapis.com/auth/spreadsheets",
    "https://www.googleapis.com/auth/drive.metadata.readonly",
    *FORMS_READER,
    *MAILER,
)
NO_FORMS = [scope for scope in EVERYTHING if scope not in FORMS_READER]
NO_MAIL = [scope for scope in EVERYTHING if scope not in MAILER]


@contextmanager
def worker(school: Rehearsal, *, days: float = 0) -> Iterator[Worker]:
    """The service of that school, without its schedule, so many days from now."""
    found = settings.load(school.home, {})
    clock = Clock(clock_of(found.workspace).ahead + timedelta(days=days))
    with closing(Runs(found.workspace.ledger_url)) as runs:
        yield Worker(school.home, {}, found, runs, clock)


def job_of(one: Worker) -> Job:
    return one.settings.service.jobs[0]


def run(school: Rehearsal, times: int = 1, *, days: float = 0) -> None:
    """So many runs of the service."""
    with worker(school, days=days) as one:
        for _ in range(times):
            one.do(job_of(one))


def delegate(school: Rehearsal, scopes: Any) -> None:
    school.control("PUT", "delegation", scopes=list(scopes))


@pytest.fixture(autouse=True)
def scheduled(school: Rehearsal) -> None:
    schedule(school)
    delegate(school, EVERYTHING)


def test_a_refused_credential_is_told_at_once_and_once_a_day(school: Rehearsal) -> None:
    delegate(school, NO_FORMS)
    run(school, 4)
    (mail,) = school.inbox(ADMIN)
    assert mail["subject"] == "À réparer : itn-sync n'a plus accès à Google"
    assert "Google refuse l'accès" in mail["text"]
    assert f"itn-sync check --home {school.home}" in " ".join(mail["text"].split())
    assert FORMS_READER[0] in mail["text"]
    assert "un passage n'a" in mail["text"]
    assert mail["text"].count("Réf. MSG-") == 1
    run(school, days=1)
    run(school, days=1)
    assert len(school.inbox(ADMIN)) == 2
    assert set(school.sent().values()) == {1}


def test_other_failures_are_told_when_they_last(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui")
    path = copied("rules.toml", school)
    text = path.read_text("utf-8")
    path.write_text(text.replace("max_mails_per_run = 1000", "max_mails_per_run = 0"), "utf-8")
    run(school, 2)
    assert school.inbox(ADMIN) == []
    run(school)
    (mail,) = school.inbox(ADMIN)
    assert mail["subject"] == "À réparer : la synchronisation itn-sync ne va pas au bout"
    assert "3 passages de suite" in mail["text"]
    assert "Par prudence" in mail["text"]
    assert "itn-sync run --force" in mail["text"]
    assert "Delvaux" not in mail["text"]
    told = status(school)
    assert told["failing"] is True
    assert told["failures_in_a_row"] == 3
    assert told["last_run"]["cause"] == "unsafe"
    assert told["alert"]["state"] == "done"
    assert school.worker("status").exit_code == 1


def test_one_good_run_and_the_count_begins_again(school: Rehearsal) -> None:
    delegate(school, [])
    run(school, 1)
    delegate(school, EVERYTHING)
    run(school)
    told = status(school)
    assert told["failures_in_a_row"] == 0
    assert told["well"] is True


def test_a_mistake_in_the_settings_made_while_the_service_runs_is_told(school: Rehearsal) -> None:
    with worker(school) as one:
        path = copied("rules.toml", school)
        path.write_text("late_request_seconds = 'soon'\n", "utf-8")
        for _ in range(3):
            one.do(job_of(one))
    (mail,) = school.inbox(ADMIN)
    assert "fichier de configuration contient une erreur" in mail["text"]
    assert "rules.toml:1: late_request_seconds" in mail["text"]


def test_when_the_mail_itself_cannot_go_out_the_log_and_the_status_say_so(
    school: Rehearsal, caplog: pytest.LogCaptureFixture
) -> None:
    school.answer("Delvaux", va="Oui")
    delegate(school, NO_MAIL)
    run(school)
    assert school.inbox(ADMIN) == []
    (line,) = [r.getMessage() for r in caplog.records if "event=alert" in r.getMessage()]
    assert "could not go out" in line
    assert MAILER[0] in line
    alert = status(school)["alert"]
    assert alert["state"] == "begun"
    assert alert["reason"] == "n'a pas pu partir : accès refusé"
    assert alert["reference"] in school.worker("status").stdout
    delegate(school, NO_FORMS)
    run(school)
    assert len(school.inbox(ADMIN)) == 1
    assert status(school)["alert"]["state"] == "done"


def test_an_unreadable_key_is_told_by_the_status_too(school: Rehearsal) -> None:
    (school.home / "google.toml").write_text(
        f'[google]\nroot_url = "{school.sandbox.url}"\ncredentials = "gone.json"\n', "utf-8"
    )
    run(school)
    told = status(school)
    assert told["last_run"]["cause"] == "credentials"
    assert "gone.json" in told["last_run"]["detail"]
    assert told["alert"]["reason"] == "n'a pas pu partir : accès refusé"


def test_an_alert_that_could_not_go_out_is_pointless_when_all_is_well(school: Rehearsal) -> None:
    delegate(school, NO_FORMS)
    school.fault(
        {"method": "gmail.users.drafts.send", "status": 403, "reason": "dailyLimitExceeded"}
    )
    run(school)
    assert len(school.drafts()) == 1
    school.fault()
    delegate(school, EVERYTHING)
    run(school)
    assert school.drafts() == []
    assert school.inbox(ADMIN) == []
    assert status(school)["alert"]["state"] == "superseded"


def test_yesterdays_unsent_alert_gives_way_to_todays(school: Rehearsal) -> None:
    delegate(school, [])
    run(school, days=-1)
    delegate(school, NO_FORMS)
    run(school)
    assert len(school.inbox(ADMIN)) == 1
    with closing(Ledger(settings.load(school.home, {}).workspace.ledger_url)) as ledger:
        assert sorted(deed.state for deed in ledger.deeds().values()) == ["done", "superseded"]


def test_without_an_admin_the_log_says_that_nobody_is_told(
    school: Rehearsal, caplog: pytest.LogCaptureFixture
) -> None:
    path = school.home / "config" / "workspace.toml"
    path.write_text(path.read_text("utf-8").replace(f'email = "{ADMIN}"', ""), "utf-8")
    delegate(school, NO_FORMS)
    run(school)
    assert any("[admin] email is not set" in r.getMessage() for r in caplog.records)
    assert school.mails() == []


def test_a_held_mail_is_the_admins_business(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui")
    run(school)
    with closing(Ledger(settings.load(school.home, {}).workspace.ledger_url)) as ledger:
        key = next(iter(ledger.deeds()))
        with ledger.lease():
            ledger.settle(key, DeedState.HELD, "envoi incertain", datetime.now(UTC))
    run(school, 3)
    (mail,) = school.inbox(ADMIN)
    held = status(school)["held"]
    assert len(held) == 1
    assert held[0] in mail["text"]
    assert "itn-sync settle" in mail["text"]
