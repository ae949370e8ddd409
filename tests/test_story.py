"""What people read of a run, line by line."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from itn_sync.domain.actions import KeepRegister, SendMail, WriteDocument
from itn_sync.domain.plan import Plan, RowChange
from itn_sync.domain.privacy import Confidential
from itn_sync.domain.report_tabs import ANOMALIES, MAILS
from itn_sync.domain.seen import Cell
from itn_sync.domain.tabs import Tab
from itn_sync.domain.tracking import ACCOMMODATIONS, CASES, REGISTRATIONS, TABS
from itn_sync.domain.tracking_attendance import ABSENCES, STUDENTS, WARNINGS
from itn_sync.report import Report
from itn_sync.show import plan_json, show_plan
from itn_sync.story import ending, mail_line, planned_lines, row_lines

CASE = RowChange(
    tab=CASES.key,
    id="VA-0041",
    cells={
        "student": "Élodie Bodartin",
        "kind": "Valorisation des acquis (VA)",
        "owner": "Référente VA",
        "owner_why": "Référent VA",
        "site": "Namur",
        "section": "CAP",
        "due": 46335.0,
    },
    before=None,
    why="Élodie Bodartin : Valorisation des acquis (VA) → Référente VA",
)
MAIL = SendMail(
    key="case/VA-0041/told/1",
    recipient="referent.va@ecole.example",
    recipient_name="Référente VA",
    template="case_opened",
    context={},
    why="Élodie Bodartin : VA, nouvelle demande (Référent VA)",
)


def told(tab: str, before: dict[str, Cell] | None = None, **cells: Cell) -> tuple[str, str]:
    change = RowChange(tab, "AR-0001", cells, before, why="AR-0001 : ce que dit la demande")
    (line,) = row_lines([change])
    return line.text, line.why


def test_a_new_case_says_whose_it_is_why_and_by_when() -> None:
    (line,) = row_lines([CASE])
    assert line.text == (
        "Demande d’Élodie Bodartin : Valorisation des acquis (VA)"
        " → dossier VA-0041 attribué à Référente VA"
    )
    assert (
        line.why == "Rôle concerné : Référent VA (CAP, Namur) ; premier contact avant le 09/11/2026"
    )
    assert not line.done


def test_a_case_of_nobody_says_so() -> None:
    (line,) = row_lines([replace(CASE, cells={**CASE.cells, "owner": "", "due": None})])
    assert line.text.endswith("dossier VA-0041 sans référent pour le moment")
    assert line.why == "Rôle concerné : Référent VA (CAP, Namur)"


def test_an_edit_says_what_changed() -> None:
    change = replace(CASE, before={}, cells={"changes": "Téléphone : 1 → 2\nSite : A → B"})
    (line,) = row_lines([change])
    assert line.text == "Dossier VA-0041 mis à jour"
    assert line.why == f"{CASE.why} ; Téléphone : 1 → 2 ; Site : A → B"


def test_an_edit_without_news_gives_the_reason_of_the_row() -> None:
    (line,) = row_lines([replace(CASE, before={}, cells={"owner": "X"})])
    assert line.why == CASE.why


@pytest.mark.parametrize("before", [None, {}])
def test_a_confidential_text_is_in_no_line(before: dict[str, Cell] | None) -> None:
    text, why = told(ACCOMMODATIONS.key, before, request=Confidential("dyslexie"))
    assert "dyslexie" not in text + why
    assert text.startswith("Dossier AR-0001 : ligne")


def test_a_registration_and_an_anomaly_are_told_in_words() -> None:
    text, why = told(REGISTRATIONS.key, first_name="Élodie", last_name="Bodartin", site="Namur")
    assert text == "Nouvelle inscription d’Élodie Bodartin (Namur)"
    assert why == "Le formulaire dit : ce que dit la demande"
    text, why = told(ANOMALIES.key, what="L'adresse est fausse.", mend="Téléphoner.")
    assert (text, why) == ("À corriger : L'adresse est fausse.", "Que faire : Téléphoner.")
    assert told(ANOMALIES.key, {}, state="Corrigée")[0].startswith("Anomalie revue")
    text, why = told(REGISTRATIONS.key, {}, changes="Site : A → B")
    assert text == "Inscription mise à jour"
    assert why == "AR-0001 : ce que dit la demande ; Site : A → B"


def test_the_send_log_is_one_line() -> None:
    rows = [RowChange(MAILS.key, str(n), {}, None, "") for n in range(3)]
    assert [line.key for line in row_lines([*rows, CASE])] == ["dossiers/VA-0041", MAILS.key]


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.key)
@pytest.mark.parametrize("before", [None, {}])
def test_a_row_of_every_tab_can_be_told(tab: Tab, before: dict[str, Cell] | None) -> None:
    text, _ = told(tab.key, before)
    assert text


def test_a_few_rows_of_everybodys_tabs_give_their_reasons_many_do_not() -> None:
    (few,) = row_lines([RowChange(ABSENCES.key, "math1/ETU-1", {}, {}, "Ada : 8 périodes")])
    assert (few.text, few.why) == ("Onglet «Absences» tenu à jour", "Ada : 8 périodes")
    (many,) = row_lines(RowChange(STUDENTS.key, str(n), {}, None, f"{n}") for n in range(300))
    assert many.text == "Onglet «Étudiants» tenu à jour"
    assert many.why == "Les inscriptions, Classroom et les registres y sont comparés."


def test_a_warning_says_whose_it_is_and_what_becomes_of_it() -> None:
    known = {"step": "Avertissement – 10 %", "student": "Ada Lo", "unit": "Math 1"}
    text, why = told(WARNINGS.key, None, **known, state="À décider", reason="8 périodes.")
    assert (text, why) == ("Avertissement – 10 % d’Ada Lo, Math 1 → à décider", "8 périodes.")
    assert told(WARNINGS.key, {}, state="Retiré")[0] == "Avertissement AR-0001 : retiré"
    assert told(WARNINGS.key, {}, rate="9 %")[0] == "Avertissement AR-0001 : mis à jour"


def test_a_case_that_a_warning_opened_is_no_request() -> None:
    (line,) = row_lines([replace(CASE, cells={**CASE.cells, "kind": "Assiduité"})])
    assert line.text.startswith("Suivi d’Élodie Bodartin : Assiduité → dossier VA-0041")


LETTER = WriteDocument("letter/1", "absence_letter", "Courrier – Ada Lo", {}, "Ada Lo : 25 %")
KEPT = KeepRegister("math1", (("ETU-1", "Lo", "Ada"),), why="Math 1 : 1 étudiant ajouté")
PLAN = Plan(
    rows=(CASE,),
    mails=(MAIL, replace(MAIL, key="warning/1", by_hand=True)),
    waiting=(),
    not_sent=(),
    held=(),
    unsafe=(),
    refused="",
    concerns={},
    documents=(LETTER,),
    registers=(KEPT,),
)


def test_registers_and_documents_have_their_place_in_the_story() -> None:
    lines = list(planned_lines(PLAN))
    assert [line.key for line in lines] == [
        "dossiers/VA-0041",
        "register/math1",
        f"mail/{MAIL.key}",
        "mail/warning/1",
        "document/letter/1",
    ]
    assert (lines[1].text, lines[1].why) == ("Registre des présences tenu à jour", KEPT.why)
    assert (lines[4].text, lines[4].why) == ("Document : Courrier – Ada Lo", LETTER.why)


def test_the_plan_lists_registers_drafts_and_documents_with_their_reasons() -> None:
    console = Console(width=160, record=True, file=StringIO())
    show_plan(PLAN, console)
    said = console.export_text()
    for part in (KEPT.why, LETTER.why, LETTER.title, f"{MAIL.recipient} (draft)", "register math1"):
        assert part in said
    counts = "2 mails to send (1 left as drafts), 1 documents to make, 1 registers to keep"
    assert counts in said
    plain = plan_json(PLAN)
    assert plain["documents"][0]["for"] == LETTER.recipient
    assert plain["registers"] == [
        {"unit": "math1", "added": ["ETU-1"], "situations": {}, "why": KEPT.why}
    ]
    assert [mail["draft"] for mail in plain["mails"]] == [False, True]


def test_a_mail_names_its_kind_and_its_reader() -> None:
    line = mail_line(MAIL)
    assert line.text == "Message à Référente VA : nouvelle demande"
    assert line.why == MAIL.why


def test_the_end_is_counted_in_french() -> None:
    assert ending(Report()).text == "Rien à faire : tout est à jour."
    done = ending(Report(rows_created=2, mails_sent=1))
    assert done.text == "C’est fait : 2 lignes ajoutées, 1 message envoyé."
    assert done.is_good


def test_what_is_left_over_says_how_to_mend_it() -> None:
    left = ending(Report(rows_changed=1, failures=["x"], waiting=["MSG-1"]))
    assert left.text == "Fait en partie (1 ligne mise à jour) ; 2 points en suspens."
    assert "Relancez" in left.mend
    assert not left.is_good
