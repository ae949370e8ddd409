"""Somebody deletes a tab's id column: nobody can tell its rows apart, so they are left alone."""

from __future__ import annotations

from itn_sync.domain.tracking import CASES
from tests.rehearsal import Rehearsal

ID_COLUMN = {"sheetId": CASES.sheet_id, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}


def test_a_run_that_cannot_keep_a_tab_says_so_and_sends_no_mail_about_it(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui")
    school.run()
    school.change_sheet({"deleteDimension": {"range": ID_COLUMN}})
    school.answer("Peeters", va="Oui")
    for _ in range(2):
        run = school.worker("run")
        assert run.exit_code == 1
        assert run.stderr.count("tab dossiers: its id column is gone") == 1
    assert len(school.rows("Dossiers")) == 1
    assert len(school.inbox("referent.va@ecole.example")) == 1
    assert any("a été supprimée" in row["Quoi"] for row in school.rows("Anomalies"))
