"""`[admin]`, `[service]` and `[[schedule]]`: what they mean, and what a mistake in them says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from itn_sync import settings
from itn_sync.config_files import packaged
from itn_sync.config_service import Work
from itn_sync.settings import ConfigError

SHIPPED = (packaged("config") / "workspace.toml").read_text("utf-8")
BARE = re.sub(r"\[\[schedule\]\]\n(?:\w.*\n)+|\[admin\]\n(?:\w.*\n)+", "", SHIPPED)


def load(home: Path, tables: str) -> settings.Settings:
    (home / "config").mkdir()
    (home / "config" / "workspace.toml").write_text(f"{BARE}\n{tables}", "utf-8")
    return settings.load(home, {})


def test_the_shipped_schedule_follows_up_by_day_and_reads_all_again_by_night(
    tmp_path: Path,
) -> None:
    service = settings.load(tmp_path, {}).service
    assert [(job.name, job.what, job.when) for job in service.jobs] == [
        ("suivi", Work.RUN, "*/15 7-19 * * mon-fri"),
        ("relecture", Work.FULL, "30 5 * * *"),
    ]
    assert service.admin == "admin@ecole.example"


def test_what_is_not_said(tmp_path: Path) -> None:
    service = load(tmp_path, "").service
    assert service.jobs == ()
    assert service.admin == ""
    assert (service.port, service.failures_before_mail, service.stuck_minutes) == (0, 3, 60)


def test_an_interval_and_the_rest(tmp_path: Path) -> None:
    tables = (
        '[[schedule]]\nname = "a"\nevery_minutes = 20\n'
        "[service]\nport = 8030\nfailures_before_mail = 2\nstuck_minutes = 30\n"
    )
    service = load(tmp_path, tables).service
    assert [(job.what, job.when) for job in service.jobs] == [(Work.RUN, "every 20 min")]
    assert (service.port, service.failures_before_mail, service.stuck_minutes) == (8030, 2, 30)


JOB = '[[schedule]]\nname = "suivi"\n'


@pytest.mark.parametrize(
    ("tables", "key", "told"),
    [
        (f'{JOB}cron = "0 7 * * 1-5"', "schedule[0].cron", "write mon, tue, wed, thu, fri"),
        (f'{JOB}cron = "7h"', "schedule[0].cron", 'write it like "*/15 7-19 * * mon-fri"'),
        (f'{JOB}cron = "0 0 30 feb *"', "schedule[0].cron", "is never due; correct it"),
        (JOB, "schedule[0]", "write one of the two"),
        (f'{JOB}every_minutes = 5\ncron = "0 7 * * *"', "schedule[0]", "write one of the two"),
        (f"{JOB}every_minutes = 0", "schedule[0].every_minutes", "write 1 or more"),
        (f'{JOB}every_minutes = 5\nwhat = "all"', "schedule[0].what", "unknown name"),
        (f"{JOB}every_minutes = 5\n{JOB}every_minutes = 6", "schedule", "give each its own"),
        ('[[schedule]]\nname = "Le soir"\nevery_minutes = 5', "schedule[0].name", "lower-case"),
        ('[admin]\nemail = "personne"', "admin.email", "is not an e-mail address"),
        ("[service]\nport = 99999", "service.port", "write 65535 or less"),
        ("[service]\nports = 1", "service.ports", 'remove it or write "port"'),
    ],
)
def test_a_mistake_names_its_key_and_remedy(
    tmp_path: Path, tables: str, key: str, told: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, tables)
    (mistake,) = caught.value.mistakes
    assert mistake.key == key
    assert told in mistake.told()


def test_a_mistake_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, f'{JOB}cron = "7h"')
    (mistake,) = caught.value.mistakes
    assert mistake.line == len(BARE.splitlines()) + 4
