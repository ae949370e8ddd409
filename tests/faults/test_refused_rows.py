"""Google refuses a batch for what one row contains: the other rows are written all the same.

A batch is all or nothing (facts 5.4). Nothing that the worker writes is known to be refused, so
the refusals are the sandbox's. Every batch is tried twice before it counts as refused.
"""

from __future__ import annotations

import re

from tests.rehearsal import Rehearsal

APPENDING = "sheets.spreadsheets.batchUpdate"
CORRECTING = "sheets.spreadsheets.values.batchUpdateByDataFilter"
NAMES = ("Adam", "Bodart", "Collard", "Dumont")
REFUSED = re.compile(r"row (\w+)/(\S+) was refused")


def refuse(school: Rehearsal, method: str, times: int, status: int = 400) -> None:
    school.fault({"method": method, "status": status, "times": times})


def rows_kept(school: Rehearsal) -> int:
    return sum(len(school.rows(tab)) for tab in ("Inscriptions", "Anomalies", "Envois"))


def test_a_batch_refused_once_is_written_in_halves(school: Rehearsal) -> None:
    school.run()
    for name in NAMES:
        school.answer(name)
    refuse(school, APPENDING, times=2)
    report = school.run()
    assert school.struck() == 2
    assert report["failures"] == []
    assert report["rows_created"] == rows_kept(school)
    assert len(school.rows("Inscriptions")) == len(NAMES)
    assert school.plan("--full")["empty"]


def test_a_row_that_is_refused_is_named_and_the_others_are_written(school: Rehearsal) -> None:
    school.run()
    for name in NAMES:
        school.answer(name)
    refuse(school, APPENDING, times=8)  # eight rows, then four, two, and one
    run = school.worker("run")
    assert run.exit_code == 1
    ((tab, identity),) = REFUSED.findall(run.stderr)
    assert tab == "inscriptions"
    assert not any(name in run.stderr for name in NAMES)
    assert f"{rows_kept(school)} rows created" in run.output
    assert len(school.rows("Inscriptions")) == len(NAMES) - 1
    school.fault()
    assert school.run()["rows_created"] == 1
    assert identity in {row["Identifiant"] for row in school.rows("Inscriptions")}
    assert sorted(school.sent().values()) == [1] * len(NAMES)


def test_the_confidential_half_of_a_case_waits_for_its_shared_half(school: Rehearsal) -> None:
    """What differs there is what tells that an edit was news."""
    school.answer("Adam", ar="Oui", ar_details="Un agrandissement")
    school.run()
    school.edit("Adam", ar="Oui", ar_details="Un local calme", phone="+32470999999")
    refuse(school, CORRECTING, times=3)  # the registration with its case, then each alone
    run = school.worker("run")
    assert {tab for tab, _ in REFUSED.findall(run.stderr)} == {"inscriptions", "dossiers"}
    assert school.rows("AR")[0]["Ce que dit la demande"] == "Un agrandissement"
    school.fault()
    school.run()
    assert school.rows("AR")[0]["Ce que dit la demande"] == "Un local calme"
    assert "précisions confidentielles" in str(school.rows("Dossiers"))


def test_a_correction_that_is_refused_is_named_and_the_others_are_written(
    school: Rehearsal,
) -> None:
    for name in NAMES:
        school.answer(name)
    school.run()
    for name in NAMES:
        school.edit(name, phone="+32470999999")
    refuse(school, CORRECTING, times=3)
    run = school.worker("run")
    assert run.exit_code == 1
    assert len(REFUSED.findall(run.stderr)) == 1
    assert "3 corrected" in run.output
    phones = [row["Téléphone"] for row in school.rows("Inscriptions")]
    assert phones.count("+32470999999") == len(NAMES) - 1
    school.fault()
    assert school.run()["rows_changed"] == 1


def test_a_spreadsheet_that_refuses_everything_is_left_soon(school: Rehearsal) -> None:
    """Not one call per row of a whole school: the quota is for the next run."""
    school.run()
    for number in range(40):
        school.answer(f"Adam{number}")
    refuse(school, APPENDING, times=10_000)
    run = school.worker("run")
    assert run.exit_code == 1
    assert "spreadsheet" in run.stderr
    assert len(REFUSED.findall(run.stderr)) == 10
    assert "rows created" not in run.output or "Done: 0 rows created" in run.output
    assert school.struck() < 80


def test_a_refusal_of_the_whole_is_not_taken_apart(school: Rehearsal) -> None:
    school.run()
    for name in NAMES:
        school.answer(name)
    refuse(school, APPENDING, times=10_000, status=403)
    run = school.worker("run")
    assert run.exit_code == 1
    assert REFUSED.findall(run.stderr) == []
    assert "rows created" not in run.output or "Done: 0 rows created" in run.output
    assert school.rows("Inscriptions") == []
