"""A form that changed is noticed, question by question, with how to mend it (issue 2, 3.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.domain.form_structure import structure_problems
from itn_sync.domain.forms import KINDS, FormMapping, Question, ShownForm, ShownQuestion
from itn_sync.domain.seen import Problem

YES_NO = {"Oui": "oui", "Non": "non"}
QUESTIONS = (
    Question("q1", "last_name", "Nom", "text", required=True),
    Question("q2", "first_name", "Prénom", "text", required=True),
    Question("q3", "email", "Adresse e-mail", "text", required=True),
    Question("q4", "site", "Implantation", "radio", required=True, meanings={"Namur": "namur"}),
    Question("q5", "section", "Section", "dropdown", required=True, meanings={"CESS": "cess"}),
    Question("q6", "va", "Souhaitez-vous une VA ?", "radio", required=True, meanings=YES_NO),
    Question("q7", "ar_details", "Quel aménagement ?", "paragraph", confidential=True),
    Question("q8", "availability", "Vos disponibilités – Lundi", "grid_checkbox"),
    Question("q9", "availability", "Vos disponibilités – Mardi", "grid_checkbox"),
    Question("q10", "consent", "Accord", "checkbox", required=True, meanings={"J'accepte": "oui"}),
)
MAPPING = FormMapping("inscription", "1Form", "Inscription 2026", QUESTIONS)


def shown_as(question: Question) -> ShownQuestion:
    return ShownQuestion(
        question.id, question.title, question.kind, question.required, tuple(question.meanings)
    )


SHOWN = ShownForm("Inscription", "r1", tuple(map(shown_as, QUESTIONS)))


def with_question(question_id: str, **changed: Any) -> ShownForm:
    return replace(
        SHOWN,
        questions=tuple(
            replace(q, **changed) if q.id == question_id else q for q in SHOWN.questions
        ),
    )


def only(shown: ShownForm, mapping: FormMapping = MAPPING) -> Problem:
    (problem,) = structure_problems(mapping, shown)
    assert problem.scope == "form/inscription"
    assert problem.key.startswith("form/inscription/")
    assert "Inscription 2026" in problem.where
    return problem


def test_a_form_as_expected_raises_nothing() -> None:
    assert structure_problems(MAPPING, SHOWN) == ()


def test_spaces_and_unicode_forms_of_a_title_do_not_matter() -> None:
    assert structure_problems(MAPPING, with_question("q2", title=" Pre\u0301nom ")) == ()


def test_a_renamed_question_is_named_with_its_old_and_new_title() -> None:
    problem = only(with_question("q2", title="Prénom usuel"))
    assert problem.key == "form/inscription/question/q2/title"
    assert "«Prénom»" in problem.where
    assert "«Prénom usuel»" in problem.what
    assert 'id = "q2"' in problem.mend


def test_a_deleted_question_is_named() -> None:
    gone = replace(SHOWN, questions=tuple(q for q in SHOWN.questions if q.id != "q6"))
    problem = only(gone)
    assert problem.key == "form/inscription/question/q6"
    assert "n'est plus dans le formulaire" in problem.what


def test_a_retyped_question_says_both_kinds_as_google_forms_names_them() -> None:
    problem = only(with_question("q1", kind="paragraph"))
    assert "«paragraphe»" in problem.what
    assert "«réponse courte»" in problem.what


def test_a_question_that_may_now_stay_blank_is_reported() -> None:
    assert "obligatoire" in only(with_question("q6", required=False)).what


def test_an_option_taken_away_is_reported() -> None:
    problem = only(with_question("q6", options=("Oui",)))
    assert problem.key == "form/inscription/question/q6/option/Non"
    assert "n'est plus proposé" in problem.what


def test_a_new_option_without_meaning_is_reported() -> None:
    problem = only(with_question("q6", options=("Oui", "Non", "Peut-être")))
    assert problem.key == "form/inscription/question/q6/option/Peut-être"
    assert "nouveau" in problem.what


def test_options_of_a_question_without_meanings_may_change() -> None:
    assert structure_problems(MAPPING, with_question("q8", options=("Matin", "Nuit"))) == ()


def test_a_required_question_that_we_do_not_know_is_reported() -> None:
    unknown = ShownQuestion("q99", "Numéro de registre national", "text", required=True)
    problem = only(replace(SHOWN, questions=(*SHOWN.questions, unknown)))
    assert problem.key == "form/inscription/question/q99"
    assert "«Numéro de registre national»" in problem.where
    assert 'id = "q99"' in problem.mend


def test_an_optional_question_that_we_do_not_know_is_fine() -> None:
    unknown = ShownQuestion("q99", "Votre avis", "rating")
    assert structure_problems(MAPPING, replace(SHOWN, questions=(*SHOWN.questions, unknown))) == ()


def test_a_field_that_a_registration_needs_must_have_a_question() -> None:
    mapping = replace(MAPPING, questions=tuple(q for q in QUESTIONS if q.field != "email"))
    shown = replace(SHOWN, questions=tuple(q for q in SHOWN.questions if q.id != "q3"))
    assert only(shown, mapping).key == "form/inscription/field/email"
    assert structure_problems(mapping, replace(shown, collects_verified_email=True)) == ()


def test_two_questions_for_one_field_are_refused_unless_they_are_rows_of_a_grid() -> None:
    twice = (*QUESTIONS[:7], replace(QUESTIONS[7], field="va"), *QUESTIONS[8:])
    problem = only(SHOWN, replace(MAPPING, questions=twice))
    assert problem.key == "form/inscription/question/q8/field"
    assert "«Souhaitez-vous une VA ?»" in problem.what


shown_questions = st.builds(
    ShownQuestion,
    id=st.sampled_from([*(q.id for q in QUESTIONS), "new"]),
    title=st.text(),
    kind=st.sampled_from(list(KINDS)),
    required=st.booleans(),
    options=st.lists(st.text(), unique=True).map(tuple),
)


@given(st.lists(shown_questions, unique_by=lambda q: q.id).map(tuple))
def test_whatever_became_of_the_form_each_problem_has_its_own_key_and_a_mend(
    questions: tuple[ShownQuestion, ...],
) -> None:
    problems = structure_problems(MAPPING, replace(SHOWN, questions=questions))
    assert len({p.key for p in problems}) == len(problems)
    assert all(p.what and p.mend and p.scope == "form/inscription" for p in problems)
    present = {q.id for q in questions}
    gone = {q.id for q in QUESTIONS} - present
    assert {f"form/inscription/question/{i}" for i in gone} <= {p.key for p in problems}


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_has_a_french_name(kind: str) -> None:
    assert KINDS[kind]
