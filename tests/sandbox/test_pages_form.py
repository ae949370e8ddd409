"""A student fills in a form in a browser; the Forms API tells what they said."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
import requests

from itn_sync.sandbox.server import RunningSandbox
from tests.sandbox.conftest import Service
from tests.sandbox.pages_school import FORM, WORKER, every_kind, fill, form, page, post, question

VIEW = f"forms/d/e/{FORM}/viewform"
ANSWER = f"forms/d/e/{FORM}/formResponse"
COMPLETE = [
    ("entry.00000001", "Hanquelet"),
    ("entry.00000002", "Deux lignes\r\nde texte"),
    ("entry.00000003", "Namur"),
    ("entry.00000004", "CESS"),
    ("entry.00000004", "__other_option__"),
    ("entry.00000004.other_option_response", "Diplôme étranger"),
    ("entry.00000005", "CAP"),
    ("entry.00000006", "4"),
    ("entry.00000007", "5"),
    ("entry.00000008", "1996-04-17"),
    ("entry.00000009", "17:30"),
    ("entry.0000000a", "Après-midi"),
    ("entry.0000000a", "Soirée"),
    ("entry.0000000c_day", "3"),
    ("entry.0000000c_month", "9"),
]


@pytest.fixture
def school(sandbox: RunningSandbox) -> RunningSandbox:
    fill(sandbox, forms=[form(every_kind())])
    return sandbox


def responses(service: Service) -> list[dict[str, Any]]:
    forms = service("forms", WORKER).forms()
    found: list[dict[str, Any]] = forms.responses().list(formId=FORM).execute().get("responses", [])
    return found


def given(response: dict[str, Any]) -> dict[str, list[str]]:
    return {
        question_id: [one["value"] for one in answer["textAnswers"]["answers"]]
        for question_id, answer in response["answers"].items()
        if "textAnswers" in answer
    }


def edit_link(answer: requests.Response) -> str:
    found = re.search(r'href="(/forms/[^"]*edit2=[^"]+)"', answer.text)
    assert found, answer.text
    return html.unescape(found[1])


def test_the_form_shows_a_question_of_every_kind(school: RunningSandbox) -> None:
    shown = page(school, VIEW).text
    for part in (
        'type="text" id="f-00000001"',
        '<textarea id="f-00000002"',
        'type="radio" name="entry.00000003" value="Namur"',
        'type="checkbox" name="entry.00000004" value="__other_option__"',
        '<select id="f-00000005"',
        'name="entry.00000006" value="5"',
        'name="entry.00000007" value="5"',
        'type="date" id="f-00000008"',
        'type="time" id="f-00000009"',
        'aria-label="Lundi, Soirée"',
        'type="file" id="f-0000000b"',
        'name="entry.0000000c_month"',
        "Lisez d&#39;abord ceci.",
    ):
        assert part in shown, part


def test_the_editors_address_shows_the_same_form(school: RunningSandbox) -> None:
    assert "Bienvenue" in page(school, f"forms/d/{FORM}/viewform").text


def test_what_is_posted_reaches_the_api(school: RunningSandbox, service: Service) -> None:
    answer = post(school, ANSWER, data=COMPLETE)
    assert answer.status_code == 200
    assert "Votre réponse a bien été enregistrée." in answer.text
    assert given(responses(service)[0]) == {
        "00000001": ["Hanquelet"],
        "00000002": ["Deux lignes\nde texte"],
        "00000003": ["Namur"],
        "00000004": ["CESS", "Diplôme étranger"],
        "00000005": ["CAP"],
        "00000006": ["4"],
        "00000007": ["5"],
        "00000008": ["1996-04-17"],
        "00000009": ["17:30"],
        "0000000a": ["Après-midi", "Soirée"],
        "0000000c": ["09-03"],
    }


def test_a_joined_file_reaches_the_api(school: RunningSandbox, service: Service) -> None:
    joined = {"entry.0000000b": ("diplome.pdf", b"%PDF-1.4", "application/pdf")}
    assert post(school, ANSWER, data=COMPLETE, files=joined).status_code == 200
    upload = responses(service)[0]["answers"]["0000000b"]["fileUploadAnswers"]["answers"][0]
    assert upload["fileName"].startswith("diplome")
    assert upload["mimeType"] == "application/pdf"


def test_an_error_stands_beside_its_question_and_nothing_typed_is_lost(
    school: RunningSandbox, service: Service
) -> None:
    typed = [(name, value) for name, value in COMPLETE if name != "entry.00000001"]
    answer = post(school, ANSWER, data=[*typed, ("entry.00000001", "   ")])
    assert answer.status_code == 400
    assert re.search(r'id="erreur-00000001"[^>]*>Cette question est obligatoire', answer.text)
    assert 'aria-describedby="erreur-00000001"' in answer.text
    for kept in (
        "Deux lignes",
        'value="Diplôme étranger"',
        'value="1996-04-17"',
        '<option value="CAP" dir="auto" selected>',
        'name="entry.0000000c_day" value="3"',
    ):
        assert kept in answer.text, kept
    assert len(re.findall(r"\bchecked\b", answer.text)) == 7
    assert responses(service) == []


def test_the_edit_link_opens_the_answer_as_it_was_and_saves_the_change(
    school: RunningSandbox, service: Service
) -> None:
    link = edit_link(post(school, ANSWER, data=COMPLETE))
    before = responses(service)[0]
    prefilled = page(school, link).text
    assert "Vous modifiez une réponse" in prefilled
    assert 'value="Diplôme étranger"' in prefilled
    assert 'name="entry.0000000c_month" value="09"' in prefilled
    token = re.search(r'name="edit2" value="([^"]+)"', prefilled)
    assert token
    changed = [*COMPLETE[1:], ("entry.00000001", "Hanquelet-Bodart"), ("edit2", token[1])]
    assert "a bien été modifiée" in post(school, ANSWER, data=changed).text
    [after] = responses(service)
    assert after["responseId"] == before["responseId"]
    assert after["createTime"] == before["createTime"]
    assert after["lastSubmittedTime"] > before["lastSubmittedTime"]
    assert given(after)["00000001"] == ["Hanquelet-Bodart"]


def test_a_file_joined_before_is_named_when_the_answer_is_edited(school: RunningSandbox) -> None:
    joined = {"entry.0000000b": ("diplome.pdf", b"%PDF-1.4", "application/pdf")}
    answer = post(school, ANSWER, data=COMPLETE, files=joined)
    assert "Déjà joint : <bdi>diplome" in page(school, edit_link(answer)).text


def test_an_edit_link_of_no_answer_leads_nowhere(school: RunningSandbox) -> None:
    assert page(school, f"{VIEW}?edit2=2_nobody").status_code == 404


def test_a_closed_form_says_so_and_takes_nothing(school: RunningSandbox, service: Service) -> None:
    closed = {"publishState": {"isPublished": True, "isAcceptingResponses": False}}
    service("forms", WORKER).forms().setPublishSettings(
        formId=FORM, body={"publishSettings": closed}
    ).execute()
    for answer in (page(school, VIEW), post(school, ANSWER, data=COMPLETE)):
        assert "n’accepte plus de réponses" in answer.text
    assert responses(service) == []


def test_a_form_that_collects_addresses_asks_for_one(
    sandbox: RunningSandbox, service: Service
) -> None:
    items = [question("00000001", "Nom", textQuestion={})]
    fill(sandbox, forms=[form(items, settings={"emailCollectionType": "RESPONDER_INPUT"})])
    refused = post(sandbox, ANSWER, data={"entry.00000001": "Bodart", "emailAddress": "pas-une"})
    assert 'id="erreur-email"' in refused.text
    assert 'value="pas-une"' in refused.text
    post(sandbox, ANSWER, data={"entry.00000001": "Bodart", "emailAddress": "b@etudiant.example"})
    assert responses(service)[0]["respondentEmail"] == "b@etudiant.example"


def test_hostile_words_are_shown_as_typed(school: RunningSandbox) -> None:
    nasty = '"><script>alert(1)</script>'
    answer = post(school, ANSWER, data={"entry.00000002": nasty, "entry.00000003": nasty})
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert "<b>d'essai</b>" not in answer.text


def test_a_form_that_does_not_exist_is_a_french_404(sandbox: RunningSandbox) -> None:
    answer = page(sandbox, "forms/d/e/nowhere/viewform")
    assert answer.status_code == 404
    assert "Page introuvable" in answer.text


def test_a_video_leads_only_to_the_web(sandbox: RunningSandbox) -> None:
    video = {"title": "Film", "videoItem": {"video": {"youtubeUri": "javascript:alert(1)"}}}
    fill(sandbox, forms=[form([video])])
    shown = page(sandbox, VIEW).text
    assert 'Vidéo : <a href="#"' in shown
    assert 'href="javascript:' not in shown
