"""Nobody can tell who may open the confidential spreadsheet: nothing is written there meanwhile."""

from __future__ import annotations

from itn_sync.sandbox.seed import CONFIDENTIAL_SHEET
from tests.rehearsal import Rehearsal

SECRET = "Un tiers-temps aux examens"
UNREADABLE = {"method": "drive.permissions.list", "status": 403}


def confidential(school: Rehearsal) -> str:
    return str(school.grid("AR", CONFIDENTIAL_SHEET))


def test_what_an_ar_request_says_waits_until_the_sharing_is_known(school: Rehearsal) -> None:
    school.answer("Delvaux")
    school.run()
    school.answer("Peeters", ar="Oui", ar_details=SECRET)
    school.fault(UNREADABLE)
    assert school.worker("run").exit_code == 1
    assert SECRET not in confidential(school)
    (anomaly,) = [r for r in school.rows("Anomalies") if r["État"] == "À corriger"]
    assert "erreur 403" in anomaly["Quoi"]
    school.fault()
    school.run()
    assert SECRET in confidential(school)
    assert {r["État"] for r in school.rows("Anomalies")} == {"Corrigée"}
