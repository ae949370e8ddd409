"""A response read by field; health text stays where it may be read (S32, issue 2, 3.1)."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from itn_sync.domain.form_answers import (
    DELETED_QUESTION,
    WITHHELD,
    WITHHELD_FOR_NOW,
    read_response,
)
from itn_sync.domain.forms import FormMapping, Question, RawResponse, ShownForm, ShownQuestion
from itn_sync.domain.privacy import Confidential
from itn_sync.domain.seen import Answer, Problem, Response

AT = datetime(2026, 9, 1, 10, tzinfo=UTC)
MAPPING = FormMapping(
    "inscription",
    "1Form",
    "Inscription 2026",
    (
        Question("name", "last_name", "Nom", "text"),
        Question("va", "va", "VA ?", "radio", meanings={"Oui": "oui", "Non": "non"}),
        Question("heard", "heard_from", "Connus par ?", "checkbox"),
        Question("ar", "ar_details", "Quel aménagement ?", "paragraph", confidential=True),
        Question("mon", "availability", "Vos disponibilités – Lundi", "grid_checkbox"),
        Question("tue", "availability", "Vos disponibilités – Mardi", "grid_checkbox"),
    ),
)
UNMAPPED = (
    ShownQuestion("hour", "À quelle heure ?", "time"),
    ShownQuestion("free", "Autre chose ?", "paragraph"),
    ShownQuestion("colour", "Couleur ?", "radio", options=("Bleu", "Vert"), has_other=True),
    ShownQuestion("illness", "Avez-vous une maladie ?", "radio", options=("Oui", "Non")),
)
SHOWN = ShownForm(
    "Inscription",
    "r1",
    (*(ShownQuestion(q.id, q.title, q.kind) for q in MAPPING.questions), *UNMAPPED),
)
WITHOUT_AR = ShownForm("Inscription", "r2", tuple(q for q in SHOWN.questions if q.id != "ar"))


def read(
    shown: ShownForm = SHOWN, **answers: str | tuple[str, ...]
) -> tuple[Response, tuple[Problem, ...]]:
    given_answers = {id: (v,) if isinstance(v, str) else v for id, v in answers.items()}
    return read_response(MAPPING, shown, RawResponse("r", AT, AT, given_answers, "a@x.test"))


def test_answers_come_by_field_with_their_meaning() -> None:
    response, problems = read(name="Dupont", va="Oui")
    assert response.key == "inscription/r"
    given = {name: values for name, values in response.answers.items() if values}
    assert given == {"last_name": ("Dupont",), "va": ("oui",)}
    assert response.respondent_email == "a@x.test"
    assert problems == ()


def test_an_answer_without_meaning_is_kept_as_typed() -> None:
    assert read(va="Peut-être")[0].answers["va"] == ("Peut-être",)


def test_several_ticks_and_a_typed_other_are_all_kept() -> None:
    assert read(heard=("Salon SIEP", "Ma voisine"))[0].answers["heard_from"] == (
        "Salon SIEP",
        "Ma voisine",
    )


def test_rows_of_a_grid_are_named_by_their_row() -> None:
    response, _ = read(tue=("Soirée",), mon=("Soirée", "Après-midi"))
    assert response.answers["availability"] == ("Lundi : Soirée, Après-midi", "Mardi : Soirée")


def test_a_confidential_answer_is_nowhere_but_wrapped() -> None:
    response, _ = read(ar="J'ai une dyslexie")
    assert response.confidential == {"ar_details": Confidential("J'ai une dyslexie")}
    assert "dyslexie" not in repr(response)


def test_answers_to_unmapped_questions_are_kept_with_their_title() -> None:
    assert read(hour="17:30", free="Rien")[0].others == (
        Answer("À quelle heure ?", ("17:30",)),
        Answer("Autre chose ?", ("Rien",)),
    )


def test_an_unmapped_answer_that_speaks_of_health_stays_in_forms() -> None:
    assert read(free="Je suis malade")[0].others == (Answer("Autre chose ?", (WITHHELD,)),)
    assert read(illness="Oui")[0].others == (Answer("Avez-vous une maladie ?", (WITHHELD,)),)


def test_free_answers_wait_in_forms_while_the_confidential_question_is_gone() -> None:
    response, (problem,) = read(WITHOUT_AR, free="Une place devant le tableau", hour="17:30")
    assert response.others == (
        Answer("À quelle heure ?", ("17:30",)),
        Answer("Autre chose ?", (WITHHELD_FOR_NOW,)),
    )
    assert problem.key == "response/inscription/r/withheld"
    assert "«Quel aménagement ?»" in problem.what
    assert "tableau" not in repr((response, problem))


def test_a_typed_other_waits_as_well_but_a_ticked_option_does_not() -> None:
    typed, ticked = (read(WITHOUT_AR, colour=colour)[0].others for colour in ("Rose", "Vert"))
    assert [answer.values for answer in (*typed, *ticked)] == [(WITHHELD_FOR_NOW,), ("Vert",)]


def test_an_answer_to_a_deleted_question_is_kept_under_a_plain_title() -> None:
    assert read(old="Bleu")[0].others == (Answer(DELETED_QUESTION, ("Bleu",)),)
    assert read(WITHOUT_AR, old="Bleu")[0].others == (
        Answer(DELETED_QUESTION, (WITHHELD_FOR_NOW,)),
    )


def test_a_mapped_question_deleted_from_the_form_is_still_read_and_still_confidential() -> None:
    response, _ = read(WITHOUT_AR, ar="J'ai une dyslexie")
    assert response.confidential == {"ar_details": Confidential("J'ai une dyslexie")}
    assert response.others == ()


def test_invisible_characters_are_removed_and_the_question_is_named() -> None:
    response, (problem,) = read(name="Du\0pont\r\nB")
    assert response.answers["last_name"] == ("Dupont\nB",)
    assert problem.scope == "response/inscription/r"
    assert problem.key == "response/inscription/r/controls/name"
    assert problem.where == "Réponse du 1/09/2026 au formulaire «Inscription 2026»"
    assert "«Nom»" in problem.what


def test_an_endless_answer_is_cut_and_the_question_is_named() -> None:
    response, (problem,) = read(free="a" * 60_000)
    assert len(response.others[0].values[0]) == 50_000
    assert problem.key == "response/inscription/r/cut/free"


def test_a_problem_never_quotes_the_answer() -> None:
    _, problems = read(ar="handicap\0", name="Dupont\0")
    assert len(problems) == 2
    assert "handicap" not in repr(problems)
    assert "Dupont" not in repr(problems)


def test_an_empty_answer_is_no_answer() -> None:
    response, _ = read(name="", ar="\0", hour=("",))
    assert set(response.answers.values()) == {()}  # asked, and left blank
    assert (response.confidential, response.others) == ({}, ())


ids = st.sampled_from(["name", "va", "heard", "ar", "mon", "hour", "free", "illness", "old"])
values = st.lists(st.text(st.characters(), max_size=20), max_size=3).map(tuple)


@given(st.dictionaries(ids, values), st.sampled_from([SHOWN, WITHOUT_AR]))
def test_whatever_is_typed_open_answers_are_clean_and_nothing_is_lost_silently(
    answers: dict[str, tuple[str, ...]], shown: ShownForm
) -> None:
    response, problems = read_response(MAPPING, shown, RawResponse("r", AT, AT, answers))
    stored = [*response.answers.values(), *(a.values for a in response.others)]
    for value in (v for values in stored for v in values):
        assert value == unicodedata.normalize("NFC", value)
        assert not any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in value)
    assert len({p.key for p in problems}) == len(problems)
    assert set(response.confidential) <= {"ar_details"}


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=12))
def test_what_is_confidential_reaches_no_other_part_of_the_response(secret: str) -> None:
    response, problems = read(ar=f"«{secret}»", name="Dupont")
    assert response.confidential["ar_details"].reveal().startswith("«")
    assert f"«{secret}" not in str(response.answers) + str(response.others) + str(problems)
