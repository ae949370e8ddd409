"""`Anomalies`: one line per thing to mend, which goes when it is mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from itn_sync.domain.anomalies import anomaly_rows
from itn_sync.domain.plan import row_changes
from itn_sync.domain.seen import Cell, Problem, Row, Seen
from itn_sync.domain.serials import date_serial
from tests.school import TODAY, Paper, a_response, a_table

KEY = "form/inscription/question/1a000006"
PROBLEM = Problem(KEY, "form/inscription", "Formulaire", "Elle a disparu.", "La remettre.")
LATER = date(2026, 9, 9)
OPEN: dict[str, Cell] = {
    "id": KEY,
    "state": "À corriger",
    "seen_on": date_serial(TODAY),
    "where": "Formulaire",
    "what": "Elle a disparu.",
    "mend": "La remettre.",
}
LINE = Row(KEY, OPEN)


def after(
    *problems: Problem, line: Row | None = LINE, read: str = "form/inscription"
) -> Row | None:
    """The line a reading of `read` two days later leaves; None when nothing is to be written."""
    tables = {"anomalies": a_table(*([line] if line else []))}
    seen = Seen(tables=tables, observed=frozenset({read}))
    changes = row_changes(tuple(anomaly_rows(problems, seen, LATER)), seen)
    if not changes:
        return None
    (change,) = changes
    return Row(change.id, {**(line.cells if line else {}), **change.cells})


def test_a_new_problem_is_a_line_that_says_where_what_and_how() -> None:
    line = after(PROBLEM, line=None)
    assert line is not None
    assert line.cells == OPEN | {"seen_on": date_serial(LATER)}


def test_a_problem_that_is_still_there_keeps_its_line_and_its_date() -> None:
    assert after(PROBLEM) is None


def test_a_problem_whose_words_changed_keeps_its_date() -> None:
    line = after(replace(PROBLEM, what="Elle a changé."))
    assert line is not None
    assert (line.text("what"), line.number_in("seen_on")) == ("Elle a changé.", date_serial(TODAY))


def test_a_problem_that_is_not_raised_again_is_mended_today() -> None:
    line = after()
    assert line is not None
    assert line.text("state") == "Corrigée"
    assert line.number_in("mended_on") == date_serial(LATER)


def test_a_problem_whose_place_was_not_read_stays_open() -> None:
    assert after(read="response/inscription/r1") is None
    assert after(read="form/inscription/question/1a00000") is None


def test_a_mended_line_is_left_alone() -> None:
    mended = replace(LINE, cells={**LINE.cells, "state": "Corrigée", "mended_on": 1.0})
    assert after(line=mended) is None


def test_a_problem_that_comes_back_opens_its_line_again_as_of_today() -> None:
    mended = replace(LINE, cells={**LINE.cells, "state": "Corrigée", "mended_on": 1.0})
    line = after(PROBLEM, line=mended)
    assert line is not None
    assert line.text("state") == "À corriger"
    assert line.cells["mended_on"] is None
    assert line.number_in("seen_on") == date_serial(LATER)


def test_the_same_problem_met_twice_is_one_line() -> None:
    rows = list(anomaly_rows((PROBLEM, PROBLEM), Seen(), TODAY))
    assert len(rows) == 1
    assert rows[0].why == "Formulaire : Elle a disparu."


def test_a_gap_in_an_answer_goes_when_the_student_fills_it() -> None:
    paper, key = Paper(), "response/inscription/r1/email"
    paper.run(a_response("r1", email=""))
    assert paper.row("anomalies", key)["state"] == "À corriger"
    paper.run(a_response("r2"))
    assert paper.row("anomalies", key)["state"] == "À corriger"
    plan = paper.run(a_response("r1"))
    assert paper.row("anomalies", key)["state"] == "Corrigée"
    assert any(change.why.endswith(": corrigé") for change in plan.rows)


def test_a_gap_in_an_answer_that_was_deleted_goes_with_it() -> None:
    paper = Paper()
    paper.run(a_response("r1", email=""), a_response("r2", email=""))
    paper.run(listed=["r2"])
    assert paper.row("anomalies", "response/inscription/r1/email")["state"] == "Corrigée"
    assert paper.row("anomalies", "response/inscription/r2/email")["state"] == "À corriger"
