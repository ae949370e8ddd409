"""Nobody at the school gets a mail at night, in a weekend or in the holidays (F31)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from itn_sync.domain.serials import SCHOOL_TIME
from tests.rehearsal import REFERENT_VA, Rehearsal
from tests.service.service import copied

STUDENT = "delvaux@etudiant.example"
SATURDAY = datetime(2026, 11, 28, 22, tzinfo=SCHOOL_TIME)
SUNDAY, MONDAY = SATURDAY + timedelta(hours=5), SATURDAY + timedelta(hours=34)


@pytest.fixture
def weekend(school: Rehearsal) -> Rehearsal:
    """A VA request made on a Saturday evening."""
    school.go_to(SATURDAY)
    school.answer("Delvaux", va="Oui")
    return school


def mailed(school: Rehearsal) -> set[str]:
    """Whom mails have reached."""
    return {mailbox for _, mailbox in school.received()}


def log(school: Rehearsal) -> tuple[str, str]:
    """What `Envois` says of the referent's mail."""
    row = school.row("Envois", "Message", "Nouvelle demande")
    return row["État"], row["Explication"]


def test_the_student_hears_at_once_and_the_referent_on_monday(weekend: Rehearsal) -> None:
    report = weekend.run()
    assert (report["mails_sent"], len(report["later"]), report["complete"]) == (1, 1, True)
    assert mailed(weekend) == {STUDENT}
    assert log(weekend) == ("En attente", "partira le lundi 30 novembre à 8 h")
    assert weekend.drafts() == []
    weekend.go_to(SUNDAY)
    planned = weekend.plan()
    assert planned["empty"]
    assert [mail["waits"] for mail in planned["waiting"]] == ["partira le lundi 30 novembre à 8 h"]
    assert weekend.run()["mails_sent"] == 0
    weekend.go_to(MONDAY)
    weekend.run()
    assert mailed(weekend) >= {STUDENT, REFERENT_VA}
    assert log(weekend) == ("Envoyé", "")
    assert set(weekend.sent().values()) == {1}
    assert weekend.run()["mails_sent"] == 0


def test_a_run_says_in_words_that_mails_wait(weekend: Rehearsal) -> None:
    assert "1 that wait for office hours" in " ".join(weekend.worker("plan").stdout.split())
    assert "1 mails wait for office hours" in weekend.worker("run").stdout


def test_a_school_may_make_the_acknowledgement_wait_too(weekend: Rehearsal) -> None:
    rules = copied("rules.toml", weekend)
    text = rules.read_text("utf-8")
    changed = text.replace("acknowledge_at_once = true", "acknowledge_at_once = false")
    assert changed != text
    rules.write_text(changed, "utf-8")
    assert weekend.run()["mails_sent"] == 0
    weekend.go_to(MONDAY)
    weekend.run()
    assert mailed(weekend) >= {STUDENT, REFERENT_VA}


@pytest.mark.parametrize(
    ("instant", "waiting"), [("2026-11-30T07:59", 1), ("2026-11-30T08:00", 0), ("2026-11-30", 0)]
)
def test_another_moment_is_named_in_belgian_time(
    weekend: Rehearsal, instant: str, waiting: int
) -> None:
    assert len(weekend.plan("--now", instant)["waiting"]) == waiting


def test_what_is_no_moment_is_told(weekend: Rehearsal) -> None:
    result = weekend.worker("plan", "--now", "demain")
    assert result.exit_code == 2
    assert "--now" in result.stderr
