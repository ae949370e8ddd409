"""The search box (`q`): https://support.google.com/mail/answer/7190."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn_sync.sandbox.gmail.query import AllOf, AnyOf, Not, Term, parse, terms
from itn_sync.sandbox.gmail.search import Searcher, condition
from itn_sync.sandbox.gmail.text import words
from itn_sync.sandbox.world import World
from tests.sandbox.gmail_mail import ME, imported, later

MAILS: dict[str, dict[str, Any]] = {
    "va": {
        "from": "Aline Dupré <aline@etudiant.example>",
        "subject": "Demande de valorisation",
        "text": "Bonjour, je demande une VA en mathématiques.",
        "date": "2026-10-05T10:00:00Z",
        "messageId": "<va@etudiant.example>",
    },
    "ar": {
        "from": "benoit@etudiant.example",
        "to": f"{ME}, secretariat@ecole.example",
        "subject": "Aménagement",
        "text": "Une demande d'aménagement 🎓 pour la session.",
        "date": "2026-11-10T10:00:00Z",
        "labelIds": ["INBOX", "STARRED", "Suivi/AR 2026"],
    },
    "old": {
        "from": "direction@ecole.example",
        "cc": "coordination@ecole.example",
        "subject": "Conseil des études",
        "html": "<p>Le <b>planning</b> est prêt</p>",
        "date": "2024-01-15T10:00:00Z",
        "labelIds": ["INBOX"],
    },
    "bin": {"from": "pub@ailleurs.example", "subject": "Promotion", "labelIds": ["TRASH"]},
}

BULLETIN = {
    "from": "bulletin@reseau.example",
    "subject": "Bulletin",
    "text": "Le conseil se réunit bientôt dans la grande salle du premier étage.",
    "date": "2023-01-15T10:00:00Z",
    "labelIds": ["CATEGORY_FORUMS", "INBOX"],
    "headers": {
        "X-Nom": "bulletin",
        "List-ID": "<info.reseau.example>",
        "Delivered-To": "alias@ecole.example",
    },
}


@pytest.fixture
def found(service: Any, sandbox: Any) -> Any:
    """Search, and get the names of the mails that were found."""
    mails = [mail | {"headers": {"X-Nom": name}} for name, mail in MAILS.items()]
    imported(sandbox, mailboxes=[{"address": ME, "messages": mails}])
    messages = service("gmail").users().messages()

    def search(q: str) -> set[str]:
        listed = messages.list(userId="me", q=q).execute().get("messages", [])
        fulls = [messages.get(userId="me", id=item["id"]).execute() for item in listed]
        headers = [header for full in fulls for header in full["payload"]["headers"]]
        return {header["value"] for header in headers if header["name"] == "X-Nom"}

    return search


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("", {"va", "ar", "old"}),
        ("demande", {"va", "ar"}),
        ("DEMANDE mathematiques", {"va"}),
        ("deman", set()),
        ("🎓", {"ar"}),
        ("planning", {"old"}),
        ('"demande d\'aménagement"', {"ar"}),
        ('"aménagement demande"', set()),
        ("from:aline", {"va"}),
        ("from:etudiant.example", {"va", "ar"}),
        ("from:(aline OR benoit)", {"va", "ar"}),
        ("from:{aline direction}", {"va", "old"}),
        ("to:secretariat@ecole.example", {"ar"}),
        ("to:me", {"va", "ar", "old"}),
        ("cc:coordination", {"old"}),
        ("subject:(demande valorisation)", {"va"}),
        ("subject:planning", set()),
        ("-demande", {"old"}),
        ("demande -from:aline", {"ar"}),
        ("-{demande planning}", set()),
        ("aline OR direction", {"va", "old"}),
        ("demande aline OR benoit", {"va", "ar"}),
        ("(aline demande) | conseil", {"va", "old"}),
        ("is:unread", {"va"}),
        ("is:read", {"ar", "old"}),
        ("is:starred in:inbox", {"ar"}),
        ("label:suivi-ar-2026", {"ar"}),
        ("label:inconnu", set()),
        ("has:userlabels", {"ar"}),
        ("has:nouserlabels", {"va", "old"}),
        ("has:attachment", set()),
        ("after:2026/10/01 before:2026/11/01", {"va"}),
        ("after:1790000000", {"va", "ar"}),
        ("older:2025/01/01", {"old"}),
        ("newer_than:3d", set()),
        ("older_than:1y", {"old"}),
        ("rfc822msgid:va@etudiant.example", {"va"}),
        ("rfc822msgid:<va@etudiant.example>", {"va"}),
        ("in:anywhere promotion", {"bin"}),
        ("in:trash", {"bin"}),
        ("in:inbox OR in:trash", {"va", "ar", "old", "bin"}),
        ("smaller:1M", {"va", "ar", "old"}),
        ("larger:1M", set()),
        ("!!!", {"va", "ar", "old"}),
        ('subject:"Demande de valorisation', {"va"}),
        ("http://ecole.example", set()),
        ("secretariat AND demande", {"ar"}),
        ('"" planning', {"old"}),
        ('(demande ")") aline', {"va"}),
        ("(from:) planning", {"old"}),
    ],
)
def test_what_a_search_finds(found: Any, sandbox: Any, q: str, expected: set[str]) -> None:
    moment = datetime(2026, 11, 23, 12, tzinfo=UTC)
    later(sandbox, (moment - datetime.now(UTC)).total_seconds())
    assert found(q) == expected


@pytest.mark.parametrize(
    ("q", "is_found"),
    [
        ("list:info.reseau.example", True),
        ("list:bulletin@reseau.example", False),
        ("deliveredto:alias@ecole.example", True),
        ("deliveredto:itn-sync@ecole.example", False),
        ("category:forums", True),
        ("category:primary bulletin", False),
        ("in:archive bulletin", False),
        ("has:yellow-star bulletin", False),
        ("conseil AROUND 3 bientôt", True),
        ("bientôt AROUND 3 conseil", True),
        ("conseil AROUND 3 salle", False),
        ("conseil AROUND 3", False),
        ("-{conseil AROUND 3 salle} bulletin", True),
        ("conseil AROUND x salle", False),
    ],
)
def test_searches_in_a_mailing_list(found: Any, sandbox: Any, q: str, is_found: bool) -> None:
    imported(sandbox, mailboxes=[{"address": ME, "messages": [BULLETIN]}])
    assert ("bulletin" in found(q)) == is_found


def test_archived_mail_is_in_no_folder(found: Any, sandbox: Any) -> None:
    kept = {"subject": "Rangé", "labelIds": [], "headers": {"X-Nom": "kept"}}
    imported(sandbox, mailboxes=[{"address": ME, "messages": [kept]}])
    assert found("in:archive") == {"kept"}
    assert found("has:yellow-star") == {"ar"}
    assert found("category:primary") == {"va", "ar", "old"}


def test_days_are_those_of_the_pacific(found: Any) -> None:
    assert "va" in found("before:2026/10/06")
    assert "va" not in found("before:2026/10/05")
    assert "va" in found("after:10/05/2026")


def test_threads_are_found_by_one_of_their_messages(service: Any, sandbox: Any) -> None:
    first = {"subject": "Dossier", "text": "première", "messageId": "<d@x.example>"}
    second = {"subject": "Re: Dossier", "text": "suite", "headers": {"References": "<d@x.example>"}}
    mails = [first, second, {"subject": "Autre"}]
    imported(sandbox, mailboxes=[{"address": ME, "messages": mails}])
    threads = service("gmail").users().threads()
    listed = threads.list(userId="me", q="première").execute()
    assert listed["resultSizeEstimate"] == 1
    thread = threads.get(userId="me", id=listed["threads"][0]["id"]).execute()
    assert len(thread["messages"]) == 2


def test_or_binds_more_tightly_than_side_by_side() -> None:
    one, two, three = (Term("", word) for word in ("a", "b", "c"))
    assert parse("a b OR c") == AllOf((one, AnyOf((two, three))))
    assert parse("-a --b") == AllOf((Not(one), two))
    assert parse("from:(a -b)") == AllOf((AllOf((Term("from", "a"), Not(Term("from", "b")))),))


def test_a_hyphen_inside_a_word_negates_nothing() -> None:
    assert parse("AV-7K3Q2M") == AllOf((Term("", "AV-7K3Q2M"),))


operators = st.sampled_from(
    ["OR", "AND", "from:", "is:unread", "in:", "label:", "after:2026/10/01", "has:attachment"]
)
values = st.sampled_from(
    ["after:99999999999999", "older_than:3d", "larger:5M", "has:", "rfc822msgid:<x@y>", "category:"]
)
queries = st.lists(
    operators | values | st.sampled_from("(){}-\"|%_' é🎓\0") | st.text(max_size=5), max_size=30
).map("".join)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(Path(tmp_path_factory.mktemp("search")) / "state.db")


@given(queries)
def test_anything_typed_is_a_search(world: World, query: str) -> None:
    with world.transaction(write=False) as state:
        sought = condition(Searcher(state, ME, datetime(2026, 11, 23, tzinfo=UTC)), query)
        if sought:
            sql = f"SELECT count(*) FROM gmail_message m WHERE {sought.sql}"  # noqa: S608 (under test)
            assert state.execute(sql, sought.values).fetchone()[0] == 0


@pytest.mark.parametrize("query", ["(" * 5000 + "a", "a " * 5000, "-" * 5000 + "a", "a OR " * 3000])
def test_a_monstrous_search_is_still_a_search(world: World, query: str) -> None:
    with world.transaction(write=False) as state:
        sought = condition(Searcher(state, ME, datetime(2026, 11, 23, tzinfo=UTC)), query)
        assert sought is not None
        sql = f"SELECT count(*) FROM gmail_message m WHERE {sought.sql}"  # noqa: S608 (under test)
        assert state.execute(sql, sought.values).fetchone()[0] == 0


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True).filter(lambda w: w != "or")))
def test_plain_words_are_all_sought(sought: list[str]) -> None:
    assert [term.value for term in terms(parse(" ".join(sought)))] == sought


@given(st.text(), st.text())
def test_a_text_contains_its_own_words(before: str, after: str) -> None:
    assert words(after) in words(f"{before} {after}") or not words(after)
