"""Calls fail, lines drop, answers get lost: nothing twice, nothing lost, and the run ends well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from itn_sync.sandbox.server import serve
from tests.answers import crowd
from tests.rehearsal import MORNING, Rehearsal, staged

PEOPLE = 5
EARLIER = MORNING - timedelta(hours=2)

pytestmark = pytest.mark.usefixtures("hurried")

TROUBLES: dict[str, dict[str, Any]] = {
    "429": {"status": 429},
    "429 with Retry-After": {"status": 429, "retryAfter": "1", "times": 3},
    "503": {"status": 503},
    "dropped before": {"drop": "before"},
    "dropped after": {"drop": "after"},
    "time-out": {"latencyMs": 900},
    "HTML 502": {"html": True, "status": 502},
    "HTML 502 after the deed": {"html": True, "status": 502, "when": "after"},
    "half an answer": {"truncate": True},
}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """What the same registrations come to on a good day."""
    folder = tmp_path_factory.mktemp("good-day")
    with serve(folder / "workspace") as running, staged(running, folder / "home") as rehearsal:
        rehearsal.submit(crowd(PEOPLE, EARLIER))
        rehearsal.run()
        yield rehearsal


def run_until_done(school: Rehearsal, tries: int = 3) -> None:
    """Runs as a schedule would start them; the last one must end well."""
    outcomes = [school.worker("run")]
    while outcomes[-1].exit_code and len(outcomes) < tries:
        outcomes.append(school.worker("run"))
    assert outcomes[-1].exit_code == 0, [outcome.output for outcome in outcomes]


def assert_as_on_a_good_day(school: Rehearsal, undisturbed: Rehearsal) -> None:
    school.fault()
    assert set(school.sent().values()) == {1}
    assert school.received() == school.sent()
    school.run("--full")  # sweeps drafts that a lost answer left behind
    assert school.drafts() == []
    assert school.final_state() == undisturbed.final_state()


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_tenth_of_all_calls_fails(
    school: Rehearsal, undisturbed: Rehearsal, trouble: str
) -> None:
    school.submit(crowd(PEOPLE, EARLIER))
    school.fault({"probability": 0.1, "seed": 7, **TROUBLES[trouble]})
    run_until_done(school)
    assert school.struck() > 1
    assert_as_on_a_good_day(school, undisturbed)


def test_every_kind_of_trouble_at_once(school: Rehearsal, undisturbed: Rehearsal) -> None:
    school.submit(crowd(PEOPLE, EARLIER))
    school.fault(
        *({"probability": 0.02, "seed": n, **one} for n, one in enumerate(TROUBLES.values()))
    )
    run_until_done(school)
    assert_as_on_a_good_day(school, undisturbed)


@pytest.mark.parametrize(
    "fault",
    [
        {"method": "gmail.users.drafts.create", "drop": "after"},
        {"method": "gmail.users.drafts.create", "drop": "before"},
        {"method": "gmail.users.drafts.send", "drop": "after"},
        {"method": "gmail.users.drafts.send", "drop": "before"},
        {"method": "gmail.users.drafts.send", "status": 503, "when": "after"},
        {"method": "sheets.spreadsheets.batchUpdate", "drop": "after"},
        {"method": "sheets.spreadsheets.batchUpdate", "drop": "before"},
        {"method": "sheets.spreadsheets.values.batchUpdateByDataFilter", "drop": "after"},
        {"method": "oauth.token", "status": 503},
        {"method": "oauth.token", "drop": "before"},
    ],
    ids=lambda fault: "-".join(str(value) for value in fault.values()),
)
def test_one_lost_answer_is_made_good_in_the_same_run(
    school: Rehearsal, undisturbed: Rehearsal, fault: dict[str, Any]
) -> None:
    school.submit(crowd(PEOPLE, EARLIER))
    school.fault(fault | {"times": 1})
    school.run()
    assert school.struck() == 1
    assert_as_on_a_good_day(school, undisturbed)


def test_an_answer_that_is_late_is_not_asked_for_again(
    school: Rehearsal, undisturbed: Rehearsal
) -> None:
    """Gmail takes its time to send: the line is given up, but the mail leaves all the same."""
    school.submit(crowd(PEOPLE, EARLIER))
    school.fault({"method": "gmail.users.drafts.send", "latencyMs": 1500, "times": 1})
    school.run()
    assert_as_on_a_good_day(school, undisturbed)


def test_while_gmail_is_out_a_run_gives_up_soon(school: Rehearsal) -> None:
    """Otherwise hundreds of mails would each wait through every attempt."""
    school.submit(crowd(PEOPLE, EARLIER))
    school.fault({"method": "gmail.*", "status": 503})
    with school.watched() as calls:
        assert school.worker("run").exit_code == 1
    assert calls["gmail.users.drafts.create"] == 5
    assert {row["État"] for row in school.rows("Envois")} == {"En attente"}
    school.fault()
    school.run()
    assert set(school.sent().values()) == {1}
    assert {row["État"] for row in school.rows("Envois")} == {"Envoyé"}


def test_one_spreadsheet_that_cannot_be_read_stops_nothing_else(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui", ar="Oui", ar_details="Un ordinateur")
    school.fault({"method": "sheets.spreadsheets.get", "status": 403, "times": 1})
    result = school.worker("run")
    assert result.exit_code == 1
    school.fault()
    run_until_done(school)
    assert len(school.rows("AR")) == 1
    assert len(school.rows("Dossiers")) == 2
    assert set(school.sent().values()) == {1}
    assert school.plan("--full")["empty"]


def test_a_form_that_cannot_be_read_is_an_anomaly(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui")
    school.run()
    school.fault({"method": "forms.*", "status": 403})
    assert school.worker("run").exit_code == 1
    (line,) = school.rows("Anomalies")
    assert "n'a pas pu être lu" in line["Quoi"]
    school.fault()
    school.run()
    (line,) = school.rows("Anomalies")
    assert line["État"] == "Corrigée"
