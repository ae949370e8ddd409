"""The demo school is whole, invented, and the same at every start."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from itn_sync.sandbox.seed import CONFIDENTIAL_SHEET, TRACKING_SHEET, demo_school
from itn_sync.sandbox.seed_form import REGISTRATION_FORM
from itn_sync.sandbox.seed_units import registers
from itn_sync.sandbox.server import serve

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
AR_DETAILS = "1a00000c"
HEALTH_WORDS = re.compile(
    r"dys|malenten|migraine|fauteuil|vision|hôpital|attention|trouble|handicap|maladie|traitement",
    re.IGNORECASE,
)

Answers = dict[str, list[str]]


@pytest.fixture(scope="module")
def school() -> dict[str, Any]:
    return demo_school(NOW)


@pytest.fixture(scope="module")
def registrations(school: dict[str, Any]) -> list[Answers]:
    return [response["answers"] for response in school["forms"][0]["responses"]]


def questions(school: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for item in school["forms"][0]["items"]:
        single = item.get("questionItem", {}).get("question")
        rows = item.get("questionGroupItem", {}).get("questions", [])
        found |= {q["questionId"]: q for q in [*rows, *([single] if single else [])]}
    return found


def one_answer(answers: Answers, question_id: str) -> str:
    return answers.get(question_id, [""])[0]


def test_the_same_instant_gives_the_same_school(school: dict[str, Any]) -> None:
    assert demo_school(NOW) == school


def test_its_ids_are_those_a_configuration_expects(school: dict[str, Any]) -> None:
    assert [sheet["id"] for sheet in school["spreadsheets"]] == [
        *(TRACKING_SHEET, CONFIDENTIAL_SHEET),
        *(spreadsheet for spreadsheet, _, _ in registers()),
    ]
    assert school["forms"][0]["id"] == REGISTRATION_FORM
    expected = {f"1a0000{n:02x}" for n in range(1, 0x1C)} - {"1a000010"}
    assert set(questions(school)) == expected


def test_only_the_ar_referent_and_the_direction_share_the_confidential_sheet(
    school: dict[str, Any],
) -> None:
    confidential = school["spreadsheets"][1]
    writers = {grant["emailAddress"] for grant in confidential["permissions"]}
    assert writers == {"referent.ar@ecole.example", "direction@ecole.example"}


def test_organisation_and_demands_come_before_the_first_question(school: dict[str, Any]) -> None:
    first = school["forms"][0]["items"][0]
    assert "textItem" in first
    assert "CESS" in first["description"], "S14: modes and demands of each section"


def test_about_forty_registrations_came_in_the_last_three_weeks(school: dict[str, Any]) -> None:
    responses = school["forms"][0]["responses"]
    instants = [datetime.fromisoformat(response["createTime"]) for response in responses]
    assert 35 <= len(responses) <= 45
    assert all(NOW - timedelta(days=22) < instant < NOW for instant in instants)
    assert instants == sorted(instants)


def test_every_required_question_is_answered(
    school: dict[str, Any], registrations: list[Answers]
) -> None:
    required = {key for key, question in questions(school).items() if question.get("required")}
    assert all(required <= set(answers) for answers in registrations)


def test_answers_are_options_of_their_question_where_no_other_is_offered(
    school: dict[str, Any], registrations: list[Answers]
) -> None:
    for question_id, question in questions(school).items():
        options = question.get("choiceQuestion", {}).get("options", [])
        if not options or any(option.get("isOther") for option in options):
            continue
        given = {value for answers in registrations for value in answers.get(question_id, [])}
        assert given <= {option["value"] for option in options}, question_id


def test_needs_vary_from_none_to_all_four(registrations: list[Answers]) -> None:
    needs = ("1a000009", "1a00000b", "1a00000d", "1a00000f")
    counts = {sum(one_answer(a, need) == "Oui" for need in needs) for a in registrations}
    assert counts == {0, 1, 2, 3, 4}


def test_health_is_spoken_of_in_the_confidential_answer_alone(
    registrations: list[Answers],
) -> None:
    elsewhere = [
        value
        for answers in registrations
        for question, values in answers.items()
        for value in values
        if question != AR_DETAILS and HEALTH_WORDS.search(value)
    ]
    assert elsewhere == []
    assert any(AR_DETAILS in answers for answers in registrations)


def test_every_address_is_reserved_for_documentation(registrations: list[Answers]) -> None:
    assert all(one_answer(answers, "1a000003").endswith(".example") for answers in registrations)


@pytest.mark.parametrize(
    ("what", "question_id", "text"),
    [
        ("a formula as a name", "1a000002", "=IMPORTXML("),
        ("a script as a question", "1a000017", "<script>"),
        ("right-to-left text", "1a000017", "مرحبا"),
        ("an emoji in a name", "1a000002", "🌸"),
        ("an address without @", "1a000003", "maelle.kowalczykowa.etudiant"),
        ("the old name of a site", "1a000017", "Etterbeek"),
        ("a title that is no option", "1a000008", "Graduat"),
    ],
)
def test_what_a_school_really_receives_is_among_them(
    registrations: list[Answers], what: str, question_id: str, text: str
) -> None:
    values = [value for answers in registrations for value in answers.get(question_id, [])]
    assert any(text in value for value in values), what


def test_a_section_that_the_site_does_not_organise_is_asked_for(
    registrations: list[Answers],
) -> None:
    wishes = {(one_answer(a, "1a000006"), one_answer(a, "1a000007")) for a in registrations}
    assert ("Namur", "Électricien-automaticien") in wishes


def test_one_person_comes_twice_and_two_share_an_address(registrations: list[Answers]) -> None:
    births = [one_answer(answers, "1a000005") for answers in registrations]
    addresses = [one_answer(answers, "1a000003").lower() for answers in registrations]
    assert len(births) == len(set(births)) + 1
    assert len(addresses) == len(set(addresses)) + 1


def test_a_sandbox_starts_with_the_whole_demo_school(tmp_path: Path) -> None:
    with serve(tmp_path, school="demo") as running:
        home = requests.get(running.url, timeout=10).text
        form = requests.get(f"{running.url}forms/d/e/{REGISTRATION_FORM}/viewform", timeout=10).text
        with running.tenant.world.transaction(write=False) as state:
            kept = state.execute("SELECT count(*) FROM form_response").fetchone()[0]
    assert "Suivi des étudiants" in home
    assert "Conseiller en technopédagogie" in form
    assert 35 <= kept <= 45
