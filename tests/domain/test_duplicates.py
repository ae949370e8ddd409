"""One person, several registrations: flagged for somebody to see, never on a name alone."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.domain.duplicates import duplicate_texts
from itn_sync.domain.seen import Row, Table
from tests.school import Paper, a_response, a_table, read

ZOE = a_response("r1", first_name="Zoé", last_name="de la Croix-Noël")


def flags(
    first_name: str, last_name: str, *, born: str = "1999-02-28", email: str = "o@a.be"
) -> str:
    """What the second registration's cell says beside Zoé's."""
    other = a_response(
        "r2", first_name=first_name, last_name=last_name, birth_date=born, email=email
    )
    texts = duplicate_texts(Table(), [read(ZOE), read(other)])
    assert bool(texts["inscription/r1"]) == bool(texts["inscription/r2"])
    return texts["inscription/r2"]


@pytest.mark.parametrize(
    ("first_name", "last_name"),
    [
        ("Zoé", "de la Croix-Noël"),
        ("zoe", "DELACROIX NOEL"),
        ("ZOÉ ", "De La Croix  Noel"),
        (unicodedata.normalize("NFD", "Zoé"), unicodedata.normalize("NFD", "de la Croix-Noël")),
        ("Zoé", "Croix-Noël"),
        ("de la Croix-Noël", "Zoé"),
    ],
)
def test_a_name_written_in_another_way_and_the_same_birth_date_is_flagged(
    first_name: str, last_name: str
) -> None:
    assert flags(first_name, last_name) == (
        "Même nom et date de naissance : Zoé de la Croix-Noël (7/09/2026)"
    )


def test_the_same_name_alone_is_never_a_reason() -> None:
    assert flags("Zoé", "de la Croix-Noël", born="1999-02-27") == ""
    assert flags("Zoé", "de la Croix-Noël", born="") == ""


def test_the_same_birth_date_alone_is_never_a_reason() -> None:
    assert flags("Zoé", "Durand") == ""


def test_two_people_without_a_name_are_not_one_for_being_born_on_one_day() -> None:
    one, other = (read(a_response(id, last_name="", email="")) for id in ("r1", "r2"))
    assert set(duplicate_texts(Table(), [one, other]).values()) == {""}


def test_the_same_address_is_flagged_whatever_its_case_and_the_name() -> None:
    assert flags("Ann", "Durand", email="ZOE@etudiant.example") == (
        "Même e-mail : Zoé de la Croix-Noël (7/09/2026)"
    )


def test_both_reasons_are_said_once() -> None:
    assert flags("Zoé", "de la Croix-Noël", email="zoe@etudiant.example") == (
        "Même e-mail et même nom et date de naissance : Zoé de la Croix-Noël (7/09/2026)"
    )


def test_each_reason_is_a_line_when_they_concern_different_people() -> None:
    by_mail = a_response("r2", first_name="Ann", last_name="Roy", birth_date="1980-01-01")
    by_name = a_response("r3", first_name="Zoé", last_name="de la Croix-Noël", email="x@a.be")
    texts = duplicate_texts(Table(), [read(ZOE), read(by_mail), read(by_name)])
    assert texts["inscription/r1"] == (
        "Même e-mail : Ann Roy (7/09/2026)\n"
        "Même nom et date de naissance : Zoé de la Croix-Noël (7/09/2026)"
    )


def test_missing_addresses_are_not_the_same_address() -> None:
    one = a_response("r1", email="", birth_date="")
    other = a_response("r2", email="", birth_date="")
    assert set(duplicate_texts(Table(), [read(one), read(other)]).values()) == {""}


def test_a_newcomer_flags_a_registration_of_last_year_too() -> None:
    paper = Paper()
    paper.run(a_response("r1"))
    paper.run(a_response("r2"))
    assert paper.row("inscriptions", "inscription/r1")["duplicate"]
    assert paper.run(a_response("r2")).is_empty


def test_an_answer_corrected_since_is_no_longer_flagged_nor_flags() -> None:
    old = Row("inscription/r1", {"email": "zoe@etudiant.example"})
    corrected = a_response("r1", email="ann@a.be", first_name="Ann", birth_date="")
    texts = duplicate_texts(a_table(old), [read(corrected), read(a_response("r2"))])
    assert set(texts.values()) == {""}


def test_a_deleted_answer_flags_nobody_already_in_the_run_that_notices_it() -> None:
    paper = Paper()
    paper.run(a_response("r1"), a_response("r2"))
    plan = paper.run(listed=["r1"])
    assert paper.row("inscriptions", "inscription/r1")["duplicate"] == ""
    assert "plus de doublon possible" in [change.why for change in plan.rows]
    assert paper.run(listed=["r1"]).is_empty


def test_an_answer_deleted_long_ago_flags_nobody() -> None:
    paper = Paper()
    paper.run(a_response("r1"))
    paper.type("inscriptions", "inscription/r1", state="Supprimée du formulaire")
    paper.run(a_response("r2"))
    assert "duplicate" not in paper.row("inscriptions", "inscription/r2")


def test_a_flag_never_blocks() -> None:
    plan = Paper().run(a_response("r1", va="oui"), a_response("r2", va="oui"))
    assert len(plan.mails) == 4


@given(st.permutations(["r1", "r2", "r3", "r4"]))
def test_the_order_of_reading_changes_no_flag(order: list[str]) -> None:
    def texts(ids: list[str]) -> dict[str, str]:
        return dict(duplicate_texts(Table(), [read(a_response(id)) for id in ids]))

    assert texts(order) == texts(sorted(order))
