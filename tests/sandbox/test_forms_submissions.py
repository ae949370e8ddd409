"""A person fills in a form (S14-S17; facts 3.2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from itn_sync.sandbox import files
from itn_sync.sandbox.drive.content import content_of
from itn_sync.sandbox.errors import ApiError, Json
from itn_sync.sandbox.forms.imports import import_forms
from itn_sync.sandbox.forms.store import load_response, save_form
from itn_sync.sandbox.forms.submissions import Submission, delete_response, submit
from itn_sync.sandbox.forms.uploads import Upload
from itn_sync.sandbox.world import State
from tests.sandbox.drive_world import NOW, OWNER
from tests.sandbox.forms_world import FORM_ID, choice, form, question


@pytest.fixture
def state(state: State) -> State:
    """With the form of every kind of question in it."""
    import_forms(state, [form()], NOW)
    return state


def post(state: State, fields: dict[str, str | list[str]] | None = None, **more: Any) -> Any:
    posted = {f"entry.{k}": [v] if isinstance(v, str) else v for k, v in (fields or {}).items()}
    return submit(state, FORM_ID, {"entry.1a000001": ["Dupont"]} | posted, now=NOW, **more)


def answers(state: State, fields: dict[str, str | list[str]]) -> dict[str, list[str]]:
    kept = post(state, fields)
    assert isinstance(kept, Submission), kept
    response = load_response(state, FORM_ID, kept.response_id) or {}
    found = response["answers"].items()
    return {k: [v["value"] for v in a["textAnswers"]["answers"]] for k, a in found}


def messages(state: State, fields: dict[str, str | list[str]], **more: Any) -> list[str]:
    refusal = post(state, fields, **more)
    assert not isinstance(refusal, Submission)
    return [error.message for error in refusal]


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"1a000002": "une\r\ndeux"}, {"1a000002": ["une\ndeux"]}),
        ({"1a000003": "Namur"}, {"1a000003": ["Namur"]}),
        ({"1a000004": ["Master", "CESS"]}, {"1a000004": ["CESS", "Master"]}),
        (
            {"1a000004": ["__other_option__", "CESS"], "1a000004.other_option_response": " BTS "},
            {"1a000004": ["CESS", "BTS"]},
        ),
        ({"1a000005": "CAP"}, {"1a000005": ["CAP"]}),
        ({"1a000006": "5"}, {"1a000006": ["5"]}),
        ({"1a000007": "1"}, {"1a000007": ["1"]}),
        ({"1a000008": "1986-05-19"}, {"1a000008": ["1986-05-19"]}),
        (
            {"1a000008_year": "1986", "1a000008_month": "5", "1a000008_day": "9"},
            {"1a000008": ["1986-05-09"]},
        ),
        ({"1a000009": "05-19"}, {"1a000009": ["05-19"]}),
        ({"1a000009_month": "2", "1a000009_day": "29"}, {"1a000009": ["02-29"]}),
        ({"1a00000a": "2026-09-01T14:05"}, {"1a00000a": ["2026-09-01 14:05"]}),
        (
            {
                "1a00000a_year": "2026",
                "1a00000a_month": "9",
                "1a00000a_day": "1",
                "1a00000a_hour": "9",
                "1a00000a_minute": "5",
            },
            {"1a00000a": ["2026-09-01 09:05"]},
        ),
        ({"1a00000b": "14:51"}, {"1a00000b": ["14:51"]}),
        ({"1a00000b_hour": "9", "1a00000b_minute": "5"}, {"1a00000b": ["09:05"]}),
        ({"1a00000c": "36:20"}, {"1a00000c": ["36:20"]}),
        ({"1a000011": ["Soirée", "Après-midi"]}, {"1a000011": ["Après-midi", "Soirée"]}),
        ({"1a000002": "   "}, {}),
        ({str(int("1a000003", 16)): "Bruxelles"}, {"1a000003": ["Bruxelles"]}),
    ],
)
def test_every_kind_of_answer_is_kept_as_the_api_writes_it(
    state: State, fields: dict[str, str | list[str]], kept: dict[str, list[str]]
) -> None:
    assert answers(state, fields) == {"1a000001": ["Dupont"]} | kept


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"1a000001": " "}, "Nom: cette question est obligatoire."),
        ({"1a000001": ["a", "b"]}, "Nom: une seule réponse est possible."),
        ({"1a000003": "Liège"}, "Implantation: «Liège» n'est pas un des choix proposés."),
        ({"1a000003": ["Namur", "Bruxelles"]}, "Implantation: une seule réponse est possible."),
        ({"1a000003": "__other_option__"}, "Implantation: «__other_option__» n'est pas un des"),
        ({"1a000004": "__other_option__"}, "Titres: précisez votre réponse dans «Autre»."),
        ({"1a000006": "6"}, "Aisance: choisissez un nombre de 1 à 5."),
        ({"1a000006": "0"}, "Aisance: choisissez un nombre de 1 à 5."),
        ({"1a000007": "9"}, "Avis: choisissez un nombre de 1 à 5."),
        ({"1a000008": "2026-02-30"}, "Naissance: cette date n'existe pas."),
        ({"1a000008": "hier"}, "Naissance: cette date n'est pas valide."),
        ({"1a000008": "05-19"}, "Naissance: indiquez aussi l'année."),
        ({"1a00000a": "2026-09-01"}, "Rendez-vous: indiquez aussi une heure"),
        ({"1a00000b": "24:00"}, "Appel: cette heure n'est pas valide"),
        ({"1a000011": "Nuit"}, "Disponibilités [Lundi]: «Nuit» n'est pas un des choix proposés."),
    ],
)
def test_an_answer_that_cannot_be_is_refused_in_french_naming_its_question(
    state: State, fields: dict[str, str | list[str]], said: str
) -> None:
    (message,) = messages(state, fields)
    assert message.startswith(said)


def test_every_error_is_told_at_once(state: State) -> None:
    told = messages(state, {"1a000001": "", "1a000003": "Liège", "1a000006": "9"})
    assert len(told) == 3


def test_an_edited_answer_keeps_its_id_and_first_time(state: State) -> None:
    first = post(state, {"1a000003": "Namur"})
    later = NOW + timedelta(hours=1)
    second = submit(
        state,
        FORM_ID,
        {"entry.1a000001": ["Durand"]},
        now=later,
        response_id=first.response_id,
    )
    assert isinstance(second, Submission)
    assert (second.response_id, second.create_time) == (first.response_id, first.create_time)
    assert second.last_submitted_time == "2026-09-01T09:00:00.250Z"
    kept = load_response(state, FORM_ID, first.response_id) or {}
    assert list(kept["answers"]) == ["1a000001"]


def test_a_response_deleted_meanwhile_cannot_be_edited(state: State) -> None:
    first = post(state)
    delete_response(state, FORM_ID, first.response_id)
    assert messages(state, {}, response_id=first.response_id)[0].startswith("Cette réponse")
    with pytest.raises(ApiError):
        delete_response(state, FORM_ID, first.response_id)


@pytest.mark.parametrize("publish", [{"isPublished": True}, {}])
def test_a_closed_form_takes_no_answer(state: State, publish: Json) -> None:
    import_forms(state, [form(publishSettings={"publishState": publish})], NOW)
    assert messages(state, {}) == ["Le formulaire «Inscription» n'accepte plus de réponses."]


def test_the_address_is_kept_only_where_the_form_collects_it(state: State) -> None:
    assert "respondentEmail" not in response_of(state, email="a@etudiant.example")
    settings = {"emailCollectionType": "RESPONDER_INPUT"}
    import_forms(state, [form(settings=settings)], NOW)
    assert response_of(state, email="a@etudiant.example")["respondentEmail"] == "a@etudiant.example"
    for bad in ("", "a@", "pas une adresse"):
        assert messages(state, {}, email=bad)[0].startswith("Votre adresse e-mail")


def response_of(state: State, **more: Any) -> Json:
    kept = post(state, **more)
    assert isinstance(kept, Submission)
    return load_response(state, FORM_ID, kept.response_id) or {}


def test_a_joined_file_becomes_a_drive_file_of_the_forms_owner(state: State) -> None:
    uploads = {"entry.1a00001b": [Upload("cess.pdf", "application/pdf", b"%PDF")]}
    first = response_of(state, uploads=uploads)
    (answer,) = first["answers"]["1a00001b"]["fileUploadAnswers"]["answers"]
    assert (answer["fileName"], answer["mimeType"]) == ("cess.pdf", "application/pdf")
    assert files.role_of(state, OWNER, answer["fileId"]) == "owner"
    assert content_of(state, answer["fileId"]) == b"%PDF"
    edited = response_of(state, response_id=first["responseId"])
    assert edited["answers"]["1a00001b"] == first["answers"]["1a00001b"]


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        ([Upload("a.png", "image/png", b"x")], "ce type de fichier n'est pas accepté."),
        ([Upload("a.pdf", "application/pdf", b"x" * 1001)], "un fichier dépasse"),
        ([Upload("a.pdf", "application/pdf", b"x")] * 2, "1 fichier(s) au plus."),
    ],
)
def test_a_file_the_question_does_not_accept_is_refused(
    state: State, upload: list[Upload], said: str
) -> None:
    (message,) = messages(state, {}, uploads={"entry.1a00001b": upload})
    assert said in message


def test_questions_of_a_section_that_is_jumped_over_are_not_asked(state: State) -> None:
    items = [
        question("1a000001", "Nom", {"textQuestion": {}}),
        question("1a000002", "VA ?", choice("RADIO", "Oui", "Non", Non="SUBMIT_FORM", Oui="fab")),
        {"itemId": "faa", "title": "AR", "pageBreakItem": {}},
        question("1a000003", "Jamais", {"textQuestion": {}}, required=True),
        {"itemId": "fab", "title": "VA", "pageBreakItem": {}},
        question("1a000004", "Quels acquis ?", {"textQuestion": {}}, required=True),
    ]
    import_forms(state, [form(items)], NOW)
    assert answers(state, {"1a000002": "Non"}) == {"1a000001": ["Dupont"], "1a000002": ["Non"]}
    assert messages(state, {"1a000002": "Oui"}) == [
        "Quels acquis ?: cette question est obligatoire."
    ]
    kept = answers(state, {"1a000002": "Oui", "1a000003": "x", "1a000004": "UE 1"})
    assert "1a000003" not in kept


def test_only_a_quiz_has_a_score(state: State) -> None:
    assert "totalScore" not in response_of(state)
    key = {"pointValue": 2, "correctAnswers": {"answers": [{"value": "Namur"}]}}
    items = [
        question("1a000003", "Capitale ?", choice("RADIO", "Namur", "Mons") | {"grading": key})
    ]
    import_forms(state, [form(items, settings={"quizSettings": {"isQuiz": True}})], NOW)
    for chosen, score in (("Namur", 2), ("Mons", 0)):
        kept = post(state, {"1a000003": chosen})
        response = load_response(state, FORM_ID, kept.response_id) or {}
        assert response["totalScore"] == score


def test_whatever_a_person_types_is_kept_as_typed(state: State) -> None:
    for typed in (
        '=IMPORTXML("http://x")',
        "<script>",
        "{{ 7*7 }}",
        "a\x00b",
        "é😀\u202e",
        "x" * 10_000,
    ):
        assert answers(state, {"1a000001": typed})["1a000001"] == [typed]


def test_a_form_whose_file_is_gone_is_404(state: State) -> None:
    save_form(state, "1x", {"info": {"title": "x"}, "settings": {}, "items": []})
    with pytest.raises(ApiError):
        submit(state, "1x", {}, now=NOW)
