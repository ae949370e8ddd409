"""What a person must mend stands in `Anomalies`, in words, and goes when mended (S17, F03)."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from itn_sync.sandbox.seed import WORKER
from itn_sync.sandbox.seed_form import REGISTRATION_FORM
from tests.answers import QUESTIONS
from tests.rehearsal import Rehearsal

FORM = f"v1/forms/{REGISTRATION_FORM}"
Items = list[dict[str, Any]]


def open_anomalies(school: Rehearsal) -> list[str]:
    """What the open lines say."""
    rows = school.rows("Anomalies")
    return [f"{row['Où']} {row['Quoi']}" for row in rows if row["État"] == "À corriger"]


def change_form(school: Rehearsal, items: Items) -> None:
    """The form as somebody left it after editing."""
    school.control("POST", "import", forms=[{"id": REGISTRATION_FORM, "items": items}])


def question(items: Items, name: str) -> dict[str, Any]:
    """The item of the question that fills the field `name`."""
    return next(
        item
        for item in items
        if item.get("questionItem", {}).get("question", {}).get("questionId") == QUESTIONS[name]
    )


def rename(items: Items) -> None:
    question(items, "phone")["title"] = "Numéro de GSM"


def delete(items: Items) -> None:
    items.remove(question(items, "phone"))


def retype(items: Items) -> None:
    question(items, "phone")["questionItem"]["question"]["textQuestion"] = {"paragraph": True}


def change_option(items: Items) -> None:
    choice = question(items, "site")["questionItem"]["question"]["choiceQuestion"]
    choice["options"][0] = {"value": "Namur-Centre"}


def ask_more(items: Items) -> None:
    asked = {"questionId": "1a0000ff", "required": True, "textQuestion": {}}
    items.append({"title": "Numéro national", "questionItem": {"question": asked}})


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (rename, "Numéro de GSM"),
        (delete, "Téléphone"),
        (retype, "Téléphone"),
        (change_option, "Namur-Centre"),
        (ask_more, "Numéro national"),
    ],
)
def test_a_changed_form_is_reported_until_it_is_mended(
    school: Rehearsal, change: Callable[[Items], None], named: str
) -> None:
    school.answer("Delvaux")
    school.run()
    assert open_anomalies(school) == []
    items: Items = school.call(WORKER, "GET", FORM)["items"]
    changed = deepcopy(items)
    change(changed)
    change_form(school, changed)
    school.run("--full")
    assert len([line for line in open_anomalies(school) if named in line]) == 1
    school.run("--full")
    assert school.plan("--full")["empty"]
    change_form(school, items)
    school.run("--full")
    assert open_anomalies(school) == []
    assert {row["État"] for row in school.rows("Anomalies")} == {"Corrigée"}


def test_a_bad_address_is_said_in_the_send_log_and_nothing_leaves(school: Rehearsal) -> None:
    school.answer("Delvaux", email="pas une adresse", va="Oui")
    school.run()
    (line,) = [r for r in school.rows("Envois") if r["Message"] == "Accusé de réception"]
    assert line["État"] == "Non envoyé"
    assert "pas une adresse" in line["Explication"]
    assert len(school.sent()) == 1
    assert len(open_anomalies(school)) == 1
    school.edit("Delvaux", va="Oui")
    school.run()
    assert open_anomalies(school) == []
    assert len(school.inbox("delvaux@etudiant.example")) == 1


def test_no_consent_opens_no_case(school: Rehearsal) -> None:
    school.answer("Delvaux", va="Oui", consent="")
    school.run()
    assert school.rows("Dossiers") == []
    assert school.sent() == {}
    assert len(open_anomalies(school)) == 1


def test_an_answer_to_an_unmapped_question_is_kept(school: Rehearsal) -> None:
    school.answer("Delvaux", rating="4", call_at="17:30")
    school.run()
    (row,) = school.rows("Inscriptions")
    assert "À quelle heure peut-on vous joindre ? : 17:30" in row["Autres réponses"]
    assert "Votre avis sur ce formulaire : 4" in row["Autres réponses"]
