"""`forms inspect`: what a question fills is guessed where its title is plain."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from itn_sync.config_files import ConfigFile, check
from itn_sync.config_shapes import FormsFile
from itn_sync.domain.forms import ShownForm, ShownQuestion
from itn_sync.mapping import guessed_fields, mapping_toml
from tests.school import SCHOOL

FORM = "1UnFormulaireDeTest000000000000000000000001"


def asks(*titles: str, kind: str = "text") -> ShownForm:
    """A form with these questions, ids from 1."""
    questions = (ShownQuestion(str(n), title, kind) for n, title in enumerate(titles, 1))
    return ShownForm("Inscription", "1", tuple(questions))


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("NOM", "last_name"),
        ("Nom de famille", "last_name"),
        ("Votre prénom", "first_name"),
        ("Courriel", "email"),
        ("N° de GSM", "phone"),
        ("Date de naissance", "birth_date"),
        ("Implantation souhaitée", "site"),
        ("De quel aménagement avez-vous besoin ?", "ar_details"),
        ("Demandez-vous un aménagement raisonnable ?", "ar"),
        ("Comment avez-vous entendu parler de nous ?", "heard_from"),
        ("Consentement RGPD", "consent"),
    ],
)
def test_a_plain_title_tells_the_field(title: str, field: str) -> None:
    assert guessed_fields(asks(title)) == {"1": field}


@pytest.mark.parametrize("title", ["Nom de l'employeur", "Remarques", "", "Votre avis"])
def test_an_unclear_title_is_not_guessed(title: str) -> None:
    assert guessed_fields(asks(title)) == {}


def test_a_field_is_given_to_one_question_but_to_every_row_of_a_grid() -> None:
    assert guessed_fields(asks("E-mail", "E-mail (encore)")) == {"1": "email"}
    grid = asks("Disponibilités – Lundi", "Disponibilités – Mardi", kind="grid_checkbox")
    assert set(guessed_fields(grid).values()) == {"availability"}
    assert len(guessed_fields(grid)) == 2


def test_the_lines_fit_forms_toml() -> None:
    form = ShownForm(
        'Inscription «26"»',
        "1",
        (
            ShownQuestion("1", "Nom", "text", required=True),
            ShownQuestion("2", "Implantation", "radio", options=("Etterbeek", "Charleroi")),
            ShownQuestion("3", "Souhaitez-vous une valorisation ?", "radio", options=("OUI", "?")),
            ShownQuestion("4", "De quel aménagement ?", "paragraph"),
            ShownQuestion("5", "Une nouveauté de Google", "unknown"),
        ),
    )
    text = mapping_toml(FORM, form, SCHOOL)
    found = check(ConfigFile(Path("forms.toml"), text, tomllib.loads(text)), FormsFile)
    nom, site, va, needs = found.form[0].question
    assert (nom.required, site.meanings, va.meanings) == (
        True,
        {"Etterbeek": "bruxelles"},
        {"OUI": "oui"},
    )
    assert needs.confidential
    assert "#   5  Une nouveauté de Google (unknown)" in text.splitlines()
