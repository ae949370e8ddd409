"""Absences from the teacher's register to the student's mailbox (S55, S64, S126, S146, F11–F14)."""

from __future__ import annotations

from pathlib import Path

import pytest

from itn_sync.sandbox.seed import WORKER
from tests.attendance import HELENE, MATH, unit, write_units
from tests.evenings import (
    NAME,
    OFFICE,
    a_student,
    address_of,
    decide,
    documents,
    follow,
    leave,
    moment,
    note,
    on_classroom,
    row_of,
    warning,
)
from tests.rehearsal import Line, Rehearsal

ZOE, ALI = a_student("Zoé Écart"), a_student("Ali Benali")
ZOES, ALIS = address_of("Zoé Écart"), address_of("Ali Benali")
TWICE = ("A", "A", "P", "P", "P", "P")
LESS = ("A", "CM", "P", "P", "P", "P")
THERE = ("P",) * 6
WRITES = ("update", "append", "create", "send", "delete", "patch", "import")


def begin(school: Rehearsal, mode: str = "review", settling: float = 20) -> None:
    """Zoé is at 10 %, and a first run has seen it."""
    follow(school, ZOE, ALI, mode=mode, settling=settling)
    note(school, {ZOES: TWICE, ALIS: THERE})
    school.run(*moment())


def sent(school: Rehearsal) -> Line:
    (mail,) = school.inbox(ZOES)
    return mail


def test_envoyer_in_the_sheet_brings_a_mail_to_the_student(school: Rehearsal) -> None:
    begin(school)
    assert (warning(school)["État"], school.inbox(ZOES)) == ("À décider", [])
    shown = warning(school)["Message tel qu'il partirait"]
    decide(school, "Envoyer")
    school.run(*moment(hour=9))
    mail = sent(school)
    assert OFFICE in mail["headers"]["From"]
    assert "secretariat" in mail["headers"]["Reply-To"]
    assert "coordination.cess@ecole.example" in mail["headers"]["Cc"]
    for words in ("lundi 7 septembre", "lundi 14 septembre", "8 périodes", "10 %", NAME):
        assert words in mail["text"].replace("\xa0", " ").replace("\r\n", " ")
        assert words in shown.replace("\xa0", " ").replace("\n", " ")
    assert warning(school)["État"] == "Envoyé"
    assert warning(school)["Envoyé le"]
    (line,) = [row for row in school.rows("Envois") if row["Message"].startswith("Avertissement")]
    assert (line["État"], line["Destinataire"]) == ("Envoyé", ZOES)
    (case,) = school.rows("Dossiers")
    assert (case["Demande"], case["Étudiant"]) == ("Assiduité", "Zoé Écart")
    assert case["Prochaine étape"].startswith("Attendre la réponse à l'avertissement")


def test_a_second_run_does_nothing_and_writes_nothing(school: Rehearsal) -> None:
    begin(school)
    decide(school, "Envoyer")
    school.run(*moment(hour=9))
    with school.watched() as calls:
        report = school.run(*moment(hour=9))
    assert (report["mails_sent"], len(school.inbox(ZOES))) == (0, 1)
    assert [name for name in calls if any(word in name.lower() for word in WRITES)] == []
    assert school.plan(*moment(hour=9))["empty"]


def test_in_draft_mode_the_secretariat_sends_it_by_hand(school: Rehearsal) -> None:
    begin(school, "draft", settling=0)
    assert school.drafts() == []
    school.run(*moment(hour=9))
    (draft,) = school.drafts()
    assert warning(school)["État"] == "Brouillon à envoyer"
    assert "10 %" in draft["text"].replace("\xa0", " ").replace("\r\n", " ")
    (found,) = school.call(WORKER, "GET", "gmail/v1/users/me/drafts")["drafts"]
    school.call(WORKER, "POST", "gmail/v1/users/me/drafts/send", id=found["id"])
    school.run(*moment(hour=10))
    assert (warning(school)["État"], len(school.inbox(ZOES))) == ("Envoyé", 1)


def test_a_draft_is_taken_back_when_a_certificate_comes(school: Rehearsal) -> None:
    begin(school, "draft", settling=0)
    school.run(*moment(hour=9))
    note(school, {ZOES: LESS})
    school.run(*moment(hour=10))
    assert (school.drafts(), warning(school)["État"]) == ([], "Retiré")


def test_automatic_warnings_leave_once_the_register_was_read_again(school: Rehearsal) -> None:
    begin(school, "auto")
    assert warning(school)["État"] == "Vérification en cours"
    school.run(*moment(hour=14))
    assert school.inbox(ZOES) == []
    school.run(*moment(days=1))
    assert (warning(school)["État"], len(school.inbox(ZOES))) == ("Envoyé", 1)


def test_a_certificate_in_time_stops_it_and_one_after_is_noted(school: Rehearsal) -> None:
    begin(school)
    note(school, {ZOES: LESS})
    decide(school, "Envoyer")
    school.run(*moment(hour=9))
    row = warning(school)
    assert (row["État"], school.inbox(ZOES)) == ("Retiré", [])
    assert "5 %" in row["Explication"]
    note(school, {ZOES: TWICE})
    school.run(*moment(hour=10))
    assert (warning(school)["État"], school.inbox(ZOES)) == ("À décider", [])
    decide(school, "")
    school.run(*moment(hour=11))
    decide(school, "Envoyer")
    school.run(*moment(hour=12))
    assert len(school.inbox(ZOES)) == 1
    note(school, {ZOES: LESS})
    school.run(*moment(days=1))
    row = warning(school)
    assert (row["État"], row["Nouveau taux"], row["Taux"]) == ("Régularisé", "5 %", "10 %")
    assert row["Régularisé le"]
    note(school, {ZOES: TWICE})
    school.run(*moment(days=2))
    assert len(school.inbox(ZOES)) == 1


def test_a_refused_address_brings_a_letter_that_can_be_printed(
    school: Rehearsal, tmp_path: Path
) -> None:
    begin(school)
    school.control("POST", "import", bouncing=[ZOES])
    decide(school, "Envoyer")
    school.run(*moment(hour=9))
    school.run(*moment(hour=10))
    (letter,) = documents(school)
    assert letter["name"] == f"Courrier – Zoé Écart – {NAME}"
    row = warning(school)
    assert (row["État"], letter["id"] in row["Courrier"]) == ("Courrier", True)
    school.run(*moment(hour=11))
    assert len(documents(school)) == 1
    printed = school.worker("letters", "--out", str(tmp_path / "out"))
    assert printed.exit_code == 0, printed.output
    page = (tmp_path / "out" / "courriers.html").read_text("utf-8").replace("\xa0", " ")
    assert "Zoé Écart" in page
    assert "8 périodes" in page


def test_a_refused_address_is_an_anomaly(school: Rehearsal) -> None:
    begin(school)
    school.control("POST", "import", bouncing=[ZOES])
    decide(school, "Envoyer")
    school.run(*moment(hour=9))
    school.run(*moment(hour=10))
    (line,) = [row for row in school.rows("Anomalies") if ZOES in row["Quoi"]]
    assert line["État"] == "À corriger"
    moved = {"email": "zoe@ailleurs.example", "givenName": "Zoé", "familyName": "Écart"}
    leave(school, ZOES)
    on_classroom(school, moved, ALI)
    school.run(*moment(hour=11))
    (line,) = [row for row in school.rows("Anomalies") if ZOES in row["Quoi"]]
    assert line["État"] == "Corrigée"


def test_explain_says_why_a_warning_went_and_why_none_did(school: Rehearsal) -> None:
    follow(school, ZOE, ALI)
    note(school, {ZOES: TWICE, ALIS: LESS})
    school.run(*moment())
    decide(school, "Envoyer")
    school.run(*moment(hour=9))
    told = school.worker("explain", "Zoé Écart", *moment(hour=9))
    assert told.exit_code == 0, told.output
    assert "8 périodes injustifiées sur 80, soit 10 %" in told.output
    assert "7/09/2026" in told.output
    assert "Envoyé le 12/10/2026" in told.output
    other = school.worker("explain", ALIS, *moment(hour=9)).output
    assert "justificatif pour le 14/09/2026, taux 5 %" in other
    nobody = school.worker("explain", "Personne Inconnue", *moment())
    assert nobody.exit_code == 1


def test_a_certificate_of_attendance_lists_every_session(school: Rehearsal) -> None:
    begin(school)
    made = school.worker("attestation", ZOES, *moment())
    assert made.exit_code == 0, made.output
    (document,) = documents(school)
    assert document["id"] in made.output
    path = f"drive/v3/files/{document['id']}?fields=name"
    assert "Zoé Écart" in school.call(WORKER, "GET", path)["name"]
    again = school.worker("attestation", ZOES, *moment())
    assert (again.exit_code, len(documents(school))) == (0, 1)


def test_newcomers_get_a_row_and_who_left_is_said_so(school: Rehearsal) -> None:
    begin(school)
    eve = a_student("Eve Martin")
    on_classroom(school, ZOE, ALI, eve)
    leave(school, ZOES)
    decide(school, "Envoyer")
    school.run(*moment(hour=9))
    assert row_of(school, str(eve["email"]))["name"] == "Martin"
    gone = row_of(school, ZOES)
    assert (gone["situation"], gone["marks"]) == ("Parti le 12/10/2026", " ".join(TWICE))
    assert (school.inbox(ZOES), warning(school)["État"]) == ([], "Retiré")
    assert school.row("Étudiants", "E-mail", ZOES)["Statut"] == "Retiré"


WIDE = """
[[register]]
unit = "{unit}"
spreadsheet = "{book}"
tab = "Feuille du prof"
first_row = 3
id_column = "A"
first_session = "B"
date_row = 1
periods = 4
marks = {{ "X" = "P", "/" = "A", "J" = "AJ" }}
"""
LONG = """
[[register]]
unit = "{unit}"
spreadsheet = "{book}"
tab = "Feuille du prof"
form = "long"
first_row = 2
id_column = "A"
date_column = "B"
periods_column = "C"
mark_column = "D"
"""
OWN = "1FeuilleDuProfesseur000000000000000000001"
DAYS = [46_272.0 + 7 * n for n in range(4)]
"""Mondays from 7 September on."""


@pytest.mark.parametrize(
    ("layout", "cells"),
    [
        (WIDE, [["", *DAYS], [""], [ZOES, "/", "X", "/"], [ALIS, "X", "J", "X"]]),
        (
            LONG,
            [
                ["Qui", "Quand", "Périodes", "Marque"],
                [ZOES, DAYS[0], 4.0, "A"],
                [ALIS, DAYS[0], 4.0, "P"],
                [ZOES, DAYS[1], 4.0, "A"],
                [ZOES, DAYS[2], 4.0, "P"],
            ],
        ),
    ],
    ids=["wide", "long"],
)
def test_a_sheet_of_the_schools_own_is_read_as_it_is(
    school: Rehearsal, layout: str, cells: list[list[object]]
) -> None:
    follow(school, ZOE, ALI)
    sheet = {"sheetId": 7, "title": "Feuille du prof", "rowCount": 50, "columnCount": 9}
    editor = {"role": "writer", "type": "user", "emailAddress": WORKER}
    book = {"id": OWN, "title": "À moi", "owner": HELENE, "permissions": [editor]}
    school.control("POST", "import", spreadsheets=[book | {"sheets": [sheet | {"values": cells}]}])
    units = unit(MATH, NAME, periods=80, classroom='classroom = "d:math1"')
    write_units(school, units + layout.format(unit=MATH, book=OWN))
    before = school.grid("Feuille du prof", OWN)
    school.run(*moment())
    decide(school, "Envoyer")
    school.run(*moment(hour=9))
    assert len(school.inbox(ZOES)) == 1
    assert school.inbox(ALIS) == []
    assert school.grid("Feuille du prof", OWN) == before


def test_a_roster_that_cannot_be_read_is_told_and_changes_nobody(school: Rehearsal) -> None:
    begin(school, "auto")
    before = school.rows("Étudiants")
    school.fault({"method": "classroom.courses.students.list", "status": 403})
    result = school.worker("run", *moment(days=1))
    assert result.exit_code == 1
    assert school.rows("Étudiants") == before
    assert any("n'a pas pu être lue" in row["Quoi"] for row in school.rows("Anomalies"))
    assert len(school.inbox(ZOES)) == 1
    school.fault()
    school.run(*moment(days=1, hour=9))
    assert len(school.inbox(ZOES)) == 1


def test_ten_warnings_too_many_are_refused_with_their_number(school: Rehearsal) -> None:
    crowd = [a_student(f"Élève Numéro{n:02}") for n in range(15)]
    follow(school, *crowd, mode="auto", settling=0, valve=5)
    note(school, {str(one["email"]): TWICE for one in crowd})
    school.run(*moment())
    result = school.worker("run", *moment(hour=9))
    assert result.exit_code == 1
    assert "15 absence warnings in one run, 5 allowed" in result.output
    assert [key for key in school.sent() if key[0].startswith("warning/")] == []
    school.run("--force", *moment(hour=9))
    assert len([key for key in school.sent() if key[0].startswith("warning/")]) == 15


def test_plan_shows_who_would_be_warned_and_why(school: Rehearsal) -> None:
    begin(school)
    decide(school, "Envoyer")
    planned = school.plan(*moment(hour=9))
    (mail,) = planned["mails"]
    assert "soit 10 %" in mail["why"]
    assert school.inbox(ZOES) == []


def test_the_sheet_of_absences_says_how_everybody_stands(school: Rehearsal) -> None:
    begin(school)
    row = school.row("Absences", "Étudiant", "Zoé Écart")
    assert (row["Situation"], row["Taux"], row["UE"]) == ("Avertissement", "10 %", NAME)
    assert row["Encore avant l'étape suivante"] == "Encore 8 périodes avant 20 %"
    ali = school.row("Absences", "Étudiant", "Ali Benali")
    assert "Pas d'avertissement" in ali["Explication"]


def test_a_teacher_is_asked_for_what_is_missing(school: Rehearsal) -> None:
    follow(school, ZOE, ALI)
    note(school, {ZOES: ("P", "P"), ALIS: ("P", "P")})
    school.run(*moment())
    school.run(*moment(days=1))
    (mail,) = school.inbox(HELENE)
    assert "lundi 21 septembre" in mail["text"]
    assert "Zoé" not in mail["text"]
