"""The whole decision, and what holds for all of it: same answer, no leak, no harm from a crash."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import timedelta
from io import StringIO

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from itn_sync.domain.intake import decide
from itn_sync.domain.plan import Plan
from itn_sync.domain.privacy import Confidential
from itn_sync.domain.school import Kind
from itn_sync.domain.seen import DeedState, Response
from itn_sync.domain.serials import date_serial, instant_serial
from itn_sync.domain.tabs import Book, Owner
from itn_sync.domain.tracking import TAB_BY_KEY
from itn_sync.show import plan_json, show_plan
from tests.school import (
    FORM,
    MONDAY,
    Paper,
    a_response,
    answering,
    ground,
    in_writing_order,
    number,
)

SECRET = "sclérose-xyzzy"

answers = st.fixed_dictionaries(
    {},
    optional={
        "first_name": st.sampled_from(["Zoé", "ZOE", ""]),
        "last_name": st.sampled_from(["Dupont", "du Pont", "Leroy"]),
        "email": st.sampled_from(["zoe@a.example", "lea@a.example", "rien"]),
        "phone": st.sampled_from(["0470", "0499", ""]),
        "birth_date": st.sampled_from(["1999-02-28", "2000-02-29", ""]),
        "site": st.sampled_from(["Namur", "Etterbeek", "Liège"]),
        "section": st.sampled_from(["CAP", "CESS", "Bois"]),
        "consent": st.sampled_from(["oui", "oui", "non"]),
        "va_details": st.sampled_from(["UE 3", ""]),
        "heard_from": st.sampled_from(["SIEP", "Site web"]),
    },
)


@dataclass(frozen=True)
class Submission:
    """What a student says at one moment; "" of needs when nothing confidential."""

    kinds: tuple[Kind, ...]
    needs: str
    answers: dict[str, str]

    def response(self, id: str, stage: int) -> Response:
        """As the form gives it; each stage is a day, and an edit when it is not the first."""
        asked = a_response(id, *self.kinds, edited=MONDAY + timedelta(days=stage), needs=self.needs)
        return answering(asked, **self.answers)


submissions = st.builds(
    Submission,
    st.lists(st.sampled_from(Kind), unique=True).map(tuple),
    st.sampled_from(["", SECRET, f"{SECRET} aussi"]),
    answers,
)
stages = st.lists(
    st.dictionaries(st.sampled_from(["r1", "r2", "r3"]), submissions, min_size=1),
    min_size=1,
    max_size=4,
)


def responses_of(stage: int, said: dict[str, Submission]) -> list[Response]:
    return [submission.response(id, stage) for id, submission in sorted(said.items())]


# The same answer


def test_a_registration_is_shown_with_what_a_secretary_needs() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.VA, titles="CESS", heard_from="SIEP"))
    assert paper.row("inscriptions", f"{FORM}/r1") == {
        "id": f"{FORM}/r1",
        "submitted": instant_serial(MONDAY),
        "state": "Active",
        "last_name": "Dupont",
        "first_name": "Zoé",
        "email": "zoe@etudiant.example",
        "phone": "0470 00 00 00",
        "birth_date": 36219.0,
        "site": "Namur",
        "section": "CAP",
        "titles": "CESS",
        "requests": "Valorisation des acquis (VA)",
        "heard_from": "SIEP",
        "consent": "Oui",
        "version": 1.0,
    }


def test_gaps_are_shown_as_gaps_and_an_unknown_place_as_typed() -> None:
    paper = Paper()
    paper.run(a_response("r1", site="Liège", section="Bois", birth_date="", consent="non"))
    row = paper.row("inscriptions", f"{FORM}/r1")
    assert (row["site"], row["section"], row["consent"]) == ("Liège", "Bois", "Non")
    assert row["state"] == "Sans accord"
    assert "birth_date" not in row


def test_an_answer_without_request_is_a_row_and_an_acknowledgement() -> None:
    plan = Paper().run(a_response("r1"))
    assert [mail.template for mail in plan.mails] == ["acknowledgement"]
    (change,) = (change for change in plan.rows if change.tab == "inscriptions")
    assert change.why == "Zoé Dupont : aucune demande"


def test_an_edit_is_news_in_the_row_of_the_registration() -> None:
    paper = Paper()
    paper.run(a_response("r1"))
    paper.run(a_response("r1", site="Etterbeek", edited=MONDAY + timedelta(days=1)))
    row = paper.row("inscriptions", f"{FORM}/r1")
    assert (row["version"], row["changes"]) == (2, "Implantation : Namur → Bruxelles")


def test_a_deleted_answer_is_marked_and_its_cases_rest() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.VA), a_response("r2"))
    plan = paper.run(listed=["r2"])
    assert paper.row("inscriptions", f"{FORM}/r1")["state"] == "Supprimée du formulaire"
    assert paper.row("inscriptions", f"{FORM}/r2")["state"] == "Active"
    assert paper.row("dossiers", number(Kind.VA))["state"] == "Retirée"
    assert "Zoé Dupont : réponse supprimée" in [change.why for change in plan.rows]
    assert paper.run(listed=["r2"]).is_empty


def test_answers_that_were_not_all_listed_say_nothing_about_deletions() -> None:
    paper = Paper()
    paper.run(a_response("r1"))
    assert paper.run().is_empty


def test_every_mail_says_which_answer_it_belongs_to() -> None:
    paper = Paper()
    wanted = paper.decide(paper.seen(a_response("r1", Kind.VA), a_response("r2", email="?")))
    concerns = {notice.key: wanted.concerns[notice.key] for notice in wanted.notices}
    assert set(concerns.values()) == {f"{FORM}/r1", f"{FORM}/r2"}
    assert concerns == wanted.concerns


@settings(max_examples=30)
@given(stages)
def test_the_same_ground_decided_twice_gives_the_same_answer(
    history: list[dict[str, Submission]],
) -> None:
    paper = Paper()
    for stage, said in enumerate(history):
        seen = paper.seen(*responses_of(stage, said))
        before = deepcopy(seen)
        first, again = paper.plan(seen), paper.plan(seen)
        assert (first, first.fingerprint) == (again, again.fingerprint)
        assert seen == before
        paper.run(*responses_of(stage, said))


@settings(max_examples=60)
@given(stages)
def test_a_second_run_right_after_any_run_finds_nothing_to_do(
    history: list[dict[str, Submission]],
) -> None:
    paper = Paper()
    for stage, said in enumerate(history):
        paper.run(*responses_of(stage, said))
        assert paper.run(*responses_of(stage, said)).is_empty
        assert paper.run().is_empty


# No leak


def said_anywhere(plan: Plan) -> Iterable[str]:
    """Everything that people, logs and mails may come to read of a plan."""
    console = Console(record=True, width=400, file=StringIO())
    show_plan(plan, console)
    return (repr(plan), str(plan_json(plan)), console.export_text(), plan.fingerprint)


@settings(max_examples=40)
@given(stages)
def test_a_confidential_text_is_in_no_shared_row_no_mail_no_reason_and_no_plan(
    history: list[dict[str, Submission]],
) -> None:
    paper = Paper()
    for stage, said in enumerate(history):
        seen = paper.seen(*responses_of(stage, said))
        wanted = paper.decide(seen)
        for row in wanted.rows:
            shared = TAB_BY_KEY[row.tab].book is Book.TRACKING
            hidden = [c for c in row.cells.values() if isinstance(c, Confidential)]
            assert not (shared and hidden)
            assert SECRET not in repr(row)
        assert SECRET not in repr(wanted)
        assert not any(SECRET in text for text in said_anywhere(paper.plan(seen)))
        paper.run(*responses_of(stage, said))


@settings(max_examples=30)
@given(stages)
def test_only_columns_of_the_worker_are_wanted_and_each_tab_knows_them(
    history: list[dict[str, Submission]],
) -> None:
    paper = Paper()
    for stage, said in enumerate(history):
        for row in paper.decide(paper.seen(*responses_of(stage, said))).rows:
            columns = {column.key: column for column in TAB_BY_KEY[row.tab].columns}
            assert all(columns[key].owner is Owner.WORKER for key in row.cells)
            assert all(columns[key].owner is Owner.PEOPLE for key in row.initial)
            for key, cell in row.cells.items():
                assert isinstance(cell, Confidential) <= columns[key].confidential
        paper.run(*responses_of(stage, said))


# No harm from a crash


@dataclass(frozen=True)
class Crash:
    """How far a run came: a share of its rows, then of its mails; the next mail stopped midway."""

    rows: float
    mails: frozenset[int]
    midway: DeedState


crashes = st.builds(
    Crash,
    st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0, 1.0, 1.0]),
    st.frozensets(st.integers(0, 12)),
    st.sampled_from([DeedState.BEGUN, DeedState.DRAFTED]),
)


def run_until(crash: Crash, paper: Paper, responses: list[Response]) -> None:
    plan = paper.plan(paper.seen(*responses))
    changes = in_writing_order(plan.rows)
    written = round(crash.rows * len(changes))
    for change in changes[:written]:
        paper.write(change)
    if written < len(changes):
        return
    for place, mail in enumerate(plan.mails):
        if place in crash.mails:
            paper.send(mail)
        elif place - 1 in crash.mails:
            paper.send(mail, crash.midway)


def outcome(paper: Paper) -> object:
    mails = sorted((m.key, m.recipient, m.template, m.why) for m in paper.sent)
    return paper.tables, mails


@settings(max_examples=100)
@given(stages, st.data())
def test_a_crash_anywhere_and_a_run_after_it_end_as_if_there_had_been_no_crash(
    history: list[dict[str, Submission]], data: st.DataObject
) -> None:
    calm, shaken = Paper(), Paper()
    for stage, said in enumerate(history):
        responses = responses_of(stage, said)
        calm.run(*responses)
        for crash in data.draw(st.lists(crashes, max_size=3), label=f"crashes of {stage}"):
            run_until(crash, shaken, responses)
        shaken.run(*responses)
        assert outcome(shaken) == outcome(calm)
        assert len({mail.key for mail in shaken.sent}) == len(shaken.sent)
        assert shaken.run(*responses).is_empty


@settings(max_examples=100)
@given(stages, st.data())
def test_whoever_was_told_of_a_request_knows_in_the_end_what_became_of_it(
    history: list[dict[str, Submission]], data: st.DataObject
) -> None:
    """Runs die and students edit meanwhile; the last mail to each person is the truth."""
    paper = Paper()
    latest: dict[str, Response] = {}
    for stage, said in enumerate(history):
        latest |= {response.id: response for response in responses_of(stage, said)}
        for crash in data.draw(st.lists(crashes, max_size=2), label=f"crashes of {stage}"):
            run_until(crash, paper, list(latest.values()))
    paper.run(*latest.values())
    assert len({mail.key for mail in paper.sent}) == len(paper.sent)
    for id, row in paper.tables["dossiers"].items():
        last = {m.recipient: m.template for m in paper.sent if m.row == ("dossiers", id)}
        owner = str(row.get("owner_email", ""))
        if row["state"] == "Active":
            assert last.pop(owner) in ("case_opened", "case_changed")
        assert set(last.values()) <= {"case_withdrawn", "case_handed_over"}


def test_a_run_that_dies_between_the_two_spreadsheets_still_tells_the_confidential_news() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.AR, needs="dyslexie"))
    edit = a_response("r1", Kind.AR, needs="dyscalculie", edited=MONDAY + timedelta(days=1))
    for change in paper.plan(paper.seen(edit)).rows:
        if TAB_BY_KEY[change.tab].book is Book.TRACKING:
            paper.write(change)
    plan = paper.run(edit)
    assert [mail.template for mail in plan.mails] == ["case_changed"]
    request = paper.row("ar", number(Kind.AR))["request"]
    assert request == Confidential("dyscalculie")


def test_a_person_who_works_in_the_sheets_is_never_overwritten() -> None:
    paper = Paper()
    paper.run(a_response("r1", Kind.AR, needs="dyslexie"))
    paper.type("dossiers", number(Kind.AR), status="Contacté", contacted=date_serial(MONDAY.date()))
    paper.type("ar", number(Kind.AR), decision="Accordé")
    paper.type("inscriptions", f"{FORM}/r1", notes="Rappeler")
    later = MONDAY + timedelta(days=1)
    paper.run(a_response("r1", Kind.AR, needs="autre", phone="0499", edited=later))
    assert paper.row("dossiers", number(Kind.AR))["status"] == "Contacté"
    assert paper.row("ar", number(Kind.AR))["decision"] == "Accordé"
    assert paper.row("inscriptions", f"{FORM}/r1")["notes"] == "Rappeler"


def test_a_form_without_label_is_called_by_its_key() -> None:
    wanted = decide(replace(ground(), seen=Paper().seen(a_response("r1", Kind.VA))), {})
    case = next(row for row in wanted.rows if row.tab == "dossiers")
    assert case.cells["origin"] == FORM
