"""What an edit changed, in words, and whether it matters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from itn_sync.domain.privacy import Confidential
from itn_sync.domain.revisions import Revision, revise, same_cell
from itn_sync.domain.seen import Cell, Row
from itn_sync.domain.tracking import ACCOMMODATIONS, REGISTRATIONS

BORN = 36219.0
PRIOR = Row(
    "r1",
    {"phone": "0470", "site": "Namur", "birth_date": BORN, "version": 4.0, "changes": "Avant"},
)


def revised(edited: bool = True, **cells: Cell) -> Revision:
    watched = ("site", "birth_date", "email")
    return revise(REGISTRATIONS, PRIOR, cells, watched=watched, edited=edited)


def test_a_new_row_is_the_first_version_and_says_nothing() -> None:
    assert revise(
        REGISTRATIONS, None, {"site": "Namur"}, watched=("site",), edited=True
    ) == Revision(1, "")


def test_an_edit_that_matters_is_a_version_with_one_line_per_column() -> None:
    revision = revised(site="Bruxelles", birth_date=36220.0)
    assert revision.version == 5
    assert revision.changes == (
        "Implantation : Namur → Bruxelles\nDate de naissance : 28/02/1999 → 1/03/1999"
    )


def test_an_edit_that_does_not_matter_keeps_the_version_and_the_last_news() -> None:
    assert revised(phone="0499") == Revision(4, "Avant")


def test_a_difference_that_no_student_made_is_no_news() -> None:
    assert revised(edited=False, site="Bruxelles") == Revision(4, "Avant")


def test_an_answer_given_or_taken_back_reads_as_empty() -> None:
    assert revised(email="z@a.be").changes == "E-mail : (vide) → z@a.be"
    assert revised(site="").changes == "Implantation : Namur → (vide)"


def test_news_of_several_lines_stay_on_one() -> None:
    assert revised(site="Namur\n  ou Bruxelles").changes.endswith("→ Namur ou Bruxelles")


def test_a_date_that_people_typed_as_text_is_shown_as_they_typed_it() -> None:
    prior = Row("r1", {"birth_date": "février"})
    news = revise(REGISTRATIONS, prior, {"birth_date": BORN}, watched=("birth_date",), edited=True)
    assert news == Revision(2, "Date de naissance : février → 28/02/1999")


def test_a_confidential_column_never_says_what_changed() -> None:
    prior = Row("AR-1", {"request": Confidential("dyslexie")})
    cells = {"request": Confidential("dyscalculie")}
    news = revise(ACCOMMODATIONS, prior, cells, watched=("request",), edited=True)
    assert news.changes == "Les précisions confidentielles ont changé"


@given(st.sampled_from([None, "", Confidential("")]), st.sampled_from([None, "", Confidential("")]))
def test_all_blanks_are_the_same(one: Cell, other: Cell) -> None:
    assert same_cell(one, other)


@given(st.floats(0, 99999), st.floats(-5e-9, 5e-9))
def test_an_instant_is_the_same_to_the_millisecond(at: float, apart: float) -> None:
    assert same_cell(at, at + apart)
    assert not same_cell(at, at + 0.001 / 86400)


def test_a_blank_is_not_a_zero_nor_a_text_a_number() -> None:
    assert not same_cell(None, 0.0)
    assert not same_cell("1", 1.0)
    assert not same_cell(Confidential("a"), "a")
    assert same_cell("a", "a")
