"""An answer read as a registration, and what is missing in it (S14-S17, S38)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from itn_sync.domain.privacy import Confidential
from itn_sync.domain.registration import WITHHELD, gaps
from itn_sync.domain.school import Kind
from itn_sync.domain.seen import Answer, Problem
from tests.school import BRUSSELS, CAP, NAMUR, SCHOOL, TODAY, a_response, answering, read


def found(**answers: str) -> list[Problem]:
    return list(gaps(read(answering(a_response(), **answers)), SCHOOL, TODAY))


def names(**answers: str) -> list[str]:
    return [problem.key.rpartition("/")[2] for problem in found(**answers)]


def test_each_yes_is_a_request_and_each_no_is_none() -> None:
    askable = tuple(kind for kind in Kind if kind is not Kind.ATTENDANCE)
    every = read(a_response("r1", *askable))
    assert every.kinds == askable
    assert every.requests.startswith("Valorisation des acquis (VA), Aménagement raisonnable (AR)")
    assert read(a_response()).kinds == ()
    assert read(a_response()).requests == ""


def test_a_free_question_is_a_request_and_a_blank_one_is_not() -> None:
    assert read(a_response(question="Où se garer ?")).kinds == (Kind.QUESTION,)
    assert read(a_response(question="  \n ")).kinds == ()


def test_names_lose_the_spaces_around_them_and_an_address_its_capitals() -> None:
    registration = read(
        a_response(first_name=" Zoé\t", last_name="van  der\nBerg ", email="Z@A.BE")
    )
    assert registration.student == "Zoé van der Berg"
    assert registration.email == "z@a.be"


def test_a_verified_address_stands_in_when_the_form_does_not_ask_for_one() -> None:
    response = replace(a_response(email=""), respondent_email="Zoe@etudiant.example")
    assert read(response).email == "zoe@etudiant.example"


def test_an_answer_without_any_name_is_still_a_registration() -> None:
    assert read(a_response(first_name="", last_name="")).student == "(sans nom)"


def test_the_place_is_known_by_its_aliases_and_left_open_when_it_is_not() -> None:
    assert read(a_response(site="etterbeek")).site == BRUSSELS
    assert read(a_response()).place == (NAMUR.key, CAP.key)
    lost = read(a_response(site="Liège", section="Boulangerie"))
    assert lost.place == ("", "")
    assert (lost.site_text, lost.section_text) == ("Liège", "Boulangerie")


@pytest.mark.parametrize("consent", ["", "non", "peut-être"])
def test_without_a_clear_yes_no_request_is_followed_up(consent: str) -> None:
    registration = read(a_response("r1", Kind.VA, Kind.AR, consent=consent, needs="dyslexie"))
    assert not registration.consent
    assert registration.kinds == ()


def test_a_form_that_does_not_ask_for_consent_is_taken_as_agreed() -> None:
    response = a_response("r1", Kind.VA)
    unasked = {name: said for name, said in response.answers.items() if name != "consent"}
    assert read(replace(response, answers=unasked)).kinds == (Kind.VA,)


def test_what_an_accommodation_request_says_is_confidential() -> None:
    registration = read(a_response("r1", Kind.AR, needs="dyslexie"))
    assert registration.accommodation == Confidential("dyslexie")
    assert registration.details[Kind.AR] == "Voir la feuille confidentielle"
    assert "dyslexie" not in repr(registration)


def test_details_are_those_of_the_request() -> None:
    asked = a_response("r1", *Kind, va_details="UE 3", digital_ease="2", availability="Lundi")
    details = read(asked).details
    assert details[Kind.VA] == "UE 3"
    assert details[Kind.DIGITAL] == "Aisance : 2 sur 5"
    assert details[Kind.PLANNING] == "Lundi"
    assert details[Kind.QUESTION] == "Quand commencent les cours ?"
    assert read(a_response("r1", Kind.DIGITAL)).details[Kind.DIGITAL] == ""


@pytest.mark.parametrize("field", ["question", "titles", "heard_from", "va_details"])
def test_free_text_that_seems_to_speak_of_health_stays_in_google_forms(field: str) -> None:
    said = answering(a_response("r1", Kind.VA), **{field: "Je suis diabétique"})
    registration = read(said)
    assert "diabétique" not in repr(registration)
    assert WITHHELD in repr(registration)


def test_answers_without_a_field_are_kept_line_by_line() -> None:
    others = (Answer("Heure", ("18:00",)), Answer("Avis", ("4", "5")))
    assert read(a_response(others=others)).others == "Heure : 18:00\nAvis : 4, 5"


@pytest.mark.parametrize("typed", ["", "28/02/1999", "1999-02-30", "hier"])
def test_a_birth_date_that_is_none_is_left_out_and_asked_for(typed: str) -> None:
    assert read(a_response(birth_date=typed)).birth_date is None
    assert names(birth_date=typed) == ["birth_date"]


def test_a_birth_date_on_a_29_february_is_read() -> None:
    assert read(a_response(birth_date="2000-02-29")).birth_date == date(2000, 2, 29)


@pytest.mark.parametrize("born", ["2013-09-07", "2026-09-07", "2030-01-01", "1899-01-01"])
def test_a_student_is_between_14_and_100_years_old(born: str) -> None:
    assert names(birth_date=born) == ["birth_date"]
    assert names(birth_date="2010-01-01") == []


@pytest.mark.parametrize(
    "typed",
    ["", "zoe", "zoe@", "@a.be", "zoe@a", "zoe@a.", "a b@c.be", "z@a.be,y@a.be", "<z@a.be>"],
)
def test_an_address_that_is_none_gets_no_mail_and_somebody_rings_up(typed: str) -> None:
    assert not read(a_response(email=typed)).can_be_written_to
    (problem,) = found(email=typed)
    assert f"«{typed}»" in problem.what
    assert "Téléphoner" in problem.mend


@pytest.mark.parametrize("typed", ["zoe.o'neil+itn@mail.etudiant.example", "zoé@école.example"])
def test_an_unusual_address_is_still_one(typed: str) -> None:
    assert names(email=typed) == []


def test_a_complete_answer_has_no_gap() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("answers", "gap"),
    [
        ({"first_name": ""}, "name"),
        ({"last_name": ""}, "name"),
        ({"consent": "non"}, "consent"),
        ({"site": "Liège"}, "site"),
        ({"section": "Boulangerie"}, "section"),
        ({"site": "Bruxelles", "section": "CESS"}, "place"),
    ],
)
def test_each_gap_is_one_line_that_says_what_to_do(answers: dict[str, str], gap: str) -> None:
    (problem,) = found(**answers)
    assert problem.key == f"response/inscription/r1/{gap}"
    assert problem.scope == "response/inscription/r1"
    assert problem.where.endswith("du 7/09/2026")
    assert problem.what
    assert problem.mend


def test_an_unknown_site_is_told_beside_the_known_ones() -> None:
    assert "«Liège» n'est pas connue (Namur, Bruxelles)" in found(site="Liège")[0].what


def test_a_request_answered_by_neither_yes_nor_no_is_named_and_opens_no_case() -> None:
    registration = read(a_response("r1", va="Oui !"))
    assert registration.kinds == ()
    (problem,) = gaps(registration, SCHOOL, TODAY)
    assert problem.key == "response/inscription/r1/unclear/va"
    assert "n'ouvre pas de dossier" in problem.what


def test_confidential_words_without_a_request_are_named_but_not_told() -> None:
    (problem,) = gaps(read(a_response("r1", needs="dyslexie")), SCHOOL, TODAY)
    assert problem.key == "response/inscription/r1/ar_details"
    assert "dyslexie" not in repr(problem)
