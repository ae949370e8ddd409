"""One student registers: who learns of it, where, and that it happens once (S17, S31-S34, S114)."""

from __future__ import annotations

import json

from itn_sync.sandbox.seed import WORKER
from tests.rehearsal import REFERENT_AR, REFERENT_VA, Rehearsal

SECRET = "Dyscalculie-secrète : tiers-temps"
DEMANDS = {
    "va": "Oui",
    "va_details": "Communication : concepts et outils",
    "ar": "Oui",
    "ar_details": SECRET,
    "digital": "Oui",
    "planning": "Oui",
    "question": "Quand commencent les cours ?",
}


def test_the_plan_shows_a_fresh_answer_and_changes_nothing(school: Rehearsal) -> None:
    school.post_form(**DEMANDS)
    plan = school.plan()
    tabs = [row["tab"] for row in plan["rows"] if row["action"] == "create"]
    assert tabs.count("inscriptions") == 1
    assert tabs.count("dossiers") == 5
    assert len(plan["mails"]) == 6  # five owners and the student
    assert {mail["plan"] for mail in plan["mails"]} == {"S114", "S115"}
    assert school.mails() == []
    text = school.worker("plan").output
    assert "Alix Durieux" in text


def test_a_run_writes_the_row_the_cases_and_the_mails(school: Rehearsal) -> None:
    school.post_form(**DEMANDS)
    report = school.run()
    assert report["mails_sent"] == 6
    (registration,) = school.rows("Inscriptions")
    assert (registration["Nom"], registration["Implantation"]) == ("Durieux", "Namur")
    cases = {row["Demande"]: row for row in school.rows("Dossiers")}
    assert len(cases) == 5
    assert all(row["Dossier"] and row["Premier contact avant le"] > 0 for row in cases.values())
    assert {row["E-mail du référent"] for row in cases.values()} == {  # planning: the secretariat
        REFERENT_VA,
        REFERENT_AR,
        "referent.numerique@ecole.example",
        "secretariat.namur@ecole.example",
    }
    assert {row["Statut"] for row in cases.values()} == {"À contacter"}


def test_each_owner_and_the_student_get_one_mail(school: Rehearsal) -> None:
    school.post_form(**DEMANDS)
    school.run()
    assert set(school.sent().values()) == {1}
    assert school.received() == school.sent()
    (mail,) = school.inbox(REFERENT_VA)
    (case,) = [r for r in school.rows("Dossiers") if r["E-mail du référent"] == REFERENT_VA]
    assert case["Dossier"] in mail["text"]
    assert "&amp;range=A" in mail["html"]
    (acknowledgement,) = school.inbox("alix.durieux@etudiant.example")
    assert case["Dossier"] in acknowledgement["text"]
    assert "S14" not in acknowledgement["text"]
    assert {row["État"] for row in school.rows("Envois")} == {"Envoyé"}


def test_what_an_accommodation_asks_is_in_the_confidential_sheet_alone(school: Rehearsal) -> None:
    """S32, S156: searched in every other place, bytes of the ledger included."""
    school.post_form(**DEMANDS)
    outputs = [school.worker("plan", "--json").output, school.worker("plan").output]
    outputs += [school.worker("run").output, school.worker("plan", "--full", "--json").output]
    assert [row["Ce que dit la demande"] for row in school.rows("AR")] == [SECRET]
    for tab in ("Inscriptions", "Dossiers", "Anomalies", "Envois"):
        assert "secrète" not in json.dumps(school.grid(tab), ensure_ascii=False)
    assert "secrète" not in json.dumps(school.mails(), ensure_ascii=False)
    assert all("secrète" not in output for output in outputs)
    ledger = b"".join(file.read_bytes() for file in school.home.glob("itn-sync.db*"))
    assert ledger
    assert "secrète".encode() not in ledger


def test_a_second_run_finds_nothing_to_do(school: Rehearsal) -> None:
    school.post_form(**DEMANDS)
    school.run()
    before = school.final_state()
    assert school.plan()["empty"]
    assert "Nothing to do" in school.worker("run").output
    assert school.plan("--full")["empty"]
    assert school.final_state() == before


def test_nothing_new_costs_one_call_per_form_and_spreadsheet(school: Rehearsal) -> None:
    school.post_form(**DEMANDS)
    school.run()
    with school.watched() as calls:
        school.run()
    tokens = calls.pop("oauth.token")
    assert tokens <= 3
    assert calls == {"forms.forms.responses.list": 1, "sheets.spreadsheets.get": 2}


def test_the_confidential_sheet_is_not_shared_with_the_secretariat(school: Rehearsal) -> None:
    school.post_form(**DEMANDS)
    school.run()
    permissions = school.call(
        WORKER, "GET", "drive/v3/files/1ConfidentielAmenagementsDemo000000000000001/permissions"
    )
    people = {one["id"] for one in permissions["permissions"]}
    assert len(people) == 3  # the worker, the AR referent, the direction
