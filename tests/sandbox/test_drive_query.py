"""The search language of files.list (facts 6)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.sandbox.drive.matching import words_of
from itn_sync.sandbox.drive.query import And, Node, Not, Or, Term, parse
from itn_sync.sandbox.errors import ApiError


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def written(node: Node) -> str:
    if isinstance(node, Not):
        return f"not ({written(node.part)})"
    if isinstance(node, And):
        return " and ".join(f"({written(part)})" for part in node.parts)
    if isinstance(node, Or):
        return " or ".join(f"({written(part)})" for part in node.parts)
    return written_term(node)


def written_term(term: Term) -> str:
    if term.operator == "in":
        return f"{quoted(str(term.value))} in {term.field}"
    if isinstance(term.value, tuple):
        key, value = map(quoted, term.value)
        return f"{term.field} has {{ key={key} and value={value} }}"
    if isinstance(term.value, bool):
        return f"{term.field}{term.operator}{str(term.value).lower()}"
    if isinstance(term.value, datetime):
        return f"{term.field} {term.operator} '{term.value.isoformat()}'"
    return f"{term.field} {term.operator} {quoted(term.value)}"


texts = st.text(max_size=12)
terms = st.one_of(
    st.builds(
        Term, st.sampled_from(["name", "mimeType"]), st.sampled_from(["=", "!=", "contains"]), texts
    ),
    st.builds(Term, st.just("fullText"), st.just("contains"), texts),
    st.builds(Term, st.sampled_from(["parents", "owners", "writers"]), st.just("in"), texts),
    st.builds(
        Term,
        st.sampled_from(["properties", "appProperties"]),
        st.just("has"),
        st.tuples(texts, texts),
    ),
    st.builds(
        Term, st.sampled_from(["trashed", "starred"]), st.sampled_from(["=", "!="]), st.booleans()
    ),
    st.builds(
        Term,
        st.just("modifiedTime"),
        st.sampled_from(["<", "<=", "=", ">=", ">"]),
        st.datetimes(timezones=st.just(UTC)),
    ),
)
queries: st.SearchStrategy[Node] = st.recursive(
    terms,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)


@given(queries)
def test_any_query_reads_back_as_it_was_written(query: Node) -> None:
    assert parse(written(query)) == query


@given(st.text(max_size=40))
def test_any_text_is_a_query_or_a_400_at_q(text: str) -> None:
    try:
        parse(text)
    except ApiError as error:
        refusal = (error.code, error.reason, error.location)
    else:
        return
    assert refusal == (400, "invalid", "q")


def test_and_binds_more_than_or_and_not_more_than_both() -> None:
    one, two = Term("trashed", "=", True), Term("starred", "=", True)
    assert parse("trashed=true or trashed=true and not starred=true") == Or(
        (one, And((one, Not(two))))
    )


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("sharedWithMe", "sharedWithMe = true"),
        ("not sharedWithMe", "not sharedWithMe = true"),
        ("(sharedWithMe or starred = true)", "sharedWithMe = true or starred = true"),
        (
            "sharedWithMe and name contains 'hello'",
            "sharedWithMe = true and name contains 'hello'",
        ),
    ],
)
def test_shared_with_me_may_stand_alone(query: str, meant: str) -> None:
    """As in https://developers.google.com/workspace/drive/api/guides/search-files (examples)."""
    assert parse(query) == parse(meant)


def test_quotes_and_backslashes_are_escaped_with_a_backslash() -> None:
    assert parse(r"name = 'l\'école \\ soir'") == Term("name", "=", "l'école \\ soir")


def test_in_reads_from_either_side() -> None:
    """tanaikech.github.io, «Specification of Search Query for File List Method in Drive API»."""
    assert parse("parents in 'x'") == parse("'x' in parents") == Term("parents", "in", "x")


def test_a_date_without_zone_is_utc() -> None:
    term = parse("modifiedTime > '2026-09-01T00:00:00'")
    assert term == Term("modifiedTime", ">", datetime(2026, 9, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "query",
    [
        "name",
        "name =",
        "name = Dupont",
        "name > 'a'",
        "nom = 'a'",
        "trashed = 'yes'",
        "trashed",
        "starred and name = 'a'",
        "sharedWithMe =",
        "sharedWithMe true",
        "'me' in",
        "'me' in name",
        "parents = 'x'",
        "modifiedTime > 'hier'",
        "name = 'a' and",
        "(name = 'a'",
        "name = 'a')",
        "name = 'a' name = 'b'",
        "name = 'sans fin",
        "visibility = 'public'",
        "properties has { key='a' }",
        "(" * 5000,
    ],
)
def test_a_query_that_drive_cannot_read_is_a_400_at_q(query: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse(query)
    assert (caught.value.code, caught.value.reason) == (400, "invalid")
    assert caught.value.location == "q"


def test_words_know_no_case_nor_punctuation() -> None:
    assert words_of("Dossier-VA_2026 (École).pdf") == ["dossier", "va", "2026", "école", "pdf"]
