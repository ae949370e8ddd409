"""What a cell can hold of what somebody typed (issue 2: stored as typed where storable)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.domain.storable import LONGEST_CELL, fitting, storable

any_text = st.text(st.characters())  # control characters and lone surrogates included


@pytest.mark.parametrize(
    "typed",
    [
        '=IMPORTXML("http://x.test")',
        "+32470",
        "<script>",
        "{{ 7*7 }}",
        "👩‍🏫",
        "مرحبا \u202eabc",
        "a\tb\nc",
    ],
)
def test_strange_but_storable_text_is_kept_as_typed(typed: str) -> None:
    kept = storable(typed)
    assert (kept.text, kept.had_controls, kept.was_cut) == (typed, False, False)


def test_line_ends_become_one_kind_without_a_word() -> None:
    kept = storable("a\r\nb\rc\nd")
    assert (kept.text, kept.had_controls) == ("a\nb\nc\nd", False)


@pytest.mark.parametrize("control", ["\0", "\x07", "\x1b", "\x7f", "\x85", "\ud800"])
def test_what_no_cell_holds_is_removed_and_said(control: str) -> None:
    kept = storable(f"a{control}b")
    assert (kept.text, kept.had_controls) == ("ab", True)


def test_a_decomposed_accent_is_composed_without_a_word() -> None:
    kept = storable("Se\u0301bastien")
    assert (kept.text, kept.had_controls, kept.was_cut) == ("Sébastien", False, False)


def test_the_fifty_thousandth_character_is_kept_and_the_next_is_cut() -> None:
    assert not storable("a" * LONGEST_CELL).was_cut
    kept = storable("a" * (LONGEST_CELL + 1))
    assert (len(kept.text), kept.was_cut) == (LONGEST_CELL, True)


def test_an_emoji_is_never_cut_in_two() -> None:
    kept = storable("a" * (LONGEST_CELL - 1) + "🎓")
    assert kept.text == "a" * (LONGEST_CELL - 1)


@given(any_text)
def test_what_is_stored_can_be_stored_again_unchanged(text: str) -> None:
    kept = storable(text).text
    again = storable(kept)
    assert (again.text, again.had_controls, again.was_cut) == (kept, False, False)
    assert kept.encode().decode() == kept
    assert kept == unicodedata.normalize("NFC", kept)
    assert not {"\0", "\r"} & set(kept)


# What the worker puts together itself

CUT_SHORT = " … (texte coupé : la suite est dans Google Forms)"
around_the_limit = st.builds(
    lambda start, filler, length, end: (start + filler * LONGEST_CELL)[:length] + end,
    st.text(max_size=3),
    st.sampled_from("a🎓é"),
    st.integers(LONGEST_CELL // 2 - 60, LONGEST_CELL + 60),
    st.text(max_size=3),
)


def units(text: str) -> int:
    """Characters as Google counts them."""
    return len(text.encode("utf-16-le")) // 2


@given(st.one_of(st.text(), around_the_limit))
def test_what_is_cut_to_fit_fits_and_is_not_cut_again(text: str) -> None:
    kept = fitting(text)
    assert units(kept) <= LONGEST_CELL
    assert fitting(kept) == kept
    if units(text) <= LONGEST_CELL:
        assert kept == text
    else:
        assert kept.endswith(CUT_SHORT)
        assert text.startswith(kept.removesuffix(CUT_SHORT))
        assert units(kept) >= LONGEST_CELL - 1
