"""A request that rests, over the days: who hears of it, when it stops, what comes back (S4, S115).

The answer is given on Tuesday 15 September 2026, so its first contact is due on Tuesday the 22nd;
the days are those on which a person starts the worker.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.answers import response
from tests.rehearsal import REFERENT_AR, REFERENT_VA, SECRETARY, Line, Rehearsal

COORDINATOR, DIRECTION = "coordination@ecole.example", "direction@ecole.example"
STUDENT = "delvaux@etudiant.example"
ASKED = datetime(2026, 9, 15, 7, tzinfo=UTC)
WHO = ("E-mail", STUDENT)


@pytest.fixture
def asked(school: Rehearsal) -> Rehearsal:
    """A school where one VA request was told to its owner on the day it was made."""
    answer = response("answer-1", ASKED, last_name="Delvaux", email=STUDENT, va="Oui")
    school.submit([answer])
    on(school, "2026-09-15")
    return school


def on(school: Rehearsal, day: str, hour: int = 10) -> Line:
    """The worker is started on that day."""
    return school.run("--now", f"{day}T{hour:02}:00:00")


def heard(school: Rehearsal, template: str) -> list[str]:
    """Who got mails with that subject."""
    return [
        m["mailbox"]
        for m in school.mails()
        if "INBOX" in m["labelIds"] and template in m["subject"]
    ]


REMINDER, ESCALATION = "Rappel : premier contact attendu", "attend toujours"


def test_a_late_case_is_told_to_the_owner_the_coordinator_and_the_direction(
    asked: Rehearsal,
) -> None:
    days = [date(2026, 9, 16) + timedelta(n) for n in range(20)]
    for day in days:
        on(asked, day.isoformat())
        steps = (day >= date(2026, 9, 28)) + (day >= date(2026, 10, 1))
        assert len(heard(asked, REMINDER)) == (day >= date(2026, 9, 23)), day
        assert len(heard(asked, ESCALATION)) == steps, day
    assert heard(asked, REMINDER) == [REFERENT_VA]
    assert sorted(heard(asked, ESCALATION)) == [COORDINATOR, DIRECTION]


def test_nobody_hears_of_a_case_whose_student_was_contacted(asked: Rehearsal) -> None:
    asked.write_cell("Dossiers", WHO, "Premier contact le", "21/09/2026", REFERENT_VA)
    for day in ("2026-09-23", "2026-09-28", "2026-10-01"):
        on(asked, day)
    assert heard(asked, REMINDER) + heard(asked, ESCALATION) == []
    assert asked.rows("Dossiers")[0]["Prochaine étape"] == "Noter la suite donnée, puis clore"


def test_a_case_that_is_handed_over_changes_hands_once(asked: Rehearsal) -> None:
    asked.write_cell("Dossiers", WHO, "Transmettre à", "referent.ar@ecole.example", SECRETARY)
    assert on(asked, "2026-09-16")["mails_sent"] == 2
    row = asked.rows("Dossiers")[0]
    assert row["E-mail du référent"] == REFERENT_AR
    assert row["Pourquoi ce référent"].startswith("transmis par")
    assert on(asked, "2026-09-16", 11)["mails_sent"] == 0
    assert set(asked.sent().values()) == {1}


def test_what_the_council_decides_comes_back_and_the_student_learns_the_outcome(
    asked: Rehearsal,
) -> None:
    asked.write_cell("Dossiers", WHO, "Statut", "Transmis au CE", REFERENT_VA)
    asked.write_cell("Dossiers", WHO, "Pièces reçues", "toutes", REFERENT_VA)
    on(asked, "2026-09-17")
    case = ("Étudiant", asked.rows("Transferts CE")[0]["Étudiant"])
    asked.write_cell("Transferts CE", case, "Décision", "Accordée", SECRETARY)
    asked.write_cell("Transferts CE", case, "Notifiée le", "18/09/2026", SECRETARY)
    on(asked, "2026-09-18")
    assert asked.rows("Dossiers")[0]["Décision du CE"] == "Accordée · notifiée le 18/09/2026"
    asked.write_cell("Dossiers", WHO, "Suite donnée", "VA accordée pour l'UE 3", REFERENT_VA)
    asked.write_cell("Dossiers", WHO, "Statut", "Clos", REFERENT_VA)
    for day in ("2026-09-18", "2026-09-21"):
        on(asked, day)
    (outcome,) = [m for m in asked.inbox(STUDENT) if "Suite donnée" in m["subject"]]
    assert "VA accordée pour l'UE 3" in outcome["text"]


def test_a_case_says_how_late_it_is_and_what_comes_next(asked: Rehearsal) -> None:
    on(asked, "2026-09-23")
    row = asked.rows("Dossiers")[0]
    assert row["Délai"] == "En retard"
    assert row["Prochaine étape"] == (
        "Contacter l'étudiant : en retard de 1 jour d'école (c'était pour le 22/09/2026)"
    )


def test_a_name_nobody_bears_is_a_line_in_anomalies_until_it_is_mended(asked: Rehearsal) -> None:
    asked.write_cell("Dossiers", WHO, "Transmettre à", "Vladimir", SECRETARY)
    on(asked, "2026-09-16")
    (line,) = [row for row in asked.rows("Anomalies") if "Transmettre à" in row["Où"]]
    assert "Vladimir" in line["Quoi"]
    asked.write_cell("Dossiers", WHO, "Transmettre à", "", SECRETARY)
    on(asked, "2026-09-16", 11)
    (line,) = [row for row in asked.rows("Anomalies") if "Transmettre à" in row["Où"]]
    assert line["État"] == "Corrigée"
