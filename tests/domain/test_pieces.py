"""What people say they have received, as they write it; in doubt a piece is missing (S163)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.domain.pieces import received_pieces

CV, TITLES, PROOF = "Curriculum vitae", "Copie des titres", "Preuve de l'expérience"
PIECES = (CV, TITLES, PROOF)
ALL, NONE = set(PIECES), set[str]()


@pytest.mark.parametrize(
    ("typed", "here"),
    [
        ("", NONE),
        ("toutes", ALL),
        ("Tout est là", ALL),
        ("dossier complet le 15/09", ALL),
        ("CV", {CV}),
        ("curriculum vitae, COPIE DES TITRES", {CV, TITLES}),
        ("CV et preuve de l’expérience", {CV, PROOF}),
        ("CV reçu par e-mail\nCopie des titres : vue", {CV, TITLES}),
        ("tout sauf le CV", {TITLES, PROOF}),
        ("Toutes, sauf CV et copie des titres", {PROOF}),
        ("tout, excepté le CV, la copie des titres", {PROOF}),
        ("tout à l'exception du CV", {TITLES, PROOF}),
        ("tout sauf le CV, reçu depuis", {TITLES, PROOF}),
        ("tout est là, il manque le CV", {TITLES, PROOF}),
        ("manque le CV", NONE),
        ("CV manquant ; copie des titres", {TITLES}),
        ("pas de CV. Copie des titres reçue", {TITLES}),
        ("CV, pas la copie des titres", {CV}),
        ("CV mais pas la copie des titres", {CV}),
        ("CV pas encore reçu", NONE),
        ("tout sauf un document", NONE),
        ("pas tout", NONE),
        ("tout n'est pas là", NONE),
        ("il manque tout", NONE),
        ("incomplet", NONE),
        ("aucune", NONE),
        ("CV ?", NONE),
        ("tout sauf le CV ?", NONE),
        ("CV promis pour lundi", NONE),
        ("on attend le CV", NONE),
        ("recvitae", NONE),
    ],
)
def test_pieces_are_read_as_people_write_them(typed: str, here: set[str]) -> None:
    assert received_pieces(typed, PIECES) == here


@given(
    st.sampled_from(["sauf", "excepté", "hormis", "il manque", "pas", "sans", "manquent"]),
    st.sets(st.sampled_from(PIECES), min_size=1),
    st.sampled_from([", ", " et ", ", et "]),
    st.sampled_from(["tout ", "Toutes, ", "complet : "]),
)
def test_whatever_is_excepted_stays_missing(
    word: str, pieces: set[str], between: str, whole: str
) -> None:
    said = f"{whole}{word} {between.join(sorted(pieces))}"
    assert not received_pieces(said, PIECES) & pieces


@given(st.text())
def test_only_what_is_wanted_is_ever_received(typed: str) -> None:
    assert received_pieces(typed, PIECES) <= ALL
    assert received_pieces(f"{typed}\nsauf {CV}", PIECES) <= {TITLES, PROOF}
