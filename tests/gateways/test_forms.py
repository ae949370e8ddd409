"""A form and its answers as the worker reads them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from googleapiclient.discovery import build
from googleapiclient.http import HttpMockSequence

from itn_sync.gateways.errors import Missing
from itn_sync.gateways.forms import FORMS_READER, Forms
from tests.gateways.conftest import WORKER, Workspace
from tests.sandbox.forms_world import FORM_ID, form

RESPONSES = "forms.forms.responses.list"
MORNING = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


def _forms(workspace: Workspace, **content: Any) -> Forms:
    workspace.control("POST", "import", {"forms": [form(**content)]})
    return Forms(workspace.google().resource("forms", WORKER, FORMS_READER))


def _zulu(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def _answered(number: int, submitted: datetime = MORNING, **answers: Any) -> dict[str, Any]:
    return {
        "responseId": f"R{number}",
        "createTime": _zulu(MORNING),
        "lastSubmittedTime": _zulu(submitted),
        "answers": {key.removeprefix("q"): values for key, values in answers.items()},
    }


def _pages(*pages: dict[str, Any]) -> Forms:
    """A Forms whose list answers these pages, which a sandbox would never make."""
    answers = [({"status": "200"}, json.dumps(page)) for page in pages]
    return Forms(build("forms", "v1", http=HttpMockSequence(answers), static_discovery=True))


def test_every_kind_of_question_is_known(workspace: Workspace) -> None:
    shown = _forms(workspace).structure(FORM_ID)
    assert shown.title == "Inscription"
    assert {q.title: q.kind for q in shown.questions} == {
        "Nom": "text",
        "Remarque": "paragraph",
        "Implantation": "radio",
        "Titres": "checkbox",
        "Section": "dropdown",
        "Aisance": "scale",
        "Avis": "rating",
        "Naissance": "date",
        "Fête": "date",
        "Rendez-vous": "date",
        "Appel": "time",
        "Trajet": "time",
        "Disponibilités – Lundi": "grid_checkbox",
        "Disponibilités – Mardi": "grid_checkbox",
        "Titre": "upload",
    }


def test_options_other_and_required_are_told(workspace: Workspace) -> None:
    questions = {q.id: q for q in _forms(workspace).structure(FORM_ID).questions}
    titles = questions["1a000004"]
    assert (titles.options, titles.has_other) == (("CESS", "Master"), True)
    assert (questions["1a000003"].options, questions["1a000003"].has_other) == (
        ("Namur", "Bruxelles"),
        False,
    )
    assert questions["1a000001"].required
    assert not questions["1a000002"].required
    assert questions["1a000011"].options == ("Après-midi", "Soirée")


def test_the_revision_moves_with_the_form_and_not_with_answers(workspace: Workspace) -> None:
    forms = _forms(workspace)
    before = forms.structure(FORM_ID).revision
    _forms(workspace, responses=[_answered(1)])
    assert forms.structure(FORM_ID).revision == before
    _forms(workspace, items=[])
    assert forms.structure(FORM_ID).revision != before


@pytest.mark.parametrize(
    ("collected", "verified"),
    [("VERIFIED", True), ("RESPONDER_INPUT", False), ("DO_NOT_COLLECT", False)],
)
def test_only_a_verified_address_counts(
    workspace: Workspace, collected: str, verified: bool
) -> None:
    forms = _forms(workspace, settings={"emailCollectionType": collected})
    assert forms.structure(FORM_ID).collects_verified_email is verified


def test_answers_come_by_question_with_files_as_links(workspace: Workspace) -> None:
    files = [{"fileId": "1abc", "fileName": "cess.pdf", "mimeType": "application/pdf"}]
    told = _answered(
        1, q1a000001=["Été 🎓"], q1a000004=["CESS", "Diplôme étranger"], q1a00001b=files
    )
    forms = _forms(workspace, responses=[told | {"respondentEmail": "Lea@etudiant.example"}])
    (response,) = forms.responses(FORM_ID).read
    assert response.id == "R1"
    assert response.created == response.submitted == MORNING
    assert response.respondent_email == "Lea@etudiant.example"
    assert response.answers == {
        "1a000001": ("Été 🎓",),
        "1a000004": ("CESS", "Diplôme étranger"),
        "1a00001b": ("https://drive.google.com/open?id=1abc",),
    }


def test_one_page_is_one_call(workspace: Workspace) -> None:
    forms = _forms(workspace, responses=[_answered(n) for n in range(300)])
    assert len(forms.responses(FORM_ID).read) == 300
    assert workspace.calls(RESPONSES) == 1


def test_a_form_without_answers_has_none(workspace: Workspace) -> None:
    found = _forms(workspace).responses(FORM_ID)
    assert (found.read, found.unreadable) == ((), ())


def test_since_takes_that_very_instant_and_what_was_edited_after(workspace: Workspace) -> None:
    edited = _answered(3, MORNING + timedelta(hours=2))
    told = [_answered(1, MORNING - timedelta(seconds=1)), _answered(2), edited]
    brussels = MORNING.astimezone(ZoneInfo("Europe/Brussels"))
    found = _forms(workspace, responses=told).responses(FORM_ID, since=brussels)
    assert [r.id for r in found.read] == ["R2", "R3"]


def test_a_form_that_is_gone_is_missing(workspace: Workspace) -> None:
    forms = _forms(workspace)
    with pytest.raises(Missing):
        forms.structure("1gone")
    with pytest.raises(Missing):
        forms.responses("1gone")


def test_a_lost_page_is_asked_again(workspace: Workspace) -> None:
    forms = _forms(workspace, responses=[_answered(1)])
    workspace.trouble(RESPONSES, drop="after", times=1)
    assert [r.id for r in forms.responses(FORM_ID).read] == ["R1"]


def test_short_and_empty_pages_are_not_the_end() -> None:
    found = _pages(
        {"responses": [_answered(2, MORNING + timedelta(days=1))], "nextPageToken": "a"},
        {"nextPageToken": "b"},
        {"responses": [_answered(1)]},
    ).responses(FORM_ID)
    assert [r.id for r in found.read] == ["R1", "R2"]


def test_a_response_listed_twice_counts_once_as_it_is_now() -> None:
    newest = _answered(1, MORNING + timedelta(hours=1))
    found = _pages(
        {"responses": [newest], "nextPageToken": "a"}, {"responses": [_answered(1)]}
    ).responses(FORM_ID)
    assert [r.submitted for r in found.read] == [MORNING + timedelta(hours=1)]


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ({"responseId": "R9"}, "R9"),
        (_answered(9) | {"lastSubmittedTime": "hier"}, "R9"),
        (_answered(9) | {"createTime": "2026-09-01T08:00:00"}, "R9"),
        (_answered(9) | {"answers": ["?"]}, "R9"),
        (_answered(9) | {"answers": {"1a000001": "Nom"}}, "R9"),
        (_answered(9) | {"respondentEmail": None}, "R9"),
        ("?", "?"),
        ({"responseId": 9}, "?"),
    ],
)
def test_a_broken_response_is_reported_and_the_rest_is_read(broken: object, told: str) -> None:
    other = _answered(1) | {"answers": {}}
    found = _pages({"responses": [broken, other]}).responses(FORM_ID)
    assert [r.id for r in found.read] == ["R1"]
    assert found.unreadable == (told,)


@pytest.mark.parametrize(
    ("fraction", "microsecond"),
    [("", 0), (".120", 120_000), (".123456", 123_456), (".123456789", 123_456)],
)
def test_any_number_of_fraction_digits_is_read(fraction: str, microsecond: int) -> None:
    told = _answered(1) | {"lastSubmittedTime": f"2026-09-01T08:00:00{fraction}Z"}
    (response,) = _pages({"responses": [told | {"answers": {}}]}).responses(FORM_ID).read
    assert response.submitted == MORNING.replace(microsecond=microsecond)


def test_a_kind_that_google_invents_later_is_unknown() -> None:
    item = {"title": "Neuf", "questionItem": {"question": {"questionId": "1", "newQuestion": {}}}}
    shown = _pages({"info": {"documentTitle": "Brouillon"}, "items": [item]}).structure(FORM_ID)
    assert [q.kind for q in shown.questions] == ["unknown"]
    assert shown.title == "Brouillon"
